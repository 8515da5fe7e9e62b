"""Finds pairs of texts that share keys: new with new, and new with known, never known with known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from transforms.stories.compare import Ints, parts_of, ranges
from transforms.stories.words import Hashes

MIN_SHARED = 2
"""Fewest keys that a pair shares."""
HOT = 32
"""A key of more texts than this is hot: its texts are paired with only the first STARS of them. So the cost is never quadratic."""
STARS = 6
_FILTER_BITS = 22
_AT_ONCE = 1_000_000
"""Pairs of texts, one for each key that they share, that are counted at the same time; about 50 MB."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of numbers of texts, with the number of keys that they share."""

    left: Ints
    right: Ints
    shared: Ints


def pairs_within(keys: Sequence[Hashes]) -> Pairs:
    """Pairs of texts that share keys. ``left`` stands before ``right`` in the order of the texts, which should be that of time."""
    flat, text = _flat(keys)
    order = np.lexsort((text, flat))
    ordered = flat[order]
    begins = np.flatnonzero(np.concatenate((np.ones(min(1, len(flat)), bool), ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.append(begins, len(flat)))
    # For each key of each text: where the texts that have it stand, and how many of those before this text are its partners.
    start, partners = np.empty(len(flat), np.int64), np.empty(len(flat), np.int64)
    start[order] = np.repeat(begins, sizes)
    place = np.arange(len(flat)) - start[order]
    partners[order] = np.where(np.repeat(sizes, sizes) <= HOT, place, np.minimum(place, STARS))
    by_key = text[order]
    counts = np.bincount(text, partners, len(keys)).astype(np.int64)
    parts = []
    for part in parts_of(counts, _AT_ONCE):
        mine = slice(*np.searchsorted(text, (part.start, part.stop)))
        left = by_key[ranges(start[mine], partners[mine])]
        parts.append(_counted(left, np.repeat(text[mine], partners[mine]), len(keys), MIN_SHARED))
    return _joined(parts)


def pairs_with_known(keys: Sequence[Hashes], known: Sequence[Hashes]) -> Pairs:
    """Pairs of a new text (``left``) and a known one (``right``) that share keys.

    Only the new keys are held in a table, so the known texts may come in parts of any size.
    """
    flat, text = _flat(keys)
    order = np.lexsort((text, flat))
    flat, text = flat[order], text[order]
    stock, number = _flat(known)
    filter_ = np.zeros(1 << _FILTER_BITS, bool)
    shift = np.uint32(32 - _FILTER_BITS)
    filter_[flat >> shift] = True
    maybe = np.flatnonzero(filter_[stock >> shift])
    stock, number = stock[maybe], number[maybe]
    first, last = np.searchsorted(flat, stock, "left"), np.searchsorted(flat, stock, "right")
    counts = np.minimum(last - first, HOT)
    return _counted(text[ranges(first, counts)], np.repeat(number, counts), len(known), MIN_SHARED)


def _joined(parts: Sequence[Pairs]) -> Pairs:
    nothing = np.empty(0, np.int64)
    return Pairs(*(np.concatenate([nothing, *(getattr(part, f.name) for part in parts)]) for f in fields(Pairs)))


def _flat(keys: Sequence[Hashes]) -> tuple[Hashes, Ints]:
    counts = [len(each) for each in keys]
    return np.concatenate([*keys, np.empty(0, np.uint32)]), np.repeat(np.arange(len(keys)), counts)


def _counted(left: Ints, right: Ints, base: int, least: int) -> Pairs:
    codes, counts = np.unique(left.astype(np.int64) * base + right, return_counts=True)
    enough = counts >= least
    codes = codes[enough]
    base = max(base, 1)
    return Pairs(codes // base, codes % base, counts[enough])


def linked(size: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> Ints:
    """The smallest number in the connected group of each of ``size`` numbers, where ``left[i]`` and ``right[i]`` are connected."""
    group = np.arange(size)
    while True:
        low = np.minimum(group[left], group[right])
        before = group.copy()
        np.minimum.at(group, left, low)
        np.minimum.at(group, right, low)
        np.minimum.at(group, before[left], low)
        np.minimum.at(group, before[right], low)
        group = group[group]
        if np.array_equal(group, before):
            return group

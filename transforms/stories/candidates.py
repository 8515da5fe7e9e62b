"""Finds pairs of texts that share keys: new with new, and new with known, never known with known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.stories.compare import Ints, ranges
from transforms.stories.words import Hashes

MIN_SHARED = 2
"""Fewest keys that a pair shares."""
HOT = 32
"""A key of more texts than this is hot: its texts are paired with only the first STARS of them. So the cost is never quadratic."""
STARS = 6
_FILTER_BITS = 22


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
    flat, text = flat[order], text[order]
    begins = np.flatnonzero(np.concatenate((np.ones(min(1, len(flat)), bool), flat[1:] != flat[:-1])))
    sizes = np.diff(np.append(begins, len(flat)))
    start, size = np.repeat(begins, sizes), np.repeat(sizes, sizes)
    place = np.arange(len(flat)) - start
    partners = np.where(size <= HOT, place, np.minimum(place, STARS))
    right = np.repeat(text, partners)
    left = text[ranges(start, partners)]
    return _counted(left, right, len(keys), MIN_SHARED)


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

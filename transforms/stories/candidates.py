"""Finds pairs of texts that share keys: new with new, and new with known, never known with known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from transforms.stories.arrays import Ints, parts_of, ranges
from transforms.stories.words import Hashes

MIN_SHARED = 2
"""Fewest keys that a pair shares."""
HOT = 32
"""A key of more texts than this is hot: its texts are paired with only the first STARS of them. So the cost is never quadratic."""
STARS = 6
MOST = 64
"""Most partners of a text: those that share most keys. Copies have fewer; pieces of one long text would have hundreds."""
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
        parts.append(_partners(np.repeat(text[mine], partners[mine]), left))
    found = _joined(parts)
    return Pairs(found.right, found.left, found.shared)


def pairs_with_known(keys: Sequence[Hashes], known: Sequence[Hashes]) -> Pairs:
    """Pairs of a new text (``left``) and a known one (``right``) that share keys. The known texts are in the order of time."""
    new = NewKeys(keys)
    new.add(*_flat(known))
    return new.pairs()


class NewKeys:
    """The keys of new texts. Known texts are added in parts of any size, in the order of time, and only matches are held in memory."""

    def __init__(self, keys: Sequence[Hashes]) -> None:
        flat, text = _flat(keys)
        self._texts = len(keys)
        self.distinct, self._key = np.unique(flat, return_inverse=True)
        """The keys, each once and sorted. A key's number is its place here."""
        self._text = text
        self._new = np.bincount(self._key, minlength=len(self.distinct)).astype(np.int64)
        self._shift = np.uint32(32 - _FILTER_BITS)
        self._filter = np.zeros(1 << _FILTER_BITS, bool)
        self._filter[self.distinct >> self._shift] = True
        self._counts = np.zeros(len(self.distinct), np.int64)
        """The number of known texts that have each key."""
        self._matches: list[tuple[Ints, Ints]] = []

    def matches(self, stock: Hashes, number: Ints) -> tuple[Ints, Ints]:
        """The numbers of a key and of a known text for each of these keys of known texts that a new text has."""
        maybe = np.flatnonzero(self._filter[stock >> self._shift])
        stock, number = stock[maybe], number[maybe]
        at = np.searchsorted(self.distinct, stock)
        inside = np.flatnonzero(at < len(self.distinct))
        inside = inside[self.distinct[at[inside]] == stock[inside]]
        return at[inside], number[inside]

    def add(self, stock: Hashes, number: Ints) -> None:
        """Adds known texts by their keys: ``number[i]`` is the number of the text that has ``stock[i]``."""
        self.add_matches(*self.matches(stock, number))

    def add_matches(self, key: Ints, number: Ints) -> None:
        """Adds what ``matches`` has returned, in the order of time."""
        order = np.argsort(key, kind="stable")
        key, number = key[order], number[order]
        added = np.bincount(key, minlength=len(self.distinct))
        place = np.arange(len(key)) - (np.cumsum(added) - added)[key] + self._counts[key]
        self._counts += added
        kept = place <= HOT
        self._matches.append((key[kept], number[kept]))

    def pairs(self) -> Pairs:
        """Pairs of a new text and a known one that share keys. Of a hot key, only the first STARS known texts have partners."""
        key = np.concatenate([np.empty(0, np.int64), *(key for key, _ in self._matches)])
        number = np.concatenate([np.empty(0, np.int64), *(number for _, number in self._matches)])
        order = np.argsort(key, kind="stable")
        number = number[order]
        kept = np.bincount(key, minlength=len(self.distinct))
        start = np.cumsum(kept) - kept
        partners = np.where(self._new + self._counts > HOT, np.minimum(kept, STARS), kept)[self._key]
        counts = np.bincount(self._text, partners, self._texts).astype(np.int64)
        parts = []
        for part in parts_of(counts, _AT_ONCE):
            mine = slice(*np.searchsorted(self._text, (part.start, part.stop)))
            right = number[ranges(start[self._key[mine]], partners[mine])]
            parts.append(_partners(np.repeat(self._text[mine], partners[mine]), right))
        return _joined(parts)


def _joined(parts: Sequence[Pairs]) -> Pairs:
    nothing = np.empty(0, np.int64)
    return Pairs(*(np.concatenate([nothing, *(getattr(part, f.name) for part in parts)]) for f in fields(Pairs)))


def _flat(keys: Sequence[Hashes]) -> tuple[Hashes, Ints]:
    counts = [len(each) for each in keys]
    return np.concatenate([*keys, np.empty(0, np.uint32)]), np.repeat(np.arange(len(keys)), counts)


def _partners(text: Ints, other: Ints) -> Pairs:
    """Of each of the texts, which come in order, the MOST others that share most keys with it, and at least MIN_SHARED."""
    base = int(other.max(initial=0)) + 1
    codes, shared = np.unique(text * base + other, return_counts=True)
    enough = shared >= MIN_SHARED
    text, other, shared = codes[enough] // base, codes[enough] % base, shared[enough]
    order = np.lexsort((other, -shared, text))
    first = np.searchsorted(text, text)  # lexsort leaves each text at its places
    kept = np.sort(order[np.arange(len(order)) - first < MOST])
    return Pairs(text[kept], other[kept], shared[kept])


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

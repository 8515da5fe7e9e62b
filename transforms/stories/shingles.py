"""The shingles of texts as small numbers, and which of them another text has: a table by number takes the place of a search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from transforms.stories.arrays import Ints, distinct, in_threads, keyed, parts_of, ranges
from transforms.stories.background import Background
from transforms.stories.words import Hashes

Places = NDArray[np.int32]
_AT_ONCE = 150_000
"""Shingles that are looked up at the same time: few enough for the cache of a core."""
_COUNTED = 20_000_000
"""Shingles that one thread looks up before another one may take its turn; its table takes longer to make than few of them."""
_NUMBERED = 1_000_000
"""Shingles that are that one thread numbers at a time; about 50 MB."""


@dataclass(frozen=True, slots=True)
class Shingles:
    """The shingles of some texts that may also be in another one: several texts of the background have them, and they are not furniture.

    They lie in flat arrays: those of text ``i``, in order, at ``starts[i]`` and the next ``counts[i]`` places.
    """

    number: NDArray[np.int32]
    """Equal shingles have the same number."""
    place: Places
    """Where it stands, counted from the beginning of its text."""
    is_first: NDArray[np.bool_]
    """True for the first one of those of its text that are equal."""
    starts: Ints
    counts: Ints
    size: int
    """All numbers are smaller."""
    distinct: Ints
    """Distinct shingles of each text that are not furniture, whether another text has them or not."""
    furniture: NDArray[np.bool_]
    """True for each shingle that is furniture of its source. Here, those of text ``i`` are at ``all_starts[i]`` and the next places."""
    all_starts: Ints
    all_counts: Ints

    def shared(self, left: Ints, right: Ints) -> Ints:
        """The number of distinct shingles that ``left[i]`` and ``right[i]`` share. Pairs with the same left text stand together."""
        shared = np.zeros(len(left), np.int64)

        def count(part: slice) -> None:
            for pairs, at, there in self.found(left[part], right[part]):
                hits = np.flatnonzero(there >= 0)
                shared[part][pairs] = self.distinct_hits(at[hits], hits, self.counts[right[part][pairs]])

        in_threads(count, parts_of(self.counts[right], _COUNTED))
        return shared

    def distinct_hits(self, at: Ints, hits: Ints, counts: Ints) -> Ints:
        """The number of distinct shingles among the hits in each stretch of so many places. ``at`` is where they are in the flat arrays."""
        first = hits[self.is_first[at]]
        return np.diff(np.searchsorted(first, np.append(0, np.cumsum(counts))))

    def found(self, stock: Ints, text: Ints) -> Iterator[tuple[slice, Ints, Places]]:
        """Looks the shingles of each ``text[i]`` up in the text ``stock[i]``. Pairs with the same ``stock`` stand together.

        Yields a stretch of the pairs, where their shingles are in the flat arrays, and the place of each in ``stock[i]``, counted from the
        beginning of that text: of several equal ones the first, and -1 if there is none.
        """
        places = np.full(self.size, -1, np.int32)
        for pairs in parts_of(self.counts[text], _AT_ONCE):
            counts = self.counts[text[pairs]]
            at = ranges(self.starts[text[pairs]], counts)
            number, there = self.number[at], np.empty(len(at), np.int32)
            owners = stock[pairs]
            begins = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
            bounds = np.append(np.append(0, np.cumsum(counts))[begins], len(at)).tolist()
            for owner, begin, end in zip(owners[begins].tolist(), bounds[:-1], bounds[1:], strict=True):
                its = slice(self.starts[owner], self.starts[owner] + self.counts[owner])
                places[self.number[its][::-1]] = self.place[its][::-1]  # the first one is written last
                places.take(number[begin:end], out=there[begin:end], mode="clip")
                places[self.number[its]] = -1
            yield pairs, at, there


def shingles_of(
    grams: Sequence[Hashes], distinct_counts: Ints, sources: Sequence[str], background: Background
) -> Shingles:
    """The shingles of texts of the background. ``grams`` has those of each text in order, ``distinct_counts`` how many are distinct."""
    all_counts = np.array([len(each) for each in grams], np.int64)

    def numbered(part: slice) -> _Numbered:
        return _numbered(grams[part], sources[part], background)

    nothing = _numbered([np.empty(0, np.uint32)], [""], background)
    parts = [nothing, *in_threads(numbered, parts_of(all_counts, _NUMBERED))]
    counts, furniture_counts = (
        np.concatenate([getattr(part, name) for part in parts])[1:] for name in ("counts", "furniture_counts")
    )
    return Shingles(
        number=np.concatenate([part.number for part in parts]),
        place=np.concatenate([part.place for part in parts]),
        is_first=np.concatenate([part.is_first for part in parts]),
        starts=np.cumsum(counts) - counts,
        counts=counts,
        size=len(background.counts),
        distinct=distinct_counts - furniture_counts,
        furniture=np.concatenate([part.furniture for part in parts]),
        all_starts=np.cumsum(all_counts) - all_counts,
        all_counts=all_counts,
    )


@dataclass(frozen=True, slots=True)
class _Numbered:
    """The shingles of some texts, as in ``Shingles``."""

    number: NDArray[np.int32]
    place: Places
    is_first: NDArray[np.bool_]
    counts: Ints
    furniture: NDArray[np.bool_]
    furniture_counts: Ints
    """Distinct shingles of each text that are furniture."""


def _numbered(grams: Sequence[Hashes], sources: Sequence[str], background: Background) -> _Numbered:
    flat, counts = np.concatenate(grams), np.array([len(each) for each in grams], np.int64)
    starts = np.cumsum(counts) - counts
    furniture = _are_furniture(flat, starts, counts, sources, background)
    number = background.numbers.get(flat, -1).astype(np.int32)
    at = np.flatnonzero(number >= 0)
    all_text = np.repeat(np.arange(len(grams)), counts)
    text, number, common = all_text[at], number[at], furniture[at]
    place = (at - starts[text]).astype(np.int32)
    is_first = np.empty(len(at), bool)
    places = np.empty(len(background.counts), np.int32)
    for begin, end in pairwise(np.searchsorted(text, np.arange(len(grams) + 1)).tolist()):
        places[number[begin:end][::-1]] = place[begin:end][::-1]  # the first one is written last
        is_first[begin:end] = places[number[begin:end]] == place[begin:end]
    # Furniture that only one text has, in which several stories are, has no number.
    lone = furniture.copy()
    lone[at] = False
    lone_text = (distinct(keyed(all_text[lone], flat[lone])) >> np.uint64(32)).astype(np.int64)
    return _Numbered(
        number=number[~common],
        place=place[~common],
        is_first=is_first[~common],
        counts=np.bincount(text[~common], minlength=len(grams)),
        furniture=furniture,
        furniture_counts=np.bincount(np.append(text[common & is_first], lone_text), minlength=len(grams)),
    )


def _are_furniture(
    flat: Hashes, starts: Ints, counts: Ints, sources: Sequence[str], background: Background
) -> NDArray[np.bool_]:
    """True for each shingle of texts in a flat array that is furniture of the text's source."""
    by_source: dict[str, list[int]] = defaultdict(list)
    for text, source in enumerate(sources):
        by_source[source].append(text)
    found = np.empty(len(flat), bool)
    for source, texts in by_source.items():
        at = ranges(starts[texts], counts[texts])
        found[at] = background.is_furniture(flat[at], source)
    return found

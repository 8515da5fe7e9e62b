"""Compares pairs of units. Texts are prepared for a part of the pairs at a time, so that memory does not grow with the number of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from transforms.stories.background import Background
from transforms.stories.candidates import Pairs, linked
from transforms.stories.compare import Comparison, compare, joined
from transforms.stories.sketch import grams_of, hashes
from transforms.stories.texts import Ints, parts_of, ranges, texts_of
from transforms.stories.units import Unit
from transforms.stories.words import Hashes

_THREADS = 2
"""Parts that are compared at the same time. NumPy lets other threads run while it works on an array."""
_PREPARED = 4_000_000 // _THREADS
"""Shingles of the pairs of one part, whose texts are prepared together: about 150 MB for all threads."""
_COUNTED = 250_000
"""Shingles that are counted at the same time: few enough for the cache of a core."""


class Comparer:
    """Compares units by their numbers."""

    def __init__(self, units: Sequence[Unit], background: Background) -> None:
        self._units = units
        self._background = background

    def sharing(self, pairs: Pairs, distinct: Sequence[Hashes], least: int) -> Pairs:
        """The pairs that share at least so many distinct shingles that are not furniture. Most candidates share none.

        ``distinct`` has the distinct shingles of each unit, sorted.
        """
        numbers = np.unique(np.concatenate((pairs.left, pairs.right)))
        rare = [self._without_furniture(number, distinct[number]) for number in numbers.tolist()]
        counts = np.array([len(each) for each in rare], np.int64)
        flat = np.concatenate([*rare, np.empty(0, np.uint32)])
        left, right = np.searchsorted(numbers, pairs.left), np.searchsorted(numbers, pairs.right)
        starts = np.cumsum(counts) - counts

        def counted(part: slice) -> Ints:
            return _shared(flat, starts, counts, left[part], right[part])

        with ThreadPoolExecutor(_THREADS) as pool:
            parts = list(pool.map(counted, parts_of(counts[left] + counts[right], _COUNTED)))
        shared = np.concatenate([*parts, np.empty(0, np.int64)])
        enough = shared >= least
        return Pairs(pairs.left[enough], pairs.right[enough], pairs.shared[enough])

    def compare_pairs(self, left: Ints, right: Ints) -> Comparison:
        """Compares the units with the numbers ``left[i]`` and ``right[i]``, for all i."""
        # Pairs of the same texts come together, so that most texts are prepared once.
        order = np.lexsort((right, left, linked(len(self._units), left, right)[left]))
        words = np.array([len(unit.first.words) // 4 for unit in self._units], np.int64)
        sizes = (words[left] + words[right])[order]

        def compared(part: slice) -> Comparison:
            return self._compared(left[order[part]], right[order[part]])

        with ThreadPoolExecutor(_THREADS) as pool:
            parts = list(pool.map(compared, parts_of(sizes, _PREPARED)))
        return joined(parts or [self._compared(left, right)]).at(np.argsort(order))

    def _without_furniture(self, number: int, grams: Hashes) -> Hashes:
        return grams[~self._background.is_furniture(grams, self._units[number].first.source)]

    def _compared(self, left: Ints, right: Ints) -> Comparison:
        numbers = np.unique(np.concatenate((left, right)))
        sketches = [self._units[number].first for number in numbers.tolist()]
        grams = [grams_of(sketch) for sketch in sketches]
        common = [self._background.is_furniture(g, sketch.source) for g, sketch in zip(grams, sketches, strict=True)]
        texts = texts_of(
            [hashes(sketch.words) for sketch in sketches],
            np.array([sketch.shingle for sketch in sketches], np.int64),
            grams,
            np.concatenate([*common, np.empty(0, bool)]),
            self._background.weights(np.concatenate([*grams, np.empty(0, np.uint32)])),
        )
        return compare(texts, np.searchsorted(numbers, left), np.searchsorted(numbers, right))


def _shared(flat: Hashes, starts: Ints, counts: Ints, left: Ints, right: Ints) -> Ints:
    """The number of shingles that both texts of each pair have."""
    swap = counts[left] > counts[right]
    few, many = np.where(swap, right, left), np.where(swap, left, right)
    pairs = np.arange(len(left), dtype=np.uint64) << np.uint64(32)
    needles = np.repeat(pairs, counts[few]) | flat[ranges(starts[few], counts[few])]
    stock = np.repeat(pairs, counts[many]) | flat[ranges(starts[many], counts[many])]
    found = np.minimum(np.searchsorted(stock, needles), max(len(stock) - 1, 0))
    hit = stock[found] == needles if len(stock) else np.zeros(len(needles), bool)
    total = np.concatenate(([0], np.cumsum(hit)))
    ends = np.cumsum(counts[few])
    shared: Ints = total[ends] - total[ends - counts[few]]
    return shared

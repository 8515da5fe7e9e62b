"""Compares pairs of units. Texts are prepared for a part of the pairs at a time, so that memory does not grow with the number of pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transforms.stories.arrays import THREADS, Ints, in_threads, parts_of
from transforms.stories.background import Background
from transforms.stories.candidates import Pairs, linked
from transforms.stories.compare import Comparison, compare, joined
from transforms.stories.shingles import Shingles
from transforms.stories.texts import texts_of
from transforms.stories.units import Unit

_PREPARED = 4_000_000 // THREADS
"""Shingles of the pairs of one part, whose texts are prepared together: about 150 MB for all threads."""


class Comparer:
    """Compares units by their numbers."""

    def __init__(self, units: Sequence[Unit], shingles: Shingles, background: Background) -> None:
        self._units = units
        self._shingles = shingles
        self._background = background

    def sharing(self, pairs: Pairs, least: int) -> Pairs:
        """The pairs that share at least so many distinct shingles that are not furniture. Most candidates share none."""
        order = np.argsort(pairs.left, kind="stable")
        shared = np.empty(len(order), np.int64)
        shared[order] = self._shingles.shared(pairs.left[order], pairs.right[order])
        enough = shared >= least
        return Pairs(pairs.left[enough], pairs.right[enough], pairs.shared[enough])

    def compare_pairs(self, left: Ints, right: Ints) -> Comparison:
        """Compares the units with the numbers ``left[i]`` and ``right[i]``, for all i."""
        # Pairs of the same texts come together, so that most texts are prepared once.
        order = np.lexsort((right, left, linked(len(self._units), left, right)[left]))
        sizes = (self._shingles.all_counts[left] + self._shingles.all_counts[right])[order]

        def compared(part: slice) -> Comparison:
            return self._compared(left[order[part]], right[order[part]])

        parts = in_threads(compared, parts_of(sizes, _PREPARED))
        return joined(parts or [self._compared(left, right)]).at(np.argsort(order))

    def _compared(self, left: Ints, right: Ints) -> Comparison:
        numbers = np.unique(np.append(left, right))
        sketches = [self._units[number].first for number in numbers.tolist()]
        texts = texts_of(numbers, sketches, self._shingles, self._background)
        return compare(texts, self._shingles, left, right)

"""What is common: the furniture of a source, and how many texts have a shingle. Both are counted over a background of texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.stories.arrays import distinct
from transforms.stories.lookup import Lookup
from transforms.stories.words import Hashes

FURNITURE_STORIES = 3
"""A shingle in so many different stories of a source is furniture of that source: promotion, legal lines, headings of widgets."""

LEAST_TEXTS = 2_500
"""A smaller background counts as one of this size: in a lake of ten articles, what two of them share is not common property."""


@dataclass(frozen=True, slots=True)
class Background:
    """Counts over a background of texts."""

    numbers: Lookup
    """A number for each shingle that several texts have."""
    counts: NDArray[np.int64]
    """How many texts have it, by that number."""
    size: int
    """Number of texts."""
    furniture: dict[str, Hashes]
    """By source: its furniture, sorted."""
    stories: dict[str, int]
    """By source: the number of its stories in the background."""

    @property
    def counted(self) -> int:
        """Number of texts, at least LEAST_TEXTS."""
        return max(self.size, LEAST_TEXTS)

    def weights(self, counts: NDArray[np.int64]) -> NDArray[np.float32]:
        """The weight of a shingle that so many texts have: the logarithm of their share, negated."""
        return np.log((self.counted + 1) / counts).astype(np.float32)

    def is_furniture(self, grams: Hashes, source: str) -> NDArray[np.bool_]:
        """True for each shingle that is furniture of the source."""
        known = self.furniture.get(source)
        if known is None or not len(known):
            return np.zeros(len(grams), bool)
        # Most are told apart by their upper halves.
        may_be = np.zeros(1 << 16, bool)
        may_be[known >> 16] = True
        found: NDArray[np.bool_] = may_be[grams >> 16]
        at = np.flatnonzero(found)
        found[at] = known[np.minimum(np.searchsorted(known, grams[at]), len(known) - 1)] == grams[at]
        return found


def background_of(texts: Sequence[Hashes], seen: Iterable[tuple[str, Hashable, int]]) -> Background:
    """Counts texts, given by their distinct shingles.

    ``seen`` has a source, a story and the number of a text for each time that a text was seen.

    Texts count once each, however many copies of them there are: else the largest stories would look like common property. Furniture counts
    by stories, because a source that updates a story ten times has not made it furniture.
    """
    shingles, counts = _counted(texts)
    stories: dict[str, dict[Hashable, list[int]]] = defaultdict(lambda: defaultdict(list))
    for source, story, text in seen:
        stories[source][story].append(text)
    furniture = {}
    for source, by_story in stories.items():
        if len(by_story) < FURNITURE_STORIES:
            continue
        grams, in_stories = _counted(
            [
                texts[numbers[0]] if len(numbers) == 1 else distinct(np.concatenate([texts[n] for n in numbers]))
                for numbers in by_story.values()
            ]
        )
        furniture[source] = grams[in_stories >= FURNITURE_STORIES]
    return Background(
        numbers=Lookup(shingles, np.arange(len(shingles))),
        counts=counts,
        size=len(texts),
        furniture=furniture,
        stories={source: len(by_story) for source, by_story in stories.items()},
    )


def _counted(sets: Sequence[Hashes]) -> tuple[Hashes, NDArray[np.int64]]:
    """The values that are in several of some sets, sorted, and the number of sets that have each."""
    values = np.concatenate([*sets, np.empty(0, np.uint32)])
    values.sort()
    again = np.zeros(len(values) + 1, bool)
    np.equal(values[1:], values[:-1], out=again[1:-1])
    # A stretch of equal values is one place that is not again, and those after it that are.
    begins = np.flatnonzero(again[1:] & ~again[:-1])
    ends = np.flatnonzero(again[:-1] & ~again[1:])
    return values[begins], ends - begins + 1

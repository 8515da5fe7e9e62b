"""What is common: the furniture of a source, and how many texts have a shingle. Both are counted over a background of texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.stories.lookup import Lookup
from transforms.stories.words import Hashes

FURNITURE_STORIES = 3
"""A shingle in so many different stories of a source is furniture of that source: promotion, legal lines, headings of widgets."""

LEAST_TEXTS = 2_500
"""A smaller background counts as one of this size: in a lake of ten articles, what two of them share is not common property."""
_AT_ONCE = 2_000_000
"""Shingles that are counted at the same time; about 50 MB."""


@dataclass(frozen=True, slots=True)
class Background:
    """Counts over a background of texts."""

    texts: Lookup
    """The number of texts that have a shingle, if more than one has it."""
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

    def weights(self, grams: Hashes) -> NDArray[np.float32]:
        """The weight of each shingle: the logarithm of the share of texts that have it, negated."""
        return np.log((self.counted + 1) / self.texts.get(grams, 1)).astype(np.float32)

    def is_furniture(self, grams: Hashes, source: str) -> NDArray[np.bool_]:
        """True for each shingle that is furniture of the source."""
        known = self.furniture.get(source)
        if known is None or not len(known):
            return np.zeros(len(grams), bool)
        found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, grams), len(known) - 1)] == grams
        return found


def background_of(texts: Sequence[Hashes], seen: Iterable[tuple[str, Hashable, int]]) -> Background:
    """Counts texts, given by their distinct shingles.

    ``seen`` has a source, a story and the number of a text for each time that a text was seen.

    Texts count once each, however many copies of them there are: else the largest stories would look like common property. Furniture counts
    by stories, because a source that updates a story ten times has not made it furniture.
    """
    shingles, counts = _counted(texts)
    repeated = counts > 1
    stories: dict[str, dict[Hashable, list[int]]] = defaultdict(lambda: defaultdict(list))
    for source, story, text in seen:
        stories[source][story].append(text)
    furniture = {}
    for source, by_story in stories.items():
        if len(by_story) < FURNITURE_STORIES:
            continue
        grams, in_stories = _counted(
            [
                texts[numbers[0]] if len(numbers) == 1 else np.unique(np.concatenate([texts[n] for n in numbers]))
                for numbers in by_story.values()
            ]
        )
        furniture[source] = grams[in_stories >= FURNITURE_STORIES]
    return Background(
        texts=Lookup(shingles[repeated], counts[repeated]),
        size=len(texts),
        furniture=furniture,
        stories={source: len(by_story) for source, by_story in stories.items()},
    )


def _counted(sets: Sequence[Hashes]) -> tuple[Hashes, NDArray[np.int64]]:
    """The distinct values of some sorted sets, sorted, and the number of sets that have each."""
    parts = max(1, sum(map(len, sets)) // _AT_ONCE)
    bounds = np.arange(1, parts, dtype=np.uint64) * np.uint64(2**32 // parts)
    stretches = [np.split(values, np.searchsorted(values, bounds.astype(np.uint32))) for values in sets]
    found = [_counted_part([each[part] for each in stretches]) for part in range(parts)]
    return np.concatenate([values for values, _ in found]), np.concatenate([counts for _, counts in found])


def _counted_part(sets: Sequence[Hashes]) -> tuple[Hashes, NDArray[np.int64]]:
    values = np.sort(np.concatenate([*sets, np.empty(0, np.uint32)]))
    begins = np.flatnonzero(np.concatenate((np.ones(min(1, len(values)), bool), values[1:] != values[:-1])))
    return values[begins], np.diff(np.append(begins, len(values))).astype(np.int64)

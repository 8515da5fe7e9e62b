"""Articles with the same words, as units: they are compared once, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from schemas import Sketch
from transforms.stories.arrays import Ints
from transforms.stories.sketch import MIN_WORDS


@dataclass(slots=True)
class Unit:
    """Articles with the same words, none more than the look-back after the one before it."""

    members: list[Sketch] = field(default_factory=list)
    """In order of seniority."""
    is_new: list[bool] = field(default_factory=list)
    """True for each member that this run adds."""
    story: str | None = None
    """The published story that it belongs to."""
    begins: datetime | None = None
    ends: datetime | None = None
    """The times of its first and last dated member."""
    undated: bool = False
    """True when a member has no date."""

    @property
    def first(self) -> Sketch:
        """Its senior member."""
        return self.members[0]

    @property
    def wire(self) -> bool:
        """True when a wire published it."""
        return any(member.source_kind == "wire" for member in self.members)

    @property
    def any_new(self) -> bool:
        """True when this run adds a member."""
        return any(self.is_new)


def seniority(sketch: Sketch) -> tuple[datetime, bool, str, int]:
    """Sorts articles: the earliest first, a wire before an outlet."""
    moment = sketch.published_at or sketch.first_seen_at
    return moment, sketch.source_kind != "wire", sketch.article_id, sketch.revision


def units_of(
    new: Sequence[Sketch], known: Sequence[Sketch], stories: Mapping[str, str], look_back: timedelta
) -> list[Unit]:
    """Articles with the same words as units, in order of seniority. A short text is a unit alone, and so is a revision."""
    rows = [(sketch, False) for sketch in known] + [(sketch, True) for sketch in new]
    by_text: dict[object, list[tuple[Sketch, bool]]] = defaultdict(list)
    for sketch, is_new in sorted(rows, key=lambda row: (seniority(row[0]), row[1])):
        alone = len(sketch.words) < 4 * MIN_WORDS
        by_text[(sketch.article_id, sketch.revision) if alone else sketch.content_hash].append((sketch, is_new))
    units = []
    for same in by_text.values():
        unit = Unit()
        for sketch, is_new in same:
            moment = sketch.published_at
            if moment is not None and unit.ends is not None and moment - unit.ends > look_back:
                units.append(unit)
                unit = Unit()
            story = (stories.get(sketch.article_id) if is_new else sketch.story_id) or None
            if story is not None and unit.story not in (None, story):
                units.append(unit)
                unit = Unit()
            unit.story = unit.story or story
            unit.members.append(sketch)
            unit.is_new.append(is_new)
            unit.undated |= moment is None
            unit.begins, unit.ends = unit.begins or moment, moment or unit.ends
        units.append(unit)
    return sorted(units, key=lambda unit: seniority(unit.first))


def are_within(units: Sequence[Unit], left: Ints, right: Ints, look_back: timedelta) -> NDArray[np.bool_]:
    """True where a member of each unit of a pair are at most ``look_back`` apart. An article without a date is near to all."""
    undated = np.array([unit.undated or unit.begins is None for unit in units], bool)
    begins = np.array([unit.begins.timestamp() if unit.begins else 0.0 for unit in units], float)
    ends = np.array([unit.ends.timestamp() if unit.ends else 0.0 for unit in units], float)
    apart = np.maximum(begins[left], begins[right]) - np.minimum(ends[left], ends[right])
    within: NDArray[np.bool_] = undated[left] | undated[right] | (apart <= look_back.total_seconds())
    return within

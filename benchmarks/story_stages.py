"""The stages of grouping, measured in this process."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import PeakMemory
from schemas import Article
from transforms.stories.group import LOOK_BACK, candidates_of, group_articles
from transforms.stories.sketch import sketch_of
from transforms.stories.units import units_of


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage."""

    name: str
    seconds: float
    """Processor time."""
    items: int
    unit: str
    """What the items are."""
    peak_mb: float | None = None
    """Peak memory of the process in this stage; None for a part of a stage."""


def stages(articles: Sequence[Article]) -> list[Stage]:
    """Sketches the articles, groups them all at once, and measures each stage."""
    with PeakMemory() as peak:
        began = time.process_time()
        sketches = [sketch_of(article) for article in articles]
        sketching = time.process_time() - began
    found = [Stage("sketching", sketching, len(articles), "documents", peak.megabytes)]
    with PeakMemory() as peak:
        units = units_of(sketches, [], {}, LOOK_BACK)
        began = time.process_time()
        pairs = len(candidates_of(units, LOOK_BACK).left)
        found.append(Stage("candidates", time.process_time() - began, pairs, "pairs", peak.megabytes))
    profile = cProfile.Profile(time.process_time)
    with PeakMemory() as peak:
        profile.runcall(group_articles, sketches, [], [], {})
    stats = pstats.Stats(profile).get_stats_profile().func_profiles
    counting, comparing = stats["sharing"].cumtime, stats["compare_pairs"].cumtime
    return [
        *found,
        Stage("grouping", stats["group_articles"].cumtime, len(articles), "documents", peak.megabytes),
        Stage("- background", stats["_background"].cumtime, len(units), "texts"),
        Stage("- verification", counting + comparing, pairs, "pairs"),
        Stage("- joining", stats["_groups_of"].cumtime, len(units), "texts"),
    ]

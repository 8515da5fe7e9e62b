"""Durations as data that can be added up: counts in buckets and a sum, all whole numbers.

Timings travel to the run record as tallies, like every count. So they are correct on every engine and for windows as for passes, and
the timings of many run records can be added up (by a Prometheus histogram, or by a query). The price: quantiles are only as exact as
the buckets. The mean is exact to a millisecond.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

EDGES = tuple(float(f"{digit}e{power}") for power in range(-3, 7) for digit in (1, 2, 5))
"""Upper edges of the buckets in seconds: 1 ms to two months."""
BEYOND = float("inf")
"""Upper edge of the last bucket, which counts longer durations."""
_LONGEST = 1e8  # seconds; keeps sums of many durations within 64 bits
_PREFIX = "timing/"
_SUM = "ms"


@dataclass(slots=True)
class Timing:
    """Durations of one kind."""

    milliseconds: int = 0
    """Sum of all durations."""
    buckets: Counter[float] = field(default_factory=Counter)
    """Number of durations in each bucket, by its upper edge in seconds. Empty buckets are left out."""

    def add(self, seconds: float) -> None:
        """Adds one duration. A negative one (the clock was set back) counts as 0."""
        seconds = min(max(seconds, 0.0), _LONGEST)
        at = bisect_left(EDGES, seconds)
        self.buckets[EDGES[at] if at < len(EDGES) else BEYOND] += 1
        self.milliseconds += round(seconds * 1000)

    def merge(self, other: Timing) -> None:
        """Adds all durations of another timing."""
        self.milliseconds += other.milliseconds
        self.buckets.update(other.buckets)

    @property
    def count(self) -> int:
        """Number of durations."""
        return sum(self.buckets.values())

    @property
    def mean(self) -> float:
        """Mean in seconds; 0 when there are no durations."""
        return self.milliseconds / 1000 / max(self.count, 1)

    @property
    def longest(self) -> float:
        """Upper edge, in seconds, of the bucket of the longest duration; 0 when there are none."""
        return max(self.buckets, default=0.0)

    def quantile(self, share: float) -> float:
        """Seconds within which ``share`` (0 to 1) of the durations lie, linear within a bucket; 0 when there are none."""
        before, wanted = 0, share * self.count
        for edge in sorted(self.buckets):
            number = self.buckets[edge]
            if before + number >= wanted:
                lower = max((other for other in (0.0, *EDGES) if other < edge), default=0.0)
                upper = lower if edge == BEYOND else edge
                return lower + (upper - lower) * (wanted - before) / number
            before += number
        return 0.0

    def cumulative(self, edges: Iterable[float]) -> Iterator[tuple[float, int]]:
        """For each of these edges (some of EDGES): the edge, and the number of durations up to it."""
        for edge in edges:
            yield edge, sum(number for upper, number in self.buckets.items() if upper <= edge)

    def named_counts(self, kind: str) -> Iterator[tuple[str, int]]:
        """The names and counts of this timing's tallies; ``kind`` is one of TIMINGS."""
        for edge, number in self.buckets.items():
            yield f"{_PREFIX}{kind}/{edge:g}", number
        if self.milliseconds:
            yield f"{_PREFIX}{kind}/{_SUM}", self.milliseconds

    def to_json(self) -> dict[str, Any]:
        """The timing in a run record: figures for people, and the numbers that can be added up."""
        return {
            "count": self.count,
            "mean": round(self.mean, 6),
            "median": round(self.quantile(0.5), 6),
            "p95": round(self.quantile(0.95), 6),
            "milliseconds": self.milliseconds,
            "buckets": {f"{edge:g}": self.buckets[edge] for edge in sorted(self.buckets)},
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Timing:
        """The inverse of to_json."""
        return cls(values["milliseconds"], Counter({float(edge): number for edge, number in values["buckets"].items()}))


def is_timing(name: str) -> bool:
    """True for a name from named_counts."""
    return name.startswith(_PREFIX)


def add_named(timings: dict[str, Timing], name: str, count: int) -> None:
    """Adds a name and count from named_counts to the timing of its kind."""
    kind, _, part = name.removeprefix(_PREFIX).rpartition("/")
    timing = timings.setdefault(kind, Timing())
    if part == _SUM:
        timing.milliseconds += count
    else:
        timing.buckets[float(part)] += count

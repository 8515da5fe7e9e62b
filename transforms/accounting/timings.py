"""How long things took, as data that adds up: counts in buckets and a sum, all whole numbers.

Timings travel to the record of a run as tallies, like every count. So they are right on every engine, in a window as in a pass, and
whoever adds up records of many runs (a Prometheus histogram, a query) may add up timings too. The price is that a median is only as
exact as its bucket; the mean is exact to a millisecond.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

EDGES = tuple(float(f"{digit}e{power}") for power in range(-3, 7) for digit in (1, 2, 5))
"""Upper edges of the buckets in seconds, from a millisecond to two months; what took longer counts as beyond."""
BEYOND = float("inf")
"""The edge of what no other bucket holds."""
_LONGEST = 1e8  # seconds; keeps the sum of many within 64 bits
_PREFIX = "timing/"
_SUM = "ms"


@dataclass(slots=True)
class Timing:
    """Durations of one kind."""

    milliseconds: int = 0
    """All of them together."""
    buckets: Counter[float] = field(default_factory=Counter)
    """How many lie in each bucket, by its upper edge in seconds; empty buckets are not there."""

    def add(self, seconds: float) -> None:
        """One more duration; what a clock that was set back makes negative counts as nothing."""
        seconds = min(max(seconds, 0.0), _LONGEST)
        at = bisect_left(EDGES, seconds)
        self.buckets[EDGES[at] if at < len(EDGES) else BEYOND] += 1
        self.milliseconds += round(seconds * 1000)

    @property
    def count(self) -> int:
        """How many durations there are."""
        return sum(self.buckets.values())

    @property
    def mean(self) -> float:
        """Seconds; 0 for no durations."""
        return self.milliseconds / 1000 / max(self.count, 1)

    @property
    def longest(self) -> float:
        """Upper edge in seconds of the bucket that the longest one lies in; 0 for no durations."""
        return max(self.buckets, default=0.0)

    def quantile(self, share: float) -> float:
        """Seconds that ``share`` (0 to 1) of them took at most, read linearly within a bucket; 0 for no durations."""
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
        """How many took at most so many seconds, for some of EDGES."""
        for edge in edges:
            yield edge, sum(number for upper, number in self.buckets.items() if upper <= edge)

    def named_counts(self, kind: str) -> Iterator[tuple[str, int]]:
        """As names and counts of tallies."""
        for edge, number in self.buckets.items():
            yield f"{_PREFIX}{kind}/{edge:g}", number
        if self.milliseconds:
            yield f"{_PREFIX}{kind}/{_SUM}", self.milliseconds

    def to_json(self) -> dict[str, Any]:
        """For the record of a run: what people look for, and what adds up."""
        return {
            "count": self.count,
            "mean": round(self.mean, 6),
            "median": round(self.quantile(0.5), 6),
            "p95": round(self.quantile(0.95), 6),
            "milliseconds": self.milliseconds,
            "buckets": {f"{edge:g}": self.buckets[edge] for edge in sorted(self.buckets)},
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Timing:
        """The inverse of to_json."""
        return cls(held["milliseconds"], Counter({float(edge): number for edge, number in held["buckets"].items()}))


def is_timing(name: str) -> bool:
    """True for the names that named_counts gives."""
    return name.startswith(_PREFIX)


def add_named(timings: dict[str, Timing], name: str, count: int) -> None:
    """Adds what named_counts gave to the timing that it belongs to."""
    kind, _, what = name.removeprefix(_PREFIX).rpartition("/")
    timing = timings.setdefault(kind, Timing())
    if what == _SUM:
        timing.milliseconds += count
    else:
        timing.buckets[float(what)] += count

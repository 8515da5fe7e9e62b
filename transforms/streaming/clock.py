"""When a stream does what: ticks, and the schedule of polls and windows."""

from __future__ import annotations

import time
from dataclasses import dataclass

PERIOD = 1.0
"""Seconds between two ticks."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment at which every shard checks what is due."""

    last: bool
    """True when the stream is ending and everything open must be closed. More ticks with True may follow."""


class TickThrottle:
    """Drops ticks of a shard that come too soon after another. Each subtask of Flink's source ticks by itself."""

    def __init__(self) -> None:
        self._admitted: dict[str, float] = {}

    def admits(self, shard: str, tick: Tick) -> bool:
        """True for the first tick of a shard in a period, and for every tick of the end."""
        at = time.monotonic()
        if not tick.last and at - self._admitted.get(shard, -PERIOD) < 0.8 * PERIOD:
            return False
        self._admitted[shard] = at
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often a stream polls and commits."""

    every: float
    """Seconds between two polls of a feed whose source sets no interval."""
    window: float
    """Seconds of a window. Each window is one commit."""

    @property
    def commit_deadline(self) -> float:
        """Seconds after which an entry that was sent to FetchDue should be in the lake."""
        return 2 * self.window + 60

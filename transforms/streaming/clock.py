"""When a stream does what: ticks, and the schedule of polls and windows."""

from __future__ import annotations

import time
from dataclasses import dataclass

PERIOD = 1.0
"""Seconds between two ticks."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment at which every shard looks what is due."""

    last: bool
    """True when the stream is ending, and what is open is to be closed. Others that say the same may follow."""


class TickThrottle:
    """Lets a tick of each shard pass, and none that comes at its heels: each subtask of Flink's source beats by itself."""

    def __init__(self) -> None:
        self._passed: dict[str, float] = {}

    def lets_pass(self, shard: str, tick: Tick) -> bool:
        """True for the first tick of a shard in a while, and for each that tells of the end."""
        at = time.monotonic()
        if not tick.last and at - self._passed.get(shard, -PERIOD) < 0.8 * PERIOD:
            return False
        self._passed[shard] = at
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often a stream does what."""

    every: float
    """Seconds between two polls of a feed whose source names no interval."""
    window: float
    """Seconds of a window, each of which is one commit."""

    @property
    def patience(self) -> float:
        """Seconds within which what was sent on ought to be in the lake."""
        return 2 * self.window + 60

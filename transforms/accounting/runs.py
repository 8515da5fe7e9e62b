"""Names of runs, and the clocks."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

_NAMES = 16**6
"""Names of runs of one second."""


def new_run_id(now: datetime, after: str = "") -> str:
    """A name for a run that sorts by time: ``20261001T081500Z-3f9a1c``. It comes after the run ``after``, also in the same second."""
    second = f"{now:%Y%m%dT%H%M%SZ}"
    lowest = int(after.rpartition("-")[2], 16) + 1 if after.startswith(second) else 0
    if lowest == _NAMES:
        lowest = 0  # there is no name after the last one
    return f"{second}-{lowest + secrets.randbelow(_NAMES - lowest):06x}"


def _system_clock() -> datetime:
    return datetime.now(timezone.utc)


clock: Callable[[], datetime] = _system_clock
"""The clock of this process. Tests set another one, to let hours pass."""


monotonic: Callable[[], float] = time.monotonic
"""The clock that a Stopwatch reads in its own process. Tests set another one."""
_PROCESS = secrets.token_hex(16)
"""This process. Those that are forked from it have the same clock."""


def now() -> datetime:
    """The current time in UTC."""
    return clock()


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Tells how many seconds have passed. It may be sent to other processes.

    In the process that called ``start``, it does not matter if somebody sets the clock meanwhile. Elsewhere, the clock tells.
    """

    started_at: datetime
    """When it was started."""
    _process: str = ""
    _began: float = 0.0

    @classmethod
    def start(cls, at: datetime) -> Stopwatch:
        """Starts one now, which is ``at`` by the clock."""
        return cls(at, _PROCESS, monotonic())

    def seconds(self) -> float:
        """Seconds since it was started; never negative."""
        passed = monotonic() - self._began if self._process == _PROCESS else (now() - self.started_at).total_seconds()
        return max(0.0, passed)

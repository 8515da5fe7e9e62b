"""Names of runs, and the clock."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timezone


def new_run_id(now: datetime) -> str:
    """A name for a run that sorts by time: ``20261001T081500Z-3f9a1c``."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def _system_clock() -> datetime:
    return datetime.now(timezone.utc)


clock: Callable[[], datetime] = _system_clock
"""The clock of this process. Tests set another one, to let hours pass."""


def now() -> datetime:
    """The current time in UTC."""
    return clock()

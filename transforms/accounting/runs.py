"""Names of runs, and the clock."""

from __future__ import annotations

import secrets
from datetime import datetime, timezone


def new_run_id(now: datetime) -> str:
    """A name for a run that sorts by time: ``20261001T081500Z-3f9a1c``."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(timezone.utc)

"""What every step of one pass knows."""

from __future__ import annotations

import secrets
from datetime import datetime, timezone


def new_run_id(now: datetime) -> str:
    """A name for a pass that sorts by time: ``20261001T081500Z-3f9a1c``."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def now() -> datetime:
    """The clock of the steps, in UTC."""
    return datetime.now(timezone.utc)

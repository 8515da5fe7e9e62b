"""What every step of one run knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from transforms.accounting.progress import Progress
from transforms.lake.layout import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """One pass over the sources; travels to workers with each step."""

    run_id: str
    """Its name, in every row that it writes."""
    lake: Lake
    """Where it reads what was seen, and writes."""
    started_at: datetime
    """When it began."""
    engine: str = "unnamed"
    """The engine that carries it, for its record."""
    shards: int = 1
    """Into how many groups hosts and keys are split: as many as work at the same time."""
    progress: Progress = field(default_factory=Progress)
    """Where the terminal looks."""
    look_back: timedelta | None = None
    """How far back entries are looked up in the index; None: to its first day."""

    @property
    def known_since(self) -> datetime | None:
        """The beginning of the look-back; None without one."""
        return None if self.look_back is None else self.started_at - self.look_back

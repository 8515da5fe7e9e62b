"""RunContext: what every step of one run knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas import Agency
from transforms.accounting.progress import Progress
from transforms.accounting.runs import Stopwatch, now
from transforms.lake.layout import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a pass: a run of its own, which commits what it has gathered.

    What it has no time for waits in the lake, in rows of the index with the outcome ``waiting``. Their ``retry_at`` is the moment at which
    the pass began: by that the next part knows its own entries.
    """

    pass_time: Stopwatch
    """The time since the first part began."""
    seconds: float
    """Seconds after which it begins no more requests."""
    before: tuple[str, ...] = ()
    """Run ids of the parts before it."""

    @property
    def pass_started_at(self) -> datetime:
        """When the first part began."""
        return self.pass_time.started_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """One run: a pass, a replay or a stream. It is pickled to workers with each step."""

    run_id: str
    """Its run id, in every row that it writes."""
    lake: Lake
    """The lake that it reads and writes."""
    started_at: datetime
    """When it started."""
    engine: str = "unnamed"
    """Name of the engine, for the run record."""
    is_local: bool = False
    """True when all workers are on the machine that commits, which then syncs what they have written."""
    shards: int = 1
    """Number of shards for hosts and keys: as many as workers that run at the same time."""
    progress: Progress = field(default_factory=Progress)
    """Counts for the terminal."""
    look_back: timedelta | None = None
    """How far back entries are looked up in the index; None: in all of it."""
    agencies: tuple[Agency, ...] = ()
    """The user's own agencies, beside the known ones."""
    part: Part | None = None
    """Which part of a pass it is; None when it is not one."""

    @property
    def known_since(self) -> datetime | None:
        """Start of the look-back, which ends now: a stream may have started long ago. None without a look-back."""
        return None if self.look_back is None else now() - self.look_back

"""Streams that work on a lake: their names, and how one is asked to end wherever its workers are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from transforms.lake import Lake, new_run_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One stream; travels to workers."""

    job_id: str
    """Its name, of the same form as that of a pass."""
    lake: Lake
    """Where it writes."""
    started_at: datetime
    """When it began."""

    def window_run_id(self, end: datetime, pane: int) -> str:
        """The name under which a window is committed: the same whenever the engine fires this pane of it again."""
        suffix = self.job_id.rpartition("-")[2]
        return f"{end:%Y%m%dT%H%M%SZ}-{suffix}" + (f"-{pane}" if pane else "")

    def is_of(self, run_id: str) -> bool:
        """True for a run that committed a window of this job."""
        return run_id.split("-")[1:2] == [self.job_id.rpartition("-")[2]]

    def tell_ended(self) -> None:
        """Notes that the window of the last tick is in the lake: some engines do not end a job by themselves."""
        self._write("ended")

    def has_ended(self) -> bool:
        """True once that was noted."""
        return self.lake.store.exists(self._note("ended"))

    def ask_to_end(self) -> None:
        """Lets the next tick be the last one."""
        self._write("end")

    def asked_to_end(self) -> bool:
        """True once somebody asked."""
        return self.lake.store.exists(self._note("end"))

    def forget(self) -> None:
        """Clears these notes away, once the job is over."""
        self.lake.store.delete([self._note("end"), self._note("ended")])

    def _note(self, what: str) -> str:
        return f"_streams/{self.job_id}.{what}"

    def _write(self, what: str) -> None:
        if self.lake.is_local:
            (self.lake.root / "_streams").mkdir(exist_ok=True)
        self.lake.store.write_json(self._note(what), {"at": datetime.now(timezone.utc).isoformat()})


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment at which every shard looks what is due."""

    last: bool
    """True when no other follows, and what is open is to be closed."""


def new_job(lake: Lake, now: datetime) -> Job:
    """A job that begins now."""
    return Job(job_id=new_run_id(now), lake=lake, started_at=now)

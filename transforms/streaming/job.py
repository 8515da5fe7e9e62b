"""Streams that work on a lake: their names, how one is asked to end wherever its workers are, and those whose command died."""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone

from transforms.accounting.runs import new_run_id
from transforms.lake.layout import Lake

_FOLDER = "_streams"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One stream; travels to workers."""

    job_id: str
    """Its name, of the same form as that of a pass."""
    lake: Lake
    """Where it writes."""
    started_at: datetime
    """When it began."""

    def window_run_id(self, end: datetime) -> str:
        """The name under which a window is committed: the same whenever an engine goes back to a moment before."""
        return f"{end:%Y%m%dT%H%M%SZ}-{self.job_id.rpartition('-')[2]}"

    def is_of(self, run_id: str) -> bool:
        """True for a run that committed a window of this job."""
        return run_id.split("-")[1:2] == [self.job_id.rpartition("-")[2]]

    def register(self, cluster: str | None, job_name: str | None) -> None:
        """Notes who began it, and as which job on which cluster, for whoever comes after a crash: see ``registered``."""
        begun = Registered(self.job_id, socket.gethostname(), os.getpid(), cluster, job_name)
        self._write("json", asdict(begun))

    def note_ended(self) -> None:
        """Notes that all which was open is in the lake. Ticks go on until then; some engines do not end a job by themselves."""
        self._write("ended", _stamp())

    def has_ended(self) -> bool:
        """True once that was noted."""
        return self.lake.store.exists(self._note("ended"))

    def ask_to_end(self) -> None:
        """Lets all ticks from now on tell of the end."""
        self._write("end", _stamp())

    def asked_to_end(self) -> bool:
        """True once somebody asked."""
        return self.lake.store.exists(self._note("end"))

    def forget(self) -> None:
        """Clears these notes away, once the job is over."""
        forget(self.lake, self.job_id)

    def _note(self, what: str) -> str:
        return f"{_FOLDER}/{self.job_id}.{what}"

    def _write(self, what: str, content: dict[str, object]) -> None:
        if self.lake.is_local:
            (self.lake.root / _FOLDER).mkdir(exist_ok=True)
        self.lake.store.write_json(self._note(what), content)


@dataclass(frozen=True, slots=True)
class Registered:
    """A stream that has not ended, or could not clear its notes away."""

    job_id: str
    """Its name."""
    host: str
    """The machine of its command."""
    pid: int
    """The process of its command."""
    cluster: str | None
    """Address of the cluster that carries it; None when its engine dies with its command."""
    job_name: str | None
    """What the cluster calls it."""

    @property
    def is_here(self) -> bool:
        """True when its command was given on this machine, which can tell whether it still runs."""
        return self.host == socket.gethostname()

    @property
    def has_died(self) -> bool:
        """True when its command was given on this machine and runs no more."""
        # In a container that was started again, the dead command had our own number.
        return self.is_here and (self.pid == os.getpid() or not _runs(self.pid))


def registered(lake: Lake) -> list[Registered]:
    """The streams of a lake by name, in the order of their beginning."""
    found = []
    for name in lake.store.names(_FOLDER):
        if name.endswith(".json") and not name.startswith("."):
            with suppress(FileNotFoundError):  # it has ended meanwhile
                found.append(Registered(**json.loads(lake.store.read(f"{_FOLDER}/{name}"))))
    return found


def forget(lake: Lake, job_id: str) -> None:
    """Clears the notes of a job away."""
    lake.store.delete(f"{_FOLDER}/{job_id}.{what}" for what in ("end", "ended", "json"))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _stamp() -> dict[str, object]:
    return {"at": datetime.now(timezone.utc).isoformat()}


def new_job(lake: Lake, now: datetime) -> Job:
    """A job that begins now."""
    return Job(job_id=new_run_id(now), lake=lake, started_at=now)

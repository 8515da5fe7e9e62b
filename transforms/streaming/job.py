"""Streams that write to a lake: their names, how one is asked to end wherever its workers are, and which ones outlived their command.

Notes about a stream are files in ``_streams/``: ``<job>.json`` while it runs, ``.end`` to ask it to end, ``.ended`` after that.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone

from transforms.accounting.runs import new_run_id
from transforms.lake.layout import DAMAGED_JSON, STREAMS, Lake, json_stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One stream. It is pickled to workers."""

    job_id: str
    """Its name, in the form of a run id."""
    lake: Lake
    """The lake that it writes to."""
    started_at: datetime
    """When it started."""

    def window_run_id(self, end: datetime, set_back: int = 0) -> str:
        """The run id of the window that ends then. It stays the same when an engine goes back to a checkpoint.

        ``set_back`` is how often the clock was set back before.
        """
        again = f"-clock{set_back}" if set_back else ""
        return f"{end:%Y%m%dT%H%M%SZ}-{self.job_id.rpartition('-')[2]}{again}"

    def is_of(self, run_id: str) -> bool:
        """True for the run id of a window of this job."""
        return run_id.split("-")[1:2] == [self.job_id.rpartition("-")[2]]

    def register(self, cluster: str | None, job_name: str | None) -> None:
        """Notes which command started it, and as which job on which cluster. After a crash, ``registered`` finds it."""
        registration = Registered(self.job_id, socket.gethostname(), os.getpid(), cluster, job_name)
        self._write("json", asdict(registration))

    def note_ended(self) -> None:
        """Notes that everything open is in the lake. Ticks go on until then, because some engines do not end a job by themselves."""
        self._write("ended", _stamp())

    def has_ended(self) -> bool:
        """True after ``note_ended``."""
        return self.lake.store.exists(_note(self.job_id, "ended"))

    def ask_to_end(self) -> None:
        """Asks the stream to end: all ticks from now on are last ticks."""
        self._write("end", _stamp())

    def asked_to_end(self) -> bool:
        """True after ``ask_to_end``."""
        return self.lake.store.exists(_note(self.job_id, "end"))

    def forget(self) -> None:
        """Deletes the notes, after the job has ended."""
        forget(self.lake, self.job_id)

    def _write(self, what: str, content: dict[str, object]) -> None:
        if self.lake.is_local:
            (self.lake.root / STREAMS).mkdir(exist_ok=True)
        self.lake.store.write_json(_note(self.job_id, what), content)


@dataclass(frozen=True, slots=True)
class Registered:
    """A stream that has not ended, or could not delete its notes."""

    job_id: str
    """Its name."""
    host: str
    """Host name of the machine that runs its command."""
    pid: int
    """Process id of its command."""
    cluster: str | None
    """Address of the cluster that runs it; None if its engine ends with its command."""
    job_name: str | None
    """Name of the job on the cluster."""

    @property
    def is_here(self) -> bool:
        """True if its command was started on this machine, where its process can be checked."""
        return self.host == socket.gethostname()

    @property
    def has_died(self) -> bool:
        """True if its command was started on this machine and no longer runs."""
        # In a restarted container, the dead command may have had our own process id.
        return self.is_here and (self.pid == os.getpid() or not _runs(self.pid))


def registered(lake: Lake) -> list[Registered]:
    """The streams of a lake, ordered by start. Notes that cannot be read are left out: their stream cannot be asked anything."""
    found = []
    for job_id in map(json_stem, lake.store.names(STREAMS)):
        if job_id is not None:
            # It has just ended, or the note is empty or cut off.
            with suppress(FileNotFoundError, *DAMAGED_JSON):
                found.append(Registered(**json.loads(lake.store.read(_note(job_id, "json")))))
    return found


def forget(lake: Lake, job_id: str) -> None:
    """Deletes the notes of a job."""
    lake.store.delete(_note(job_id, what) for what in ("end", "ended", "json"))


def _note(job_id: str, what: str) -> str:
    return f"{STREAMS}/{job_id}.{what}"


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
    """A job that starts now."""
    return Job(job_id=new_run_id(now), lake=lake, started_at=now)

"""Streams that work on a lake: their names, how one is asked to end wherever its workers are, and those whose command died."""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone

from transforms.lake import Lake, new_run_id

PERIOD = 1.0
"""Seconds between two ticks."""
_FOLDER = "_streams"
_QUIET = 3
"""Ticks after which nothing comes any more from shards that have all drained: pages on their way to the commit."""
_PATIENCE = 60
"""The same when some shard has not told."""


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

    def tell_ended(self) -> None:
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


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment at which every shard looks what is due."""

    last: bool
    """True when the stream is ending, and what is open is to be closed. Others that say the same may follow."""


class Pace:
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


@dataclass(frozen=True, slots=True)
class Drained:
    """A shard of hosts has nothing under way any more, and takes nothing more."""

    shard: str


@dataclass(slots=True)
class OpenWindow:
    """What is not yet in the lake, as far as its commit is concerned: when that is due, and whether more can come."""

    closes_at: float | None = None
    """When the window ends, in seconds since 1970; None while it is empty."""
    closed: float = 0.0
    """When the one before it ended: a clock that is set back must not give its name twice."""
    drained: frozenset[str] = frozenset()
    """Shards that told so."""
    quiet: int = 0
    """Ticks that told of the end since something came."""
    ended: bool = False
    """True once the end was told."""

    def take(self, at: float, seconds: float) -> bool:
        """Something came; true when it has changed anything here. Windows of all streams end at multiples of their length."""
        if self.closes_at is not None and not self.quiet:
            return False
        if self.closes_at is None:
            self.closes_at = max((at // seconds + 1) * seconds, self.closed + seconds)
        self.quiet = 0
        return True

    def empty(self) -> None:
        """It is in the lake."""
        self.closed, self.closes_at = self.closes_at or self.closed, None

    def hear(self, drained: Drained) -> None:
        """A shard tells that it has drained."""
        self.drained |= {drained.shard}

    def tick(self, tick: Tick, at: float, shards: int) -> tuple[bool, bool]:
        """Whether to commit what came, and whether that was all."""
        if tick.last:
            self.quiet += 1
        over = self.quiet >= (_QUIET if len(self.drained) >= shards else _PATIENCE)
        return self.closes_at is not None and (over or at >= self.closes_at), over


def new_job(lake: Lake, now: datetime) -> Job:
    """A job that begins now."""
    return Job(job_id=new_run_id(now), lake=lake, started_at=now)

"""A command as its user sees it: seconds, and the memory of all its processes together."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from transforms.accounting.counts import Counts
from transforms.accounting.run_record import RunRecord

_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of ``copydesk run``."""

    seconds: float
    """Wall time of the whole process, start-up included."""
    peak_mb: float
    """Highest sum of resident memory over the process and its children, in megabytes, looked at ten times a second."""
    status: int
    """Its exit status."""
    summary: RunRecord | None
    """Its record; None when it ended without one."""

    @property
    def counts(self) -> Counts:
        """All its counts; zeros without a record."""
        return self.summary.total if self.summary else Counts()


def measure_run(arguments: Sequence[str]) -> Measured:
    """Runs ``copydesk run`` with these arguments and ``--json --quiet``."""
    ended = measure([sys.executable, "-m", "pipelines.cli", "run", *arguments, "--json", "--quiet"])
    summary = RunRecord.from_json(ended.output) if ended.output else None
    return Measured(ended.seconds, ended.peak_mb, ended.status, summary)


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    seconds: float
    """Wall time of the whole process, start-up included."""
    cpu_seconds: float
    """Processor time of the process and its children: what to compare on a busy machine."""
    peak_mb: float
    """Highest sum of resident memory over the process and its children, in megabytes, looked at ten times a second."""
    status: int
    """Its exit status."""
    output: str
    """What it wrote to standard output."""


def measure(command: Sequence[str], beside: Sequence[int] = ()) -> Ended:
    """Runs a command to its end; the processes ``beside`` it, and their children, count for the memory."""
    began, used = time.monotonic(), _processor_time()
    with tempfile.TemporaryFile("w+") as told:  # not a pipe: a long record would fill it while nobody reads
        process = subprocess.Popen(command, stdout=told)
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(_resident, [process.pid, *beside])))
            time.sleep(_EVERY)
        seconds = time.monotonic() - began
        told.seek(0)
        return Ended(seconds, _processor_time() - used, peak / 1e6, process.returncode, told.read())


def _processor_time() -> float:
    """Of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident(pid: int) -> int:
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            total += process.memory_info().rss
    except psutil.Error:  # one of them has just ended
        pass
    return total

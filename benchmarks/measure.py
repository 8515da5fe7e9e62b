"""Measures a command as its user sees it: seconds, and the memory of all its processes together."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from transforms.accounting.counts import Counts
from transforms.accounting.run_record import RunRecord

COPYDESK = (sys.executable, "-m", "copydesk")
"""The ``copydesk`` command, in this environment."""
_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """One measured ``copydesk run``."""

    seconds: float
    """Wall time of the whole process, start-up included."""
    cpu_seconds: float
    """Processor time of the process and its children."""
    peak_mb: float
    """Peak resident memory of the process and its children together, in megabytes; sampled ten times a second."""
    status: int
    """Its exit status."""
    record: RunRecord | None
    """Its run record; None if it ended without one."""

    @property
    def counts(self) -> Counts:
        """The total counts of its record; zeros without a record."""
        return self.record.total if self.record else Counts()


def measure_run(arguments: Sequence[str]) -> MeasuredRun:
    """Runs ``copydesk run`` with these arguments and ``--json --quiet``."""
    ended = measure([*COPYDESK, "run", *arguments, "--json", "--quiet"])
    record = RunRecord.from_json(ended.output) if ended.output else None
    return MeasuredRun(ended.seconds, ended.cpu_seconds, ended.peak_mb, ended.status, record)


@dataclass(frozen=True, slots=True)
class MeasuredCommand:
    """One measured command."""

    seconds: float
    """Wall time of the whole process, start-up included."""
    cpu_seconds: float
    """Processor time of the process and its children. On a busy machine, compare this."""
    peak_mb: float
    """Peak resident memory of the process and its children together, in megabytes; sampled ten times a second."""
    status: int
    """Its exit status."""
    output: str
    """Its standard output."""


def measure(command: Sequence[str], beside: Sequence[int] = ()) -> MeasuredCommand:
    """Runs a command to its end. Processes ``beside`` it, and their children, are added to its memory."""
    began, used = time.monotonic(), _processor_time()
    with tempfile.TemporaryFile(
        "w+"
    ) as output:  # not a pipe, which a long record would fill, because nobody reads it meanwhile
        process = subprocess.Popen(command, stdout=output)
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(resident, [process.pid, *beside])))
            time.sleep(_EVERY)
        seconds = time.monotonic() - began
        output.seek(0)
        return MeasuredCommand(seconds, _processor_time() - used, peak / 1e6, process.returncode, output.read())


class PeakMemory:
    """The peak resident memory of this process and its children while a block runs; sampled ten times a second."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, resident(os.getpid()) / 1e6)
            if self._ended.wait(_EVERY):
                return


def _processor_time() -> float:
    """Processor time of all children that have ended, and of their children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(pid: int) -> int:
    """Resident bytes of a process and its children; fewer when one of them has just ended."""
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            total += process.memory_info().rss
    except psutil.Error:  # one of them has just ended
        pass
    return total

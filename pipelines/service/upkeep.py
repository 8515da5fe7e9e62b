"""Upkeep of the lake by commands that run for long: compacts it now and then, in a process of its own at low priority."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from typing import IO

from pipelines.command.console import Terminal

MIN_FILES = 30
"""Files that a partition must have; one to which nothing was added for six hours needs only two."""
_LEAST_SECONDS = 10.0
_STOP_SECONDS = 10.0


class Upkeep:
    """Starts ``copydesk compact`` every ``every`` seconds; never if ``every`` is None.

    A compaction lets others write between its commits, gives up after ``longest`` seconds, and goes on the next time. Its process may be
    ended at any moment. The memory that it needs is free again afterwards.
    """

    def __init__(self, lake: str, every: float | None, terminal: Terminal) -> None:
        self._lake = lake
        self._every = every
        self._terminal = terminal
        self._last = time.monotonic()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def begin_if_due(self, longest: float) -> None:
        """Starts a compaction if one is due and none runs, and reports the one that has ended."""
        self._report()
        if self._every is None or self._process or time.monotonic() - self._last < self._every:
            return
        self._last = time.monotonic()
        command = [sys.executable, "-m", "copydesk", "compact", "--lake", self._lake, "--quiet", "--wait", "1m"]
        command += ["--min-files", str(MIN_FILES), "--for", f"{max(longest, _LEAST_SECONDS):.0f}s"]
        nice = [shutil.which("nice") or "", "-n", "10"]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the process has ended
        self._process = subprocess.Popen(
            [*(nice if nice[0] else []), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    @property
    def runs(self) -> bool:
        """True while a compaction runs. Reports the one that has ended."""
        self._report()
        return self._process is not None

    def stop(self) -> None:
        """Ends a compaction that runs. What it has committed stays."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        if self._errors:
            self._errors.close()

    def _report(self) -> None:
        """Prints the errors of a compaction that has ended."""
        if self._process is None or self._process.poll() is None:
            return
        assert self._errors is not None
        with self._errors as errors:
            errors.seek(0)
            lines = errors.read().decode("utf-8", "replace").splitlines()
        self._process = None
        self._terminal.lines(f"Compaction: {line.removeprefix('copydesk: ')}" for line in lines)

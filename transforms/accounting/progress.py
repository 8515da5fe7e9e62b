"""How far a running pass is, from workers to the terminal.

Beam tells its metrics at the end of a batch, and workers may be other processes. So each process keeps its counts in one small file in a
folder that the command made; where that folder is not there (a worker on another machine), it keeps still.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from transforms.files import write_atomically

_INTERVAL = 0.2

_counts: dict[str, Counter[str]] = {}
_written: dict[str, float] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts what a pass has done so far; folder None counts nothing."""

    folder: str | None = None

    def add(self, name: str, count: int = 1) -> None:
        """Adds to a count, and now and then writes this process's counts down."""
        if self.folder is None:
            return
        with _lock:
            counts = _counts.setdefault(self.folder, Counter())
            counts[name] += count
            if time.monotonic() - _written.get(self.folder, 0.0) >= _INTERVAL:
                self._write(counts)

    def flush(self) -> None:
        """Writes this process's counts down."""
        with _lock:
            if self.folder is not None and self.folder in _counts:
                self._write(_counts[self.folder])

    def forget(self) -> None:
        """Drops this process's counts: a command that runs on would gather those of all its passes."""
        with _lock:
            if self.folder is not None:
                _counts.pop(self.folder, None)
                _written.pop(self.folder, None)

    def read(self) -> Counter[str]:
        """The counts of all processes together."""
        total: Counter[str] = Counter()
        if self.folder is not None:
            for file in Path(self.folder).glob("*.json"):
                with contextlib.suppress(OSError, ValueError):  # gone, or half renamed: the next look finds it
                    total.update(json.loads(file.read_text()))
        return total

    def _write(self, counts: Counter[str]) -> None:
        assert self.folder is not None
        _written[self.folder] = time.monotonic()
        with contextlib.suppress(OSError):  # progress must never stop the work
            write_atomically(Path(self.folder) / f"{os.getpid()}.json", json.dumps(counts), sync=False)

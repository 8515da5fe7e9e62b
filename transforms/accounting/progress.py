"""Progress of a running pass, from the workers to the terminal.

Beam reports its metrics only at the end of a batch, and workers may be other processes. So each process writes its counts into one
small file, in a folder that the command creates. Where the folder does not exist (a worker on another machine), nothing is written.
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

_INTERVAL = 0.5  # seconds between two writes

_counts: dict[str, Counter[str]] = {}
_written: dict[str, float] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Progress:
    """The counts of a running pass."""

    folder: str | None = None
    """Folder of the files with counts; None counts nothing."""

    def add(self, name: str, count: int = 1) -> None:
        """Adds to a count of this process. Writes the counts at most every half a second."""
        if self.folder is None:
            return
        with _lock:
            counts = _counts.setdefault(self.folder, Counter())
            counts[name] += count
            if time.monotonic() - _written.get(self.folder, 0.0) >= _INTERVAL:
                self._write(counts)

    def flush(self) -> None:
        """Writes the counts of this process."""
        with _lock:
            if self.folder is not None and self.folder in _counts:
                self._write(_counts[self.folder])

    def forget(self) -> None:
        """Drops the counts of this process. Without it, a command that runs many passes would keep the counts of all of them."""
        with _lock:
            if self.folder is not None:
                _counts.pop(self.folder, None)
                _written.pop(self.folder, None)

    def read(self) -> Counter[str]:
        """The sum of all processes' counts."""
        total: Counter[str] = Counter()
        if self.folder is not None:
            for file in Path(self.folder).glob("*.json"):
                with contextlib.suppress(OSError, ValueError):  # removed or just replaced: the next read finds it
                    total.update(json.loads(file.read_text()))
        return total

    def _write(self, counts: Counter[str]) -> None:
        assert self.folder is not None
        _written[self.folder] = time.monotonic()
        with contextlib.suppress(OSError):  # progress must never stop a pass
            write_atomically(Path(self.folder) / f"{os.getpid()}.json", json.dumps(counts), sync=False)

"""Rows of a lake's small files, kept in memory by a process that queries them again and again.

Each commit adds a small file to the index, and to open such a file takes longer than to filter its rows. A stream queries the index many
times a minute. Without the cache, the files of a day that is not compacted yet would cost a stream more than all its other work.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from transforms.lake.stores.protocol import FileInfo

MAX_FILE_BYTES = 256 << 10
"""Largest file that is cached. A larger one, such as a compaction makes, is the only file of its day."""
MAX_TOTAL_BYTES = 64 << 20
"""Size of all files that are cached. Their rows take about as much memory as the files take on disk."""


@dataclass(frozen=True, slots=True)
class _Day:
    files: Mapping[str, FileInfo]
    """The cached files of a day's folder, by path."""
    rows: pa.Table
    """All of their rows."""


class RowCache:
    """The cache for one dataset of one lake. Threads may share it."""

    def __init__(self) -> None:
        self._days: dict[str, _Day] = {}
        self._lock = threading.Lock()

    def rows(
        self, files: Mapping[str, FileInfo], read: Callable[[list[str]], pa.Table]
    ) -> tuple[list[pa.Table], list[str]]:
        """The rows of the small files among ``files``, and the paths of the others. ``read`` returns the rows of files."""
        days: dict[str, dict[str, FileInfo]] = defaultdict(dict)
        for path, info in files.items():
            days[path.rpartition("/")[0]][path] = info
        tables, others = [], list[str]()
        with self._lock:
            for folder in sorted(days, reverse=True):  # the latest days are queried for the longest time to come
                day = self._cached(folder, days[folder], read)
                if day:
                    tables.append(day.rows)
                others += sorted(days[folder].keys() - (day.files if day else {}))
        return tables, others

    def _cached(self, folder: str, files: Mapping[str, FileInfo], read: Callable[[list[str]], pa.Table]) -> _Day | None:
        day = self._days.get(folder)
        if day and not day.files.items() <= files.items():  # compacted or repaired since
            del self._days[folder]
            day = None
        room = MAX_TOTAL_BYTES - sum(info.bytes for other in self._days.values() for info in other.files.values())
        new = {}
        for path in sorted(files.keys() - (day.files if day else {})):
            if files[path].bytes <= min(MAX_FILE_BYTES, room):
                new[path] = files[path]
                room -= files[path].bytes
        if new:
            rows = read(list(new))
            if day:
                new, rows = {**day.files, **new}, pa.concat_tables([day.rows, rows])
            day = self._days[folder] = _Day(new, rows.combine_chunks())
        return day

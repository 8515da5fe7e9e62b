"""Rows of a lake's small files, held by the process that asks for them again and again.

Each commit adds a small file to the index, and to open one takes longer than to look through its rows. A stream asks many times a
minute: without this, the files of a day that nobody has compacted yet would cost it more than all its other work.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from transforms.lake.stores.protocol import FileInfo

SMALL = 256 << 10
"""Bytes of a file that is worth holding: a larger one, such as compaction leaves, is a day's only one."""
ROOM = 64 << 20
"""Bytes of all files that are held; their rows take about as much again."""


@dataclass(frozen=True, slots=True)
class _Day:
    files: Mapping[str, FileInfo]
    rows: pa.Table


class RowCache:
    """Those of one dataset of one lake."""

    def __init__(self) -> None:
        self._days: dict[str, _Day] = {}
        self._lock = threading.Lock()

    def rows(
        self, listed: Mapping[str, FileInfo], read: Callable[[list[str]], pa.Table]
    ) -> tuple[list[pa.Table], list[str]]:
        """The rows of the small ones among the listed files, and the paths of the others; ``read`` gives rows not held yet."""
        days: dict[str, dict[str, FileInfo]] = defaultdict(dict)
        for path, said in listed.items():
            days[path.rpartition("/")[0]][path] = said
        tables, others = [], list[str]()
        with self._lock:
            for day in sorted(days, reverse=True):  # those of the latest are asked for longest
                held = self._held(day, days[day], read)
                if held:
                    tables.append(held.rows)
                others += sorted(days[day].keys() - (held.files if held else {}))
        return tables, others

    def _held(self, day: str, files: Mapping[str, FileInfo], read: Callable[[list[str]], pa.Table]) -> _Day | None:
        held = self._days.get(day)
        if held and not held.files.items() <= files.items():  # compacted, or repaired
            del self._days[day]
            held = None
        room = ROOM - sum(said.bytes for other in self._days.values() for said in other.files.values())
        new = {}
        for path in sorted(files.keys() - (held.files if held else {})):
            if files[path].bytes <= min(SMALL, room):
                new[path] = files[path]
                room -= files[path].bytes
        if new:
            rows = read(list(new))
            if held:
                new, rows = {**held.files, **new}, pa.concat_tables([held.rows, rows])
            held = self._days[day] = _Day(new, rows.combine_chunks())
        return held

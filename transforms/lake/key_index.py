"""A key-value index of a lake's index: finds the rows of some keys without reading the files. It is derived from the files of ``index``.

Rows of tries that another try followed, which a compaction drops, stay here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from schemas import IndexRow
from transforms.lake.derived import DerivedDatabase, database_folder, parts
from transforms.lake.layout import Lake
from transforms.lake.reading import read_rows
from transforms.lake.stored_rows import StoredRows, packed
from transforms.lake.stores.protocol import FileInfo

KEYS = ("entry_key", "url_key", "article_id", "content_hash", "page_key")
"""The columns by which rows can be found."""
_ROWS = 50_000
"""Rows that are added at a time."""
_KEYS_AT_ONCE = 500
_STORED = StoredRows(IndexRow, texts=("source", "feed_url", "outcome", "body_from"))


@lru_cache(maxsize=4)
def key_index(lake: Lake, columns: tuple[str, ...]) -> KeyIndex | None:
    """The index of a lake with these columns of its rows; None when there is no folder for it."""
    folder = database_folder(lake, *columns)
    return None if folder is None else KeyIndex(lake, columns, folder)


class KeyIndex(DerivedDatabase):
    """The index of one lake. Raises UnusableError."""

    title = "the key index"
    indexes: ClassVar = {
        **{f"by_{key}": f"rows ({key}) WHERE {key} IS NOT NULL" for key in KEYS},
        "by_day": "rows (day)",
        "waiting": "rows (day) WHERE final = 0",
    }

    def __init__(self, lake: Lake, columns: tuple[str, ...], folder: Path) -> None:
        super().__init__(lake, folder)
        self._columns = columns
        self.tables = [f"rows (day INTEGER NOT NULL, {', '.join(columns)})"]

    def find(
        self,
        files: Mapping[str, FileInfo],
        columns: Sequence[str],
        keys: Mapping[str, Collection[str]],
        since: date | None = None,
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """The rows of the listed files that have one of the keys, given by column, from a day on.

        Also returns the files whose rows it does not have yet; they must be read.
        """
        found: dict[int, tuple[Any, ...]] = {}
        with self.opened(files) as (database, loose):
            for column, wanted in keys.items():
                for part in parts(sorted(map(packed, wanted), key=repr), _KEYS_AT_ONCE):
                    where = f"{column} IN ({','.join('?' * len(part))})"
                    found |= _rows(database, columns, where, list(part), since)
            return _STORED.as_dicts(database, columns, found.values()), loose

    def waiting(
        self, files: Mapping[str, FileInfo], columns: Sequence[str], since: date | None = None
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """The same for the rows that are not final."""
        with self.opened(files) as (database, loose):
            found = _rows(database, columns, "final = 0", [], since)
            return _STORED.as_dicts(database, columns, found.values()), loose

    def add(self, database: sqlite3.Connection, paths: list[str], day: int) -> None:
        places = ", ".join("?" * (len(self._columns) + 1))
        for part in parts(paths, 16):
            rows = read_rows(self._lake, IndexRow, list(part), list(self._columns))
            for start in range(0, rows.num_rows, _ROWS):
                batch = rows.slice(start, _ROWS)
                columns = [_STORED.written(database, name, batch[name]) for name in self._columns]
                database.executemany(
                    f"INSERT INTO rows VALUES ({places})", zip([day] * batch.num_rows, *columns, strict=True)
                )

    def delete_day(self, database: sqlite3.Connection, day: int) -> None:
        database.execute("DELETE FROM rows WHERE day = ?", (day,))


def _rows(
    database: sqlite3.Connection, columns: Sequence[str], where: str, values: list[Any], since: date | None
) -> dict[int, tuple[Any, ...]]:
    if since is not None:
        where, values = f"{where} AND day >= ?", [*values, since.toordinal()]
    query = f"SELECT rowid, {', '.join(columns)} FROM rows WHERE {where}"
    return {row[0]: row[1:] for row in database.execute(query, values)}

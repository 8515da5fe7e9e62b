"""A key-value index of a lake's index: finds the rows of some keys without reading the files. It is derived from the files of ``index``.

Rows of tries that another try followed, which a compaction drops, stay here.
"""

from __future__ import annotations

import binascii
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from schemas import IndexRow
from schemas.arrow import arrow_schema
from transforms.lake.derived import DerivedDatabase, database_folder, numbered, parts
from transforms.lake.layout import Lake
from transforms.lake.reading import read_rows
from transforms.lake.stores.protocol import FileInfo

KEYS = ("entry_key", "url_key", "article_id", "content_hash", "page_key")
"""The columns by which rows can be found."""
_ROWS = 50_000
"""Rows that are added at a time."""
_KEYS_AT_ONCE = 500
_SCHEMA = arrow_schema(IndexRow)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TEXTS = ("source", "feed_url", "outcome", "body_from")
"""Columns with few values, which are stored once."""


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

        Also returns the files whose rows it cannot have yet; they must be read.
        """
        found: dict[int, tuple[Any, ...]] = {}
        with self.opened(files) as (database, loose):
            for column, wanted in keys.items():
                for part in parts(sorted(map(_packed, wanted), key=repr), _KEYS_AT_ONCE):
                    where = f"{column} IN ({','.join('?' * len(part))})"
                    found |= _rows(database, columns, where, list(part), since)
            return _as_dicts(database, columns, found.values()), loose

    def waiting(
        self, files: Mapping[str, FileInfo], columns: Sequence[str], since: date | None = None
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """The same for the rows that are not final."""
        with self.opened(files) as (database, loose):
            found = _rows(database, columns, "final = 0", [], since)
            return _as_dicts(database, columns, found.values()), loose

    def add(self, database: sqlite3.Connection, paths: list[str], day: int) -> None:
        places = ", ".join("?" * (len(self._columns) + 1))
        for part in parts(paths, 16):
            rows = read_rows(self._lake, IndexRow, list(part), list(self._columns))
            for start in range(0, rows.num_rows, _ROWS):
                batch = rows.slice(start, _ROWS)
                columns = [_written(database, name, batch[name]) for name in self._columns]
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


def _as_dicts(
    database: sqlite3.Connection, columns: Sequence[str], rows: Collection[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """Rows with the values that Arrow would give."""
    places = [number for number, column in enumerate(columns) if column in _TEXTS]
    texts: dict[Any, str] = {}
    for part in parts(sorted({row[place] for row in rows for place in places} - {None}), _KEYS_AT_ONCE):
        texts |= dict(database.execute(f"SELECT id, text FROM texts WHERE id IN ({','.join('?' * len(part))})", part))
    readers = [_reader(column, texts) for column in columns]
    return [
        {name: None if value is None else read(value) for name, read, value in zip(columns, readers, row, strict=True)}
        for row in rows
    ]


def _written(database: sqlite3.Connection, name: str, column: pa.ChunkedArray) -> list[Any]:
    """A column as SQLite stores it: hashes as bytes, times as microseconds, repeated texts by number."""
    values = column.combine_chunks()
    if pa.types.is_timestamp(values.type):
        return _listed(values.cast(pa.int64()))
    if name in _TEXTS:
        return _listed(numbered(database, values))
    if pa.types.is_string(values.type):
        return _all_packed(values)
    return _listed(values)


def _listed(values: pa.Array) -> list[Any]:
    """The same as ``to_pylist``, and many times as fast for numbers."""
    return list(values.to_pylist() if values.null_count else values.to_numpy(zero_copy_only=False).tolist())


def _all_packed(values: pa.StringArray) -> list[bytes | str | None]:
    """``_packed`` for each text. Hashes are many, so they are packed together."""
    texts = values.drop_null()
    if not len(texts) or not pc.all(pc.equal(pc.binary_length(texts), 32)).as_py():
        return [None if text is None else _packed(text) for text in values.to_pylist()]
    offsets = pa.Array.from_buffers(pa.int32(), len(texts) + 1, [None, texts.buffers()[1]], offset=texts.offset)
    start = offsets[0].as_py()
    digits = texts.buffers()[2].slice(start, 32 * len(texts)).to_pybytes()
    try:
        joined = binascii.unhexlify(digits)
    except ValueError:
        joined = b""
    if joined.hex().encode() != digits:
        return [None if text is None else _packed(text) for text in values.to_pylist()]
    packed = (joined[place : place + 16] for place in range(0, len(joined), 16))
    return [next(packed) if is_valid else None for is_valid in _listed(values.is_valid())]


def _packed(text: str) -> bytes | str:
    """A hash of 32 hex digits as 16 bytes; any other text as it is."""
    if len(text) != 32:
        return text
    try:
        packed = bytes.fromhex(text)
    except ValueError:
        return text
    return packed if packed.hex() == text else text


def _reader(name: str, texts: Mapping[Any, str]) -> Callable[[Any], Any]:
    """The inverse of ``_written`` for one value."""
    kind = _SCHEMA.field(name).type
    if name in _TEXTS:
        return texts.__getitem__
    if pa.types.is_timestamp(kind):
        return lambda value: _EPOCH + timedelta(microseconds=value)
    if pa.types.is_boolean(kind):
        return bool
    return lambda value: value.hex() if isinstance(value, bytes) else value

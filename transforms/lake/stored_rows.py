"""Rows of a dataset as a derived database stores them: hashes as bytes, times as microseconds, repeated texts by number."""

from __future__ import annotations

import binascii
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas import Row
from schemas.arrow import arrow_schema
from transforms.lake.derived import numbered, parts

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TEXTS_AT_ONCE = 500


class StoredRows:
    """How the columns of a record are stored."""

    def __init__(self, record: type[Row], texts: Collection[str]) -> None:
        """``texts`` are the columns with few values, which are stored once."""
        self._schema = arrow_schema(record)
        self._texts = texts

    def written(self, database: sqlite3.Connection, name: str, column: pa.Array | pa.ChunkedArray) -> list[Any]:
        """A column as it is stored."""
        values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_timestamp(values.type):
            return _listed(values.cast(pa.int64()))
        if name in self._texts:
            return _listed(numbered(database, values))
        if pa.types.is_string(values.type):
            return _all_packed(values)
        return _listed(values)

    def as_dicts(
        self, database: sqlite3.Connection, columns: Sequence[str], rows: Collection[tuple[Any, ...]]
    ) -> list[dict[str, Any]]:
        """Stored rows with the values that Arrow would give."""
        places = [number for number, column in enumerate(columns) if column in self._texts]
        texts: dict[Any, str] = {}
        for part in parts(sorted({row[place] for row in rows for place in places} - {None}), _TEXTS_AT_ONCE):
            query = f"SELECT id, text FROM texts WHERE id IN ({','.join('?' * len(part))})"
            texts |= dict(database.execute(query, part))
        readers = [self._reader(column, texts) for column in columns]
        return [
            {
                name: None if value is None else read(value)
                for name, read, value in zip(columns, readers, row, strict=True)
            }
            for row in rows
        ]

    def _reader(self, name: str, texts: Mapping[Any, str]) -> Callable[[Any], Any]:
        """The inverse of ``written`` for one value."""
        kind = self._schema.field(name).type
        if name in self._texts:
            return texts.__getitem__
        if pa.types.is_timestamp(kind):
            return lambda value: _EPOCH + timedelta(microseconds=value)
        if pa.types.is_boolean(kind):
            return bool
        if pa.types.is_string(kind):
            return lambda value: value.hex() if isinstance(value, bytes) else value
        return lambda value: value


def packed(text: str) -> bytes | str:
    """A hash of 32 hex digits as 16 bytes; any other text as it is."""
    if len(text) != 32:
        return text
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return text
    return found if found.hex() == text else text


def _listed(values: pa.Array) -> list[Any]:
    """The same as ``to_pylist``, and many times as fast for numbers."""
    return list(values.to_pylist() if values.null_count else values.to_numpy(zero_copy_only=False).tolist())


def _all_packed(values: pa.StringArray) -> list[bytes | str | None]:
    """``packed`` for each text. Hashes are many, so they are packed together."""
    texts = values.drop_null()
    if not len(texts) or not pc.all(pc.equal(pc.binary_length(texts), 32)).as_py():
        return [None if text is None else packed(text) for text in values.to_pylist()]
    offsets = pa.Array.from_buffers(pa.int32(), len(texts) + 1, [None, texts.buffers()[1]], offset=texts.offset)
    start = offsets[0].as_py()
    digits = texts.buffers()[2].slice(start, 32 * len(texts)).to_pybytes()
    try:
        joined = binascii.unhexlify(digits)
    except ValueError:
        joined = b""
    if joined.hex().encode() != digits:
        return [None if text is None else packed(text) for text in values.to_pylist()]
    hashes = (joined[place : place + 16] for place in range(0, len(joined), 16))
    return [next(hashes) if is_valid else None for is_valid in _listed(values.is_valid())]

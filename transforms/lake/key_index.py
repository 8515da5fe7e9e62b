"""A key-value index of a lake's index: finds the rows of some keys without reading the files, however many rows there are.

It is derived from the files of ``index``, and never the truth: it may be deleted at any time, and without it every lookup reads the files.
It is one SQLite database for each lake in the cache folder of the user, shared by all processes of the machine, also for lakes in object
stores. The folder is ``$COPYDESK_CACHE``, or else ``copydesk`` in ``$XDG_CACHE_HOME`` or ``~/.cache``; an empty ``COPYDESK_CACHE`` means
none.

A lookup first brings it up to date: it reads the files that it has not read. A compaction replaces files by one with the same rows, as its
run record says, so that file is not read. If files of a day are gone for any other reason, the day is read again. All changes for one day
are one transaction. So a lookup sees the rows of the files that were listed, and nothing else; only rows of tries that another try
followed, which a compaction drops, stay here.
"""

from __future__ import annotations

import binascii
import contextlib
import hashlib
import logging
import os
import shutil
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas import IndexRow
from schemas.arrow import arrow_schema
from transforms.lake.layout import DAMAGED_JSON, Lake, day_and_source, has_record, read_record, run_ids
from transforms.lake.maintenance.compaction import ENGINE as COMPACTION
from transforms.lake.parquet import run_of_file
from transforms.lake.reading import read_rows
from transforms.lake.stores.protocol import FileInfo

KEYS = ("entry_key", "url_key", "article_id", "content_hash", "page_key")
"""The columns by which rows can be found."""
MIN_BYTES = 4 << 20
"""Bytes of index files from which on a lake gets this index. The rows of a smaller one are kept in memory anyway."""
_LOGGER = logging.getLogger(__name__)
_BULK_BYTES = 20 << 20
"""Bytes of new files from which on it is faster to make the indexes of SQLite again than to add to them."""
_ROWS = 50_000
"""Rows that are added at a time."""
_KEYS_AT_ONCE = 500
_BUSY_SECONDS = 1.0
"""Seconds to wait for a process that is bringing it up to date. After that, this lookup reads the files."""
_UNUSED = 30 * 86400.0
"""Seconds without a use after which a database is deleted."""
_MANY = 50
"""Runs from which on all run records are listed, instead of asking for each one."""
_SCHEMA = arrow_schema(IndexRow)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TEXTS = ("source", "feed_url", "outcome", "body_from")
"""Columns with few values, which are stored once."""


class UnusableError(Exception):
    """The index cannot be used now, so the files must be read."""


def cache_folder() -> Path | None:
    """Where the indexes of all lakes are; None for no such folder."""
    own = os.environ.get("COPYDESK_CACHE")
    if own is not None:
        return Path(own).expanduser() if own else None
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # a user without a home
        return None
    return base / "copydesk"


@lru_cache(maxsize=4)
def key_index(lake: Lake, columns: tuple[str, ...]) -> KeyIndex | None:
    """The index of a lake with these columns of its rows; None when there is no folder for it."""
    folder = cache_folder()
    if folder is None:
        return None
    name = hashlib.sha256("\n".join((str(lake.place), *columns)).encode()).hexdigest()[:32]
    return KeyIndex(lake, columns, folder / name)


class KeyIndex:
    """The index of one lake. Threads and processes may use it at the same time. Raises UnusableError."""

    def __init__(self, lake: Lake, columns: tuple[str, ...], folder: Path) -> None:
        self._lake = lake
        self._columns = columns
        self._folder = folder
        self._current: tuple[Mapping[str, FileInfo], int] = ({}, -1)
        """The files of which it had the rows when it was last used, and its version at that time."""

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
        with self._opened(files) as (database, loose):
            for column, wanted in keys.items():
                for part in _parts(sorted(map(_packed, wanted), key=repr), _KEYS_AT_ONCE):
                    where = f"{column} IN ({','.join('?' * len(part))})"
                    found |= _rows(database, columns, where, list(part), since)
            return _as_dicts(database, columns, found.values()), loose

    def waiting(
        self, files: Mapping[str, FileInfo], columns: Sequence[str], since: date | None = None
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """The same for the rows that are not final."""
        with self._opened(files) as (database, loose):
            found = _rows(database, columns, "final = 0", [], since)
            return _as_dicts(database, columns, found.values()), loose

    # Keeping it up to date

    @contextlib.contextmanager
    def _opened(self, files: Mapping[str, FileInfo]) -> Iterator[tuple[sqlite3.Connection, list[str]]]:
        """The database in a snapshot with the rows of these files, and those of them that it cannot have yet."""
        try:
            with contextlib.closing(self._connect()) as database:
                for _ in range(3):
                    loose = self._loose(database, files)
                    wanted = {path: info for path, info in files.items() if path not in loose} if loose else files
                    self._update(database, wanted)
                    database.execute("BEGIN")
                    if self._is_current(database, wanted):
                        yield database, sorted(loose)
                        return
                    database.execute("ROLLBACK")  # another process has listed other files
                raise UnusableError("other processes change it")
        except FileNotFoundError:  # a compaction has replaced a file after it was listed
            raise
        except sqlite3.OperationalError as error:  # locked, read-only, full
            raise UnusableError(str(error)) from error
        except sqlite3.DatabaseError as error:  # damaged: the next lookup makes it again
            shutil.rmtree(self._folder, ignore_errors=True)
            raise UnusableError(str(error)) from error
        except OSError as error:
            raise UnusableError(str(error)) from error

    def _connect(self) -> sqlite3.Connection:
        file = self._folder / "index.sqlite"
        if not file.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _delete_unused(self._folder.parent)
        database = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            database.execute("PRAGMA cache_size = -16000")
            database.execute("PRAGMA synchronous = NORMAL")
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchall():
                database.execute("PRAGMA journal_mode = WAL")
                with _transaction(database):
                    self._make_tables(database)
        except BaseException:
            database.close()
            raise
        return database

    def _make_tables(self, database: sqlite3.Connection) -> None:
        for statement in (
            f"rows (day INTEGER NOT NULL, {', '.join(self._columns)})",
            "texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
            "files (path TEXT PRIMARY KEY, bytes INTEGER, updated REAL) WITHOUT ROWID",
            "state (version INTEGER NOT NULL, is_indexed INTEGER NOT NULL)",
        ):
            database.execute(f"CREATE TABLE IF NOT EXISTS {statement}")
        database.execute("INSERT INTO state SELECT 0, 0 WHERE NOT EXISTS (SELECT * FROM state)")

    def _loose(self, database: sqlite3.Connection, files: Mapping[str, FileInfo]) -> set[str]:
        """The files whose run has no record so far: its commit is not finished, and may yet replace others."""
        if self._current[0] == files:
            return set()
        stored = _stored(database)
        runs: dict[str, list[str]] = defaultdict(list)
        for path in files.keys() - stored.keys():
            runs[run_of_file(path.rpartition("/")[2]) or ""].append(path)
        few = len(runs) < _MANY
        done = {run_id for run_id in runs if has_record(self._lake, run_id)} if few else set(run_ids(self._lake))
        return {path for run_id, paths in runs.items() if run_id not in done for path in paths}

    def _is_current(self, database: sqlite3.Connection, files: Mapping[str, FileInfo]) -> bool:
        version, is_indexed = database.execute("SELECT version, is_indexed FROM state").fetchone()
        if not is_indexed:
            return False
        if self._current == (files, version):
            return True
        if _stored(database) != files:
            return False
        self._current = (dict(files), version)
        return True

    def _update(self, database: sqlite3.Connection, files: Mapping[str, FileInfo]) -> None:
        if self._is_current(database, files):
            return
        stored = _stored(database)
        changed = {path for path, _ in files.items() ^ stored.items()}
        size = sum(files[path].bytes for path in changed if path in files)
        if size > max(_BULK_BYTES, sum(info.bytes for info in stored.values()) / 10):
            _LOGGER.warning(
                "the key index of %s is made from %.0f MB of index files; lookups wait for it once",
                self._lake.place,
                size / 1e6,
            )
            with _transaction(database):
                self._drop_indexes(database)
        days: dict[str, dict[str, FileInfo]] = {path.rpartition("/")[0]: {} for path in changed}
        for path, info in files.items():
            if (day := days.get(path.rpartition("/")[0])) is not None:
                day[path] = info
        for folder in sorted(days):
            with _transaction(database):
                self._update_day(database, folder, days[folder])
                database.execute("UPDATE state SET version = version + 1")
        with _transaction(database):
            self._make_indexes(database)

    def _update_day(self, database: sqlite3.Connection, folder: str, files: dict[str, FileInfo]) -> None:
        stored = _stored(database, folder)
        new = [path for path, info in files.items() if stored.get(path) != info]
        gone = [path for path, info in stored.items() if files.get(path) != info]
        day = date.fromisoformat(day_and_source(f"{folder}/")[0]).toordinal()
        if gone:
            compacted = self._compacted(new, gone, stored)
            if compacted is None:
                database.execute("DELETE FROM rows WHERE day = ?", (day,))
                new, gone = list(files), list(stored)
            else:
                new = [path for path in new if path not in compacted]
        database.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
        self._add(database, sorted(new), day)
        database.executemany(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?)",
            [(path, info.bytes, info.updated) for path, info in files.items()],
        )

    def _compacted(self, new: list[str], gone: list[str], stored: Mapping[str, FileInfo]) -> set[str] | None:
        """The new files that only have rows of files that are gone and whose rows are here. None when files are gone for another reason."""
        known, replaced, compacted = stored.keys(), set[str](), set[str]()
        for path in new:
            try:
                record = read_record(self._lake, run_of_file(path.rpartition("/")[2]) or "")
            except (FileNotFoundError, *DAMAGED_JSON):
                continue
            removed = {old for old in record.removed if _is_in(old, path.rpartition("/")[0])}
            if record.engine == COMPACTION and removed and removed <= known:
                replaced |= removed
                compacted.add(path)
        return compacted if replaced.issuperset(gone) else None

    def _add(self, database: sqlite3.Connection, paths: list[str], day: int) -> None:
        places = ", ".join("?" * (len(self._columns) + 1))
        for part in _parts(paths, 16):
            rows = read_rows(self._lake, IndexRow, list(part), list(self._columns))
            for start in range(0, rows.num_rows, _ROWS):
                batch = rows.slice(start, _ROWS)
                columns = [_written(database, name, batch[name]) for name in self._columns]
                database.executemany(
                    f"INSERT INTO rows VALUES ({places})", zip([day] * batch.num_rows, *columns, strict=True)
                )

    def _make_indexes(self, database: sqlite3.Connection) -> None:
        for key in KEYS:
            database.execute(f"CREATE INDEX IF NOT EXISTS by_{key} ON rows ({key}) WHERE {key} IS NOT NULL")
        database.execute("CREATE INDEX IF NOT EXISTS by_day ON rows (day)")
        database.execute("CREATE INDEX IF NOT EXISTS waiting ON rows (day) WHERE final = 0")
        database.execute("UPDATE state SET is_indexed = 1")

    def _drop_indexes(self, database: sqlite3.Connection) -> None:
        database.execute("UPDATE state SET is_indexed = 0")
        for name in (*(f"by_{key}" for key in KEYS), "by_day", "waiting"):
            database.execute(f"DROP INDEX IF EXISTS {name}")


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
    for part in _parts(sorted({row[place] for row in rows for place in places} - {None}), _KEYS_AT_ONCE):
        texts |= dict(database.execute(f"SELECT id, text FROM texts WHERE id IN ({','.join('?' * len(part))})", part))
    readers = [_reader(column, texts) for column in columns]
    return [
        {name: None if value is None else read(value) for name, read, value in zip(columns, readers, row, strict=True)}
        for row in rows
    ]


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _stored(database: sqlite3.Connection, folder: str = "") -> dict[str, FileInfo]:
    """The files whose rows are here: all of them, or those of a folder."""
    where = "WHERE path > ? AND path < ?" if folder else ""
    ends = (f"{folder}/", f"{folder}0") if folder else ()  # 0 comes after /
    rows = database.execute(f"SELECT path, bytes, updated FROM files {where}", ends)
    return {path: FileInfo(size, updated) for path, size, updated in rows}


def _is_in(path: str, folder: str) -> bool:
    return path.rpartition("/")[0] == folder


def _written(database: sqlite3.Connection, name: str, column: pa.ChunkedArray) -> list[Any]:
    """A column as SQLite stores it: hashes as bytes, times as microseconds, repeated texts by number."""
    values = column.combine_chunks()
    if pa.types.is_timestamp(values.type):
        return _listed(values.cast(pa.int64()))
    if name in _TEXTS:
        encoded = values.dictionary_encode()
        texts = [(text,) for text in encoded.dictionary.to_pylist()]
        database.executemany("INSERT OR IGNORE INTO texts (text) VALUES (?)", texts)
        numbers = [database.execute("SELECT id FROM texts WHERE text = ?", text).fetchone()[0] for text in texts]
        return _listed(pa.array(numbers, pa.int64()).take(encoded.indices))
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


def _parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _delete_unused(folder: Path) -> None:
    """Deletes the indexes of lakes that nobody has used for a month."""
    for other in folder.glob("*/index.sqlite"):
        with contextlib.suppress(OSError):
            if time.time() - max(file.stat().st_mtime for file in other.parent.iterdir()) > _UNUSED:
                shutil.rmtree(other.parent)

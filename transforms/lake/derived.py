"""Databases that are derived from the files of a dataset: a lookup finds its rows without reading the files, however many there are.

Such a database is never the truth: it may be deleted at any time, and without it every lookup reads the files. It is one SQLite database
for each lake and purpose in the cache folder of the user, shared by all processes of the machine, also for lakes in object stores. The
folder is ``$COPYDESK_CACHE``, or else ``copydesk`` in ``$XDG_CACHE_HOME`` or ``~/.cache``; an empty ``COPYDESK_CACHE`` means none.

A lookup first brings it up to date: it reads the files that it has not read. A compaction replaces files by one with the same rows, as its
run record says, so that file is not read. If files of a day are gone for any other reason, the day is read again. All changes for one day
are one transaction. So a lookup sees the rows of the files that were listed, and nothing else; only rows that a compaction drops stay.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
import os
import shutil
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from transforms.lake.layout import DAMAGED_JSON, Lake, day_and_source, has_record, read_record, run_ids
from transforms.lake.maintenance.compaction import ENGINE as COMPACTION
from transforms.lake.parquet import run_of_file
from transforms.lake.stores.protocol import FileInfo

MIN_BYTES = 4 << 20
"""Bytes of files from which on a lake gets such a database. The rows of smaller files are read, or kept in memory, anyway."""
_LOGGER = logging.getLogger(__name__)
_BULK_BYTES = 20 << 20
"""Bytes of new files from which on it is faster to make the indexes of SQLite again than to add to them."""
_BUSY_SECONDS = 1.0
"""Seconds to wait for a process that is bringing it up to date. After that, this lookup reads the files."""
_UNUSED = 30 * 86400.0
"""Seconds without a use after which a database is deleted."""
_MANY = 50
"""Runs from which on all run records are listed, instead of asking for each one."""


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


def database_folder(lake: Lake, *content: str) -> Path | None:
    """Where the database of a lake with this content is; None when there is no folder for it."""
    folder = cache_folder()
    name = hashlib.sha256("\n".join((str(lake.place), *content)).encode()).hexdigest()[:32]
    return None if folder is None else folder / name


class DerivedDatabase(ABC):
    """The database of one lake. Threads and processes may use it at the same time. Raises UnusableError."""

    title: str
    """What it is, for messages."""
    tables: Sequence[str]
    """Its own tables, as SQL."""
    indexes: ClassVar[Mapping[str, str]] = {}
    """Indexes by name, as SQL. They are dropped while many rows are added."""
    most_added: ClassVar[float] = math.inf
    """Bytes of new files from which on a lookup leaves the others to later ones. The newest days come first.

    The first lookup of a process leaves all files that are larger: it may be the only one.
    """

    def __init__(self, lake: Lake, folder: Path) -> None:
        self._lake = lake
        self._folder = folder
        self._current: tuple[Mapping[str, FileInfo], int] = ({}, -1)
        """The files of which it had the rows when it was last used, and its version at that time."""

    @abstractmethod
    def add(self, database: sqlite3.Connection, paths: list[str], day: int) -> None:
        """Adds the rows of files of one day, which is given as an ordinal. Called in a transaction."""

    @abstractmethod
    def delete_day(self, database: sqlite3.Connection, day: int) -> None:
        """Deletes the rows of one day. Called in a transaction."""

    @contextlib.contextmanager
    def opened(self, files: Mapping[str, FileInfo]) -> Iterator[tuple[sqlite3.Connection, list[str]]]:
        """The database in a snapshot with the rows of these files, and those of them that it does not have yet."""
        try:
            with contextlib.closing(self._connect()) as database:
                for _ in range(3):
                    left = self._left(database, files)
                    wanted = {path: info for path, info in files.items() if path not in left} if left else files
                    self._update(database, wanted)
                    database.execute("BEGIN")
                    if self._is_current(database, wanted):
                        yield database, sorted(left)
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
            *self.tables,
            "texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
            "files (path TEXT PRIMARY KEY, bytes INTEGER, updated REAL) WITHOUT ROWID",
            "state (version INTEGER NOT NULL, is_indexed INTEGER NOT NULL)",
        ):
            database.execute(f"CREATE TABLE IF NOT EXISTS {statement}")
        database.execute("INSERT INTO state SELECT 0, 0 WHERE NOT EXISTS (SELECT * FROM state)")

    def _left(self, database: sqlite3.Connection, files: Mapping[str, FileInfo]) -> set[str]:
        """The files whose rows are not added now.

        Those are files whose run has no record so far: its commit is not finished, and may yet replace others. And those that are too many.
        """
        if self._current[0] == files:
            return set()
        new = {path: _run_of(path) for path in sorted(files.keys() - _stored(database).keys(), reverse=True)}
        runs = set(new.values())
        few = len(runs) < _MANY
        done = {run_id for run_id in runs if has_record(self._lake, run_id)} if few else set(run_ids(self._lake))
        left, added = set(), 0
        for path, run_id in new.items():
            is_too_large = files[path].bytes > self.most_added and self._current[1] < 0
            if run_id not in done or is_too_large or added >= self.most_added:
                left.add(path)
            else:
                added += files[path].bytes
        return left

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
                "%s of %s takes in %.0f MB of files; lookups wait for it once",
                self.title,
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
                self.delete_day(database, day)
                new, gone = list(files), list(stored)
            else:
                new = [path for path in new if path not in compacted]
        database.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
        self.add(database, sorted(new), day)
        database.executemany(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?)",
            [(path, info.bytes, info.updated) for path, info in files.items()],
        )

    def _compacted(self, new: list[str], gone: list[str], stored: Mapping[str, FileInfo]) -> set[str] | None:
        """The new files that only have rows of files that are gone and whose rows are here. None when files are gone for another reason."""
        known, replaced, compacted = stored.keys(), set[str](), set[str]()
        for path in new:
            try:
                record = read_record(self._lake, _run_of(path))
            except (FileNotFoundError, *DAMAGED_JSON):
                continue
            removed = {old for old in record.removed if _is_in(old, path.rpartition("/")[0])}
            if record.engine == COMPACTION and removed and removed <= known:
                replaced |= removed
                compacted.add(path)
        return compacted if replaced.issuperset(gone) else None

    def _make_indexes(self, database: sqlite3.Connection) -> None:
        for name, definition in self.indexes.items():
            database.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {definition}")
        database.execute("UPDATE state SET is_indexed = 1")

    def _drop_indexes(self, database: sqlite3.Connection) -> None:
        database.execute("UPDATE state SET is_indexed = 0")
        for name in self.indexes:
            database.execute(f"DROP INDEX IF EXISTS {name}")


def numbered(database: sqlite3.Connection, texts: pa.Array) -> pa.Int64Array:
    """A column of texts by number. Each distinct text is stored once."""
    encoded = texts.dictionary_encode()
    distinct = [(text,) for text in encoded.dictionary.to_pylist()]
    database.executemany("INSERT OR IGNORE INTO texts (text) VALUES (?)", distinct)
    numbers = [database.execute("SELECT id FROM texts WHERE text = ?", text).fetchone()[0] for text in distinct]
    return pa.array(numbers, pa.int64()).take(encoded.indices)


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


def _run_of(path: str) -> str:
    """The run that wrote a file; empty for a name that no run gives."""
    return run_of_file(path.rpartition("/")[2]) or ""


def _is_in(path: str, folder: str) -> bool:
    return path.rpartition("/")[0] == folder


def parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items in parts of at most ``size``: SQLite limits the values of a query."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _delete_unused(folder: Path) -> None:
    """Deletes the indexes of lakes that nobody has used for a month."""
    for other in folder.glob("*/index.sqlite"):
        with contextlib.suppress(OSError):
            if time.time() - max(file.stat().st_mtime for file in other.parent.iterdir()) > _UNUSED:
                shutil.rmtree(other.parent)

"""An index of sketches: which articles of recent days have a key, and their sketches. It is derived from the files of ``sketches``.

With it, the cost of a lookup follows the new articles, and not those of the look-back. A lake with much in its look-back gets its index
over several lookups: each adds some files and reads the others.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas import Sketch
from transforms.lake.derived import DerivedDatabase, database_folder, parts
from transforms.lake.layout import Lake
from transforms.lake.reading import read_batches
from transforms.lake.stored_rows import StoredRows, packed
from transforms.lake.stores.protocol import FileInfo
from transforms.stories.arrays import Ints
from transforms.stories.candidates import HOT
from transforms.stories.sketch import SCHEME
from transforms.stories.words import Hashes
from transforms.urls import digest

MARGIN = timedelta(days=3)
"""The index reaches so much further back than the look-back: most articles are found within days of their publication."""
_SPAN_DAYS = 4
"""Days of keys that are kept together. Each lookup asks each span for each key; a day is deleted by a walk through its span."""
_REVISION_BITS = 11
_LAST_REVISION = 2**_REVISION_BITS - 1
_ID_DIGITS = 13
_COLUMNS = [item.name for item in fields(Sketch) if item.name not in ("scheme", "schema_version", "lines")]
_STORED = StoredRows(Sketch, texts=("source", "source_kind", "agency", "pub_status", "run_id"))
_AT_ONCE = 500
_KEYS_ADDED_AT_ONCE = 2_000_000
"""40 MB. Keys are hashes, so what is added changes pages all over the span; the more at once, the fewer times each."""
_ROWS = 100_000
DAY = 86_400_000_000
"""Microseconds of a day."""
_EPOCH = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=4)
def sketch_index(lake: Lake) -> SketchIndex | None:
    """The index of a lake; None when there is no folder for it."""
    folder = database_folder(lake, "sketches", f"{SCHEME}", f"{_SPAN_DAYS}")
    return None if folder is None else SketchIndex(lake, folder)


def first_day(today: date, look_back: timedelta) -> str:
    """The first day of the index. It moves by whole spans, so that days are rarely deleted."""
    oldest = (today - look_back - MARGIN).toordinal()
    return f"{date.fromordinal(oldest - oldest % _SPAN_DAYS)}"


class SketchIndex(DerivedDatabase):
    """The index of one lake. Raises UnusableError."""

    title = "the index of sketches"
    tables = (
        # By number, which is the order of article_ids; see ``number_of``.
        f"sketches (number INTEGER PRIMARY KEY, day INTEGER NOT NULL, {', '.join(_COLUMNS)})",
        # In the order of time: of a key that many texts have, the first ones count.
        "keys (span INTEGER, key INTEGER, moment INTEGER, number INTEGER, PRIMARY KEY (span, key, moment, number))"
        " WITHOUT ROWID",
    )
    indexes: ClassVar = {"by_day": "sketches (day)", "by_content": "sketches (content_hash)"}
    most_added = 16 << 20

    @contextlib.contextmanager
    def reading(
        self, files: Mapping[str, FileInfo], days: Collection[str]
    ) -> Iterator[tuple[StoredSketches, set[str]]]:
        """What the listed files have of some days, in a snapshot.

        Also yields the files whose rows it does not have yet; they must be read.
        """
        ordinals = [date.fromisoformat(day).toordinal() for day in days]
        with self.opened(files) as (database, left):
            yield StoredSketches(database, min(ordinals), max(ordinals)), set(left)

    def add(self, database: sqlite3.Connection, paths: list[str], day: int) -> None:
        places = ", ".join("?" * (len(_COLUMNS) + 2))
        waiting: list[tuple[Hashes, Ints, Ints]] = []
        for batch in read_batches(self._lake, Sketch, paths, _COLUMNS, pc.field("scheme") == SCHEME):
            numbers = numbers_of(batch)
            columns = [_STORED.written(database, name, batch[name]) for name in _COLUMNS]
            rows = zip(numbers.tolist(), repeat(day), *columns)
            database.executemany(f"INSERT OR REPLACE INTO sketches VALUES ({places})", rows)
            keys, row = keys_of_rows(batch["keys"])
            waiting.append((keys, moments_of(batch)[row], numbers[row]))
            if sum(len(keys) for keys, _, _ in waiting) >= _KEYS_ADDED_AT_ONCE:
                _add_keys(database, day, waiting)
        _add_keys(database, day, waiting)

    def delete_day(self, database: sqlite3.Connection, day: int) -> None:
        begin = (day - _EPOCH) * DAY
        moments = (day // _SPAN_DAYS, begin, begin + DAY)
        database.execute("DELETE FROM keys WHERE span = ? AND moment >= ? AND moment < ?", moments)
        database.execute("DELETE FROM sketches WHERE day = ?", (day,))


def _add_keys(database: sqlite3.Connection, day: int, waiting: list[tuple[Hashes, Ints, Ints]]) -> None:
    """Adds keys, with the moment and the number of the text of each, and empties the list."""
    if not waiting:
        return
    keys, moments, numbers = (np.concatenate(values) for values in zip(*waiting, strict=True))
    waiting.clear()
    order = np.argsort(keys)  # so those that are next to each other in the database are added together
    for start in range(0, len(order), _ROWS):
        part = order[start : start + _ROWS]
        rows = zip(repeat(day // _SPAN_DAYS), keys[part].tolist(), moments[part].tolist(), numbers[part].tolist())
        database.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)", rows)


@dataclass(frozen=True, slots=True)
class StoredSketches:
    """The sketches of some days in a snapshot of an index."""

    _database: sqlite3.Connection
    _first: int
    _last: int

    def matches(self, keys: Hashes) -> tuple[Ints, Ints, Ints]:
        """The place of a key, and the moment and number of a text that has it, for each of these keys: the first texts of each in time.

        More than HOT of them are not asked for.
        """
        query = "SELECT moment, number FROM keys WHERE span = ? AND key = ? AND moment >= ? AND moment < ? LIMIT ?"
        begin, end = (self._first - _EPOCH) * DAY, (self._last + 1 - _EPOCH) * DAY
        spans = range(self._first // _SPAN_DAYS, self._last // _SPAN_DAYS + 1)
        execute = self._database.execute
        counts = []
        texts = [np.empty((0, 2), np.int64)]
        for part in parts(keys.tolist(), _AT_ONCE):
            found: list[tuple[int, int]] = []
            for key in part:
                before = len(found)
                for span in spans:
                    found += execute(query, (span, key, begin, end, before + HOT + 1 - len(found)))
                counts.append(len(found) - before)
            texts.append(np.array(found, np.int64).reshape(-1, 2))
        moments, numbers = np.concatenate(texts).T
        return np.repeat(np.arange(len(keys)), counts), moments, numbers

    def same(self, bodies: Collection[str]) -> set[int]:
        """The articles that have one of these bodies, given by their hashes."""
        return {
            number >> _REVISION_BITS
            for part in parts(sorted(map(packed, bodies), key=repr), _AT_ONCE)
            for (number,) in self._database.execute(
                f"SELECT number FROM sketches WHERE content_hash IN ({','.join('?' * len(part))})"
                " AND day BETWEEN ? AND ?",
                (*part, self._first, self._last),
            )
        }

    def smallest(self, count: int) -> list[int]:
        """The articles with the smallest numbers."""
        query = "SELECT number FROM sketches NOT INDEXED WHERE day BETWEEN ? AND ? ORDER BY number"
        found: dict[int, None] = {}
        with contextlib.closing(self._database.execute(query, (self._first, self._last))) as rows:
            for (number,) in rows:
                found[number >> _REVISION_BITS] = None
                if len(found) == count:
                    break
        return list(found)

    def sketches(self, articles: Collection[int]) -> list[Sketch]:
        """The sketches of articles, all revisions of each."""
        query = f"SELECT {', '.join(_COLUMNS)} FROM sketches WHERE number BETWEEN ? AND ? AND day BETWEEN ? AND ?"
        rows: list[Any] = []
        for article in sorted(articles):
            begin = article << _REVISION_BITS
            rows += self._database.execute(query, (begin, begin | _LAST_REVISION, self._first, self._last))
        return [Sketch(**row, scheme=SCHEME) for row in _STORED.as_dicts(self._database, _COLUMNS, rows)]


def article_number(article_id: str) -> int:
    """A number for an article. It has the first bits of the article_id, which is a hash, so the order of both is the same."""
    try:
        return int(article_id[:_ID_DIGITS], 16)
    except ValueError:
        return int(digest(article_id)[:_ID_DIGITS], 16)


def numbers_of(rows: pa.RecordBatch | pa.Table) -> Ints:
    """The numbers of the texts in rows of sketches: that of the article, then the revision."""
    articles = np.array([article_number(article_id) for article_id in rows["article_id"].to_pylist()], np.int64)
    revisions = rows["revision"].to_numpy().astype(np.int64)
    numbers: Ints = (articles << _REVISION_BITS) | np.minimum(revisions, _LAST_REVISION)
    return numbers


def article_of(numbers: Ints) -> Ints:
    """The articles of texts."""
    return numbers >> _REVISION_BITS


def moments_of(rows: pa.RecordBatch | pa.Table) -> Ints:
    """When each article was published, or first seen if nobody says: microseconds since 1970."""
    moments: Ints = pc.coalesce(rows["published_at"], rows["first_seen_at"]).cast(pa.int64()).to_numpy()
    return moments


def keys_of_rows(column: pa.BinaryArray) -> tuple[Hashes, Ints]:
    """The hashes in a column ``keys``, without an object of Python for each row, and the row of each."""
    _, offsets, values = column.buffers()
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64) // 4
    if values is None or not len(column):
        return np.empty(0, np.uint32), np.empty(0, np.int64)
    flat = np.frombuffer(values, "<u4", places[-1])[places[0] :]
    return flat, np.repeat(np.arange(len(column)), np.diff(places))

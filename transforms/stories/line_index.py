"""An index of lines: in how many articles of its source each line stands, day by day. It is derived from the files of ``sketches``.

Rows are kept by spans of a few days. So what a new article adds, and what is looked up for it, is near to each other in the database, and
old days are deleted together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise, repeat
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas import Sketch
from transforms.lake.derived import DerivedDatabase, database_folder, numbered, parts
from transforms.lake.layout import Lake, day_and_source
from transforms.lake.reading import read_batches
from transforms.lake.stores.protocol import FileInfo
from transforms.stories.arrays import Ints, distinct
from transforms.stories.sketch import SCHEME, hashes
from transforms.stories.words import Hashes

COLUMNS = ["source", "story_id", "lines"]
"""The columns of sketches that are needed."""
STORIES_KEPT = 3
"""Stories of a line that are known for each day. No rule asks for more."""
SPAN_DAYS = 16
"""Days of a span. A lookup asks each span for each line, and what is added to a large span changes more pages of the database."""
_LINES_AT_ONCE = 500
Lines = NDArray[np.uint64]
"""Lines of sources: the number of the source in the upper half, the hash of the line in the lower one."""


@dataclass(frozen=True, slots=True)
class KnownLines:
    """What the lake has of the lines of some sources."""

    articles: Mapping[str, int]
    """Articles of each source."""
    lines: list[tuple[str, int, int, bytes]]
    """The source and the hash of a line, the number of articles that have it on a day, and some of their stories, packed."""


@lru_cache(maxsize=4)
def line_index(lake: Lake) -> LineIndex | None:
    """The index of a lake; None when there is no folder for it."""
    folder = database_folder(lake, "lines", f"{SCHEME}", f"{SPAN_DAYS}")
    return None if folder is None else LineIndex(lake, folder)


class LineIndex(DerivedDatabase):
    """The index of one lake. Raises UnusableError."""

    title = "the index of lines"
    tables = (
        "lines (span INTEGER, line INTEGER, day INTEGER, articles INTEGER NOT NULL, stories BLOB NOT NULL,"
        " PRIMARY KEY (span, line, day)) WITHOUT ROWID",
        "articles (source INTEGER, day INTEGER, articles INTEGER NOT NULL, PRIMARY KEY (source, day)) WITHOUT ROWID",
    )

    def find(
        self, files: Mapping[str, FileInfo], wanted: Mapping[str, Hashes], days: Collection[str]
    ) -> tuple[KnownLines, list[str]]:
        """What the listed files of some days have of lines, which are given by source.

        Also returns the files whose rows it does not have yet; they must be read.
        """
        listed = {day_and_source(path)[0] for path in files}
        ordinals = {date.fromisoformat(day).toordinal() for day in listed.intersection(days)}
        spans = sorted({day // SPAN_DAYS for day in ordinals})
        with self.opened(files) as (database, loose):
            sources = _numbers(database, sorted(wanted))
            articles = dict.fromkeys(wanted, 0)
            for source, number in sources.items():
                rows = database.execute("SELECT day, articles FROM articles WHERE source = ?", (number,))
                articles[source] = sum(count for day, count in rows if day in ordinals)
            names = {number: source for source, number in sources.items()}
            lines = np.concatenate([_NONE, *(of_source(number, wanted[source]) for source, number in sources.items())])
            found = [
                (names[line >> 32], line & 0xFFFFFFFF, count, stories)
                for part in parts(distinct(lines).tolist(), _LINES_AT_ONCE)
                for span in spans
                for line, day, count, stories in _rows(database, span, part)
                if day in ordinals
            ]
            return KnownLines(articles, found), loose

    def add(self, database: sqlite3.Connection, paths: list[str], day: int) -> None:
        database.create_function("merged", 2, _merged, deterministic=True)
        for batch in read_batches(self._lake, Sketch, sorted(paths), COLUMNS, HAS_LINES):
            numbers = numbered(database, batch["source"]).to_numpy()
            sources, articles = np.unique(numbers, return_counts=True)
            database.executemany(
                "INSERT INTO articles VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET articles = articles + excluded.articles",
                zip(sources.tolist(), repeat(day), articles.tolist()),
            )
            lines, row = once_a_row(*lines_of(batch, numbers))
            lines, articles, stories = _by_line(lines, story_hashes(batch["story_id"])[row])
            database.executemany(
                "INSERT INTO lines VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET articles = articles + excluded.articles, stories = merged(stories, excluded.stories)",
                zip(repeat(day // SPAN_DAYS), lines.tolist(), repeat(day), articles.tolist(), stories),
            )

    def delete_day(self, database: sqlite3.Connection, day: int) -> None:
        database.execute("DELETE FROM lines WHERE span = ? AND day = ?", (day // SPAN_DAYS, day))
        database.execute("DELETE FROM articles WHERE day = ?", (day,))


HAS_LINES = (pc.field("scheme") == SCHEME) & pc.field("lines").is_valid()
"""The sketches that count. Those of a version of Copydesk without lines do not."""
_NONE = np.empty(0, np.uint64)


def of_source(source: int | Lines, lines: Hashes) -> Lines:
    """Lines with the number of their source: the same line of two sources is two lines."""
    return (np.uint64(source) << np.uint64(32)) | lines.astype(np.uint64)


def lines_of(rows: pa.Table | pa.RecordBatch, sources: Ints) -> tuple[Lines, Ints]:
    """The lines of sketches, and the row of each. ``sources`` has the number of each row's source."""
    sizes = pc.binary_length(rows["lines"]).to_numpy(zero_copy_only=False) // 4
    row = np.repeat(np.arange(rows.num_rows), sizes)
    return of_source(sources.astype(np.uint64)[row], hashes(b"".join(rows["lines"].to_pylist()))), row


def once_a_row(lines: NDArray[Any], row: Ints) -> tuple[NDArray[Any], Ints]:
    """Sorted lines, each once for each of its rows."""
    order = np.lexsort((row, lines))
    lines, row = lines[order], row[order]
    is_first = np.ones(len(lines), bool)
    is_first[1:] = (lines[1:] != lines[:-1]) | (row[1:] != row[:-1])
    return lines[is_first], row[is_first]


def story_hashes(stories: Any) -> Hashes:
    """A hash of each story, from a column ``story_id``."""
    return np.array([crc32(story.encode()) for story in stories.to_pylist()], np.uint32)


def _by_line(lines: Lines, stories: Hashes) -> tuple[Lines, Ints, list[bytes]]:
    """Each line, the number of articles that have it, and the first STORIES_KEPT of their stories, packed."""
    order = np.lexsort((stories, lines))
    lines, stories = lines[order], stories[order]
    is_new_line = np.ones(len(lines), bool)
    is_new_line[1:] = lines[1:] != lines[:-1]
    is_new_story = is_new_line.copy()
    is_new_story[1:] |= stories[1:] != stories[:-1]
    starts = np.flatnonzero(is_new_line)
    counts = np.diff(np.append(starts, len(lines)))
    number = np.cumsum(is_new_story)  # of the story, among those of all lines
    is_kept = is_new_story & (number - np.repeat(number[starts], counts) < STORIES_KEPT)
    ends = 4 * np.cumsum(np.add.reduceat(is_kept, starts, dtype=np.int64)) if len(starts) else np.empty(0, np.int64)
    packed, bounds = stories[is_kept].astype("<u4").tobytes(), [0, *ends.tolist()]
    return lines[starts], counts, [packed[begin:end] for begin, end in pairwise(bounds)]


def _merged(some: bytes, others: bytes) -> bytes:
    return distinct(np.append(hashes(some), hashes(others)))[:STORIES_KEPT].astype("<u4").tobytes()


def _numbers(database: sqlite3.Connection, sources: list[str]) -> dict[str, int]:
    """The numbers of those sources that have articles here."""
    return {
        text: number
        for part in parts(sources, _LINES_AT_ONCE)
        for number, text in database.execute(
            f"SELECT id, text FROM texts WHERE text IN ({','.join('?' * len(part))})", part
        )
    }


def _rows(database: sqlite3.Connection, span: int, lines: Sequence[int]) -> Iterator[tuple[int, int, int, bytes]]:
    places = ",".join("?" * len(lines))
    query = f"SELECT line, day, articles, stories FROM lines WHERE span = ? AND line IN ({places})"
    return database.execute(query, (span, *lines))

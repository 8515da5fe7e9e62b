"""Lines that a source puts into many articles: offers, legal lines, descriptions of authors. Bodies are written without them.

A line is repeated when it stands in three stories of its source, and in one of a hundred of its articles, counting each revision. A wire
story that was taken three times, or an article that was revised, keeps its own lines. Sketches hold the hashes of the lines as they were
extracted, so lines that were dropped still count.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas import Article, Sketch
from schemas.arrow import arrow_schema
from transforms.accounting.runs import now
from transforms.extraction.words import word_count
from transforms.lake.derived import MIN_BYTES, UnusableError
from transforms.lake.layout import Lake, day_and_source
from transforms.lake.reading import column_in, read_rows, retry_during_compaction
from transforms.stories.arrays import Ints, distinct
from transforms.stories.line_index import (
    COLUMNS,
    HAS_LINES,
    SPAN_DAYS,
    STORIES_KEPT,
    KnownLines,
    Lines,
    line_index,
    lines_of,
    of_source,
    once_a_row,
    story_hashes,
)
from transforms.stories.sketch import CHARACTERS_A_WORD, MOST_LINES, hashes
from transforms.stories.words import Hashes, without_spaces

FEWEST_STORIES = STORIES_KEPT
LEAST_SHARE = 0.01
"""Share of the source's articles. Where a source has many, three of them have the same subheading by chance."""
MEMORY = timedelta(days=30)
"""Articles that were published further apart do not count. It is longer than the look-back of stories, for sources with few articles."""
SHORT, LONG = 5, 25
"""Words of a short line at most, and of a long one at least. A short line may introduce the next one: a subheading, the name of a speaker.
A long one may be background, which an agency repeats in each report on a war."""
LEAST_KEPT = 0.5
"""Share of a body's characters that must be left. If most of a text is repeated, it is made from a template, and belongs to it."""
_LOGGER = logging.getLogger(__name__)


def repeated_lines(new: Sequence[Sketch], lake: Lake) -> dict[str, bytes]:
    """The numbers of the repeated lines of each new article that has some, packed for ``without_repeated``, by article_id.

    ``new`` has all new articles of a run, with their stories. They are counted together with those of the lake. In a large lake, lines of
    recent days are looked up in its index of lines; all others are read.
    """
    published = {(sketch.published_at or sketch.first_seen_at).date() for sketch in new}
    near = {day + timedelta(days=days) for day in published for days in range(-MEMORY.days, MEMORY.days + 1)}
    days = {f"{day}" for day in near}
    return retry_during_compaction(lambda: _counted(new, lake, days).repeated())


def _counted(new: Sequence[Sketch], lake: Lake, days: set[str]) -> LineCounts:
    counts = LineCounts(new)
    recent = _first_day(now().date())
    files = lake.listing("sketches", min([*days, recent]))
    to_read = {path for path in files if day_and_source(path)[0] in days}
    indexed = {path: info for path, info in files.items() if day_and_source(path)[0] >= recent}
    index = line_index(lake) if sum(files[path].bytes for path in to_read & indexed.keys()) >= MIN_BYTES else None
    if index is not None:
        try:
            known, loose = index.find(indexed, counts.wanted(), days)
            counts.add_known(known)
            to_read -= indexed.keys() - loose
        except UnusableError as error:
            _LOGGER.info("repeated lines are read from the sketches: %s", error)

    def counted(rows: pa.Table) -> pa.Table:
        counts.add(rows)
        return rows.slice(0, 0)

    where = column_in("source", {sketch.source for sketch in new}) & HAS_LINES
    read_rows(lake, Sketch, sorted(to_read), COLUMNS, where, counted)
    return counts


def _first_day(today: date) -> str:
    """The first day of the index of lines. It moves by whole spans, so that days are rarely deleted."""
    oldest = (today - 2 * MEMORY).toordinal()
    return f"{date.fromordinal(oldest - oldest % SPAN_DAYS)}"


class LineCounts:
    """In how many articles of their source, and in which stories, the lines of some new articles stand. Memory holds no other lines."""

    def __init__(self, new: Sequence[Sketch]) -> None:
        self._new = new
        self._sources = sorted({sketch.source for sketch in new})
        self._numbers = {source: number for number, source in enumerate(self._sources)}
        self._lines = [of_source(self._numbers[sketch.source], hashes(sketch.lines or b"")) for sketch in new]
        self._wanted = distinct(np.concatenate([*self._lines, np.empty(0, np.uint64)]))
        self._articles = np.zeros(len(self._sources), np.int64)
        self._counts = np.zeros(len(self._wanted), np.int64)
        self._stories = [np.empty(0, np.uint64)]
        """The places of lines among the wanted ones, each with the hash of a story."""
        rows = {name: [getattr(sketch, name) for sketch in new] for name in COLUMNS}
        self.add(pa.table(rows, schema=pa.schema([arrow_schema(Sketch).field(name) for name in COLUMNS])))

    def wanted(self) -> dict[str, Hashes]:
        """The lines of the new articles, by source."""
        sources = (self._wanted >> np.uint64(32)).astype(np.int64)
        return {
            source: self._wanted[sources == number].astype(np.uint32) for number, source in enumerate(self._sources)
        }

    def add(self, rows: pa.Table) -> None:
        """Adds articles of these sources, by the columns ``source``, ``story_id`` and ``lines``."""
        rows = rows.filter(pc.is_valid(rows["lines"]))
        sources = np.array([self._numbers[source] for source in rows["source"].to_pylist()], np.int64)
        self._articles += np.bincount(sources, minlength=len(self._articles))
        lines, row = lines_of(rows, sources)
        places = self._places(lines)
        places, row = once_a_row(places[places >= 0], row[places >= 0])
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._add_stories(places, story_hashes(rows["story_id"])[row])

    def add_known(self, known: KnownLines) -> None:
        """Adds what an index of lines has of the wanted lines."""
        for source, articles in known.articles.items():
            self._articles[self._numbers[source]] += articles
        lines = np.array([self._numbers[source] << 32 | line for source, line, _, _ in known.lines], np.uint64)
        places = self._places(lines)
        np.add.at(self._counts, places, [articles for _, _, articles, _ in known.lines])
        packed = [stories for _, _, _, stories in known.lines]
        self._add_stories(np.repeat(places, [len(stories) // 4 for stories in packed]), hashes(b"".join(packed)))

    def repeated(self) -> dict[str, bytes]:
        """The repeated lines of each new article that has some; see ``repeated_lines``."""
        places = distinct(np.concatenate(self._stories)) >> np.uint64(32)
        stories = np.bincount(places.astype(np.int64), minlength=len(self._wanted))
        of_source = self._articles[(self._wanted >> np.uint64(32)).astype(np.int64)]
        is_repeated = (stories >= FEWEST_STORIES) & (self._counts >= LEAST_SHARE * of_source)
        found = {}
        for sketch, lines in zip(self._new, self._lines, strict=True):
            if (chosen := is_repeated[self._places(lines)]).any():
                found[sketch.article_id] = _packed(np.flatnonzero(chosen), len(chosen))
        return found

    def _add_stories(self, places: Ints, stories: Hashes) -> None:
        self._stories.append(distinct((places.astype(np.uint64) << np.uint64(32)) | stories.astype(np.uint64)))

    def _places(self, lines: Lines) -> Ints:
        """The place of each line among those of the new articles; -1 for others."""
        if not len(self._wanted):
            return np.full(len(lines), -1, np.int64)
        places = np.minimum(np.searchsorted(self._wanted, lines), len(self._wanted) - 1)
        return np.where(self._wanted[places] == lines, places, -1)


def _packed(numbers: Ints, count: int) -> bytes:
    """Packs the numbers of some of the ``count`` lines of a sketch. Those after the first hundred count from the end: the last one is -1.

    So they hold for the text too, of which a sketch may leave out the middle.
    """
    return np.where(numbers < MOST_LINES // 2, numbers, numbers - count).astype("<i2").tobytes()


def without_repeated(article: Article, repeated: bytes) -> Article:
    """The article without its repeated lines, which go into ``repeated_lines``; as it was if less than half of its text would be left.

    ``repeated`` has their numbers, as ``LineCounts.repeated`` returns them. So the text is not hashed again.

    A short line goes only if nothing but repeated lines follows it, a long one only if nothing else follows or precedes it.
    """
    lines = article.body.split("\n")
    numbers = set(np.frombuffer(repeated, "<i2").tolist())
    known = [place in numbers or place - len(lines) in numbers for place in range(len(lines))]
    head = known.index(False) if False in known else 0
    tail = len(lines) - known[::-1].index(False) if False in known else len(lines)
    dropped = [
        is_known and (place >= tail or _may_go(_size(line), place < head))
        for place, (line, is_known) in enumerate(zip(lines, known, strict=True))
    ]
    body = "\n".join(line for line, goes in zip(lines, dropped, strict=True) if not goes)
    if not any(dropped) or len(body) < LEAST_KEPT * len(article.body):
        return article
    gone = tuple(line for line, goes in zip(lines, dropped, strict=True) if goes)
    words_left = article.word_count - word_count("\n".join(gone))
    return replace(article, body=body, word_count=words_left, repeated_lines=gone)


def _may_go(words: float, in_head: bool) -> bool:
    """True if a repeated line of so many words goes, although others follow it."""
    return words > SHORT and (in_head or words < LONG)


def _size(line: str) -> float:
    """Number of words. Where there are no spaces, some characters count as one."""
    return word_count(line) / (CHARACTERS_A_WORD if without_spaces(line) else 1)

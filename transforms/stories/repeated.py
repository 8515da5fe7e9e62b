"""Lines that a source puts into many articles: offers, legal lines, descriptions of authors. Bodies are written without them.

A line is repeated when it stands in three stories of its source, and in one of a hundred. Stories count, not articles: a wire story that
was taken three times, or an article that was revised, keeps its own lines. Sketches hold the hashes of the lines as they were extracted, so
lines that were dropped still count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas import Article, Sketch
from schemas.arrow import arrow_schema
from transforms.extraction.words import word_count
from transforms.lake.layout import Lake, day_and_source
from transforms.lake.reading import column_in, read_rows, retry_during_compaction
from transforms.stories.sketch import CHARACTERS_A_WORD, SCHEME, hashes
from transforms.stories.words import Hashes, line_hashes, without_spaces

FEWEST_STORIES = 3
LEAST_SHARE = 0.01
"""Share of the source's stories. Where a source has many, three of them have the same subheading by chance."""
MEMORY = timedelta(days=30)
"""Articles that were published further apart do not count. It is longer than the look-back of stories, for sources with few articles."""
SHORT, LONG = 5, 25
"""Words of a short line at most, and of a long one at least. A short line may introduce the next one: a subheading, the name of a speaker.
A long one may be background, which an agency repeats in each report on a war."""
LEAST_KEPT = 0.5
"""Share of a body's characters that must be left. If most of a text is repeated, it is made from a template, and belongs to it."""
_COLUMNS = ["source", "story_id", "lines"]


def repeated_lines(new: Sequence[Sketch], lake: Lake) -> dict[str, bytes]:
    """The hashes of the repeated lines of each new article that has some, packed as in ``Sketch.lines``, by article_id.

    ``new`` has all new articles of a run, with their stories. They are counted together with those of the lake.
    """
    days = {
        f"{(sketch.published_at or sketch.first_seen_at).date() + timedelta(days=days)}"
        for sketch in new
        for days in range(-MEMORY.days, MEMORY.days + 1)
    }
    where = column_in("source", {sketch.source for sketch in new}) & (pc.field("scheme") == SCHEME)

    def query() -> dict[str, bytes]:
        counts = LineCounts(new)

        def counted(rows: pa.Table) -> pa.Table:
            counts.add(rows)
            return rows.slice(0, 0)

        paths = [path for path in lake.paths("sketches", min(days, default="")) if day_and_source(path)[0] in days]
        read_rows(lake, Sketch, paths, _COLUMNS, where, counted)
        return counts.repeated()

    return retry_during_compaction(query)


class LineCounts:
    """In how many stories of their source the lines of some new articles stand. Memory holds no other lines."""

    def __init__(self, new: Sequence[Sketch]) -> None:
        self._new = new
        self._numbers = {source: number for number, source in enumerate(sorted({sketch.source for sketch in new}))}
        self._lines = [_of_source(self._numbers[sketch.source], hashes(sketch.lines or b"")) for sketch in new]
        self._wanted = np.unique(np.concatenate([*self._lines, np.empty(0, np.uint64)]))
        self._stories: list[pa.Table] = []
        self._found: list[pa.Table] = []
        rows = {name: [getattr(sketch, name) for sketch in new] for name in _COLUMNS}
        self.add(pa.table(rows, schema=pa.schema([arrow_schema(Sketch).field(name) for name in _COLUMNS])))

    def add(self, rows: pa.Table) -> None:
        """Adds articles of these sources, by the columns ``source``, ``story_id`` and ``lines``. Twice the same article counts once."""
        rows = rows.filter(pc.is_valid(rows["lines"]))
        self._stories.append(rows.select(["source", "story_id"]))
        sources = np.array([self._numbers[source] for source in rows["source"].to_pylist()], np.uint64)
        sizes = pc.binary_length(rows["lines"]).to_numpy() // 4
        lines = _of_source(np.repeat(sources, sizes), hashes(b"".join(rows["lines"].to_pylist())))
        places = self._places(lines)
        chosen = np.flatnonzero(places >= 0)
        stories = rows["story_id"].take(pa.array(np.repeat(np.arange(rows.num_rows), sizes)[chosen]))
        self._found.append(pa.table({"place": places[chosen], "story_id": stories}))

    def repeated(self) -> dict[str, bytes]:
        """The repeated lines of each new article that has some; see ``repeated_lines``."""
        total = np.zeros(len(self._numbers), np.int64)
        for row in _stories_by(pa.concat_tables(self._stories), "source"):
            total[self._numbers[row["source"]]] = row["story_id_count_distinct"]
        count = np.zeros(len(self._wanted), np.int64)
        for row in _stories_by(pa.concat_tables(self._found), "place"):
            count[row["place"]] = row["story_id_count_distinct"]
        of_source = total[(self._wanted >> np.uint64(32)).astype(np.int64)]
        is_repeated = (count >= FEWEST_STORIES) & (count >= LEAST_SHARE * of_source)
        found = {}
        for sketch, lines in zip(self._new, self._lines, strict=True):
            if (chosen := is_repeated[self._places(lines)]).any():
                found[sketch.article_id] = hashes(sketch.lines or b"")[chosen].tobytes()
        return found

    def _places(self, lines: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The place of each line among those of the new articles; -1 for others."""
        if not len(self._wanted):
            return np.full(len(lines), -1, np.int64)
        places = np.minimum(np.searchsorted(self._wanted, lines), len(self._wanted) - 1)
        return np.where(self._wanted[places] == lines, places, -1)


def _of_source(source: int | NDArray[np.uint64], lines: Hashes) -> NDArray[np.uint64]:
    """Lines with the number of their source: the same line of two sources is two lines."""
    return (np.uint64(source) << np.uint64(32)) | lines.astype(np.uint64)


def _stories_by(rows: pa.Table, column: str) -> list[dict[str, Any]]:
    counted: list[dict[str, Any]] = rows.group_by(column).aggregate([("story_id", "count_distinct")]).to_pylist()
    return counted


def without_repeated(article: Article, repeated: bytes) -> Article:
    """The article without its repeated lines, which go into ``repeated_lines``; as it was if less than half of its text would be left.

    A short line goes only if nothing but repeated lines follows it, a long one only if nothing else follows or precedes it.
    """
    lines = article.body.split("\n")
    known = np.isin(line_hashes(lines), hashes(repeated)).tolist()
    head = known.index(False) if False in known else 0
    tail = len(lines) - known[::-1].index(False) if False in known else len(lines)
    dropped = [
        is_known and _may_go(_size(line), place < head, place >= tail)
        for place, (line, is_known) in enumerate(zip(lines, known, strict=True))
    ]
    body = "\n".join(line for line, goes in zip(lines, dropped, strict=True) if not goes)
    if not any(dropped) or len(body) < LEAST_KEPT * len(article.body):
        return article
    gone = tuple(line for line, goes in zip(lines, dropped, strict=True) if goes)
    return replace(article, body=body, word_count=word_count(body), repeated_lines=gone)


def _may_go(words: float, in_head: bool, in_tail: bool) -> bool:
    if words <= SHORT:
        return in_tail
    return words < LONG or in_head or in_tail


def _size(line: str) -> float:
    """Number of words. Where there are no spaces, some characters count as one."""
    return word_count(line) / (CHARACTERS_A_WORD if without_spaces(line) else 1)

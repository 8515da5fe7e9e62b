"""Makes the sketches of a lake again from its articles: for a lake of a version without them, or when the scheme has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow.compute as pc

from schemas import Sketch, StoryArticle
from transforms.accounting.counts import Counts
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id
from transforms.lake.commit import commit, stage
from transforms.lake.layout import Lake, day_and_source
from transforms.lake.reading import read_rows
from transforms.stories.sketch import SCHEME, hashed

ENGINE = "stories --rebuild"
"""The engine in the run record of a rebuild."""
_COLUMNS = (
    "article_id revision story_id source source_kind agency pub_status content_hash published_at first_seen_at body run_id "
    "repeated_lines"
).split()


@dataclass(frozen=True, slots=True)
class RebuiltDay:
    """A day whose sketches were made again."""

    day: str
    sketches: int


def rebuild_sketches(lake: Lake, clock: Callable[[], datetime]) -> Iterator[RebuiltDay]:
    """Replaces the sketches of each day, one commit a day. Yields the days after their commit; no story_id changes.

    The caller holds the lake and has called ``recover``. A rebuild that was stopped may be repeated. Memory holds the texts of one file
    and the sketches of one day. Raises LakeError for a damaged file.
    """
    articles: dict[str, list[str]] = defaultdict(list)
    for path in lake.paths("articles"):
        articles[day_and_source(path)[0]].append(path)
    old: dict[str, list[str]] = defaultdict(list)
    for path in lake.paths("sketches"):
        old[day_and_source(path)[0]].append(path)
    for day in sorted(articles.keys() | old.keys()):
        began = clock()
        run_id = new_run_id(began)
        rows = [sketch for path in articles[day] for sketch in _sketches(lake, path)]
        written = stage(lake, run_id, f"sketches/date={day}", rows) if rows else []
        record = RunRecord(
            run_id=run_id,
            started_at=began.isoformat(),
            finished_at=clock().isoformat(),
            engine=ENGINE,
            total=Counts(),
            sources={},
            written=written,
            removed=old[day],
        )
        commit(lake, record)
        yield RebuiltDay(day, len(rows))


def _sketches(lake: Lake, path: str) -> Iterator[Sketch]:
    standing = pc.is_null(pc.field("removed_at"))
    for row in read_rows(lake, StoryArticle, [path], _COLUMNS, standing, with_folders=True).to_pylist():
        body, repeated = row.pop("body"), row.pop("repeated_lines") or []
        words, shingle, keys, lines = hashed(body, repeated)
        yield Sketch(**row, words=words, shingle=shingle, keys=keys, scheme=SCHEME, lines=lines)

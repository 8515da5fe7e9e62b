"""Small sound lakes for tests, rows and runs to add to them, and looks at what is wrong in them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import DataFile, IndexRow, Row, StoryArticle
from tests.support.samples import NOON, OUTLET, RUN, WIRE, article, poll, reject, story_article, summary
from transforms.accounting.counts import Tally
from transforms.accounting.rows import article_index_row, duplicate_index_row, reject_index_row
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import commit
from transforms.lake.layout import Lake, record_path
from transforms.lake.maintenance.check import Findings, check_lake
from transforms.lake.maintenance.inventory import Inventory, take_inventory
from transforms.lake.maintenance.problems import Problem
from transforms.lake.opening import open_lake
from transforms.lake.parquet import TARGET_BYTES
from transforms.lake.writing import stage_rows

LATER = "20261002T120000Z-abcdef"
ORIGINAL = story_article(article(WIRE, "http://wire.example/flood", "The river rose. " * 10))
COPY = story_article(
    article(OUTLET, "http://post.example/flood", "The river rose. " * 10),
    story_id=ORIGINAL.article_id,
    relation="exact",
    matched_article_id=ORIGINAL.article_id,
)
OTHER = story_article(article(OUTLET, "http://post.example/vote", "The vote was close. " * 10))


def stage_all(lake: Lake, run_id: str, rows: Iterable[Row], target_bytes: int = TARGET_BYTES) -> list[DataFile]:
    parts = stage_rows(lake, run_id, NOON, rows, target_bytes)
    return [part for part in parts if isinstance(part, DataFile)]


def rows_of(*articles: StoryArticle) -> list[Row]:
    return [*articles, *map(article_index_row, articles)]


def record(run_id: str, written: Iterable[DataFile], **counts: int) -> RunRecord:
    tallies = [Tally("post", name, count) for name, count in counts.items()]
    return RunRecord.from_tallies(run_id, NOON, NOON, "test", tallies, written)


def add(lake: Lake, rows: Iterable[Row], run_id: str = LATER, **counts: int) -> None:
    """A run that commits these rows; it counts one entry for each article if nothing else is said."""
    rows = list(rows)
    number = sum(isinstance(row, StoryArticle) for row in rows)
    counts = counts or {"articles": number, "entries": number}
    if counts.get("entries"):
        rows.append(poll(run_id=run_id, entries=counts["entries"]))
    commit(lake, record(run_id, stage_all(lake, run_id, rows), **counts))


def lake_with(folder: Path, *passes: list[Row]) -> Lake:
    """A lake with a run for each list of rows."""
    lake = open_lake(folder)
    for number, rows in enumerate(passes):
        run_id = f"{RUN}-{number}"
        commit(lake, summary(*stage_all(lake, run_id, rows), run_id=run_id))
    return lake


def filled(folder: Path) -> Lake:
    """A sound lake: one run of two wire articles' copies, one of these twice in its feed, a reject and the visit to the feed."""
    lake = open_lake(folder)
    slow = reject()
    rejected = reject_index_row(slow)
    assert rejected is not None
    again = duplicate_index_row(replace(OTHER, url="http://post.example/old", entry_id="old"))
    rows = [*rows_of(ORIGINAL, COPY, OTHER), again, slow, rejected]
    add(lake, rows, RUN, entries=5, articles=3, seen=1, rejects=1)
    return lake


def take(lake: Lake, busy: bool = False) -> Inventory:
    return take_inventory(lake, lambda: busy)


def check(lake: Lake, busy: bool = False) -> Findings:
    return check_lake(take(lake, busy))


def problems(lake: Lake, busy: bool = False) -> list[Problem]:
    return check(lake, busy).problems


def kinds(lake: Lake, busy: bool = False) -> list[str]:
    return [problem.kind.value for problem in problems(lake, busy)]


def file_of(lake: Lake, dataset: str, source: str = "") -> Path:
    return next(path for path in sorted((lake.root / dataset).rglob("*.parquet")) if source in str(path))


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.ParquetFile(path).read()), path)


def edit_record(lake: Lake, change: Callable[[Any], object], run_id: str = RUN) -> None:
    path = lake.root / record_path(run_id)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def correct_record(lake: Lake, path: Path) -> None:
    """Puts the size and rows of a rewritten file into its run record, so that only its content is wrong."""

    def change(content: Any) -> None:
        (file,) = (file for file in content["written"] if lake.root / file["path"] == path)
        file |= {"rows": pq.read_metadata(path).num_rows, "bytes": path.stat().st_size}

    edit_record(lake, change)


def seen_of(row: object) -> IndexRow:
    seen = reject_index_row(row)  # type: ignore[arg-type]  # a Reject
    assert seen is not None
    return seen

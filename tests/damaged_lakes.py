"""Small lakes for the tests of verify, and every way to damage one."""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import SCHEMA_VERSION, Row, StoryArticle, Written
from tests.samples import NOON, OUTLET, RUN, WIRE, article, poll, reject, story_article
from transforms.checks import Findings, check_lake
from transforms.commit import commit, partition, stage
from transforms.inventory import Inventory, Problem, take_inventory
from transforms.lake import Lake, open_lake
from transforms.outcomes import seen_article, seen_duplicate, seen_reject
from transforms.summary import RunSummary, Tally, summarize

LATER = "20261002T120000Z-abcdef"
ORIGINAL = story_article(article(WIRE, "http://wire.example/flood", "The river rose. " * 10))
COPY = story_article(
    article(OUTLET, "http://post.example/flood", "The river rose. " * 10),
    story_id=ORIGINAL.article_id,
    relation="exact",
    matched_article_id=ORIGINAL.article_id,
)
OTHER = story_article(article(OUTLET, "http://post.example/vote", "The vote was close. " * 10))


def stage_all(lake: Lake, run_id: str, rows: Iterable[Row]) -> list[Written]:
    folders: dict[str, list[Row]] = {}
    for row in rows:
        folders.setdefault(partition(row), []).append(row)
    return [file for folder, inside in folders.items() for file in stage(lake, run_id, folder, inside)]


def rows_of(*articles: StoryArticle) -> list[Row]:
    return [*articles, *map(seen_article, articles)]


def record(run_id: str, written: Iterable[Written], **counts: int) -> RunSummary:
    tallies = [Tally("post", name, count) for name, count in counts.items()]
    return summarize(run_id, NOON, NOON, "test", tallies, written)


def add(lake: Lake, rows: Iterable[Row], run_id: str = LATER, **counts: int) -> None:
    """A run that commits these rows; it counts one entry for each article if nothing else is said."""
    rows = list(rows)
    number = sum(isinstance(row, StoryArticle) for row in rows)
    counts = counts or {"articles": number, "entries": number}
    if counts.get("entries"):
        rows.append(poll(run_id=run_id, entries=counts["entries"]))
    commit(lake, record(run_id, stage_all(lake, run_id, rows), **counts))


def filled(folder: Path) -> Lake:
    """A sound lake: one run of two wire articles' copies, one of these twice in its feed, a reject and the visit to the feed."""
    lake = open_lake(folder)
    slow = reject()
    rejected = seen_reject(slow)
    assert rejected is not None
    again = seen_duplicate(replace(OTHER, url="http://post.example/old", entry_id="old"))
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
    path = lake.runs / f"{run_id}.json"
    held = json.loads(path.read_text())
    change(held)
    path.write_text(json.dumps(held))


def retold(lake: Lake, path: Path) -> None:
    """Lets the record say the size and rows that a rewritten file has, so that only its content is wrong."""

    def change(held: Any) -> None:
        (written,) = (w for w in held["written"] if lake.root / w["path"] == path)
        written |= {"rows": pq.read_metadata(path).num_rows, "bytes": path.stat().st_size}

    edit_record(lake, change)


def truncate(lake: Lake) -> None:
    path = file_of(lake, "polls")
    path.write_bytes(path.read_bytes()[:-200])


def empty(lake: Lake) -> None:
    file_of(lake, "polls").write_bytes(b"")


def damage_a_page(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    column = pq.read_metadata(path).row_group(0).column(2)
    content = bytearray(path.read_bytes())
    content[(column.dictionary_page_offset or column.data_page_offset) + column.total_compressed_size - 2] ^= 1
    path.write_bytes(content)


def remove_an_articles_file(lake: Lake) -> None:
    file_of(lake, "articles", "source=meridian").unlink()


def remove_a_poll_file(lake: Lake) -> None:
    file_of(lake, "polls").unlink()


def remove_a_source(lake: Lake) -> None:
    shutil.rmtree(file_of(lake, "articles", "source=post").parent)


def remove_the_index(lake: Lake) -> None:
    shutil.rmtree(lake.root / "index")


def put_a_copy_in(lake: Lake) -> None:
    path = file_of(lake, "articles")
    shutil.copy(path, path.with_name("part-copy.parquet"))


def put_a_stranger_in(lake: Lake) -> None:
    (lake.root / "articles" / "date=2026-10-01" / "notes.txt").write_text("x")


def put_a_broken_file_in(lake: Lake) -> None:
    (lake.root / "index" / "date=2026-10-01" / "x.parquet").write_text("x")


def put_a_file_at_the_top(lake: Lake) -> None:
    (lake.root / "thesis.doc").write_text("x")
    (lake.root / "old\nlake").mkdir()


def put_files_beside_the_records(lake: Lake) -> None:
    (lake.runs / "README").write_text("x")
    (lake.staging / "x.parquet").write_text("x")


def move_to_another_day(lake: Lake) -> None:
    path = file_of(lake, "articles", "source=post")
    day = lake.root / "articles" / "date=2026-10-02"
    day.mkdir()
    path.parent.rename(day / "source=post")


def commit_to_another_day(lake: Lake) -> None:
    tomorrow = replace(COPY, article_id="x", story_id="x", published_at=NOON + timedelta(days=1), run_id=LATER)
    written = stage(lake, LATER, partition(COPY), [tomorrow])
    rest = stage_all(lake, LATER, [seen_article(tomorrow), poll(run_id=LATER)])
    commit(lake, record(LATER, [*written, *rest], articles=1, entries=1))


def write_in_reverse(lake: Lake) -> None:
    path = file_of(lake, "index")
    rewrite(path, lambda rows: rows.sort_by([("url_key", "descending")]))
    retold(lake, path)


def lose_rows(lake: Lake) -> None:
    rewrite(file_of(lake, "polls"), lambda rows: rows.slice(0, 0))


def write_an_empty_file(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.slice(0, 0))
    retold(lake, path)


def compress_otherwise(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    pq.write_table(pq.read_table(path), path, compression="none")


def lose_a_column(lake: Lake) -> None:
    path = file_of(lake, "polls")
    rewrite(path, lambda rows: rows.drop_columns(["etag"]))
    retold(lake, path)


def change_a_type(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.drop_columns(["attempts"]).append_column("attempts", pa.array([1], pa.int64())))
    retold(lake, path)


def repeat_a_column(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.append_column("detail", rows["detail"]))
    retold(lake, path)


def put_a_column_in(lake: Lake) -> None:
    path = file_of(lake, "polls")
    rewrite(path, lambda rows: rows.append_column("mood", pa.array(["good"])))
    retold(lake, path)


def put_nulls_in(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.set_column(2, pa.field("detail", pa.string()), pa.nulls(1, pa.string())))
    retold(lake, path)


def lose_the_metadata(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.replace_schema_metadata(None))
    retold(lake, path)


def version(number: int) -> Callable[[pa.Table], pa.Table]:
    return lambda rows: rows.replace_schema_metadata({"copydesk.schema_version": str(number)})


def write_by_a_newer_copydesk(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, version(SCHEMA_VERSION + 1))
    retold(lake, path)


def let_the_lake_be_newer(lake: Lake) -> None:
    (lake.root / "lake.json").write_text(json.dumps({"format": "copydesk lake", "schema_version": SCHEMA_VERSION + 1}))


def let_the_run_be_newer(lake: Lake) -> None:
    edit_record(lake, lambda held: held.update(schema_version=SCHEMA_VERSION + 1))


def damage_the_marker(lake: Lake) -> None:
    (lake.root / "lake.json").write_text("{")


def remove_the_marker(lake: Lake) -> None:
    (lake.root / "lake.json").unlink()


def truncate_the_record(lake: Lake) -> None:
    path = lake.runs / f"{RUN}.json"
    path.write_bytes(path.read_bytes()[:-100])


def write_text_for_a_number(lake: Lake) -> None:
    edit_record(lake, lambda held: held["total"].update(articles="3"))


def copy_the_record(lake: Lake) -> None:
    shutil.copy(lake.runs / f"{RUN}.json", lake.runs / f"{LATER}.json")


def let_the_record_lead_outside(lake: Lake) -> None:
    edit_record(lake, lambda held: held.update(removed=["../../etc/passwd"]))


def lose_the_record(lake: Lake) -> None:
    (lake.runs / f"{RUN}.json").unlink()


def unbalance(lake: Lake) -> None:
    def change(held: Any) -> None:
        for counts in (held["total"], held["sources"]["post"]):
            counts["seen"] = 7

    edit_record(lake, change)


def let_sources_differ(lake: Lake) -> None:
    edit_record(lake, lambda held: held["sources"]["post"].update(feeds=7))


def count_wrongly(lake: Lake) -> None:
    def change(held: Any) -> None:
        for counts in (held["total"], held["sources"]["post"]):
            counts |= {"articles": 4, "seen": 0}

    edit_record(lake, change)


def repeat_an_article(lake: Lake) -> None:
    add(lake, rows_of(replace(OTHER, run_id=LATER)))


def skip_a_revision(lake: Lake) -> None:
    add(lake, rows_of(replace(OTHER, run_id=LATER, revision=3)))


def begin_with_the_second_revision(lake: Lake) -> None:
    add(lake, rows_of(replace(OTHER, run_id=LATER, revision=2, article_id="new", story_id="new")))


def join_an_unknown_story(lake: Lake) -> None:
    add(lake, rows_of(replace(OTHER, run_id=LATER, article_id="new", story_id="nobody's")))


def lose_a_revision(lake: Lake) -> None:
    """Of two revisions that the index knows, the article file of the later one."""
    rows = rows_of(replace(OTHER, run_id=LATER, revision=2, content_hash="2"))
    add(lake, rows)
    next((lake.root / "articles").rglob(f"part-{LATER}.parquet")).unlink()


def index_one_revision_of_two(lake: Lake) -> None:
    add(lake, [replace(OTHER, run_id=LATER, revision=2, content_hash="2")])


def lose_an_index_row(lake: Lake) -> None:
    path = file_of(lake, "index")
    rewrite(path, lambda rows: rows.filter(pa.compute.not_equal(rows["article_id"].fill_null(""), COPY.article_id)))
    retold(lake, path)


def index_another_body(lake: Lake) -> None:
    path = file_of(lake, "index")

    def change(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index("content_hash")
        return rows.set_column(place, rows.schema.field(place), pa.array(["0" * 16] * rows.num_rows))

    rewrite(path, change)
    retold(lake, path)


def index_an_article_that_is_not_there(lake: Lake) -> None:
    absent = replace(OTHER, article_id="absent", story_id="absent")
    add(lake, [seen_article(absent)], entries=0)


def leave_staged_files(lake: Lake) -> None:
    stage_all(lake, LATER, [poll()])


def leave_a_decided_run(lake: Lake) -> None:
    written = stage_all(
        lake, LATER, [*rows_of(replace(OTHER, run_id=LATER, article_id="new", story_id="new")), poll(run_id=LATER)]
    )
    summary = record(LATER, written, articles=1, entries=1)
    (lake.staging / LATER / "intent.json").write_text(json.dumps(summary.to_json()))
    target = lake.root / written[0].path
    (lake.staging / LATER / written[0].path).rename(target)


def leave_a_damaged_intent(lake: Lake) -> None:
    leave_a_decided_run(lake)
    (lake.staging / LATER / "intent.json").write_text("{")


def leave_partial_files(lake: Lake) -> None:
    day = lake.root / "polls" / "date=2026-10-01"
    (day / ".part-x.parquet.12ab34cd").write_text("x")
    (day / ".0123456789abcdef.partial").write_text("x")
    (lake.runs / f".{RUN}.json.12ab34cd").write_text("x")
    (lake.root / ".lake.json.12ab34cd").write_text("x")


DAMAGE: list[tuple[Callable[[Lake], None], list[str]]] = [
    (truncate, ["unreadable", "counts"]),
    (empty, ["unreadable", "counts"]),
    (damage_a_page, ["unreadable"]),
    (remove_an_articles_file, ["missing", "no-article", "counts"]),
    (remove_a_poll_file, ["missing", "counts"]),
    (remove_a_source, ["missing-partition", "no-article", "counts"]),
    (remove_the_index, ["missing-partition", "not-indexed", "not-indexed"]),
    (put_a_copy_in, ["orphan"]),
    (put_a_stranger_in, ["orphan"]),
    (put_a_broken_file_in, ["orphan"]),
    (put_a_file_at_the_top, ["unknown", "unknown"]),
    (put_files_beside_the_records, ["unknown", "unknown"]),
    (move_to_another_day, ["missing-partition", "orphan", "counts"]),
    (commit_to_another_day, ["wrong-partition"]),
    (write_in_reverse, ["unsorted"]),
    (lose_rows, ["differs", "empty", "counts"]),
    (write_an_empty_file, ["empty", "counts"]),
    (compress_otherwise, ["differs"]),
    (lose_a_column, ["columns", "counts"]),
    (change_a_type, ["columns", "counts"]),
    (repeat_a_column, ["columns", "counts"]),
    (put_a_column_in, ["columns", "counts"]),
    (put_nulls_in, ["columns"]),
    (lose_the_metadata, ["columns", "counts"]),
    (write_by_a_newer_copydesk, ["newer", "counts"]),
    (let_the_lake_be_newer, ["newer"]),
    (let_the_run_be_newer, ["newer"]),
    (damage_the_marker, ["lake-record"]),
    (remove_the_marker, ["lake-record"]),
    (truncate_the_record, ["run-record"]),
    (write_text_for_a_number, ["run-record"]),
    (copy_the_record, ["run-record"]),
    (let_the_record_lead_outside, ["run-record"]),
    (lose_the_record, ["orphan"] * 5),
    (unbalance, ["unbalanced"]),
    (let_sources_differ, ["unbalanced"]),
    (count_wrongly, ["counts"]),
    (repeat_an_article, ["duplicate"]),
    (skip_a_revision, ["revision"]),
    (begin_with_the_second_revision, ["revision"]),
    (join_an_unknown_story, ["story"]),
    (lose_a_revision, ["missing", "no-article", "counts"]),
    (index_one_revision_of_two, ["not-indexed"]),
    (lose_an_index_row, ["not-indexed"]),
    (index_another_body, ["index-differs", "index-differs"]),
    (index_an_article_that_is_not_there, ["no-article"]),
    (leave_staged_files, ["leftover"]),
    (leave_a_decided_run, ["leftover"]),
    (leave_a_damaged_intent, ["orphan", "leftover"]),
    (leave_partial_files, ["partial"] * 4),
]

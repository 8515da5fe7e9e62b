"""All kinds of damage that verify must find in a lake."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import SCHEMA_VERSION
from tests.support.samples import NOON, RUN, poll
from tests.support.small_lakes import (
    COPY,
    LATER,
    OTHER,
    add,
    correct_record,
    edit_record,
    file_of,
    record,
    rewrite,
    rows_of,
    stage_all,
)
from transforms.accounting.rows import article_index_row
from transforms.lake.commit import commit, stage
from transforms.lake.layout import Lake, partition, record_path


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
    rest = stage_all(lake, LATER, [article_index_row(tomorrow), poll(run_id=LATER)])
    commit(lake, record(LATER, [*written, *rest], articles=1, entries=1))


def write_in_reverse(lake: Lake) -> None:
    path = file_of(lake, "index")
    rewrite(path, lambda rows: rows.sort_by([("url_key", "descending")]))
    correct_record(lake, path)


def lose_rows(lake: Lake) -> None:
    rewrite(file_of(lake, "polls"), lambda rows: rows.slice(0, 0))


def write_an_empty_file(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.slice(0, 0))
    correct_record(lake, path)


def compress_otherwise(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    pq.write_table(pq.read_table(path), path, compression="none")


def lose_a_column(lake: Lake) -> None:
    path = file_of(lake, "polls")
    rewrite(path, lambda rows: rows.drop_columns(["etag"]))
    correct_record(lake, path)


def change_a_type(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.drop_columns(["attempts"]).append_column("attempts", pa.array([1], pa.int64())))
    correct_record(lake, path)


def repeat_a_column(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.append_column("detail", rows["detail"]))
    correct_record(lake, path)


def put_a_column_in(lake: Lake) -> None:
    path = file_of(lake, "polls")
    rewrite(path, lambda rows: rows.append_column("mood", pa.array(["good"])))
    correct_record(lake, path)


def put_nulls_in(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.set_column(2, pa.field("detail", pa.string()), pa.nulls(1, pa.string())))
    correct_record(lake, path)


def lose_the_metadata(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: rows.replace_schema_metadata(None))
    correct_record(lake, path)


def version(number: int) -> Callable[[pa.Table], pa.Table]:
    return lambda rows: rows.replace_schema_metadata({"copydesk.schema_version": str(number)})


def write_by_a_newer_copydesk(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, version(SCHEMA_VERSION + 1))
    correct_record(lake, path)


def let_the_lake_be_newer(lake: Lake) -> None:
    (lake.root / "lake.json").write_text(json.dumps({"format": "copydesk lake", "schema_version": SCHEMA_VERSION + 1}))


def let_the_run_be_newer(lake: Lake) -> None:
    edit_record(lake, lambda content: content.update(schema_version=SCHEMA_VERSION + 1))


def damage_the_marker(lake: Lake) -> None:
    (lake.root / "lake.json").write_text("{}")


def remove_the_marker(lake: Lake) -> None:
    (lake.root / "lake.json").unlink()


def truncate_the_record(lake: Lake) -> None:
    path = lake.root / record_path(RUN)
    path.write_bytes(path.read_bytes()[:-100])


def write_text_for_a_number(lake: Lake) -> None:
    edit_record(lake, lambda content: content["total"].update(articles="3"))


def copy_the_record(lake: Lake) -> None:
    shutil.copy(lake.root / record_path(RUN), lake.root / record_path(LATER))


def let_the_record_lead_outside(lake: Lake) -> None:
    edit_record(lake, lambda content: content.update(removed=["../../etc/passwd"]))


def lose_the_record(lake: Lake) -> None:
    (lake.root / record_path(RUN)).unlink()


def unbalance(lake: Lake) -> None:
    def change(content: Any) -> None:
        for counts in (content["total"], content["sources"]["post"]):
            counts["seen"] = 7

    edit_record(lake, change)


def let_sources_differ(lake: Lake) -> None:
    edit_record(lake, lambda content: content["sources"]["post"].update(feeds=7))


def count_wrongly(lake: Lake) -> None:
    def change(content: Any) -> None:
        for counts in (content["total"], content["sources"]["post"]):
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
    correct_record(lake, path)


def index_another_body(lake: Lake) -> None:
    path = file_of(lake, "index")

    def change(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index("content_hash")
        return rows.set_column(place, rows.schema.field(place), pa.array(["0" * 16] * rows.num_rows))

    rewrite(path, change)
    correct_record(lake, path)


def index_an_article_that_is_not_there(lake: Lake) -> None:
    absent = replace(OTHER, article_id="absent", story_id="absent")
    add(lake, [article_index_row(absent)], entries=0)


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
    (leave_partial_files, ["partial"] * 3),
]

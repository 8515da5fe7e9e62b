"""Lakes damaged in every way, and what is told of each."""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.serve_newsroom import NEWSROOM, serving
from pipelines import batch, cli
from schemas import SCHEMA_VERSION, Row, StoryArticle, Written
from tests.samples import NOON, OUTLET, RUN, WIRE, article, poll, reject, story_article
from transforms.checks import Findings, ReplacedError, check_lake
from transforms.commit import commit, dataset_of, partition, stage
from transforms.contents import MOMENTS
from transforms.inventory import Inventory, Kind, Problem, find_lake, take_inventory
from transforms.lake import Lake, open_lake, writing
from transforms.lookup import articles_known
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


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("sound") / "lake").root


@pytest.fixture
def lake(sound: Path, tmp_path: Path) -> Lake:
    """A sound lake to be damaged."""
    return Lake(shutil.copytree(sound, tmp_path / "lake"))


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


# Sound lakes


def test_a_sound_lake_has_no_problem_and_every_file_is_read(lake: Lake) -> None:
    findings = check(lake)
    files = list(lake.root.rglob("*.parquet"))
    assert findings.problems == []
    assert (findings.files, findings.bytes) == (len(files), sum(file.stat().st_size for file in files))
    assert findings.rows == sum(pq.read_metadata(file).num_rows for file in files) == 10


def test_an_empty_lake_has_no_problem(tmp_path: Path) -> None:
    assert kinds(open_lake(tmp_path)) == []


def test_checking_changes_nothing(lake: Lake) -> None:
    (lake.root / "_staging").rmdir()
    before = {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")}
    check(find_lake(lake.root))
    assert {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")} == before


def test_real_passes_leave_a_sound_lake(tmp_path: Path) -> None:
    arguments = [
        "--sources",
        str(NEWSROOM / "sources.toml"),
        "--lake",
        str(tmp_path / "lake"),
        "--pause",
        "0",
        "--quiet",
    ]
    with serving() as proxy:
        assert batch.main([*arguments, "--proxy", proxy]) == 0
        assert problems(find_lake(tmp_path / "lake")) == []
        assert batch.main([*arguments, "--proxy", proxy]) == 0
    found = check(find_lake(tmp_path / "lake"))
    assert found.problems == []
    assert found.rows > 50
    shutil.rmtree(tmp_path / "lake" / "index")
    assert cli.main(["verify", "--lake", str(tmp_path / "lake"), "--repair", "--quiet"]) == 1
    assert kinds(find_lake(tmp_path / "lake")) == ["missing"]


def test_a_lake_whose_files_were_merged_is_sound(lake: Lake) -> None:
    old = [path.relative_to(lake.root).as_posix() for path in (lake.root / "index").rglob("*.parquet")]
    index = [*map(seen_article, (ORIGINAL, COPY, OTHER))]
    commit(lake, replace(record(LATER, stage_all(lake, LATER, index)), removed=old))
    assert kinds(lake) == []
    (lake.root / old[0]).write_bytes(b"restored from a backup")
    (problem,) = problems(lake)
    assert (problem.kind, problem.path) == (Kind.ORPHAN, old[0])
    assert LATER in problem.detail


def test_a_compacted_lake_is_sound(lake: Lake) -> None:
    for number in range(3):
        name = f"new-{number}"
        made = replace(OTHER, run_id=f"{LATER}-{number}", article_id=name, story_id=name, canonical_url=name)
        add(lake, rows_of(made), f"{LATER}-{number}")
    add(lake, rows_of(replace(OTHER, run_id=f"{LATER}-r", revision=2, content_hash="2")), f"{LATER}-r")
    before = check(lake)
    assert cli.main(["compact", "--lake", str(lake.root), "--quiet"]) == 0
    after = check(lake)
    assert before.problems == after.problems == []
    assert after.files < before.files
    assert after.rows == before.rows


def test_a_day_may_be_a_link_to_another_disk(lake: Lake, tmp_path: Path) -> None:
    day = lake.root / "articles" / "date=2026-10-01"
    day.rename(tmp_path / "elsewhere")
    day.symlink_to(tmp_path / "elsewhere")
    (day / "round").symlink_to(lake.root / "articles")
    assert kinds(lake) == []


def test_large_files_are_checked_in_parts(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    articles = [
        story_article(
            article(url=f"http://post.example/{number}", body="", published_at=NOON + timedelta(seconds=number // 7))
        )
        for number in range(20_000)
    ]
    add(lake, rows_of(*articles), RUN)
    findings = check(lake)
    assert findings.problems == []
    assert findings.rows == 40_001
    path = file_of(lake, "articles")
    rewrite(path, lambda rows: pa.concat_tables([rows.slice(8192), rows.slice(0, 8192)]))
    retold(lake, path)
    assert kinds(lake) == ["unsorted"]


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2150, 1, 1), timezones=st.just(timezone.utc)))  # noqa: DTZ001
def test_the_day_of_a_row_is_that_of_its_partition(moment: datetime) -> None:
    rows: list[Row] = [
        story_article(published_at=moment),
        story_article(published_at=None, first_seen_at=moment),
        reject(rejected_at=moment),
        poll(polled_at=moment),
        seen_article(story_article(first_seen_at=moment)),
    ]
    for row in rows:
        moments = [getattr(row, name) for name in MOMENTS[dataset_of(partition(row))]]
        first = next(value for value in moments if value is not None)
        column = pa.array([first], pa.timestamp("us", tz="UTC"))
        assert f"date={column.cast(pa.date32())[0]}" in partition(row)


# Damaged lakes


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


@pytest.mark.parametrize(("damage", "expected"), DAMAGE, ids=lambda value: getattr(value, "__name__", ""))
def test_damage_is_told_and_nothing_else(lake: Lake, damage: Callable[[Lake], None], expected: list[str]) -> None:
    damage(lake)
    assert kinds(lake) == expected


def test_every_kind_of_problem_is_met_by_these_tests() -> None:
    assert {kind for _, expected in DAMAGE for kind in expected} == {kind.value for kind in Kind}


@pytest.mark.parametrize(
    ("damage", "path", "said"),
    [
        (truncate, "polls/date=2026-10-01/part-", "bytes of"),
        (damage_a_page, "rejects/date=2026-10-01/part-", "columns detail: "),
        (remove_a_source, "articles/date=2026-10-01/source=post", "1 files of 2 rows"),
        (remove_the_index, "index", "1 files of 5 rows"),
        (
            put_a_copy_in,
            "articles/date=2026-10-01/source=meridian/part-copy.parquet",
            "1 of its 1 articles are in the lake already",
        ),
        (put_a_broken_file_in, "index/date=2026-10-01/x.parquet", "unreadable, "),
        (lose_the_record, "articles/date=2026-10-01/source=meridian/part-", "restore the record of its run"),
        (move_to_another_day, "articles/date=2026-10-02/source=post/part-", "wrong-partition, 2 rows"),
        (lose_a_column, "polls/", "etag is missing"),
        (change_a_type, "rejects/", "attempts is int64, not int32"),
        (put_nulls_in, "rejects/", "has nulls in detail"),
        (repeat_an_article, "articles/", "1 articles stand in the lake already"),
        (lose_an_index_row, "articles/date=2026-10-01/source=post/", COPY.article_id),
        (count_wrongly, f"runs/{RUN}.json", "the lake has 3 articles, 1 rejects, 5 entries; the record: 4, 1, 5"),
        (leave_a_damaged_intent, f"_staging/{LATER}", "cannot be read"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_problem_says_where_and_what_it_is(lake: Lake, damage: Callable[[Lake], None], path: str, said: str) -> None:
    damage(lake)
    assert any(problem.path.startswith(path) and said in problem.detail for problem in problems(lake))


def test_an_older_file_may_lack_columns_that_came_later(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: version(SCHEMA_VERSION - 1)(rows.drop_columns(["http_status"])))
    retold(lake, path)
    assert kinds(lake) == []
    rewrite(path, lambda rows: rows.drop_columns(["detail"]))
    retold(lake, path)
    assert kinds(lake) == ["columns", "counts"]


@given(st.integers(0, 4), st.floats(0, 1, exclude_max=True), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_is_told_unless_the_rows_are_the_same(sound: Path, number: int, place: float, bit: int) -> None:
    with TemporaryDirectory() as folder:
        lake = Lake(shutil.copytree(sound, Path(folder) / "lake"))
        path = sorted(lake.root.rglob("*.parquet"))[number]
        rows = pq.ParquetFile(path).read()
        content = bytearray(path.read_bytes())
        content[int(place * len(content))] ^= 1 << bit
        path.write_bytes(content)
        if not kinds(lake):
            assert pq.ParquetFile(path).read() == rows


# Beside a writer


def test_what_a_running_run_has_staged_is_no_problem(lake: Lake) -> None:
    for leave in (leave_staged_files, leave_partial_files):
        leave(lake)
    assert kinds(lake, busy=True) == []
    assert set(kinds(lake)) == {"leftover", "partial"}


def test_a_run_that_commits_just_now_counts_as_committed(lake: Lake) -> None:
    leave_a_decided_run(lake)
    assert kinds(lake, busy=True) == []
    assert check(lake, busy=True).rows == check(filled(lake.root.parent / "other")).rows + 3


def test_a_commit_between_two_looks_is_no_problem(lake: Lake) -> None:
    """It ends after the files were listed, and before the records are read."""
    written = stage_all(lake, LATER, [poll(run_id=LATER)])
    summary = record(LATER, written, entries=1, seen=1)

    def busy() -> bool:
        commit(lake, summary)
        return True

    assert check_lake(take_inventory(lake, busy)).problems == []


def test_files_that_are_replaced_while_they_are_read_are_not_called_missing(lake: Lake) -> None:
    inventory = take(lake)
    old = [path.relative_to(lake.root).as_posix() for path in (lake.root / "polls").rglob("*.parquet")]
    commit(lake, replace(record(LATER, stage_all(lake, LATER, [poll(entries=5)])), removed=old))
    with pytest.raises(ReplacedError):
        check_lake(inventory)
    assert kinds(lake) == []


# The command


def verify(lake: Lake, *options: str) -> int:
    return cli.main(["verify", "--lake", str(lake.root), *options])


def test_a_sound_lake_exits_with_0_and_says_what_was_read(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(lake) == 0
    told = capsys.readouterr()
    size = sum(file.stat().st_size for file in lake.root.rglob("*.parquet"))
    assert told.out == ""
    assert told.err == f"No problem in 5 files, 10 rows, {size:,} bytes.\n"
    assert verify(lake, "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_problems_exit_with_1_a_line_each(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    put_a_file_at_the_top(lake)
    assert verify(lake, "--quiet") == 1
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.splitlines() == [
        "unknown: old\\nlake: is not of a lake: move it out",
        "unknown: thesis.doc: is not of a lake: move it out",
    ]


def test_many_problems_of_a_kind_are_counted_and_all_are_in_the_json(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(23):
        (lake.root / f"{number:02}").touch()
    damage_the_marker(lake)
    assert verify(lake) == 1
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0].startswith("lake-record: lake.json: is damaged")
    assert lines[-1] == "unknown: and 3 more (all with --json)"
    assert len(lines) == 22
    assert told.err.startswith("24 problems in 5 files")
    assert verify(lake, "--json", "--quiet") == 1
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert (found["sound"], found["files"], found["rows"], found["busy"]) == (False, 5, 10, False)
    assert len(found["problems"]) == 24
    assert found["problems"][1]["kind"] == "unknown"
    assert told.err == ""


@pytest.mark.parametrize("name", ["none", "a-file", "empty", "gs://bucket/lake", "other"])
def test_what_is_not_a_lake_exits_with_2(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a-file").touch()
    Path("empty").mkdir()
    Path("other").mkdir()
    Path("other/lake.json").write_text('{"format": "x", "schema_version": 1}')
    before = sorted(tmp_path.rglob("*"))
    for options in ([], ["--repair"]):
        assert cli.main(["verify", "--lake", name, *options]) == 2
        assert "lake" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("arguments", [[], ["--lake"], ["--lake", "x", "--repairs"]])
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["verify", *arguments])
    assert caught.value.code == 2
    assert "copydesk verify" in capsys.readouterr().err


def test_a_lake_is_checked_beside_a_running_run_but_not_repaired(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_staged_files(lake)
    with writing(lake, "the-other"):
        assert verify(lake) == 0
        assert "A run is writing" in capsys.readouterr().err
        assert verify(lake, "--repair") == 1
        assert "the-other" in capsys.readouterr().err
    assert (lake.staging / LATER).exists()
    assert verify(lake) == 1


def test_repair_sets_right_what_is_safe_and_a_second_check_finds_nothing(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    for damage in (lose_an_index_row, leave_staged_files, leave_partial_files):
        damage(lake)
    assert all(problem.repairable for problem in problems(lake))
    before = {path: path.read_bytes() for path in lake.root.rglob("part-*.parquet") if lake.staging not in path.parents}
    assert verify(lake) == 1
    assert "6 of these --repair can set right." in capsys.readouterr().err
    assert verify(lake, "--repair") == 0
    said = capsys.readouterr().err
    for line in (
        f"Discarded the uncommitted work of run {LATER}",
        "Added 1 rows to the index.",
    ):
        assert line in said
    assert said.count("which was never written to its end") == 3  # recovery had cleared that of runs/
    assert {path: path.read_bytes() for path in before} == before
    assert verify(lake, "--repair") == 0
    assert capsys.readouterr().err.startswith("No problem in 6 files")
    (added,) = (path for path in lake.runs.iterdir() if path.name != f"{RUN}.json")
    assert json.loads(added.read_text())["engine"] == "verify --repair"


def test_a_repaired_index_row_is_the_one_that_a_pass_would_have_written(lake: Lake) -> None:
    def index() -> list[dict[str, object]]:
        tables = [pq.ParquetFile(path).read() for path in (lake.root / "index").rglob("*.parquet")]
        rows: list[dict[str, object]] = pa.concat_tables(tables).to_pylist()
        return sorted(rows, key=lambda row: (str(row["entry_key"]), str(row["article_id"])))

    before = index()
    lose_an_index_row(lake)
    assert len(index()) == len(before) - 1
    assert verify(lake, "--repair", "--quiet") == 0
    assert index() == before


def test_repair_makes_lake_json_anew(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    before = (lake.root / "lake.json").read_bytes()
    remove_the_marker(lake)
    assert verify(lake, "--repair") == 0
    assert "Made lake.json anew." in capsys.readouterr().err
    assert (lake.root / "lake.json").read_bytes() == before


def test_repair_finishes_a_commit_that_was_cut_off(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    leave_a_decided_run(lake)
    assert verify(lake, "--repair", "--json", "--quiet") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["repaired"] == [f"Finished the commit of run {LATER}, which had been cut off."]
    assert (lake.runs / f"{LATER}.json").exists()


@pytest.mark.parametrize(
    "damage", [truncate, put_a_copy_in, remove_the_index, lose_the_record, repeat_an_article, leave_a_damaged_intent]
)
def test_repair_never_deletes_or_changes_data(lake: Lake, damage: Callable[[Lake], None]) -> None:
    damage(lake)
    before = {path: path.read_bytes() for path in lake.root.rglob("*.parquet")}
    assert verify(lake, "--repair", "--quiet") == 1
    after = {path: path.read_bytes() for path in lake.root.rglob("*.parquet")}
    assert {path: after.get(path) for path in before if lake.staging not in path.parents} == {
        path: content for path, content in before.items() if lake.staging not in path.parents
    }


@pytest.mark.parametrize("damage", [damage_the_marker, let_the_lake_be_newer, put_a_file_at_the_top])
def test_repair_leaves_a_lake_alone_that_it_does_not_know(
    lake: Lake, damage: Callable[[Lake], None], capsys: pytest.CaptureFixture[str]
) -> None:
    damage(lake)
    if damage is put_a_file_at_the_top:
        remove_the_marker(lake)
    leave_staged_files(lake)
    assert verify(lake, "--repair") == 1
    assert "nothing is repaired" in capsys.readouterr().err
    assert (lake.staging / LATER).exists()


def test_a_lost_index_is_made_anew_in_several_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.verify._ROWS_OF_A_REPAIR", 40)
    lake = open_lake(tmp_path)
    articles = [story_article(article(url=f"http://post.example/{number}", body=str(number))) for number in range(100)]
    add(lake, rows_of(*articles), RUN)
    remove_the_index(lake)
    assert verify(lake, "--repair", "--quiet") == 1
    assert kinds(lake) == ["missing"]
    assert len(list(lake.runs.iterdir())) == 4
    assert articles_known(lake, {item.article_id for item in articles}).keys() == {item.article_id for item in articles}

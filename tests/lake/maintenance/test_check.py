"""Sound and damaged lakes, and what the checks find in them."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.serve_newsroom import NEWSROOM, serving
from pipelines import batch, cli
from schemas import SCHEMA_VERSION, Row
from tests.support.damaged_lakes import (
    DAMAGE,
    change_a_type,
    count_wrongly,
    damage_a_page,
    leave_a_damaged_intent,
    leave_a_decided_run,
    leave_partial_files,
    leave_staged_files,
    lose_a_column,
    lose_an_index_row,
    lose_the_record,
    move_to_another_day,
    put_a_broken_file_in,
    put_a_copy_in,
    put_nulls_in,
    remove_a_source,
    remove_the_index,
    repeat_an_article,
    truncate,
    version,
)
from tests.support.samples import NOON, RUN, article, poll, reject, story_article
from tests.support.small_lakes import (
    COPY,
    LATER,
    ORIGINAL,
    OTHER,
    add,
    check,
    correct_record,
    file_of,
    filled,
    kinds,
    problems,
    record,
    rewrite,
    rows_of,
    stage_all,
    take,
)
from transforms.accounting.rows import article_index_row
from transforms.lake.commit import commit
from transforms.lake.layout import Lake, dataset_of, partition, record_path
from transforms.lake.maintenance.check import ReplacedError, check_lake
from transforms.lake.maintenance.file_check import MOMENTS
from transforms.lake.maintenance.inventory import take_inventory
from transforms.lake.maintenance.problems import Kind
from transforms.lake.opening import find_lake, open_lake


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("sound") / "lake").root


@pytest.fixture
def lake(sound: Path, tmp_path: Path) -> Lake:
    """A sound lake to be damaged."""
    return Lake(shutil.copytree(sound, tmp_path / "lake"))


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


@pytest.mark.system
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
    findings = check(find_lake(tmp_path / "lake"))
    assert findings.problems == []
    assert findings.rows > 50
    shutil.rmtree(tmp_path / "lake" / "index")
    assert cli.main(["verify", "--lake", str(tmp_path / "lake"), "--repair", "--quiet"]) == 1
    assert kinds(find_lake(tmp_path / "lake")) == ["missing"]


def test_a_lake_whose_files_were_merged_is_sound(lake: Lake) -> None:
    old = [path.relative_to(lake.root).as_posix() for path in (lake.root / "index").rglob("*.parquet")]
    index = [*map(article_index_row, (ORIGINAL, COPY, OTHER))]
    commit(lake, replace(record(LATER, stage_all(lake, LATER, index)), removed=old))
    assert kinds(lake) == []
    (lake.root / old[0]).write_bytes(b"restored from a backup")
    (problem,) = problems(lake)
    assert (problem.kind, problem.path) == (Kind.ORPHAN, old[0])
    assert LATER in problem.detail


def test_a_compacted_lake_is_sound(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        name = f"new-{number}"
        made = replace(
            OTHER,
            run_id=f"{LATER}-{number}",
            article_id=name,
            story_id=name,
            canonical_url=f"http://post.example/{name}",
        )
        add(lake, rows_of(made), f"{LATER}-{number}")
    add(lake, rows_of(replace(OTHER, run_id=f"{LATER}-r", revision=2, content_hash="2")), f"{LATER}-r")
    before = check(lake)
    monkeypatch.setattr("pipelines.compact.now", lambda: NOON + timedelta(days=1))  # old polls would be summed up
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
        for number in range(10_000)
    ]
    add(lake, rows_of(*articles), RUN)
    findings = check(lake)
    assert findings.problems == []
    assert findings.rows == 20_001
    path = file_of(lake, "articles")
    rewrite(path, lambda rows: pa.concat_tables([rows.slice(8192), rows.slice(0, 8192)]))
    correct_record(lake, path)
    assert kinds(lake) == ["unsorted"]


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2150, 1, 1), timezones=st.just(timezone.utc)))  # noqa: DTZ001
def test_the_day_of_a_row_is_that_of_its_partition(moment: datetime) -> None:
    rows: list[Row] = [
        story_article(published_at=moment),
        story_article(published_at=None, first_seen_at=moment),
        reject(rejected_at=moment),
        poll(polled_at=moment),
        article_index_row(story_article(first_seen_at=moment)),
    ]
    for row in rows:
        moments = [getattr(row, name) for name in MOMENTS[dataset_of(partition(row))]]
        first = next(value for value in moments if value is not None)
        column = pa.array([first], pa.timestamp("us", tz="UTC"))
        assert f"date={column.cast(pa.date32())[0]}" in partition(row)


# Damaged lakes


@pytest.mark.parametrize(("damage", "expected"), DAMAGE, ids=lambda value: getattr(value, "__name__", ""))
def test_damage_is_reported_and_nothing_else(lake: Lake, damage: Callable[[Lake], None], expected: list[str]) -> None:
    damage(lake)
    assert kinds(lake) == expected


def test_every_kind_of_problem_is_met_by_these_tests() -> None:
    assert {kind for _, expected in DAMAGE for kind in expected} == {kind.value for kind in Kind}


@pytest.mark.parametrize(
    ("damage", "path", "detail"),
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
        (lose_the_record, "articles/date=2026-10-01/source=meridian/part-", "restore its run record"),
        (move_to_another_day, "articles/date=2026-10-02/source=post/part-", "wrong-partition, 2 rows"),
        (lose_a_column, "polls/", "etag is missing"),
        (change_a_type, "rejects/", "attempts is int64, not int32"),
        (put_nulls_in, "rejects/", "has nulls in detail"),
        (repeat_an_article, "articles/", "1 articles are in the lake already"),
        (lose_an_index_row, "articles/date=2026-10-01/source=post/", COPY.article_id),
        (count_wrongly, record_path(RUN), "the lake has 3 articles, 1 rejects, 5 entries; the record: 4, 1, 5"),
        (leave_a_damaged_intent, f"_staging/{LATER}", "cannot be read"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_problem_says_where_and_what_it_is(
    lake: Lake, damage: Callable[[Lake], None], path: str, detail: str
) -> None:
    damage(lake)
    assert any(problem.path.startswith(path) and detail in problem.detail for problem in problems(lake))


def test_an_older_file_may_lack_columns_that_came_later(lake: Lake) -> None:
    path = file_of(lake, "rejects")
    rewrite(path, lambda rows: version(SCHEMA_VERSION - 1)(rows.drop_columns(["http_status"])))
    correct_record(lake, path)
    assert kinds(lake) == []
    rewrite(path, lambda rows: rows.drop_columns(["detail"]))
    correct_record(lake, path)
    assert kinds(lake) == ["columns", "counts"]


@given(st.integers(0, 4), st.floats(0, 1, exclude_max=True), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_is_reported_unless_the_rows_are_the_same(
    sound: Path, number: int, place: float, bit: int
) -> None:
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

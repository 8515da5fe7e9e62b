"""Polls of long ago become one row for each feed and day, and everything still adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import cli
from schemas import FeedPoll
from schemas.arrow import table
from tests.support.samples import NOON, OUTLET, poll, summary
from transforms.accounting.counts import Counts
from transforms.accounting.runs import new_run_id
from transforms.lake.commit import commit, stage
from transforms.lake.layout import Lake, partition
from transforms.lake.maintenance.check import check_lake
from transforms.lake.maintenance.compaction import compact, partitions, unsummed
from transforms.lake.maintenance.inventory import take_inventory
from transforms.lake.maintenance.poll_days import SUMMED_AFTER, sum_polls
from transforms.lake.opening import open_lake
from transforms.lake.polls import POLL_MEMORY

DAY = "polls/date=2026-10-01"
LATE = NOON + SUMMED_AFTER + timedelta(days=1)
FEEDS = ("http://post.example/feed.xml", "http://post.example/other.xml")


def polls_of_a_day(runs: int) -> list[FeedPoll]:
    made = []
    for number in range(runs):
        at = NOON + timedelta(minutes=number)
        outcome, run_id = ("ok", "unchanged", "failed")[number % 3], new_run_id(at)
        for feed in FEEDS[: 1 + number % 2]:
            entries = number + 1 if outcome == "ok" else 0
            made.append(
                poll(feed_url=feed, polled_at=at, outcome=outcome, entries=entries, etag=f"{number}", run_id=run_id)
            )
    return made


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Runs of a minute each on one day, and one on the next day."""
    made = open_lake(tmp_path / "lake")
    by_run: dict[str, list[FeedPoll]] = {}
    for row in polls_of_a_day(30):
        by_run.setdefault(row.run_id, []).append(row)
    tomorrow = NOON + timedelta(days=1)
    later = new_run_id(tomorrow)
    by_run[later] = [poll(polled_at=tomorrow, entries=4, run_id=later)]
    for run_id, rows in by_run.items():
        _commit(made, run_id, rows)
    return made


def _commit(lake: Lake, run_id: str, rows: list[FeedPoll]) -> None:
    entries = sum(row.entries for row in rows)
    counts = Counts(entries=entries, seen=entries, feeds=len(rows))
    written = [file for row in rows[:1] for file in stage(lake, run_id, partition(row), rows)]
    commit(lake, replace(summary(*written, run_id=run_id), total=counts, sources={OUTLET.id: counts}))


def compact_at(lake: Lake, moment: datetime) -> int:
    """Sums up what is due. Returns the number of rows that went."""
    return sum(outcome.dropped for outcome in compact(lake, unsummed(partitions(lake), moment), lambda: moment))


def rows_of(lake: Lake) -> list[dict[str, object]]:
    return [row for path in lake.paths("polls") if DAY in path for row in pq.read_table(lake.root / path).to_pylist()]


def problems(lake: Lake) -> list[str]:
    return [problem.detail for problem in check_lake(take_inventory(lake, lambda: False), lambda _: None).problems]


def test_polls_stay_as_they_are_while_anything_reads_them(lake: Lake) -> None:
    assert POLL_MEMORY + timedelta(days=1) < SUMMED_AFTER
    assert unsummed(partitions(lake), NOON + SUMMED_AFTER - timedelta(days=1)) == []


def test_a_day_becomes_a_row_for_each_feed_with_what_its_polls_add_up_to(lake: Lake) -> None:
    before = rows_of(lake)
    assert compact_at(lake, LATE) == len(before) - 2
    after = rows_of(lake)
    assert [row["feed_url"] for row in after] == list(FEEDS)
    for row in after:
        polls = [poll for poll in before if poll["feed_url"] == row["feed_url"]]
        last = polls[-1]
        assert row["polls"] == len(polls)
        assert row["polls_ok"] == sum(poll["outcome"] == "ok" for poll in polls)
        assert row["polls_failed"] == sum(poll["outcome"] == "failed" for poll in polls)
        for name in ("entries", "bytes", "seconds"):
            assert row[name] == pytest.approx(sum(poll[name] for poll in polls))  # type: ignore[misc]
        for name in ("polled_at", "outcome", "etag", "run_id"):
            assert row[name] == last[name]


def test_it_is_done_once(lake: Lake) -> None:
    compact_at(lake, LATE)
    assert unsummed(partitions(lake), LATE + timedelta(hours=1)) == []


def test_verify_agrees_and_still_sees_what_is_missing(lake: Lake) -> None:
    assert problems(lake) == []
    compact_at(lake, LATE)
    assert problems(lake) == []
    (path,) = (path for path in lake.paths("polls") if DAY in path)
    file = lake.root / path
    rows = pq.read_table(file)
    entries = pa.array([number + 1 for number in rows["entries"].to_pylist()], pa.int32())
    pq.write_table(rows.set_column(rows.schema.get_field_index("entries"), rows.schema.field("entries"), entries), file)
    assert any("the polls of the runs up to this one have" in detail for detail in problems(lake))


def test_a_late_poll_of_that_day_is_added_up_too(lake: Lake) -> None:
    compact_at(lake, LATE)
    row = poll(polled_at=NOON + timedelta(hours=1), entries=5, run_id=new_run_id(LATE + timedelta(hours=1)))
    _commit(lake, row.run_id, [row])
    folders = [each for each in partitions(lake) if each.folder == DAY]
    list(compact(lake, folders, lambda: LATE + timedelta(hours=2)))
    (first, _) = rows_of(lake)
    assert (first["polls"], first["polls_ok"], first["run_id"]) == (31, 11, row.run_id)
    assert problems(lake) == []


def test_a_poll_that_is_alone_stays_as_it_is() -> None:
    alone = table(FeedPoll, [poll()])
    assert list(sum_polls([alone])) == [alone]


def test_parts_of_a_day_give_what_the_day_gives() -> None:
    rows = table(FeedPoll, polls_of_a_day(30)).sort_by(
        [("source", "ascending"), ("feed_url", "ascending"), ("polled_at", "ascending")]
    )
    whole = list(sum_polls([rows]))
    assert list(sum_polls([rows.slice(0, 7), rows.slice(7, 20), rows.slice(27)])) == whole


def test_the_command_sums_up_old_days(lake: Lake) -> None:
    """The days of the lake may be old enough by the clock of today, or not."""
    old = NOON.replace(year=2020)
    run_id = new_run_id(old)
    _commit(lake, run_id, [poll(polled_at=old, entries=number, run_id=run_id) for number in range(3)])
    assert cli.main(["compact", "--lake", str(lake.root), "--min-files", "30", "--quiet"]) == 0
    (path,) = (path for path in lake.paths("polls") if "2020" in path)
    assert [(row["polls"], row["entries"]) for row in pq.read_table(lake.root / path).to_pylist()] == [(3, 3)]
    assert cli.main(["verify", "--lake", str(lake.root), "--quiet"]) == 0

"""Where rows and records go."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.samples import NOON, RUN, poll, reject, story_article, summary
from transforms.lake.commit import commit, is_decided, recover, stage
from transforms.lake.layout import (
    Lake,
    find_record,
    has_record,
    latest_run_ids,
    partition,
    read_record,
    record_path,
    run_ids,
)
from transforms.lake.maintenance.inventory import take_inventory
from transforms.lake.opening import open_lake

NEXT_MONTH = "20261101T000000Z-abcdef"


def test_rows_go_to_the_partition_of_their_day_and_source() -> None:
    assert partition(story_article()) == "articles/date=2026-10-01/source=post"
    assert partition(story_article(published_at=None)) == "articles/date=2026-10-01/source=post"
    assert partition(reject()) == "rejects/date=2026-10-01"
    assert partition(poll()) == "polls/date=2026-10-01"


def committed(lake: Lake, run_id: str) -> Path:
    """Commits a run with a poll. Returns its record."""
    written = stage(lake, run_id, partition(poll()), [poll(run_id=run_id, entries=0)])
    commit(lake, summary(*written, run_id=run_id))
    return lake.root / record_path(run_id)


def flatten(lake: Lake, run_id: str) -> Path:
    """Puts a record where versions before 4 did."""
    record = lake.root / record_path(run_id)
    return record.rename(lake.runs / record.name)


def test_records_are_laid_out_by_month(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    assert committed(lake, RUN) == lake.runs / "2026-10" / f"{RUN}.json"
    assert committed(lake, NEXT_MONTH) == lake.runs / "2026-11" / f"{NEXT_MONTH}.json"
    assert run_ids(lake) == [RUN, NEXT_MONTH]
    later = NOON + timedelta(days=40)
    assert latest_run_ids(lake, NOON - timedelta(hours=1), later) == [RUN, NEXT_MONTH]
    assert latest_run_ids(lake, NOON, NOON) == [RUN]
    assert latest_run_ids(lake, NOON + timedelta(seconds=1), later) == [NEXT_MONTH]


def test_records_of_before_are_found_beside_those_of_months(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    committed(lake, RUN)
    committed(lake, NEXT_MONTH)
    old = flatten(lake, RUN)
    assert run_ids(lake) == [RUN, NEXT_MONTH]
    assert find_record(lake, RUN) == f"runs/{RUN}.json"
    assert read_record(lake, RUN).run_id == RUN
    assert not has_record(lake, "20261001T120000Z-other")
    with pytest.raises(FileNotFoundError):
        read_record(lake, "20261001T120000Z-other")
    assert take_inventory(lake, lambda: False).problems == []
    old.write_text("{")
    assert [problem.path for problem in take_inventory(lake, lambda: False).problems] == [f"runs/{RUN}.json"]


def test_a_run_with_a_record_of_before_is_committed_and_not_committed_again(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    committed(lake, RUN)
    flatten(lake, RUN)
    files = lake.files("polls")
    written = stage(lake, RUN, partition(poll()), [poll(entries=0)])
    assert is_decided(lake, RUN)
    commit(lake, summary(*written))
    assert (lake.files("polls"), recover(lake)) == (files, [])
    assert not (lake.root / record_path(RUN)).exists()


@pytest.mark.parametrize("name", ["README", f"2026-11/{RUN}.json", "2026-10/README", f"2026-10-01/{RUN}.json"])
def test_what_is_no_record_of_its_place_is_named_and_not_read(name: str, tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    committed(lake, RUN)
    stranger = lake.runs / name
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text((lake.root / record_path(RUN)).read_text())
    assert run_ids(lake) == [RUN]
    problems = take_inventory(lake, lambda: False).problems
    assert [problem.kind.value for problem in problems] == ["unknown"]
    assert problems[0].path in (f"runs/{name}", f"runs/{name.partition('/')[0]}")

"""The entries in line of a stream, with a clock that tests set."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schemas import Entry, Reason, Rejected, Source, Stage
from tests.support.clock import Clock
from tests.support.samples import NOON, OUTLET, RUN, WIRE, entry
from tests.support.small_lakes import lake_with
from transforms.accounting.rows import entry_reject, reject_index_row
from transforms.lake.layout import Lake
from transforms.streaming.retry_line import LOOK_EVERY, LOST, RetryLine

SOURCES: dict[str, Source] = {OUTLET.id: OUTLET}


def rejected(lake_folder: Path, *entries: Entry, at: datetime = NOON, reason: Reason = Reason.HTTP_BUSY) -> Lake:
    rows = [entry_reject(each, Stage.FETCH, Rejected(reason), at, RUN) for each in entries]
    index = [row for row in map(reject_index_row, rows) if row is not None]
    return lake_with(lake_folder, [*rows, *index])


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_an_entry_is_taken_when_it_is_due_and_once(tmp_path: Path) -> None:
    lake, line = rejected(tmp_path, entry(), entry(WIRE, "http://wire.example/1")), RetryLine()
    early, due = NOON + timedelta(minutes=1), NOON + timedelta(minutes=10)
    assert line.select(lake, SOURCES, early, 9) == []
    (taken,) = line.select(lake, SOURCES, due, 9)
    assert (taken.url, taken.attempts, taken.failing_since) == (entry().url, 1, NOON)
    assert line.select(lake, SOURCES, due + timedelta(minutes=1), 9) == []
    assert line.select(lake, SOURCES, due + timedelta(seconds=LOST), 9) == [taken]


def test_no_more_of_a_source_are_under_way_than_it_may_have(tmp_path: Path) -> None:
    lake = rejected(tmp_path, *(entry(url=f"http://post.example/{number}") for number in range(5)))
    line, due = RetryLine(), NOON + timedelta(minutes=10)
    assert [len(line.select(lake, SOURCES, due + timedelta(minutes=n), 3)) for n in range(3)] == [3, 0, 0]


def test_the_lake_is_looked_into_once_a_minute_whatever_the_clock_does() -> None:
    line = RetryLine(next_at=1000.0 + LOOK_EVERY)
    assert not line.is_time(1000.0)
    assert line.is_time(1000.0 + LOOK_EVERY)
    assert line.is_time(1.0)

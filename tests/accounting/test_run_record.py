"""Records of runs."""

import json
from pathlib import Path

from schemas import DataFile
from tests.support.accounts import record
from tests.support.samples import NOON
from tests.support.small_lakes import lake_with
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import RunRecord

TALLIES = [
    Tally("ap", "feeds"),
    Tally("ap", "entries", 5),
    Tally("ap", "articles", 2),
    Tally("ap", "seen", 2),
    Tally("ap", "rejects"),
    Tally("ap", "reason/timeout"),
    Tally("post", "feeds"),
    Tally("post", "feeds_failed"),
    Tally("post", "reason/dns"),
]
FILES = [
    DataFile(dataset="polls", path="polls/x", rows=2, bytes=10),
    DataFile(dataset="index", path="index/x", rows=3, bytes=20),
]


def test_counts_add_up_by_source_and_in_all() -> None:
    summary = RunRecord.from_tallies("r", NOON, NOON, "engine", TALLIES, FILES)
    assert summary.balanced
    assert (summary.total.entries, summary.total.articles, summary.total.seen, summary.total.rejects) == (5, 2, 2, 1)
    assert summary.sources["post"].feeds_failed == 1
    assert summary.reasons == {"dns": 1, "timeout": 1}
    assert [file.path for file in summary.written] == ["index/x", "polls/x"]


def test_an_entry_that_got_lost_is_noticed() -> None:
    assert not RunRecord.from_tallies("r", NOON, NOON, "engine", [*TALLIES, Tally("post", "entries")], FILES).balanced


def test_a_summary_comes_back_from_its_file() -> None:
    summary = RunRecord.from_tallies("r", NOON, NOON, "engine", TALLIES, FILES)
    assert RunRecord.from_json(json.dumps(summary.to_json() | {"of_a_newer_version": 1})) == summary


def test_a_record_of_an_earlier_version_has_no_timings() -> None:
    held = record("r", Tally("post", "feeds")).to_json()
    del held["metrics"]
    assert RunRecord.from_json(json.dumps(held)).metrics == {}


def test_a_record_without_a_look_back_is_read(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, [])
    (record,) = lake.runs.iterdir()
    held = json.loads(record.read_text())
    for name in ("look_back_days", "index_days_unread"):
        del held[name]
    del held["total"]["refetched"]
    assert RunRecord.from_json(json.dumps(held)).look_back_days is None

"""Run records."""

import json
from pathlib import Path

from schemas import DataFile
from tests.support.accounts import record, timing
from tests.support.samples import NOON
from tests.support.small_lakes import lake_with
from transforms.accounting.counts import Tally, timed
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


def test_counts_add_up_by_source_and_in_total() -> None:
    run = RunRecord.from_tallies("r", NOON, NOON, "engine", TALLIES, FILES)
    assert run.balanced
    assert (run.total.entries, run.total.articles, run.total.seen, run.total.rejects) == (5, 2, 2, 1)
    assert run.sources["post"].feeds_failed == 1
    assert run.reasons == {"dns": 1, "timeout": 1}
    assert [file.path for file in run.written] == ["index/x", "polls/x"]


def test_a_lost_entry_makes_the_record_unbalanced() -> None:
    assert not RunRecord.from_tallies("r", NOON, NOON, "engine", [*TALLIES, Tally("post", "entries")], FILES).balanced


def test_a_record_is_read_back_from_its_file() -> None:
    run = RunRecord.from_tallies("r", NOON, NOON, "engine", TALLIES, FILES)
    assert RunRecord.from_json(json.dumps(run.to_json() | {"of_a_newer_version": 1})) == run
    stored = run.to_stored_json()
    assert RunRecord.from_json(json.dumps(stored)) == run
    assert all(count for counts in stored["sources"].values() for count in counts.values())


def test_a_record_of_an_earlier_version_has_no_timings() -> None:
    values = record("r", Tally("post", "feeds")).to_json()
    del values["metrics"]
    assert RunRecord.from_json(json.dumps(values)).metrics == {}


def test_a_record_without_a_look_back_is_read(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, [])
    (file,) = lake.runs.rglob("*.json")
    values = json.loads(file.read_text())
    for name in ("look_back_days", "index_days_unread"):
        del values[name]
    del values["total"]["refetched"]
    assert RunRecord.from_json(json.dumps(values)).look_back_days is None


def test_records_of_one_command_are_combined() -> None:
    first = RunRecord.from_tallies("1", NOON, NOON, "engine", [*TALLIES, *timed("fetch", 0.5)], FILES[:1])
    second = RunRecord.from_tallies("2", NOON, NOON, "engine", [*TALLIES[:7], *timed("fetch", 2.0)], FILES[1:])
    both = RunRecord.combined([first, second])
    assert (both.run_id, both.total.entries, both.sources["ap"].seen, both.sources["post"].feeds) == ("2", 10, 4, 2)
    assert both.reasons == {"timeout": 2, "dns": 1}
    assert both.metrics == {"fetch": timing(0.5, 2.0)}
    assert both.written == FILES

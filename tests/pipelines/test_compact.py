"""``copydesk compact``: what it says, and when it cannot."""

from __future__ import annotations

import errno
import json
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from pipelines import cli
from tests.support.compacting import PASSES, content, die_within_a_commit, lake_of_passes, put, rows_of_pass
from tests.support.samples import NOON, RUN
from transforms.lake.layout import Lake
from transforms.lake.locking import writing
from transforms.lake.maintenance.compaction import partitions, to_compact


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A lake of yesterday: polls of long ago would be summed up."""
    monkeypatch.setattr("pipelines.compact.now", lambda: NOON + timedelta(days=1))
    return lake_of_passes(tmp_path / "lake")


def test_the_command_says_what_it_did(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compact", "--lake", str(lake.root)]) == 0
    assert "Compacted 8 of 8 partitions: 38 -> 8 files, " in capsys.readouterr().err
    assert cli.main(["compact", "--lake", str(lake.root), "--target-mb", "0.5"]) == 0
    assert "Nothing to compact in 8 partitions." in capsys.readouterr().err
    assert cli.main(["compact", "--lake", str(lake.root), "--json", "--quiet"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert json.loads(told.out)["compacted"] == 0


def test_what_a_killed_compaction_left_is_finished_by_the_next(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(lake)
    die_within_a_commit(lake)
    assert cli.main(["compact", "--lake", str(lake.root)]) == 0
    said = capsys.readouterr().err
    assert "Finished the commit of run" in said
    assert "Nothing to compact" in said
    assert content(lake) == before


def test_a_lake_that_another_run_writes_to_is_left_alone(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    before = [found.files for found in partitions(lake)]
    with writing(lake, "the-other"):
        assert cli.main(["compact", "--lake", str(lake.root)]) == 1
    assert "the-other" in capsys.readouterr().err
    assert [found.files for found in partitions(lake)] == before


def test_it_waits_for_another_run_as_long_as_it_is_told(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    with ExitStack() as other:
        other.enter_context(writing(lake, "the-other"))

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            if sum(waited) >= 6:
                other.close()

        monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=sleep))
        assert cli.main(["compact", "--lake", str(lake.root), "--wait", "1m"]) == 0
    assert sum(waited) == 6
    assert to_compact(partitions(lake)) == []


def test_others_write_between_two_commits(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before, turns = content(lake), 0

    def sleep(seconds: float) -> None:
        nonlocal turns
        turns += 1
        with writing(lake, "the-other"):  # raises if the compaction held the lake
            assert content(lake) == before

    monkeypatch.setattr("transforms.lake.maintenance.compaction._COMMIT_PARTITIONS", 2)
    monkeypatch.setattr("pipelines.compact.time.sleep", sleep)
    assert cli.main(["compact", "--lake", str(lake.root)]) == 0
    assert turns == 3
    assert content(lake) == before
    assert to_compact(partitions(lake)) == []


def test_a_file_that_came_meanwhile_is_compacted_too(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(seconds: float) -> None:
        put(lake, f"{RUN}-{turns.pop()}", *rows_of_pass(PASSES))

    turns = [PASSES]
    monkeypatch.setattr("transforms.lake.maintenance.compaction._COMMIT_PARTITIONS", 4)
    monkeypatch.setattr("pipelines.compact.time.sleep", sleep)
    assert cli.main(["compact", "--lake", str(lake.root)]) == 0
    assert turns == []
    counts = sorted(len(partition.files) for partition in partitions(lake))
    assert counts == [1, 1, 1, 1, 2, 2, 2, 2]


def test_for_a_time_it_does_what_it_can(
    lake: Lake, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(lake)
    monkeypatch.setattr("transforms.lake.maintenance.compaction._COMMIT_PARTITIONS", 1)
    clock = iter(range(0, 10_000, 40))
    monkeypatch.setattr("pipelines.compact.time", SimpleNamespace(sleep=Mock(), monotonic=lambda: next(clock)))
    assert cli.main(["compact", "--lake", str(lake.root), "--for", "1m", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["compacted"], report["left"]) == (1, 7)
    assert content(lake) == before


def test_with_min_files_growing_partitions_are_left_alone(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.compact.now", lambda: NOON + timedelta(hours=1))  # the runs were at noon
    assert cli.main(["compact", "--lake", str(lake.root), "--min-files", str(PASSES + 1)]) == 0
    assert len(to_compact(partitions(lake))) == 8
    monkeypatch.setattr("pipelines.compact.now", lambda: NOON + timedelta(hours=7))
    assert cli.main(["compact", "--lake", str(lake.root), "--min-files", str(PASSES + 1)]) == 0
    assert to_compact(partitions(lake)) == []


def test_with_min_files_a_partition_of_so_many_is_compacted(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.compact.now", lambda: NOON + timedelta(hours=1))
    assert cli.main(["compact", "--lake", str(lake.root), "--min-files", str(PASSES)]) == 0
    assert {len(partition.files) for partition in to_compact(partitions(lake))} == {PASSES - 1}


def test_nothing_to_do_is_known_without_opening_a_file_of_rows(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.main(["compact", "--lake", str(lake.root)]) == 0
    monkeypatch.setattr("pyarrow.parquet.read_metadata", Mock(side_effect=AssertionError))
    assert cli.main(["compact", "--lake", str(lake.root)]) == 0


def test_a_failing_disk_is_told_and_leaves_nothing_behind(
    lake: Lake, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(lake)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        patch.setattr("transforms.lake.stores.local.write_json", Mock())
        assert cli.main(["compact", "--lake", str(lake.root)]) == 1
    assert "disk is full. Free some space" in capsys.readouterr().err
    assert list(lake.staging.iterdir()) == []
    assert content(lake) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lake", "none"], "none is not a lake"),
        (["--lake", "ftp://host/lake"], "Beam has no file system for ftp://"),
    ],
)
def test_what_is_no_lake_is_refused_and_none_is_made(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["compact", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["--lake", "x", "--target-mb", "0"], ["--lake", "x", "--target-mb", "many"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["compact", *arguments])
    assert caught.value.code == 2

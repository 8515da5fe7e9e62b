"""``copydesk compact``: what it says, and when it cannot."""

from __future__ import annotations

import errno
import json
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from pipelines import cli
from tests.support.compacting import content, die_within_a_commit, lake_of_passes
from transforms.lake.layout import Lake
from transforms.lake.locking import writing
from transforms.lake.maintenance.compaction import partitions


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_of_passes(tmp_path / "lake")


def test_the_command_says_what_it_did(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compact", "--lake", str(lake.root)]) == 0
    assert "Compacted 6 of 6 partitions: 29 -> 6 files, " in capsys.readouterr().err
    assert cli.main(["compact", "--lake", str(lake.root), "--target-mb", "0.5"]) == 0
    assert "Nothing to compact in 6 partitions." in capsys.readouterr().err
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
    assert not any(found.needs_compaction for found in partitions(lake))


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

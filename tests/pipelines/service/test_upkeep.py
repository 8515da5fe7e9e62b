"""Commands that run for long compact their lake by themselves."""

import time
from pathlib import Path

import pytest

from pipelines.command.console import Terminal
from pipelines.service.upkeep import Upkeep
from tests.support.compacting import content, lake_of_passes
from transforms.lake.layout import Lake
from transforms.lake.maintenance.compaction import partitions, to_compact

pytestmark = pytest.mark.system


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_of_passes(tmp_path / "lake")


def until_it_ends(upkeep: Upkeep) -> None:
    give_up = time.monotonic() + 60
    while upkeep.runs:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_a_lake_is_compacted_in_another_process(lake: Lake) -> None:
    before = content(lake)
    upkeep = Upkeep(str(lake.root), 0.0, Terminal(quiet=False))
    upkeep.begin_if_due(30)
    assert upkeep.runs
    until_it_ends(upkeep)
    assert to_compact(partitions(lake)) == []
    before.pop("polls")  # the other process has today's clock, and sums up old ones
    assert {dataset: rows for dataset, rows in content(lake).items() if dataset != "polls"} == before


@pytest.mark.parametrize("every", [None, 3600.0])
def test_nothing_runs_before_it_is_due(lake: Lake, every: float | None) -> None:
    upkeep = Upkeep(str(lake.root), every, Terminal(quiet=False))
    upkeep.begin_if_due(30)
    assert not upkeep.runs


def test_its_errors_are_printed(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    upkeep = Upkeep(str(lake.root / "none"), 0.0, Terminal(quiet=False))
    upkeep.begin_if_due(30)
    until_it_ends(upkeep)
    assert "Compaction: " in capsys.readouterr().err


def test_it_can_be_stopped_at_once(lake: Lake) -> None:
    before = content(lake)
    upkeep = Upkeep(str(lake.root), 0.0, Terminal(quiet=False))
    upkeep.begin_if_due(30)
    upkeep.stop()
    assert not upkeep.runs
    upkeep.stop()
    before.pop("polls")  # the other process has today's clock, and sums up old ones
    assert {dataset: rows for dataset, rows in content(lake).items() if dataset != "polls"} == before

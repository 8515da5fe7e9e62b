"""The command that follows a stream: it tells of each window once, and looks for windows for little."""

import json
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineState

from pipelines import stream_follower
from pipelines.command.console import Terminal
from pipelines.engines.choose import choose_engine
from pipelines.service.heartbeat import Heartbeat
from pipelines.service.metrics import Meters
from pipelines.service.upkeep import Upkeep
from pipelines.stream_follower import StreamFollower
from tests.support.clock import Clock
from tests.support.samples import NOON, summary
from transforms.accounting.runs import now
from transforms.lake.commit import commit
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake
from transforms.streaming.job import Job


class Running:
    """A pipeline that runs until it is told to end."""

    def __init__(self) -> None:
        self._ended = threading.Event()

    def wait_until_finish(self) -> str:
        self._ended.wait(30)
        return str(PipelineState.DONE)

    def end(self) -> None:
        self._ended.set()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "lake")


def following(lake: Lake, started_at: datetime) -> tuple[Job, StreamFollower]:
    job = Job(job_id="20261001T000000Z-abc123", lake=lake, started_at=started_at)
    terminal = Terminal(quiet=True)
    upkeep = Upkeep(str(lake.place), None, terminal)
    return job, StreamFollower(job, terminal, Meters("test"), Heartbeat(None, 60), True, upkeep)


def commit_window(job: Job, end: datetime) -> str:
    run_id = job.window_run_id(end)
    commit(job.lake, summary(run_id=run_id))
    return run_id


def follow(follower: StreamFollower, act: Any) -> None:
    """Follows while ``act`` runs, and until everything was looked at once more."""
    pipeline = Running()
    thread = threading.Thread(target=follower.follow, args=(pipeline, choose_engine(PipelineOptions([]))))
    thread.start()
    try:
        act()
    finally:
        pipeline.end()
        thread.join(30)
    assert not thread.is_alive()


def test_each_window_is_told_once(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(stream_follower, "_LOOK_SECONDS", 0.01)
    job, follower = following(lake, NOON)
    other = Job(job_id="20261001T000000Z-def456", lake=lake, started_at=NOON)
    windows: list[str] = []

    def act() -> None:
        for hours in (0, 1, 24 * 31, 1, -24 * 62):  # the clock is set, to another month and back
            clock.jump(hours=hours)
            windows.append(commit_window(job, now()))
            commit_window(other, now())
            time.sleep(0.2)
        windows.append(commit_window(job, now() - timedelta(hours=30)))

    follow(follower, act)
    told = [json.loads(line)["run_id"] for line in capsys.readouterr().out.splitlines()]
    assert told == windows


def test_looks_take_little_of_the_time_however_long_one_takes(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []

    def slow(*_: object) -> list[str]:
        looks.append(time.monotonic())
        time.sleep(0.02)
        return []

    monkeypatch.setattr(stream_follower, "latest_run_ids", slow)
    monkeypatch.setattr(stream_follower, "_LOOK_SECONDS", 0.01)
    _, follower = following(lake, NOON)
    follow(follower, lambda: time.sleep(2.5))
    assert len(looks) <= 4  # at the beginning, after a second or later, and at the end

"""What ``copydesk stream`` makes of streams whose command died, and of engines that cannot stream."""

import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pipelines import stream
from pipelines.command.console import Terminal
from pipelines.stream import end_dead_streams
from tests.support.site import FEED
from transforms.lake.opening import open_lake
from transforms.streaming.job import Job, new_job, registered

NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=timezone.utc)
NOBODY_THERE = "http://127.0.0.1:9"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return new_job(open_lake(tmp_path / "lake"), NOW)


def left_by(job: Job, **changed: object) -> None:
    """The notes of a stream whose command ran in a process that has ended, unless another is given."""
    job.register(None, None)
    job.ask_to_end()
    note = job.lake.root / "_streams" / f"{job.job_id}.json"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    note.write_text(json.dumps({**json.loads(note.read_text()), "pid": ended.pid, **changed}))


@pytest.mark.system
def test_the_notes_of_a_stream_that_was_killed_are_cleared_away(job: Job) -> None:
    left_by(job)
    end_dead_streams(job.lake, Terminal(True))
    assert list((job.lake.root / "_streams").iterdir()) == []


@pytest.mark.system
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pid": os.getppid()}, ""),
        ({"host": "elsewhere"}, ""),
        ({"host": "elsewhere", "cluster": NOBODY_THERE, "job_name": "copydesk-1"}, "end its job copydesk-1 at"),
        ({"cluster": NOBODY_THERE, "job_name": "copydesk-1"}, "its job copydesk-1 may still run: no Flink answers"),
    ],
    ids=["it runs", "another machine's", "another machine's on a cluster", "its cluster is gone"],
)
def test_a_stream_that_may_still_run_stays_and_is_told(
    job: Job, changed: dict[str, object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    left_by(job, **changed)
    end_dead_streams(job.lake, Terminal(False))
    assert len(registered(job.lake)) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert said in told
    assert bool(said) == bool(told)


def test_an_engine_that_cannot_stream_is_refused_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text(f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = ["{FEED}"]\n')
    arguments = ["--sources", str(sources), "--lake", str(tmp_path / "lake"), "--runner", "DirectRunner"]
    assert stream.main(arguments) == 2
    assert "copydesk watch" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["sources.toml"]

"""What streams note in their lake, what is made of the notes of those whose command died, and when a window closes."""

import json
import os
import socket
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pipelines.command.console import Terminal
from pipelines.stream import end_what_died
from transforms.lake.opening import open_lake
from transforms.streaming.clock import Tick
from transforms.streaming.job import Job, new_job, registered
from transforms.streaming.window import Drained, OpenWindow

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


def test_a_stream_is_registered_until_it_is_over(job: Job) -> None:
    assert registered(job.lake) == []
    job.register("http://flink:8081", "copydesk-1")
    (found,) = registered(job.lake)
    assert (found.job_id, found.host, found.pid) == (job.job_id, socket.gethostname(), os.getpid())
    assert (found.cluster, found.job_name) == ("http://flink:8081", "copydesk-1")
    job.forget()
    assert registered(job.lake) == []


def test_the_notes_of_a_stream_that_was_killed_are_cleared_away(job: Job) -> None:
    left_by(job)
    end_what_died(job.lake, Terminal(True))
    assert list((job.lake.root / "_streams").iterdir()) == []


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
    end_what_died(job.lake, Terminal(False))
    assert len(registered(job.lake)) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert said in told
    assert bool(said) == bool(told)


TICK, LAST = Tick(last=False), Tick(last=True)


def test_a_window_closes_at_the_first_tick_behind_its_end() -> None:
    window = OpenWindow()
    assert window.tick(TICK, 1000.0, shards=1) == (False, False)  # nothing came
    assert window.take(1001.0, seconds=60)
    assert not window.take(1010.0, seconds=60)
    assert window.closes_at == 1020.0
    assert window.tick(TICK, 1019.9, shards=1) == (False, False)
    assert window.tick(TICK, 1020.3, shards=1) == (True, False)


def test_what_comes_at_the_very_end_of_a_window_belongs_to_the_next() -> None:
    window = OpenWindow()
    window.take(1020.0, seconds=60)
    assert window.closes_at == 1080.0


def test_a_clock_that_is_set_back_gives_no_window_the_name_of_another() -> None:
    window = OpenWindow()
    window.take(1001.0, seconds=60)
    window.empty()
    window.take(990.0, seconds=60)
    assert window.closes_at == 1080.0


def test_a_stream_ends_when_all_shards_have_drained_and_nothing_more_comes() -> None:
    window = OpenWindow()
    window.take(1001.0, seconds=60)
    window.add_drained(Drained("0"))
    assert [window.tick(LAST, 1002.0, shards=2) for _ in range(5)] == [(False, False)] * 5
    window.add_drained(Drained("1"))
    assert window.take(1003.0, seconds=60)  # on its way since before
    assert [window.tick(LAST, 1004.0, shards=2) for _ in range(3)] == [(False, False), (False, False), (True, True)]


def test_a_shard_that_never_drains_does_not_keep_a_stream_from_ending() -> None:
    window = OpenWindow()
    told = [window.tick(LAST, 1002.0, shards=2) for _ in range(60)]
    assert told == [(False, False)] * 59 + [(False, True)]

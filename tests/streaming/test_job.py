"""What streams note in their lake."""

import os
import socket
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.support.samples import NOON
from transforms.lake.opening import open_lake
from transforms.streaming.job import Job, new_job, registered

NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=timezone.utc)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return new_job(open_lake(tmp_path / "lake"), NOW)


def test_a_stream_is_registered_until_it_is_over(job: Job) -> None:
    assert registered(job.lake) == []
    job.register("http://flink:8081", "copydesk-1")
    (found,) = registered(job.lake)
    assert (found.job_id, found.host, found.pid) == (job.job_id, socket.gethostname(), os.getpid())
    assert (found.cluster, found.job_name) == ("http://flink:8081", "copydesk-1")
    job.forget()
    assert registered(job.lake) == []


def test_windows_of_other_jobs_are_told_apart(job: Job) -> None:
    other = new_job(job.lake, datetime.now(timezone.utc))
    assert not other.is_of(job.window_run_id(NOON))
    assert job.is_of(job.window_run_id(NOON))

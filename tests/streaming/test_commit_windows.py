"""A window's commit: once, again with the same, again with more, and beside another writer."""

import itertools
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.verify import main as verify
from schemas import Reason, Rejected
from tests.support.samples import NOON, OUTLET, RUN, article, poll, reject
from tests.support.steps import in_turn, ticking
from transforms.accounting.counts import Tally
from transforms.accounting.rows import feed_reject
from transforms.lake.layout import Lake, LakeBusyError, read_record, run_ids
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.streaming import commit_windows, outage
from transforms.streaming.clock import Tick
from transforms.streaming.commit_windows import CommitWindow
from transforms.streaming.job import Job, new_job
from transforms.streaming.window import WindowItem

END = NOON + timedelta(seconds=60)
NAME = "20261001T120100Z"
TICK = Tick(last=False)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path)


@pytest.fixture
def job(lake: Lake) -> Job:
    return new_job(lake, NOON)


def fire(job: Job, brought: list[WindowItem]) -> str | None:
    """What happens when the window closes."""
    step = CommitWindow(RunContext(run_id=job.job_id, lake=job.lake, started_at=NOON), job, 60)
    return step.commit(brought, job.window_run_id(END))


def files(lake: Lake) -> set[Path]:
    return {path.relative_to(lake.root) for path in lake.root.rglob("*") if path.is_file()}


def urls(lake: Lake) -> list[str]:
    return sorted(ds.dataset(lake.root / "articles").to_table(columns=["url"])["url"].to_pylist())


ONCE: list[WindowItem] = [
    article(),
    (poll(entries=3), Tally("post", "feeds"), Tally("post", "waiting", 3)),
    reject(),
    feed_reject("post", OUTLET.feeds[0], Rejected(Reason.TOO_MANY_ENTRIES, "no more"), NOON, RUN),
]
"""A visit to a feed of three entries: one is an article by now, one was rejected, and one waits."""


def test_a_window_is_one_commit_with_counts_that_add_up(lake: Lake, job: Job) -> None:
    run_id = fire(job, ONCE)
    assert run_id is not None
    assert run_id.startswith(NAME)
    assert job.is_of(run_id)
    summary = read_record(lake, run_id)
    total = summary.total
    assert (total.entries, total.articles, total.rejects, total.waiting) == (3, 1, 1, 1)
    assert summary.balanced
    assert verify(["--lake", str(lake.root)]) == 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(6)), st.sets(st.integers(1, 5)))
def test_the_counts_of_each_window_add_up_wherever_it_ends(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], ends: set[int]
) -> None:
    lake = open_lake(tmp_path_factory.mktemp("lake"))
    job = new_job(lake, NOON)
    step = CommitWindow(RunContext(run_id=job.job_id, lake=lake, started_at=NOON), job, 60)
    brought: list[WindowItem] = [
        *ONCE,
        article(url="http://post.example/two", body="another " * 30),
        (Tally("post", "seen"), Tally("post", "waiting", -1)),
    ]
    came = [brought[number] for number in order]
    cuts = [0, *sorted(ends), len(came)]
    for number, (begin, end) in enumerate(itertools.pairwise(cuts)):
        step.commit(came[begin:end], job.window_run_id(END + timedelta(seconds=number)))
    records = [read_record(lake, run_id) for run_id in run_ids(lake)]
    assert len(records) == len(cuts) - 1
    assert all(record.balanced for record in records)
    assert sum(record.total.waiting for record in records) == -1  # four have left the line, and three came in


def test_a_window_that_fires_again_changes_nothing(lake: Lake, job: Job) -> None:
    fire(job, ONCE)
    before = files(lake)
    assert fire(job, ONCE) is None
    assert files(lake) == before


def test_what_a_window_brings_only_the_second_time_is_committed_beside_it(lake: Lake, job: Job) -> None:
    first = fire(job, ONCE)
    again = fire(job, [*ONCE, article(url="http://post.example/two", body="another " * 30)])
    assert first is not None
    assert again == f"{first}-again2"
    assert urls(lake) == ["http://post.example/one", "http://post.example/two"]
    assert read_record(lake, again).balanced
    assert fire(job, [*ONCE, article(url="http://post.example/two", body="another " * 30)]) is None
    assert verify(["--lake", str(lake.root)]) == 0


def test_a_window_waits_for_another_writer_tick_by_tick(lake: Lake, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit_windows, "now", ticking())
    step = CommitWindow(RunContext(run_id=job.job_id, lake=lake, started_at=NOON), job, 1)
    late = article(url="http://post.example/two", body="another " * 30)
    with ExitStack() as compaction:
        compaction.enter_context(writing(lake, "a compaction"))
        with pytest.raises(LakeBusyError):
            fire(job, ONCE)

        def end_compaction() -> None:
            assert run_ids(lake) == []
            compaction.close()

        items = [*ONCE, TICK, late, TICK, end_compaction, TICK]
        in_turn(step, [(item, 0.0) for item in items])
    assert urls(lake) == ["http://post.example/one", "http://post.example/two"]
    assert all(read_record(lake, run_id).balanced for run_id in run_ids(lake))
    assert verify(["--lake", str(lake.root)]) == 0


def test_a_window_that_waits_for_too_long_is_an_error(lake: Lake, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit_windows, "now", ticking())
    monkeypatch.setattr(outage, "LONGEST_WAIT", -1.0)
    step = CommitWindow(RunContext(run_id=job.job_id, lake=lake, started_at=NOON), job, 1)
    with writing(lake, "a compaction"), pytest.raises(Exception, match="Another run is writing"):
        in_turn(step, [(item, 0.0) for item in (*ONCE, TICK, TICK)])


def test_a_window_that_meets_an_error_of_the_disk_is_tried_again(
    lake: Lake, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_windows, "now", ticking())
    step = CommitWindow(RunContext(run_id=job.job_id, lake=lake, started_at=NOON), job, 1)
    lake.staging.rmdir()
    lake.staging.write_text("no folder can be made here")

    def mend() -> None:
        assert run_ids(lake) == []
        lake.staging.unlink()
        time.sleep(0.5)  # longer than the pause between two tries so far

    in_turn(step, [(item, 0.0) for item in (*ONCE, TICK, TICK, mend, *[TICK] * 50)])
    assert urls(lake) == ["http://post.example/one"]
    assert verify(["--lake", str(lake.root)]) == 0


def test_the_wait_of_a_window_counts_from_its_first_try(lake: Lake, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes on by hours, as when a checkpoint is restored late."""
    clock = (NOON + timedelta(hours=5 * hours) for hours in itertools.count())
    monkeypatch.setattr(commit_windows, "now", lambda: next(clock))
    step = CommitWindow(RunContext(run_id=job.job_id, lake=lake, started_at=NOON), job, 1)
    with ExitStack() as compaction:
        compaction.enter_context(writing(lake, "a compaction"))
        in_turn(step, [(item, 0.0) for item in (*ONCE, TICK, TICK, compaction.close, TICK)])
    assert urls(lake) == ["http://post.example/one"]

"""Names of runs, and the clocks."""

import os
import pickle
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.support.clock import Clock
from tests.support.samples import NOON
from transforms.accounting.runs import Stopwatch, new_run_id, now


def test_names_of_runs_sort_by_time() -> None:
    assert new_run_id(now()) > "20261001T000000Z"
    assert os.sep not in new_run_id(now())


def test_the_next_run_comes_after_the_one_before_also_in_the_same_second() -> None:
    names = [new_run_id(NOON)]
    for _ in range(5):
        names.append(new_run_id(NOON, after=names[-1]))
    assert names == sorted(set(names))
    last = f"{names[0].partition('-')[0]}-ffffff"
    assert len(new_run_id(NOON, after=last)) == len(last)
    assert new_run_id(NOON + timedelta(seconds=1), after=last) > last


def test_a_stopwatch_is_not_moved_by_who_sets_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    watch = pickle.loads(pickle.dumps(Stopwatch.start(now())))
    clock.advance(minutes=5)
    for hours in (3, -9):
        clock.jump(hours=hours)
        assert 300 <= watch.seconds() < 360
    elsewhere = Stopwatch(NOON)
    assert elsewhere.seconds() == 0.0
    clock.jump(hours=9)
    assert elsewhere.seconds() > 3 * 3600


def test_in_another_process_a_stopwatch_goes_by_the_clock() -> None:
    watch = Stopwatch.start(NOON)
    program = "import pickle, sys; print(pickle.loads(bytes.fromhex(sys.argv[1])).seconds())"
    command = [sys.executable, "-c", program, pickle.dumps(watch).hex()]
    seconds = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert abs(seconds - (now() - NOON).total_seconds()) < 600
    assert watch.seconds() < 600

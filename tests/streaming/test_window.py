"""When a window closes, and when a stream ends."""

import pytest

from transforms.streaming.clock import Tick
from transforms.streaming.window import Drained, OpenWindow

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


@pytest.mark.parametrize("jump", [3600.0, 1000 * 86400.0])
def test_a_clock_that_goes_forth_and_back_costs_a_window_two_minutes_at_most(jump: float) -> None:
    names, window = set[tuple[float | None, int]](), OpenWindow()
    for start in (1000.0, 1000.0 + jump, 1100.0, 1200.0 + jump, 1200.0):
        window.take(start, seconds=60)
        names.add((window.closes_at, window.set_back))
        waited = next(seconds for seconds in range(300) if window.tick(TICK, start + seconds, shards=1)[0])
        assert waited <= 120
        window.empty()
    assert len(names) == 5


@pytest.mark.parametrize("jump", [3600.0, 1000 * 86400.0])
def test_a_window_that_is_open_when_the_clock_is_set_back_closes(jump: float) -> None:
    window = OpenWindow()
    window.take(1001.0 + jump, seconds=60)
    assert window.tick(TICK, 1002.0, shards=1) == (True, False)

"""Timings that add up."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.accounts import timing
from transforms.accounting.counts import timed
from transforms.accounting.timings import BEYOND, EDGES, Timing, add_named

DURATIONS = st.lists(st.floats(-10, 1e9), max_size=50)


@pytest.mark.parametrize(
    ("seconds", "edge"),
    [(0.0, 0.001), (-3.0, 0.001), (0.001, 0.001), (0.0011, 0.002), (0.7, 1.0), (86400.0, 100_000.0), (1e9, BEYOND)],
)
def test_a_duration_lies_in_the_first_bucket_that_holds_it(seconds: float, edge: float) -> None:
    assert timing(seconds).buckets == {edge: 1}


def test_a_median_is_read_within_its_bucket_and_the_mean_is_exact() -> None:
    made = timing(0.6, 0.6, 0.6, 0.6)
    assert (made.count, made.mean, made.longest) == (4, 0.6, 1.0)
    assert made.quantile(0.5) == 0.75
    assert timing().quantile(0.5) == 0.0
    assert timing(1e9).quantile(0.5) == EDGES[-1]


@given(DURATIONS, DURATIONS)
def test_timings_add_up_in_any_order(first: list[float], second: list[float]) -> None:
    sums: Counter[str] = Counter()
    for duration in [*second, *first]:
        for tally in timed("poll", duration):
            sums[tally.name] += tally.count
    collected: dict[str, Timing] = {}
    for name, count in sums.items():
        add_named(collected, name, count)
    together = timing(*first, *second)
    assert collected.get("poll", Timing()) == together
    assert Timing.from_json(json.loads(json.dumps(together.to_json()))) == together

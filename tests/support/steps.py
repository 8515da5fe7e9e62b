"""Steps of Beam on the engine of the tests."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import wait
from datetime import datetime, timedelta
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.transforms.window import TimestampedValue

from pipelines.engines.choose import choose_engine
from schemas import Source
from tests.support.samples import NOON, RUN, summary
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import commit, stage
from transforms.lake.layout import Lake, partition
from transforms.steps.context import RunContext
from transforms.streaming.fetcher import _fetchers
from transforms.web.settings import Politeness

HURRIED = Politeness(pause=0)
SITE = Source(id="site", kind="outlet", feeds=("http://site.example/feed.xml", "http://site.example/gone.xml"))
_turns: list[tuple[Any, float]] = []
"""The items of ``in_turn``: here, because an engine pickles functions with the values that they use."""


def in_turn(shard: beam.DoFn, items: Iterable[tuple[Any, float]]) -> None:
    """Gives items to a shard, one after the other. The event time of each is NOON plus its seconds.

    An item that is a function is called in its turn.
    """
    _turns[:] = items
    options = PipelineOptions([])
    with pytest.MonkeyPatch.context() as patch, beam.Pipeline(choose_engine(options).runner, options) as pipeline:
        patch.setattr("transforms.streaming.clock.PERIOD", 0.0)  # no tick comes too soon
        (
            pipeline
            | beam.Impulse()
            | beam.FlatMap(_take_turns).with_output_types(tuple[str, Any])
            | beam.ParDo(shard).with_outputs()
        )


def _take_turns(_: bytes) -> Iterator[TimestampedValue]:
    for item, later in _turns:
        if callable(item):
            item()
        else:
            yield TimestampedValue(("0", item), NOON.timestamp() + later)


def answered() -> None:
    """Waits until all requests of streams have their responses."""
    for fetcher in _fetchers.values():
        _, waiting = wait(fetcher._requests.values(), timeout=30)
        assert not waiting


def ticking() -> Callable[[], datetime]:
    """A clock that is a second later each time it is read."""
    seconds = itertools.count()
    return lambda: NOON + timedelta(seconds=next(seconds))


def run_of(lake: Lake, **changes: Any) -> RunContext:
    return RunContext(run_id=RUN, lake=lake, started_at=NOON, shards=2, **changes)


def pipeline() -> TestPipeline:
    return TestPipeline(runner=fn_runner.FnApiRunner())


def has(count: int, test: Callable[[Any], bool]) -> Callable[[Iterable[Any]], None]:
    def check(found: Iterable[Any]) -> None:
        held = list(found)
        assert len(held) == count, held
        assert all(test(item) for item in held), held

    return check


def put(lake: Lake, *rows: Any) -> None:
    run_id = f"{new_run_id(now())}-before"
    commit(lake, summary(*(file for row in rows for file in stage(lake, run_id, partition(row), [row])), run_id=run_id))

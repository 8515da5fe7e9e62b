"""Steps of Beam on the engine of the tests."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import apache_beam as beam
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
from transforms.streaming.clock import PERIOD
from transforms.web.settings import Politeness


def in_turn(shard: beam.DoFn, items: Sequence[tuple[Any, float]], every: float = PERIOD) -> None:
    """Gives a shard its items so many seconds apart, each as if it came so many seconds from now."""
    began = time.time()

    def at_its_turn(item: tuple[Any, float]) -> TimestampedValue:
        time.sleep(every)
        return TimestampedValue(("0", item[0]), began + item[1])

    options = PipelineOptions([])
    with beam.Pipeline(choose_engine(options).runner, options) as pipeline:
        (
            pipeline
            | beam.Create([list(items)])
            | beam.FlatMap(lambda items: items)
            | beam.Map(at_its_turn).with_output_types(tuple[str, Any])
            | beam.ParDo(shard).with_outputs()
        )


HURRIED = Politeness(pause=0)


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


SITE = Source(id="site", kind="outlet", feeds=("http://site.example/feed.xml", "http://site.example/gone.xml"))

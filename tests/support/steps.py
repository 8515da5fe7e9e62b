"""Steps of Beam on the engine of the tests."""

import time
from collections.abc import Sequence
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.window import TimestampedValue

from pipelines.engines.choose import choose_engine
from transforms.streaming.clock import PERIOD


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

"""Ticks: the clock of a stream. Each shard gets a tick every PERIOD seconds, until the stream has ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.io.flink.flink_streaming_impulse_source import FlinkStreamingImpulseSource
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.pvalue import PBegin, PCollection
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import MAX_TIMESTAMP, Timestamp

from transforms.streaming.clock import PERIOD, Tick
from transforms.streaming.job import Job

_LOGGER = logging.getLogger(__name__)
_FOR_EVER = 1 << 40  # ticks: some thousand years


class Ticks(beam.PTransform):
    """Ticks for shards 0 to ``shards`` - 1. After the job is asked to end, every tick is a last tick, until the job has ended.

    Beam's PeriodicImpulse cannot be asked to end. On Flink the ticks come from Flink's own source: whenever a Python source defers its next
    element, Beam's runner registers another state with Flink and never removes it (apache/beam issue 27648).
    """

    def __init__(self, job: Job, shards: int, on_flink: bool) -> None:
        super().__init__()
        self._job = job
        self._shards = shards
        self._on_flink = on_flink

    def expand(self, begin: PBegin) -> PCollection[tuple[str, Tick]]:
        """Wires the step."""
        if self._on_flink:
            beats = begin | "Beat" >> FlinkStreamingImpulseSource().set_interval_ms(int(PERIOD * 1000))
            ticks = beats | "Tick" >> beam.Map(_tick, self._job)
        else:
            ticks = begin | "Start" >> beam.Impulse() | "Tick" >> beam.ParDo(_TickAway(self._job))
        return ticks | "For each shard" >> beam.FlatMap(_for_each_shard, self._shards).with_output_types(
            tuple[str, Tick]
        )


def _tick(beat: bytes, job: Job) -> TimestampedValue:
    return TimestampedValue(Tick(_is_noted(job.asked_to_end)), Timestamp(time.time()))


def _is_noted(question: Callable[[], bool]) -> bool:
    """The answer of the lake; False while it cannot be read, until a later tick."""
    try:
        return question()
    except OSError as error:
        _LOGGER.warning("the notes of the stream could not be read, and are tried again: %s", error)
        return False


def _for_each_shard(tick: Tick, shards: int) -> Iterator[tuple[str, Tick]]:
    for shard in range(shards):
        yield str(shard), tick


class _Numbers(RestrictionProvider):
    """The numbers of future ticks."""

    def initial_restriction(self, element: bytes) -> OffsetRange:
        return OffsetRange(0, _FOR_EVER)

    def create_tracker(self, restriction: OffsetRange) -> OffsetRestrictionTracker:
        return OffsetRestrictionTracker(restriction)

    def restriction_size(self, element: bytes, restriction: OffsetRange) -> int:
        return 1

    def truncate(self, element: bytes, restriction: OffsetRange) -> None:
        """Does nothing: a drain ends the ticks at once."""


_NUMBERS = _Numbers()
_WATERMARK = ManualWatermarkEstimator.default_provider()


class _TickAway(beam.DoFn):
    def __init__(self, job: Job) -> None:
        self._job = job

    @beam.DoFn.unbounded_per_element()
    def process(
        self,
        element: bytes,
        tracker: Any = beam.DoFn.RestrictionParam(_NUMBERS),
        watermark: Any = beam.DoFn.WatermarkEstimatorParam(_WATERMARK),
    ) -> Iterator[TimestampedValue]:
        """Waits for the period to end, yields a tick, and leaves the next one to another bundle."""
        number = tracker.current_restriction().start
        if not tracker.try_claim(number):
            return
        # The pause is here. Engines resume what they were asked to defer by their wall clock: if it is set back by an hour, after an hour.
        if number:
            time.sleep(PERIOD)
        at = Timestamp(time.time())
        watermark.set_watermark(max(at, watermark.current_watermark() or at))  # it must not go back, and a clock may
        last = _is_noted(self._job.asked_to_end)
        if last and _is_noted(self._job.has_ended):
            watermark.set_watermark(MAX_TIMESTAMP)
            tracker.try_claim(_FOR_EVER - 1)
            return
        yield TimestampedValue(Tick(last), at)
        tracker.defer_remainder()

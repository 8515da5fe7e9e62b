"""The clock of a stream, under a clock of the machine that jumps."""

import time
from pathlib import Path
from typing import Any

import pytest
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.runners.sdf_utils import RestrictionTrackerView, ThreadsafeRestrictionTracker
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration

from tests.support.samples import NOON
from transforms.lake.opening import open_lake
from transforms.streaming import ticks
from transforms.streaming.job import new_job


def test_ticks_go_on_whatever_the_clock_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "PERIOD", 0.01)
    step = ticks._TickAway(new_job(open_lake(tmp_path), NOON))
    watermark: Any = ManualWatermarkEstimator(None)
    restriction, seen = OffsetRange(0, 1000), list[float]()
    for jump in (0.0, 3600.0, 1000 * 86400.0, 0.0, -3600.0):
        at = time.time() + jump
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda at=at: at)
            tracker = ThreadsafeRestrictionTracker(OffsetRestrictionTracker(restriction))
            made = list(step.process(b"", RestrictionTrackerView(tracker), watermark))
        residual, delay = tracker.deferred_status()
        restriction = residual
        assert delay <= Duration(0)  # an engine would wait for its own clock
        assert all(isinstance(tick, TimestampedValue) for tick in made)
        seen += [float(tick.timestamp) - at for tick in made]
    assert len(seen) == 5
    assert max(map(abs, seen)) < 1

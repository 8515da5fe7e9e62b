"""Run records and timings for tests."""

from schemas import DataFile
from tests.support.samples import NOON
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import RunRecord
from transforms.accounting.timings import Timing


def timing(*seconds: float) -> Timing:
    made = Timing()
    for duration in seconds:
        made.add(duration)
    return made


def record(run_id: str, *tallies: Tally, written: list[DataFile] | None = None) -> RunRecord:
    return RunRecord.from_tallies(run_id, NOON, NOON, "test", tallies, written or [])

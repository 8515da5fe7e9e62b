"""The latest runs of a lake. The parts of a pass, which are commits of their own, are shown as one run."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from pipelines.report.figures import RunFigures
from transforms.accounting.run_record import RunRecord
from transforms.lake.layout import DAMAGED_JSON, Lake, LakeError, read_record, record_place

LAST_RUNS = 60
"""Runs that are shown at most."""
LAST_RECORDS = 600
"""Run records after which no further run is read, latest first: there may be hundreds a day. All parts of a pass are read."""
_LOGGER = logging.getLogger(__name__)


def latest_runs(lake: Lake, run_ids: Sequence[str]) -> tuple[RunFigures, ...]:
    """The latest of these runs, which come in order of time: passes and windows of streams, the latest first. Raises LakeError.

    Compactions and other runs that count nothing are left out. A pass of several parts has the counts of all of them.
    """
    passes: dict[str, RunRecord] = {}  # by their first run
    of_pass = set[str]()
    read = 0
    for run_id in reversed(run_ids):
        if len(passes) >= LAST_RUNS or read >= LAST_RECORDS:
            break
        if run_id in of_pass:
            continue
        record = run_record(lake, run_id)
        read += max(1, 0 if record is None else len(record.pass_runs))
        if record is None or not record.sources:
            continue
        first = next(iter(record.pass_runs), run_id)
        # Parts of one second come in any order, and only the last part names all of them.
        if first not in passes or len(record.pass_runs) > len(passes[first].pass_runs):
            passes[first] = record
            of_pass.update(record.pass_runs)
    return tuple(_whole(lake, record) for record in passes.values())


def _whole(lake: Lake, last: RunRecord) -> RunFigures:
    """The figures of a pass by its last record, together with its other parts that are still there."""
    before = [part for part in last.pass_runs if part != last.run_id]
    parts = [record for part in before if (record := run_record(lake, part, missing_ok=True))]
    return _figures(RunRecord.combined([*parts, last]), 1 + len(parts))


def run_record(lake: Lake, run_id: str, missing_ok: bool = False) -> RunRecord | None:
    """The record of a run; None when it is damaged, and then a warning says so, or when it may be missing and is."""
    try:
        return read_record(lake, run_id)
    except DAMAGED_JSON as error:
        _LOGGER.warning("%s cannot be read: %s. copydesk verify says more.", record_place(lake, run_id), error)
        return None
    except OSError as error:
        if missing_ok and isinstance(error, FileNotFoundError):
            return None
        raise LakeError(f"{lake.place}/{record_place(lake, run_id)} cannot be read ({error}).") from error


def _figures(record: RunRecord, commits: int) -> RunFigures:
    started = datetime.fromisoformat(record.started_at)
    total = record.total
    return RunFigures(
        run_id=record.run_id,
        started_at=started,
        seconds=(datetime.fromisoformat(record.finished_at) - started).total_seconds(),
        entries=total.entries,
        articles=total.articles,
        seen=total.seen,
        rejects=total.rejects,
        commits=commits,
        balanced=record.balanced,
    )

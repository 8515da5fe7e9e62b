"""WriteLake: articles, and all that the ledger gathered, to committed files."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection

from schemas import DataFile, IndexRow, Reject, Row, StoryArticle
from transforms.accounting.counts import Tally, commit_lags, tallies_of, timed
from transforms.accounting.rows import article_index_row, reject_index_row
from transforms.accounting.run_record import ArchiveRead, RunRecord
from transforms.accounting.runs import now
from transforms.lake.commit import commit, stage
from transforms.lake.fences import require_lock
from transforms.lake.index import days_before
from transforms.lake.layout import partition
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.ledger import Ledger, flattened


class WriteLake(beam.PTransform):
    """Articles and the ledger to files of the lake, by partition, and their commit; gives the run's id once that is done.

    Groups rows by partition, then all files of the run, so that they appear together.
    """

    def __init__(self, run: RunContext, ledger: Ledger) -> None:
        super().__init__()
        self._run = run
        self._ledger = ledger

    def expand(self, articles: PCollection[StoryArticle]) -> PCollection[str]:
        """Wires the step."""
        rejects = flattened(self._ledger.rejects, "All rejects")
        index = flattened(
            [
                articles | "Index articles" >> beam.Map(article_index_row),
                rejects | "Index rejects" >> beam.FlatMap(_indexed),
                *self._ledger.duplicates,
            ],
            "Whole index",
        )
        rows = (articles, rejects, *self._ledger.polls, index) | "All rows" >> beam.Flatten()
        written = (
            rows | "Group by partition" >> GroupRecords(partition) | "Stage files" >> beam.ParDo(StageFile(self._run))
        )
        tallies = (
            (rows | "Count rows" >> beam.FlatMap(tallies_of), *self._ledger.tallies)
            | "All tallies" >> beam.Flatten()
            | "Key by what is counted" >> beam.Map(_with_name)
            | "Add up" >> beam.CombinePerKey(sum)
            | "As tallies" >> beam.MapTuple(_as_tally)
        )
        return (
            (written, tallies, *self._ledger.archives)
            | "Files and tallies" >> beam.Flatten()
            | "Key by run" >> beam.WithKeys(self._run.run_id)
            | "Group by run" >> beam.GroupByKey()
            | "Commit" >> beam.ParDo(CommitRun(self._run))
        )


def _indexed(reject: Reject) -> Iterator[IndexRow]:
    row = reject_index_row(reject)
    if row is not None:
        yield row


def _with_name(tally: Tally) -> tuple[str, int]:
    return f"{tally.source} {tally.name}", tally.count


def _as_tally(key: str, count: int) -> Tally:
    source, _, name = key.partition(" ")
    return Tally(source, name, count)


class StageFile(beam.DoFn):
    """The rows of one partition to staged files: one, or several where it is large."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._milliseconds = Metrics.distribution("write", "milliseconds")

    def process(self, group: tuple[str, Iterable[Row]]) -> Iterator[DataFile | Tally]:
        """What was written, and how long it took."""
        folder, rows = group
        began = time.perf_counter()
        fetched: list[datetime] = []
        yield from stage(self._run.lake, self._run.run_id, folder, _noting_when_fetched(rows, fetched))
        seconds = time.perf_counter() - began
        self._milliseconds.update(round(seconds * 1000))
        yield from timed("write", seconds)
        yield from commit_lags(fetched, self._run.started_at, now())


def _noting_when_fetched(rows: Iterable[Row], fetched: list[datetime]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, StoryArticle):
            fetched.append(row.fetched_at)
        yield row


class CommitRun(beam.DoFn):
    """All files of a run to the lake."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._milliseconds = Metrics.distribution("commit", "milliseconds")

    def process(self, group: tuple[str, Iterable[DataFile | Tally | ArchiveRead]]) -> Iterator[str]:
        """The run's id, once its files are in the lake; raises LakeLostError."""
        run_id, told = group
        parts = list(told)
        written = [part for part in parts if isinstance(part, DataFile)]
        tallies = [part for part in parts if isinstance(part, Tally)]
        summary = RunRecord.from_tallies(run_id, self._run.started_at, now(), self._run.engine, tallies, written)
        summary.archives = sorted(
            (part for part in parts if isinstance(part, ArchiveRead)), key=attrgetter("path", "begin")
        )
        if self._run.look_back is not None and self._run.known_since is not None:
            summary.look_back_days = self._run.look_back.days
            summary.index_days_unread = days_before(self._run.lake, self._run.known_since)
        require_lock(self._run.lake, run_id)
        began = time.perf_counter()
        commit(self._run.lake, summary)
        self._milliseconds.update(round((time.perf_counter() - began) * 1000))
        yield run_id

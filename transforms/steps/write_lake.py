"""WriteLake: articles, and all that the ledger gathered, to committed files."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.transforms.window import GlobalWindows

from schemas import DataFile, IndexRow, Reject, Row, StoryArticle
from transforms.accounting.counts import Tally
from transforms.accounting.rows import article_index_row, reject_index_row
from transforms.lake.fences import require_lock
from transforms.lake.index import days_before
from transforms.lake.layout import partition
from transforms.lake.writing import RunPart, commit_parts, stage_partition
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.ledger import Ledger, flattened


class WriteLake(beam.PTransform):
    """Articles and the ledger to files of the lake, and their commit. Yields the run id after the commit.

    Groups rows by partition, then all files of the run, so that they appear together.
    """

    def __init__(self, run: RunContext, ledger: Ledger) -> None:
        super().__init__()
        self._run = run
        self._ledger = ledger

    def expand(self, articles: PCollection[StoryArticle]) -> PCollection[str]:
        """Wires the step."""
        rejects = flattened(self._ledger.rejects, "All rejects")
        index = (
            articles | "Index articles" >> beam.Map(article_index_row),
            rejects | "Index rejects" >> beam.FlatMap(_reject_index_rows),
            *self._ledger.index,
        )
        rows = (articles, rejects, *self._ledger.polls, *self._ledger.sketches, *index)
        staged = (
            rows | "Group by partition" >> GroupRecords(partition) | "Stage files" >> beam.ParDo(StageFiles(self._run))
        )
        return (
            (staged, *_added_up(self._ledger.tallies), *self._ledger.archives)
            | "Files and tallies" >> beam.Flatten()
            | "Key by run" >> beam.WithKeys(self._run.run_id)
            | "Group by run" >> beam.GroupByKey()
            | "Commit" >> beam.ParDo(CommitRun(self._run))
        )


def _reject_index_rows(reject: Reject) -> Iterator[IndexRow]:
    row = reject_index_row(reject)
    if row is not None:
        yield row


def _added_up(tallies: list[PCollection[Tally]]) -> Iterator[PCollection[Tally]]:
    if tallies:
        keyed = [part | f"Key {number} by what is counted" >> beam.Map(_keyed) for number, part in enumerate(tallies)]
        yield (
            flattened(keyed, "All tallies")
            | "Add up" >> beam.CombinePerKey(sum)
            | "As tallies" >> beam.MapTuple(_as_tally)
        )


def _keyed(tally: Tally) -> tuple[str, int]:
    return f"{tally.source} {tally.name}", tally.count


def _as_tally(key: str, count: int) -> Tally:
    source, _, name = key.partition(" ")
    return Tally(source, name, count)


class StageFiles(beam.DoFn):
    """Stages the rows of one partition as one file, or as several where it is large."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._milliseconds = Metrics.distribution("write", "milliseconds")

    def start_bundle(self) -> None:
        """Forgets the counts of a bundle that failed."""
        self._counts: Counter[tuple[str, str]] = Counter()

    def process(self, group: tuple[str, Iterable[Row]]) -> Iterator[DataFile]:
        """Yields the files."""
        folder, rows = group
        began = time.perf_counter()
        run = self._run
        parts = list(stage_partition(run.lake, run.run_id, run.started_at, folder, rows, sync=not run.is_local))
        self._milliseconds.update(round((time.perf_counter() - began) * 1000))
        for part in parts:
            if isinstance(part, Tally):
                self._counts[part.source, part.name] += part.count
            else:
                yield part

    def finish_bundle(self) -> Iterator[Any]:
        """Yields the counts of the rows of all partitions of the bundle: there may be thousands, and each has several."""
        for (source, name), count in self._counts.items():
            yield GlobalWindows.windowed_value_at_end_of_window(Tally(source, name, count))


class CommitRun(beam.DoFn):
    """Commits all files of a run."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._milliseconds = Metrics.distribution("commit", "milliseconds")

    def process(self, group: tuple[str, Iterable[RunPart]]) -> Iterator[str]:
        """Yields the run id after the commit; raises LakeLostError."""
        run = self._run
        details: dict[str, Any] = {}
        if run.look_back is not None and run.known_since is not None:
            details = {
                "look_back_days": run.look_back.days,
                "index_days_unread": days_before(run.lake, run.known_since),
            }
        if run.part is not None and run.part.before:
            details["pass_runs"] = [*run.part.before, run.run_id]
        require_lock(run.lake, run.run_id)
        began = time.perf_counter()
        commit_parts(run.lake, run.run_id, run.started_at, run.engine, group[1], **details)
        self._milliseconds.update(round((time.perf_counter() - began) * 1000))
        yield run.run_id

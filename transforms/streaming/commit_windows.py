"""CommitWindows: what a stream brings to the lake, window by window."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.pvalue import PCollection
from apache_beam.transforms.userstate import BagStateSpec, ReadModifyWriteStateSpec

from schemas import Article, DataFile, Row, StoryArticle
from transforms.accounting.counts import Tally, commit_lags, tallies_of, timed
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import now
from transforms.lake.commit import commit, recover, stage
from transforms.lake.layout import LakeBusyError, has_record, partition
from transforms.lake.locking import writing
from transforms.steps.context import RunContext
from transforms.steps.ledger import Ledger, flattened
from transforms.streaming.clock import Tick
from transforms.streaming.job import Job
from transforms.streaming.settle import resolve_window
from transforms.streaming.window import Drained, OpenWindow, WindowItem, was_waiting

PATIENCE = 3600.0
"""Seconds after its end for which a window waits for another writer, such as a compaction."""


class CommitWindows(beam.PTransform):
    """Articles and the ledger to the lake, one commit a window; gives the run ids. All of a window meets in one place, and one window
    after the other: so an article is kept once and finds its story by what the lake has then, as in a pass.

    A window is what came between two moments of the clock, and a tick closes it. So nothing here waits for a watermark, which Flink's own
    source of ticks has none of, and which everywhere else is only as early as the slowest step.
    """

    def __init__(self, run: RunContext, job: Job, window: float, ledger: Ledger) -> None:
        """``window`` is in seconds. The inputs are the articles and the ticks."""
        super().__init__()
        self._commit = CommitWindow(run, job, window)
        self._ledger = ledger

    def expand(self, inputs: tuple[PCollection[Article], PCollection[tuple[str, Tick]]]) -> PCollection[str]:
        """Wires the step."""
        articles, ticks = inputs
        own = ticks | "Ticks of the lake" >> beam.FlatMap(_of_one_shard)
        brought = [articles, own, *self._ledger.rejects, *self._ledger.polls, *self._ledger.tallies]
        brought += self._ledger.together
        return (
            flattened(brought, "All that was brought")
            | "In one place" >> beam.Map(_in_one_place).with_output_types(tuple[str, Any])
            | "Commit" >> beam.ParDo(self._commit)
        )


def _of_one_shard(tick: tuple[str, Tick]) -> Iterator[Tick]:
    if tick[0] == "0":
        yield tick[1]


def _in_one_place(item: Any) -> tuple[str, Any]:
    return "lake", item


class CommitWindow(beam.DoFn):
    """Gathers a window in state, and commits it. Committed again, by an engine that went back to a checkpoint, it changes nothing."""

    BROUGHT = BagStateSpec("brought", PickleCoder())
    """What came since the last commit."""
    OPEN = ReadModifyWriteStateSpec("open", PickleCoder())
    """Its OpenWindow."""

    def __init__(self, run: RunContext, job: Job, seconds: float) -> None:
        self._run = run
        self._job = job
        self._seconds = seconds

    def process(
        self,
        item: tuple[str, WindowItem | Drained | Tick],
        brought: Any = beam.DoFn.StateParam(BROUGHT),
        state: Any = beam.DoFn.StateParam(OPEN),
    ) -> Iterator[str]:
        """The name under which a window was committed, unless there was nothing new in it."""
        what = item[1]
        window: OpenWindow = state.read() or OpenWindow()
        at = now().timestamp()
        if isinstance(what, Tick):
            due, over = window.tick(what, at, self._run.shards)
            if due:
                yield from self._close(window, brought, at)
            if over and not window.ended and window.closes_at is None:
                window.ended = True
                self._job.tell_ended()
            if due or what.last:
                state.write(window)
        elif isinstance(what, Drained):
            window.hear(what)
            state.write(window)
        else:
            brought.add(what)
            if window.take(at, self._seconds):
                state.write(window)

    def _close(self, window: OpenWindow, brought: Any, at: float) -> Iterator[str]:
        """Commits the window, unless another has the lake: then the next tick tries again, and no checkpoint waits for that one."""
        assert window.closes_at is not None
        end = datetime.fromtimestamp(window.closes_at, timezone.utc)
        try:
            committed = self.commit(brought.read(), self._job.window_run_id(end))
        except LakeBusyError:
            if at > window.closes_at + PATIENCE:
                raise
            return
        brought.clear()
        window.empty()
        if committed:
            yield committed

    def commit(self, brought: Iterable[WindowItem], run_id: str) -> str | None:
        """Commits a window under its name, or under one of its own what it brings only the second time; None when that is nothing.

        Raises LakeBusyError at once, and has read nothing then.
        """
        lake = self._run.lake
        with writing(lake, run_id):
            brought = list(brought)
            for said in recover(lake):
                logging.getLogger(__name__).warning(said)
            again = has_record(lake, run_id)
            if again:
                # Visits and their counts are in the record; of the rest only what the lake does not have is new.
                brought = [item for item in brought if was_waiting(item)]
                run_id = _next_name(lake, run_id)
            started = now()
            apart = [part for item in brought for part in (item if isinstance(item, tuple) else (item,))]
            settled = resolve_window(apart, lake, run_id, started)
            settled.tallies += [Tally(item.source, "waiting", -1) for item in brought if was_waiting(item)]
            if again and not settled.rows:
                return None
            folders: dict[str, list[Row]] = defaultdict(list)
            for row in settled.rows:
                folders[partition(row)].append(row)
            counted = [*settled.tallies, *(tally for row in settled.rows for tally in tallies_of(row))]
            written: list[DataFile] = []
            for folder, rows in folders.items():
                began = time.perf_counter()
                written += stage(lake, run_id, folder, rows)
                counted += timed("write", time.perf_counter() - began)
            fetched = [row.fetched_at for row in settled.rows if isinstance(row, StoryArticle)]
            counted += commit_lags(fetched, self._run.started_at, now())
            commit(lake, RunRecord.from_tallies(run_id, started, now(), self._run.engine, counted, written))
        return run_id


def _next_name(lake: Any, run_id: str) -> str:
    number = 2
    while has_record(lake, f"{run_id}-again{number}"):
        number += 1
    return f"{run_id}-again{number}"

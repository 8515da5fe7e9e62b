"""CommitWindows: articles and the ledger of a stream to the lake, window by window."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.pvalue import PCollection
from apache_beam.transforms.userstate import BagStateSpec, ReadModifyWriteStateSpec

from schemas import Article
from transforms.accounting.counts import Tally
from transforms.accounting.runs import now
from transforms.lake.commit import recover
from transforms.lake.layout import Lake, LakeBusyError, LakeError, has_record
from transforms.lake.locking import writing
from transforms.lake.writing import commit_parts, stage_rows
from transforms.steps.context import RunContext
from transforms.steps.ledger import Ledger, flattened
from transforms.streaming.clock import Tick
from transforms.streaming.job import Job
from transforms.streaming.outage import Outage
from transforms.streaming.settle import resolve_window
from transforms.streaming.window import Drained, OpenWindow, WindowItem, was_waiting

_LOGGER = logging.getLogger(__name__)


class CommitWindows(beam.PTransform):
    """Articles and the ledger to the lake, one commit a window. Yields the run ids.

    All items of a window meet in one place, and windows are committed one after another. So an article is kept once, and finds its story,
    by what the lake has at that moment, as in a pass.

    A window is what came between two moments of the clock, and a tick closes it. Nothing here waits for a watermark: Flink's own source of
    ticks has none, and elsewhere the watermark is only as early as the slowest step.
    """

    def __init__(self, run: RunContext, job: Job, window: float, ledger: Ledger) -> None:
        """``window`` is in seconds."""
        super().__init__()
        self._commit = CommitWindow(run, job, window)
        self._ledger = ledger

    def expand(self, inputs: tuple[PCollection[Article], PCollection[tuple[str, Tick]]]) -> PCollection[str]:
        """Wires the step; the inputs are the articles and the ticks."""
        articles, ticks = inputs
        own = ticks | "Ticks of the lake" >> beam.FlatMap(_of_one_shard)
        items = [articles, own, *self._ledger.rejects, *self._ledger.polls, *self._ledger.tallies]
        items += self._ledger.together
        return (
            flattened(items, "All items")
            | "In one place" >> beam.Map(_in_one_place).with_output_types(tuple[str, Any])
            | "Commit" >> beam.ParDo(self._commit)
        )


def _of_one_shard(tick: tuple[str, Tick]) -> Iterator[Tick]:
    if tick[0] == "0":
        yield tick[1]


def _in_one_place(item: Any) -> tuple[str, Any]:
    return "lake", item


class CommitWindow(beam.DoFn):
    """Gathers a window in state, and commits it. An engine that goes back to a checkpoint commits it again; that changes nothing."""

    ITEMS = BagStateSpec("items", PickleCoder())
    """Items since the last commit."""
    OPEN = ReadModifyWriteStateSpec("open", PickleCoder())
    """Its OpenWindow."""

    def __init__(self, run: RunContext, job: Job, seconds: float) -> None:
        self._run = run
        self._job = job
        self._seconds = seconds
        self._outage = Outage()

    def process(
        self,
        keyed: tuple[str, WindowItem | Drained | Tick],
        items: Any = beam.DoFn.StateParam(ITEMS),
        state: Any = beam.DoFn.StateParam(OPEN),
    ) -> Iterator[str]:
        """Yields the run id of each commit."""
        item = keyed[1]
        window: OpenWindow = state.read() or OpenWindow()
        at = now().timestamp()
        if isinstance(item, Tick):
            due, over = window.tick(item, at, self._run.shards)
            if due:
                yield from self._close(window, items)
            if over and not window.ended and window.closes_at is None:
                window.ended = True
                self._job.note_ended()
            if due or item.last:
                state.write(window)
        elif isinstance(item, Drained):
            window.add_drained(item)
            state.write(window)
        else:
            items.add(item)
            if window.take(at, self._seconds):
                state.write(window)

    def _close(self, window: OpenWindow, items: Any) -> Iterator[str]:
        """Commits the window. If it cannot, a later tick tries again, for up to an hour, and no checkpoint waits for that."""
        assert window.closes_at is not None
        if self._outage.is_pausing:
            return
        end = datetime.fromtimestamp(window.closes_at, timezone.utc)
        try:
            committed = self.commit(items.read(), self._job.window_run_id(end, window.set_back))
        except (LakeError, OSError) as error:
            if not self._outage.tries_again(error):
                raise
            if not isinstance(error, LakeBusyError):
                _LOGGER.warning("the window could not be committed, and is tried again: %s", error)
            return
        self._outage.end()
        items.clear()
        window.empty()
        if committed:
            yield committed

    def commit(self, items: Iterable[WindowItem], run_id: str) -> str | None:
        """Returns the run id of the commit.

        If the window was committed before, only new rows are committed, under ``<run_id>-againN``; returns None if there are none. Raises
        LakeBusyError before it reads any item.
        """
        lake = self._run.lake
        with writing(lake, run_id):
            items = list(items)
            for message in recover(lake):
                _LOGGER.warning(message)
            again = has_record(lake, run_id)
            if again:
                # The record has the polls and their counts. Of the other items, only those that the lake does not have are new.
                items = [item for item in items if was_waiting(item)]
                run_id = _next_run_id(lake, run_id)
            started = now()
            single = [part for item in items for part in (item if isinstance(item, tuple) else (item,))]
            window = resolve_window(single, lake, run_id, started)
            if again and not window.rows:
                return None
            window.tallies += [Tally(item.source, "waiting", -1) for item in items if was_waiting(item)]
            staged = stage_rows(lake, run_id, self._run.started_at, window.rows)
            commit_parts(lake, run_id, started, self._run.engine, [*window.tallies, *staged])
        return run_id


def _next_run_id(lake: Lake, run_id: str) -> str:
    number = 2
    while has_record(lake, f"{run_id}-again{number}"):
        number += 1
    return f"{run_id}-again{number}"

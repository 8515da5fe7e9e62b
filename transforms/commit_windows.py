"""CommitWindows: what a stream brings to the lake, window by window."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms.trigger import AccumulationMode, AfterCount, AfterWatermark
from apache_beam.transforms.window import FixedWindows
from apache_beam.utils.timestamp import Duration
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from schemas import Article, FeedPoll, Reject, Row, StoryArticle, Written
from transforms.commit import commit, has_record, partition, recover, stage
from transforms.jobs import Job, Tick
from transforms.lake import LakeBusyError, writing
from transforms.ledger import Ledger, flattened
from transforms.run import Run, now
from transforms.settling import settle
from transforms.summary import Tally, commit_lags, summarize, tallies_of, timed

LATENESS = Duration(24 * 3600)
"""How long a window takes in what comes late: each time a commit of its own."""
PATIENCE = 600
"""Seconds that a commit waits for another writer, such as a compaction."""


class CommitWindows(beam.PTransform):  # type: ignore[misc]
    """Articles and the ledger to the lake, one commit a window; gives the run ids. All of a window meets in one place, and one window
    after the other: so an article is kept once and finds its story by what the lake has then, as in a pass."""

    def __init__(self, run: Run, job: Job, window: float, ledger: Ledger) -> None:
        """``window`` is in seconds. The inputs are the articles and the ticks, of which the last one ends the job."""
        super().__init__()
        self._commit = CommitWindow(run, job)
        self._window = window
        self._ledger = ledger

    def expand(self, inputs: tuple[PCollection[Article], PCollection[tuple[str, Tick]]]) -> PCollection[str]:
        """Wires the step."""
        articles, ticks = inputs
        last = ticks | "Last tick" >> beam.FlatMap(_last)
        brought = [articles, last, *self._ledger.rejects, *self._ledger.polls, *self._ledger.tallies]
        return (
            flattened(brought, "All that was brought")
            | "Window"
            >> beam.WindowInto(
                FixedWindows(self._window),
                trigger=AfterWatermark(late=AfterCount(1)),
                accumulation_mode=AccumulationMode.DISCARDING,
                allowed_lateness=LATENESS,
            )
            | "In one place" >> beam.Map(_in_one_place).with_output_types(tuple[str, Any])
            | "Gather" >> beam.GroupByKey()
            | "Commit" >> beam.ParDo(self._commit)
        )


def _last(tick: tuple[str, Tick]) -> Iterator[Tick]:
    if tick[1].last:
        yield tick[1]


def _in_one_place(item: Any) -> tuple[str, Any]:
    return "lake", item


class CommitWindow(beam.DoFn):  # type: ignore[misc]
    """One window to the lake. Committed again, by an engine that went back to a checkpoint, it changes nothing."""

    def __init__(self, run: Run, job: Job) -> None:
        self._run = run
        self._job = job

    def process(
        self,
        gathered: tuple[str, Iterable[Article | Reject | FeedPoll | Tally | Tick]],
        window: Any = beam.DoFn.WindowParam,
        pane: Any = beam.DoFn.PaneInfoParam,
    ) -> Iterator[str]:
        """The name under which it was committed, unless there was nothing new in it."""
        end = datetime.fromtimestamp(float(window.end), timezone.utc)
        items = list(gathered[1])
        brought = [item for item in items if not isinstance(item, Tick)]
        if brought and (committed := self._commit(brought, self._job.window_run_id(end, pane.index))):
            yield committed
        if len(brought) < len(items):
            self._job.tell_ended()

    @retry(
        retry=retry_if_exception_type(LakeBusyError), wait=wait_fixed(1), stop=stop_after_delay(PATIENCE), reraise=True
    )
    def _commit(self, brought: list[Article | Reject | FeedPoll | Tally], run_id: str) -> str | None:
        lake = self._run.lake
        with writing(lake, run_id):
            for said in recover(lake):
                logging.getLogger(__name__).warning(said)
            again = has_record(lake, run_id)
            if again:
                # Polls and counts are in the record; of the rest only what the lake does not have is new.
                brought = [item for item in brought if isinstance(item, Article | Reject)]
                brought += [Tally(item.source, "waiting", -1) for item in brought]
                run_id = _next_name(lake, run_id)
            started = now()
            settled = settle(brought, lake, run_id, started)
            if again and not settled.rows:
                return None
            folders: dict[str, list[Row]] = defaultdict(list)
            for row in settled.rows:
                folders[partition(row)].append(row)
            counted = [*settled.tallies, *(tally for row in settled.rows for tally in tallies_of(row))]
            written: list[Written] = []
            for folder, rows in folders.items():
                began = time.perf_counter()
                written += stage(lake, run_id, folder, rows)
                counted += timed("write", time.perf_counter() - began)
            fetched = [row.fetched_at for row in settled.rows if isinstance(row, StoryArticle)]
            counted += commit_lags(fetched, self._run.started_at, now())
            commit(lake, summarize(run_id, started, now(), self._run.engine, counted, written))
        return run_id


def _next_name(lake: Any, run_id: str) -> str:
    number = 2
    while has_record(lake, f"{run_id}-again{number}"):
        number += 1
    return f"{run_id}-again{number}"

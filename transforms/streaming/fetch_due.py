"""FetchDue: entries to their pages, at the pace of their hosts, tick by tick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.userstate import BagStateSpec, ReadModifyWriteStateSpec
from apache_beam.utils.timestamp import Timestamp

from schemas import Entry, Page, Reason, Rejected, Stage
from transforms.accounting.counts import Tally
from transforms.accounting.rows import entry_reject, unwanted
from transforms.accounting.runs import now
from transforms.extraction.feed_text import full_text_page, page_instead
from transforms.steps.context import RunContext
from transforms.steps.ledger import Ledger
from transforms.streaming.clock import Tick, TickThrottle
from transforms.streaming.fetcher import BackgroundFetcher, shared_fetcher
from transforms.streaming.host_queue import REQUEST_TIMEOUT, HostQueues
from transforms.streaming.state_log import LogKey, StateLog
from transforms.streaming.window import Drained
from transforms.urls import host
from transforms.web.client import Web
from transforms.web.pages import FailedPage, fetch_page
from transforms.web.settings import Connect, Politeness

LAST_WAIT = 10.0
"""Seconds for which the last tick waits for requests under way."""


class FetchDue(beam.PTransform):
    """Entries to the pages at their addresses, at the pace of their hosts.

    Keyed state of a shard of hosts holds the queue of each host; a tick requests the first entry of each. No tick waits for a response, so
    a slow host delays neither other hosts nor a checkpoint.
    """

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness, ledger: Ledger) -> None:
        super().__init__()
        self._fetch = FetchDueShard(run, connect, politeness)
        self._ledger = ledger

    def expand(
        self, inputs: tuple[PCollection[tuple[str, Tick]], PCollection[tuple[str, tuple[Entry, ...]]]]
    ) -> PCollection[Page]:
        """Wires the step; the inputs are the ticks and the batches of entries, both by host shard."""
        ticks, entries = inputs
        fetched = (
            (
                ticks | "Ticks" >> beam.Map(_same).with_output_types(tuple[str, Any]),
                entries | "Entries" >> beam.Map(_same).with_output_types(tuple[str, Any]),
            )
            | "Ticks and entries" >> beam.Flatten()
            | "Fetch pages that are due" >> beam.ParDo(self._fetch).with_outputs("rejects", "counts", main="pages")
        )
        self._ledger.rejects.append(fetched["rejects"])
        self._ledger.together.append(fetched["counts"])
        return fetched["pages"]


def _same(item: tuple[str, Any]) -> tuple[str, Any]:
    return item  # this gives Beam the type of the key, and so a coder that is fit for state


class FetchDueShard(beam.DoFn):
    """Fetches the pages of one shard of hosts."""

    QUEUES = ReadModifyWriteStateSpec("queues", PickleCoder())
    """HostQueues of the shard, as a StateLog. Cleared when empty, on every engine and without a watermark."""
    CHANGES = BagStateSpec("queue changes", PickleCoder())
    """Its changes."""
    VERSION = ReadModifyWriteStateSpec("queues version", PickleCoder())
    """Its version."""

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness) -> None:
        self._run = run
        self._connect = connect
        self._politeness = politeness
        self._longest = politeness.pages_of_a_host  # the same option bounds queues and passes
        self._throttle = TickThrottle()
        self._pages = Metrics.counter("fetch", "pages")
        self._rejects = Metrics.counter("fetch", "rejects")
        self._waiting = Metrics.gauge("fetch", "waiting")

    def process(
        self,
        keyed: tuple[str, Tick | tuple[Entry, ...]],
        timestamp: Timestamp = beam.DoFn.TimestampParam,
        state: Any = beam.DoFn.StateParam(QUEUES),
        changes: Any = beam.DoFn.StateParam(CHANGES),
        version: Any = beam.DoFn.StateParam(VERSION),
    ) -> Iterator[Page | TaggedOutput]:
        """Yields pages; in tagged outputs the rejects, and counts of entries whose page was queued already."""
        shard, item = keyed
        if isinstance(item, Tick) and not self._throttle.admits(shard, item):
            return
        with StateLog(LogKey(self._run.run_id, "queues", shard), HostQueues, state, version, changes) as log:
            if not isinstance(item, Tick):
                yield from self._enqueue(log, item)
            else:
                if log.value.hosts or item.last:
                    self._follow_clock(log)
                    yield from self._tick(shard, log, item)
                log.value.expire(float(timestamp))
            if log.value.is_empty:
                log.clear()

    def _follow_clock(self, log: StateLog[HostQueues]) -> None:
        if back := log.value.read_clock(now().timestamp()):
            log.change(HostQueues.move_back, back)

    def _enqueue(self, log: StateLog[HostQueues], entries: Iterable[Entry]) -> Iterator[Page | TaggedOutput]:
        at = now()
        self._follow_clock(log)
        for entry in entries:
            source = entry.source.id
            try:
                page_or_reject = unwanted(entry) or full_text_page(entry)
                if isinstance(page_or_reject, Rejected):
                    raise page_or_reject
                if page_or_reject is not None:
                    yield page_or_reject
                    continue
                if log.value.has_page(entry, at.timestamp()):
                    yield TaggedOutput("counts", (Tally(source, "seen"), Tally(source, "waiting", -1)))
                    continue
                log.change(HostQueues.enqueue, host(entry.url), entry, at.timestamp(), self._longest)
            except Rejected as rejected:
                yield self._reject(entry, rejected, at)

    def _tick(self, shard: str, log: StateLog[HostQueues], tick: Tick) -> Iterator[Page | TaggedOutput]:
        fetcher = shared_fetcher(self._run, self._connect, self._politeness)
        yield from self._collect(log, fetcher, LAST_WAIT if tick.last else 0.0)
        queues, at = log.value, now()
        if tick.last:
            for entry in log.change(HostQueues.close):
                yield self._reject(entry, Rejected(Reason.HOST_DEFERRED, "the stream was ending", None, 0.0), at)
            yield TaggedOutput("counts", Drained(shard))
            return
        for name, entry in queues.under_way():
            sent_at = queues.hosts[name].sent_at or 0.0
            if at.timestamp() - sent_at > REQUEST_TIMEOUT and not fetcher.has(_request_key(entry)):
                log.change(HostQueues.set_sent, name, None)  # the worker that had the request has died
        for name, entry in queues.due(at.timestamp()):
            if fetcher.submit(_request_key(entry), entry.source.id, _PageRequest(entry)):
                log.change(HostQueues.set_sent, name, at.timestamp())
        self._waiting.set(queues.count)

    def _collect(
        self, log: StateLog[HostQueues], fetcher: BackgroundFetcher, wait_seconds: float
    ) -> Iterator[Page | TaggedOutput]:
        under_way = {_request_key(entry): name for name, entry in log.value.under_way()}
        for request, (page, pause) in fetcher.collect(under_way, wait_seconds).items():
            at = now()
            # The clock may have been set back since the page was fetched.
            ended = min(at, page.fetched_at) if isinstance(page, Page) else at
            log.change(HostQueues.complete, under_way[request], ended.timestamp() + pause)
            if isinstance(page, Page):
                self._pages.inc()
                yield page
            else:
                instead = page_instead(page.entry, page.rejected)
                yield instead or self._reject(page.entry, page.rejected, at)

    def _reject(self, entry: Entry, rejected: Rejected, at: datetime) -> TaggedOutput:
        self._rejects.inc()
        return TaggedOutput("rejects", entry_reject(entry, Stage.FETCH, rejected, at, self._run.run_id))


class _PageRequest:
    """Requests an entry's page. Returns it, or why there is none, and the host's pause in seconds."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    async def __call__(self, web: Web) -> tuple[Page | FailedPage, float]:
        return await fetch_page(web, self._entry, now), web.pause_at(self._entry.url)


def _request_key(entry: Entry) -> str:
    return f"page {entry.entry_key} {entry.fingerprint} {entry.attempts}"

"""FetchDue: entries to their pages, at the pace of their hosts, tick by tick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec
from apache_beam.utils.timestamp import Timestamp

from schemas import Entry, Page, Reason, Rejected, Stage
from transforms.accounting.counts import Tally
from transforms.accounting.rows import entry_reject, missing_link
from transforms.accounting.runs import now
from transforms.steps.context import RunContext
from transforms.steps.ledger import Ledger
from transforms.streaming.clock import Tick, TickThrottle
from transforms.streaming.fetcher import BackgroundFetcher, shared_fetcher
from transforms.streaming.host_queue import LEASE, HostQueues
from transforms.streaming.window import Drained
from transforms.urls import host
from transforms.web.client import Connect, Web
from transforms.web.pages import FailedPage, fetch_page
from transforms.web.politeness import Politeness

LAST_WAIT = 10.0
"""Seconds that the last tick waits for the pages that are under way."""


class FetchDue(beam.PTransform):
    """Entries to the pages behind them. Keyed state of a shard of hosts has the line of each host; a tick serves their heads.

    No tick waits for an answer, so a slow host holds up neither the others nor a checkpoint.
    """

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness, ledger: Ledger) -> None:
        super().__init__()
        self._fetch = FetchDueShard(run, connect, politeness)
        self._ledger = ledger

    def expand(
        self, inputs: tuple[PCollection[tuple[str, Tick]], PCollection[tuple[str, tuple[Entry, ...]]]]
    ) -> PCollection[Page]:
        """Wires the step; the inputs are the ticks and the lots of entries, both by host shard."""
        ticks, entries = inputs
        fetched = (
            (
                ticks | "Ticks" >> beam.Map(_same).with_output_types(tuple[str, Any]),
                entries | "Entries" >> beam.Map(_same).with_output_types(tuple[str, Any]),
            )
            | "Ticks and entries" >> beam.Flatten()
            | "Fetch what is due" >> beam.ParDo(self._fetch).with_outputs("rejects", "told", main="pages")
        )
        self._ledger.rejects.append(fetched["rejects"])
        self._ledger.together.append(fetched["told"])
        return fetched["pages"]


def _same(item: tuple[str, Any]) -> tuple[str, Any]:
    return item  # only its type matters: a key whose type Beam knows has a coder that is fit for state


class FetchDueShard(beam.DoFn):
    """Serves one shard of hosts."""

    LINE = ReadModifyWriteStateSpec("line", PickleCoder())
    """The Line of the shard; gone once there is nothing in it, on every engine and without a watermark."""

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness) -> None:
        self._run = run
        self._connect = connect
        self._politeness = politeness
        # As many as a pass would serve: the same option bounds both.
        self._longest = max(1, int(politeness.host_seconds / max(politeness.pause, 1.0)))
        self._pace = TickThrottle()
        self._pages = Metrics.counter("fetch", "pages")
        self._rejects = Metrics.counter("fetch", "rejects")
        self._waiting = Metrics.gauge("fetch", "waiting")

    def process(
        self,
        item: tuple[str, Tick | tuple[Entry, ...]],
        timestamp: Timestamp = beam.DoFn.TimestampParam,
        state: Any = beam.DoFn.StateParam(LINE),
    ) -> Iterator[Page | TaggedOutput]:
        """Pages, and in tagged outputs the rejects, and counts of entries whose page was in the line already."""
        what = item[1]
        line: HostQueues = state.read() or HostQueues()
        if not isinstance(what, Tick):
            yield from self._join(line, what)
        elif not self._pace.lets_pass(item[0], what):
            return
        else:
            serving = bool(line.hosts or what.last)
            if serving:
                yield from self._serve(item[0], line, what)
            if not line.tidy(float(timestamp)) and not serving:
                return
        if line.is_empty:
            state.clear()
        else:
            state.write(line)

    def _join(self, line: HostQueues, entries: Iterable[Entry]) -> Iterator[TaggedOutput]:
        at = now()
        for entry in entries:
            source = entry.source.id
            try:
                if not entry.url_key:
                    raise missing_link(entry)
                joined = line.join(host(entry.url), entry, at.timestamp(), self._longest)
            except Rejected as rejected:
                yield self._reject(entry, rejected, at)
                continue
            if not joined:
                yield TaggedOutput("told", (Tally(source, "seen"), Tally(source, "waiting", -1)))

    def _serve(self, shard: str, line: HostQueues, tick: Tick) -> Iterator[Page | TaggedOutput]:
        courier = shared_fetcher(self._run.run_id, self._connect, self._politeness)
        yield from self._take_in(line, courier, LAST_WAIT if tick.last else 0.0)
        at = now()
        if tick.last:
            line.closing = True
            for held in line.hosts.values():
                for entry in held.entries:
                    ending = Rejected(Reason.HOST_DEFERRED, "the stream was ending")
                    yield self._reject(entry, ending, at)
            line.hosts.clear()
            yield TaggedOutput("told", Drained(shard))
            return
        for name, entry in line.under_way():
            sent_at = line.hosts[name].sent_at or 0.0
            if at.timestamp() - sent_at > LEASE and not courier.knows(_errand(entry)):
                line.hosts[name].sent_at = None  # the worker that had it is gone
        for name, entry in line.due(at.timestamp()):
            if courier.send(_errand(entry), _Fetch(entry)):
                line.hosts[name].sent_at = at.timestamp()
        self._waiting.set(sum(len(held.entries) for held in line.hosts.values()))

    def _take_in(
        self, line: HostQueues, courier: BackgroundFetcher, wait_seconds: float
    ) -> Iterator[Page | TaggedOutput]:
        under_way = {_errand(entry): name for name, entry in line.under_way()}
        for errand, (fetched, pause) in courier.take(under_way, wait_seconds).items():
            at = now()
            done = fetched.fetched_at if isinstance(fetched, Page) else at
            line.served(under_way[errand], done.timestamp() + pause)
            if isinstance(fetched, Page):
                self._pages.inc()
                yield fetched
            else:
                yield self._reject(fetched.entry, fetched.rejected, at)

    def _reject(self, entry: Entry, rejected: Rejected, at: datetime) -> TaggedOutput:
        self._rejects.inc()
        return TaggedOutput("rejects", entry_reject(entry, Stage.FETCH, rejected, at, self._run.run_id))


class _Fetch:
    """The errand for an entry's page: gives it, or why there is none, and the host's pause in seconds."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    async def __call__(self, web: Web) -> tuple[Page | FailedPage, float]:
        return await fetch_page(web, self._entry, now), web.pause_at(self._entry.url)


def _errand(entry: Entry) -> str:
    return f"page {entry.entry_key} {entry.fingerprint} {entry.attempts}"

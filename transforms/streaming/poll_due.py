"""PollDue: ticks to the entries of the feeds that are due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec
from apache_beam.utils.timestamp import Timestamp

from schemas import Entry, Source
from transforms.accounting.counts import Tally
from transforms.accounting.runs import now
from transforms.feeds.polls import read_response
from transforms.feeds.requests import request_feed
from transforms.lake.index import SeenKeys, seen_keys
from transforms.lake.polls import FeedKey
from transforms.steps.context import RunContext
from transforms.steps.ledger import Ledger, shard_of
from transforms.streaming.clock import Schedule, Tick, TickThrottle
from transforms.streaming.feed_state import FeedState, update_feed_states
from transforms.streaming.fetcher import shared_fetcher
from transforms.streaming.host_queue import LEASE
from transforms.urls import host
from transforms.web.client import Connect
from transforms.web.politeness import Politeness

KEPT = 7 * 24 * 3600.0
"""Seconds of event time for which the state keeps what a feed said, unless it is read anew."""


class PollDue(beam.PTransform):
    """Ticks to the new entries of the feeds that are due, in lots by host shard of their pages.

    Keyed state of a shard of feeds has their schedule, their validators and what they listed last; the lake warms it. No tick waits for
    an answer: what a tick sends for, a later one takes in.
    """

    def __init__(
        self,
        run: RunContext,
        sources: tuple[Source, ...],
        rhythm: Schedule,
        connect: Connect,
        politeness: Politeness,
        ledger: Ledger,
    ) -> None:
        super().__init__()
        self._poll = PollDueShard(run, _by_shard(sources, run.shards), rhythm, connect, politeness)
        self._ledger = ledger

    def expand(self, ticks: PCollection[tuple[str, Tick]]) -> PCollection[tuple[str, tuple[Entry, ...]]]:
        """Wires the step."""
        polled = ticks | "Poll what is due" >> beam.ParDo(self._poll).with_outputs("rejects", "visits", main="entries")
        self._ledger.rejects.append(polled["rejects"])
        self._ledger.together.append(polled["visits"])
        return polled["entries"]


def _by_shard(sources: tuple[Source, ...], shards: int) -> dict[str, dict[FeedKey, Source]]:
    grouped: dict[str, dict[FeedKey, Source]] = defaultdict(dict)
    for source in sources:
        for feed_url in source.feeds:
            grouped[shard_of(host(feed_url), shards)][source.id, feed_url] = source
    return dict(grouped)


class PollDueShard(beam.DoFn):
    """Keeps one shard of feeds."""

    WATCHES = ReadModifyWriteStateSpec("watches", PickleCoder())
    """FeedKey to FeedWatch."""

    def __init__(
        self,
        run: RunContext,
        feeds: Mapping[str, Mapping[FeedKey, Source]],
        rhythm: Schedule,
        connect: Connect,
        politeness: Politeness,
    ) -> None:
        self._run = run
        self._feeds = feeds
        self._rhythm = rhythm
        self._connect = connect
        self._politeness = politeness
        self._pace = TickThrottle()
        self._entries = Metrics.counter("poll", "entries")
        self._failed = Metrics.counter("poll", "failed feeds")
        self._due = Metrics.gauge("poll", "feeds due")

    def process(
        self,
        tick: tuple[str, Tick],
        timestamp: Timestamp = beam.DoFn.TimestampParam,
        state: Any = beam.DoFn.StateParam(WATCHES),
    ) -> Iterator[tuple[str, tuple[Entry, ...]] | TaggedOutput]:
        """Lots of entries, and in tagged outputs the rejects, and each visit's poll with its counts."""
        feeds = self._feeds.get(tick[0], {})
        if not self._pace.lets_pass(*tick):
            return
        at = now()
        watches: dict[FeedKey, FeedState] = state.read() or {}
        changed = update_feed_states(feeds, watches, self._rhythm.every, self._run.lake, at)
        if not feeds and not changed:
            return
        for told in self._take_in(feeds, watches, at):
            changed = True
            yield told
        if not tick[1].last and self._send_for(feeds, watches, at, float(timestamp)):
            changed = True
        if changed:
            state.write(watches)

    def _take_in(
        self, feeds: Mapping[FeedKey, Source], watches: dict[FeedKey, FeedState], at: datetime
    ) -> Iterator[tuple[str, tuple[Entry, ...]] | TaggedOutput]:
        courier = shared_fetcher(self._run.run_id, self._connect, self._politeness)
        asked = {_errand(key): key for key, watch in watches.items() if watch.asked_at is not None}
        come = courier.take(asked)
        if not come:
            return
        polled = {
            asked[errand]: read_response(visited, watches[asked[errand]].content_hash, self._run.run_id)
            for errand, visited in come.items()
        }
        seen = self._seen(entry for key, answer in polled.items() for entry in watches[key].unknown(answer.entries))
        for key, answer in polled.items():
            watch = watches[key]
            fresh = tuple(watch.sift(answer.entries, seen, at.timestamp(), self._before(at))) if answer.entries else ()
            self._entries.inc(len(answer.entries))
            self._failed.inc(answer.poll.outcome == "failed")
            source, passed = key[0], len(answer.entries) - len(fresh)
            counts = (Tally(source, "feeds"), Tally(source, "seen", passed), Tally(source, "waiting", len(fresh)))
            yield TaggedOutput("visits", (watch.answered(answer.poll, at.timestamp()), *answer.tallies, *counts))
            for reject in answer.rejects:
                yield TaggedOutput("rejects", reject)
            lots: dict[str, list[Entry]] = defaultdict(list)
            for entry in fresh:
                lots[shard_of(host(entry.url), self._run.shards)].append(entry)
            yield from ((shard, tuple(lot)) for shard, lot in lots.items())

    def _send_for(
        self, feeds: Mapping[FeedKey, Source], watches: dict[FeedKey, FeedState], at: datetime, event_time: float
    ) -> bool:
        courier = shared_fetcher(self._run.run_id, self._connect, self._politeness)
        moment, before = at.timestamp(), self._before(at)
        due = []
        for key, watch in watches.items():
            if watch.asked_at is not None and moment - watch.asked_at > LEASE and not courier.knows(_errand(key)):
                watch.asked_at = None  # the worker that had it is gone
            if watch.asked_at is None and watch.next_at <= moment:
                # No timer does this: on Flink no watermark comes from the ticks, so it would never fire.
                watch.expire(event_time - KEPT)
                due.append(key)
        self._due.set(len(due))
        open_keys = {entry for key in due for entry in watches[key].open_keys(before)}
        if open_keys:
            pages = {watches[key].listed[entry].url_key for key in due for entry in watches[key].open_keys(before)}
            seen = seen_keys(self._run.lake, open_keys, {page for page in pages if page}, self._run.known_since)
            for key in due:
                watches[key].confirm(seen)
        for key in due:
            visit = watches[key].visit(feeds[key], key[1], before)
            if courier.send(_errand(key), partial(request_feed, request=visit, now=now)):
                watches[key].asked_at = moment
        return bool(due)

    def _seen(self, entries: Iterator[Entry]) -> SeenKeys:
        unknown = list(entries)
        if not unknown:
            return SeenKeys({}, set())
        return seen_keys(
            self._run.lake,
            {entry.entry_key for entry in unknown},
            {entry.url_key for entry in unknown if entry.url_key},
            self._run.known_since,
        )

    def _before(self, at: datetime) -> float:
        """An entry that was sent on before then ought to be in the lake by now."""
        return at.timestamp() - self._rhythm.patience


def _errand(key: FeedKey) -> str:
    return f"feed {key[0]} {key[1]}"

"""PollDue: ticks to the entries of the feeds that are due."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.userstate import BagStateSpec, ReadModifyWriteStateSpec
from apache_beam.utils.timestamp import Timestamp

from schemas import Entry, Source
from transforms.accounting.counts import Tally
from transforms.accounting.runs import now
from transforms.feeds.polls import PollResult, read_response
from transforms.feeds.requests import request_feed
from transforms.lake.index import SeenKeys, seen_keys
from transforms.lake.layout import LakeError
from transforms.lake.polls import FeedKey
from transforms.steps.context import RunContext
from transforms.steps.guarded import read_feed
from transforms.steps.ledger import Ledger, site_shard
from transforms.streaming.clock import Schedule, Tick, TickThrottle
from transforms.streaming.feed_state import FeedState, put_feeds, update_feed_states
from transforms.streaming.fetcher import shared_fetcher
from transforms.streaming.host_queue import REQUEST_TIMEOUT
from transforms.streaming.outage import Outage
from transforms.streaming.retry_line import RetryLine
from transforms.streaming.state_log import LogKey, StateLog
from transforms.web.settings import Connect, Politeness

_LOGGER = logging.getLogger(__name__)
_States = dict[FeedKey, FeedState]
STATE_SECONDS = 7 * 24 * 3600.0
"""Seconds of event time after which the state forgets what a feed listed, unless the feed was read again."""


class PollDue(beam.PTransform):
    """Ticks to the new entries of the feeds that are due, and to entries in line for another try, in batches by site shard of their pages.

    Keyed state of a shard of feeds holds their schedule, their validators and the entries that they last listed; at the start it comes from
    the lake. The lake holds the line of entries that are tried again. No tick waits for a response: one tick sends a request, and a later
    tick collects the response.
    """

    def __init__(
        self,
        run: RunContext,
        sources: tuple[Source, ...],
        schedule: Schedule,
        connect: Connect,
        politeness: Politeness,
        ledger: Ledger,
    ) -> None:
        super().__init__()
        self._poll = PollDueShard(run, _by_shard(sources, run.shards), schedule, connect, politeness)
        self._ledger = ledger

    def expand(self, ticks: PCollection[tuple[str, Tick]]) -> PCollection[tuple[str, tuple[Entry, ...]]]:
        """Wires the step."""
        polled = ticks | "Poll feeds that are due" >> beam.ParDo(self._poll).with_outputs(
            "rejects", "polls", main="entries"
        )
        self._ledger.rejects.append(polled["rejects"])
        self._ledger.together.append(polled["polls"])
        return polled["entries"]


def _by_shard(sources: tuple[Source, ...], shards: int) -> dict[str, dict[FeedKey, Source]]:
    grouped: dict[str, dict[FeedKey, Source]] = defaultdict(dict)
    for source in sources:
        for feed_url in source.feeds:
            grouped[site_shard(feed_url, shards)][source.id, feed_url] = source
    return dict(grouped)


@dataclass(slots=True)
class _Changes:
    """The feeds whose state a tick changed."""

    feeds: set[FeedKey] = field(default_factory=set)
    lists: set[FeedKey] = field(default_factory=set)
    """Those of which it changed also what they list: most of their state, and rarely changed."""

    def record(self, log: StateLog[_States]) -> None:
        """Writes them to the log."""
        if keys := self.feeds | self.lists:
            feeds = {key: log.value.get(key) for key in keys}
            lists = {key: feed.listed for key in self.lists if (feed := feeds[key]) is not None}
            log.change(put_feeds, {key: feed and replace(feed, listed={}) for key, feed in feeds.items()}, lists)


class PollDueShard(beam.DoFn):
    """Polls one shard of feeds."""

    FEEDS = ReadModifyWriteStateSpec("feeds", PickleCoder())
    """FeedState by FeedKey, as a StateLog."""
    CHANGES = BagStateSpec("feed changes", PickleCoder())
    """Its changes."""
    VERSION = ReadModifyWriteStateSpec("feeds version", PickleCoder())
    """Its version."""
    LINE = ReadModifyWriteStateSpec("line", PickleCoder())
    """RetryLine of the shard, as a StateLog without changes: it changes as a whole, once a minute."""
    LINE_VERSION = ReadModifyWriteStateSpec("line version", PickleCoder())
    """Its version."""

    def __init__(
        self,
        run: RunContext,
        feeds: Mapping[str, Mapping[FeedKey, Source]],
        schedule: Schedule,
        connect: Connect,
        politeness: Politeness,
    ) -> None:
        self._run = run
        self._feeds = feeds
        self._schedule = schedule
        self._connect = connect
        self._politeness = politeness
        self._throttle = TickThrottle()
        self._outage = Outage()
        self._entries = Metrics.counter("poll", "entries")
        self._failed = Metrics.counter("poll", "failed feeds")
        self._due = Metrics.gauge("poll", "feeds due")

    def process(
        self,
        tick: tuple[str, Tick],
        timestamp: Timestamp = beam.DoFn.TimestampParam,
        state: Any = beam.DoFn.StateParam(FEEDS),
        changes: Any = beam.DoFn.StateParam(CHANGES),
        version: Any = beam.DoFn.StateParam(VERSION),
        line_state: Any = beam.DoFn.StateParam(LINE),
        line_version: Any = beam.DoFn.StateParam(LINE_VERSION),
    ) -> Iterator[tuple[str, tuple[Entry, ...]] | TaggedOutput]:
        """Yields batches of entries; in tagged outputs the rejects, and each poll with its counts."""
        shard, job_id = tick[0], self._run.run_id
        feeds = self._feeds.get(shard, {})
        if not self._throttle.admits(*tick) or self._outage.is_pausing:
            return
        at = now()
        with StateLog[_States](LogKey(job_id, "feeds", shard), dict, state, version, changes) as log:
            states = log.value
            changes = _Changes()
            changes.lists |= {key for key, feed in states.items() if feed.follow_clock(at.timestamp())}
            with self._waiting_for_lake():
                changes.lists |= update_feed_states(feeds, states, self._schedule.every, self._run.lake, at)
                yield from self._collect(states, at, changes)
                if not tick[1].last:
                    self._submit(feeds, states, at, float(timestamp), changes)
            changes.record(log)
        if feeds and not tick[1].last and not self._outage.is_pausing:
            with (
                StateLog(LogKey(job_id, "line", shard), RetryLine, line_state, line_version) as line,
                self._waiting_for_lake(),
            ):
                if line.value.is_time(at.timestamp()):
                    yield from self._retried(line.value, feeds, at)
                    line.rewrite()

    @contextmanager
    def _waiting_for_lake(self) -> Iterator[None]:
        """Leaves the block when the lake cannot be read, for up to an hour: a later tick does the rest.

        Lookups come before the changes of state and the outputs that follow from them. Responses stay with the fetcher.
        """
        try:
            yield
        except (LakeError, OSError) as error:
            if not self._outage.tries_again(error):
                raise
            _LOGGER.warning("the lake could not be read, and is tried again: %s", error)
        else:
            self._outage.end()

    def _retried(
        self, line: RetryLine, feeds: Mapping[FeedKey, Source], at: datetime
    ) -> Iterator[tuple[str, tuple[Entry, ...]] | TaggedOutput]:
        """Takes entries from the line. A source is looked after by the shard of its first feed."""
        own = [source for (_, feed_url), source in feeds.items() if feed_url == source.feeds[0]]
        sources = {source_id: source for source in own for source_id in (source.id, *source.aliases)}
        entries = line.select(self._run.lake, sources, at, self._politeness.pages_of_a_host)
        for source, count in Counter(entry.source.id for entry in entries).items():
            yield TaggedOutput("polls", tuple(Tally(source, name, count) for name in ("entries", "retried", "waiting")))
        yield from self._batches(entries)

    def _batches(self, entries: Iterable[Entry]) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        batches: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            batches[site_shard(entry.url, self._run.shards)].append(entry)
        yield from ((shard, tuple(batch)) for shard, batch in batches.items())

    def _collect(
        self, states: _States, at: datetime, changes: _Changes
    ) -> Iterator[tuple[str, tuple[Entry, ...]] | TaggedOutput]:
        """Takes the responses that have arrived."""
        fetcher = shared_fetcher(self._run, self._connect, self._politeness)
        requested = {_request_key(key): key for key, feed in states.items() if feed.requested_at is not None}
        responses = fetcher.results(requested)
        if not responses:
            return
        results = {
            requested[request]: read_response(response, self._run.run_id, read_feed)
            for request, response in responses.items()
        }
        seen = self._look_up(entry for key, result in results.items() for entry in states[key].unknown(result.entries))
        fetcher.dismiss(responses)
        changes.feeds |= results.keys()
        changes.lists |= {key for key, result in results.items() if result.entries}
        for key, result in results.items():
            yield from self._outputs(key[0], states[key], result, seen, at)

    def _outputs(
        self, source: str, feed: FeedState, result: PollResult, seen: SeenKeys, at: datetime
    ) -> Iterator[tuple[str, tuple[Entry, ...]] | TaggedOutput]:
        new: list[Entry] = []
        if result.entries:
            new = list(feed.select_new(result.entries, seen, at.timestamp()))
        self._entries.inc(len(result.entries))
        self._failed.inc(result.poll.outcome == "failed")
        dropped = len(result.entries) - len(new)
        counts = (Tally(source, "feeds"), Tally(source, "seen", dropped), Tally(source, "waiting", len(new)))
        yield TaggedOutput("polls", (feed.record_poll(result.poll, at.timestamp()), *result.tallies, *counts))
        for reject in result.rejects:
            yield TaggedOutput("rejects", reject)
        yield from self._batches(new)

    def _submit(
        self, feeds: Mapping[FeedKey, Source], states: _States, at: datetime, event_time: float, changes: _Changes
    ) -> None:
        """Sends a request to each feed that is due, as far as there is room for requests."""
        fetcher = shared_fetcher(self._run, self._connect, self._politeness)
        moment, deadline = at.timestamp(), self._deadline(at)
        due = []
        for key, feed in states.items():
            if (sent_at := feed.requested_at) is not None:
                if moment - sent_at <= REQUEST_TIMEOUT or fetcher.has(_request_key(key)):
                    continue
                feed.requested_at = None  # the worker that had the request has died
                changes.feeds.add(key)
            if feed.is_due(feeds[key], at):
                due.append(key)
        self._due.set(len(due))
        # What is looked up now and asked later would be looked up again.
        due = [due[position] for position in fetcher.room_for(key[0] for key in due)]
        for key in due:
            # Not by a timer: on Flink the ticks carry no watermark, so a timer would never fire.
            if states[key].expire(event_time - STATE_SECONDS):
                changes.lists.add(key)
        changes.lists |= self._confirm({key: states[key] for key in due}, deadline)
        changes.feeds.update(due)
        for key in due:
            request = states[key].request(feeds[key], key[1], deadline)
            if fetcher.submit(_request_key(key), key[0], partial(request_feed, request=request, now=now)):
                states[key].requested_at = states[key].clock = moment

    def _confirm(self, feeds: _States, deadline: float) -> set[FeedKey]:
        """Looks up the open entries of feeds that are about to be polled. Returns the keys of the feeds that had some."""
        entries = {key: feed.listed[key].url_key for feed in feeds.values() for key in feed.open_keys(deadline)}
        if not entries:
            return set()
        pages = {url_key for url_key in entries.values() if url_key}
        seen = seen_keys(self._run.lake, entries.keys(), pages, self._run.known_since)
        return {key for key, feed in feeds.items() if feed.confirm(seen)}

    def _look_up(self, entries: Iterator[Entry]) -> SeenKeys:
        unknown = list(entries)
        if not unknown:
            return SeenKeys()
        return seen_keys(
            self._run.lake,
            {entry.entry_key for entry in unknown},
            {entry.url_key for entry in unknown if entry.url_key},
            self._run.known_since,
        )

    def _deadline(self, at: datetime) -> float:
        """An entry that was sent before then should be in the lake by now."""
        return at.timestamp() - self._schedule.commit_deadline


def _request_key(key: FeedKey) -> str:
    return f"feed {key[0]} {key[1]}"

"""PollFeeds: sources to the entries of their feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Entry, Source
from transforms.accounting.counts import Tally
from transforms.accounting.runs import now
from transforms.feeds.polls import read_response
from transforms.feeds.requests import FeedRequest, FeedResponse, request_feeds
from transforms.feeds.schedule import due_at, is_skipped
from transforms.lake.polls import LastPoll, last_polls
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.guarded import read_feed
from transforms.steps.ledger import Ledger, shard_of
from transforms.urls import host
from transforms.web.loop_thread import in_background
from transforms.web.settings import Connect, Politeness


class PollFeeds(beam.PTransform):
    """Sources to the entries that their feeds list. Groups feeds by host shard, so one loop paces each host.

    Polls the feeds that are due by lake/polls, or all feeds. Requests are conditional, with the validators in lake/polls. Every poll is a
    FeedPoll in the ledger.
    """

    def __init__(
        self, run: RunContext, connect: Connect, politeness: Politeness, ledger: Ledger, all_feeds: bool = False
    ) -> None:
        super().__init__()
        self._poll = PollShard(run, connect, politeness, all_feeds)
        self._shards = run.shards
        self._ledger = ledger

    def expand(self, sources: PCollection[Source]) -> PCollection[Entry]:
        """Wires the step."""
        polled = (
            sources
            | "List feeds" >> beam.FlatMap(_requests)
            | "Group by host shard" >> GroupRecords(partial(_shard, self._shards))
            | "Poll" >> beam.ParDo(self._poll).with_outputs("rejects", "polls", "tallies", main="entries")
        )
        self._ledger.rejects.append(polled["rejects"])
        self._ledger.polls.append(polled["polls"])
        self._ledger.tallies.append(polled["tallies"])
        return polled["entries"]


def _requests(source: Source) -> Iterator[FeedRequest]:
    for feed_url in source.feeds:
        yield FeedRequest(source=source, feed_url=feed_url)


def _shard(shards: int, request: FeedRequest) -> str:
    return shard_of(host(request.feed_url), shards)


class PollShard(beam.DoFn):
    """Polls all feeds of one shard of hosts at the same time."""

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness, all_feeds: bool) -> None:
        self._run = run
        self._all_feeds = all_feeds
        self._connect = connect
        self._politeness = politeness
        self._entries = Metrics.counter("poll", "entries")
        self._failed = Metrics.counter("poll", "failed feeds")
        self._milliseconds = Metrics.distribution("poll", "milliseconds")

    def process(self, shard: tuple[str, Iterable[FeedRequest]]) -> Iterator[Entry | TaggedOutput]:
        """Yields entries; in tagged outputs the rejects, polls and tallies."""
        requests = list(shard[1])
        feeds = {(request.source.id, request.feed_url) for request in requests}
        last = last_polls(self._run.lake, feeds, self._run.started_at)
        due = []
        for request in requests:
            before = last.get((request.source.id, request.feed_url))
            yield TaggedOutput("tallies", Tally(request.source.id, "feeds"))
            if before is None:
                due.append(request)
            elif self._all_feeds or _is_due(request.source, before, self._run):
                due.append(_conditional(request, before))
            else:
                yield TaggedOutput("tallies", Tally(request.source.id, "feeds_not_due"))
        for response in in_background(lambda: request_feeds(due, self._connect, self._politeness, now)):
            yield from self._outputs(response)
            self._run.progress.add("feeds")
        self._run.progress.flush()

    def _outputs(self, response: FeedResponse) -> Iterator[Entry | TaggedOutput]:
        result = read_response(response, self._run.run_id, read_feed)
        yield TaggedOutput("polls", result.poll)
        for reject in result.rejects:
            yield TaggedOutput("rejects", reject)
        for tally in result.tallies:
            yield TaggedOutput("tallies", tally)
        if result.poll.outcome == "failed":
            self._failed.inc()
        else:
            self._milliseconds.update(round(result.poll.seconds * 1000))
        self._entries.inc(len(result.entries))
        self._run.progress.add("entries", len(result.entries))
        yield from result.entries


def _conditional(request: FeedRequest, before: LastPoll) -> FeedRequest:
    """The request with what is known from the feed's latest poll."""
    return replace(
        request,
        etag=before.etag,
        last_modified=before.last_modified,
        content_hash=before.content_hash,
        failures=before.failures,
        not_modified=before.not_modified,
        wait=before.wait,
        skips=before.skips,
    )


def _is_due(source: Source, before: LastPoll, run: RunContext) -> bool:
    # Half a minute of tolerance: without it, a scheduler that starts a little early would poll only every second time.
    at = due_at(source, before.polled_at, before.failures, before.next_poll_at, tolerance=30)
    return run.started_at >= at and not is_skipped(source, before.skips, before.polled_at, run.started_at)

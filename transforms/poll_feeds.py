"""PollFeeds: sources to the entries of their feeds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Entry, FeedPoll, Reject, Rejected, Source
from schemas.records import PollOutcome
from transforms.background import in_background
from transforms.feeds import read_feed
from transforms.fetching import Visit, Visited, visit_feeds
from transforms.ledger import Ledger, shard_of
from transforms.lookup import LastPoll, last_polls
from transforms.manners import Manners
from transforms.outcomes import reject_feed
from transforms.run import Run, now
from transforms.summary import Tally
from transforms.urls import host, normalize_url
from transforms.web import Answer, Connect


class PollFeeds(beam.PTransform):  # type: ignore[misc]
    """Sources to the entries that their feeds list. Groups feeds by host shard, so that one loop paces each host.

    Feeds are asked conditionally, with the validators in lake/polls; every visit is a FeedPoll in the ledger.
    """

    def __init__(self, run: Run, connect: Connect, manners: Manners, ledger: Ledger) -> None:
        super().__init__()
        self._poll = PollShard(run, connect, manners)
        self._shards = run.shards
        self._ledger = ledger

    def expand(self, sources: PCollection[Source]) -> PCollection[Entry]:
        """Wires the step."""
        polled = (
            sources
            | "List feeds" >> beam.FlatMap(_visits)
            | "Key by host shard" >> beam.Map(_with_shard, self._shards)
            | "Group by host shard" >> beam.GroupByKey()
            | "Poll" >> beam.ParDo(self._poll).with_outputs("rejects", "polls", "tallies", main="entries")
        )
        self._ledger.rejects.append(polled["rejects"])
        self._ledger.polls.append(polled["polls"])
        self._ledger.tallies.append(polled["tallies"])
        return polled["entries"]


def _visits(source: Source) -> Iterator[Visit]:
    for feed_url in source.feeds:
        yield Visit(source=source, feed_url=feed_url)


def _with_shard(visit: Visit, shards: int) -> tuple[str, Visit]:
    return shard_of(host(visit.feed_url), shards), visit


class PollShard(beam.DoFn):  # type: ignore[misc]
    """Visits all feeds of one shard of hosts at once."""

    def __init__(self, run: Run, connect: Connect, manners: Manners) -> None:
        self._run = run
        self._connect = connect
        self._manners = manners
        self._entries = Metrics.counter("poll", "entries")
        self._failed = Metrics.counter("poll", "failed feeds")

    def process(self, shard: tuple[str, Iterable[Visit]]) -> Iterator[Entry | TaggedOutput]:
        """Entries, and in tagged outputs the rejects, polls and tallies."""
        visits = list(shard[1])
        last = last_polls(self._run.lake, {visit.feed_url for visit in visits}, self._run.started_at)
        due = []
        for visit in visits:
            before = last.get((visit.source.id, visit.feed_url))
            yield TaggedOutput("tallies", Tally(visit.source.id, "feeds"))
            if before is None:
                due.append(visit)
            elif _is_due(visit.source, before, self._run):
                due.append(
                    Visit(
                        source=visit.source,
                        feed_url=visit.feed_url,
                        etag=before.etag,
                        last_modified=before.last_modified,
                    )
                )
            else:
                yield TaggedOutput("tallies", Tally(visit.source.id, "feeds_not_due"))
        for visited in in_background(lambda: visit_feeds(due, self._connect, self._manners, now)):
            yield from self._told(visited, last.get((visited.visit.source.id, visited.visit.feed_url)))
            self._run.progress.add("feeds")
        self._run.progress.flush()

    def _told(self, visited: Visited, before: LastPoll | None) -> Iterator[Entry | TaggedOutput]:
        source, feed_url = visited.visit.source, visited.visit.feed_url
        try:
            if visited.answer is None:
                raise visited.rejected or AssertionError("a visit ends with an answer or a reject")
            answer = visited.answer
            digest = hashlib.sha256(answer.body).hexdigest()[:32]
            if answer.status == 304 or (before is not None and before.content_hash == digest):
                yield TaggedOutput("tallies", Tally(source.id, "feeds_unchanged"))
                yield TaggedOutput(
                    "polls", self._poll(visited, answer, "unchanged", 0, before.content_hash if before else None)
                )
                return
            content = read_feed(
                answer.body, answer.headers, answer.url, source=source, feed_url=feed_url, seen_at=visited.polled_at
            )
        except Rejected as rejected:
            self._failed.inc()
            yield TaggedOutput("tallies", Tally(source.id, "feeds_failed"))
            yield TaggedOutput("rejects", self._reject(visited, rejected))
            yield TaggedOutput("polls", self._failed_poll(visited, rejected))
            return
        if content.overflow is not None:
            yield TaggedOutput("rejects", self._reject(visited, content.overflow))
        self._entries.inc(len(content.entries))
        self._run.progress.add("entries", len(content.entries))
        yield TaggedOutput("polls", self._poll(visited, answer, "ok", len(content.entries), digest))
        yield from content.entries

    def _reject(self, visited: Visited, rejected: Rejected) -> Reject:
        return reject_feed(
            visited.visit.source.id, visited.visit.feed_url, rejected, visited.polled_at, self._run.run_id
        )

    def _poll(
        self, visited: Visited, answer: Answer, outcome: PollOutcome, entries: int, digest: str | None
    ) -> FeedPoll:
        kept = answer.status == 304
        return FeedPoll(
            source=visited.visit.source.id,
            feed_url=visited.visit.feed_url,
            polled_at=visited.polled_at,
            outcome=outcome,
            http_status=answer.status,
            etag=answer.headers.get("etag") or (visited.visit.etag if kept else None),
            last_modified=answer.headers.get("last-modified") or (visited.visit.last_modified if kept else None),
            content_hash=digest,
            moved_to=answer.url if normalize_url(answer.url) != normalize_url(visited.visit.feed_url) else None,
            entries=entries,
            bytes=len(answer.body),
            seconds=answer.seconds,
            run_id=self._run.run_id,
        )

    def _failed_poll(self, visited: Visited, rejected: Rejected) -> FeedPoll:
        return FeedPoll(
            source=visited.visit.source.id,
            feed_url=visited.visit.feed_url,
            polled_at=visited.polled_at,
            outcome="failed",
            http_status=rejected.status,
            etag=visited.visit.etag,
            last_modified=visited.visit.last_modified,
            content_hash=None,
            moved_to=None,
            entries=0,
            bytes=0,
            seconds=0.0,
            run_id=self._run.run_id,
        )


def _is_due(source: Source, before: LastPoll, run: Run) -> bool:
    if source.poll_seconds is None:
        return True
    # Half a minute of grace: a scheduler that starts a little early would otherwise poll only every second time.
    return run.started_at - before.polled_at >= timedelta(seconds=source.poll_seconds - 30)

"""GatherPages: sources to the new pages that their feeds list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Entry, Page, Reason, Rejected, Source, Stage
from transforms.accounting.counts import Tally
from transforms.accounting.rows import entry_reject, unwanted
from transforms.accounting.runs import now
from transforms.extraction.feed_text import full_text_page, page_instead
from transforms.feeds.polls import PollResult
from transforms.feeds.requests import FeedRequest, FeedResponse, feed_request
from transforms.feeds.schedule import due_at, is_skipped
from transforms.lake.polls import LastPoll, last_polls
from transforms.lake.robots import known_robots, remember_robots
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.guarded import prepare_extraction
from transforms.steps.ledger import Ledger, site_shard
from transforms.steps.listing import NewEntries, Readings
from transforms.steps.part_shard import PartShard
from transforms.web.crawl import Crawl
from transforms.web.pages import FailedPage, page_request
from transforms.web.robots import RobotsFiles
from transforms.web.settings import Connect, Politeness

READERS = 2
"""Feeds that are read at the same time: a large one takes seconds, and must not hold up the others."""
_DEFERRED_AT_ONCE = 200
"""Deferred entries that are passed on before the next page: they come by the thousand."""


class GatherPages(beam.PTransform):
    """Sources to the new pages that their feeds list, and to the pages that are in line in the lake for another try.

    Polls the feeds that are due by lake/polls, or all feeds. Requests are conditional, with the validators in lake/polls. Every poll is a
    FeedPoll in the ledger. Pages are fetched while other feeds are still being polled, by one loop for each shard of sites.

    A page whose site belongs to another shard than its feed is fetched in a second step, so that one loop paces each site. Then there are
    two collections of pages, for ExtractArticles: raw pages must not be stored, and to flatten two collections stores them.

    A part of a pass ends when its time is up. It leaves feeds and entries to the next part, as PartShard says.
    """

    def __init__(
        self, run: RunContext, connect: Connect, politeness: Politeness, ledger: Ledger, all_feeds: bool = False
    ) -> None:
        super().__init__()
        self._gather = GatherShard(run, connect, politeness, all_feeds)
        self._fetch = FetchShard(run, connect, politeness)
        self._shards = run.shards
        self._ledger = ledger

    def expand(self, sources: PCollection[Source]) -> PCollection[Page] | tuple[PCollection[Page], ...]:
        """Wires the step."""
        gathered = (
            sources
            | "List feeds" >> beam.FlatMap(_requests)
            | "Group by site shard" >> GroupRecords(partial(_feed_shard, self._shards))
            | "Gather"
            >> beam.ParDo(self._gather).with_outputs("elsewhere", "rejects", "polls", "index", "tallies", main="pages")
        )
        self._ledger.rejects.append(gathered["rejects"])
        self._ledger.polls.append(gathered["polls"])
        self._ledger.index.append(gathered["index"])
        self._ledger.tallies.append(gathered["tallies"])
        if self._shards == 1:
            return gathered["pages"]
        fetched = (
            gathered["elsewhere"]
            | "Group by site shard of pages" >> GroupRecords(partial(_page_shard, self._shards))
            | "Fetch" >> beam.ParDo(self._fetch).with_outputs("rejects", "index", "tallies", main="pages")
        )
        self._ledger.rejects.append(fetched["rejects"])
        self._ledger.index.append(fetched["index"])
        self._ledger.tallies.append(fetched["tallies"])
        return gathered["pages"], fetched["pages"]


def _requests(source: Source) -> Iterator[FeedRequest]:
    for feed_url in source.feeds:
        yield FeedRequest(source=source, feed_url=feed_url)


def _feed_shard(shards: int, request: FeedRequest) -> str:
    return site_shard(request.feed_url, shards)


def _page_shard(shards: int, entry: Entry) -> str:
    return site_shard(entry.url, shards)


class _Shard(beam.DoFn):
    """What both steps have in common: a crawl, and the outcomes of pages."""

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness) -> None:
        self._run = run
        self._connect = connect
        self._politeness = politeness
        self._pages = Metrics.counter("fetch", "pages")
        self._rejects = Metrics.counter("fetch", "rejects")
        self._milliseconds = Metrics.distribution("fetch", "milliseconds")

    def _crawl(self, robots: RobotsFiles, part: PartShard) -> Crawl[FeedResponse | Page | FailedPage]:
        return Crawl(
            self._connect, self._politeness, seconds=part.seconds, robots=robots, large=_is_large, before=part.use()
        )

    def _wanted(self, entries: Iterable[Entry], part: PartShard) -> Iterator[Page | TaggedOutput | Entry]:
        """Yields the entries whose pages are to be fetched, and the pages and rejects of the others."""
        for entry in entries:
            page_or_reject = unwanted(entry) or full_text_page(entry)
            if page_or_reject is None:
                yield entry
                continue
            yield from part.settle(entry)
            yield self._reject(entry, page_or_reject) if isinstance(page_or_reject, Rejected) else page_or_reject

    def _left(self, entry: Entry, part: PartShard) -> Iterator[TaggedOutput]:
        self._run.progress.add("to fetch", -1)
        yield from part.leave(entry)

    def _outcome(self, fetched: Page | FailedPage, part: PartShard) -> Iterator[Page | TaggedOutput]:
        yield from part.settle(fetched.entry)
        if isinstance(fetched, FailedPage):
            yield page_instead(fetched.entry, fetched.rejected) or self._reject(fetched.entry, fetched.rejected)
            return
        self._pages.inc()
        self._milliseconds.update(round((fetched.seconds or 0.0) * 1000))
        self._run.progress.add("pages")
        yield fetched

    def _reject(self, entry: Entry, rejected: Rejected) -> TaggedOutput:
        self._rejects.inc()
        self._run.progress.add("rejects")
        return TaggedOutput("rejects", entry_reject(entry, Stage.FETCH, rejected, now(), self._run.run_id))

    def _robots(self) -> RobotsFiles:
        return RobotsFiles(known_robots(self._run.lake, now().timestamp()).items(), lambda: now().timestamp())

    def _remember(self, robots: RobotsFiles, shard: str) -> None:
        if robots.changed:
            files = {
                origin: file
                for origin, file in robots.files.items()
                if site_shard(origin, self._run.shards) == shard and file.is_known(now().timestamp())
            }
            remember_robots(self._run.lake, shard, files)


def _is_large(result: FeedResponse | Page | FailedPage) -> bool:
    """True for results with a body. Rejects are small, and may come by the thousand."""
    return not isinstance(result, FailedPage)


class GatherShard(_Shard):
    """Polls all feeds of one shard of sites, and fetches their new pages meanwhile."""

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness, all_feeds: bool) -> None:
        super().__init__(run, connect, politeness)
        self._all_feeds = all_feeds
        self._entries = Metrics.counter("poll", "entries")
        self._failed = Metrics.counter("poll", "failed feeds")
        self._poll_milliseconds = Metrics.distribution("poll", "milliseconds")
        self._seen = Metrics.counter("seen", "entries")

    def process(self, shard: tuple[str, Iterable[FeedRequest]]) -> Iterator[Page | TaggedOutput]:
        """Yields pages; in tagged outputs the entries of other shards, and the rejects, polls, index rows and tallies."""
        requests = list(shard[1])
        robots = self._robots()
        part = PartShard(self._run, self._politeness, shard[0])
        due, tallies = self._due(requests, part)
        yield from tallies
        new = NewEntries(self._run)
        with (
            self._crawl(robots, part) as crawl,
            ThreadPoolExecutor(READERS, thread_name_prefix="copydesk-reader") as pool,
        ):
            crawl.add(feed_request(request, now) for request in due)
            # Of the sources whose first feed is in this shard.
            first = [each.source for each in requests if each.feed_url == each.source.feeds[0]]
            taken = [entry for entry in part.take(first) if new.take(entry)]
            if part.is_first:
                for source, count in Counter(entry.source.id for entry in taken).items():
                    yield TaggedOutput("tallies", Tally(source, "entries", count))
                    yield TaggedOutput("tallies", Tally(source, "retried", count))
            yield from self._fetch(crawl, part, taken)
            readings = Readings(pool, self._run.run_id)
            deferred: list[FailedPage] = []
            while crawl.pending or readings.waiting or new.waiting:
                for result in readings.done():
                    yield from self._polled(result, new)
                if new.is_time(idle=not (crawl.pending or readings.waiting)):
                    unseen, dropped = new.look_up()
                    yield from self._dropped(dropped)
                    yield from self._fetch(crawl, part, unseen)
                found = None if readings.is_full else crawl.get(0.0 if deferred else readings.patience)
                if isinstance(found, FeedResponse):
                    if not part.is_over(found.rejected):
                        readings.add(found)
                elif isinstance(found, FailedPage) and part.is_over(found.rejected):
                    yield from self._left(found.entry, part)
                elif isinstance(found, FailedPage) and found.rejected.reason is Reason.HOST_DEFERRED:
                    deferred.append(found)
                elif found:
                    yield from self._outcome(found, part)
                else:
                    for failed in deferred[:_DEFERRED_AT_ONCE]:
                        yield from self._outcome(failed, part)
                    del deferred[:_DEFERRED_AT_ONCE]
            for failed in deferred:
                yield from self._outcome(failed, part)
        self._remember(robots, shard[0])
        part.close(crawl.use)
        self._run.progress.flush()

    def _due(self, requests: list[FeedRequest], part: PartShard) -> tuple[list[FeedRequest], list[TaggedOutput]]:
        """The requests for the feeds that are due, and the tallies of the others. A later part polls what no earlier one has polled."""
        last = last_polls(self._run.lake, {(each.source.id, each.feed_url) for each in requests}, self._run.started_at)
        due, tallies = [], []
        for request in requests:
            before = last.get((request.source.id, request.feed_url))
            if before is None:
                due.append(request)
            elif not part.is_first and before.polled_at >= part.pass_started_at:
                continue
            elif self._all_feeds or _is_due(request.source, before, part.pass_started_at):
                due.append(_conditional(request, before))
            elif part.is_first:
                tallies += [
                    TaggedOutput("tallies", Tally(request.source.id, name)) for name in ("feeds", "feeds_not_due")
                ]
                self._run.progress.add("feeds")
        return due, tallies

    def _fetch(
        self, crawl: Crawl[FeedResponse | Page | FailedPage], part: PartShard, entries: Iterable[Entry]
    ) -> Iterator[Page | TaggedOutput]:
        """Adds entries to the crawl. Yields those of other shards, and the pages and rejects of those whose pages are not fetched."""
        wanted: list[Entry] = []
        for item in self._wanted(entries, part):
            if not isinstance(item, Entry):
                yield item
            elif _page_shard(self._run.shards, item) != part.shard:
                yield from part.settle(item)
                yield TaggedOutput("elsewhere", item)
            elif part.has_room(crawl.pending + len(wanted)):
                wanted.append(item)
            else:
                yield from part.leave(item)
        if wanted:
            prepare_extraction()
        self._run.progress.add("to fetch", len(wanted))
        crawl.add(page_request(entry, now) for entry in wanted)

    def _polled(self, result: PollResult, new: NewEntries) -> Iterator[TaggedOutput]:
        yield TaggedOutput("polls", result.poll)
        yield TaggedOutput("tallies", Tally(result.poll.source, "feeds"))
        for reject in result.rejects:
            yield TaggedOutput("rejects", reject)
        for tally in result.tallies:
            yield TaggedOutput("tallies", tally)
        if result.poll.outcome == "failed":
            self._failed.inc()
        else:
            self._poll_milliseconds.update(round(result.poll.seconds * 1000))
        self._entries.inc(len(result.entries))
        self._run.progress.add("entries", len(result.entries))
        self._run.progress.add("feeds")
        new.waiting += result.entries

    def _dropped(self, dropped: Counter[str]) -> Iterator[TaggedOutput]:
        for source, count in dropped.items():
            self._seen.inc(count)
            yield TaggedOutput("tallies", Tally(source, "seen", count))
        self._run.progress.add("seen", dropped.total())


class FetchShard(_Shard):
    """Fetches the pages of one shard of sites whose feeds are in other shards."""

    def process(self, shard: tuple[str, Iterable[Entry]]) -> Iterator[Page | TaggedOutput]:
        """Yields pages; in tagged outputs the rejects, and the index rows and tallies of what is left to the next part."""
        robots = self._robots()
        part = PartShard(self._run, self._politeness, shard[0])
        with self._crawl(robots, part) as crawl:
            wanted: list[Entry] = []
            for item in self._wanted(shard[1], part):
                if isinstance(item, Entry):
                    wanted.append(item)
                else:
                    yield item
            self._run.progress.add("to fetch", len(wanted))
            crawl.add(page_request(entry, now) for entry in wanted)
            for found in crawl.results():
                assert not isinstance(found, FeedResponse)
                if isinstance(found, FailedPage) and part.is_over(found.rejected):
                    yield from self._left(found.entry, part)
                else:
                    yield from self._outcome(found, part)
        self._remember(robots, shard[0])
        part.close(crawl.use)
        self._run.progress.flush()


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


def _is_due(source: Source, before: LastPoll, pass_started_at: datetime) -> bool:
    # Half a minute of tolerance: without it, a scheduler that starts a little early would poll only every second time.
    at = due_at(source, before.polled_at, before.failures, before.next_poll_at, tolerance=30)
    return pass_started_at >= at and not is_skipped(source, before.skips, before.polled_at, pass_started_at)

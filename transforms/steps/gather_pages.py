"""GatherPages: sources to the new pages that their feeds list."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Entry, Page, Reason, Rejected, Source, Stage
from transforms.accounting.counts import Tally
from transforms.accounting.rows import entry_reject, unwanted
from transforms.accounting.runs import now
from transforms.extraction.feed_text import full_text_page, page_instead
from transforms.feeds.polls import PollResult, read_response
from transforms.feeds.requests import FeedRequest, FeedResponse, feed_request
from transforms.feeds.schedule import due_at, is_skipped
from transforms.lake.index import keep_unseen, page_of, seen_keys
from transforms.lake.polls import LastPoll, last_polls
from transforms.lake.robots import known_robots, remember_robots
from transforms.lake.waiting import due_entries, read_waiting, waiting_entries
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.guarded import prepare_extraction, read_feed
from transforms.steps.ledger import Ledger, site_shard
from transforms.web.crawl import Crawl
from transforms.web.pages import FailedPage, page_request
from transforms.web.robots import RobotsFiles
from transforms.web.settings import Connect, Politeness

READERS = 2
"""Feeds that are read at the same time: a large one takes seconds, and must not hold up the others."""
_UNREAD_BYTES = 32 << 20
"""Bytes of feeds that may wait for a reader."""
_LOOK_UP_EVERY = 0.3
"""Seconds between two lookups of new entries in the index, at least: one lookup for many feeds is cheaper than one for each."""
_SHARE_OF_LOOKUPS = 5
"""After a lookup that takes a second, as many seconds pass before the next one: in a large lake a lookup takes long."""
_LOOK_UP_AT_ONCE = 2000
"""Entries of one lookup. Pages are passed on between two lookups, also while a feed of 20,000 entries is dealt with."""
_DEFERRED_AT_ONCE = 200
"""Deferred entries that are passed on before the next page: they come by the thousand."""


class GatherPages(beam.PTransform):
    """Sources to the new pages that their feeds list, and to the pages that are in line in the lake for another try.

    Polls the feeds that are due by lake/polls, or all feeds. Requests are conditional, with the validators in lake/polls. Every poll is a
    FeedPoll in the ledger. Pages are fetched while other feeds are still being polled, by one loop for each shard of sites.

    A page whose site belongs to another shard than its feed is fetched in a second step, so that one loop paces each site. Then there are
    two collections of pages, for ExtractArticles: raw pages must not be stored, and to flatten two collections stores them.
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
            >> beam.ParDo(self._gather).with_outputs("elsewhere", "rejects", "polls", "tallies", main="pages")
        )
        self._ledger.rejects.append(gathered["rejects"])
        self._ledger.polls.append(gathered["polls"])
        self._ledger.tallies.append(gathered["tallies"])
        if self._shards == 1:
            return gathered["pages"]
        fetched = (
            gathered["elsewhere"]
            | "Group by site shard of pages" >> GroupRecords(partial(_page_shard, self._shards))
            | "Fetch" >> beam.ParDo(self._fetch).with_outputs("rejects", main="pages")
        )
        self._ledger.rejects.append(fetched["rejects"])
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

    def _crawl(self, robots: RobotsFiles) -> Crawl[FeedResponse | Page | FailedPage]:
        left = self._politeness.pass_seconds - (now() - self._run.started_at).total_seconds()
        return Crawl(self._connect, self._politeness, seconds=left, robots=robots, large=_is_large)

    def _wanted(self, entries: Iterable[Entry]) -> Iterator[Page | TaggedOutput | Entry]:
        """Yields the entries whose pages are to be fetched, and the pages and rejects of the others."""
        for entry in entries:
            page_or_reject = unwanted(entry) or full_text_page(entry)
            yield (
                self._reject(entry, page_or_reject) if isinstance(page_or_reject, Rejected) else page_or_reject or entry
            )

    def _outcome(self, fetched: Page | FailedPage) -> Page | TaggedOutput:
        if isinstance(fetched, FailedPage):
            return page_instead(fetched.entry, fetched.rejected) or self._reject(fetched.entry, fetched.rejected)
        self._pages.inc()
        self._milliseconds.update(round((fetched.seconds or 0.0) * 1000))
        self._run.progress.add("pages")
        return fetched

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
        """Yields pages; in tagged outputs the entries of other shards, and the rejects, polls and tallies."""
        requests = list(shard[1])
        robots = self._robots()
        due, tallies = self._due(requests)
        yield from tallies
        new = NewEntries(self._run)
        with (
            self._crawl(robots) as crawl,
            ThreadPoolExecutor(READERS, thread_name_prefix="copydesk-reader") as pool,
        ):
            crawl.add(feed_request(request, now) for request in due)
            retried = self._retried(requests, new)
            for source, count in Counter(entry.source.id for entry in retried).items():
                yield TaggedOutput("tallies", Tally(source, "entries", count))
                yield TaggedOutput("tallies", Tally(source, "retried", count))
            yield from self._fetch(crawl, shard[0], retried)
            readings = Readings(pool, self._run.run_id)
            deferred: list[FailedPage] = []
            while crawl.pending or readings.waiting or new.waiting:
                for result in readings.done():
                    yield from self._polled(result, new)
                if new.is_time(idle=not (crawl.pending or readings.waiting)):
                    unseen, dropped = new.look_up()
                    yield from self._dropped(dropped)
                    yield from self._fetch(crawl, shard[0], unseen)
                found = None if readings.is_full else crawl.get(0.0 if deferred else readings.patience)
                if isinstance(found, FeedResponse):
                    readings.add(found)
                elif isinstance(found, Page) or (found and found.rejected.reason is not Reason.HOST_DEFERRED):
                    yield self._outcome(found)
                elif found:
                    deferred.append(found)
                else:
                    yield from map(self._outcome, deferred[:_DEFERRED_AT_ONCE])
                    del deferred[:_DEFERRED_AT_ONCE]
            yield from map(self._outcome, deferred)
        self._remember(robots, shard[0])
        self._run.progress.flush()

    def _due(self, requests: list[FeedRequest]) -> tuple[list[FeedRequest], list[TaggedOutput]]:
        """The requests for the feeds that are due, and the tallies of all feeds."""
        last = last_polls(self._run.lake, {(each.source.id, each.feed_url) for each in requests}, self._run.started_at)
        due, tallies = [], []
        for request in requests:
            before = last.get((request.source.id, request.feed_url))
            tallies.append(TaggedOutput("tallies", Tally(request.source.id, "feeds")))
            if before is None:
                due.append(request)
            elif self._all_feeds or _is_due(request.source, before, self._run):
                due.append(_conditional(request, before))
            else:
                tallies.append(TaggedOutput("tallies", Tally(request.source.id, "feeds_not_due")))
                self._run.progress.add("feeds")
        return due, tallies

    def _retried(self, requests: list[FeedRequest], new: NewEntries) -> list[Entry]:
        """The entries in line whose time has come, of the sources whose first feed is in this shard."""
        own = [each.source for each in requests if each.feed_url == each.source.feeds[0]]
        sources = {source_id: source for source in own for source_id in (source.id, *source.aliases)}
        waiting = waiting_entries(self._run.lake, sources.keys(), self._run.started_at)
        due = due_entries(waiting, self._run.started_at, self._politeness.pages_of_a_host)
        entries = read_waiting(self._run.lake, due, sources)
        return [entry for entry in entries if new.take(entry)]

    def _fetch(
        self, crawl: Crawl[FeedResponse | Page | FailedPage], shard: str, entries: Iterable[Entry]
    ) -> Iterator[Page | TaggedOutput]:
        """Adds entries to the crawl. Yields those of other shards, and the pages and rejects of those whose pages are not fetched."""
        wanted: list[Entry] = []
        for item in self._wanted(entries):
            if not isinstance(item, Entry):
                yield item
            elif _page_shard(self._run.shards, item) == shard:
                wanted.append(item)
            else:
                yield TaggedOutput("elsewhere", item)
        if wanted:
            prepare_extraction()
        self._run.progress.add("to fetch", len(wanted))
        crawl.add(page_request(entry, now) for entry in wanted)

    def _polled(self, result: PollResult, new: NewEntries) -> Iterator[TaggedOutput]:
        yield TaggedOutput("polls", result.poll)
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
        """Yields pages; in a tagged output the rejects."""
        robots = self._robots()
        with self._crawl(robots) as crawl:
            wanted: list[Entry] = []
            for item in self._wanted(shard[1]):
                if isinstance(item, Entry):
                    wanted.append(item)
                else:
                    yield item
            self._run.progress.add("to fetch", len(wanted))
            crawl.add(page_request(entry, now) for entry in wanted)
            for found in crawl.results():
                assert not isinstance(found, FeedResponse)
                yield self._outcome(found)
        self._remember(robots, shard[0])
        self._run.progress.flush()


class NewEntries:
    """The entries that feeds have listed, and which of them are new."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._taken: set[str] = set()
        self._next_at = time.monotonic() + _LOOK_UP_EVERY
        self.waiting: list[Entry] = []
        """Entries to be looked up."""

    def take(self, entry: Entry) -> bool:
        """Takes the page of an entry that need not be looked up; False if it was taken before."""
        page = page_of(entry)
        is_new = page not in self._taken
        self._taken.add(page)
        return is_new

    def is_time(self, idle: bool) -> bool:
        """True when entries should be looked up. ``idle``: nothing else is going on."""
        return bool(self.waiting) and (idle or time.monotonic() >= self._next_at)

    def look_up(self) -> tuple[list[Entry], Counter[str]]:
        """The new ones of the entries that wait, and the number of the others by source."""
        # Sorted by feed, so that of two entries for one page mostly the same one is kept, whichever feed answers first.
        waiting = sorted(self.waiting, key=lambda entry: (entry.source.id, entry.feed_url))
        entries, self.waiting = waiting[:_LOOK_UP_AT_ONCE], waiting[_LOOK_UP_AT_ONCE:]
        began = time.monotonic()
        seen = seen_keys(
            self._run.lake,
            {entry.entry_key for entry in entries},
            {entry.url_key for entry in entries if entry.url_key},
            self._run.known_since,
        )
        unseen = keep_unseen(entries, seen, self._taken)
        ended = time.monotonic()
        self._next_at = ended + max(_LOOK_UP_EVERY, _SHARE_OF_LOOKUPS * (ended - began))
        return unseen


class Readings:
    """Feeds that are being read, by several readers."""

    def __init__(self, pool: ThreadPoolExecutor, run_id: str) -> None:
        self._pool = pool
        self._run_id = run_id
        self._futures: dict[Future[PollResult], int] = {}

    @property
    def waiting(self) -> bool:
        """True while a feed is not read."""
        return bool(self._futures)

    @property
    def is_full(self) -> bool:
        """True while too many bytes wait for a reader. Waits a moment, so that a caller may ask again at once."""
        full = sum(self._futures.values()) > _UNREAD_BYTES
        if full:
            time.sleep(0.02)
        return full

    @property
    def patience(self) -> float:
        """Seconds to wait for something else before the next look at the readers."""
        return 0.02 if self._futures else 0.1

    def add(self, response: FeedResponse) -> None:
        """Gives a feed to a reader."""
        size = len(response.answer.body) if response.answer else 0
        self._futures[self._pool.submit(read_response, response, self._run_id, read_feed)] = size

    def done(self) -> Iterator[PollResult]:
        """Yields the results that are there, in the order in which they were given."""
        for future in [future for future in self._futures if future.done()]:
            del self._futures[future]
            yield future.result()


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

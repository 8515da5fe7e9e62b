"""What feeds list: feeds that are being read, and which of their entries are new."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from schemas import Entry
from transforms.feeds.polls import PollResult, read_response
from transforms.feeds.requests import FeedResponse
from transforms.lake.index import keep_unseen, page_of, seen_keys
from transforms.steps.context import RunContext
from transforms.steps.guarded import read_feed

_UNREAD_BYTES = 32 << 20
"""Bytes of feeds that may wait for a reader."""
_LOOK_UP_EVERY = 0.3
"""Seconds between two lookups of new entries in the index, at least: one lookup for many feeds is cheaper than one for each."""
_SHARE_OF_LOOKUPS = 5
"""After a lookup that takes a second, as many seconds pass before the next one: in a large lake a lookup takes long."""
_LOOK_UP_AT_ONCE = 2000
"""Entries of one lookup. Pages are passed on between two lookups, also while a feed of 20,000 entries is dealt with."""


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

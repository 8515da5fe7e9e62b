"""What a stream remembers of a feed: when it is due, how it answered, and which of its entries are not yet confirmed in the lake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from schemas import Entry, FeedPoll, Source
from transforms.feeds.requests import FeedRequest
from transforms.feeds.schedule import due_at, is_skipped
from transforms.lake.index import SeenKeys, is_settled, with_history
from transforms.lake.layout import Lake
from transforms.lake.polls import FeedKey, LastPoll, last_polls

LOST = 900.0
"""Seconds after which an entry that left no trace in the lake is sent again, if its feed still lists it."""


@dataclass(slots=True)
class ListedEntry:
    """An entry as its feed last listed it."""

    fingerprint: str
    """Hash of what the feed says about it."""
    url_key: str
    """Key of its address."""
    sent_at: float | None
    """When it was sent to FetchDue, in seconds since 1970; None after the lake confirmed an outcome. An entry is open until then.

    If the outcome is not final, the lake has the entry in line for another try.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles in less than half of the time that a dataclass takes: a stream has many of them."""
        return ListedEntry, (self.fingerprint, self.url_key, self.sent_at)


@dataclass(slots=True)
class FeedState:
    """The state of one feed."""

    interval: float
    """Seconds between two polls."""
    next_at: float = 0.0
    """When it is due, in seconds since 1970."""
    requested_at: float | None = None
    """When the request under way was sent; None without one."""
    failures: int = 0
    """Failed polls in a row."""
    etag: str | None = None
    """Validator of the last response."""
    last_modified: str | None = None
    """Validator of the last response."""
    content_hash: str | None = None
    """Hash of the bytes of the last response."""
    not_modified: int = 0
    """Answers with status 304 in a row."""
    wait: float = 0.0
    """Seconds between two polls that the feed asked for with its last answer."""
    skips: str | None = None
    """When the feed does not want to be polled."""
    listed: dict[str, ListedEntry] = field(default_factory=dict)
    """The entries that the feed last listed, and older open ones, by entry key."""
    read_at: float = 0.0
    """When a response with content was last read."""
    clock: float = 0.0
    """What the clock said when the feed was last requested or polled, in seconds since 1970."""

    @classmethod
    def from_lake(cls, source: Source, every: float, last: LastPoll | None) -> FeedState:
        """The state after the last poll that the lake has; None if it has none.

        ``every`` is the interval in seconds of a source that has none of its own.
        """
        interval = source.poll_seconds or every
        if last is None:
            return cls(interval)
        return cls(
            interval,
            next_at=due_at(source, last.polled_at, last.failures, last.next_poll_at, every=every).timestamp(),
            failures=last.failures,
            not_modified=last.not_modified,
            wait=last.wait,
            skips=last.skips,
            clock=last.polled_at.timestamp(),
            etag=last.etag,
            last_modified=last.last_modified,
            content_hash=last.content_hash,
            read_at=last.polled_at.timestamp(),
        )

    def follow_clock(self, now: float) -> bool:
        """Moves all times back if the clock was set back. Otherwise the feed would rest until the clock is there again.

        Returns True if it was.
        """
        back = self.clock - now
        if back <= 0:
            return False
        self.clock = now
        self.next_at -= back
        self.read_at -= back
        self.requested_at = None if self.requested_at is None else self.requested_at - back
        for entry in self.listed.values():
            entry.sent_at = None if entry.sent_at is None else entry.sent_at - back
        return True

    def is_due(self, source: Source, at: datetime) -> bool:
        """True when the feed is to be requested now."""
        if self.requested_at is not None or self.next_at > at.timestamp():
            return False
        return not is_skipped(source, self.skips, datetime.fromtimestamp(self.clock, timezone.utc), at)

    def expire(self, before: float) -> bool:
        """Forgets entries and validators if the feed was last read before then. The next poll is unconditional.

        Returns True if it listed anything.
        """
        had_entries = bool(self.listed)
        if self.read_at < before:
            self.listed, self.etag, self.last_modified, self.content_hash = {}, None, None, None
            self.not_modified, self.wait = 0, 0.0
        return had_entries and not self.listed

    def open_keys(self, before: float) -> Iterator[str]:
        """Yields keys of the entries that were sent before then and are not confirmed."""
        return (key for key, entry in self.listed.items() if entry.sent_at is not None and entry.sent_at <= before)

    def confirm(self, seen: SeenKeys) -> bool:
        """Closes the entries that have an outcome in the lake. Returns True if there were any."""
        any_closed = False
        for key, entry in self.listed.items():
            if entry.sent_at is None:
                continue
            history = seen.entries.get(key)
            if (history is not None and entry.fingerprint in history.done | history.in_line) or (
                history is None and entry.url_key in seen.addresses
            ):
                entry.sent_at, any_closed = None, True
        return any_closed

    def request(self, source: Source, feed_url: str, before: float) -> FeedRequest:
        """The next request: without validators while an entry from before then is open, so that the site lists it again."""
        request = FeedRequest(
            source=source, feed_url=feed_url, failures=self.failures, wait=self.wait, skips=self.skips
        )
        if any(self.open_keys(before)):
            return request
        return replace(
            request,
            etag=self.etag,
            last_modified=self.last_modified,
            content_hash=self.content_hash,
            not_modified=self.not_modified,
        )

    def unknown(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries that must be looked up in the lake: new, changed, or open."""
        return [entry for entry in entries if not self._is_confirmed(entry)]

    def _is_confirmed(self, entry: Entry) -> bool:
        listed = self.listed.get(entry.entry_key)
        return listed is not None and listed.fingerprint == entry.fingerprint and listed.sent_at is None

    def select_new(self, entries: Collection[Entry], seen: SeenKeys, now: float) -> Iterator[Entry]:
        """Yields the entries to send to FetchDue, and remembers all entries.

        ``seen`` is what the lake has of the unknown ones. An open entry is sent again if the lake has nothing of it LOST seconds later.
        """
        listed: dict[str, ListedEntry] = {}
        for entry in entries:
            known = self.listed.get(entry.entry_key)
            if entry.entry_key in listed:
                continue  # a feed that lists an entry twice
            if self._is_confirmed(entry):
                assert known is not None
                listed[entry.entry_key] = known
                continue
            if is_settled(entry, seen):
                listed[entry.entry_key] = ListedEntry(entry.fingerprint, entry.url_key, None)
                continue
            is_same = known is not None and known.fingerprint == entry.fingerprint
            if known is not None and is_same and known.sent_at is not None and 0 <= now - known.sent_at < LOST:
                listed[entry.entry_key] = known
                continue
            listed[entry.entry_key] = ListedEntry(entry.fingerprint, entry.url_key, now)
            yield with_history(entry, seen)
        # An open entry that the feed no longer lists keeps the validators out of the lake for a while.
        still_open = {key: entry for key, entry in self.listed.items() if entry.sent_at and now - entry.sent_at < LOST}
        self.listed = {**still_open, **listed}

    def record_poll(self, poll: FeedPoll, now: float) -> FeedPoll:
        """Remembers a poll, and returns its row for the lake.

        Validators are stored only when all entries of the poll have an outcome in the lake: a stream that starts later sends them, and the
        site would not list the entries that were under way. The row has none while an entry is open.
        """
        self.requested_at = None
        self.clock = now
        self.failures, self.skips = poll.failures or 0, poll.skips
        wished = poll.next_poll_at.timestamp() if poll.next_poll_at else 0.0
        wait = max(0.0, wished - poll.polled_at.timestamp())
        wished = min(wished, now + wait)  # the clock may have been set back since the poll began
        if poll.outcome == "failed":
            self.next_at = max(now + self.interval, wished)
        else:
            self.read_at = now if poll.outcome == "ok" else self.read_at
            in_step = self.next_at + self.interval
            self.next_at = max(in_step if in_step > now else now + self.interval, wished)
            self.etag, self.last_modified, self.content_hash = poll.etag, poll.last_modified, poll.content_hash
            self.not_modified = poll.not_modified or 0
            self.wait = wait
        if any(entry.sent_at is not None for entry in self.listed.values()):
            return replace(poll, etag=None, last_modified=None, content_hash=None)
        return poll


def update_feed_states(
    feeds: Mapping[FeedKey, Source], states: dict[FeedKey, FeedState], every: float, lake: Lake, now: datetime
) -> set[FeedKey]:
    """Drops states of other feeds, and adds those of new feeds from the lake. Returns the keys of both. Changes nothing
    if the lake cannot be read.

    It does at the start, and when a job continues from a savepoint of a job with other sources.
    """
    gone, new = states.keys() - feeds.keys(), feeds.keys() - states.keys()
    last = last_polls(lake, new, now) if new else {}
    for key in gone:
        del states[key]
    for key in new:
        states[key] = FeedState.from_lake(feeds[key], every, last.get(key))
    return gone | new


def put_feeds(
    states: dict[FeedKey, FeedState],
    changed: Mapping[FeedKey, FeedState | None],
    listed: Mapping[FeedKey, dict[str, ListedEntry]],
) -> None:
    """Sets the states of some feeds; those that are None are removed. What a feed lists is as before if it is not in ``listed``."""
    for key, feed in changed.items():
        before = states.pop(key, feed)
        if feed is not None and before is not None:
            states[key] = replace(feed, listed=listed.get(key, before.listed))

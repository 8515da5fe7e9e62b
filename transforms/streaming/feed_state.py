"""What a stream remembers of a feed: when it is due, how it answered, and which of its entries the lake has yet to vouch for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas import Entry, FeedPoll, Source
from transforms.feeds.requests import FeedRequest
from transforms.lake.index import SeenKeys, is_settled
from transforms.lake.layout import Lake
from transforms.lake.polls import FeedKey, LastPoll, last_polls

LONGEST_BACK_OFF = 3600.0
"""Seconds at most between two polls of a feed that keeps failing, unless its interval is longer."""
LOST = 900.0
"""Seconds after which an entry that left no trace in the lake is sent on again, should its feed still list it."""


@dataclass(slots=True)
class ListedEntry:
    """An entry as its feed listed it last."""

    fingerprint: str
    """Hash of what the feed said of it."""
    url_key: str
    """Key of its address."""
    sent_at: float | None
    """When it was sent on, in seconds since 1970; None once the lake has dealt with it for good."""


@dataclass(slots=True)
class FeedState:
    """One feed of a stream."""

    interval: float
    """Seconds between two polls."""
    next_at: float = 0.0
    """When it is due, in seconds since 1970."""
    asked_at: float | None = None
    """When it was asked and did not answer yet."""
    failures: int = 0
    """Polls that failed in a row."""
    etag: str | None = None
    """Validator of the last answer."""
    last_modified: str | None = None
    """Validator of the last answer."""
    content_hash: str | None = None
    """Hash of the bytes of the last answer."""
    listed: dict[str, ListedEntry] = field(default_factory=dict)
    """What the feed listed last, and older entries that are open, by entry key."""
    read_at: float = 0.0
    """When it was last read, that is neither failed nor said that nothing had changed."""

    @classmethod
    def warmed(cls, interval: float, last: LastPoll | None) -> FeedState:
        """As the lake left it."""
        if last is None:
            return cls(interval)
        return cls(
            interval,
            next_at=last.polled_at.timestamp() + interval,
            etag=last.etag,
            last_modified=last.last_modified,
            content_hash=last.content_hash,
            read_at=last.polled_at.timestamp(),
        )

    def expire(self, before: float) -> None:
        """Forgets what the feed said, if it was last read before then. It is asked without validators, and the lake tells what is new."""
        if self.read_at < before:
            self.listed, self.etag, self.last_modified, self.content_hash = {}, None, None, None

    def open_keys(self, before: float) -> Iterator[str]:
        """Entries that were sent on before then and that the lake has not vouched for, as far as we know."""
        return (key for key, entry in self.listed.items() if entry.sent_at is not None and entry.sent_at <= before)

    def confirm(self, seen: SeenKeys) -> None:
        """Closes what the lake has dealt with for good since it was sent on."""
        for key, entry in self.listed.items():
            if entry.sent_at is None:
                continue
            history = seen.entries.get(key)
            if (history is not None and entry.fingerprint in history.done) or (
                history is None and entry.url_key in seen.addresses
            ):
                entry.sent_at = None

    def visit(self, source: Source, feed_url: str, before: float) -> FeedRequest:
        """How to ask now: unconditionally while an entry from before then is open, so that the site lists it again."""
        if any(self.open_keys(before)):
            self.content_hash = None
            return FeedRequest(source=source, feed_url=feed_url)
        return FeedRequest(source=source, feed_url=feed_url, etag=self.etag, last_modified=self.last_modified)

    def unknown(self, entries: Iterable[Entry]) -> list[Entry]:
        """Of the entries just listed those that this watch cannot tell from memory: new, changed, or open for long."""
        return [entry for entry in entries if not self._remembers(entry)]

    def _remembers(self, entry: Entry) -> bool:
        held = self.listed.get(entry.entry_key)
        return held is not None and held.fingerprint == entry.fingerprint and held.sent_at is None

    def sift(self, entries: Collection[Entry], seen: SeenKeys, now: float, before: float) -> Iterator[Entry]:
        """Of the entries just listed those to send on, with the attempts that were made; remembers all of them.

        ``seen`` is what the lake knows of the unknown ones. An entry that is open since ``before`` or longer is sent on again when the
        lake says that it failed for now, or after LOST when the lake says nothing.
        """
        listed: dict[str, ListedEntry] = {}
        for entry in entries:
            held = self.listed.get(entry.entry_key)
            if entry.entry_key in listed:
                continue  # a feed that lists an entry twice
            if self._remembers(entry):
                assert held is not None
                listed[entry.entry_key] = held
                continue
            if is_settled(entry, seen):
                listed[entry.entry_key] = ListedEntry(entry.fingerprint, entry.url_key, None)
                continue
            history = seen.entries.get(entry.entry_key)
            tried = history.attempts.get(entry.fingerprint, 0) if history else 0
            if held is not None and held.fingerprint == entry.fingerprint and held.sent_at is not None:
                patience = before if history is not None and entry.fingerprint in history.attempts else now - LOST
                if held.sent_at > patience:
                    listed[entry.entry_key] = held
                    continue
            listed[entry.entry_key] = ListedEntry(entry.fingerprint, entry.url_key, now)
            yield replace(entry, attempts=tried) if tried else entry
        # What the feed no longer lists but the lake has yet to vouch for keeps the validators back a while longer.
        still_open = {key: held for key, held in self.listed.items() if held.sent_at and now - held.sent_at < LOST}
        self.listed = {**still_open, **listed}

    def answered(self, poll: FeedPoll, now: float) -> FeedPoll:
        """Remembers the answer, and gives its row as the lake may have it.

        Validators in the lake say that everything the feed listed is dealt with there: a stream that starts anew asks with them, and would
        never hear of what was still on its way. So a row comes without them as long as an entry is open.
        """
        self.asked_at = None
        if poll.outcome == "failed":
            self.failures += 1
            self.next_at = now + max(self.interval, min(self.interval * 2**self.failures, LONGEST_BACK_OFF))
        else:
            self.failures = 0
            self.read_at = now if poll.outcome == "ok" else self.read_at
            in_step = self.next_at + self.interval
            self.next_at = in_step if in_step > now else now + self.interval
            self.etag, self.last_modified, self.content_hash = poll.etag, poll.last_modified, poll.content_hash
        if any(entry.sent_at is not None for entry in self.listed.values()):
            return replace(poll, etag=None, last_modified=None, content_hash=None)
        return poll


def update_feed_states(
    feeds: Mapping[FeedKey, Source], watches: dict[FeedKey, FeedState], every: float, lake: Lake, at: datetime
) -> bool:
    """Watches these feeds, as the lake left them, and no others; true when that was a change.

    It is one in the beginning, and for a job that goes on from the savepoint of one with other sources.
    """
    gone, new = watches.keys() - feeds.keys(), feeds.keys() - watches.keys()
    for key in gone:
        del watches[key]
    if new:
        last = last_polls(lake, new, at)
        for key in new:
            watches[key] = FeedState.warmed(feeds[key].poll_seconds or every, last.get(key))
    return bool(gone or new)

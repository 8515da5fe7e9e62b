"""The entries that wait for their page, by host: the keyed state of FetchDue for one shard of sites."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from schemas import Entry, Reason, Rejected

REQUEST_TIMEOUT = 120.0
"""Seconds after which a request that this worker does not know is sent again: the worker that had it has died."""
RECENT = 900.0
"""Seconds in which a second entry for the same page, from another feed, counts as seen. After that the lake knows the page."""


@dataclass(slots=True)
class HostQueue:
    """The entries of one host. Its sources take turns. The first entry may have a request under way."""

    sources: dict[str, deque[Entry]] = field(default_factory=dict)
    """Entries by source id, in the order of turns; no queue is empty."""
    sent_at: float | None = None
    """When the request for the first entry was sent, in seconds since 1970; None while the entry waits."""
    next_at: float = 0.0
    """When the host may be asked again, in seconds since 1970."""

    @property
    def first(self) -> Entry | None:
        """The entry whose turn it is; None when there is none."""
        return next((entries[0] for entries in self.sources.values()), None)

    @property
    def entries(self) -> Iterator[Entry]:
        """Yields all entries."""
        for entries in self.sources.values():
            yield from entries

    def remove_first(self) -> Entry:
        """Removes the entry whose turn it is. The next turn is that of another source, if there is one."""
        source = next(iter(self.sources))
        entries = self.sources.pop(source)
        entry = entries.popleft()
        if entries:
            self.sources[source] = entries
        return entry


@dataclass(slots=True)
class HostQueues:
    """The queues of all hosts of a shard.

    It is stored as a log of calls (see state_log.py): a method that changes it does the same whenever it is called with the same arguments.
    """

    hosts: dict[str, HostQueue] = field(default_factory=dict)
    """Hosts that have entries, or that must not be asked yet."""
    queued: set[str] = field(default_factory=set)
    """Address keys of all entries in queues."""
    recent: dict[str, tuple[float, str]] = field(default_factory=dict)
    """By address key: when a page was queued, and the key of its entry. The oldest come first."""
    closing: bool = False
    """True after the stream was asked to end."""
    clock: float = 0.0
    """What the clock said last, in seconds since 1970."""

    def enqueue(self, host: str, entry: Entry, now: float, longest: int) -> bool:
        """Queues an entry. Returns False, and changes nothing, if ``has_page``.

        Raises Rejected(HOST_DEFERRED) if its source has ``longest`` entries at the host, or if the stream is ending.
        """
        if self.has_page(entry, now):
            return False
        if self.closing:
            raise Rejected(Reason.HOST_DEFERRED, "the stream was ending", None, 0.0)
        queue = self.hosts.setdefault(host, HostQueue())
        source = entry.source.id
        if len(queue.sources.get(source, ())) >= longest:
            raise Rejected(Reason.HOST_DEFERRED, f"{longest} pages of {host} were waiting before it", None, 0.0)
        queue.sources.setdefault(source, deque()).append(entry)
        self.queued.add(entry.url_key)
        self.recent.pop(entry.url_key, None)
        self.recent[entry.url_key] = (now, entry.entry_key)
        return True

    def has_page(self, entry: Entry, now: float) -> bool:
        """True if the page of an entry is queued, or was queued a moment ago for another entry."""
        at, key = self.recent.get(entry.url_key, (0.0, entry.entry_key))
        return entry.url_key in self.queued or (key != entry.entry_key and now - at < RECENT)

    def read_clock(self, now: float) -> float:
        """Returns the seconds by which the clock was set back since the last call; 0 if it was not. It need not be in the log."""
        back, self.clock = self.clock - now, now
        return max(0.0, back)

    def move_back(self, seconds: float) -> None:
        """Moves all times back after the clock was. Otherwise a host would rest until the clock is there again."""
        for queue in self.hosts.values():
            queue.next_at -= seconds
            queue.sent_at = None if queue.sent_at is None else queue.sent_at - seconds
        self.recent = {page: (at - seconds, key) for page, (at, key) in self.recent.items()}

    def due(self, now: float) -> Iterator[tuple[str, Entry]]:
        """Yields the first entry of each host that may be asked now. Hosts that have waited longest come first."""
        for host, queue in sorted(self.hosts.items(), key=lambda item: item[1].next_at):
            if queue.sent_at is None and queue.next_at <= now and (entry := queue.first):
                yield host, entry

    def under_way(self) -> Iterator[tuple[str, Entry]]:
        """Yields the entries whose request was sent."""
        for host, queue in self.hosts.items():
            if queue.sent_at is not None and (entry := queue.first):
                yield host, entry

    def set_sent(self, host: str, sent_at: float | None) -> None:
        """Records when the request for the first entry of a host was sent; None if the request was lost."""
        self.hosts[host].sent_at = sent_at

    def complete(self, host: str, next_at: float) -> None:
        """Removes the first entry of a host; the host may be asked again at ``next_at``."""
        queue = self.hosts[host]
        self.queued.discard(queue.remove_first().url_key)
        queue.sent_at, queue.next_at = None, next_at

    def close(self) -> list[Entry]:
        """Returns and removes all entries, with their hosts. Nothing is queued any more."""
        entries = [entry for queue in self.hosts.values() for entry in queue.entries]
        self.closing = True
        self.hosts.clear()
        self.queued.clear()
        return entries

    def expire(self, now: float) -> None:
        """Drops hosts and recent pages that no longer matter. It need not be in the log."""
        for host in [host for host, queue in self.hosts.items() if not queue.sources and queue.next_at <= now]:
            del self.hosts[host]
        for page in list(takewhile(lambda page: now - self.recent[page][0] >= RECENT, self.recent)):
            del self.recent[page]

    @property
    def count(self) -> int:
        """Number of entries in all queues."""
        return len(self.queued)

    @property
    def is_empty(self) -> bool:
        """True if this equals a new HostQueues."""
        return not (self.hosts or self.recent or self.closing)

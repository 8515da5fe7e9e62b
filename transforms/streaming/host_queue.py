"""The entries that wait for their page, by host: the keyed state of FetchDue for one shard of sites."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

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
    """The queues of all hosts of a shard."""

    hosts: dict[str, HostQueue] = field(default_factory=dict)
    """Hosts that have entries, or that must not be asked yet."""
    queued: set[str] = field(default_factory=set)
    """Address keys of all entries in queues."""
    recent: dict[str, tuple[float, str]] = field(default_factory=dict)
    """By address key: when a page was queued, and the key of its entry."""
    closing: bool = False
    """True after the stream was asked to end."""
    clock: float = 0.0
    """What the clock said last, in seconds since 1970."""

    def enqueue(self, host: str, entry: Entry, now: float, longest: int) -> bool:
        """Queues an entry. Returns False if its page is queued already, or was queued a moment ago for another entry.

        Raises Rejected(HOST_DEFERRED) if its source has ``longest`` entries at the host, or if the stream is ending.
        """
        self.follow_clock(now)
        at, key = self.recent.get(entry.url_key, (0.0, entry.entry_key))
        if entry.url_key in self.queued or (key != entry.entry_key and now - at < RECENT):
            return False
        if self.closing:
            raise Rejected(Reason.HOST_DEFERRED, "the stream was ending", None, 0.0)
        queue = self.hosts.setdefault(host, HostQueue())
        source = entry.source.id
        if len(queue.sources.get(source, ())) >= longest:
            raise Rejected(Reason.HOST_DEFERRED, f"{longest} pages of {host} were waiting before it", None, 0.0)
        queue.sources.setdefault(source, deque()).append(entry)
        self.queued.add(entry.url_key)
        self.recent[entry.url_key] = (now, entry.entry_key)
        return True

    def follow_clock(self, now: float) -> None:
        """Moves all times back if the clock was set back. Otherwise a host would rest until the clock is there again."""
        back, self.clock = self.clock - now, now
        if back <= 0:
            return
        for queue in self.hosts.values():
            queue.next_at -= back
            queue.sent_at = None if queue.sent_at is None else queue.sent_at - back
        self.recent = {page: (at - back, key) for page, (at, key) in self.recent.items()}

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

    def complete(self, host: str, next_at: float) -> None:
        """Removes the first entry of a host; the host may be asked again at ``next_at``."""
        queue = self.hosts[host]
        self.queued.discard(queue.remove_first().url_key)
        queue.sent_at, queue.next_at = None, next_at

    def empty(self) -> Iterator[Entry]:
        """Yields all entries, and removes them with their hosts."""
        for queue in self.hosts.values():
            yield from queue.entries
        self.hosts.clear()
        self.queued.clear()

    def expire(self, now: float) -> bool:
        """Drops hosts and recent pages that no longer matter. Returns True if anything was dropped."""
        hosts = {host: queue for host, queue in self.hosts.items() if queue.sources or queue.next_at > now}
        recent = {page: queued for page, queued in self.recent.items() if now - queued[0] < RECENT}
        dropped = len(hosts) < len(self.hosts) or len(recent) < len(self.recent)
        self.hosts, self.recent = hosts, recent
        return dropped

    @property
    def count(self) -> int:
        """Number of entries in all queues."""
        return len(self.queued)

    @property
    def is_empty(self) -> bool:
        """True if this equals a new HostQueues."""
        return not (self.hosts or self.recent or self.closing)

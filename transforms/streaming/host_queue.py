"""The line of entries that wait for their page, by host: what the keyed state of a stream holds for a shard of hosts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas import Entry, Reason, Rejected

LEASE = 120.0
"""Seconds after which an entry that was sent for, and that this worker knows nothing of, is sent for again."""
RECENT = 900.0
"""Seconds in which a second entry for the same page, from another feed, is taken for seen; later the lake knows the page."""


@dataclass(slots=True)
class HostQueue:
    """The entries of one host, in order; the first may be under way."""

    entries: list[Entry] = field(default_factory=list)
    sent_at: float | None = None
    """When the first one was sent for, in seconds since 1970; None when it waits."""
    next_at: float = 0.0
    """When the host may be asked again."""


@dataclass(slots=True)
class HostQueues:
    """All hosts of a shard."""

    hosts: dict[str, HostQueue] = field(default_factory=dict)
    """Those with entries, or that were asked a moment ago."""
    recent: dict[str, tuple[float, str]] = field(default_factory=dict)
    """When a page was put in line, and the key of its entry, by address key."""
    closing: bool = False
    """True once the stream has been asked to end."""

    def join(self, host: str, entry: Entry, now: float, longest: int) -> bool:
        """Puts an entry in line; False when its page is in line already, or was just now.

        Raises Rejected(HOST_DEFERRED) when the host's line is ``longest`` entries long or the stream ends.
        """
        at, key = self.recent.get(entry.url_key, (0.0, entry.entry_key))
        line = self.hosts.setdefault(host, HostQueue())
        if (key != entry.entry_key and now - at < RECENT) or entry.url_key in {held.url_key for held in line.entries}:
            return False
        if self.closing:
            raise Rejected(Reason.HOST_DEFERRED, "the stream was ending")
        if len(line.entries) >= longest:
            raise Rejected(Reason.HOST_DEFERRED, f"{longest} pages of {host} were waiting before it")
        line.entries.append(entry)
        self.recent[entry.url_key] = (now, entry.entry_key)
        return True

    def due(self, now: float) -> Iterator[tuple[str, Entry]]:
        """The first entry of each host that may be asked now."""
        for host, line in self.hosts.items():
            if line.entries and line.sent_at is None and line.next_at <= now:
                yield host, line.entries[0]

    def under_way(self) -> Iterator[tuple[str, Entry]]:
        """The entries that were sent for."""
        for host, line in self.hosts.items():
            if line.entries and line.sent_at is not None:
                yield host, line.entries[0]

    def served(self, host: str, next_at: float) -> None:
        """The first entry of a host is done with; the host may be asked again at ``next_at``."""
        line = self.hosts[host]
        line.entries.pop(0)
        line.sent_at, line.next_at = None, next_at

    def tidy(self, now: float) -> bool:
        """Forgets what no longer matters; true when there was something to forget."""
        hosts = {host: line for host, line in self.hosts.items() if line.entries or line.next_at > now}
        recent = {page: held for page, held in self.recent.items() if now - held[0] < RECENT}
        forgotten = len(hosts) < len(self.hosts) or len(recent) < len(self.recent)
        self.hosts, self.recent = hosts, recent
        return forgotten

    @property
    def is_empty(self) -> bool:
        """True for one that is as good as new."""
        return not (self.hosts or self.recent or self.closing)

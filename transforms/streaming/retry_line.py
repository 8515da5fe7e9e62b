"""What a stream remembers of the entries that are in line in the lake for another try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas import Entry, Source
from transforms.lake.layout import Lake
from transforms.lake.waiting import due_entries, read_waiting, waiting_entries

LOOK_EVERY = 60.0
"""Seconds between two looks into the lake."""
LOST = 900.0
"""Seconds after which an entry that left no trace in the lake is sent again."""


@dataclass(slots=True)
class RetryLine:
    """The entries in line of the sources of one shard."""

    next_at: float = 0.0
    """When to look into the lake again, in seconds since 1970."""
    sent: dict[str, tuple[datetime, float]] = field(default_factory=dict)
    """By entry key: the row for which an entry was sent to FetchDue (its ``rejected_at``), and when, in seconds since 1970."""

    def is_time(self, now: float) -> bool:
        """True when to look into the lake. A clock that was set back delays it by no more than its pause."""
        return not 0 < self.next_at - now <= LOOK_EVERY

    def select(self, lake: Lake, sources: Mapping[str, Source], now: datetime, at_most: int) -> list[Entry]:
        """The entries to send to FetchDue now. Of each source no more than ``at_most`` are under way at the same time."""
        moment = now.timestamp()
        self.next_at = moment + LOOK_EVERY
        waiting = {entry.entry_key: entry for entry in waiting_entries(lake, sources.keys(), now)}
        sent = {
            key: (rejected_at, sent_at)
            for key, (rejected_at, sent_at) in self.sent.items()
            if key in waiting and waiting[key].rejected_at == rejected_at and 0 <= moment - sent_at < LOST
        }
        under_way = Counter(waiting[key].source for key in sent)
        free = [entry for key, entry in waiting.items() if key not in sent]
        due = due_entries(free, now, at_most, under_way)
        entries = read_waiting(lake, due, sources)
        self.sent = sent | {entry.entry_key: (entry.rejected_at, moment) for entry in due}
        return entries

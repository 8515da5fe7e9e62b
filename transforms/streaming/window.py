"""One window of a stream: what it gathers, when it closes, and when the stream has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from schemas import Article, FeedPoll, Reject
from transforms.accounting.counts import Tally
from transforms.steps.ledger import CountedTogether
from transforms.streaming.clock import Tick

WindowItem = Article | Reject | FeedPoll | Tally | CountedTogether
"""What a window gathers."""

_TICKS_TO_END = 3
"""Ticks without a new item after which the stream has ended, once all shards have drained: pages may be on their way to the commit."""
_TICKS_TO_GIVE_UP = 60
"""The same when a shard has not reported that it drained."""


@dataclass(frozen=True, slots=True)
class Drained:
    """Reports that a shard of hosts has no request under way, and accepts no more entries."""

    shard: str


@dataclass(slots=True)
class OpenWindow:
    """The state of the window that gathers items: when it closes, and whether more items can come."""

    closes_at: float | None = None
    """When the window ends, in seconds since 1970; None while it is empty."""
    seconds: float = 0.0
    """Length of the window."""
    closed: float = 0.0
    """When the window before it ended."""
    set_back: int = 0
    """How often the clock was set back before a window. With it, no two windows have one name."""
    drained: frozenset[str] = frozenset()
    """Shards that have drained."""
    quiet: int = 0
    """Ticks since the last item, after the stream was asked to end."""
    ended: bool = False
    """True after the end was noted."""

    def take(self, at: float, seconds: float) -> bool:
        """Records that an item came; returns True if this changed the state. Windows of all streams end at multiples of their length."""
        if self.closes_at is not None and not self.quiet:
            return False
        if self.closes_at is None:
            self.closes_at, self.seconds = (at // seconds + 1) * seconds, seconds
            if self.closes_at == self.closed:  # the stream is ending, and that window closed early
                self.closes_at += seconds
            self.set_back += self.closes_at < self.closed
        self.quiet = 0
        return True

    def empty(self) -> None:
        """Records that the window was committed."""
        self.closed, self.closes_at = self.closes_at or self.closed, None

    def add_drained(self, drained: Drained) -> None:
        """Records that a shard has drained."""
        self.drained |= {drained.shard}

    def tick(self, tick: Tick, at: float, shards: int) -> tuple[bool, bool]:
        """Returns whether to commit the window now, and whether the stream has ended."""
        if tick.last:
            self.quiet += 1
        over = self.quiet >= (_TICKS_TO_END if len(self.drained) >= shards else _TICKS_TO_GIVE_UP)
        # A clock that was set back must not keep the window open.
        is_due = self.closes_at is not None and (at >= self.closes_at or self.closes_at - at > 2 * self.seconds)
        return self.closes_at is not None and (over or is_due), over


def was_waiting(item: WindowItem) -> TypeGuard[Article | Reject]:
    """True for the outcome of an entry that was counted as waiting when its feed was polled."""
    return isinstance(item, Article) or (isinstance(item, Reject) and item.entry_key is not None)

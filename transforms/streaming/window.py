"""One window of a stream: what it gathers, when it closes, and when the stream has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from schemas import Article, FeedPoll, Reject
from transforms.accounting.counts import Tally
from transforms.steps.ledger import CountedTogether
from transforms.streaming.clock import Tick

WindowItem = Article | Reject | FeedPoll | Tally | CountedTogether


def was_waiting(item: WindowItem) -> TypeGuard[Article | Reject]:
    """True for what became of an entry that was counted as waiting when its feed was visited."""
    return isinstance(item, Article) or (isinstance(item, Reject) and item.entry_key is not None)


_QUIET = 3
"""Ticks after which nothing comes any more from shards that have all drained: pages on their way to the commit."""
_PATIENCE = 60
"""The same when some shard has not told."""


@dataclass(frozen=True, slots=True)
class Drained:
    """A shard of hosts has nothing under way any more, and takes nothing more."""

    shard: str


@dataclass(slots=True)
class OpenWindow:
    """What is not yet in the lake, as far as its commit is concerned: when that is due, and whether more can come."""

    closes_at: float | None = None
    """When the window ends, in seconds since 1970; None while it is empty."""
    closed: float = 0.0
    """When the one before it ended: a clock that is set back must not give its name twice."""
    drained: frozenset[str] = frozenset()
    """Shards that told so."""
    quiet: int = 0
    """Ticks that told of the end since something came."""
    ended: bool = False
    """True once the end was told."""

    def take(self, at: float, seconds: float) -> bool:
        """Something came; true when it has changed anything here. Windows of all streams end at multiples of their length."""
        if self.closes_at is not None and not self.quiet:
            return False
        if self.closes_at is None:
            self.closes_at = max((at // seconds + 1) * seconds, self.closed + seconds)
        self.quiet = 0
        return True

    def empty(self) -> None:
        """It is in the lake."""
        self.closed, self.closes_at = self.closes_at or self.closed, None

    def hear(self, drained: Drained) -> None:
        """A shard tells that it has drained."""
        self.drained |= {drained.shard}

    def tick(self, tick: Tick, at: float, shards: int) -> tuple[bool, bool]:
        """Whether to commit what came, and whether that was all."""
        if tick.last:
            self.quiet += 1
        over = self.quiet >= (_QUIET if len(self.drained) >= shards else _PATIENCE)
        return self.closes_at is not None and (over or at >= self.closes_at), over

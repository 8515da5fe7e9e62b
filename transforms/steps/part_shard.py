"""One shard of sites in one part of a pass: what it takes over from the part before, and what it leaves for the next one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from apache_beam.pvalue import TaggedOutput

from schemas import Entry, Rejected, Source
from transforms.accounting.counts import Tally
from transforms.accounting.rows import waiting_index_row
from transforms.accounting.runs import Stopwatch, now
from transforms.lake.pass_state import known_use, remember_use
from transforms.lake.waiting import due_entries, left_entries, read_waiting, waiting_entries
from transforms.steps.context import Part, RunContext
from transforms.web.politeness import TimeIsUpError
from transforms.web.settings import Politeness
from transforms.web.use import WebUse

AT_ONCE = 10_000
"""Entries that a part deals with at once. The others wait in the lake, so memory does not grow with the pass."""


class PartShard:
    """What happens to what the shard has no time for: the next part takes it, or it is rejected if the time of the whole pass is up.

    An entry that is left gets a row in the index with the outcome ``waiting``, and counts as ``waiting`` until a later part has its
    outcome. So the counts of each part are balanced, and the ``waiting`` of all parts add up to 0.
    """

    def __init__(self, run: RunContext, politeness: Politeness, shard: str) -> None:
        part = run.part or Part(pass_time=Stopwatch(run.started_at), seconds=float("inf"))
        left = politeness.pass_seconds - part.pass_time.seconds()
        self._run = run
        self.shard = shard
        """Name of the shard."""
        self._at_most = politeness.pages_of_a_host
        self._taken: set[tuple[str, str, str]] = set()
        self._has_left = False
        self.is_first = not part.before
        """True in the first part of a pass."""
        self.pass_started_at = part.pass_started_at
        """When the pass began."""
        self.seconds = min(left, part.seconds)
        """Seconds after which no request begins."""
        self.leaves = part.seconds < left
        """True when the next part takes what this one has no time for."""

    # Before

    def use(self) -> WebUse:
        """What the pass has asked the hosts of the shard so far."""
        return known_use(self._run.lake, self.shard, self.pass_started_at, now()) if self._run.part else WebUse()

    def take(self, sources: Collection[Source]) -> list[Entry]:
        """The entries of these sources to begin with: in the first part those in line whose time has come, then those that are left."""
        lake, moment = self._run.lake, max(self._run.started_at, self.pass_started_at)
        by_id = {source_id: source for source in sources for source_id in (source.id, *source.aliases)}
        if self.is_first:
            waiting = waiting_entries(lake, by_id.keys(), moment)
            return read_waiting(lake, due_entries(waiting, moment, self._at_most), by_id)
        left = left_entries(lake, by_id.keys(), self.pass_started_at, moment)
        entries = read_waiting(lake, left[:AT_ONCE], by_id)
        self._taken = set(map(_identity, entries))
        self._has_left = len(entries) < len(left)
        return entries

    # At the end

    def is_over(self, rejected: Rejected | None) -> bool:
        """True when a request was not sent because the time of this part is up: then what was wanted is left."""
        is_over = self.leaves and isinstance(rejected, TimeIsUpError)
        self._has_left |= is_over
        return is_over

    def has_room(self, pending: int) -> bool:
        """False when an entry should be left at once, because ``pending`` others are dealt with already."""
        return not self.leaves or pending < AT_ONCE

    def leave(self, entry: Entry) -> Iterator[TaggedOutput]:
        """Leaves an entry. One that was left before has its row already."""
        self._has_left = True
        if _identity(entry) not in self._taken:
            yield TaggedOutput("index", waiting_index_row(entry, self.pass_started_at, now(), self._run.run_id))
            yield TaggedOutput("tallies", Tally(entry.source.id, "waiting"))

    def settle(self, entry: Entry) -> Iterator[TaggedOutput]:
        """Counts that an entry waits no more, if an earlier part has left it."""
        if _identity(entry) in self._taken:
            yield TaggedOutput("tallies", Tally(entry.source.id, "waiting", -1))

    def close(self, use: WebUse) -> None:
        """Tells the next part what hosts were asked, if there will be one."""
        if self._has_left:
            remember_use(self._run.lake, self.shard, self.pass_started_at, now(), use)


def _identity(entry: Entry) -> tuple[str, str, str]:
    """What tells an entry that is left from all others: two feeds may list the same one."""
    return entry.entry_key, entry.fingerprint, entry.feed_url

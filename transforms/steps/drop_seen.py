"""DropSeen: drops entries that have a final outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Entry
from transforms.accounting.counts import Tally
from transforms.lake.index import keep_unseen, page_of, seen_keys
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.ledger import Ledger, shard_of


class DropSeen(beam.PTransform):
    """Entries to the entries that are new. Groups by shard of address key; each shard looks into the index once.

    For entries of archives: an entry that is in line for another try of its page is new, because the archive may have the page.
    """

    def __init__(self, run: RunContext, ledger: Ledger) -> None:
        super().__init__()
        self._drop = DropSeenShard(run)
        self._shards = run.shards
        self._ledger = ledger

    def expand(self, entries: PCollection[Entry]) -> PCollection[Entry]:
        """Wires the step."""
        looked_up = (
            entries
            | "Group by address shard" >> GroupRecords(partial(_shard, self._shards))
            | "Look up" >> beam.ParDo(self._drop).with_outputs("tallies", main="new")
        )
        self._ledger.tallies.append(looked_up["tallies"])
        return looked_up["new"]


def _shard(shards: int, entry: Entry) -> str:
    return shard_of(page_of(entry), shards)


class DropSeenShard(beam.DoFn):
    """Compares the entries of one shard with the index and with each other."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._seen = Metrics.counter("seen", "entries")

    def process(self, shard: tuple[str, Iterable[Entry]]) -> Iterator[Entry | TaggedOutput]:
        """Yields new entries; in a tagged output the tallies of the others."""
        # Sorted, so that a retry of this bundle keeps the same one of two entries for one page.
        entries = sorted(shard[1], key=lambda entry: (entry.source.id, entry.feed_url, entry.entry_key, entry.seen_at))
        seen = seen_keys(
            self._run.lake,
            {entry.entry_key for entry in entries},
            {entry.url_key for entry in entries if entry.url_key},
            self._run.known_since,
        )
        unseen, dropped = keep_unseen(entries, seen, set(), in_line=False)
        yield from unseen
        for source, count in dropped.items():
            self._seen.inc(count)
            yield TaggedOutput("tallies", Tally(source, "seen", count))
        self._run.progress.add("seen", dropped.total())
        self._run.progress.flush()

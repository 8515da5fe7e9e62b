"""What leaves the main line of a pipeline: rejects, polls, index rows and counts, on their way to WriteLake.

Every step that lets an element go says so here. WriteLake writes the ledger beside the articles, so that each entry is accounted for.
"""

from __future__ import annotations

import zlib

import apache_beam as beam
from apache_beam.pvalue import PCollection

from schemas import FeedPoll, IndexRow, Reject
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import ArchiveRead

CountedTogether = tuple[FeedPoll | Tally, ...]
"""A row and its counts, or counts that are one fact: a window may end between any two elements, and each window's counts add up."""


class Ledger:
    """Gathers side outputs while a pipeline is built. One ledger belongs to one pipeline."""

    def __init__(self) -> None:
        self.rejects: list[PCollection[Reject]] = []
        """Feeds and entries that stopped."""
        self.polls: list[PCollection[FeedPoll]] = []
        """Visits to feeds."""
        self.duplicates: list[PCollection[IndexRow]] = []
        """Index rows of entries whose article is already there."""
        self.tallies: list[PCollection[Tally]] = []
        """Counts that no row tells."""
        self.together: list[PCollection[CountedTogether]] = []
        """What goes into one commit of a stream or into another, but not apart."""
        self.archives: list[PCollection[ArchiveRead]] = []
        """Archives that were read."""


def shard_of(key: str, shards: int) -> str:
    """A group for a key, the same on every machine. Grouping by it bounds how much works at the same time."""
    return str(zlib.crc32(key.encode("utf-8", "surrogatepass")) % shards)


def flattened(collections: list[PCollection[beam.typehints.Any]], label: str) -> PCollection[beam.typehints.Any]:
    """Several collections as one."""
    return tuple(collections) | label >> beam.Flatten()

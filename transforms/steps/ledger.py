"""The ledger: rejects, polls, index rows and counts, which leave the main line of a pipeline and go to WriteLake.

Every step adds the elements that it drops. WriteLake writes the ledger beside the articles, so every entry is accounted for.
"""

from __future__ import annotations

import zlib

import apache_beam as beam
from apache_beam.pvalue import PCollection

from schemas import FeedPoll, IndexRow, Reject, Sketch
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import ArchiveRead
from transforms.urls import registered_domain
from transforms.web.addresses import request_host

CountedTogether = tuple[FeedPoll | Tally, ...]
"""A row with its counts, or counts that belong together. A window may end between any two elements, and its counts must add up."""


class Ledger:
    """Collects side outputs while a pipeline is built. Each pipeline has its own ledger."""

    def __init__(self) -> None:
        self.rejects: list[PCollection[Reject]] = []
        """Feeds and entries that stopped."""
        self.polls: list[PCollection[FeedPoll]] = []
        """Polls of feeds."""
        self.index: list[PCollection[IndexRow]] = []
        """Index rows of entries whose article the lake already has, and of those that a part of a pass leaves."""
        self.sketches: list[PCollection[Sketch]] = []
        """Sketches of the articles."""
        self.tallies: list[PCollection[Tally]] = []
        """Counts that follow from no row."""
        self.together: list[PCollection[CountedTogether]] = []
        """What must go into the same commit of a stream."""
        self.archives: list[PCollection[ArchiveRead]] = []
        """Archives that were read."""


def shard_of(key: str, shards: int) -> str:
    """The shard of a key, the same on every machine. Grouping by shard limits how many keys are worked on at once."""
    return str(zlib.crc32(key.encode("utf-8", "surrogatepass")) % shards)


def site_shard(url: str, shards: int) -> str:
    """The shard of the site of an address: its registered domain, with all hosts below it. One loop paces each site."""
    return shard_of(registered_domain(request_host(url)), shards)


def flattened(collections: list[PCollection[beam.typehints.Any]], label: str) -> PCollection[beam.typehints.Any]:
    """Several collections as one."""
    return tuple(collections) | label >> beam.Flatten()

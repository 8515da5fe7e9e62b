"""FetchPages: entries to the pages at their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Entry, Page, Reject, Rejected, Stage
from transforms.accounting.rows import entry_reject, unwanted
from transforms.accounting.runs import now
from transforms.extraction.feed_text import full_text_page, page_instead
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.ledger import Ledger, shard_of
from transforms.urls import host
from transforms.web.loop_thread import in_background
from transforms.web.pages import fetch_pages
from transforms.web.settings import Connect, Politeness


class FetchPages(beam.PTransform):
    """Entries to the pages at their addresses. Groups by host shard, so one loop paces each host. Pages are yielded as they arrive."""

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness, ledger: Ledger) -> None:
        super().__init__()
        self._fetch = FetchShard(run, connect, politeness)
        self._shards = run.shards
        self._ledger = ledger

    def expand(self, entries: PCollection[Entry]) -> PCollection[Page]:
        """Wires the step."""
        fetched = (
            entries
            | "Group by host shard" >> GroupRecords(partial(_shard, self._shards))
            | "Fetch" >> beam.ParDo(self._fetch).with_outputs("rejects", main="pages")
        )
        self._ledger.rejects.append(fetched["rejects"])
        return fetched["pages"]


def _shard(shards: int, entry: Entry) -> str:
    return shard_of(host(entry.url), shards)


class FetchShard(beam.DoFn):
    """Fetches all pages of one shard of hosts at the same time, while later steps work on those that have arrived."""

    def __init__(self, run: RunContext, connect: Connect, politeness: Politeness) -> None:
        self._run = run
        self._connect = connect
        self._politeness = politeness
        self._pages = Metrics.counter("fetch", "pages")
        self._rejects = Metrics.counter("fetch", "rejects")
        self._milliseconds = Metrics.distribution("fetch", "milliseconds")

    def process(self, shard: tuple[str, Iterable[Entry]]) -> Iterator[Page | TaggedOutput]:
        """Yields pages; in a tagged output the rejects."""
        wanted = []
        for entry in shard[1]:
            if page_or_reject := unwanted(entry) or full_text_page(entry):
                yield self._output(entry, page_or_reject)
            else:
                wanted.append(entry)
        self._run.progress.add("to fetch", len(wanted))
        for fetched in in_background(lambda: fetch_pages(wanted, self._connect, self._politeness, now)):
            if isinstance(fetched, Page):
                self._pages.inc()
                self._milliseconds.update(round((fetched.seconds or 0.0) * 1000))
                self._run.progress.add("pages")
                yield fetched
            else:
                rejected = fetched.rejected
                yield self._output(fetched.entry, page_instead(fetched.entry, rejected) or rejected)
        self._run.progress.flush()

    def _output(self, entry: Entry, result: Page | Rejected) -> Page | TaggedOutput:
        return result if isinstance(result, Page) else self._reject(entry, result)

    def _reject(self, entry: Entry, rejected: Rejected) -> TaggedOutput:
        self._rejects.inc()
        self._run.progress.add("rejects")
        row: Reject = entry_reject(entry, Stage.FETCH, rejected, now(), self._run.run_id)
        return TaggedOutput("rejects", row)

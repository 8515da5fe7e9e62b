"""The pipelines of a pass and of a replay, as sentences. That of a stream is in ``ingest_stream``.

Their steps load on first use: a replay needs no HTTP client.
"""

from __future__ import annotations

from apache_beam.pvalue import PCollection

import transforms as steps
from schemas import Source
from transforms.archives.entries import Selection
from transforms.steps.context import RunContext
from transforms.steps.read_archives import Archive
from transforms.web.settings import Connect, Politeness


def ingest(
    sources: PCollection[Source], run: RunContext, connect: Connect, politeness: Politeness, all_feeds: bool = False
) -> PCollection[str]:
    """One pass: from the sources' feeds to the lake. Yields the run id after the commit."""
    ledger = steps.Ledger()
    return (
        sources
        | "Gather pages" >> steps.GatherPages(run, connect, politeness, ledger, all_feeds)
        | "Extract articles" >> steps.ExtractArticles(run, ledger)
        | "Group stories" >> steps.GroupStories(run, ledger)
        | "Write lake" >> steps.WriteLake(run, ledger)
    )


def ingest_archives(archives: PCollection[Archive], run: RunContext, selection: Selection) -> PCollection[str]:
    """A replay: from WARC archives to the lake. Yields the run id after the commit."""
    ledger = steps.Ledger()
    return (
        archives
        | "List archives" >> steps.ListArchives(run, selection, ledger)
        | "Drop seen" >> steps.DropSeen(run, ledger)
        | "Read archives" >> steps.ReadArchives(run, ledger)
        | "Extract articles" >> steps.ExtractArticles(run, ledger)
        | "Group stories" >> steps.GroupStories(run, ledger)
        | "Write lake" >> steps.WriteLake(run, ledger)
    )

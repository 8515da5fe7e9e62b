"""The three pipelines, as sentences: from feeds in one pass, from archives, and from feeds without an end."""

from __future__ import annotations

import apache_beam as beam
from apache_beam.pvalue import PCollection

from schemas import Source
from transforms import (
    DropSeen,
    ExtractArticles,
    GatherPages,
    GroupStories,
    Ledger,
    ListArchives,
    ReadArchives,
    WriteLake,
)
from transforms.archives.entries import Selection
from transforms.steps.context import RunContext
from transforms.steps.read_archives import Archive
from transforms.streaming.clock import Schedule
from transforms.streaming.commit_windows import CommitWindows
from transforms.streaming.fetch_due import FetchDue
from transforms.streaming.job import Job
from transforms.streaming.poll_due import PollDue
from transforms.streaming.ticks import Ticks
from transforms.web.settings import Connect, Politeness


def ingest(
    sources: PCollection[Source], run: RunContext, connect: Connect, politeness: Politeness, all_feeds: bool = False
) -> PCollection[str]:
    """One pass: from the sources' feeds to the lake. Yields the run id after the commit."""
    ledger = Ledger()
    return (
        sources
        | "Gather pages" >> GatherPages(run, connect, politeness, ledger, all_feeds)
        | "Extract articles" >> ExtractArticles(run, ledger)
        | "Group stories" >> GroupStories(run, ledger)
        | "Write lake" >> WriteLake(run, ledger)
    )


def ingest_archives(archives: PCollection[Archive], run: RunContext, selection: Selection) -> PCollection[str]:
    """A replay: from WARC archives to the lake. Yields the run id after the commit."""
    ledger = Ledger()
    return (
        archives
        | "List archives" >> ListArchives(run, selection, ledger)
        | "Drop seen" >> DropSeen(run, ledger)
        | "Read archives" >> ReadArchives(run, ledger)
        | "Extract articles" >> ExtractArticles(run, ledger)
        | "Group stories" >> GroupStories(run, ledger)
        | "Write lake" >> WriteLake(run, ledger)
    )


def ingest_stream(
    pipeline: beam.Pipeline,
    sources: tuple[Source, ...],
    job: Job,
    run: RunContext,
    schedule: Schedule,
    connect: Connect,
    politeness: Politeness,
    on_flink: bool,
) -> beam.PCollection[str]:
    """A stream: from the sources' feeds to the lake, without an end. Yields the run id of each window after its commit."""
    ledger = Ledger()
    ticks = pipeline | "Ticks" >> Ticks(job, run.shards, on_flink)
    entries = ticks | "Poll due" >> PollDue(run, sources, schedule, connect, politeness, ledger)
    pages = (ticks, entries) | "Fetch due" >> FetchDue(run, connect, politeness, ledger)
    articles = pages | "Extract articles" >> ExtractArticles(run, ledger)
    return (articles, ticks) | "Commit windows" >> CommitWindows(run, job, schedule.window, ledger)

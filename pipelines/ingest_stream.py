"""The pipeline of a stream, as a sentence: from feeds to the lake, without an end."""

from __future__ import annotations

import apache_beam as beam

from schemas import Source
from transforms import ExtractArticles, Ledger
from transforms.steps.context import RunContext
from transforms.streaming.clock import Schedule
from transforms.streaming.commit_windows import CommitWindows
from transforms.streaming.fetch_due import FetchDue
from transforms.streaming.job import Job
from transforms.streaming.poll_due import PollDue
from transforms.streaming.ticks import Ticks
from transforms.web.settings import Connect, Politeness


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

"""What surrounds a pipeline that fills a lake: the lock, recovery, progress, the record, and what went wrong in a sentence."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.command.console import Terminal
from pipelines.command.options import RunOptions
from pipelines.command.shell import PassError, cause, check_proxy
from pipelines.engines.choose import Engine
from pipelines.ingest import ingest
from pipelines.sources import Sources
from schemas import Agency, Reason
from transforms.accounting.progress import Progress
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import recover
from transforms.lake.index import RETRY_MEMORY
from transforms.lake.layout import Lake, has_record, read_record
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.web.client import Connect
from transforms.web.politeness import Politeness

_UNREACHABLE = (Reason.DNS, Reason.CONNECT, Reason.PROXY, Reason.TIMEOUT, Reason.TLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass reads, where it writes, and how. Raises ValueError."""

    sources: Sources
    lake: str | Path
    connect: Connect
    politeness: Politeness
    look_back: timedelta | None
    """How far back entries are looked up in the index; None: to its first day."""
    beam: PipelineOptions

    def __post_init__(self) -> None:
        for network in self.connect.allow_networks:
            ip_network(network)
        if self.politeness.pause < 0 or self.politeness.host_seconds <= 0 or self.connect.seconds <= 0:
            raise ValueError("seconds are above 0, and a pause is not below it")
        if self.look_back is not None and self.look_back < RETRY_MEMORY:
            raise ValueError(f"look_back is {self.look_back}: retries are remembered for {RETRY_MEMORY.days} days")


def pass_of(options: RunOptions, found: Sources) -> Pass:
    """The pass that the options of a command ask for."""
    return Pass(
        sources=found,
        lake=options.lake,
        connect=connect_by(options, found),
        politeness=Politeness(pause=options.pause, host_seconds=options.host_seconds),
        look_back=options.look_back,
        beam=options.beam,
    )


def run_pass(
    work: Pass,
    engine: Engine,
    terminal: Terminal,
    during: Callable[[Progress], AbstractContextManager[None]] | None = None,
) -> RunRecord:
    """One pass to its record; raises LakeError, PassError, OSError, KeyboardInterrupt.

    ``during`` is entered for as long as the pipeline runs.
    """
    lake = open_lake(work.lake)
    check_proxy(work.connect.proxy)
    sources = work.sources.sources
    with new_run(lake, engine, terminal, work.look_back, work.sources.agencies) as run:
        feeds = sum(len(source.feeds) for source in sources)
        with terminal.following(run.progress, feeds), during(run.progress) if during else nullcontext():
            carry_out(
                lambda pipeline: ingest(
                    pipeline | "Sources" >> beam.Create(sources), run, work.connect, work.politeness
                ),
                run,
                engine,
                work.beam,
            )
    return read_record(lake, run.run_id)


def announce(options: RunOptions, found: Sources, engine: Engine, terminal: Terminal) -> None:
    """What is about to run on what."""
    feeds = sum(len(source.feeds) for source in found.sources)
    terminal.say(f"{len(found.sources)} sources, {feeds} feeds -> {options.lake}, on {engine.name}")
    if not (options.contact or found.contact):
        terminal.say("No contact is given: sites cannot write to you. Set contact in the sources file, or --contact.")


def connect_by(options: RunOptions, found: Sources) -> Connect:
    """How we reach the web, as the options and the sources file say."""
    return Connect(
        contact=options.contact or found.contact,
        proxy=options.proxy,
        allow_networks=tuple(options.allow_networks),
        seconds=options.page_seconds,
    )


def shortfall(summary: RunRecord) -> str | None:
    """Why a pass that was committed failed all the same, and what to do; None when it worked."""
    if said := _unreachable(summary):
        return said
    if not summary.balanced:
        return f"the counts of run {summary.run_id} do not add up. Please report this with runs/{summary.run_id}.json."
    return None


def _unreachable(summary: RunRecord) -> str | None:
    """A pass in which no feed at all could be reached says something of our network, not of the sites."""
    total = summary.total
    failed = sum(summary.reasons.get(reason.value, 0) for reason in _UNREACHABLE)
    if total.feeds_failed == 0 or total.feeds_failed < total.feeds - total.feeds_not_due or failed < total.feeds_failed:
        return None
    return f"none of {total.feeds_failed} feeds could be reached. Check the network, or --proxy; lake/rejects has each one's detail."


@contextmanager
def new_run(
    lake: Lake,
    engine: Engine,
    terminal: Terminal,
    look_back: timedelta | None = None,
    agencies: tuple[Agency, ...] = (),
) -> Iterator[RunContext]:
    """A pass that holds the lake, once what died before it is cleared away. Raises LakeBusyError."""
    started = now()
    with tempfile.TemporaryDirectory(prefix="copydesk-", ignore_cleanup_errors=True) as folder:
        run = RunContext(
            run_id=new_run_id(started),
            lake=lake,
            started_at=started,
            engine=engine.name,
            shards=engine.workers,
            progress=Progress(folder),
            look_back=look_back,
            agencies=agencies,
        )
        with writing(lake, run.run_id):
            for said in recover(lake):
                terminal.say(said)
            try:
                yield run
            finally:
                run.progress.forget()


def carry_out(
    build: Callable[[beam.Pipeline], object], run: RunContext, engine: Engine, options: PipelineOptions
) -> None:
    """Builds and runs the pipeline; whatever stops it, the lake is left as it was, or with this pass whole. Raises PassError."""
    try:
        with beam.Pipeline(runner=engine.runner, options=options) as pipeline:
            build(pipeline)
    except BaseException as error:
        recover(run.lake)
        if not isinstance(error, Exception):
            raise
        if has_record(run.lake, run.run_id):
            logging.getLogger(__name__).warning("the pass is in the lake, but its engine ended badly: %s", cause(error))
            return
        logging.getLogger(__name__).info("the pipeline failed", exc_info=error)
        raise PassError(
            f"the pass failed: {cause(error)} Nothing of it was written; run again to take it up."
        ) from error

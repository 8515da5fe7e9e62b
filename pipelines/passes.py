"""One pass: the lock, recovery, progress, the pipeline of each part, and the run record of all parts together."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.command.beam_options import RunOptions
from pipelines.command.console import Terminal, every_due_feed_failed
from pipelines.command.options import COMMIT_EVERY
from pipelines.command.shell import (
    PASS_DECIDED,
    PASS_FAILED,
    PASS_KEPT,
    PASS_LOST,
    PassError,
    cause,
    check_connection,
    error_message,
)
from pipelines.engines.choose import Engine, choose_engine
from pipelines.engines.notebooks import as_in_a_program
from pipelines.ingest import ingest
from pipelines.sources import Sources
from schemas import Agency, Reason
from transforms.accounting.counts import Counts
from transforms.accounting.progress import Progress
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import Stopwatch, new_run_id, now
from transforms.archives.write import WarcArchive, archive_folder
from transforms.lake.commit import is_decided, recover
from transforms.lake.index import RETRY_MEMORY
from transforms.lake.layout import Lake, has_record, read_record, record_path
from transforms.lake.locking import go_on_as, writing
from transforms.lake.opening import open_lake
from transforms.lake.pass_state import forget_use
from transforms.steps.context import Part, RunContext
from transforms.web.settings import Connect, Politeness

_LOGGER = logging.getLogger(__name__)
_UNREACHABLE = (Reason.DNS, Reason.CONNECT, Reason.PROXY, Reason.TIMEOUT, Reason.TLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass reads, where it writes, and its settings. Raises ValueError for a setting that cannot be used."""

    sources: Sources
    lake: str | Path
    connect: Connect
    politeness: Politeness
    look_back: timedelta | None
    """How far back entries are looked up in the index; None for the whole index."""
    beam: PipelineOptions
    all_feeds: bool = False
    """True to poll every feed, due or not."""
    commit_every: float = COMMIT_EVERY
    """Seconds after which it commits what it has, and goes on."""
    archive: str | None = None
    """Folder for WARC files of everything that is fetched; None for none."""

    def __post_init__(self) -> None:
        for network in self.connect.allow_networks:
            ip_network(network)
        limits = (
            self.politeness.host_seconds,
            self.politeness.pass_seconds,
            self.connect.seconds,
            self.commit_every,
        )
        if self.politeness.pause < 0 or min(limits) <= 0:
            raise ValueError(
                "page_seconds, host_seconds, pass_seconds and commit_every must be above 0, and pause must not be negative"
            )
        if self.look_back is not None and self.look_back < RETRY_MEMORY:
            raise ValueError(
                f"look_back must be {RETRY_MEMORY.days} days or more, for retries, and is {self.look_back}"
            )


def pass_of(options: RunOptions, sources: Sources) -> Pass:
    """The pass for the options of a command."""
    return Pass(
        sources=sources,
        lake=options.lake,
        connect=connect_settings(options, sources),
        politeness=Politeness(
            pause=options.pause, host_seconds=options.host_seconds, pass_seconds=options.own.pass_seconds
        ),
        look_back=options.look_back,
        beam=options.beam,
        all_feeds=getattr(options.own, "all_feeds", False),
        commit_every=options.own.commit_every,
        archive=options.archive,
    )


def run_pass(
    work: Pass,
    engine: Engine,
    terminal: Terminal,
    during: Callable[[Progress], AbstractContextManager[None]] | None = None,
) -> RunRecord:
    """Runs one pass and returns its run record. Raises LakeError, PassError, OSError and KeyboardInterrupt.

    Every ``work.commit_every`` seconds the pass commits what it has, as a run of its own, and goes on with what is left. The record that is
    returned is that of all these parts together. The pipelines run inside the context manager that ``during`` returns.
    """
    lake = open_lake(work.lake)
    check_connection(work.connect.proxy)
    sources = work.sources
    parts: list[RunRecord] = []
    with (
        new_run(lake, engine, terminal, work.look_back, sources.agencies) as run,
        archiving(work.connect, work.archive, run.run_id) as connect,
        terminal.following(run.progress, sources.feed_count),
        during(run.progress) if during else nullcontext(),
        _naming_what_is_kept(parts),
    ):
        pass_time = Stopwatch.start(run.started_at)
        run = replace(run, part=Part(pass_time=pass_time, seconds=work.commit_every))
        while True:
            part = _run_part(work, run, connect, engine)
            parts += [part] if part else []
            if not _goes_on(work, pass_time, parts, part.total if part else Counts()):
                break
            articles = sum(part.total.articles for part in parts)
            terminal.say(f"{articles} articles of this pass are in the lake; it goes on.")
            run, engine = _next_part(run, parts), choose_engine(work.beam)
        if len(parts) > 1:
            forget_use(lake)
    return parts[0] if len(parts) == 1 else RunRecord.combined(parts)


def _run_part(work: Pass, run: RunContext, connect: Connect, engine: Engine) -> RunRecord | None:
    """Runs a part. None when it had nothing to commit."""
    run_pipeline(
        lambda pipeline: ingest(
            pipeline | "Sources" >> beam.Create(work.sources.sources),
            run,
            connect,
            work.politeness,
            work.all_feeds,
        ),
        run,
        engine,
        work.beam,
    )
    return read_record(run.lake, run.run_id) if has_record(run.lake, run.run_id) else None


def _next_part(run: RunContext, parts: Sequence[RunRecord]) -> RunContext:
    """The run after one of the same pass. It holds the lake."""
    assert run.part is not None
    started = now()
    part = replace(run.part, before=tuple(part.run_id for part in parts))
    following = replace(run, run_id=new_run_id(started, after=run.run_id), started_at=started, part=part)
    go_on_as(run.lake, following.run_id)
    return following


def _goes_on(work: Pass, pass_time: Stopwatch, parts: Sequence[RunRecord], last: Counts) -> bool:
    """True when parts have left something. Waits if the last one could do nothing, because all hosts that are left ask for a long pause."""
    total = Counts.sum(part.total for part in parts)
    if total.feeds >= work.sources.feed_count and total.waiting <= 0:
        return False
    if last.feeds or last.articles or last.seen or last.rejects:
        return True
    left = work.politeness.pass_seconds - pass_time.seconds()
    time.sleep(max(0.0, min(left, work.commit_every)))
    return left > 0


@contextmanager
def _naming_what_is_kept(parts: Sequence[RunRecord]) -> Iterator[None]:
    """What stops a later part says that the earlier ones are in the lake."""
    try:
        yield
    except (PassError, OSError, KeyboardInterrupt) as error:
        if not parts:
            raise
        kept = PASS_KEPT.format(sum(part.total.articles for part in parts))
        if isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt(f"stopped. {kept}") from error
        message = error_message(error)
        message = message.replace(PASS_LOST, kept) if PASS_LOST in message else f"{message} {kept}"
        raise PassError(message, stopped=f"stopped. {kept}") from error


def announce(options: RunOptions, sources: Sources, engine: Engine, terminal: Terminal) -> None:
    """Prints how many sources go to which lake, and on which engine."""
    terminal.say(f"{len(sources.sources)} sources, {sources.feed_count} feeds -> {options.lake}, on {engine.name}")
    terminal.lines(sources.warnings)
    if sources.disabled:
        terminal.say(f"{len(sources.disabled)} more sources are disabled")
    if not (options.contact or sources.contact):
        terminal.say(
            "No contact is given, so sites cannot write to you. Set contact in the sources file, or --contact."
        )


def connect_settings(options: RunOptions, sources: Sources) -> Connect:
    """How to reach the web; the options come before the sources file."""
    return Connect(
        contact=options.contact or sources.contact,
        proxy=options.proxy,
        allow_networks=tuple(options.allow_networks),
        seconds=options.page_seconds,
    )


@contextmanager
def archiving(connect: Connect, folder: str | None, run_id: str) -> Iterator[Connect]:
    """The settings with an archive in ``folder``; as they are when that is None. Completes the archive's files of this process.

    Raises UsageError for a folder that cannot be used, and ArchiveWriteError.
    """
    if folder is None:
        yield connect
        return
    archive = WarcArchive(
        folder=archive_folder(folder), run_id=run_id, user_agent=connect.user_agent, contact=connect.contact
    )
    try:
        yield replace(connect, archive=archive)
    finally:
        archive.close()


def pass_problem(record: RunRecord) -> str | None:
    """Why a pass counts as failed although it was committed, and what to do; None when it worked."""
    if every_due_feed_failed(record):
        return _unreachable(record) or (
            f"every feed that was due failed ({record.total.feeds_failed}). lake/rejects has each one's detail."
        )
    if not record.balanced:
        return f"the counts of run {record.run_id} do not add up. Please report this with {record_path(record.run_id)}."
    return None


def _unreachable(record: RunRecord) -> str | None:
    """When no feed at all could be reached, the cause is our network and not the sites."""
    failed = record.total.feeds_failed
    if sum(record.reasons.get(reason.value, 0) for reason in _UNREACHABLE) < failed:
        return None
    return (
        f"none of {failed} feeds could be reached. Check the network, or --proxy; lake/rejects has each one's detail."
    )


@contextmanager
def new_run(
    lake: Lake,
    engine: Engine,
    terminal: Terminal,
    look_back: timedelta | None = None,
    agencies: tuple[Agency, ...] = (),
) -> Iterator[RunContext]:
    """Holds the lake for a new run, after recovering what runs that died left there. Raises LakeBusyError."""
    started = now()
    with tempfile.TemporaryDirectory(prefix="copydesk-", ignore_cleanup_errors=True) as folder:
        run = RunContext(
            run_id=new_run_id(started),
            lake=lake,
            started_at=started,
            engine=engine.name,
            is_local=engine.is_local,
            shards=engine.workers,
            progress=Progress(folder),
            look_back=look_back,
            agencies=agencies,
        )
        with writing(lake, run.run_id):
            for line in recover(lake):
                terminal.say(line)
            try:
                yield run
            finally:
                run.progress.forget()


def run_pipeline(
    build: Callable[[beam.Pipeline], object], run: RunContext, engine: Engine, options: PipelineOptions
) -> None:
    """Builds and runs a pipeline. Whatever stops it, the lake holds all of this run or nothing of it. Raises PassError."""
    try:
        with as_in_a_program(), beam.Pipeline(runner=engine.runner, options=options) as pipeline:
            build(pipeline)
    except BaseException as error:
        try:
            recover(run.lake)
        except OSError as unfinished:
            if is_decided(run.lake, run.run_id):
                raise PassError(PASS_DECIDED.format(cause(unfinished))) from error
            raise
        if not isinstance(error, Exception):
            if has_record(run.lake, run.run_id):
                _LOGGER.warning("the pass was in the lake before it was stopped")
            raise
        if has_record(run.lake, run.run_id):
            _LOGGER.warning("the pass is in the lake, but its engine failed afterwards: %s", cause(error))
            return
        _LOGGER.info("the pipeline failed", exc_info=error)
        raise PassError(PASS_FAILED.format(cause(error))) from error

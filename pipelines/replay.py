"""``copydesk replay``: pages from WARC archives through the same steps into the same lake."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from rich.filesize import decimal

from pipelines.archive_selection import (
    COMMIT_BYTES,
    archives_done,
    check_archives,
    find_archives,
    group_archives,
    is_done,
    split_archive,
)
from pipelines.command.beam_options import parse_with_beam
from pipelines.command.console import Terminal, print_json
from pipelines.command.parsers import replay_parser
from pipelines.command.shell import run_command, set_up_logging
from pipelines.engines.choose import choose_engine
from pipelines.ingest import ingest_archives
from pipelines.passes import new_run, run_pipeline
from pipelines.remote_sources import sources_at
from pipelines.sources import Sources
from schemas import Agency
from transforms.accounting.run_record import RunRecord
from transforms.archives.entries import Selection
from transforms.lake.layout import Lake, LakeBusyError, read_record
from transforms.lake.opening import open_lake
from transforms.steps.read_archives import Archive
from transforms.web.settings import Connect

_BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """Parsed options, by the names of their arguments."""

    archives: list[str]
    lake: str
    sources: str | None
    domains: list[str]
    again: bool
    commit_every: int | None
    contact: str | None
    proxy: str | None
    allow_networks: list[str]
    quiet: bool
    json: bool
    log_level: str
    beam: PipelineOptions


def main(argv: Sequence[str]) -> int:
    """The command: 0 when the archives are in the lake; 1 when it failed; 2 for wrong usage or no archive; 130 when stopped."""
    ours, theirs = parse_with_beam(replay_parser(), argv)
    options = ReplayOptions(**vars(ours), beam=theirs)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return run_command(lambda: _run(options, terminal), terminal)


def _run(options: ReplayOptions, terminal: Terminal) -> int:
    records = replay_archives(options, terminal)
    if options.json:
        print_json([record.to_json() for record in records])
    if unbalanced := [record.run_id for record in records if not record.balanced]:
        terminal.error(f"the counts of run {unbalanced[0]} do not add up. Please report this with its file in runs/.")
        return 1
    return 0


def replay_archives(options: ReplayOptions, terminal: Terminal) -> list[RunRecord]:
    """Replays archives and returns the run records, one for each commit.

    Raises CopydeskError, OSError and KeyboardInterrupt. What was committed before stays.
    """
    connect = Connect(contact=options.contact, proxy=options.proxy, allow_networks=tuple(options.allow_networks))
    sources = sources_at(options.sources, connect) if options.sources else Sources(contact=None, sources=())
    terminal.lines(sources.warnings)
    selection = Selection(domains=tuple(options.domains), sources=sources.sources)
    engine = choose_engine(options.beam)
    FileSystems.set_options(options.beam)
    archives = find_archives(options.archives)
    lake = open_lake(options.lake)
    done = {} if options.again else archives_done(lake, selection)
    parts = archives if options.commit_every else [part for archive in archives for part in split_archive(archive)]
    waiting = [part for part in parts if not is_done(part, done)]
    check_archives(dict.fromkeys(part.whole for part in waiting))
    done_before = len(archives) - len({part.path for part in waiting})
    terminal.say(f"{len(archives)} archives, {done_before} of them done before, on {engine.name}")
    room = COMMIT_BYTES * max(1, engine.at_once // 2)
    records: list[RunRecord] = []
    left = total = sum(part.share for part in waiting)
    for group in group_archives(waiting, room, options.commit_every):
        patient = bool(records)
        records.append(_replay_group(group, lake, selection, sources.agencies, options, terminal, patient))
        left -= sum(part.share for part in group)
        if left:
            terminal.say(f"{decimal(total - left)} of {decimal(total)} of archives are in the lake")
    if records:
        terminal.table(RunRecord.combined(records), sources.sources)
    else:
        terminal.say("Nothing to do: the lake has all of them. Use --again to read them once more.")
    return records


def _replay_group(
    group: list[Archive],
    lake: Lake,
    selection: Selection,
    agencies: tuple[Agency, ...],
    options: ReplayOptions,
    terminal: Terminal,
    patient: bool,
) -> RunRecord:
    engine = choose_engine(options.beam)
    with ExitStack() as stack:
        while True:
            try:
                run = stack.enter_context(new_run(lake, engine, terminal, agencies=agencies))
                break
            except LakeBusyError:
                if not patient:
                    raise
                time.sleep(_BUSY_SECONDS)  # another pass took the lake between two commits; it ends soon
        stack.enter_context(terminal.following(run.progress, len(group), "archives"))
        run_pipeline(
            lambda pipeline: ingest_archives(
                pipeline | "Archives" >> beam.Create(group, reshuffle=False), run, selection
            ),
            run,
            engine,
            options.beam,
        )
    return read_record(lake, run.run_id)

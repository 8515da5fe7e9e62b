"""``copydesk replay``: pages from WARC archives through the same steps into the same lake."""

from __future__ import annotations

import argparse
import json
import sys
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
    grouped,
    is_done,
    split_archive,
)
from pipelines.command.console import Terminal
from pipelines.command.options import add_reporting, new_parser, parse_both
from pipelines.command.shell import exit_status, set_up_logging
from pipelines.engines.choose import choose_engine
from pipelines.ingest import ingest_archives
from pipelines.passes import carry_out, new_run
from pipelines.sources import Sources, load_sources
from schemas import Agency
from transforms.accounting.run_record import RunRecord
from transforms.archives.entries import Selection, is_domain
from transforms.lake.layout import Lake, LakeBusyError, read_record
from transforms.lake.opening import open_lake
from transforms.steps.read_archives import Archive

DESCRIPTION = "Brings the pages of WARC archives to the lake; what is there already stays as it is."
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
    quiet: bool
    json: bool
    log_level: str
    beam: PipelineOptions


def main(argv: Sequence[str] | None = None, prog: str = "copydesk replay") -> int:
    """The command: 0 when the archives are in the lake; 1 when it failed; 2 for wrong usage or no archive; 130 when stopped."""
    options = _parse(sys.argv[1:] if argv is None else argv, prog)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return exit_status(lambda: _told(replay_archives(options, terminal), options, terminal), terminal)


def replay_archives(options: ReplayOptions, terminal: Terminal) -> list[RunRecord]:
    """From options to the records of the runs, one for each commit.

    Raises SourcesError, EngineError, ArchiveError, LakeError, PassError, KeyboardInterrupt. What was committed before stays.
    """
    listed = load_sources(options.sources) if options.sources else Sources(contact=None, sources=())
    selection = Selection(domains=tuple(options.domains), sources=listed.sources)
    engine = choose_engine(options.beam)
    FileSystems.set_options(options.beam)
    found = find_archives(options.archives)
    lake = open_lake(options.lake)
    done = set[Archive]() if options.again else archives_done(lake, selection)
    parts = found if options.commit_every else [part for archive in found for part in split_archive(archive)]
    waiting = [part for part in parts if not is_done(part, done)]
    check_archives(dict.fromkeys(part.whole for part in waiting))
    before = len(found) - len({part.path for part in waiting})
    terminal.say(f"{len(found)} archives, {before} of them done before, on {engine.name}")
    room = COMMIT_BYTES * max(1, engine.at_once // 2)
    summaries: list[RunRecord] = []
    left = total = sum(part.share for part in waiting)
    for group in grouped(waiting, room, options.commit_every):
        patient = bool(summaries)
        summaries.append(_replay_group(group, lake, selection, listed.agencies, options, terminal, patient))
        left -= sum(part.share for part in group)
        if left:
            terminal.say(f"{decimal(total - left)} of {decimal(total)} of archives are in the lake")
    if summaries:
        terminal.table(RunRecord.combined(summaries), listed.sources)
    else:
        terminal.say("Nothing to do: the lake has them all. --again reads them once more.")
    return summaries


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
                time.sleep(_BUSY_SECONDS)  # a pass has come between two commits; it ends soon
        stack.enter_context(terminal.following(run.progress, len(group), "archives"))
        carry_out(
            lambda pipeline: ingest_archives(pipeline | "Archives" >> beam.Create(group), run, selection),
            run,
            engine,
            options.beam,
        )
    return read_record(lake, run.run_id)


# -- the command ---------------------------------------------------------------------------------------------------------------------


def _parse(argv: Sequence[str], prog: str) -> ReplayOptions:
    parser = new_parser(prog, DESCRIPTION)
    parser.add_argument(
        "archives",
        nargs="+",
        metavar="ARCHIVE",
        help="WARC file, plain, .gz or .zst: a path or a pattern, local or of any filesystem that Beam knows",
    )
    parser.add_argument("--lake", metavar="FOLDER", required=True, help="where to write; made if it is not there")
    parser.add_argument(
        "--sources",
        metavar="FILE",
        help="take only pages of these sources' sites, under their ids (default: each site is a source of its own)",
    )
    parser.add_argument(
        "--domain",
        dest="domains",
        action="append",
        type=_domain,
        default=[],
        metavar="HOST",
        help="take only pages of this host and of those below it, such as example.org; may be repeated (default: all)",
    )
    parser.add_argument("--again", action="store_true", help="read archives too that the lake has")
    parser.add_argument(
        "--commit-every",
        type=_count,
        metavar="FILES",
        help="archives that reach the lake together (default: 128 MiB of them for each worker, 256 MiB at least; larger ones in parts)",
    )
    add_reporting(parser)
    ours, theirs = parse_both(parser, argv)
    return ReplayOptions(**vars(ours), beam=theirs)


def _domain(text: str) -> str:
    name = text.strip().lower().rstrip(".")
    if not is_domain(name):
        raise argparse.ArgumentTypeError(f"{text!r} is not a host; write it like example.org")
    return name


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of files from 1 on")
    return int(text)


def _told(summaries: list[RunRecord], options: ReplayOptions, terminal: Terminal) -> int:
    if options.json:
        print(json.dumps([summary.to_json() for summary in summaries], ensure_ascii=False, indent=1))
    if unbalanced := [summary.run_id for summary in summaries if not summary.balanced]:
        terminal.error(f"the counts of run {unbalanced[0]} do not add up. Please report this with its file in runs/.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(prog="python -m pipelines.replay"))

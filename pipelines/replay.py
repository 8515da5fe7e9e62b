"""``copydesk replay``: pages from WARC archives through the same steps into the same lake."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace

import apache_beam as beam
from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pvalue import PCollection
from rich.filesize import decimal

from pipelines.console import Terminal
from pipelines.engines import choose_engine
from pipelines.options import add_reporting, new_parser, parse_both
from pipelines.passes import carry_out, exit_status, new_run, set_up_logging
from pipelines.sources import load_sources
from transforms import DropSeen, ExtractArticles, GroupStories, Ledger, ListArchives, ReadArchives, WriteLake
from transforms.archived import Selection, is_host
from transforms.archives import ArchiveError, check_archive
from transforms.commit import read_record, run_ids
from transforms.lake import Lake, LakeBusyError, open_lake
from transforms.read_archives import Archive, open_archive
from transforms.run import Run
from transforms.summary import RunSummary, combined

DESCRIPTION = "Brings the pages of WARC archives to the lake; what is there already stays as it is."

COMMIT_BYTES = 256 << 20
"""Larger archives are committed in parts: some 7,000 pages, what a crash costs and two workers hold."""
_START_BYTES = 64 << 10
_LOOKING = 16
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


def replay(archives: PCollection[Archive], run: Run, selection: Selection) -> PCollection[str]:
    """Carries pages from their archives to the lake; gives the run's id once it is committed."""
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


def replay_archives(options: ReplayOptions, terminal: Terminal) -> list[RunSummary]:
    """From options to the records of the runs, one for each commit.

    Raises SourcesError, EngineError, ArchiveError, LakeError, PassError, KeyboardInterrupt. What was committed before stays.
    """
    sources = load_sources(options.sources).sources if options.sources else ()
    selection = Selection(domains=tuple(options.domains), sources=sources)
    engine = choose_engine(options.beam)
    FileSystems.set_options(options.beam)
    found = find_archives(options.archives)
    lake = open_lake(options.lake)
    done = set[Archive]() if options.again else archives_done(lake, selection)
    parts = found if options.commit_every else [part for archive in found for part in cut(archive)]
    waiting = [part for part in parts if not is_done(part, done)]
    check_archives(dict.fromkeys(part.whole for part in waiting))
    before = len(found) - len({part.path for part in waiting})
    terminal.say(f"{len(found)} archives, {before} of them done before, on {engine.name}")
    room = COMMIT_BYTES * max(1, engine.at_once // 2)
    summaries: list[RunSummary] = []
    left = total = sum(part.share for part in waiting)
    for group in grouped(waiting, room, options.commit_every):
        summaries.append(_replay_group(group, lake, selection, options, terminal, patient=bool(summaries)))
        left -= sum(part.share for part in group)
        if left:
            terminal.say(f"{decimal(total - left)} of {decimal(total)} of archives are in the lake")
    if summaries:
        terminal.table(combined(summaries), sources)
    else:
        terminal.say("Nothing to do: the lake has them all. --again reads them once more.")
    return summaries


def _replay_group(
    group: list[Archive], lake: Lake, selection: Selection, options: ReplayOptions, terminal: Terminal, patient: bool
) -> RunSummary:
    engine = choose_engine(options.beam)
    with ExitStack() as stack:
        while True:
            try:
                run = stack.enter_context(new_run(lake, engine, terminal))
                break
            except LakeBusyError:
                if not patient:
                    raise
                time.sleep(_BUSY_SECONDS)  # a pass has come between two commits; it ends soon
        stack.enter_context(terminal.following(run.progress, len(group), "archives"))
        carry_out(
            lambda pipeline: replay(pipeline | "Archives" >> beam.Create(group), run, selection),
            run,
            engine,
            options.beam,
        )
    return read_record(lake, run.run_id)


# -- which archives ------------------------------------------------------------------------------------------------------------------


def find_archives(patterns: Iterable[str]) -> list[Archive]:
    """The files behind paths and patterns, each once, in order; raises ArchiveError for one that matches nothing."""
    found: dict[str, Archive] = {}
    problems = []
    for pattern in patterns:
        try:
            matched = FileSystems.match([_absolute(pattern)])[0].metadata_list
        except (BeamIOError, ValueError, ImportError, OSError) as error:
            problems.append(f"{pattern}: {error}")
            continue
        files = [Archive(path=file.path, size=file.size_in_bytes) for file in matched if not os.path.isdir(file.path)]
        if not files:
            why = "is a folder; write its files, such as" if matched else "there is no such file; check the path, or"
            problems.append(f"{pattern}: {why} archive/*.warc.gz")
        found |= {file.path: file for file in files}
    if problems:
        raise ArchiveError("\n".join(problems))
    return [found[path] for path in sorted(found)]


def _absolute(pattern: str) -> str:
    return pattern if "://" in pattern else os.path.abspath(os.path.expanduser(pattern))


def archives_done(lake: Lake, selection: Selection) -> set[Archive]:
    """The archives, and parts of archives, that earlier runs read for the same selection."""
    with ThreadPoolExecutor(_LOOKING) as threads:
        records = threads.map(lambda run_id: read_record(lake, run_id).archives, run_ids(lake))
        return {
            Archive(path=archive.path, size=archive.size, begin=archive.begin, end=archive.end)
            for archives in records
            for archive in archives
            if archive.selection == selection.fingerprint
        }


def check_archives(archives: Iterable[Archive]) -> None:
    """Looks at the first bytes of each; raises ArchiveError that names those which are no archives."""
    with ThreadPoolExecutor(_LOOKING) as threads:
        problems = [said for said in threads.map(_problem, archives) if said]
    if problems:
        raise ArchiveError("\n".join([*problems, "Leave such files out; nothing was read."]))


def _problem(archive: Archive) -> str | None:
    try:
        with open_archive(archive.path) as stream:
            check_archive(stream.read(_START_BYTES))
    except (ArchiveError, BeamIOError) as error:
        return f"{archive.path} {error}"
    except OSError as error:
        return f"{archive.path} cannot be read: {error.strerror or error}"
    return None


def cut(archive: Archive) -> list[Archive]:
    """An archive in parts that are no larger than a commit: itself, unless it is large."""
    count = max(1, math.ceil(archive.size / COMMIT_BYTES))
    places = [archive.size * number // count for number in range(count)]
    return [replace(archive, begin=begin, end=end) for begin, end in zip(places, [*places[1:], None], strict=True)]


def is_done(part: Archive, done: set[Archive]) -> bool:
    """True for what was read before, whether whole or in parts."""
    return part in done or part.whole in done or done.issuperset(cut(part.whole))


def grouped(archives: Sequence[Archive], room: int, commit_every: int | None) -> Iterator[list[Archive]]:
    """Archives that are committed together: ``commit_every`` files, or as many as have ``room`` bytes, but one at least."""
    group: list[Archive] = []
    size = 0
    for archive in archives:
        full = len(group) >= commit_every if commit_every else size + archive.share > room
        if group and full:
            yield group
            group, size = [], 0
        group.append(archive)
        size += archive.share
    if group:
        yield group


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
    if not is_host(name):
        raise argparse.ArgumentTypeError(f"{text!r} is not a host; write it like example.org")
    return name


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of files from 1 on")
    return int(text)


def _told(summaries: list[RunSummary], options: ReplayOptions, terminal: Terminal) -> int:
    if options.json:
        print(json.dumps([summary.to_json() for summary in summaries], ensure_ascii=False, indent=1))
    if unbalanced := [summary.run_id for summary in summaries if not summary.balanced]:
        terminal.error(f"the counts of run {unbalanced[0]} do not add up. Please report this with its file in runs/.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(prog="python -m pipelines.replay"))

"""``copydesk run``: one pass over the sources."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import apache_beam as beam

from pipelines.console import Terminal
from pipelines.engines import Engine, choose_engine
from pipelines.ingest import ingest
from pipelines.options import RunOptions, parse
from pipelines.passes import carry_out, check_proxy, exit_status, new_run, set_up_logging
from pipelines.sources import Sources, load_sources
from schemas import Reason
from transforms.commit import read_record
from transforms.lake import open_lake
from transforms.manners import Manners
from transforms.progress import Progress
from transforms.summary import RunSummary
from transforms.web import Connect

DESCRIPTION = "One pass: polls the feeds that are due, and brings what is new to the lake."

_UNREACHABLE = (Reason.DNS, Reason.CONNECT, Reason.PROXY, Reason.TIMEOUT, Reason.TLS)


def main(argv: Sequence[str] | None = None, prog: str = "copydesk run") -> int:
    """The command: 0 when the pass worked, whatever some sites did; 1 when it failed; 2 for wrong usage; 130 when stopped."""
    options = parse(sys.argv[1:] if argv is None else argv, prog, DESCRIPTION)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return exit_status(lambda: _run(options, terminal), terminal)


def _run(options: RunOptions, terminal: Terminal) -> int:
    found = load_sources(options.sources)
    engine = choose_engine(options.beam)
    announce(options, found, engine, terminal)
    summary = run_pass(options, found, engine, terminal)
    terminal.table(summary, found.sources)
    if options.json:
        print(json.dumps(summary.to_json(), ensure_ascii=False, indent=1))
    said = shortfall(summary)
    if said:
        terminal.error(said)
    return 1 if said else 0


def run_pass(
    options: RunOptions,
    found: Sources,
    engine: Engine,
    terminal: Terminal,
    during: Callable[[Progress], AbstractContextManager[None]] | None = None,
) -> RunSummary:
    """One pass to its record; raises LakeError, PassError, OSError, KeyboardInterrupt.

    ``during`` is entered for as long as the pipeline runs.
    """
    connect = connect_by(options, found)
    manners = Manners(pause=options.pause, host_seconds=options.host_seconds)
    lake = open_lake(options.lake)
    check_proxy(connect.proxy)
    with new_run(lake, engine, terminal, options.look_back) as run:
        feeds = sum(len(source.feeds) for source in found.sources)
        with terminal.following(run.progress, feeds), during(run.progress) if during else nullcontext():
            carry_out(
                lambda pipeline: ingest(pipeline | "Sources" >> beam.Create(found.sources), run, connect, manners),
                run,
                engine,
                options.beam,
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


def shortfall(summary: RunSummary) -> str | None:
    """Why a pass that was committed failed all the same, and what to do; None when it worked."""
    if said := _unreachable(summary):
        return said
    if not summary.balanced:
        return f"the counts of run {summary.run_id} do not add up. Please report this with runs/{summary.run_id}.json."
    return None


def _unreachable(summary: RunSummary) -> str | None:
    """A pass in which no feed at all could be reached says something of our network, not of the sites."""
    total = summary.total
    failed = sum(summary.reasons.get(reason.value, 0) for reason in _UNREACHABLE)
    if total.feeds_failed == 0 or total.feeds_failed < total.feeds - total.feeds_not_due or failed < total.feeds_failed:
        return None
    return f"none of {total.feeds_failed} feeds could be reached. Check the network, or --proxy; lake/rejects has each one's detail."


if __name__ == "__main__":
    sys.exit(main(prog="python -m pipelines.batch"))

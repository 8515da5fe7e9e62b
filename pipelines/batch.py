"""``copydesk run``: one pass over the sources."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import apache_beam as beam

from pipelines.console import Terminal
from pipelines.engines import choose_engine
from pipelines.ingest import ingest
from pipelines.options import RunOptions, parse
from pipelines.passes import carry_out, check_proxy, exit_status, new_run, set_up_logging
from pipelines.sources import Sources, load_sources
from schemas import Reason
from transforms.commit import read_record
from transforms.lake import open_lake
from transforms.manners import Manners
from transforms.summary import RunSummary
from transforms.web import Connect

DESCRIPTION = "One pass: polls the feeds that are due, and brings what is new to the lake."

_UNREACHABLE = (Reason.DNS, Reason.CONNECT, Reason.PROXY, Reason.TIMEOUT, Reason.TLS)


def main(argv: Sequence[str] | None = None, prog: str = "copydesk run") -> int:
    """The command: 0 when the pass worked, whatever some sites did; 1 when it failed; 2 for wrong usage; 130 when stopped."""
    options = parse(sys.argv[1:] if argv is None else argv, prog, DESCRIPTION)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return exit_status(lambda: _told(run_pass(options, terminal), options, terminal), terminal)


def run_pass(options: RunOptions, terminal: Terminal) -> RunSummary:
    """One pass from options to its record; raises SourcesError, EngineError, LakeError, PassError, KeyboardInterrupt."""
    found = load_sources(options.sources)
    connect = connect_by(options, found)
    manners = Manners(pause=options.pause, host_seconds=options.host_seconds)
    engine = choose_engine(options.beam)
    lake = open_lake(options.lake)
    check_proxy(connect.proxy)
    with new_run(lake, engine, terminal, options.look_back) as run:
        feeds = sum(len(source.feeds) for source in found.sources)
        terminal.say(f"{len(found.sources)} sources, {feeds} feeds -> {options.lake}, on {engine.name}")
        if not connect.contact:
            terminal.say(
                "No contact is given: sites cannot write to you. Set contact in the sources file, or --contact."
            )
        with terminal.following(run.progress, feeds):
            carry_out(
                lambda pipeline: ingest(pipeline | "Sources" >> beam.Create(found.sources), run, connect, manners),
                run,
                engine,
                options.beam,
            )
    summary = read_record(lake, run.run_id)
    terminal.table(summary, found.sources)
    return summary


def connect_by(options: RunOptions, found: Sources) -> Connect:
    """How we reach the web, as the options and the sources file say."""
    return Connect(
        contact=options.contact or found.contact,
        proxy=options.proxy,
        allow_networks=tuple(options.allow_networks),
        seconds=options.page_seconds,
    )


def _told(summary: RunSummary, options: RunOptions, terminal: Terminal) -> int:
    if options.json:
        print(json.dumps(summary.to_json(), ensure_ascii=False, indent=1))
    if said := _unreachable(summary):
        terminal.error(said)
        return 1
    if not summary.balanced:
        terminal.error(
            f"the counts of run {summary.run_id} do not add up. Please report this with runs/{summary.run_id}.json."
        )
        return 1
    return 0


def _unreachable(summary: RunSummary) -> str | None:
    """A pass in which no feed at all could be reached says something of our network, not of the sites."""
    total = summary.total
    failed = sum(summary.reasons.get(reason.value, 0) for reason in _UNREACHABLE)
    if total.feeds_failed == 0 or total.feeds_failed < total.feeds - total.feeds_not_due or failed < total.feeds_failed:
        return None
    return f"none of {total.feeds_failed} feeds could be reached. Check the network, or --proxy; lake/rejects has each one's detail."


if __name__ == "__main__":
    sys.exit(main(prog="python -m pipelines.batch"))

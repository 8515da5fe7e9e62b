"""``copydesk run``: one pass over the sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pipelines.command.beam_options import RunOptions, parse
from pipelines.command.console import Terminal, print_json
from pipelines.command.parsers import run_parser
from pipelines.command.shell import run_command, set_up_logging
from pipelines.engines.choose import choose_engine
from pipelines.failed_feeds import failed_feeds, failure_lines, strict_problem
from pipelines.notify import notify_or_warn
from pipelines.passes import announce, pass_of, pass_problem, run_pass
from pipelines.remote_sources import sources_of
from transforms.lake.opening import open_lake


def main(argv: Sequence[str]) -> int:
    """The command: 0 when the pass worked; 1 when it failed, when every feed that was due failed, or any with ``--strict``; 2 for wrong
    usage; 130 when stopped."""
    options = parse(run_parser(), argv)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return run_command(lambda: _run(options, terminal), terminal)


def _run(options: RunOptions, terminal: Terminal) -> int:
    sources = sources_of(options)
    engine = choose_engine(options.beam)
    announce(options, sources, engine, terminal)
    work = pass_of(options, sources)
    record = run_pass(work, engine, terminal)
    lake = open_lake(work.lake)
    failed = failed_feeds(lake, record)
    problem = pass_problem(record) or strict_problem(failed, options.own.strict)
    names = {source.id: source.name or source.id for source in sources.sources}
    asked = record.total.feeds - record.total.feeds_not_due
    terminal.lines(failure_lines(failed, asked, names), always=problem is not None)
    terminal.table(record, sources.sources)
    if options.own.notify:
        after = timedelta(seconds=options.own.notify_after)
        notify_or_warn(options.own.notify, after, lake, record, failed, work.connect, terminal)
    if options.json:
        print_json(record.to_json())
    if problem:
        terminal.error(problem)
    return 1 if problem else 0

"""``copydesk run``: one pass over the sources."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipelines.command.beam_options import RunOptions, parse
from pipelines.command.console import Terminal
from pipelines.command.parsers import run_parser
from pipelines.command.shell import run_command, set_up_logging
from pipelines.engines.choose import choose_engine
from pipelines.passes import announce, pass_of, pass_problem, run_pass
from pipelines.sources import load_sources


def main(argv: Sequence[str]) -> int:
    """The command: 0 when the pass worked, whatever some sites did; 1 when it failed; 2 for wrong usage; 130 when stopped."""
    options = parse(run_parser(), argv)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return run_command(lambda: _run(options, terminal), terminal)


def _run(options: RunOptions, terminal: Terminal) -> int:
    sources = load_sources(options.sources)
    engine = choose_engine(options.beam)
    announce(options, sources, engine, terminal)
    record = run_pass(pass_of(options, sources), engine, terminal)
    terminal.table(record, sources.sources)
    if options.json:
        print(json.dumps(record.to_json(), ensure_ascii=False, indent=1))
    problem = pass_problem(record)
    if problem:
        terminal.error(problem)
    return 1 if problem else 0

"""``copydesk run``: one pass over the sources."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from pipelines.command.console import Terminal
from pipelines.command.options import RunOptions, parse
from pipelines.command.shell import exit_status, set_up_logging
from pipelines.engines.choose import choose_engine
from pipelines.passes import announce, pass_of, run_pass, shortfall
from pipelines.sources import load_sources

DESCRIPTION = "One pass: polls the feeds that are due, and brings what is new to the lake."


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
    summary = run_pass(pass_of(options, found), engine, terminal)
    terminal.table(summary, found.sources)
    if options.json:
        print(json.dumps(summary.to_json(), ensure_ascii=False, indent=1))
    said = shortfall(summary)
    if said:
        terminal.error(said)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(prog="python -m pipelines.batch"))

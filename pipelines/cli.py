"""The ``copydesk`` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

COMMANDS = {
    "run": ("batch", "one pass: poll the feeds that are due, bring what is new to the lake"),
    "watch": ("watch", "the same again and again, in one process"),
    "stream": ("stream", "the same without an end, on an engine that streams"),
    "replay": ("replay", "pages from WARC archives through the same steps into the same lake"),
    "extract": ("extract", "one page as JSON: its article, and where each value came from"),
    "compact": ("compact", "the many files of many passes into few"),
    "verify": ("verify", "what is wrong in a lake, and with --repair as much as is safe set right"),
    "report": ("report.command", "the lake as one page: what it holds, and how its feeds do"),
}
"""Each command: its module among the pipelines, and what it is for."""


def main(argv: Sequence[str] | None = None) -> int:
    """Hands over to the command; returns its exit status.

    A command is imported when it is called, after a look at its options: Beam takes a second to load, and ``--help`` does not need it.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="copydesk",
        description="News feeds in; a Parquet lake of clean, attributed, grouped articles out.",
        epilog="copydesk COMMAND --help tells more. Begin with: copydesk run --sources sources.toml --lake lake/",
    )
    parser.add_argument("--version", action="version", version=f"copydesk {version('copydesk')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, purpose) in COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    command = parser.parse_known_args(arguments[:1])[0].command
    parsers = import_module("pipelines.command.parsers").PARSERS
    parsers[command]().parse_known_args(arguments[1:])  # exits for --help and for wrong usage
    module = import_module(f"pipelines.{COMMANDS[command][0]}")
    status: int = module.main(arguments[1:])
    return status


if __name__ == "__main__":
    sys.exit(main())

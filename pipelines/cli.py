"""The ``copydesk`` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

COMMANDS = {
    "run": ("batch", "run one pass: poll the feeds that are due, write new articles to the lake"),
    "watch": ("watch", "run pass after pass in one process"),
    "stream": ("stream", "poll and write without an end, on an engine that streams"),
    "replay": ("replay", "write the articles of WARC archives to the lake"),
    "extract": ("extract", "print the article of one page as JSON, and where each value came from"),
    "compact": ("compact", "rewrite the many small files of many passes into few"),
    "remove": ("remove", "remove the texts of articles for good"),
    "retry": ("retry", "put final rejects back in line, so that they are tried again"),
    "verify": ("verify", "find what is wrong in a lake, and repair what is safe to repair"),
    "sources": ("source_tools.command", "list, check, find and add sources"),
    "report": ("report.command", "write one HTML page about a lake and its feeds"),
    "stories": ("stories.command", "show who ran whose copy, when, and how much of it"),
}
"""Each command: its module in this package, and its purpose."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status.

    Its options are checked before its module is imported: Beam takes a second to load, and ``--help`` does not need it.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="copydesk",
        description="Read news feeds and write clean articles, with their agencies and stories, to a Parquet lake.",
        epilog="To start: copydesk run --sources sources.toml --lake lake/. For options: copydesk COMMAND --help.",
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

"""The ``copydesk`` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

COMMANDS = {
    "run": "one pass: poll the feeds that are due, bring what is new to the lake",
    "extract": "one page as JSON: its article, and where each value came from",
    "compact": "the many files of many passes into few",
    "verify": "what is wrong in a lake, and with --repair as much as is safe set right",
    "report": "the lake as one page: what it holds, and how its feeds do",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Hands over to the command; returns its exit status. Commands are imported on use: Beam takes a second to load."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="copydesk",
        description="News feeds in; a Parquet lake of clean, attributed, grouped articles out.",
        epilog="copydesk COMMAND --help tells more. Begin with: copydesk run --sources sources.toml --lake lake/",
    )
    parser.add_argument("--version", action="version", version=f"copydesk {version('copydesk')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, purpose in COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    command = parser.parse_known_args(arguments[:1])[0].command
    if command == "run":
        from pipelines import batch

        return batch.main(arguments[1:], prog="copydesk run")
    if command == "report":
        from pipelines import report

        return report.main(arguments[1:])
    if command == "compact":
        from pipelines import compact

        return compact.main(arguments[1:])
    if command == "verify":
        from pipelines import verify

        return verify.main(arguments[1:])
    from pipelines import extract

    return extract.main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main())

"""``copydesk report``: the lake as one page for people."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from pipelines.command.console import Terminal
from transforms.accounting.runs import now
from transforms.lake.layout import LakeError
from transforms.lake.opening import existing_lake

DESCRIPTION = (
    "One HTML page that shows what a lake holds and how its feeds do. It loads nothing from anywhere when it is opened."
)
_LONGEST = 100
"""Days; a chart of more bars is neither read nor quickly drawn."""


def main(argv: Sequence[str]) -> int:
    """The command: 0 when the page is written, 2 for wrong usage, an unusable lake or a place that cannot be written."""
    parser = argparse.ArgumentParser(prog="copydesk report", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--lake", metavar="FOLDER", required=True, help="a lake, also one that is being written to")
    parser.add_argument("--out", metavar="FILE", default="report.html", help="the page (default: %(default)s)")
    parser.add_argument(
        "--days",
        metavar="N",
        type=_days,
        default=30,
        help="so many days up to the last run, at most 100 (default: %(default)s)",
    )
    options = parser.parse_args(argv)
    terminal = Terminal(quiet=False)
    try:
        from pipelines.report.page import report_page
        from pipelines.report.queries import figures
    except ModuleNotFoundError as missing:
        terminal.error(f"report needs {missing.name}. Install Copydesk with it: pip install '.[report]'")
        return 2
    out = Path(options.out)
    moment = now()
    try:
        lake = existing_lake(options.lake)
        found = figures(lake, options.days, moment)
    except LakeError as error:
        terminal.error(str(error))
        return 2
    try:
        out.write_text(report_page(found, lake.name, moment), encoding="utf-8")
    except OSError as error:
        terminal.error(f"{out} cannot be written: {error.strerror or error}. Give --out a file in a writable folder.")
        return 2
    terminal.say(f"{out}: {found.headline.articles} articles of {found.headline.sources} sources.")
    return 0


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 1 to {_LONGEST}")
    return int(text)

"""``copydesk report``: the lake as one HTML page."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from pipelines.command.console import Terminal
from pipelines.command.lake_parsers import report_parser
from pipelines.command.shell import run_command
from schemas import UsageError
from transforms.accounting.runs import now
from transforms.lake.opening import existing_lake


def main(argv: Sequence[str]) -> int:
    """The command: 0 when the page is written, 2 for wrong usage, an unusable lake or a place that cannot be written."""
    options = report_parser().parse_args(argv)
    terminal = Terminal(quiet=False)
    return run_command(
        lambda: _write_report(options, terminal), terminal, stopped="stopped.", failed="the lake cannot be read: {}"
    )


def _write_report(options: argparse.Namespace, terminal: Terminal) -> int:
    try:
        from pipelines.report.details import write_details
        from pipelines.report.page import report_page
        from pipelines.report.queries import read_figures
    except ModuleNotFoundError as missing:
        raise UsageError(f"report needs {missing.name}. Install it with: pip install '.[report]'") from missing
    out = Path(options.out)
    if out.is_dir():
        raise UsageError(f"{out} cannot be written: it is a folder. Give --out a file, such as {out / 'report.html'}.")
    moment = now()
    lake = existing_lake(options.lake)
    figures = read_figures(lake, options.days, moment)
    try:
        details = write_details(lake, figures, out, moment)
        out.write_text(report_page(figures, lake.name, moment, details), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{out} cannot be written: {error.strerror or error}. Give --out a file in a writable folder."
        ) from error
    pages = len(details.stories) + len(details.outlets)
    terminal.say(
        f"{out}: {figures.totals.articles} articles of {figures.totals.sources} sources; {pages} more pages in {details.folder}/."
    )
    return 0

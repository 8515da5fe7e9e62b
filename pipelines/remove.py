"""``copydesk remove``: takes the texts of articles out of a lake, for good."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from pipelines.command.console import Terminal, print_json
from pipelines.command.lake_parsers import remove_parser
from pipelines.command.shell import run_command
from schemas import Rejected, UsageError
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import recover
from transforms.lake.layout import Lake, LakeBusyError
from transforms.lake.locking import writing
from transforms.lake.maintenance.removal import Selection, folders_with, remove
from transforms.lake.opening import existing_lake


@dataclass(slots=True)
class Report:
    """What was removed; printed with ``--json``."""

    articles: int = 0
    rows: int = 0
    """Revisions of these articles."""
    bytes_before: int = 0
    """Size of the files that were rewritten."""
    bytes: int = 0
    """Size of the files in their place."""
    seconds: float = 0.0


def main(argv: Sequence[str]) -> int:
    """The command: 0 when the articles are removed, or were before; 1 when the lake has none such, it failed, or another run holds the
    lake; 2 for wrong usage, 130 when stopped."""
    options = remove_parser().parse_args(argv)
    terminal = Terminal(options.quiet)
    return run_command(
        lambda: _run(options, terminal),
        terminal,
        stopped="stopped. What was removed so far stays removed; run it again to remove the rest.",
        failed="the removal failed: {} What was removed so far stays removed. Check the disk, and run it again.",
    )


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    lake = existing_lake(options.lake)
    selection = Selection(
        article_ids=tuple(options.article),
        urls=tuple(options.url),
        sources=tuple(options.source),
        before=options.before,
    )
    waiting = Retrying(
        retry=retry_if_exception_type(LakeBusyError),
        wait=wait_fixed(0.5),
        stop=stop_after_delay(options.wait),
        reraise=True,
    )
    report, found = waiting(remove_articles, lake, selection, terminal)
    if options.json:
        print_json(asdict(report))
    if not found:
        terminal.error("the lake has no such article. Check the id, the address or the source.")
        return 1
    terminal.say(
        f"Removed {report.articles:,} articles ({report.rows:,} revisions): {report.bytes_before / 1e6:.1f} ->"
        f" {report.bytes / 1e6:.1f} MB, in {report.seconds:.1f} s."
    )
    return 0


def remove_articles(lake: Lake, selection: Selection, terminal: Terminal) -> tuple[Report, bool]:
    """Removes articles. Also returns whether the lake has any partition with such articles. Raises CopydeskError and OSError."""
    began, report, articles = time.monotonic(), Report(), set[str]()
    with writing(lake, new_run_id(now())):
        for line in recover(lake):
            terminal.say(line)
        try:
            folders, ids = folders_with(lake, selection)
        except Rejected as rejected:
            raise UsageError(f"--url: {rejected.detail}.") from rejected
        try:
            for removed in remove(lake, folders, ids, now):
                articles |= removed.articles
                report.rows += removed.rows
                report.bytes_before += removed.bytes_before
                report.bytes += removed.bytes
        except BaseException:
            recover(lake)
            raise
    report.articles, report.seconds = len(articles), round(time.monotonic() - began, 3)
    return report, bool(folders)

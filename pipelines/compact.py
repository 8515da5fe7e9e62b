"""``copydesk compact``: rewrites the many small files of many passes into few."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from pipelines.command.console import Terminal, print_json
from pipelines.command.parsers import compact_parser
from pipelines.command.shell import run_command
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import recover
from transforms.lake.layout import Lake, LakeBusyError
from transforms.lake.locking import writing
from transforms.lake.maintenance.compaction import compact, partitions, to_compact
from transforms.lake.opening import existing_lake


@dataclass(slots=True)
class Report:
    """What one compaction did; printed with ``--json``."""

    partitions: int
    """Partitions of the lake."""
    compacted: int = 0
    """Partitions that were rewritten."""
    files_before: int = 0
    files: int = 0
    bytes_before: int = 0
    bytes: int = 0
    rows_dropped: int = 0
    """Duplicate rows, and index rows of attempts that a later attempt replaced."""
    damaged: dict[str, str] = field(default_factory=dict)
    """Partitions left as they are, and why."""
    seconds: float = 0.0


def main(argv: Sequence[str]) -> int:
    """The command: 0 when all is compact, 1 when something was left or another run holds the lake, 2 for wrong usage, 130 when stopped."""
    options = compact_parser().parse_args(argv)
    terminal = Terminal(options.quiet)
    return run_command(
        lambda: _run(options, terminal),
        terminal,
        stopped="stopped. What was compacted so far stays; compact again to do the rest.",
        failed="the compaction failed: {} Nothing was lost. Check the disk, and compact again.",
    )


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    lake = existing_lake(options.lake)
    waiting = Retrying(
        retry=retry_if_exception_type(LakeBusyError),
        wait=wait_fixed(0.5),
        stop=stop_after_delay(options.wait),
        reraise=True,
    )
    report = waiting(compact_lake, lake, options.target_mb, terminal)
    if options.json:
        print_json(asdict(report))
    terminal.say(_closing_line(report))
    for damage in report.damaged.values():
        terminal.error(f"{damage}. Its partition is left as it is. Repair the file, or move it away.")
    return 1 if report.damaged else 0


def compact_lake(lake: Lake, target_bytes: int, terminal: Terminal) -> Report:
    """Compacts the partitions that need it. Raises LakeError, OSError and KeyboardInterrupt, and then leaves no uncommitted work."""
    began = time.monotonic()
    with writing(lake, new_run_id(now())):
        for line in recover(lake):
            terminal.say(line)
        all_partitions = partitions(lake)
        todo = to_compact(all_partitions)
        report = Report(partitions=len(all_partitions))
        try:
            with terminal.bar("partitions", len(todo)) as advance:
                for outcome in compact(lake, todo, now, target_bytes):
                    report.files_before += outcome.files_before
                    report.files += outcome.files
                    report.bytes_before += outcome.bytes_before
                    report.bytes += outcome.bytes
                    report.rows_dropped += outcome.dropped
                    if outcome.damage:
                        report.damaged[outcome.folder] = outcome.damage
                    else:
                        report.compacted += 1
                    advance(1)
        except BaseException:
            recover(lake)
            raise
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _closing_line(report: Report) -> str:
    if not report.compacted:
        return f"Nothing to compact in {report.partitions} partitions."
    dropped = f", {report.rows_dropped} superseded rows dropped" if report.rows_dropped else ""
    return (
        f"Compacted {report.compacted} of {report.partitions} partitions: {report.files_before} -> {report.files} files, "
        f"{report.bytes_before / 1e6:.1f} -> {report.bytes / 1e6:.1f} MB{dropped}, in {report.seconds:.1f} s."
    )

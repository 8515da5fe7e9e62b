"""``copydesk compact``: rewrites the many small files of many passes into few."""

from __future__ import annotations

import argparse
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import ParamSpec, TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from pipelines.command.console import Terminal, print_json
from pipelines.command.lake_parsers import compact_parser
from pipelines.command.shell import run_command
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import recover
from transforms.lake.layout import Lake, LakeBusyError
from transforms.lake.locking import writing
from transforms.lake.maintenance.compaction import Outcome, compact_some, overdue, partitions, to_compact, unsummed
from transforms.lake.opening import existing_lake

P = ParamSpec("P")
T = TypeVar("T")
_PAUSE = 2.0
"""Seconds between two commits in which others may write: a stream tries once a second."""
_TURN = 60.0
"""Seconds that a compaction which has begun waits for another writer to end, at least."""


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
    """Duplicate rows, index rows of attempts that a later attempt replaced, and polls that were summed up."""
    damaged: dict[str, str] = field(default_factory=dict)
    """Partitions left as they are, and why."""
    left: int = 0
    """Partitions that were not reached in the time of ``--for``."""
    seconds: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Counts what became of a partition."""
        self.files_before += outcome.files_before
        self.files += outcome.files
        self.bytes_before += outcome.bytes_before
        self.bytes += outcome.bytes
        self.rows_dropped += outcome.dropped
        if outcome.damage:
            self.damaged[outcome.folder] = outcome.damage
        else:
            self.compacted += 1


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
    report = compact_lake(lake, options.target_mb, terminal, options.wait, options.min_files, options.longest)
    if options.json:
        print_json(asdict(report))
    terminal.say(_closing_line(report))
    for damage in report.damaged.values():
        terminal.error(f"{damage}. Its partition is left as it is. Repair the file, or move it away.")
    return 1 if report.damaged else 0


def compact_lake(
    lake: Lake,
    target_bytes: int,
    terminal: Terminal,
    wait: float = 0.0,
    min_files: int | None = None,
    longest: float | None = None,
) -> Report:
    """Compacts the partitions that need it, or with ``min_files`` those that are ``overdue``. Begins no commit after ``longest`` seconds.

    Waits up to ``wait`` seconds for another writer. Between two commits, others may write. Raises LakeError, OSError and
    KeyboardInterrupt, and then leaves no uncommitted work.
    """
    began = time.monotonic()
    report, folders = _in_turn(wait, _find, lake, terminal, min_files)
    with terminal.bar("partitions", len(folders)) as advance:
        while folders and (longest is None or time.monotonic() - began < longest):
            before = len(folders)
            for outcome in _in_turn(max(wait, _TURN), _compact_some, lake, folders, target_bytes):
                report.add(outcome)
            advance(before - len(folders))
            if folders:
                time.sleep(_PAUSE)
    report.left = len(folders)
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _in_turn(wait: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of ``work``, which is tried again for ``wait`` seconds while another run holds the lake."""
    waiting = Retrying(
        retry=retry_if_exception_type(LakeBusyError), wait=wait_fixed(0.5), stop=stop_after_delay(wait), reraise=True
    )
    return waiting(work, *args, **kwargs)


def _find(lake: Lake, terminal: Terminal, min_files: int | None) -> tuple[Report, deque[str]]:
    with writing(lake, new_run_id(now())):
        for line in recover(lake):
            terminal.say(line)
        all_partitions = partitions(lake)
    todo = to_compact(all_partitions) if min_files is None else overdue(all_partitions, min_files, now())
    todo += unsummed(all_partitions, now())
    return Report(partitions=len(all_partitions)), deque(dict.fromkeys(partition.folder for partition in todo))


def _compact_some(lake: Lake, folders: deque[str], target_bytes: int) -> list[Outcome]:
    with writing(lake, new_run_id(now())):
        recover(lake)
        try:
            return compact_some(lake, folders, now, target_bytes)
        except BaseException:
            recover(lake)
            raise


def _closing_line(report: Report) -> str:
    if not report.compacted:
        return f"Nothing to compact in {report.partitions} partitions."
    dropped = f", {report.rows_dropped} superseded rows dropped" if report.rows_dropped else ""
    return (
        f"Compacted {report.compacted} of {report.partitions} partitions: {report.files_before} -> {report.files} files, "
        f"{report.bytes_before / 1e6:.1f} -> {report.bytes / 1e6:.1f} MB{dropped}, in {report.seconds:.1f} s."
        + (f" Left for the next time: {report.left}." if report.left else "")
    )

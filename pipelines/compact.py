"""``copydesk compact``: the many files of many passes into few."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from pipelines.command.console import Terminal
from pipelines.command.durations import duration
from pipelines.command.signals import stop_on_signals
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import recover
from transforms.lake.layout import Lake, LakeBusyError, LakeError
from transforms.lake.locking import writing
from transforms.lake.maintenance.compaction import compact, partitions, to_compact
from transforms.lake.opening import existing_lake
from transforms.lake.parquet import TARGET_BYTES

DESCRIPTION = (
    "Rewrites the partitions of a lake that have several files into one file each, or into few where they are large, "
    "with the same rows. Readers may go on; runs wait their turn."
)


@dataclass(slots=True)
class Report:
    """What one compaction did; printed with ``--json``."""

    partitions: int
    """Partitions of the lake."""
    compacted: int = 0
    """Of these, rewritten."""
    files_before: int = 0
    files: int = 0
    bytes_before: int = 0
    bytes: int = 0
    rows_dropped: int = 0
    """Rows that stood there twice, and index rows of tries that others followed."""
    damaged: dict[str, str] = field(default_factory=dict)
    """Partitions left as they are, and why."""
    seconds: float = 0.0


def main(argv: Sequence[str]) -> int:
    """The command: 0 when all is compact, 1 when something was left or another run holds the lake, 2 for wrong usage, 130 when stopped."""
    parser = argparse.ArgumentParser(prog="copydesk compact", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--lake", metavar="FOLDER", required=True, help="the lake (required)")
    parser.add_argument(
        "--target-mb",
        metavar="MB",
        type=_megabytes,
        default=TARGET_BYTES,
        help=f"size of a file at which the next one begins (default: {TARGET_BYTES // 10**6})",
    )
    parser.add_argument(
        "--wait",
        metavar="TIME",
        type=duration,
        default=0.0,
        help="how long to wait for another run that holds the lake, such as 10m (default: not at all)",
    )
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON on standard output")
    options = parser.parse_args(argv)
    terminal = Terminal(options.quiet)
    stop_on_signals()
    try:
        lake = existing_lake(options.lake)
        patient = Retrying(
            retry=retry_if_exception_type(LakeBusyError),
            wait=wait_fixed(0.5),
            stop=stop_after_delay(options.wait),
            reraise=True,
        )
        report = patient(compact_lake, lake, options.target_mb, terminal)
    except LakeError as error:
        terminal.error(str(error))
        return 1 if isinstance(error, LakeBusyError) else 2
    except OSError as error:
        terminal.error(f"the lake cannot be written: {error}. Free some space, or check the disk; nothing was lost.")
        return 1
    except KeyboardInterrupt:
        terminal.error("stopped. What was done so far stays; compact again to do the rest.")
        return 130
    if options.json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    terminal.say(_closing_line(report))
    for damage in report.damaged.values():
        terminal.error(f"{damage}. Its partition is left as it is; put the file right, or move it away.")
    return 1 if report.damaged else 0


def compact_lake(lake: Lake, target_bytes: int, terminal: Terminal) -> Report:
    """Compacts what needs it; raises LakeError, OSError, KeyboardInterrupt, and then leaves no uncommitted work behind."""
    began = time.monotonic()
    with writing(lake, new_run_id(now())):
        for said in recover(lake):
            terminal.say(said)
        found = partitions(lake)
        todo = to_compact(found)
        report = Report(partitions=len(found))
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


def _megabytes(text: str) -> int:
    try:
        size = float(text)
    except ValueError:
        size = 0.0
    if not 0 < size < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not a number of megabytes above 0")
    return int(size * 10**6)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

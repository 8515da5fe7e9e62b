"""``copydesk verify``: finds what is wrong in a lake, and repairs what is safe to repair with ``--repair``."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.command.console import Terminal, print_json, print_line
from pipelines.command.lake_parsers import verify_parser
from pipelines.command.shell import run_command
from schemas import IndexRow, StoryArticle
from transforms.accounting.rows import article_index_row
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import recover
from transforms.lake.layout import MARKER, Lake, LakeError, day_and_source
from transforms.lake.locking import is_busy, writing
from transforms.lake.maintenance.check import Findings, ReplacedError, check_lake
from transforms.lake.maintenance.inventory import Inventory, take_inventory
from transforms.lake.maintenance.problems import Kind, Problem
from transforms.lake.opening import find_lake, marker_is_cut_off, open_lake
from transforms.lake.writing import commit_parts, stage_rows

_SHOWN = 20
"""Problems of one kind that are printed."""
_ATTEMPTS = 3
_ROWS_OF_A_REPAIR = 20_000
"""Index rows that are added in one commit; they are held in memory."""


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What a check found and what a repair did."""

    findings: Findings
    remaining: list[Problem]
    repaired: list[str]
    busy: bool

    def to_json(self, lake: Lake) -> dict[str, object]:
        """For ``--json``."""
        return {
            "lake": str(lake.place),
            "sound": not self.remaining,
            "busy": self.busy,
            "files": self.findings.files,
            "rows": self.findings.rows,
            "bytes": self.findings.bytes,
            "repaired": self.repaired,
            "problems": [
                {
                    "kind": problem.kind.value,
                    "path": _printable(problem.path),
                    "detail": _printable(problem.detail),
                    "repairable": problem.repairable,
                }
                for problem in self.remaining
            ],
        }


def main(argv: Sequence[str]) -> int:
    """The command: 0 for a sound lake, 1 when problems remain or the lake is busy, 2 for wrong usage or no lake, 130 when stopped."""
    options = verify_parser().parse_args(argv)
    terminal = Terminal(options.quiet)
    task = "repair" if options.repair else "check"
    return run_command(
        lambda: _run(options, terminal),
        terminal,
        stopped="stopped.",
        failed=f"the {task} failed: {{}} Nothing was lost. Check the disk, and verify again.",
    )


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    lake = find_lake(options.lake)
    verdict = _repair(lake, terminal) if options.repair else _check_only(lake, terminal)
    if options.json:
        print_json(verdict.to_json(lake))
    else:
        for line in problem_lines(verdict.remaining):
            print_line(line)
    for line in closing_lines(verdict):
        terminal.say(line)
    return 1 if verdict.remaining else 0


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """One line per problem, at most 20 of one kind. ``problems`` must be sorted by kind."""
    counts = Counter(problem.kind for problem in problems)
    shown: Counter[Kind] = Counter()
    for problem in problems:
        shown[problem.kind] += 1
        if shown[problem.kind] <= _SHOWN:
            yield f"{problem.kind.value}: {_printable(problem.path)}: {_printable(problem.detail)}"
        elif shown[problem.kind] == counts[problem.kind]:
            yield f"{problem.kind.value}: and {counts[problem.kind] - _SHOWN:,} more (all with --json)"


def closing_lines(verdict: Verdict) -> Iterator[str]:
    """What was checked, and what can be repaired."""
    findings, problems = verdict.findings, verdict.remaining
    if verdict.busy:
        yield "A run is writing, or the lake is read-only: _staging was not checked."
    if any(problem.repairable for problem in problems):
        yield f"{sum(problem.repairable for problem in problems):,} of these can be repaired with --repair."
    number = {0: "No problem", 1: "1 problem"}.get(len(problems), f"{len(problems):,} problems")
    yield f"{number} in {findings.files:,} files, {findings.rows:,} rows, {findings.bytes:,} bytes."


def _printable(text: str) -> str:
    """The text in one line: a file's name may contain line breaks, or bytes that are not text."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _check_only(lake: Lake, terminal: Terminal) -> Verdict:
    for attempt in range(_ATTEMPTS):
        try:
            inventory = take_inventory(lake, lambda: is_busy(lake))
            findings = _check(inventory, terminal)
            break
        except ReplacedError:
            if attempt + 1 == _ATTEMPTS:
                raise
            terminal.say("A run replaced files during the check. Checking again.")
    return Verdict(findings=findings, remaining=findings.problems, repaired=[], busy=inventory.busy)


def _check(inventory: Inventory, terminal: Terminal) -> Findings:
    with terminal.bar("checking", sum(file.bytes or 0 for file in inventory.files.values()), size=True) as advance:
        return check_lake(inventory, advance)


def _repair(lake: Lake, terminal: Terminal) -> Verdict:
    """Checks and repairs while it holds the lake. Raises LakeBusyError when another run holds it."""
    repaired = [] if lake.store.exists(MARKER) and not marker_is_cut_off(lake) else ["Restored lake.json."]
    try:
        open_lake(lake.place)
    except LakeError as error:
        terminal.error(f"nothing is repaired: {error}")
        return _check_only(lake, terminal)
    with writing(lake, f"verify-{new_run_id(now())}"):
        try:
            repaired += recover(lake)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            terminal.error(f"the work of a dead run in _staging cannot be finished: {type(error).__name__}: {error}")
        repaired += _delete_partial_files(lake)
        inventory = take_inventory(lake, lambda: False)
        findings = _check(inventory, terminal)
        remaining = findings.problems
        if not any(problem.kind is Kind.NEWER for problem in remaining):
            added = sum(_add_to_index(lake, rows) for rows in _batches(_missing_rows(inventory, findings.unindexed)))
            if added:
                repaired.append(f"Added {added:,} rows to the index.")
                remaining = [problem for problem in remaining if problem.kind is not Kind.NOT_INDEXED]
    for line in repaired:
        terminal.say(line)
    return Verdict(findings=findings, remaining=remaining, repaired=repaired, busy=False)


def _delete_partial_files(lake: Lake) -> Iterator[str]:
    for problem in take_inventory(lake, lambda: False).problems:
        if problem.kind is Kind.PARTIAL:
            lake.store.delete([problem.path])
            yield f"Deleted {_printable(problem.path)}, which was only partly written."


def _missing_rows(inventory: Inventory, unindexed: dict[str, pa.ChunkedArray]) -> Iterator[IndexRow]:
    """Makes the index rows of articles in the same way as every pass. Bodies are not read."""
    names = [item.name for item in fields(StoryArticle) if item.name not in ("body", "source")]
    for path, article_ids in unindexed.items():
        _, source = day_and_source(path)
        wanted_ids = article_ids.combine_chunks()
        with inventory.lake.store.local_copy(path) as local, pq.ParquetFile(local) as file:
            columns = [name for name in names if name in file.schema_arrow.names]
            for batch in file.iter_batches(8192, columns=columns):
                wanted = pc.is_in(batch.column("article_id"), value_set=wanted_ids)
                for row in batch.filter(wanted).to_pylist():
                    values = {name: row.get(name) for name in names}
                    yield article_index_row(StoryArticle(**values, body="", source=source))


def _batches(rows: Iterable[IndexRow]) -> Iterator[list[IndexRow]]:
    batch: list[IndexRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS_OF_A_REPAIR:
            yield batch
            batch = []
    if batch:
        yield batch


def _add_to_index(lake: Lake, rows: list[IndexRow]) -> int:
    """Commits index rows as a run that polled nothing; returns their number."""
    began = now()
    run_id = new_run_id(began)
    commit_parts(lake, run_id, began, "verify --repair", stage_rows(lake, run_id, began, rows))
    return len(rows)

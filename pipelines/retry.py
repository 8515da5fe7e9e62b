"""``copydesk retry``: puts final rejects back in line, so that the next pass or stream tries them again."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from pipelines.command.console import Terminal
from pipelines.command.lake_parsers import retry_parser
from pipelines.command.shell import run_command
from schemas import Reject
from transforms.accounting.counts import Tally
from transforms.accounting.rows import reject_index_row
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import recover
from transforms.lake.index import in_order_of_time, rows_with
from transforms.lake.layout import Lake
from transforms.lake.locking import writing
from transforms.lake.opening import existing_lake
from transforms.lake.reading import column_in, read_rows, retry_during_compaction
from transforms.lake.writing import commit_parts, stage_rows

_COLUMNS = [item.name for item in fields(Reject)]
_OF_FAILURES = ("attempts", "failing_since", "early_attempts")


def main(argv: Sequence[str]) -> int:
    """The command: 0 when it worked, also when there was nothing to do; 1 when the lake is busy, 2 for wrong usage or no lake."""
    options = retry_parser().parse_args(argv)
    terminal = Terminal(options.quiet)
    return run_command(lambda: _run(options, terminal), terminal)


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    lake = existing_lake(options.lake)
    began = now()
    run_id = new_run_id(began)
    with writing(lake, run_id):
        for line in recover(lake):
            terminal.say(line)
        rows = [
            _in_line(row, began, run_id)
            for row in final_rejects(lake, options.reason, options.source, f"{options.since or ''}")
        ]
        if rows:
            counts = Counter(row.source for row in rows)
            tallies = [Tally(source, name, n) for source, n in counts.items() for name in ("entries", "retried")]
            index = [row for row in map(reject_index_row, rows) if row is not None]
            commit_parts(lake, run_id, began, "retry", [*tallies, *stage_rows(lake, run_id, began, [*rows, *index])])
    terminal.say(f"{len(rows)} entries are in line again." + (" The next pass or stream tries them." if rows else ""))
    return 0


def final_rejects(
    lake: Lake, reasons: Sequence[str] = (), sources: Sequence[str] = (), since: str = ""
) -> Iterator[dict[str, Any]]:
    """The rows of entries whose last outcome is a final reject, from the day ``since`` (YYYY-MM-DD) on.

    Entries without a link, and rejects of before schema version 3, cannot be tried again.
    """
    where = pc.field("final") & pc.field("url_key").is_valid() & pc.field("entry").is_valid()
    for column, values in (("reason", reasons), ("source", sources)):
        if values:
            where &= column_in(column, values)
    table = retry_during_compaction(lambda: read_rows(lake, Reject, lake.paths("rejects", since), _COLUMNS, where))
    rejects = {row["entry_key"]: row for row in table.sort_by("rejected_at").to_pylist()}
    pages = {row["url_key"] for row in rejects.values()}
    columns = ["entry_key", "url_key", "outcome", "final", "seen_at"]
    last, articles = {}, set()
    for row in in_order_of_time(rows_with(lake, columns, {"entry_key": rejects.keys(), "url_key": pages})):
        last[row["entry_key"]] = row
        if row["outcome"] in ("article", "duplicate"):
            articles.add(row["url_key"])
    for key, reject in rejects.items():
        if (
            key in last
            and last[key]["outcome"] == "reject"
            and last[key]["final"]
            and reject["url_key"] not in articles
        ):
            yield reject


def _in_line(row: dict[str, Any], at: datetime, run_id: str) -> Reject:
    """The reject as if the entry had never been requested, and its time had come."""
    packed = {name: value for name, value in json.loads(row["entry"]).items() if name not in _OF_FAILURES}
    changes = {
        "attempts": 0,
        "failing_since": None,
        "final": False,
        "retry_at": at,
        "rejected_at": at,
        "run_id": run_id,
    }
    return Reject(**{**row, **changes, "entry": json.dumps(packed, ensure_ascii=False)})

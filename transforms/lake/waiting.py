"""The entries that are in line for another try, or that a pass has left for its next part: the lake holds what it takes to fetch them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas import Dataset, Entry, IndexRow, Reject, Row, Source
from transforms.accounting.retries import LONGEST_RETRY_AFTER, unpacked_entry
from transforms.lake.index import RETRY_MEMORY, in_order_of_time, rows_with, waiting_rows
from transforms.lake.layout import Lake
from transforms.lake.reading import column_in, read_rows, retry_during_compaction

_REFRESHED = RETRY_MEMORY - timedelta(days=2)
"""Age at which a row is replaced by the next try, or by another deferral, before nobody looks for it any more."""
_COLUMNS = ["entry_key", "url_key", "fingerprint", "source", "feed_url", "seen_at", "final", "retry_at"]
_PAYLOAD = ["entry_key", "url_key", "feed_url", "fingerprint", "source", "entry"]


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """An entry in line."""

    entry_key: str
    """Its key."""
    source: str
    """Id of its source."""
    rejected_at: datetime
    """When it was rejected or left last."""
    retry_at: datetime
    """When it is tried again at the earliest."""


def waiting_entries(lake: Lake, sources: Collection[str], now: datetime) -> list[WaitingEntry]:
    """The entries of some sources that are in line, in the order in which they are to be tried."""
    since = now - RETRY_MEMORY
    rows = waiting_rows(lake, _COLUMNS, since)
    last = _last_rows([row for row in rows if row["retry_at"] is not None and row["source"] in sources])
    if not last:
        return []
    pages = {row["url_key"] for row in last.values() if row["url_key"]}
    rows = rows_with(lake, _COLUMNS, {"entry_key": last.keys(), "url_key": pages}, since)
    done = dict[str, datetime]()  # by URL key: when the page got its last final outcome, by whichever entry
    for row in rows:
        if row["final"] and row["url_key"]:
            done[row["url_key"]] = max(row["seen_at"], done.get(row["url_key"], row["seen_at"]))
    waiting = [
        WaitingEntry(row["entry_key"], row["source"], row["seen_at"], row["retry_at"])
        for row in _last_rows(rows).values()
        if row["retry_at"] is not None and row["entry_key"] in last
        if row["url_key"] not in done or done[row["url_key"]] < row["seen_at"]
    ]
    return sorted(waiting, key=lambda entry: (entry.retry_at, entry.entry_key))


def left_entries(lake: Lake, sources: Collection[str], pass_started_at: datetime, now: datetime) -> list[WaitingEntry]:
    """The entries of some sources that wait for the next part of the pass that began at this moment, in the order in which they were left.

    An entry of a feed waits until it has another outcome under the same fingerprint, whatever became of other entries of its page: so a
    pass counts each entry that it has left exactly once.
    """
    since = now - RETRY_MEMORY
    left = [row for row in waiting_rows(lake, _COLUMNS, since) if row["retry_at"] == pass_started_at]
    keys = {row["entry_key"] for row in left if row["source"] in sources}
    rows = in_order_of_time(rows_with(lake, _COLUMNS, {"entry_key": keys}, since))
    last = {(row["entry_key"], row["fingerprint"], row["feed_url"]): row for row in rows}
    waiting = [
        WaitingEntry(row["entry_key"], row["source"], row["seen_at"], row["retry_at"])
        for row in last.values()
        if row["retry_at"] == pass_started_at
    ]
    return sorted(waiting, key=lambda entry: (entry.rejected_at, entry.entry_key))


def _last_rows(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The last row of each entry."""
    return {row["entry_key"]: row for row in in_order_of_time(rows)}


def due_entries(
    waiting: Collection[WaitingEntry], now: datetime, at_most: int, under_way: Mapping[str, int] | None = None
) -> list[WaitingEntry]:
    """Those whose time has come, of each source not many more than can be fetched. The others stay as they are.

    ``under_way`` has the number of entries of each source that count already. What was written under a wrong clock does not wait for years.
    """
    taken, due = Counter(under_way or {}), list[WaitingEntry]()
    for entry in waiting:
        is_old = entry.rejected_at < now - _REFRESHED
        is_due = entry.retry_at <= now or entry.retry_at > now + 2 * LONGEST_RETRY_AFTER
        if is_due and (is_old or taken[entry.source] < at_most):
            taken[entry.source] += 1
            due.append(entry)
    return due


def read_waiting(lake: Lake, waiting: Collection[WaitingEntry], sources: Mapping[str, Source]) -> list[Entry]:
    """What it takes to fetch some waiting entries, in their order. ``sources`` has their sources by id.

    Rejects have it in their own row. The rows of the index have it for entries that a pass has left, and for articles whose body is from
    the feed.
    """
    if not waiting:
        return []
    keys = {entry.entry_key: entry.rejected_at for entry in waiting}
    where = column_in("entry_key", keys) & pc.field("entry").is_valid()
    rows = read_at(lake, "index", "seen_at", IndexRow, where, keys)
    rows |= read_at(
        lake, "rejects", "rejected_at", Reject, where, {key: keys[key] for key in keys.keys() - rows.keys()}
    )
    return [_entry(rows[key], sources[rows[key]["source"]]) for key in keys if key in rows]


def read_at(
    lake: Lake, dataset: Dataset, stamp: str, record: type[Row], where: Any, moments: Mapping[str, datetime]
) -> dict[str, dict[str, Any]]:
    """The rows of some entries that were written at these moments, by entry key. ``stamp`` is the column with the moment."""
    if not moments:
        return {}
    days = {f"{dataset}/date={moment.date()}" for moment in moments.values()}
    columns = [*_PAYLOAD, *(["article_id"] if record is IndexRow else []), stamp]

    def query() -> pa.Table:
        paths = lake.paths(dataset, min(days).partition("=")[2])
        return read_rows(lake, record, [path for path in paths if path.rpartition("/")[0] in days], columns, where)

    rows = retry_during_compaction(query).to_pylist()
    return {row["entry_key"]: row for row in rows if row[stamp] == moments.get(row["entry_key"])}


def _entry(row: dict[str, Any], source: Source) -> Entry:
    return unpacked_entry(
        row["entry"],
        source,
        entry_key=row["entry_key"],
        url_key=row["url_key"] or "",
        feed_url=row["feed_url"],
        fingerprint=row["fingerprint"] or "",
        article_id=row.get("article_id"),
    )

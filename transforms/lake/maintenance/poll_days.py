"""Old polls: one row for each feed and day.

A thousand feeds that are polled every minute make 1.4 million rows a day. Schedules and the health of feeds need the polls of the last days
(``lake.polls.POLL_MEMORY``), so a compaction sums them up once they are SUMMED_AFTER old.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from schemas import FeedPoll
from schemas.arrow import arrow_schema
from transforms.lake.layout import day_and_source

SUMMED_AFTER = timedelta(days=35)
"""Age of a day whose polls are summed up: more than POLL_MEMORY."""
_FEED = ["source", "feed_url"]
_MOST = 2**31 - 1


def is_summed_by(folder: str, run_id: str) -> bool:
    """True if a compaction of this name sums up the polls in a folder: its files of that name, and of later ones, have been summed up."""
    if not folder.startswith("polls/"):
        return False
    day = date.fromisoformat(day_and_source(f"{folder}/")[0])
    return run_id >= f"{day + SUMMED_AFTER:%Y%m%d}"


def sum_polls(groups: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Sums up the polls of one day, which are sorted by feed and time. Yields one table with one row for each feed."""
    summed: pa.Table | None = None
    for rows in groups:
        summed = _summed(rows if summed is None else pa.concat_tables([summed, rows]))
    if summed is not None:
        yield summed


def _summed(rows: pa.Table) -> pa.Table:
    """The last poll of each feed, with what all its polls add up to. A poll that is alone stays as it is."""
    run_ids = pc.unique(rows["run_id"]).sort()
    sums = {
        "polls": pc.coalesce(rows["polls"], 1),
        "polls_ok": pc.coalesce(rows["polls_ok"], pc.equal(rows["outcome"], "ok").cast(pa.int32())),
        "polls_failed": pc.coalesce(rows["polls_failed"], pc.equal(rows["outcome"], "failed").cast(pa.int32())),
        **{name: rows[name] for name in ("entries", "bytes", "seconds")},
    }
    ends = {"row": pa.array(range(rows.num_rows), pa.int64()), "run": pc.index_in(rows["run_id"], run_ids)}
    grouped = (
        pa.table({name: rows[name] for name in _FEED} | sums | ends)
        .group_by(_FEED, use_threads=False)
        .aggregate([*((name, "sum") for name in sums), *((name, "max") for name in ends)])
        .sort_by("row_max")
    )
    last = rows.take(grouped["row_max"])
    alone = pc.and_(pc.equal(grouped["polls_sum"], 1), pc.is_null(last["polls"]))
    values = {f"{name}": grouped[f"{name}_sum"] for name in sums} | {
        "run_id": run_ids.take(grouped["run_max"].combine_chunks())
    }
    schema = arrow_schema(FeedPoll)
    columns = []
    for field in rows.schema:
        column = last[field.name]
        if field.name in values:
            value = values[field.name]
            if pa.types.is_integer(field.type):
                value = pc.min_element_wise(value, _MOST).cast(field.type)
            column = pc.if_else(alone, column, value)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)

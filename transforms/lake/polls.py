"""How each feed answered last."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from schemas import FeedPoll, arrow_schema
from transforms.lake.index import RETRY_MEMORY, index_rows, seen_keys
from transforms.lake.layout import Lake
from transforms.lake.reading import column_in, read_rows, retry_during_compaction

POLL_MEMORY = timedelta(days=30)
"""A feed not polled for longer is fetched whole, which is harmless."""


FeedKey = tuple[str, str]
"""Source id and address of a feed: two sources may have one."""


@dataclass(frozen=True, slots=True)
class LastPoll:
    """How a feed answered last."""

    polled_at: datetime
    etag: str | None
    last_modified: str | None
    content_hash: str | None


def last_polls(lake: Lake, feeds: Collection[FeedKey], now: datetime) -> dict[FeedKey, LastPoll]:
    """The latest answer of each feed.

    A feed with entries that wait for another try comes without validators, so that the site lists them again.
    """
    waiting = _feeds_with_waiting_entries(lake, now)
    polls: dict[FeedKey, LastPoll] = {}
    for row in retry_during_compaction(lambda: _latest_polls(lake, feeds, now)).to_pylist():
        key = (row["source"], row["feed_url"])
        before = polls.get(key)
        if row["outcome"] == "failed" and before is not None:  # an outage does not spoil the validators
            row |= {name: getattr(before, name) for name in ("etag", "last_modified", "content_hash")}
        kept = (None, None, None) if key in waiting else (row["etag"], row["last_modified"], row["content_hash"])
        polls[key] = LastPoll(row["polled_at"], *kept)
    return polls


def _latest_polls(lake: Lake, feeds: Collection[FeedKey], now: datetime) -> pa.Table:
    """Polls of the last day on which each feed was polled, in order.

    Earlier days tell nothing more, for a poll that fails repeats the validators that it sent: a lake may hold millions of polls.
    """
    columns = ["source", "feed_url", "polled_at", "outcome", "etag", "last_modified", "content_hash"]
    found = [arrow_schema(FeedPoll).empty_table().select(columns)]
    unmet = set(feeds)
    paths = reversed(lake.paths("polls", since=f"{(now - POLL_MEMORY).date()}"))
    for _, day in itertools.groupby(paths, lambda path: path.rpartition("/")[0]):
        if not unmet:
            break
        rows = read_rows(lake, FeedPoll, list(day), columns, column_in("feed_url", {url for _, url in unmet}), _telling)
        polled = list(zip(rows["source"].to_pylist(), rows["feed_url"].to_pylist(), strict=True))
        found.append(rows.filter(pa.array([key in unmet for key in polled], pa.bool_())))
        unmet.difference_update(polled)
    return _telling(pa.concat_tables(found))


def _telling(polls: pa.Table) -> pa.Table:
    """Of the polls of each feed the last, the last that was answered and the first that failed, in order.

    They tell as much as all of them, which are 288,000 a day for a thousand feeds that are polled every five minutes.
    """
    polls = polls.sort_by("polled_at")
    numbered = polls.append_column("row", pa.array(range(polls.num_rows), pa.int64()))
    failed = pc.equal(polls["outcome"], "failed")
    ends = ((numbered, "max"), (numbered.filter(pc.invert(failed)), "max"), (numbered.filter(failed), "min"))
    kept = pa.concat_tables(
        rows.group_by(["source", "feed_url"]).aggregate([("row", end)]).select([f"row_{end}"]).rename_columns(["row"])
        for rows, end in ends
    )
    return polls.take(pc.unique(kept["row"]).sort())


def _feeds_with_waiting_entries(lake: Lake, now: datetime) -> set[FeedKey]:
    columns = ["entry_key", "fingerprint", "source", "feed_url"]
    waiting = index_rows(lake, columns, ~pc.field("final"), since=now - RETRY_MEMORY)
    if not waiting.num_rows:
        return set()
    # What waits was not settled before it last failed, so what settled it, if anything did, came after.
    entries = seen_keys(lake, pc.unique(waiting["entry_key"]).to_pylist(), (), now - RETRY_MEMORY).entries
    return {
        (row["source"], row["feed_url"])
        for row in waiting.to_pylist()
        if row["fingerprint"] not in entries[row["entry_key"]].done
    }

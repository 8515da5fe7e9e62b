"""How each feed answered last."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from schemas import FeedPoll
from schemas.arrow import arrow_schema
from transforms.lake.index import RETRY_MEMORY, index_rows, seen_keys
from transforms.lake.layout import Lake
from transforms.lake.reading import column_in, read_rows, retry_during_compaction

POLL_MEMORY = timedelta(days=30)
"""How far back to look for polls. A feed without one is fetched whole, which is harmless."""

FeedKey = tuple[str, str]
"""Source id and address of a feed. Two sources may have the same feed."""


@dataclass(frozen=True, slots=True)
class LastPoll:
    """The time of a feed's latest poll, and the validators of its latest answer."""

    polled_at: datetime
    etag: str | None
    last_modified: str | None
    content_hash: str | None


def last_polls(lake: Lake, feeds: Collection[FeedKey], now: datetime) -> dict[FeedKey, LastPoll]:
    """The latest poll of each feed that was polled within POLL_MEMORY.

    A feed with entries that are to be fetched again has no validators, so that the site lists these entries again.
    """
    waiting = _feeds_with_waiting_entries(lake, now)
    polls: dict[FeedKey, LastPoll] = {}
    for row in retry_during_compaction(lambda: _latest_polls(lake, feeds, now)).to_pylist():
        key = (row["source"], row["feed_url"])
        before = polls.get(key)
        if row["outcome"] == "failed" and before is not None:  # an outage does not spoil the validators
            row |= {name: getattr(before, name) for name in ("etag", "last_modified", "content_hash")}
        validators = (None, None, None) if key in waiting else (row["etag"], row["last_modified"], row["content_hash"])
        polls[key] = LastPoll(row["polled_at"], *validators)
    return polls


def _latest_polls(lake: Lake, feeds: Collection[FeedKey], now: datetime) -> pa.Table:
    """Polls of the last day on which each feed was polled, in order.

    Earlier days add nothing, because a failed poll repeats the validators that it sent. A lake may hold millions of polls.
    """
    columns = ["source", "feed_url", "polled_at", "outcome", "etag", "last_modified", "content_hash"]
    tables = [arrow_schema(FeedPoll).empty_table().select(columns)]
    missing = set(feeds)
    paths = reversed(lake.paths("polls", since=f"{(now - POLL_MEMORY).date()}"))
    for _, day in itertools.groupby(paths, lambda path: path.rpartition("/")[0]):
        if not missing:
            break
        where = column_in("feed_url", {url for _, url in missing})
        rows = read_rows(lake, FeedPoll, list(day), columns, where, _sufficient)
        polled = list(zip(rows["source"].to_pylist(), rows["feed_url"].to_pylist(), strict=True))
        tables.append(rows.filter(pa.array([key in missing for key in polled], pa.bool_())))
        missing.difference_update(polled)
    return _sufficient(pa.concat_tables(tables))


def _sufficient(polls: pa.Table) -> pa.Table:
    """Keeps three polls per feed: latest, latest answered, first failed. Returns them in order.

    ``last_polls`` learns as much from these as from all polls. A thousand feeds that are polled every five minutes make 288,000 a day.
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
    # An entry is not tried again once it is settled, so a final outcome, if there is one, is younger than every failure found here.
    entries = seen_keys(lake, pc.unique(waiting["entry_key"]).to_pylist(), (), now - RETRY_MEMORY).entries
    return {
        (row["source"], row["feed_url"])
        for row in waiting.to_pylist()
        if row["fingerprint"] not in entries[row["entry_key"]].done
    }

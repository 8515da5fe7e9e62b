"""How each feed answered last."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from schemas import FeedPoll
from schemas.arrow import arrow_schema
from transforms.lake.index import AHEAD
from transforms.lake.layout import Lake
from transforms.lake.reading import column_in, read_rows, retry_during_compaction

POLL_MEMORY = timedelta(days=30)
"""How far back to look for polls. A feed without one is fetched whole, which is harmless."""

FeedKey = tuple[str, str]
"""Source id and address of a feed. Two sources may have the same feed."""


@dataclass(frozen=True, slots=True)
class LastPoll:
    """A feed's latest poll, and what its latest answer says."""

    polled_at: datetime
    etag: str | None
    """Validators and hash of the latest answer."""
    last_modified: str | None
    content_hash: str | None
    failures: int = 0
    """Failed polls in a row up to the latest one."""
    next_poll_at: datetime | None = None
    """Not to be polled again before then; None when the latest poll says nothing."""
    not_modified: int = 0
    """Answers with status 304 in a row."""
    wait: float = 0.0
    """Seconds between two polls that the feed asked for with its latest answer."""
    skips: str | None = None
    """When the feed does not want to be polled."""


def last_polls(lake: Lake, feeds: Collection[FeedKey], now: datetime) -> dict[FeedKey, LastPoll]:
    """The latest poll of each feed that was polled within POLL_MEMORY. Polls that lie in the future do not count."""
    polls: dict[FeedKey, LastPoll] = {}
    for row in retry_during_compaction(lambda: _latest_polls(lake, feeds, now)).to_pylist():
        key = (row["source"], row["feed_url"])
        poll = LastPoll(
            polled_at=row["polled_at"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            content_hash=row["content_hash"],
            failures=row["failures"] or 0,  # None in rows of schema version 1
            next_poll_at=row["next_poll_at"],
            not_modified=row["not_modified"] or 0,
            skips=row["skips"],
        )
        if row["outcome"] != "failed":
            wait = (poll.next_poll_at - poll.polled_at).total_seconds() if poll.next_poll_at else 0.0
            poll = replace(poll, wait=wait)
        elif before := polls.get(key):  # an outage does not spoil what is known from the answer before
            poll = _with_answer(poll, before)
        polls[key] = poll
    return polls


def _with_answer(poll: LastPoll, answer: LastPoll) -> LastPoll:
    return replace(
        poll,
        etag=answer.etag,
        last_modified=answer.last_modified,
        content_hash=answer.content_hash,
        not_modified=answer.not_modified,
        wait=answer.wait,
    )


def _latest_polls(lake: Lake, feeds: Collection[FeedKey], now: datetime) -> pa.Table:
    """Polls of the last day on which each feed was polled, in order.

    Earlier days add nothing, because a failed poll repeats the validators that it sent. A lake may hold millions of polls.
    """
    names = "source feed_url polled_at outcome etag last_modified content_hash failures next_poll_at not_modified skips"
    columns = names.split()
    tables = [arrow_schema(FeedPoll).empty_table().select(columns)]
    missing = set(feeds)
    paths = reversed(lake.paths("polls", since=f"{(now - POLL_MEMORY).date()}"))
    for _, day in itertools.groupby(paths, lambda path: path.rpartition("/")[0]):
        if not missing:
            break
        where = column_in("feed_url", {url for _, url in missing}) & (pc.field("polled_at") <= now + AHEAD)
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

"""``--notify``: posts which feeds have failed, or brought nothing, for longer than they should."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

import pyarrow as pa

from pipelines.command.console import Terminal
from pipelines.failed_feeds import FailedFeed
from schemas import FeedPoll, IndexRow, Rejected
from transforms.accounting.run_record import RunRecord
from transforms.lake.feed_history import FeedHistory, feed_histories
from transforms.lake.layout import Lake
from transforms.lake.polls import FeedKey
from transforms.lake.reading import read_rows
from transforms.web.post import post_json
from transforms.web.settings import Connect

_QUIET_GAPS = 3
"""A feed is silent after this many times the longest pause that it had between two hours with news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One feed that should be looked at."""

    event: Literal["failing", "silent"]
    source: str
    feed: str
    reason: str | None
    """Why its last poll failed; None for a silent feed."""
    detail: str
    since: str
    """The first failed poll, or the last new entry, in ISO 8601."""
    last_success: str | None
    """The last poll that did not fail, in ISO 8601; None if there is none in the last 30 days."""


def notify(
    address: str, after: timedelta, lake: Lake, record: RunRecord, failed: Sequence[FailedFeed], connect: Connect
) -> None:
    """Posts the notices of a run, if there are any. Raises Rejected if they cannot be posted."""
    notices = notices_of(lake, record, failed, after)
    if notices:
        post_json(address, {"run_id": record.run_id, "feeds": [asdict(notice) for notice in notices]}, connect)


def notify_or_warn(
    address: str,
    after: timedelta,
    lake: Lake,
    record: RunRecord,
    failed: Sequence[FailedFeed],
    connect: Connect,
    terminal: Terminal,
) -> None:
    """The same, but a failure is a warning: it says nothing about the pass."""
    try:
        notify(address, after, lake, record, failed, connect)
    except Rejected as rejected:
        terminal.error(
            f"warning: --notify failed ({rejected.reason.value}: {rejected.detail}). The pass is not affected."
        )


def notices_of(lake: Lake, record: RunRecord, failed: Sequence[FailedFeed], after: timedelta) -> list[Notice]:
    """Feeds that crossed their limit between their previous poll and this run: so a failure is reported once, not in each run.

    A feed crosses it when it has failed for ``after``, or has brought nothing new for ``after`` and three times its longest pause.
    """
    paths = [file.path for file in record.written if file.dataset == "polls"]
    rows = read_rows(lake, FeedPoll, paths, ["source", "feed_url", "polled_at", "outcome"]).to_pylist()
    polled: dict[FeedKey, tuple[datetime, str]] = {
        (row["source"], row["feed_url"]): (row["polled_at"], row["outcome"]) for row in rows
    }
    if not polled:
        return []
    now = max(at for at, _ in polled.values())
    before = feed_histories(lake, polled.keys(), now, but_of_runs=record.pass_runs or [record.run_id])
    new = _feeds_with_news(lake, record)
    why = {(feed.source, feed.feed_url): feed for feed in failed}
    return sorted(
        _notices(polled, before, new, why, after), key=lambda notice: (notice.event, notice.source, notice.feed)
    )


def _notices(
    polled: dict[FeedKey, tuple[datetime, str]],
    before: dict[FeedKey, FeedHistory],
    new: set[FeedKey],
    why: dict[FeedKey, FailedFeed],
    after: timedelta,
) -> Iterator[Notice]:
    for key, (at, outcome) in polled.items():
        history = before[key]
        if history.last is None:
            continue
        previous, success = history.last.polled_at, history.last_success
        if outcome == "failed":
            since, limit = history.failing_since, after
        elif key not in new:
            since = history.news[-1] if history.news else history.polls[0].polled_at
            limit = max(after, _QUIET_GAPS * history.longest_gap)
            success = at
        else:
            continue
        if since is None or not previous - since < limit <= at - since:
            continue
        failure = why.get(key)
        yield Notice(
            event="failing" if outcome == "failed" else "silent",
            source=key[0],
            feed=key[1],
            reason=failure.reason if failure else None,
            detail=failure.detail if failure else "the feed answers, but has no new entries",
            since=since.isoformat(timespec="seconds"),
            last_success=success.isoformat(timespec="seconds") if success else None,
        )


def _feeds_with_news(lake: Lake, record: RunRecord) -> set[FeedKey]:
    """Feeds with entries in the index of this run."""
    paths = [file.path for file in record.written if file.dataset == "index"]
    rows = read_rows(lake, IndexRow, paths, ["source", "feed_url"], keep=_distinct)
    return set(zip(rows["source"].to_pylist(), rows["feed_url"].to_pylist(), strict=True))


def _distinct(rows: pa.Table) -> pa.Table:
    return rows.group_by(["source", "feed_url"]).aggregate([])

"""What a lake knows of feeds, in sentences: ``copydesk sources list`` and ``explain``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.failed_feeds import advice
from schemas import FeedPoll, Reject, Source, reasons
from schemas.documentation import enum_docs
from schemas.reasons import Reason
from transforms.feeds.schedule import due_at
from transforms.lake.feed_history import FeedHistory, feed_histories
from transforms.lake.index import index_rows
from transforms.lake.layout import Lake
from transforms.lake.polls import POLL_MEMORY, FeedKey, last_polls
from transforms.lake.reading import column_in, read_rows

_DAYS = 7
"""Days over which entries are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """The state of one feed."""

    source: str
    feed: str
    last_poll: str | None
    """ISO 8601; None if it was not polled in the last 30 days."""
    outcome: str | None
    """Outcome of the last poll."""
    failing_since: str | None
    error: str | None
    """Reason and detail of the last failed poll, if the feed fails."""
    entries_a_day: float
    """New entries a day, over the last seven days."""
    next_poll: str | None
    """When it is due; None: in the next pass."""

    def line(self) -> str:
        """The state in words."""
        if self.last_poll is None:
            return "not polled in the last 30 days"
        words = f"{self.entries_a_day:.1f} new entries a day; last poll {_short(self.last_poll)}: {self.outcome}"
        if self.error:
            words += f", since {_short(self.failing_since or self.last_poll)}: {self.error}"
        return words + (f"; next poll {_short(self.next_poll)}" if self.next_poll else "")


def health(lake: Lake, sources: Iterable[Source], now: datetime) -> list[FeedHealth]:
    """The state of each feed of the sources."""
    feeds: dict[FeedKey, Source] = {(source.id, feed): source for source in sources for feed in source.feeds}
    histories = feed_histories(lake, feeds.keys(), now)
    errors, polls, counts = _errors(lake, feeds.keys(), now), last_polls(lake, feeds.keys(), now), _counts(lake, now)
    rows = []
    for key, source in feeds.items():
        last, since = histories[key].last, histories[key].failing_since
        due = due_at(source, polls[key].polled_at, polls[key].failures, polls[key].next_poll_at) if last else now
        rows.append(
            FeedHealth(
                source=key[0],
                feed=key[1],
                last_poll=_iso(last.polled_at) if last else None,
                outcome=last.outcome if last else None,
                failing_since=_iso(since) if since else None,
                error=": ".join(errors[key]) if since and key in errors else None,
                entries_a_day=round(counts.get(key, 0) / _DAYS, 2),
                next_poll=_iso(due) if due > now else None,
            )
        )
    return rows


def explanation(lake: Lake, source_id: str, now: datetime) -> Iterator[str]:
    """Why the feeds of a source bring what they bring, from the last 30 days; nothing if there are no polls of it."""
    since = now - POLL_MEMORY
    where = pc.field("source") == source_id
    rows = read_rows(lake, FeedPoll, lake.paths("polls", f"{since.date()}"), _POLL_COLUMNS, where)
    feeds = [(source_id, url) for url in pc.unique(rows["feed_url"]).to_pylist()]
    if not feeds:
        return
    histories, errors = feed_histories(lake, feeds, now), _errors(lake, feeds, now)
    rejects = read_rows(
        lake, Reject, lake.paths("rejects", f"{since.date()}"), ["feed_url", "reason", "entry_key"], where
    )
    meanings = {Reason[name].value: text for name, text in enum_docs(reasons, "Reason").items()}
    skips = {key: poll.skips for key, poll in last_polls(lake, feeds, now).items()}
    for key in feeds:
        of_feed = rows.filter(pc.equal(rows["feed_url"], key[1]))
        yield key[1]
        yield from (f"  {line}" for line in _polls_lines(of_feed, histories[key], errors.get(key)))
        if skips.get(key):
            yield f"  It does not want to be polled in these hours (UTC) or on these days: {skips[key]}."
        refused = rejects.filter(pc.and_(pc.equal(rejects["feed_url"], key[1]), pc.is_valid(rejects["entry_key"])))
        counted = pc.value_counts(refused["reason"]).to_pylist()
        for item in sorted(counted, key=lambda item: -item["counts"]):
            yield f"  {item['counts']} of its entries were rejected ({item['values']}): {meanings[item['values']]}"


_POLL_COLUMNS = ["feed_url", "polled_at", "outcome", "http_status", "moved_to", "entries"]


def _polls_lines(rows: pa.Table, history: FeedHistory, error: tuple[str, str] | None) -> Iterator[str]:
    counts = {item["values"]: item["counts"] for item in pc.value_counts(rows["outcome"]).to_pylist()}
    not_modified = pc.sum(pc.equal(rows["http_status"], 304)).as_py() or 0
    yield (
        f"Polls in the last 30 days: {rows.num_rows}. Read: {counts.get('ok', 0)}. Unchanged: {counts.get('unchanged', 0)}, "
        f"{not_modified} of them by status 304. Failed: {counts.get('failed', 0)}."
    )
    if history.failing_since and error:
        yield f"It has failed since {_short(_iso(history.failing_since))}: {': '.join(error)}"
        yield advice(error[0])
    moved = next((poll.moved_to for poll in reversed(history.polls) if poll.moved_to), None)
    if moved:
        yield f"It has moved permanently. Write {moved} in the sources file."
    read = [poll for poll in history.polls if poll.outcome == "ok"]
    if read and not any(poll.entries for poll in read):
        yield "Whenever it was read, it listed no entries: it is empty, or a sitemap without fresh pages."
    if history.news:
        yield f"It last brought new entries on {_short(_iso(history.news[-1]))}."
    else:
        yield "It brought no new entries in that time."


def _errors(lake: Lake, feeds: Collection[FeedKey], now: datetime) -> dict[FeedKey, tuple[str, str]]:
    """Reason and detail of the latest failure of each feed."""
    where = column_in("feed_url", {url for _, url in feeds}) & pc.field("entry_key").is_null()
    where &= pc.field("reason") != Reason.TOO_MANY_ENTRIES.value
    paths = lake.paths("rejects", f"{(now - POLL_MEMORY).date()}")
    rows = read_rows(lake, Reject, paths, ["source", "feed_url", "reason", "detail", "rejected_at"], where)
    return {
        (row["source"], row["feed_url"]): (row["reason"], " ".join(row["detail"].split()))
        for row in rows.sort_by("rejected_at").to_pylist()
    }


def _counts(lake: Lake, now: datetime) -> dict[FeedKey, int]:
    """Entries of each feed in the last days."""
    since = now - timedelta(days=_DAYS)
    rows = index_rows(lake, ["source", "feed_url", "entry_key"], pc.field("seen_at") >= since, since)
    counted = rows.group_by(["source", "feed_url"]).aggregate([("entry_key", "count_distinct")])
    return {(row["source"], row["feed_url"]): row["entry_key_count_distinct"] for row in counted.to_pylist()}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _short(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"

"""How feeds have answered over the last days, from the polls, and when they brought something new, from the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from schemas import FeedPoll
from schemas.records import PollOutcome
from transforms.lake.index import AHEAD, index_rows
from transforms.lake.layout import Lake
from transforms.lake.polls import POLL_MEMORY, FeedKey
from transforms.lake.reading import column_in, read_rows, retry_during_compaction

_COLUMNS = ["source", "feed_url", "polled_at", "outcome", "http_status", "moved_to", "entries"]


@dataclass(frozen=True, slots=True)
class PastPoll:
    """A poll of a feed; see FeedPoll."""

    polled_at: datetime
    outcome: PollOutcome
    http_status: int | None
    moved_to: str | None
    entries: int


@dataclass(frozen=True, slots=True)
class FeedHistory:
    """Polls and news of one feed within POLL_MEMORY, in order."""

    polls: tuple[PastPoll, ...] = ()
    """The polls. Of several polls in a row that failed or found the feed unchanged, only the first and the last."""
    news: tuple[datetime, ...] = ()
    """When the feed brought new entries: one instant for each hour with such entries."""

    @property
    def last(self) -> PastPoll | None:
        """The latest poll."""
        return self.polls[-1] if self.polls else None

    @property
    def last_success(self) -> datetime | None:
        """The latest poll that did not fail."""
        return next((poll.polled_at for poll in reversed(self.polls) if poll.outcome != "failed"), None)

    @property
    def failing_since(self) -> datetime | None:
        """The first of the failed polls in a row that end with the latest poll; None if that one did not fail."""
        since = None
        for poll in reversed(self.polls):
            if poll.outcome != "failed":
                break
            since = poll.polled_at
        return since

    @property
    def longest_gap(self) -> timedelta:
        """The longest time between two hours with news; 0 if there are fewer than two."""
        gaps = (later - earlier for earlier, later in zip(self.news, self.news[1:], strict=False))
        return max(gaps, default=timedelta(0))


def feed_histories(
    lake: Lake, feeds: Collection[FeedKey], now: datetime, but_of_runs: Collection[str] = ()
) -> dict[FeedKey, FeedHistory]:
    """The history of each feed up to ``now``. Feeds that were never polled have an empty one.

    ``but_of_runs`` leaves out the polls of some runs.
    """
    urls = {url for _, url in feeds}
    since = now - POLL_MEMORY
    where = column_in("feed_url", urls)
    polled = where & (pc.field("polled_at") <= now + AHEAD)
    if but_of_runs:
        polled &= ~column_in("run_id", but_of_runs)

    def query() -> pa.Table:
        paths = lake.paths("polls", since=f"{since.date()}")
        return _changes(read_rows(lake, FeedPoll, paths, _COLUMNS, polled, _changes))

    polls: dict[FeedKey, list[PastPoll]] = defaultdict(list)
    for row in retry_during_compaction(query).to_pylist():
        polls[row.pop("source"), row.pop("feed_url")].append(PastPoll(**row))
    news: dict[FeedKey, list[datetime]] = defaultdict(list)
    rows = index_rows(lake, ["source", "feed_url", "seen_at"], where & (pc.field("seen_at") <= now + AHEAD), since)
    rows = rows.append_column("hour", pc.floor_temporal(rows["seen_at"], unit="hour"))
    hours = rows.group_by(["source", "feed_url", "hour"]).aggregate([("seen_at", "max")])
    for row in hours.sort_by("seen_at_max").to_pylist():
        news[row["source"], row["feed_url"]].append(row["seen_at_max"])
    return {key: FeedHistory(tuple(polls.get(key, ())), tuple(news.get(key, ()))) for key in feeds}


def _changes(polls: pa.Table) -> pa.Table:
    """The polls in order, of those in a row with the same outcome only the first and the last, and all that were read.

    A thousand feeds that are polled every five minutes make nine million polls in a month.
    """
    polls = polls.sort_by([(name, "ascending") for name in ("source", "feed_url", "polled_at")]).combine_chunks()
    if polls.num_rows < 3:
        return polls
    before, after = polls.slice(0, polls.num_rows - 1), polls.slice(1)
    changed = pa.array([False] * before.num_rows)
    for name in ("source", "feed_url", "outcome"):
        changed = pc.or_(changed, pc.not_equal(before[name], after[name]))
    changed = changed.combine_chunks() if isinstance(changed, pa.ChunkedArray) else changed
    end = pa.array([True])
    kept = pc.or_(pa.concat_arrays([end, changed]), pa.concat_arrays([changed, end]))
    return polls.filter(pc.or_(kept, pc.equal(polls["outcome"], "ok")))

"""What the lake knows: entries seen, articles and bodies it has, and how each feed answered last."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from schemas import FeedPoll, Row, Seen, arrow_schema
from transforms.lake import Lake, LakeError
from transforms.small_files import SmallFiles

POLL_MEMORY = timedelta(days=30)
"""A feed not polled for longer is fetched whole, which is harmless."""
RETRY_MEMORY = timedelta(days=7)
"""Entries that failed for a transient reason are looked for this far back."""
STORY_MEMORY = timedelta(days=7)
"""Exact duplicates are looked for among bodies first seen this far back."""

_TOGETHER = 64
"""Files that are read at once. Arrow holds 100 KB for each until the last one is read, and a lake may have thousands of small ones."""
_ASKED = [
    *("entry_key", "url_key", "fingerprint", "source", "feed_url", "outcome", "final", "attempts", "seen_at"),
    *("article_id", "revision", "text_hash", "content_hash", "story_id", "first_seen_at"),
]
"""Columns of the index that any question needs."""
_TRIES = 5
"""How often a question is asked while a compaction replaces the files that it was to read."""


FeedKey = tuple[str, str]
"""Source id and address of a feed: two sources may have one."""


@dataclass(frozen=True, slots=True)
class LastPoll:
    """How a feed answered last."""

    polled_at: datetime
    etag: str | None
    last_modified: str | None
    content_hash: str | None


@dataclass(frozen=True, slots=True)
class KnownBody:
    """The story of a body that the lake has."""

    article_id: str
    story_id: str


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """The latest revision of an article that the lake has."""

    revision: int
    text_hash: str
    story_id: str
    first_seen_at: datetime


@dataclass(slots=True)
class EntryHistory:
    """What became of an entry so far, by the fingerprint that it had."""

    done: set[str | None]
    """Fingerprints that were dealt with for good."""
    attempts: dict[str | None, int]
    """Passes that asked for it, by fingerprint."""
    asked: int
    """How often it led to a page or a reject."""


@dataclass(slots=True)
class SeenKeys:
    """What the index knows of some entries and addresses."""

    entries: dict[str, EntryHistory]
    """By entry key."""
    addresses: set[str]
    """Address keys that were dealt with for good."""


def seen_keys(
    lake: Lake, entry_keys: Collection[str], url_keys: Collection[str], since: datetime | None = None
) -> SeenKeys:
    """Looks entries up by their own keys and by those of their addresses, in the days of the index from ``since`` on."""
    columns = ["entry_key", "url_key", "fingerprint", "final", "attempts"]
    wanted = _among("entry_key", entry_keys) | _among("url_key", url_keys)
    seen = SeenKeys({}, set())
    for row in _index(lake, columns, wanted, since).to_pylist():
        history = seen.entries.setdefault(row["entry_key"], EntryHistory(set(), {}, 0))
        fingerprint = row["fingerprint"]
        history.asked += 1
        history.attempts[fingerprint] = max(history.attempts.get(fingerprint, 0), row["attempts"])
        if row["final"]:
            history.done.add(fingerprint)
            if row["url_key"]:
                seen.addresses.add(row["url_key"])
    return seen


def days_before(lake: Lake, since: datetime) -> int:
    """How many days of the index lie before that of ``since``."""
    days = {path.rpartition("/")[0] for path in lake.paths("index")}
    return sum(day < f"index/date={since.date()}" for day in days)


def articles_known(lake: Lake, article_ids: Collection[str]) -> dict[str, KnownArticle]:
    """Those of the articles that the lake already has, by article_id."""
    columns = ["article_id", "revision", "text_hash", "story_id", "first_seen_at"]
    wanted = _among("article_id", article_ids) & (pc.field("outcome") == "article")
    rows = _index(lake, columns, wanted).sort_by("revision")
    return {
        row["article_id"]: KnownArticle(row["revision"], row["text_hash"], row["story_id"], row["first_seen_at"])
        for row in rows.to_pylist()
    }


def bodies_known(lake: Lake, content_hashes: Collection[str], now: datetime) -> dict[str, KnownBody]:
    """The first-seen article of each body hash, of those that the lake has seen within STORY_MEMORY."""
    columns = ["content_hash", "article_id", "story_id", "seen_at"]
    wanted = _among("content_hash", content_hashes) & (pc.field("outcome") == "article")
    rows = _index(lake, columns, wanted, since=now - STORY_MEMORY)
    ordered = sorted(rows.to_pylist(), key=lambda row: (row["seen_at"], row["article_id"]), reverse=True)
    return {row["content_hash"]: KnownBody(row["article_id"], row["story_id"]) for row in ordered}


def last_polls(lake: Lake, feeds: Collection[FeedKey], now: datetime) -> dict[FeedKey, LastPoll]:
    """The latest answer of each feed.

    A feed with entries that wait for another try comes without validators, so that the site lists them again.
    """
    waiting = _feeds_with_waiting_entries(lake, now)
    polls: dict[FeedKey, LastPoll] = {}
    for row in _beside_compaction(lambda: _latest_polls(lake, feeds, now)).to_pylist():
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
    paths = reversed(lake.paths("polls", _day(now - POLL_MEMORY)))
    for _, day in itertools.groupby(paths, lambda path: path.rpartition("/")[0]):
        if not unmet:
            break
        rows = _read(lake, FeedPoll, list(day), columns, _among("feed_url", {url for _, url in unmet}), _telling)
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
    waiting = _index(lake, columns, ~pc.field("final"), since=now - RETRY_MEMORY)
    if not waiting.num_rows:
        return set()
    # What waits was not settled before it last failed, so what settled it, if anything did, came after.
    entries = seen_keys(lake, pc.unique(waiting["entry_key"]).to_pylist(), (), now - RETRY_MEMORY).entries
    return {
        (row["source"], row["feed_url"])
        for row in waiting.to_pylist()
        if row["fingerprint"] not in entries[row["entry_key"]].done
    }


def _among(column: str, keys: Collection[str]) -> Any:
    # The type is given because Arrow takes an empty list for nulls.
    return pc.field(column).isin(pa.array(list(keys), pa.string()))


@lru_cache(maxsize=4)
def _small_files(lake: Lake) -> SmallFiles:
    return SmallFiles()


def _index(lake: Lake, columns: list[str], wanted: Any, since: datetime | None = None) -> pa.Table:
    def ask() -> pa.Table:
        first = f"index/date={_day(since) if since else ''}"
        found = lake.store.files("index")
        listed = {path: said for path, said in found.items() if path.endswith(".parquet") and path >= first}
        held, others = _small_files(lake).rows(listed, partial(_read, lake, Seen, columns=_ASKED))
        rows = [table.filter(wanted).select(columns) for table in held]
        return pa.concat_tables([*rows, _read(lake, Seen, others, columns, wanted)])

    return _beside_compaction(ask)


def _beside_compaction(ask: Callable[[], pa.Table]) -> pa.Table:
    """Asks again when a file is gone that was just listed: its rows are in another now."""
    for _ in range(_TRIES - 1):
        with suppress(FileNotFoundError):
            return ask()
    return ask()


def _day(moment: datetime) -> str:
    return f"{moment.date()}"


def _read(
    lake: Lake,
    record: type[Row],
    paths: list[str],
    columns: list[str],
    wanted: Any = None,
    keep: Callable[[pa.Table], pa.Table] = pa.Table.combine_chunks,
) -> pa.Table:
    """Rows of these files; ``keep`` gives those that matter of the rows of some of them, before others are read."""
    schema = arrow_schema(record)
    if not paths:
        return schema.empty_table().select(columns)
    with lake.store.opened(paths) as (files, system):
        try:
            # Given paths rather than a folder, Arrow reads no partition columns and lists nothing twice.
            return pa.concat_tables(
                keep(
                    ds.dataset(files[at : at + _TOGETHER], schema=schema, format="parquet", filesystem=system).to_table(
                        columns=columns, filter=wanted
                    )
                )
                for at in range(0, len(files), _TOGETHER)
            )
        except pa.ArrowInvalid as error:  # to pass over it would mean to fetch, and to write, anew what it tells of
            raise LakeError(f"{str(error).rstrip('.')}. copydesk verify tells what to do.") from error

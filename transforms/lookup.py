"""What the lake knows: entries seen, articles and bodies it has, and how each feed answered last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from schemas import Dataset, FeedPoll, Row, Seen, arrow_schema
from transforms.lake import Lake

POLL_MEMORY = timedelta(days=30)
"""A feed not polled for longer is fetched whole, which is harmless."""
RETRY_MEMORY = timedelta(days=7)
"""Entries that failed for a transient reason are looked for this far back."""
STORY_MEMORY = timedelta(days=7)
"""Exact duplicates are looked for among bodies first seen this far back."""


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


def entries_seen(lake: Lake, entry_keys: Collection[str], url_keys: Collection[str]) -> tuple[set[str], dict[str, int]]:
    """Of the keys given: those that are done with, and the attempts so far of the others that are known.

    Both sets of keys share one space of hashes, so one set and one dictionary hold both.
    """
    rows = _read(
        lake,
        Seen,
        "index",
        ["entry_key", "url_key", "final", "attempts"],
        _among("entry_key", entry_keys) | _among("url_key", url_keys),
    )
    done: set[str] = set()
    attempts: dict[str, int] = {}
    for row in rows.to_pylist():
        for key in (row["entry_key"], row["url_key"]):
            if not key:
                continue
            if row["final"]:
                done.add(key)
            attempts[key] = max(attempts.get(key, 0), row["attempts"])
    return done, attempts


def articles_known(lake: Lake, article_ids: Collection[str]) -> set[str]:
    """Those of the articles that the lake already has."""
    wanted = _among("article_id", article_ids)
    return set(_read(lake, Seen, "index", ["article_id"], wanted)["article_id"].to_pylist())


def bodies_known(lake: Lake, content_hashes: Collection[str], now: datetime) -> dict[str, KnownBody]:
    """The first-seen article of each body hash, of those that the lake has seen within STORY_MEMORY."""
    columns = ["content_hash", "article_id", "story_id", "seen_at"]
    wanted = _among("content_hash", content_hashes) & (pc.field("outcome") == "article")
    rows = _read(lake, Seen, "index", columns, wanted, since=now - STORY_MEMORY)
    ordered = sorted(rows.to_pylist(), key=lambda row: (row["seen_at"], row["article_id"]), reverse=True)
    return {row["content_hash"]: KnownBody(row["article_id"], row["story_id"]) for row in ordered}


def last_polls(lake: Lake, feed_urls: Collection[str], now: datetime) -> dict[tuple[str, str], LastPoll]:
    """The latest answer of each feed, by source id and feed address.

    A feed with entries that wait for another try comes without validators, so that the site lists them again.
    """
    columns = ["source", "feed_url", "polled_at", "outcome", "etag", "last_modified", "content_hash"]
    wanted = _among("feed_url", feed_urls)
    rows = _read(lake, FeedPoll, "polls", columns, wanted, since=now - POLL_MEMORY).sort_by("polled_at")
    waiting = _feeds_with_waiting_entries(lake, now)
    polls: dict[tuple[str, str], LastPoll] = {}
    for row in rows.to_pylist():
        key = (row["source"], row["feed_url"])
        before = polls.get(key)
        if row["outcome"] == "failed" and before is not None:  # an outage does not spoil the validators
            row |= {name: getattr(before, name) for name in ("etag", "last_modified", "content_hash")}
        kept = (None, None, None) if key in waiting else (row["etag"], row["last_modified"], row["content_hash"])
        polls[key] = LastPoll(row["polled_at"], *kept)
    return polls


def _feeds_with_waiting_entries(lake: Lake, now: datetime) -> set[tuple[str, str]]:
    since = now - RETRY_MEMORY
    open_rows = _read(lake, Seen, "index", ["entry_key", "source", "feed_url"], ~pc.field("final"), since=since)
    keys = pc.unique(open_rows["entry_key"]).to_pylist()
    if not keys:
        return set()
    done, _ = entries_seen(lake, keys, ())
    return {(row["source"], row["feed_url"]) for row in open_rows.to_pylist() if row["entry_key"] not in done}


def _among(column: str, keys: Collection[str]) -> Any:
    # The type is given because Arrow takes an empty list for nulls.
    return pc.field(column).isin(pa.array(list(keys), pa.string()))


def _read(
    lake: Lake,
    record: type[Row],
    dataset: Dataset,
    columns: list[str],
    wanted: Any,
    since: datetime | None = None,
) -> pa.Table:
    schema = arrow_schema(record)
    files = lake.files(dataset, f"{since.date()}" if since else "")
    if not files:
        return schema.empty_table().select(columns)
    # Given paths rather than a folder, Arrow reads no partition columns and lists nothing twice.
    return ds.dataset([str(file) for file in files], schema=schema, format="parquet").to_table(
        columns=columns, filter=wanted
    )

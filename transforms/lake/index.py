"""What the lake knows: entries seen, articles and bodies it has, and how each feed answered last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas import Entry, IndexRow
from transforms.lake.layout import Lake
from transforms.lake.reading import column_in, read_rows, retry_during_compaction
from transforms.lake.row_cache import RowCache

RETRY_MEMORY = timedelta(days=7)
"""Entries that failed for a transient reason are looked for this far back."""
STORY_MEMORY = timedelta(days=7)
"""Exact duplicates are looked for among bodies first seen this far back."""
_ASKED = [
    *("entry_key", "url_key", "fingerprint", "source", "feed_url", "outcome", "final", "attempts", "seen_at"),
    *("article_id", "revision", "text_hash", "content_hash", "story_id", "first_seen_at"),
]
"""Columns of the index that any question needs."""


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
    wanted = column_in("entry_key", entry_keys) | column_in("url_key", url_keys)
    seen = SeenKeys({}, set())
    for row in index_rows(lake, columns, wanted, since).to_pylist():
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
    wanted = column_in("article_id", article_ids) & (pc.field("outcome") == "article")
    rows = index_rows(lake, columns, wanted).sort_by("revision")
    return {
        row["article_id"]: KnownArticle(row["revision"], row["text_hash"], row["story_id"], row["first_seen_at"])
        for row in rows.to_pylist()
    }


def bodies_known(lake: Lake, content_hashes: Collection[str], now: datetime) -> dict[str, KnownBody]:
    """The first-seen article of each body hash, of those that the lake has seen within STORY_MEMORY."""
    columns = ["content_hash", "article_id", "story_id", "seen_at"]
    wanted = column_in("content_hash", content_hashes) & (pc.field("outcome") == "article")
    rows = index_rows(lake, columns, wanted, since=now - STORY_MEMORY)
    ordered = sorted(rows.to_pylist(), key=lambda row: (row["seen_at"], row["article_id"]), reverse=True)
    return {row["content_hash"]: KnownBody(row["article_id"], row["story_id"]) for row in ordered}


@lru_cache(maxsize=4)
def _small_files(lake: Lake) -> RowCache:
    return RowCache()


def index_rows(lake: Lake, columns: list[str], wanted: Any, since: datetime | None = None) -> pa.Table:
    def ask() -> pa.Table:
        first = f"index/date={since.date() if since else ''}"
        found = lake.store.files("index")
        listed = {path: said for path, said in found.items() if path.endswith(".parquet") and path >= first}
        held, others = _small_files(lake).rows(listed, partial(read_rows, lake, IndexRow, columns=_ASKED))
        rows = [table.filter(wanted).select(columns) for table in held]
        return pa.concat_tables([*rows, read_rows(lake, IndexRow, others, columns, wanted)])

    return retry_during_compaction(ask)


MAX_CHECKS = 10
"""Times that an entry is asked for in all (first try, retries, checks for revisions): in some feeds entries change on every poll."""


def is_settled(entry: Entry, seen: SeenKeys) -> bool:
    """True when no page need be fetched for an entry.

    An entry whose feed says something new of it (title, summary, update stamp) is asked for again, for its article may have a revision;
    so is one that waits for another try. Without an address that can be fetched, nothing can have changed.
    """
    history = seen.entries.get(entry.entry_key)
    if history is None or not history.done:
        return entry.url_key in seen.addresses
    return entry.fingerprint in history.done or history.asked >= MAX_CHECKS or not entry.url_key

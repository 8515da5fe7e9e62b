"""What the index of a lake knows: which entries were seen, and which articles and bodies the lake has."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from functools import lru_cache, partial, reduce
from operator import itemgetter, or_
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas import Entry, IndexRow
from transforms.accounting.runs import now
from transforms.lake.derived import MIN_BYTES, UnusableError
from transforms.lake.key_index import KeyIndex, key_index
from transforms.lake.layout import Lake, day_and_source
from transforms.lake.reading import column_in, read_rows, retry_during_compaction
from transforms.lake.row_cache import RowCache
from transforms.lake.stores.protocol import FileInfo

_LOGGER = logging.getLogger(__name__)
RETRY_MEMORY = timedelta(days=7)
"""How far back to look for entries in line for another try."""
AHEAD = timedelta(minutes=1)
"""Clocks of two machines may differ by this much. A row that lies further in the future was written under a wrong clock."""
MAX_CHECKS = 10
"""Times that an entry is fetched in all: first try, retries, checks for revisions. In some feeds entries change on every poll."""
_COLUMNS = [
    *(
        "entry_key",
        "url_key",
        "fingerprint",
        "source",
        "feed_url",
        "outcome",
        "final",
        "attempts",
        "retry_at",
        "seen_at",
    ),
    *("article_id", "revision", "text_hash", "content_hash", "body_from", "story_id", "page_key", "first_seen_at"),
    "published_at",
    "removed_at",
]
"""The columns that any query needs."""
_Row = dict[str, Any]


# Entries


@dataclass(slots=True)
class EntryHistory:
    """What became of an entry so far. Its fingerprint changes when its feed says something new about it."""

    done: set[str | None] = field(default_factory=set)
    """Fingerprints with a final outcome."""
    in_line: set[str | None] = field(default_factory=set)
    """Fingerprints that the lake has in line for another try."""
    latest: dict[str | None, datetime] = field(default_factory=dict)
    """When the latest outcome was seen, by fingerprint."""
    asked: int = 0
    """How often it led to a page or a reject."""
    article_id: str | None = None
    """The article that was made from its text in the feed; None without one."""

    def add(
        self,
        fingerprint: str | None,
        seen_at: datetime,
        final: bool,
        in_line: bool,
        feed_article: str | None = None,
        asked: bool = True,
    ) -> None:
        """Adds a row of the index. Rows must come in order of time. ``feed_article`` is its article_id if its body is from the feed.

        ``asked`` is False for an entry that waits: there is no outcome yet.
        """
        self.asked += asked
        self.article_id = feed_article or self.article_id
        self.latest[fingerprint] = seen_at
        for fingerprints, belongs in ((self.done, final), (self.in_line, in_line)):
            if belongs:
                fingerprints.add(fingerprint)
            else:
                fingerprints.discard(fingerprint)


@dataclass(slots=True)
class SeenKeys:
    """What the index knows about some entries and addresses."""

    entries: dict[str, EntryHistory] = field(default_factory=dict)
    """By entry key."""
    addresses: set[str] = field(default_factory=set)
    """URL keys with a final outcome."""
    pages: dict[tuple[str, str], EntryHistory] = field(default_factory=dict)
    """History of an address in one feed, under whatever entry ids, by URL key and feed_url."""
    removed: set[str] = field(default_factory=set)
    """Entry keys and URL keys of articles that were removed."""


def seen_keys(
    lake: Lake, entry_keys: Collection[str], url_keys: Collection[str], since: datetime | None = None
) -> SeenKeys:
    """Looks up entries by their own keys and by those of their addresses, in the index from the day of ``since`` on."""
    columns = ["entry_key", "url_key", "feed_url", "fingerprint", "final", "retry_at", "seen_at"]
    columns += ["article_id", "body_from", "removed_at", "outcome"]
    rows = rows_with(lake, columns, {"entry_key": entry_keys, "url_key": url_keys}, since)
    seen, oldest = SeenKeys(), now() - RETRY_MEMORY
    final: dict[str, set[str]] = {}  # by URL key: the entries whose last outcome is final
    for row in in_order_of_time(rows):
        if row["removed_at"]:
            seen.removed |= {row["entry_key"], row["url_key"]}
        histories = [seen.entries.setdefault(row["entry_key"], EntryHistory())]
        if row["url_key"]:
            histories.append(seen.pages.setdefault((row["url_key"], row["feed_url"]), EntryHistory()))
            keys = final.setdefault(row["url_key"], set())
            keys.add(row["entry_key"]) if row["final"] else keys.discard(row["entry_key"])
        # Nobody looks for a row that is older. So its entry is not in line, and is fetched when its feed lists it.
        in_line = row["retry_at"] is not None and row["seen_at"] >= oldest
        for history in histories:
            feed_article = row["article_id"] if row["body_from"] == "feed" else None
            asked = row["outcome"] != "waiting"
            history.add(row["fingerprint"], row["seen_at"], row["final"], in_line, feed_article, asked)
    seen.addresses = {url_key for url_key, keys in final.items() if keys}
    return seen


def in_order_of_time(rows: list[_Row]) -> list[_Row]:
    """Rows of the index with ``seen_at`` and ``final``. Of two at the same time, the final one is the later one.

    Rows that lie in the future come first: what was written under a wrong clock is older than what we wrote since.
    """
    latest = now() + AHEAD
    return sorted(rows, key=lambda row: (row["seen_at"] <= latest, row["seen_at"], row["final"]))


def with_history(entry: Entry, seen: SeenKeys) -> Entry:
    """The entry with the article that an earlier pass made from its text in the feed, if there is one."""
    history = seen.entries.get(entry.entry_key)
    return replace(entry, article_id=history.article_id) if history is not None and history.article_id else entry


def is_settled(entry: Entry, seen: SeenKeys, in_line: bool = True) -> bool:
    """True when the page of an entry need not be fetched, or when the lake has the entry in line for another try (``in_line``).

    The page is fetched again when the feed says something new about the entry (title, text, times), because the article may have a
    revision; some feeds then give the entry a new id. An entry without an address that can be fetched cannot change, and one of an article
    that was removed must not.
    """
    if entry.entry_key in seen.removed or (entry.url_key and entry.url_key in seen.removed):
        return True
    history = seen.entries.get(entry.entry_key)
    if history is None and entry.url_key:
        history = seen.pages.get((entry.url_key, entry.feed_url))
    if history is not None and in_line and entry.fingerprint in history.in_line:
        return True
    if history is None or not history.done:
        return entry.url_key in seen.addresses
    return entry.fingerprint in history.done or history.asked >= MAX_CHECKS or not entry.url_key


def keep_unseen(
    entries: Iterable[Entry], seen: SeenKeys, taken: set[str], in_line: bool = True
) -> tuple[list[Entry], Counter[str]]:
    """The entries that are not settled, each page once, and how many others there are by source. ``taken`` has the pages of before."""
    unseen, dropped = list[Entry](), Counter[str]()
    for entry in entries:
        page = page_of(entry)
        if page in taken or is_settled(entry, seen, in_line):
            dropped[entry.source.id] += 1
        else:
            taken.add(page)
            unseen.append(with_history(entry, seen))
    return unseen, dropped


def page_of(entry: Entry) -> str:
    """The key of an entry's page; that of the entry if it has no link."""
    return entry.url_key or entry.entry_key


# Articles


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """The latest revision of an article that the lake has."""

    revision: int
    text_hash: str
    body_from: str | None
    story_id: str
    first_seen_at: datetime
    removed_at: datetime | None = None
    """When it was removed; None if it was not."""


@dataclass(frozen=True, slots=True)
class KnownBody:
    """An article that the lake has, by its body."""

    content_hash: str
    article_id: str
    revision: int
    story_id: str
    source: str
    published_at: datetime | None
    first_seen_at: datetime


def articles_known(lake: Lake, article_ids: Collection[str]) -> dict[str, KnownArticle]:
    """Those of the articles that the lake has, by article_id. None of them was first seen in the future, whatever the clock said then."""
    latest = now() + AHEAD
    columns = ["article_id", "revision", "text_hash", "body_from", "story_id", "first_seen_at", "removed_at"]
    rows = _article_rows(lake, columns, {"article_id": article_ids})
    return {
        row.pop("article_id"): KnownArticle(**(row | {"first_seen_at": min(row["first_seen_at"], latest)}))
        for row in sorted(rows, key=lambda row: (row["removed_at"] is not None, row["revision"]))
    }


def pages_known(lake: Lake, page_keys: Collection[str]) -> dict[str, str]:
    """The article of each page that the lake has, by page_key: the smallest id where rows of older versions have several."""
    rows = _article_rows(lake, ["page_key", "article_id"], {"page_key": page_keys})
    return {row["page_key"]: row["article_id"] for row in sorted(rows, key=itemgetter("article_id"), reverse=True)}


def entries_at(lake: Lake, page_keys: Collection[str]) -> dict[str, frozenset[str]]:
    """The keys of all entries that ended at the addresses of pages, by page_key."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows_with(lake, ["page_key", "entry_key"], {"page_key": page_keys}):
        keys[row["page_key"]].add(row["entry_key"])
    return {page_key: frozenset(found) for page_key, found in keys.items()}


def bodies_known(lake: Lake, content_hashes: Collection[str], since: datetime) -> list[KnownBody]:
    """The articles with these bodies that the lake has seen since the day of ``since``, by when they were seen."""
    names = [item.name for item in fields(KnownBody)]
    rows = _article_rows(lake, [*names, "seen_at"], {"content_hash": content_hashes}, since)
    ordered = sorted(rows, key=itemgetter("seen_at", "article_id"))
    return [KnownBody(**{name: row[name] for name in names}) for row in ordered]


# Rows


def _article_rows(
    lake: Lake, columns: list[str], keys: Mapping[str, Collection[str]], since: datetime | None = None
) -> list[_Row]:
    rows = rows_with(lake, [*columns, "outcome"], keys, since)
    return [{column: row[column] for column in columns} for row in rows if row["outcome"] == "article"]


def rows_with(
    lake: Lake, columns: list[str], keys: Mapping[str, Collection[str]], since: datetime | None = None
) -> list[_Row]:
    """Rows of the index that have one of the keys, given by column, from the day of ``since`` on."""
    keys = {column: wanted for column, wanted in keys.items() if wanted}
    if not keys:
        return []
    where = reduce(or_, (column_in(column, wanted) for column, wanted in keys.items()))
    return _looked_up(lake, columns, where, since, lambda index, files, day: index.find(files, columns, keys, day))


def waiting_rows(lake: Lake, columns: list[str], since: datetime) -> list[_Row]:
    """Rows of the index that are not final, from the day of ``since`` on."""
    return _looked_up(
        lake, columns, ~pc.field("final"), since, lambda index, files, day: index.waiting(files, columns, day)
    )


def _looked_up(
    lake: Lake,
    columns: list[str],
    where: Any,
    since: datetime | None,
    ask: Callable[[KeyIndex, Mapping[str, FileInfo], date | None], tuple[list[_Row], list[str]]],
) -> list[_Row]:
    """Rows from the key index of a large lake; without it, and for a small lake, from the files."""
    day = None if since is None else since.date()

    def query() -> list[_Row]:
        files = lake.listing("index")
        index = key_index(lake, tuple(_COLUMNS)) if sum(info.bytes for info in files.values()) >= MIN_BYTES else None
        if index is not None:
            try:
                rows, loose = ask(index, files, day)
                loose = [path for path in loose if day is None or day_and_source(path)[0] >= f"{day}"]
                return [*rows, *read_rows(lake, IndexRow, loose, columns, where).to_pylist()]
            except UnusableError as error:
                _LOGGER.info("the index is read from its files: %s", error)
        return list(index_rows(lake, columns, where, since).to_pylist())

    return retry_during_compaction(query)


def index_rows(lake: Lake, columns: list[str], where: Any, since: datetime | None = None) -> pa.Table:
    """Rows of the index that pass a filter, from the day of ``since`` on. Rows of small files come from memory."""

    def query() -> pa.Table:
        files = lake.listing("index", since=f"{since.date()}" if since else "")
        cached, others = _row_cache(lake).rows(files, partial(read_rows, lake, IndexRow, columns=_COLUMNS))
        rows = [table.filter(where).select(columns) for table in cached]
        return pa.concat_tables([*rows, read_rows(lake, IndexRow, others, columns, where)])

    return retry_during_compaction(query)


@lru_cache(maxsize=4)
def _row_cache(lake: Lake) -> RowCache:
    return RowCache()


def days_before(lake: Lake, since: datetime) -> int:
    """The number of days in the index before that of ``since``."""
    days = {path.rpartition("/")[0] for path in lake.paths("index")}
    return sum(day < f"index/date={since.date()}" for day in days)

"""The items of a window to the rows that the lake gets: each article once, in its story, and no row a second time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas import Article, FeedPoll, IndexRow, Reject, Row
from transforms.accounting.counts import Tally
from transforms.accounting.rows import article_entry_key, article_index_row, duplicate_index_row, reject_index_row
from transforms.lake.index import SeenKeys, seen_keys
from transforms.lake.layout import Lake
from transforms.stories.resolve import resolve_articles, stray_rejects


@dataclass(slots=True)
class WindowRows:
    """Rows for the lake, and counts that no row carries."""

    rows: list[Row] = field(default_factory=list)
    """Articles in their stories, rejects, polls and index rows."""
    tallies: list[Tally] = field(default_factory=list)
    """Counts beside those of the rows."""


def resolve_window(
    items: Iterable[Article | Reject | FeedPoll | Tally], lake: Lake, run_id: str, now: datetime
) -> WindowRows:
    """The rows of one window under ``run_id``, compared with what the lake has now. Call it with the lake's lock held.

    An engine that restarts a window may bring items that are already in the lake; they count as ``seen``.
    """
    articles, rejects, window = list[Article](), list[Reject](), WindowRows()
    for item in items:
        if isinstance(item, Article):
            articles.append(replace(item, run_id=run_id))
        elif isinstance(item, Reject):
            rejects.append(replace(item, run_id=run_id))
        elif isinstance(item, FeedPoll):
            window.rows.append(replace(item, run_id=run_id))
        else:
            window.tallies.append(item)
    keys = {article_entry_key(article) for article in articles}
    seen = seen_keys(lake, keys | {reject.entry_key for reject in rejects if reject.entry_key}, ())
    members, sketches, new = resolve_articles(articles, lake)
    rejects += stray_rejects(new, now, run_id)
    for article in new.duplicates:
        window.tallies.append(Tally(article.source, "seen"))
        row = duplicate_index_row(article)
        if not _has(seen, row):
            window.rows.append(row)
    for member in members:
        window.rows += (member, article_index_row(member))
    window.rows += sketches
    _add_rejects(rejects, seen, window)
    return window


def _add_rejects(rejects: list[Reject], seen: SeenKeys, window: WindowRows) -> None:
    for reject in rejects:
        row = reject_index_row(reject)
        if row is None:
            window.rows.append(reject)
        elif _has(seen, row):
            window.tallies.append(Tally(reject.source, "seen"))
        else:
            window.rows += (reject, row)


def _has(seen: SeenKeys, row: IndexRow) -> bool:
    """True when the index has this outcome of the entry, or a later one, for the same fingerprint."""
    history = seen.entries.get(row.entry_key)
    if history is None:
        return False
    latest = history.latest.get(row.fingerprint)
    return row.fingerprint in history.done or (latest is not None and latest >= row.seen_at)

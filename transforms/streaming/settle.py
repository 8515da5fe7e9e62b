"""What a window of a stream brought to what the lake is to get: each article once, in its story, and no row a second time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas import Article, FeedPoll, IndexRow, Reject, Row
from transforms.accounting.counts import Tally
from transforms.accounting.rows import article_index_row, duplicate_index_row, reject_index_row
from transforms.lake.index import SeenKeys, articles_known, bodies_known, seen_keys
from transforms.lake.layout import Lake
from transforms.stories.exact import stories_of
from transforms.stories.revisions import keep_once
from transforms.urls import entry_key


@dataclass(slots=True)
class WindowRows:
    """Rows for the lake, and their counts."""

    rows: list[Row] = field(default_factory=list)
    """Articles in their stories, rejects, polls and index rows."""
    tallies: list[Tally] = field(default_factory=list)
    """What they count for."""


def resolve_window(
    brought: Iterable[Article | Reject | FeedPoll | Tally], lake: Lake, run_id: str, now: datetime
) -> WindowRows:
    """The rows of one window under ``run_id``, by what the lake knows now; call it with the lake's lock held.

    An engine that starts a window anew may bring again what is in the lake: that becomes ``seen``.
    """
    articles, rejects, settled = list[Article](), list[Reject](), WindowRows()
    for item in brought:
        if isinstance(item, Article):
            articles.append(replace(item, run_id=run_id))
        elif isinstance(item, Reject):
            rejects.append(replace(item, run_id=run_id))
        elif isinstance(item, FeedPoll):
            settled.rows.append(replace(item, run_id=run_id))
        else:
            settled.tallies.append(item)
    keys = {entry_key(article.source, article.entry_id, article.url) for article in articles}
    seen = seen_keys(lake, keys | {reject.entry_key for reject in rejects if reject.entry_key}, ())
    _settle_articles(articles, lake, seen, now, settled)
    _settle_rejects(rejects, seen, settled)
    return settled


def _settle_articles(articles: list[Article], lake: Lake, seen: SeenKeys, now: datetime, settled: WindowRows) -> None:
    known = articles_known(lake, {article.article_id for article in articles})
    kept = []
    for article, version in keep_once(articles, known):
        if version is not None:
            kept.append(version)
            continue
        settled.tallies.append(Tally(article.source, "seen"))
        row = duplicate_index_row(article)
        if not _has(seen, row):
            settled.rows.append(row)
    bodies = bodies_known(lake, {article.content_hash for article in kept}, now)
    stories = {article_id: held.story_id for article_id, held in known.items()}
    for member in stories_of(kept, bodies, stories):
        settled.rows += (member, article_index_row(member))


def _settle_rejects(rejects: list[Reject], seen: SeenKeys, settled: WindowRows) -> None:
    for reject in rejects:
        row = reject_index_row(reject)
        if row is None:
            settled.rows.append(reject)
        elif _has(seen, row):
            settled.tallies.append(Tally(reject.source, "seen"))
        else:
            settled.rows += (reject, row)


def _has(seen: SeenKeys, row: IndexRow) -> bool:
    """True when the index has this outcome, or a later one, of the entry as its feed told it then."""
    history = seen.entries.get(row.entry_key)
    if history is None:
        return False
    return row.fingerprint in history.done or history.attempts.get(row.fingerprint, -1) >= row.attempts > 0

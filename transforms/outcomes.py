"""What became of a feed or an entry: reject rows, index rows, and the rule by which a later pass tries again."""

from __future__ import annotations

from datetime import datetime

from schemas import Article, Entry, Reason, Reject, Rejected, Seen, Stage, StoryArticle
from schemas.records import SeenOutcome
from transforms.urls import entry_key, url_key

MAX_ATTEMPTS = 3
"""Passes that ask for an entry before a transient reason becomes final."""


def reject_entry(entry: Entry, stage: Stage, rejected: Rejected, now: datetime, run_id: str) -> Reject:
    """The row of an entry that stopped. Only a pass that really asked the site counts as an attempt."""
    attempts = entry.attempts + (rejected.reason is not Reason.HOST_DEFERRED)
    return Reject(
        stage=stage.value,
        reason=rejected.reason.value,
        detail=rejected.detail,
        source=entry.source.id,
        feed_url=entry.feed_url,
        entry_key=entry.entry_key,
        url_key=entry.url_key or None,
        entry_id=entry.entry_id,
        url=entry.url or None,
        http_status=rejected.status,
        attempts=attempts,
        final=not rejected.reason.transient or attempts >= MAX_ATTEMPTS,
        rejected_at=now,
        run_id=run_id,
    )


def reject_feed(source_id: str, feed_url: str, rejected: Rejected, now: datetime, run_id: str) -> Reject:
    """The row of a feed that could not be polled; every pass polls it again."""
    return Reject(
        stage=Stage.POLL.value,
        reason=rejected.reason.value,
        detail=rejected.detail,
        source=source_id,
        feed_url=feed_url,
        entry_key=None,
        url_key=None,
        entry_id=None,
        url=feed_url,
        http_status=rejected.status,
        attempts=1,
        final=False,
        rejected_at=now,
        run_id=run_id,
    )


def seen_article(article: StoryArticle) -> Seen:
    """The index row of an article that is written."""
    return _seen(article, "article", article.story_id)


def seen_duplicate(article: Article) -> Seen:
    """The index row of an entry that led to an article which the lake, or this pass, has already."""
    return _seen(article, "duplicate", None)


def seen_reject(reject: Reject) -> Seen | None:
    """The index row of a rejected entry; None for a feed, of which the polls tell."""
    if reject.entry_key is None:
        return None
    return Seen(
        entry_key=reject.entry_key,
        url_key=reject.url_key,
        source=reject.source,
        feed_url=reject.feed_url,
        outcome="reject",
        final=reject.final,
        attempts=reject.attempts,
        article_id=None,
        content_hash=None,
        story_id=None,
        published_at=None,
        seen_at=reject.rejected_at,
        run_id=reject.run_id,
    )


def _seen(article: Article, outcome: SeenOutcome, story_id: str | None) -> Seen:
    return Seen(
        entry_key=entry_key(article.source, article.entry_id, article.url),
        url_key=url_key(article.source, article.url),
        source=article.source,
        feed_url=article.feed_url,
        outcome=outcome,
        final=True,
        attempts=1,
        article_id=article.article_id,
        content_hash=article.content_hash,
        story_id=story_id,
        published_at=article.published_at,
        seen_at=article.first_seen_at,
        run_id=article.run_id,
    )

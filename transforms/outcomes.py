"""What became of a feed or an entry: reject rows, index rows, and the rule by which a later pass tries again."""

from __future__ import annotations

from datetime import datetime

from schemas import Article, Entry, Reason, Reject, Rejected, Seen, Stage, StoryArticle
from schemas.records import SeenOutcome
from transforms.lookup import SeenKeys
from transforms.urls import digest, entry_key, url_key

MAX_ATTEMPTS = 3
"""Passes that ask for an entry before a transient reason becomes final."""


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
        fingerprint=entry.fingerprint,
        url=entry.url or None,
        http_status=rejected.status,
        attempts=attempts,
        final=not rejected.reason.transient or attempts >= MAX_ATTEMPTS,
        rejected_at=now,
        run_id=run_id,
    )


def no_link(entry: Entry) -> Rejected:
    """Why an entry without an address key cannot be fetched."""
    said = f"the link {entry.url[:200]!r} is not an http or https address" if entry.url else "the entry has no link"
    return Rejected(Reason.NO_LINK, said)


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
        fingerprint=None,
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
        fingerprint=reject.fingerprint,
        source=reject.source,
        feed_url=reject.feed_url,
        outcome="reject",
        final=reject.final,
        attempts=reject.attempts,
        article_id=None,
        revision=None,
        text_hash=None,
        content_hash=None,
        story_id=None,
        published_at=None,
        first_seen_at=None,
        seen_at=reject.rejected_at,
        run_id=reject.run_id,
    )


def text_hash(article: Article) -> str:
    """Hash of headline and body, without case and spacing: what a reader would call another version of the text."""
    return digest(" ".join((article.headline or "").casefold().split()), article.content_hash)


def _seen(article: Article, outcome: SeenOutcome, story_id: str | None) -> Seen:
    return Seen(
        entry_key=entry_key(article.source, article.entry_id, article.url),
        url_key=url_key(article.source, article.url),
        fingerprint=article.fingerprint,
        source=article.source,
        feed_url=article.feed_url,
        outcome=outcome,
        final=True,
        attempts=1,
        article_id=article.article_id,
        revision=article.revision,
        text_hash=text_hash(article),
        content_hash=article.content_hash,
        story_id=story_id,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        seen_at=article.fetched_at,
        run_id=article.run_id,
    )

"""Reject rows and index rows, and the rule by which a later pass tries an entry again."""

from __future__ import annotations

from datetime import datetime
from fnmatch import fnmatchcase

from schemas import Article, Entry, IndexRow, Reason, Reject, Rejected, Stage, StoryArticle
from schemas.plain_text import printable
from schemas.records import IndexOutcome
from transforms.urls import digest, entry_key, url_key

MAX_ATTEMPTS = 3
"""Passes that try an entry before a transient reason becomes final."""


def entry_reject(entry: Entry, stage: Stage, rejected: Rejected, now: datetime, run_id: str) -> Reject:
    """The reject row of an entry. HOST_DEFERRED does not count as an attempt: the site was not asked."""
    attempts = entry.attempts + (rejected.reason is not Reason.HOST_DEFERRED)
    return Reject(
        stage=stage.value,
        reason=rejected.reason.value,
        detail=printable(rejected.detail),
        source=entry.source.id,
        feed_url=entry.feed_url,
        entry_key=entry.entry_key,
        url_key=entry.url_key or None,
        entry_id=entry.entry_id,
        fingerprint=entry.fingerprint,
        url=entry.url or None,
        http_status=rejected.status,
        attempts=attempts,
        final=_is_final(rejected.reason, attempts),
        rejected_at=now,
        run_id=run_id,
    )


def _is_final(reason: Reason, attempts: int) -> bool:
    return not reason.transient or attempts >= MAX_ATTEMPTS


def unwanted(entry: Entry) -> Rejected | None:
    """Why the page of an entry must not be fetched: it has no link (NO_LINK), or its source leaves it out (EXCLUDED); else None."""
    if not entry.url_key:
        return _missing_link(entry)
    source = entry.source
    if pattern := next((each for each in source.exclude if fnmatchcase(entry.url, each)), None):
        return Rejected(Reason.EXCLUDED, f"exclude has the pattern {pattern!r}")
    if source.include and not any(fnmatchcase(entry.url, each) for each in source.include):
        return Rejected(Reason.EXCLUDED, "no pattern of include matches the address")
    return None


def _missing_link(entry: Entry) -> Rejected:
    detail = f"the link {entry.url[:200]!r} is not an http or https address" if entry.url else "the entry has no link"
    return Rejected(Reason.NO_LINK, detail)


def feed_reject(source_id: str, feed_url: str, rejected: Rejected, now: datetime, run_id: str) -> Reject:
    """The reject row of a feed. It is never final: every pass polls the feed again."""
    return Reject(
        stage=Stage.POLL.value,
        reason=rejected.reason.value,
        detail=printable(rejected.detail),
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


def article_index_row(article: StoryArticle) -> IndexRow:
    """The index row of an article that goes into the lake."""
    return _article_row(article, "article", article.story_id)


def duplicate_index_row(article: Article) -> IndexRow:
    """The index row of an entry whose article is already in the lake, or in this pass."""
    return _article_row(article, "duplicate", None)


def reject_index_row(reject: Reject) -> IndexRow | None:
    """The index row of a rejected entry; None for a rejected feed, whose state is in its polls."""
    if reject.entry_key is None:
        return None
    return IndexRow(
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
        body_from=None,
        story_id=None,
        published_at=None,
        first_seen_at=None,
        seen_at=reject.rejected_at,
        run_id=reject.run_id,
    )


def text_hash(article: Article) -> str:
    """Hash of headline and body, ignoring case and spacing: a reader would call a text with another hash a new version."""
    return digest(" ".join((article.headline or "").casefold().split()), article.content_hash)


def article_entry_key(article: Article) -> str:
    """The key of the entry that led to an article."""
    return entry_key(article.source_alias or article.source, article.entry_id, article.url)


def page_key(article: Article) -> str:
    """The key of an article's canonical address, whatever source listed it."""
    return url_key("", article.canonical_url)


def _article_row(article: Article, outcome: IndexOutcome, story_id: str | None) -> IndexRow:
    return IndexRow(
        entry_key=article_entry_key(article),
        url_key=url_key(article.source_alias or article.source, article.url),
        fingerprint=article.fingerprint,
        source=article.source,
        feed_url=article.feed_url,
        outcome=outcome,
        # The page of a body from the feed is tried again, as if the entry had been rejected.
        final=not article.page_reason or _is_final(Reason(article.page_reason), article.attempts or 1),
        attempts=article.attempts or 1,
        article_id=article.article_id,
        revision=article.revision,
        text_hash=text_hash(article),
        content_hash=article.content_hash,
        body_from=article.body_from,
        story_id=story_id,
        page_key=page_key(article),
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        seen_at=article.fetched_at,
        run_id=article.run_id,
    )

"""Reject rows and index rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase

from schemas import Article, Entry, IndexRow, Reason, Reject, Rejected, Stage, StoryArticle
from schemas.plain_text import printable
from schemas.records import IndexOutcome
from transforms.accounting.retries import failed, next_try, packed_entry
from transforms.urls import digest, entry_key, url_key


def entry_reject(
    entry: Entry, stage: Stage, rejected: Rejected, now: datetime, run_id: str, from_archive: bool = False
) -> Reject:
    """The reject row of an entry, with the time of its next try. ``from_archive``: a page of an archive is not tried again."""
    entry = failed(entry, rejected, now)
    retry_at = None if from_archive else next_try(entry, rejected, now)
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
        attempts=entry.attempts,
        final=retry_at is None and not (from_archive and rejected.reason.transient),
        rejected_at=now,
        failing_since=entry.failing_since,
        retry_at=retry_at,
        entry=packed_entry(entry),
        run_id=run_id,
    )


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


def waiting_index_row(entry: Entry, since: datetime, now: datetime, run_id: str) -> IndexRow:
    """The index row of an entry that waits for its page when a part of a pass ends. ``since`` is when the pass began: see Part."""
    return IndexRow(
        entry_key=entry.entry_key,
        url_key=entry.url_key or None,
        fingerprint=entry.fingerprint,
        source=entry.source.id,
        feed_url=entry.feed_url,
        outcome="waiting",
        final=False,
        attempts=entry.attempts,
        retry_at=since,
        entry=packed_entry(entry),
        article_id=entry.article_id,
        revision=None,
        text_hash=None,
        content_hash=None,
        body_from=None,
        story_id=None,
        published_at=None,
        first_seen_at=None,
        seen_at=now,
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
        retry_at=reject.retry_at,
        page_key=reject.page_key,
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


def article_reject(article: Article, rejected: Rejected, now: datetime, run_id: str) -> Reject:
    """The reject row of an entry whose page is that of other entries. It is not tried again."""
    return Reject(
        stage=Stage.EXTRACT.value,
        reason=rejected.reason.value,
        detail=printable(rejected.detail),
        source=article.source,
        feed_url=article.feed_url,
        entry_key=article_entry_key(article),
        url_key=url_key(article.source_alias or article.source, article.url),
        entry_id=article.entry_id,
        fingerprint=article.fingerprint,
        url=article.url,
        page_key=page_key(article),
        http_status=rejected.status,
        attempts=article.attempts or 1,
        final=True,
        rejected_at=now,
        run_id=run_id,
    )


def _article_row(article: Article, outcome: IndexOutcome, story_id: str | None) -> IndexRow:
    return IndexRow(
        entry_key=article_entry_key(article),
        url_key=url_key(article.source_alias or article.source, article.url) if article.url else None,
        fingerprint=article.fingerprint,
        source=article.source,
        feed_url=article.feed_url,
        outcome=outcome,
        final=_is_final(article),
        attempts=article.attempts or 1,
        retry_at=article.retry_at,
        entry=article.entry if article.retry_at else None,
        article_id=article.article_id,
        revision=article.revision,
        text_hash=text_hash(article),
        content_hash=article.content_hash,
        body_from=article.body_from,
        story_id=story_id,
        page_key=page_key(article) if article.canonical_url else None,
        removed_at=article.removed_at,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        seen_at=article.fetched_at,
        run_id=article.run_id,
    )


def with_retry(article: Article, entry: Entry, missing: Rejected, now: datetime) -> Article:
    """An article whose body is from the feed, because its page was rejected ``now``: the page is tried again as if it were a reject."""
    entry = failed(entry, missing, now)
    return replace(
        article,
        attempts=entry.attempts,
        retry_at=next_try(entry, missing, now),
        entry=packed_entry(entry),
        fetched_at=now,
    )


def _is_final(article: Article) -> bool:
    """False while a page may replace a body from the feed: it is tried again, or another archive may have it."""
    if article.page_reason is None or article.retry_at is not None:
        return article.retry_at is None
    return article.entry is not None or not Reason(article.page_reason).transient

"""Records for tests, with only what a test cares about spelt out."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from schemas import Article, DataFile, Entry, FeedPoll, Reject, Source, StoryArticle
from transforms.accounting.run_record import RunRecord
from transforms.urls import entry_key, url_key

NOON = datetime(2026, 10, 1, 12, 0, tzinfo=timezone.utc)
RUN = "20261001T120000Z-abcdef"
WIRE = Source(id="meridian", kind="wire", feeds=("http://wire.example/feed.xml",), zone="UTC", language="en")
OUTLET = Source(id="post", kind="outlet", feeds=("http://post.example/feed.xml",), zone="Asia/Tokyo", language="en")


def entry(source: Source = OUTLET, url: str = "http://post.example/one", **changes: Any) -> Entry:
    """An entry of a feed of ``source``."""
    made = Entry(
        entry_key=entry_key(source.id, url, url),
        url_key=url_key(source.id, url),
        source=source,
        feed_url=source.feeds[0],
        entry_id=url,
        url=url,
        title="One",
        fingerprint="f1",
        seen_at=NOON,
    )
    return replace(made, **changes)


def article(
    source: Source = OUTLET, url: str = "http://post.example/one", body: str = "word " * 30, **changes: Any
) -> Article:
    """An article of ``source``; its content_hash follows from its body alone."""
    made = Article(
        article_id=url_key(source.id, url),
        content_hash=f"{hash(body):x}"[-16:].rjust(16, "0"),
        source=source.id,
        source_kind=source.kind,
        feed_url=source.feeds[0],
        entry_id=url,
        url=url,
        canonical_url=url,
        headline="One",
        standfirst=None,
        body=body,
        language="en",
        word_count=len(body.split()),
        section=None,
        image_url=None,
        published_at=NOON - timedelta(hours=1),
        published_raw="2026-10-01T11:00:00Z",
        published_offset_minutes=0,
        published_precision="second",
        published_from="json-ld",
        modified_at=None,
        first_seen_at=NOON,
        fetched_at=NOON,
        byline=None,
        fingerprint="f1",
        run_id=RUN,
        extractor="test",
    )
    return replace(made, **changes)


def story_article(made: Article | None = None, **changes: Any) -> StoryArticle:
    """An article that begins a story."""
    base = made or article()
    held = {field.name: getattr(base, field.name) for field in fields(base)}
    return replace(StoryArticle(**held, story_id=base.article_id, relation="original"), **changes)


def poll(**changes: Any) -> FeedPoll:
    """A visit that read one entry."""
    made = FeedPoll(
        source="post",
        feed_url=OUTLET.feeds[0],
        polled_at=NOON,
        outcome="ok",
        http_status=200,
        etag='"1"',
        last_modified=None,
        content_hash="aa",
        moved_to=None,
        entries=1,
        bytes=100,
        seconds=0.1,
        run_id=RUN,
    )
    return replace(made, **changes)


def reject(**changes: Any) -> Reject:
    """An entry that timed out once."""
    made = Reject(
        stage="fetch",
        reason="timeout",
        detail="no answer within 30 s",
        source="post",
        feed_url=OUTLET.feeds[0],
        entry_key="e1",
        url_key="u1",
        entry_id="1",
        fingerprint="f1",
        url="http://post.example/slow",
        http_status=None,
        attempts=1,
        final=False,
        rejected_at=NOON,
        run_id=RUN,
    )
    return replace(made, **changes)


def summary(*written: DataFile, run_id: str = RUN) -> RunRecord:
    """The run record of a run that wrote these files."""
    return RunRecord.from_tallies(run_id, NOON, NOON, "test", [], written)

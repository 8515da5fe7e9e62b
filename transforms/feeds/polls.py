"""What a visit to a feed brought: its poll row, its entries, and what is to be told of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from schemas import Entry, FeedPoll, Reject, Rejected
from schemas.records import PollOutcome
from transforms.accounting.counts import Tally
from transforms.accounting.rows import feed_reject
from transforms.feeds.parse import read_feed
from transforms.feeds.visits import FeedResponse
from transforms.urls import normalize_url
from transforms.web.client import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """All that comes of one visit."""

    poll: FeedPoll
    """Its row."""
    entries: tuple[Entry, ...] = ()
    """What the feed listed; nothing when it is unchanged, or failed."""
    rejects: list[Reject] = field(default_factory=list)
    """Why it failed, or that it lists too much."""
    tallies: list[Tally] = field(default_factory=list)
    """Its part of the counts, but for the feed itself."""


def read_response(visited: FeedResponse, digest_before: str | None, run_id: str) -> PollResult:
    """Reads the answer; ``digest_before`` is the hash of the feed's bytes at the visit before, if it is known.

    A failure is no exception but a Polled whose row says ``failed``.
    """
    source, feed_url = visited.visit.source, visited.visit.feed_url
    try:
        if visited.answer is None:
            raise visited.rejected or AssertionError("a visit ends with an answer or a reject")
        answer = visited.answer
        digest = hashlib.sha256(answer.body).hexdigest()[:32]
        if answer.status == 304 or digest == digest_before:
            return PollResult(
                poll=_row(visited, answer, "unchanged", 0, digest_before, run_id),
                tallies=[Tally(source.id, "feeds_unchanged")],
            )
        content = read_feed(
            answer.body, answer.headers, answer.url, source=source, feed_url=feed_url, seen_at=visited.polled_at
        )
    except Rejected as rejected:
        return PollResult(
            poll=_failed(visited, rejected, run_id),
            rejects=[feed_reject(source.id, feed_url, rejected, visited.polled_at, run_id)],
            tallies=[Tally(source.id, "feeds_failed")],
        )
    overflow = content.overflow
    return PollResult(
        poll=_row(visited, answer, "ok", len(content.entries), digest, run_id),
        entries=content.entries,
        rejects=[feed_reject(source.id, feed_url, overflow, visited.polled_at, run_id)] if overflow else [],
    )


def _row(
    visited: FeedResponse, answer: Answer, outcome: PollOutcome, entries: int, digest: str | None, run_id: str
) -> FeedPoll:
    kept = answer.status == 304
    return FeedPoll(
        source=visited.visit.source.id,
        feed_url=visited.visit.feed_url,
        polled_at=visited.polled_at,
        outcome=outcome,
        http_status=answer.status,
        etag=answer.headers.get("etag") or (visited.visit.etag if kept else None),
        last_modified=answer.headers.get("last-modified") or (visited.visit.last_modified if kept else None),
        content_hash=digest,
        moved_to=answer.url if normalize_url(answer.url) != normalize_url(visited.visit.feed_url) else None,
        entries=entries,
        bytes=len(answer.body),
        seconds=answer.seconds,
        run_id=run_id,
    )


def _failed(visited: FeedResponse, rejected: Rejected, run_id: str) -> FeedPoll:
    return FeedPoll(
        source=visited.visit.source.id,
        feed_url=visited.visit.feed_url,
        polled_at=visited.polled_at,
        outcome="failed",
        http_status=rejected.status,
        etag=visited.visit.etag,
        last_modified=visited.visit.last_modified,
        content_hash=None,
        moved_to=None,
        entries=0,
        bytes=0,
        seconds=0.0,
        run_id=run_id,
    )

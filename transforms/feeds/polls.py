"""What a visit to a feed brought: its poll row, its entries, and what is to be told of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas import Entry, FeedPoll, Reject, Rejected
from schemas.records import PollOutcome
from transforms.accounting.counts import Tally
from transforms.accounting.rows import feed_reject
from transforms.feeds.parse import read_feed
from transforms.feeds.requests import FeedResponse
from transforms.urls import digest, normalize_url
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


def read_response(response: FeedResponse, previous_hash: str | None, run_id: str) -> PollResult:
    """Reads the answer; ``previous_hash`` is the hash of the feed's bytes at the visit before, if it is known.

    A failure is no exception but a Polled whose row says ``failed``.
    """
    source, feed_url = response.request.source, response.request.feed_url
    try:
        if response.answer is None:
            raise response.rejected or AssertionError("a visit ends with an answer or a reject")
        answer = response.answer
        content_hash = digest(answer.body)
        if answer.status == 304 or content_hash == previous_hash:
            return PollResult(
                poll=_row(response, answer, "unchanged", 0, previous_hash, run_id),
                tallies=[Tally(source.id, "feeds_unchanged")],
            )
        content = read_feed(
            answer.body, answer.headers, answer.url, source=source, feed_url=feed_url, seen_at=response.polled_at
        )
    except Rejected as rejected:
        return PollResult(
            poll=_failed(response, rejected, run_id),
            rejects=[feed_reject(source.id, feed_url, rejected, response.polled_at, run_id)],
            tallies=[Tally(source.id, "feeds_failed")],
        )
    overflow = content.overflow
    return PollResult(
        poll=_row(response, answer, "ok", len(content.entries), content_hash, run_id),
        entries=content.entries,
        rejects=[feed_reject(source.id, feed_url, overflow, response.polled_at, run_id)] if overflow else [],
    )


def _row(
    response: FeedResponse, answer: Answer, outcome: PollOutcome, entries: int, content_hash: str | None, run_id: str
) -> FeedPoll:
    kept = answer.status == 304
    return FeedPoll(
        source=response.request.source.id,
        feed_url=response.request.feed_url,
        polled_at=response.polled_at,
        outcome=outcome,
        http_status=answer.status,
        etag=answer.headers.get("etag") or (response.request.etag if kept else None),
        last_modified=answer.headers.get("last-modified") or (response.request.last_modified if kept else None),
        content_hash=content_hash,
        moved_to=answer.url if normalize_url(answer.url) != normalize_url(response.request.feed_url) else None,
        entries=entries,
        bytes=len(answer.body),
        seconds=answer.seconds,
        run_id=run_id,
    )


def _failed(response: FeedResponse, rejected: Rejected, run_id: str) -> FeedPoll:
    return FeedPoll(
        source=response.request.source.id,
        feed_url=response.request.feed_url,
        polled_at=response.polled_at,
        outcome="failed",
        http_status=rejected.status,
        etag=response.request.etag,
        last_modified=response.request.last_modified,
        content_hash=None,
        moved_to=None,
        entries=0,
        bytes=0,
        seconds=0.0,
        run_id=run_id,
    )

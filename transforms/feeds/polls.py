"""Reads the response to a poll of a feed: its poll row, entries, rejects and tallies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from schemas import Entry, FeedPoll, Reject, Rejected
from schemas.records import PollOutcome
from transforms.accounting.counts import Tally
from transforms.accounting.rows import feed_reject
from transforms.feeds.requests import FeedResponse
from transforms.urls import digest, normalize_url
from transforms.web.client import Answer

if TYPE_CHECKING:  # the parsers load where feeds are read, in another process
    from transforms.feeds.parse import FeedContent


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """The result of one poll of one feed."""

    poll: FeedPoll
    """The row for ``lake/polls``."""
    entries: tuple[Entry, ...] = ()
    """Entries that the feed lists; empty when it is unchanged or the poll failed."""
    rejects: list[Reject] = field(default_factory=list)
    """Why the poll failed, or that the feed lists too many entries."""
    tallies: list[Tally] = field(default_factory=list)
    """Counts of this poll, except ``feeds``."""


def read_response(
    response: FeedResponse, previous_hash: str | None, run_id: str, read: Callable[..., FeedContent]
) -> PollResult:
    """Reads a response. A failure is not raised: the poll's ``outcome`` is ``failed``.

    ``previous_hash`` is the content_hash of the previous poll, to know an unchanged feed by its bytes; None if it is unknown.
    ``read`` is read_feed, or a guarded call of it.
    """
    source, feed_url = response.request.source, response.request.feed_url
    try:
        if response.answer is None:
            raise response.rejected or AssertionError("a response has an answer or a reject")
        answer = response.answer
        documents = response.sitemaps or (answer,)
        content_hash = digest(*(document.body for document in documents))
        if answer.status == 304 or content_hash == previous_hash:
            return PollResult(
                poll=_answered(response, answer, "unchanged", 0, previous_hash, run_id),
                tallies=[Tally(source.id, "feeds_unchanged")],
            )
        contents = [
            read(part.body, part.headers, part.url, source=source, feed_url=feed_url, seen_at=response.polled_at)
            for part in documents
        ]
    except Rejected as rejected:
        return PollResult(
            poll=_failed(response, rejected, run_id),
            rejects=[feed_reject(source.id, feed_url, rejected, response.polled_at, run_id)],
            tallies=[Tally(source.id, "feeds_failed")],
        )
    entries = tuple(entry for content in contents for entry in content.entries)
    overflows = [content.overflow for content in contents if content.overflow]
    poll = _answered(response, answer, "ok", len(entries), content_hash, run_id)
    if response.sitemaps:  # the index may stay the same while its sitemaps change: the next request is unconditional
        poll = replace(poll, etag=None, last_modified=None)
    return PollResult(
        poll=poll,
        entries=entries,
        rejects=[feed_reject(source.id, feed_url, overflow, response.polled_at, run_id) for overflow in overflows],
    )


def _answered(
    response: FeedResponse, answer: Answer, outcome: PollOutcome, entries: int, content_hash: str | None, run_id: str
) -> FeedPoll:
    request = response.request
    not_modified = answer.status == 304  # may come without validators: those that were sent stay valid
    return FeedPoll(
        source=request.source.id,
        feed_url=request.feed_url,
        polled_at=response.polled_at,
        outcome=outcome,
        http_status=answer.status,
        etag=answer.headers.get("etag") or (request.etag if not_modified else None),
        last_modified=answer.headers.get("last-modified") or (request.last_modified if not_modified else None),
        content_hash=content_hash,
        moved_to=answer.url if normalize_url(answer.url) != normalize_url(request.feed_url) else None,
        entries=entries,
        bytes=len(answer.body),
        seconds=answer.seconds,
        run_id=run_id,
    )


def _failed(response: FeedResponse, rejected: Rejected, run_id: str) -> FeedPoll:
    request = response.request
    return FeedPoll(
        source=request.source.id,
        feed_url=request.feed_url,
        polled_at=response.polled_at,
        outcome="failed",
        http_status=rejected.status,
        etag=request.etag,
        last_modified=request.last_modified,
        content_hash=None,
        moved_to=None,
        entries=0,
        bytes=0,
        seconds=0.0,
        run_id=run_id,
    )

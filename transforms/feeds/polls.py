"""Reads the response to a poll of a feed: its poll row, entries, rejects and tallies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from schemas import Entry, FeedPoll, Reject, Rejected
from schemas.records import PollOutcome
from transforms.accounting.counts import Tally
from transforms.accounting.rows import feed_reject
from transforms.feeds.requests import FeedRequest, FeedResponse
from transforms.feeds.schedule import WHOLE_EVERY, failures_after, next_poll_after_answer, next_poll_after_failure
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


def read_response(response: FeedResponse, run_id: str, read: Callable[..., FeedContent]) -> PollResult:
    """Reads a response. A failure is not raised: the poll's ``outcome`` is ``failed``. ``read`` is read_feed, or a guarded call of it."""
    request = response.request
    source, feed_url = request.source, request.feed_url
    try:
        if response.answer is None:
            raise response.rejected or AssertionError("a response has an answer or a reject")
        answer = response.answer
        documents = response.sitemaps or (answer,)
        content_hash = digest(*(document.body for document in documents))
        if answer.status == 304 or content_hash == request.content_hash:
            return PollResult(
                poll=_answered(
                    response, answer, "unchanged", 0, request.content_hash, _Wishes(request.wait, request.skips), run_id
                ),
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
    wishes = _Wishes(
        max((content.wait for content in contents), default=0.0),
        next((content.skips for content in contents if content.skips), None),
    )
    poll = _answered(response, answer, "ok", len(entries), content_hash, wishes, run_id)
    if response.sitemaps:  # the index may stay the same while its sitemaps change: the next request is unconditional
        poll = replace(poll, etag=None, last_modified=None)
    return PollResult(
        poll=poll,
        entries=entries,
        rejects=[feed_reject(source.id, feed_url, overflow, response.polled_at, run_id) for overflow in overflows],
    )


class _Wishes(NamedTuple):
    """When a feed wants to be polled."""

    wait: float
    skips: str | None


def _answered(
    response: FeedResponse,
    answer: Answer,
    outcome: PollOutcome,
    entries: int,
    content_hash: str | None,
    wishes: _Wishes,
    run_id: str,
) -> FeedPoll:
    request = response.request
    etag, last_modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if answer.status == 304:  # may come without validators: those that were sent stay valid
        etag, last_modified = etag or request.etag, last_modified or request.last_modified
        not_modified = request.not_modified + 1
    else:
        not_modified = _not_modified(request, (etag, last_modified), content_hash)
    return FeedPoll(
        source=request.source.id,
        feed_url=request.feed_url,
        polled_at=response.polled_at,
        outcome=outcome,
        http_status=answer.status,
        etag=etag,
        last_modified=last_modified,
        content_hash=content_hash,
        moved_to=answer.url if answer.moved_permanently and not _is_same(answer.url, request.feed_url) else None,
        entries=entries,
        bytes=len(answer.body),
        seconds=answer.seconds,
        failures=0,
        next_poll_at=next_poll_after_answer(request.source, response.polled_at, answer.headers, wishes.wait),
        skips=wishes.skips,
        not_modified=not_modified,
        run_id=run_id,
    )


def _not_modified(request: FeedRequest, validators: tuple[str | None, str | None], content_hash: str | None) -> int:
    """The 304 answers in a row after an answer with a body: 0, but WHOLE_EVERY while the validators are stuck.

    They are stuck once the bytes have changed and the validators have not. A later 304 would prove nothing.
    """
    if validators == (None, None) or validators != (request.etag, request.last_modified):
        return 0
    has_changed = request.content_hash is not None and content_hash != request.content_hash
    return WHOLE_EVERY if has_changed or request.not_modified >= WHOLE_EVERY else 0


def _is_same(url: str, feed_url: str) -> bool:
    return normalize_url(url) == normalize_url(feed_url)


def _failed(response: FeedResponse, rejected: Rejected, run_id: str) -> FeedPoll:
    request = response.request
    failures = failures_after(rejected, request.failures)
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
        failures=failures,
        next_poll_at=next_poll_after_failure(response.answered_at, rejected, failures),
        skips=request.skips,
        not_modified=request.not_modified,
        run_id=run_id,
    )

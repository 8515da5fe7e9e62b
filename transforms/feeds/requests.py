"""Requests for feeds, conditional where a feed has answered before, and their responses."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from schemas import Rejected, Source
from transforms.feeds.compressed import inflated
from transforms.feeds.schedule import WHOLE_EVERY
from transforms.feeds.sitemaps import fresh_sitemaps
from transforms.urls import absolute_url
from transforms.web.client import Answer, Web
from transforms.web.crawl import CrawlRequest
from transforms.web.politeness import TimeIsUpError

_FEED_HEADERS = {
    "Accept": "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """A request for a feed."""

    source: Source
    """The source of the feed."""
    feed_url: str
    """Address of the feed, as configured."""
    etag: str | None = None
    """ETag of the last answer, for If-None-Match; None without one."""
    last_modified: str | None = None
    """Last-Modified of the last answer, for If-Modified-Since; None without one."""
    content_hash: str | None = None
    """Hash of the bytes of the last answer, to know an unchanged feed by its bytes; None if it is unknown."""
    failures: int = 0
    """Failed polls in a row before this one."""
    not_modified: int = 0
    """Answers with status 304 in a row before this one. From WHOLE_EVERY - 1 on, the request is sent without its validators."""
    wait: float = 0.0
    """Seconds between two polls that the feed asked for with its last answer."""
    skips: str | None = None
    """When the feed does not want to be polled, by its last answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResponse:
    """The response to a FeedRequest: an answer, or the reason why there is none."""

    request: FeedRequest
    """The request."""
    polled_at: datetime
    """When the request was ready, before it waited for its host's turn."""
    answered_at: datetime
    """When the answer was complete, or the request had failed."""
    answer: Answer | None
    """The answer; without a body for a 304. None when the request failed."""
    rejected: Rejected | None
    """Why the request failed; None when it did not."""
    sitemaps: tuple[Answer, ...] = ()
    """When the answer is a sitemap index: the answers to requests for its fresh sitemaps."""


def feed_request(request: FeedRequest, now: Callable[[], datetime]) -> CrawlRequest[FeedResponse]:
    """The request of a crawl for a feed."""
    return CrawlRequest(request.feed_url, request.source.id, partial(request_feed, request=request, now=now))


async def request_feed(web: Web, request: FeedRequest, now: Callable[[], datetime]) -> FeedResponse:
    """The response to a request, which is conditional when it has validators.

    robots.txt is not read: it is about crawling, and these feeds were configured one by one.
    """
    polled_at, began = now(), time.monotonic()
    headers = _FEED_HEADERS | _validators(request)
    answer: Answer | None
    failure: Rejected | None = None
    try:
        answer = await web.get(request.feed_url, headers=headers, robots=False, source=request.source)
        sitemaps = await _request_sitemaps(web, request.source, answer, polled_at)
    except Rejected as rejected:
        answer, sitemaps, failure = None, (), rejected
    # The clock may be set forward in between, and the next poll is counted from here.
    answered_at = min(now(), polled_at + timedelta(seconds=time.monotonic() - began))
    return FeedResponse(
        request=request,
        polled_at=polled_at,
        answered_at=answered_at,
        answer=answer,
        rejected=failure,
        sitemaps=sitemaps,
    )


async def _request_sitemaps(web: Web, source: Source, index: Answer, polled_at: datetime) -> tuple[Answer, ...]:
    """The fresh sitemaps of an index; one that fails is left out. Raises Rejected if all fail, or if there is no time for one."""
    answers, failures = list[Answer](), list[Rejected]()
    for url in fresh_sitemaps(inflated(index.body), polled_at):
        try:
            address = absolute_url(url, index.url)
            answers.append(await web.get(address, headers=_FEED_HEADERS, robots=False, source=source))
        except TimeIsUpError:
            raise
        except Rejected as rejected:
            failures.append(rejected)
    if failures and not answers:
        raise failures[0]
    return tuple(answers)


def _validators(request: FeedRequest) -> dict[str, str]:
    if request.not_modified >= WHOLE_EVERY - 1:  # the feed is read whole now and then: its validators may be stuck
        return {}
    headers = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in headers.items() if value}

"""Requests feeds: a request with validators, and the response or the reason why there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from schemas import Rejected, Source
from transforms.web.client import Answer, Connect, Web
from transforms.web.hosts import at_all_hosts, by_host
from transforms.web.politeness import Politeness

_FEED_HEADERS = {
    "Accept": "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """A feed to be visited."""

    source: Source
    """The source whose feed it is."""
    feed_url: str
    """Its address."""
    etag: str | None = None
    """ETag of the last visit; None asks unconditionally."""
    last_modified: str | None = None
    """Last-Modified of the last visit; None asks unconditionally."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResponse:
    """What a visit brought: an answer, or the reason why there is none."""

    request: FeedRequest
    polled_at: datetime
    """When the feed was to be asked, before its host's turn came."""
    answer: Answer | None
    rejected: Rejected | None


def request_feeds(
    requests: Iterable[FeedRequest], connect: Connect, politeness: Politeness, now: Callable[[], datetime]
) -> AsyncIterator[FeedResponse]:
    """The answer of each feed, or why there is none, in order of arrival; every visit comes out exactly once."""
    return at_all_hosts(by_host(requests, _feed_url), partial(request_feed, now=now), connect, politeness)


async def request_feed(web: Web, request: FeedRequest, now: Callable[[], datetime]) -> FeedResponse:
    """The answer of a feed, or why there is none.

    Asks conditionally where the visit has validators, so an answer may be a 304 without a body. robots.txt is not
    consulted: it is about crawling, and these feeds were subscribed to one by one.
    """
    polled_at = now()
    headers = _FEED_HEADERS | _validators(request)
    try:
        answer = await web.get(request.feed_url, headers=headers, robots=False)
    except Rejected as rejected:
        return FeedResponse(request=request, polled_at=polled_at, answer=None, rejected=rejected)
    return FeedResponse(request=request, polled_at=polled_at, answer=answer, rejected=None)


def _validators(request: FeedRequest) -> dict[str, str]:
    validators = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in validators.items() if value}


def _feed_url(request: FeedRequest) -> str:
    return request.feed_url

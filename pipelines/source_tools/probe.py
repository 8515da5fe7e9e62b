"""Asks addresses once, and says what is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from schemas import Rejected, Source
from transforms.accounting.runs import now
from transforms.feeds.autodiscovery import named_feeds
from transforms.feeds.compressed import inflated
from transforms.feeds.requests import FeedRequest, FeedResponse, feed_request
from transforms.steps.guarded import read_feed
from transforms.web.crawl import Crawl
from transforms.web.settings import Connect, Politeness

_FORMATS = {
    b"rss": "RSS",
    b"feed": "Atom",
    b"rdf": "RDF",
    b"urlset": "sitemap",
    b"sitemapindex": "sitemap index",
    b"html": "web page",
}
_FIRST = 10
_ROOT = re.compile(rb"<(?:\w{1,20}:)?(rss|feed|rdf|urlset|sitemapindex|html)[\s>]", re.IGNORECASE)
UNKNOWN = Source(id="probe", kind="outlet", feeds=())
"""The source of an address that belongs to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What an address answered."""

    url: str
    final_url: str
    """After redirects; the address itself when there was no answer."""
    moved: bool
    """True when all redirects on the way were permanent."""
    body: bytes
    format: str
    """Such as ``RSS`` or ``web page``; empty when it is not known."""
    entries: int
    latest: datetime | None
    """The latest time in the feed; None when it has none."""
    rejected: Rejected | None
    """Why it is no feed; None for a feed."""
    pages: tuple[str, ...]
    """Addresses of its first entries."""
    named: tuple[str, ...]
    """Feeds that the page at the address names."""


def probe(feeds: Iterable[tuple[Source, str]], connect: Connect, pause: float) -> list[Probe]:
    """Asks each feed of a source once; in their order."""
    requests = [FeedRequest(source=source, feed_url=url) for source, url in dict.fromkeys(feeds)]
    with Crawl[FeedResponse](connect, Politeness(pause=pause)) as crawl:
        crawl.add(feed_request(request, now) for request in requests)
        answers = {
            (response.request.source, response.request.feed_url): _probe(response) for response in crawl.results()
        }
    return [answers[request.source, request.feed_url] for request in requests]


def _probe(response: FeedResponse) -> Probe:
    url, answer = response.request.feed_url, response.answer
    rejected, stamps, entries, pages = response.rejected, list[datetime](), 0, list[str]()
    body = answer.body if answer else b""
    if answer is not None:
        try:
            body = inflated(body)
            for part in response.sitemaps or (answer,):
                content = read_feed(
                    part.body,
                    part.headers,
                    part.url,
                    source=response.request.source,
                    feed_url=url,
                    seen_at=response.polled_at,
                )
                entries += len(content.entries)
                pages += [entry.url for entry in content.entries[:_FIRST] if entry.url]
                stamps += [
                    stamp
                    for entry in content.entries
                    if (stamp := _instant(entry.updated_raw or entry.published_raw or "")) is not None
                ]
        except Rejected as error:
            rejected = error
    return Probe(
        url=url,
        final_url=answer.url if answer else url,
        moved=bool(answer and answer.moved_permanently and answer.url != url),
        body=body,
        format=format_of(body),
        entries=entries,
        latest=max(stamps, default=None),
        rejected=rejected,
        pages=tuple(pages[:_FIRST]),
        named=named_feeds(body, answer.url) if answer and rejected else (),
    )


def format_of(body: bytes) -> str:
    """The name of a document's format, by its first element."""
    if body.lstrip()[:1] == b"{":
        return "JSON Feed"
    root = _ROOT.search(body[:4000])
    return _FORMATS[root[1].lower()] if root else ""


def _instant(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, _iso):
        try:
            stamp = read(text.strip())
        except (ValueError, TypeError, OverflowError):
            continue
        return stamp if stamp.tzinfo else stamp.replace(tzinfo=timezone.utc)
    return None


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))

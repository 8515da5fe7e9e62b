"""Many pages and many feeds at once: hosts in parallel, and at each host one request at a time, in the order given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from schemas import Entry, Page, Reason, Rejected, Source
from transforms.manners import Manners
from transforms.web import Answer, Connect, Web, host_of

_ASKED = TypeVar("_ASKED")
_GOT = TypeVar("_GOT")

_AHEAD = (
    16  # results that may wait for the consumer before no new request begins; with those in flight, all that is held
)
_PAGE_HEADERS = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}
_FEED_HEADERS = {
    "Accept": "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
}
_PAGE_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", "application/octet-stream", ""}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An entry whose page could not be had, and why."""

    entry: Entry
    rejected: Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
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
class Visited:
    """What a visit brought: an answer, or the reason why there is none."""

    visit: Visit
    polled_at: datetime
    """When the feed was to be asked, before its host's turn came."""
    answer: Answer | None
    rejected: Rejected | None


def fetch_pages(
    entries: Iterable[Entry], connect: Connect, manners: Manners, now: Callable[[], datetime]
) -> AsyncIterator[Page | Missed]:
    """The page behind each entry, or why there is none, in order of arrival; of one host in the order of its entries.

    Every entry comes out exactly once. ``now`` stamps a page when its body is complete.
    """
    return _at_all_hosts(_by_host(entries, _entry_url), partial(fetch_page, now=now), connect, manners)


async def fetch_page(web: Web, entry: Entry, now: Callable[[], datetime]) -> Page | Missed:
    """The page behind an entry, or why there is none."""
    try:
        answer = await web.get(entry.url, headers=_PAGE_HEADERS, check=refuse_other_media)
    except Rejected as rejected:
        return Missed(entry=entry, rejected=rejected)
    return Page(
        entry=entry,
        url=answer.url,
        http_status=answer.status,
        content_type=answer.headers.get("content-type"),
        html=answer.body,
        fetched_at=now(),
        seconds=answer.seconds,
    )


def visit_feeds(
    visits: Iterable[Visit], connect: Connect, manners: Manners, now: Callable[[], datetime]
) -> AsyncIterator[Visited]:
    """The answer of each feed, or why there is none, in order of arrival; every visit comes out exactly once."""
    return _at_all_hosts(_by_host(visits, _visit_url), partial(visit_feed, now=now), connect, manners)


async def visit_feed(web: Web, visit: Visit, now: Callable[[], datetime]) -> Visited:
    """The answer of a feed, or why there is none.

    Asks conditionally where the visit has validators, so an answer may be a 304 without a body. robots.txt is not
    consulted: it is about crawling, and these feeds were subscribed to one by one.
    """
    polled_at = now()
    headers = _FEED_HEADERS | _validators(visit)
    try:
        answer = await web.get(visit.feed_url, headers=headers, robots=False)
    except Rejected as rejected:
        return Visited(visit=visit, polled_at=polled_at, answer=None, rejected=rejected)
    return Visited(visit=visit, polled_at=polled_at, answer=answer, rejected=None)


def refuse_other_media(headers: Mapping[str, str]) -> None:
    """Raise Rejected(NOT_HTML) for what cannot be a page, before a video is downloaded to find out."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _PAGE_TYPES:
        raise Rejected(Reason.NOT_HTML, kind[:100])


def _validators(visit: Visit) -> dict[str, str]:
    validators = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
    return {name: value for name, value in validators.items() if value}


def _entry_url(entry: Entry) -> str:
    return entry.url


def _visit_url(visit: Visit) -> str:
    return visit.feed_url


def _by_host(asked: Iterable[_ASKED], url: Callable[[_ASKED], str]) -> list[list[_ASKED]]:
    """What is to be asked, grouped by host; all without a host are one group, and refused without any waiting."""
    groups: dict[str | None, list[_ASKED]] = {}
    for item in asked:
        groups.setdefault(host_of(url(item)), []).append(item)
    return list(groups.values())


async def _at_all_hosts(
    by_host: Iterable[Iterable[_ASKED]],
    get: Callable[[Web, _ASKED], Awaitable[_GOT]],
    connect: Connect,
    manners: Manners,
) -> AsyncIterator[_GOT]:
    """Results as they arrive. One task a host; a consumer that lags behind stops new requests, so memory is bounded."""
    results: asyncio.Queue[_GOT | None] = asyncio.Queue()
    gate = asyncio.Event()
    gate.set()

    async def ask_host(web: Web, group: Iterable[_ASKED]) -> None:
        for item in group:
            results.put_nowait(await get(web, item))
            if results.qsize() >= _AHEAD:
                gate.clear()

    async with Web(connect, manners, gate=gate) as web:
        tasks = [asyncio.ensure_future(ask_host(web, group)) for group in by_host]
        everything = asyncio.gather(*tasks)
        everything.add_done_callback(lambda _: results.put_nowait(None))
        try:
            while (result := await results.get()) is not None:
                if results.qsize() < _AHEAD:
                    gate.set()
                yield result
            await everything  # raises what a task raised: nothing but a bug, as every refusal is a result
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(everything, *tasks, return_exceptions=True)

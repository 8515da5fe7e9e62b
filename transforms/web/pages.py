"""Requests for the pages of entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from schemas import Entry, Page, Rejected
from transforms.web.client import Answer, Web
from transforms.web.crawl import CrawlRequest
from transforms.web.media_types import require_page_type
from transforms.web.refresh import refresh_target

_PAGE_HEADERS = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """An entry whose page could not be fetched."""

    entry: Entry
    """The entry."""
    rejected: Rejected
    """Why its page could not be fetched."""


def page_request(entry: Entry, now: Callable[[], datetime]) -> CrawlRequest[Page | FailedPage]:
    """The request of a crawl for the page of an entry."""
    return CrawlRequest(entry.url, entry.source.id, partial(fetch_page, entry=entry, now=now))


async def fetch_page(web: Web, entry: Entry, now: Callable[[], datetime]) -> Page | FailedPage:
    """The page at an entry's address. ``now`` stamps it when its body is complete.

    Other media (``NOT_HTML``) are refused by their Content-Type, before the body is downloaded. A page that only leads on to another
    address is followed like a redirect.
    """
    try:
        answer = await web.get(
            entry.url, headers=_PAGE_HEADERS, check=_check_media_type, leads_to=_leads_to, source=entry.source
        )
    except Rejected as rejected:
        return FailedPage(entry=entry, rejected=rejected)
    return Page(
        entry=entry,
        url=answer.url,
        http_status=answer.status,
        content_type=answer.headers.get("content-type"),
        html=answer.body,
        fetched_at=now(),
        seconds=answer.seconds,
    )


def _check_media_type(headers: Mapping[str, str]) -> None:
    require_page_type(headers.get("content-type"))


def _leads_to(answer: Answer) -> str | None:
    return refresh_target(answer.body, answer.headers.get("refresh", ""))

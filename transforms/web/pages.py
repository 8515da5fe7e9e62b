"""Requests for the pages of entries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter

from schemas import Entry, Page, Rejected
from transforms.web.client import Answer, Web
from transforms.web.hosts import request_by_host
from transforms.web.media_types import require_page_type
from transforms.web.refresh import refresh_target
from transforms.web.settings import Connect, Politeness

_PAGE_HEADERS = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """An entry whose page could not be fetched."""

    entry: Entry
    """The entry."""
    rejected: Rejected
    """Why its page could not be fetched."""


def fetch_pages(
    entries: Iterable[Entry], connect: Connect, politeness: Politeness, now: Callable[[], datetime]
) -> AsyncIterator[Page | FailedPage]:
    """The result of fetch_page for each entry, in order of arrival; for entries of the same host in their order."""
    return request_by_host(entries, attrgetter("url"), partial(fetch_page, now=now), connect, politeness)


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

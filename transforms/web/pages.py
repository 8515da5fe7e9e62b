"""Many pages and many feeds at once: hosts in parallel, and at each host one request at a time, in the order given."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from schemas import Entry, Page, Reason, Rejected
from transforms.web.client import Connect, Web
from transforms.web.hosts import at_all_hosts, by_host
from transforms.web.politeness import Politeness

_PAGE_HEADERS = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}
_PAGE_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", "application/octet-stream", ""}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """An entry whose page could not be had, and why."""

    entry: Entry
    rejected: Rejected


def fetch_pages(
    entries: Iterable[Entry], connect: Connect, politeness: Politeness, now: Callable[[], datetime]
) -> AsyncIterator[Page | FailedPage]:
    """The page behind each entry, or why there is none, in order of arrival; of one host in the order of its entries.

    Every entry comes out exactly once. ``now`` stamps a page when its body is complete.
    """
    return at_all_hosts(by_host(entries, _entry_url), partial(fetch_page, now=now), connect, politeness)


async def fetch_page(web: Web, entry: Entry, now: Callable[[], datetime]) -> Page | FailedPage:
    """The page behind an entry, or why there is none."""
    try:
        answer = await web.get(entry.url, headers=_PAGE_HEADERS, check=refuse_other_media)
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


def refuse_other_media(headers: Mapping[str, str]) -> None:
    """Raise Rejected(NOT_HTML) for what cannot be a page, before a video is downloaded to find out."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _PAGE_TYPES:
        raise Rejected(Reason.NOT_HTML, kind[:100])


def _entry_url(entry: Entry) -> str:
    return entry.url

"""A page that does not come from a feed, as the Page that ``extract_article`` takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from schemas import Agency, Entry, Page, Source
from schemas.agencies import agency_of_host
from transforms.extraction.html import read_page
from transforms.extraction.metadata import read_facts
from transforms.urls import entry_key, host, normalize_url, url_key

UNKNOWN_URL = "http://page.invalid/"
"""Address of a page if nobody gave one and the page declares none."""
_TEXT = "text/html; charset=utf-8"


def saved_page(html: str | bytes, url: str | None, source: Source, fetched_at: datetime) -> Page:
    """A saved page. Its address is ``url``, else the one that it declares. Raises Rejected(BAD_URL, NOT_HTML, NO_TEXT or UNPARSABLE).

    Text is encoded as UTF-8 with a Content-Type that says so, because a charset that the page declares was that of its bytes.
    """
    content_type = "text/html"
    if isinstance(html, str):
        html, content_type = html.encode("utf-8", "replace"), _TEXT
    address = normalize_url(url or _declared_url(html, content_type) or UNKNOWN_URL)
    return single_page(html, source, address, fetched_at, content_type=content_type)


def single_page(
    html: bytes,
    source: Source,
    url: str,
    fetched_at: datetime,
    *,
    final_url: str | None = None,
    http_status: int = 200,
    content_type: str | None = None,
) -> Page:
    """The page that was fetched from ``url``. ``final_url`` is the address after redirects, if there were any."""
    entry = Entry(
        entry_key=entry_key(source.key_id, None, url),
        url_key=url_key(source.key_id, url),
        source=source,
        feed_url="",
        entry_id=None,
        url=url,
        seen_at=fetched_at,
    )
    return Page(
        entry=entry,
        url=final_url or url,
        http_status=http_status,
        content_type=content_type,
        html=html,
        fetched_at=fetched_at,
    )


def on_agency_site(page: Page, agencies: tuple[Agency, ...] = ()) -> Page:
    """A page of an agency's own site as one of that agency's wire; any other page as it is. ``agencies`` are the user's own."""
    agency = agency_of_host(host(page.url), agencies)
    if agency is None:
        return page
    source = replace(page.entry.source, kind="wire", agency=agency.code)
    return replace(page, entry=replace(page.entry, source=source))


def _declared_url(html: bytes, content_type: str | None) -> str | None:
    facts = read_facts(read_page(html, content_type), UNKNOWN_URL)
    return next((url for url in (facts.canonical, facts.article.url) if url and url.startswith("http")), None)

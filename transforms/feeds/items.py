"""Item: one item of a feed, whatever the feed's format, and its entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from schemas import Entry, Rejected, Source
from transforms.urls import absolute_url, digest, entry_key, host, site, url_key, without_credentials

_LONGEST_BYLINE = 2_000
"""Characters of a byline, as in ``transforms.extraction.bylines``. An author of the feed counts for each of its items."""
MOST_AUTHORS = 100
"""Authors of one item."""
_MOST_CATEGORIES = 500
_MOST_LINKS = 100
LONGEST_BASE = 2_000
"""Characters of an address from which the links of items count. Each of them is joined to it."""
_WRAPPERS = {
    "google.com": ("/url", ("url", "q")),
    "bing.com": ("/news/apiclick.aspx", ("url",)),
    "facebook.com": ("/l.php", ("u",)),
    "duckduckgo.com": ("/l/", ("uddg",)),
    "feedly.com": ("/i/entry", ("url",)),
}
"""Redirects of services that list other sites' articles: registered domain to path and the parameters that hold the article's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed: text is plain, one line and without markup."""

    links: tuple[str, ...] = ()
    """Addresses that may be the page's, the likeliest first; relative ones count from ``base``."""
    base: str = ""
    """The address that relative links count from."""
    entry_id: str | None = None
    """The feed's own id."""
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    """The full text, if the feed has it."""
    authors: tuple[str, ...] = ()
    credit: str | None = None
    """Name of the publisher that the item comes from."""
    categories: tuple[str, ...] = ()
    published: str | None = None
    """Publication time as printed."""
    updated: str | None = None
    """Update time as printed."""


def as_entry(item: Item, source: Source, feed_url: str, seen_at: datetime) -> Entry:
    """The entry of an item. Its ``url_key`` is empty if no link is an http(s) address; then it keeps the first link as printed."""
    url, page_key = _page(item, source)
    # The text of an item without id and link distinguishes it from the others, in this pass and in later ones.
    text = "" if item.entry_id or url else "\n".join(str(part) for part in (item.title, item.published, item.summary))
    return Entry(
        entry_key=entry_key(source.id, item.entry_id or text, url),
        url_key=page_key,
        source=source,
        feed_url=feed_url,
        entry_id=item.entry_id,
        url=url,
        title=item.title,
        summary=item.summary,
        byline=_joined(item.authors),
        credit=item.credit,
        categories=tuple(dict.fromkeys(item.categories[:_MOST_CATEGORIES])),
        published_raw=item.published,
        updated_raw=item.updated,
        fingerprint=digest(
            *(part or "" for part in (item.title, item.summary, item.updated, item.published, item.content))
        ),
        seen_at=seen_at,
    )


def _joined(authors: Iterable[str]) -> str | None:
    """The names, each once, as a byline; only the first of a list that is too long for one."""
    byline = ", ".join(dict.fromkeys(islice(authors, MOST_AUTHORS)))
    return (byline if len(byline) <= _LONGEST_BYLINE else byline[:_LONGEST_BYLINE].rpartition(", ")[0]) or None


def _page(item: Item, source: Source) -> tuple[str, str]:
    for link in item.links[:_MOST_LINKS]:
        try:
            url = without_credentials(unwrapped(absolute_url(link, item.base)))
            return url, url_key(source.id, url)
        except Rejected:
            continue
    return without_credentials(next(iter(item.links), "")), ""


def unwrapped(url: str) -> str:
    """The address of the article that a search service's redirect leads to; any other address as it is."""
    if "?" not in url or not any(
        domain in url for domain in _WRAPPERS
    ):  # nearly all, and the domain takes long to find
        return url
    path, parameters = _WRAPPERS.get(site(url), ("", ()))
    if not path or urlsplit(url).path != path:
        return url
    values = parse_qs(urlsplit(url).query)
    inner = (value for name in parameters for value in values.get(name, ()))
    return next((value for value in inner if value.startswith(("http://", "https://")) and host(value)), url)


def one_line(text: str | None) -> str | None:
    """The text with single spaces; None if nothing is left."""
    return " ".join(text.split()) or None if text else None


def first(texts: Iterable[str | None]) -> str | None:
    """The first text that is not empty, on one line."""
    return next((line for text in texts if (line := one_line(text))), None)

"""The entry of an item: its address, its keys, and what is kept of its text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from schemas import Entry, Rejected, Source
from transforms.feeds.items import MOST_AUTHORS, Item
from transforms.feeds.media import with_addresses
from transforms.urls import absolute_url, digest, entry_key, host, site, url_key, without_credentials

SHORTEST_TEXT = 600
"""Bytes of a text in a feed that can be an article: 100 words, or 200 Chinese characters. A shorter one is a teaser."""
LONGEST_TEXT = 100_000
"""Characters of such a text that are kept, with their markup."""
_LONGEST_BYLINE = 2_000
"""Characters of a byline, as in ``transforms.extraction.bylines``. An author of the feed counts for each of its items."""
_MOST_CATEGORIES = 500
_MOST_LINKS = 100
_WRAPPERS = {
    "google.com": ("/url", ("url", "q")),
    "bing.com": ("/news/apiclick.aspx", ("url",)),
    "facebook.com": ("/l.php", ("u",)),
    "duckduckgo.com": ("/l/", ("uddg",)),
    "feedly.com": ("/i/entry", ("url",)),
}
"""Redirects of services that list other sites' articles: registered domain to path and the parameters that hold the article's address."""


def as_entry(item: Item, source: Source, feed_url: str, seen_at: datetime) -> Entry:
    """The entry of an item. Its ``url_key`` is empty if no link is an http(s) address; then it keeps the first link as printed."""
    url, page_key = _page(item, source)
    # The text of an item without id and link distinguishes it from the others, in this pass and in later ones.
    text = "" if item.entry_id or url else "\n".join(str(part) for part in (item.title, item.published, item.summary))
    return Entry(
        entry_key=entry_key(source.key_id, item.entry_id or text, url),
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
        content=_full_text(item, source),
        media=with_addresses(item.media, item.base),
        seen_at=seen_at,
    )


def _full_text(item: Item, source: Source) -> str | None:
    """The text of an item as HTML, if it is long enough for an article; with ``full_text`` it is the article in any case."""
    if not item.markup:
        return None
    if not source.full_text:
        if len(item.markup) * 4 < SHORTEST_TEXT:
            return None
        text = item.content or item.summary or ""
        if len(text) * 4 < SHORTEST_TEXT or len(text.encode("utf-8", "replace")) < SHORTEST_TEXT:
            return None
    return item.markup[:LONGEST_TEXT]


def _joined(authors: Iterable[str]) -> str | None:
    """The names, each once, as a byline; only the first of a list that is too long for one."""
    byline = ", ".join(dict.fromkeys(islice(authors, MOST_AUTHORS)))
    return (byline if len(byline) <= _LONGEST_BYLINE else byline[:_LONGEST_BYLINE].rpartition(", ")[0]) or None


def _page(item: Item, source: Source) -> tuple[str, str]:
    for link in item.links[:_MOST_LINKS]:
        try:
            url = without_credentials(unwrapped(absolute_url(link, item.base)))
            return url, url_key(source.key_id, url)
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

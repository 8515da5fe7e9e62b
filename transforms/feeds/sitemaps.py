"""News sitemaps and sitemap indexes (sitemaps.org, Google News). Only what is fresh: a sitemap may list all that a site ever published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from lxml import etree

from schemas.safe_text import unescape
from transforms.feeds.items import Item, first, one_line

FRESH = timedelta(days=3)
"""Pages that were published or changed before are not listed. Google wants two days in a news sitemap."""
MOST_SITEMAPS = 5
"""Sitemaps of an index that are read in one poll: the latest."""

_INDEX = re.compile(rb"<(?:\w{1,20}:)?sitemapindex[\s>]")
_SITEMAP = re.compile(
    rb"<(?:\w{1,20}:)?loc>([^<]{1,2000})</(?:\w{1,20}:)?loc>(?:\s*<(?:\w{1,20}:)?lastmod>\s*([^<]{1,40}))?"
)
_DAY = re.compile(r"\s*(\d{4})-(\d\d)(?:-(\d\d))?")


def read_sitemap_items(root: etree._Element, final_url: str, seen_at: datetime) -> Iterator[Item] | None:
    """The fresh pages of a sitemap; None if the document is no sitemap. A page without any date is fresh only in a news sitemap."""
    if etree.QName(root).localname != "urlset":
        return None
    return _items(root, final_url, seen_at)


def is_sitemap_index(root: etree._Element) -> bool:
    """True for a sitemap index; ``fresh_sitemaps`` says which of its sitemaps to read."""
    return bool(etree.QName(root).localname == "sitemapindex")


def fresh_sitemaps(body: bytes, seen_at: datetime) -> tuple[str, ...]:
    """Addresses of the sitemaps in a sitemap index that may list fresh pages, latest first; none if the document is no index."""
    if not _INDEX.search(body[:2000]):
        return ()
    texts = [(location, changed) for location, changed in _SITEMAP.findall(body)]
    listed = [
        (changed.decode("ascii", "replace"), unescape(location.decode("utf-8", "replace")).strip())
        for location, changed in texts
    ]
    dated = sorted((item for item in listed if _is_fresh(item[0], seen_at)), reverse=True)
    # Without dates: a sitemap that calls itself news, or names this month; else the ends of the list, where sites add new ones.
    marks = (f"{seen_at:%Y-%m}", f"{seen_at:%Y%m}", f"{seen_at:%Y/%m}", "news", "latest")
    undated = [item for item in listed if not _day(item[0])]
    named = [item for item in undated if any(mark in item[1].lower() for mark in marks)]
    chosen = dated or named or [*undated[:1], *undated[-1:]]
    return tuple(dict.fromkeys(location for _, location in chosen))[:MOST_SITEMAPS]


def _items(root: etree._Element, final_url: str, seen_at: datetime) -> Iterator[Item]:
    for element in root.iterchildren(tag=etree.Element):
        fields = _fields(element)
        published, updated = fields.get("news:publication_date"), fields.get("lastmod")
        is_news = any(name.startswith("news:") for name in fields)
        if fields.get("loc") and (_is_fresh(published or updated, seen_at) or (is_news and not (published or updated))):
            yield Item(
                links=(fields["loc"],),
                base=final_url,
                title=fields.get("news:title"),
                categories=tuple(
                    word for part in fields.get("news:keywords", "").split(",") if (word := one_line(part))
                ),
                published=published,
                updated=updated,
            )


def _fields(element: etree._Element) -> dict[str, str]:
    """Texts of a sitemap's url element, and of its news element, by prefixed name."""
    fields: dict[str, str] = {}
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child)
        if name.localname == "news" and len(child):
            for inner in child.iterchildren(tag=etree.Element):
                if text := first((inner.text,)):
                    fields.setdefault(f"news:{etree.QName(inner).localname}", text)
        elif text := first((child.text,)):
            fields.setdefault(name.localname, text)
    return fields


def _day(text: str | None) -> date | None:
    found = _DAY.match(text or "")
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 28)) if found else None
    except ValueError:
        return None


def _is_fresh(text: str | None, seen_at: datetime) -> bool:
    day = _day(text)
    return day is not None and day >= (seen_at.astimezone(timezone.utc) - FRESH).date()

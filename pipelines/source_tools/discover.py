"""Finds the feed of a site, from the address of its front page, of a feed or of a sitemap, and proposes a source for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from pipelines.source_tools.probe import Probe
from schemas import Reason, Source
from schemas.agencies import agency_of_host
from transforms.extraction.locales import locale_of
from transforms.urls import host, site_id

WELL_KNOWN = (
    *("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json"),
    *("/sitemap-news.xml", "/news-sitemap.xml"),
)
"""Paths at which sites have their feeds, if they do not name them."""
_MOST_SITEMAPS = 5
_UNREACHABLE = frozenset({Reason.DNS, Reason.CONNECT, Reason.TLS, Reason.PROXY, Reason.TIMEOUT, Reason.PRIVATE_ADDRESS})
_SITEMAP = re.compile(rb"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_TITLE = re.compile(rb"<title[^>]*>\s*(?:<!\[CDATA\[)?(.{1,300}?)(?:\]\]>)?\s*</title>", re.IGNORECASE | re.DOTALL)
_LANGUAGE = re.compile(
    rb"<language>\s*([A-Za-z-]{2,12})\s*<|<(?:html|feed|rss)\b[^>]{0,500}?\b(?:xml:)?lang\s*=\s*[\"']([A-Za-z-]{2,12})"
    rb"|<(?:\w+:)?language>([a-z]{2,3})<",
    re.IGNORECASE,
)
_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{2}))?", re.IGNORECASE)

Ask = Callable[[list[str]], list[Probe]]
"""Asks addresses once."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """A site's feed, and other feeds that were found on the way."""

    feed: Probe
    page: Probe | None
    """The page that the feed was found from; None when the address was the feed's."""
    others: tuple[str, ...]


def discover(url: str, ask: Ask) -> Discovery | Probe:
    """The feed at an address, or of the site at it. The answer at the address itself when no feed is found."""
    (first,) = ask([url])
    if is_unreachable(first):
        return first
    if first.rejected is None and first.format != "web page":
        return Discovery(first, None, ())
    for step in _steps(first, ask):
        found = [probe for probe in ask(step) if probe.rejected is None] if step else []
        if found:
            best = max(found, key=lambda probe: probe.entries > 0)  # the first with entries
            others = (*(probe.final_url for probe in found), *first.named)
            return Discovery(best, first, tuple(dict.fromkeys(other for other in others if other != best.final_url)))
    return first


def is_unreachable(probe: Probe) -> bool:
    """True when the host of an address did not answer: it has nothing at other addresses either."""
    return probe.rejected is not None and probe.rejected.reason in _UNREACHABLE


def _steps(page: Probe, ask: Ask) -> Iterator[list[str]]:
    """Addresses to ask, the likeliest first: what the page names, well-known paths, the sitemaps of robots.txt."""
    yield list(page.named[:3])
    root = urljoin(page.final_url, "/")
    yield [urljoin(root, path) for path in WELL_KNOWN]
    (robots,) = ask([urljoin(root, "/robots.txt")])
    sitemaps = [address.decode("utf-8", "replace") for address in _SITEMAP.findall(robots.body)]
    yield sorted(sitemaps, key=lambda address: "news" not in address.lower())[:_MOST_SITEMAPS]


def proposed(discovery: Discovery, taken: set[str]) -> Source:
    """The source to write for a site's feed. ``taken`` are the ids that the file has."""
    feed, page = discovery.feed, discovery.page
    url = feed.final_url if feed.moved else feed.url
    site = host(page.final_url if page else url)
    agency = agency_of_host(site)
    source_id = unique_id(site_id(page.final_url if page else url), taken)
    bodies = [probe.body for probe in (feed, page) if probe is not None]
    language = _first(_language, bodies)
    return Source(
        id=source_id,
        kind="wire" if agency else "outlet",
        agency=agency.code if agency else None,
        name=_first(_title, bodies),
        homepage=page.final_url if page else None,
        feeds=(url,),
        zone=locale_of(site, language, None).zone,
        language=language,
    )


def unique_id(source_id: str, taken: set[str]) -> str:
    """The id, with a number if it is taken."""
    numbered = (f"{source_id[:60]}-{number}" for number in range(2, 1000))
    return source_id if source_id not in taken else next(name for name in numbered if name not in taken)


def _first(read: Callable[[bytes], str | None], bodies: list[bytes]) -> str | None:
    return next((value for body in bodies if (value := read(body)) is not None), None)


def _title(body: bytes) -> str | None:
    if b"sitemaps.org" in body[:2000]:
        return None
    found = _TITLE.search(body[:50_000])
    return " ".join(unescape(found[1].decode("utf-8", "replace")).split())[:100] or None if found else None


def _language(body: bytes) -> str | None:
    found = _LANGUAGE.search(body[:50_000])
    tag = _TAG.fullmatch(next(part for part in found.groups() if part).decode("ascii")) if found else None
    return tag[1].lower() + (f"-{tag[2].upper()}" if tag[2] else "") if tag else None

"""Bytes of a feed to entries. The format is found by content: RSS, RDF, Atom, JSON Feed, news sitemap or sitemap index.

A well-formed document is read by lxml. feedparser reads the rest, and what we cannot be sure to decode in the same way.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html.entities import html5
from itertools import islice

from lxml import etree
from w3lib.encoding import http_content_type_encoding

from schemas import Entry, Reason, Rejected, Source
from schemas.encodable import encodable
from schemas.plain_text import printable
from transforms.feeds.autodiscovery import named_feeds
from transforms.feeds.compressed import inflated
from transforms.feeds.entries import as_entry
from transforms.feeds.items import Item
from transforms.feeds.json_feeds import read_json_items
from transforms.feeds.loose_feeds import read_loose_items
from transforms.feeds.sitemaps import is_sitemap_index, read_sitemap_items
from transforms.feeds.xml_feeds import read_items, stated_skips, stated_wait

MAX_ENTRIES = 20_000
"""Maximum entries that are read from one feed; real feeds list 10 to 500."""
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_AMPERSAND = re.compile(rb"&(?!#\d+;|#[xX][0-9a-fA-F]+;)(?:([A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_DECLARATION = re.compile(rb"""^<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_SURROGATES = re.compile(rb"(?:&#(?:x0*d[89a-f][0-9a-f]{2}|0*5[5-7]\d{3});)+", re.IGNORECASE)
"""Character references to surrogates, such as the two halves of an emoji. XML forbids them."""
_NO_CHARACTER = re.compile(rb"&#(?:x0*[1-9a-f][0-9a-f]{5,}|0*[1-9]\d{6,});?", re.IGNORECASE)
"""References to numbers that are nearly all beyond Unicode. They stop feedparser, and no text needs the others."""
_REFERENCE = re.compile(rb"&#(x?)0*([0-9a-f]+);", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedContent:
    """The content of a feed."""

    entries: tuple[Entry, ...]
    """The items in order. Those without a usable link are included, with an empty ``url_key``."""
    overflow: Rejected | None
    """Rejected(TOO_MANY_ENTRIES) when the feed lists more than MAX_ENTRIES items; else None."""
    wait: float = 0.0
    """Seconds between two polls that the feed asks for (ttl of RSS); 0 when it does not say."""
    skips: str | None = None
    """When the feed does not want to be polled, as in ``FeedPoll.skips``; None when it does not say."""


def read_feed(
    body: bytes, headers: Mapping[str, str], final_url: str, *, source: Source, feed_url: str, seen_at: datetime
) -> FeedContent:
    """The items of a feed. Raises Rejected(NOT_A_FEED).

    Many real feeds have some error, so a feed that breaks off or is not well-formed gives the items before the error.
    """
    body = _NO_CHARACTER.sub(b"&#65533;", _SURROGATES.sub(_joined, inflated(body)))
    items: Iterator[Item] | None = None
    wait, skips = 0.0, None
    if body.lstrip()[:1] in (b"{", b"["):
        items = read_json_items(body, final_url)
    else:
        root = _parsed(body, headers)
        if root is not None:
            if is_sitemap_index(root):  # its sitemaps are requested with it, and read one by one
                return FeedContent(entries=(), overflow=None)
            items = read_items(root, final_url) or read_sitemap_items(root, final_url, seen_at)
            wait, skips = stated_wait(root), stated_skips(root)
        if items is None:
            items = read_loose_items(body, headers, final_url)
    if items is None:
        raise Rejected(Reason.NOT_A_FEED, _why_not_a_feed(body, headers, final_url))
    entries = tuple(as_entry(_plain(item), source, feed_url, seen_at) for item in islice(items, MAX_ENTRIES))
    listed = len(entries) + sum(1 for _ in items)
    overflow = None
    if listed > MAX_ENTRIES:
        overflow = Rejected(Reason.TOO_MANY_ENTRIES, f"{listed} entries; the first {MAX_ENTRIES} were read")
    return FeedContent(entries=entries, overflow=overflow, wait=wait, skips=skips)


def _plain(item: Item) -> Item:
    """The item with texts that can be stored and shown. Its addresses and its id stay as they are: they identify it."""
    links, base, entry_id = encodable((item.links, item.base, item.entry_id))
    return replace(printable(item), links=links, base=base, entry_id=entry_id)


def _joined(match: re.Match[bytes]) -> bytes:
    """The references to the signs that pairs of surrogates stand for. A number that is no surrogate is unchanged."""
    numbers = [int(digits, 16 if mark else 10) for mark, digits in _REFERENCE.findall(match[0])]
    if not all(0xD800 <= number <= 0xDFFF for number in numbers):
        return match[0]
    text = encodable("".join(map(chr, numbers)))
    return "".join(f"&#{ord(sign)};" for sign in text).encode()


def _parsed(body: bytes, headers: Mapping[str, str]) -> etree._Element | None:
    """The root of a well-formed document whose charset is beyond doubt; None for any other."""
    body = body.lstrip()
    declared = _DECLARATION.match(body.removeprefix(codecs.BOM_UTF8))
    stated = http_content_type_encoding(headers.get("content-type"))
    has_mark = body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE))
    if stated and not has_mark and _codec(stated) != _codec(declared[1].decode() if declared else "utf-8"):
        return None
    if b"<!ENTITY" in body[:4096]:
        return None
    for document in (body, None):
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
        )
        try:
            return etree.fromstring(_mended(body) if document is None else document, parser)
        except (etree.XMLSyntaxError, ValueError, LookupError):
            continue
    return None


def _mended(body: bytes) -> bytes:
    """The document without the three mistakes that most feeds have which are not well-formed, where they leave no doubt what is meant.

    These are control characters, entities of HTML, and a bare ampersand. Other mistakes are feedparser's.
    """
    if body[:2] in (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE):
        return body
    first, *sections = body.translate(None, _CONTROLS).split(b"<![CDATA[")
    mended = [_AMPERSAND.sub(_as_reference, first)]
    for section in sections:
        inside, end, outside = section.partition(b"]]>")
        mended += (b"<![CDATA[", inside, end, _AMPERSAND.sub(_as_reference, outside))
    return b"".join(mended)


def _as_reference(match: re.Match[bytes]) -> bytes:
    name = (match[1] or b"").decode("ascii")
    if name in _XML_ENTITIES:
        return match[0]
    text = html5.get(f"{name};", "") if name else ""
    return "".join(f"&#{ord(sign)};" for sign in text).encode() or b"&amp;" + match[0][1:]


def _codec(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None


_TITLE = re.compile(rb"<title[^<>]*>(.{0,200}?)</title>", re.IGNORECASE | re.DOTALL)


def _why_not_a_feed(body: bytes, headers: Mapping[str, str], url: str) -> str:
    if not body.strip():
        return "the body is empty"
    kind = headers.get("content-type", "no content type")
    title = _TITLE.search(body[:20_000])
    titled = f", titled {title[1].decode('utf-8', 'replace').strip()!r}" if title else ""
    named = next(iter(named_feeds(body, url)), None)
    hint = f"; the page names the feed {named}" if named else ""
    return f"no RSS, Atom, RDF, JSON Feed or sitemap in {len(body)} bytes of {kind}{titled}{hint}"

"""RSS, RDF and Atom that are well-formed, by lxml. What is not well-formed is read by loose_feeds.

Names of elements are matched with their namespaces. Formats: RSS 0.9x to 2.0 (with Dublin Core, content, Media RSS, iTunes and FeedBurner),
RSS 0.90 and 1.0 (RDF), Atom 0.3 and 1.0.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from transforms.feeds.items import LONGEST_BASE, MOST_AUTHORS, Item, first, one_line
from transforms.feeds.markup import as_markup, body_text, content_text, title_text
from transforms.feeds.media import media_of
from transforms.feeds.schedule import DAYS

_XML = "{http://www.w3.org/XML/1998/namespace}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/elements/1.0/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism:",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism:",
}
_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\s*\(([^()]+)\)")
"""RSS wants authors as ``jane@post.example (Jane Doe)``."""

_PREFIX = re.compile(r"(</?)[A-Za-z][\w.-]{0,30}:(?=[A-Za-z])")
"""The prefix of a tag: XHTML in a feed may have one, and HTML has none."""

_PUBLISHED = (
    *("pubDate", "atom:published", "dcterms:issued", "dc:date", "prism:publicationDate", "dcterms:created"),
    *("pubdate", "date"),  # misspelt, in some feeds
)
"""Elements of an RSS item that may hold its publication time, in order of trust."""

Fields = Mapping[str, list["etree._Element"]]


def read_items(root: etree._Element, final_url: str) -> Iterator[Item] | None:
    """The items of a parsed feed, in order; None if the document is no feed. ``final_url`` is the address that it came from."""
    name = etree.QName(root)
    if name.localname == "feed" and name.namespace in _ATOM:
        return _atom_items(root, final_url)
    if name.localname in ("rss", "RDF", "rdf"):
        return _rss_items(root, final_url)
    return None


def stated_wait(root: etree._Element) -> float:
    """The time in seconds for which an RSS feed may be cached, by its ttl (in minutes); 0 when it does not say."""
    for element in root.iterfind("channel/ttl"):
        minutes = (element.text or "").strip()
        if minutes.isascii() and minutes.isdigit() and len(minutes) < 10:
            return 60.0 * int(minutes)
    return 0.0


def stated_skips(root: etree._Element) -> str | None:
    """The hours and days in which an RSS feed does not want to be polled (skipHours, skipDays), as in ``FeedPoll.skips``."""
    hours = {int(text) % 24 for text in _listed(root, "channel/skipHours/hour") if text.isascii() and text.isdigit()}
    days = {text.capitalize() for text in _listed(root, "channel/skipDays/day")}
    return " ".join([*map(str, sorted(hours)), *(day for day in DAYS if day in days)]) or None


def _listed(root: etree._Element, path: str) -> list[str]:
    return [(element.text or "").strip()[:20] for element in islice(root.iterfind(path), 100)]


def _fields(element: etree._Element, own: str | None = None) -> Fields:
    """Children by prefixed name. ``own`` is the namespace of the format itself, where it is an unusual one."""
    fields: dict[str, list[etree._Element]] = defaultdict(list)
    for child in element.iterchildren(tag=etree.Element):
        tag = child.tag
        if tag == f"{_MEDIA}group":
            for name, inside in _fields(child).items():
                fields[name] += inside
        namespace, _, local = tag[1:].partition("}") if tag[0] == "{" else ("", "", tag)
        prefix = "" if not namespace or namespace == own else _PREFIXES.get(namespace, f"{namespace} ")
        fields[prefix + local].append(child)
    return fields


def _texts(fields: Fields, *names: str) -> Iterator[str | None]:
    for name in names:
        for element in fields.get(name, ()):
            yield element.text if len(element) == 0 else "".join(element.itertext())


# -- RSS and RDF -----------------------------------------------------------------------------------------------------------------------


def _rss_items(root: etree._Element, final_url: str) -> Iterator[Item]:
    channel = next(
        (child for child in root.iterchildren(tag=etree.Element) if etree.QName(child).localname == "channel"), root
    )
    own = etree.QName(channel).namespace
    about = _fields(channel, own)
    site = first(_texts(about, "link")) or ""
    base = _base(channel, _base(root, site if _is_address(site) and len(site) <= LONGEST_BASE else final_url))
    for parent in (channel, root) if channel is not root else (root,):
        for child in parent.iterchildren(tag=etree.Element):
            if etree.QName(child).localname == "item":
                yield _rss_item(child, base, own)


def _rss_item(element: etree._Element, base: str, own: str | None) -> Item:
    fields = _fields(element, own)
    entry_id = first(_texts(fields, "guid", "atom:id")) or one_line(element.get(f"{_RDF}about"))
    links = [
        *_texts(fields, "feedburner:origLink"),
        *_texts(fields, "link"),
        *_atom_links(fields.get("atom:link", ()), None),
        *(address for address in (entry_id, element.get(f"{_RDF}about")) if address and _is_address(address)),
    ]
    authors = next((names for name in ("dc:creator", "author", "itunes:author") if (names := _names(fields, name))), ())
    summary = first(
        body_text(text) for text in _texts(fields, "description", "itunes:summary", "atom:summary", "media:description")
    )
    return Item(
        links=_usable(links),
        base=_base(element, base),
        entry_id=entry_id,
        title=first(title_text(text) for text in _texts(fields, "title", "media:title", "dc:title")),
        summary=summary,
        content=first(content_text(text) for text in _texts(fields, "content:encoded", "atom:content")),
        markup=_markup(fields, "content:encoded", "atom:content", "description", "atom:summary"),
        media=tuple(media_of(fields)),
        authors=authors or _persons(fields),
        credit=first(title_text(text) for text in _texts(fields, "source", "dc:source")),
        categories=tuple(text for part in _texts(fields, "category", "dc:subject") if (text := title_text(part))),
        published=first(_texts(fields, *_PUBLISHED)),
        updated=first(_texts(fields, "atom:updated", "dcterms:modified", "prism:modificationDate")),
    )


def _names(fields: Fields, element: str) -> tuple[str, ...]:
    return tuple(name for text in _texts(fields, element) if (name := _name(text)))


def _name(text: str | None) -> str | None:
    line = title_text(text)
    mail = _MAIL.fullmatch(line) if line else None
    return one_line(mail[1]) if mail else line


# -- Atom ------------------------------------------------------------------------------------------------------------------------------


def _atom_items(root: etree._Element, final_url: str) -> Iterator[Item]:
    own = etree.QName(root).namespace
    about = _fields(root, own)
    base, language = _base(root, final_url), root.get(f"{_XML}lang")
    feed_authors = _persons(about)
    for entry in root.iterchildren(f"{{{own}}}entry"):
        yield _atom_item(entry, base, own, language, feed_authors)


def _atom_item(
    element: etree._Element, base: str, own: str | None, language: str | None, feed_authors: tuple[str, ...]
) -> Item:
    fields = _fields(element, own)
    origin = next((_fields(source, own) for source in fields.get("source", ())), {})
    entry_id = first(_texts(fields, "id"))
    links = [
        *_texts(fields, "feedburner:origLink"),
        *_atom_links(fields.get("link", ()), element.get(f"{_XML}lang") or language),
        entry_id if entry_id and _is_address(entry_id) else None,
    ]
    content = next((_construct(child, content_text) for child in fields.get("content", ())), None)
    summaries = (
        _construct(child, body_text) for name in ("summary", "media:description") for child in fields.get(name, ())
    )
    summary = next(summaries, None)
    return Item(
        links=_usable(links),
        base=_base(element, base),
        entry_id=entry_id,
        title=next((_construct(child, title_text) for child in fields.get("title", ())), None),
        summary=summary,
        content=content,
        markup=_markup(fields, "content", "summary"),
        media=tuple(media_of(fields)),
        authors=_persons(fields) or _names(fields, "dc:creator") or _persons(origin) or feed_authors,
        credit=next((_construct(child, title_text) for child in origin.get("title", ())), None),
        categories=tuple(
            text
            for child in fields.get("category", ())
            if (text := title_text(child.get("label") or child.get("term") or child.text))
        ),
        published=first(
            _texts(fields, "published", "issued", "dcterms:issued", "dc:date", "created", "dcterms:created")
        ),
        updated=first(_texts(fields, "updated", "modified", "dcterms:modified")),
    )


def _construct(element: etree._Element, read: Callable[[str], str | None]) -> str | None:
    """The text of an Atom text construct, by its declared type."""
    kind = (element.get("type") or "text").lower()
    if kind in ("xhtml", "application/xhtml+xml") or (len(element) and element.get("mode") != "escaped"):
        return one_line(" ".join(element.itertext()) if _has_breaks(element) else "".join(element.itertext()))
    text = element.text or ""
    if kind in ("html", "text/html") or element.get("mode") == "escaped":
        return read(text)
    return one_line(text)


def _markup(fields: Fields, *names: str) -> str | None:
    """The first of these elements that has a text, as HTML."""
    for element in (element for name in names for element in fields.get(name, ())):
        if len(element):  # XHTML, or HTML that is not escaped
            inside = (etree.tostring(child, encoding="unicode") for child in element.iterchildren(tag=etree.Element))
            return _PREFIX.sub(r"\1", (element.text or "") + "".join(inside))
        if text := (element.text or "").strip():
            is_plain = element.get("type", "").lower() in ("text", "text/plain")
            return as_markup(text) if is_plain else text
    return None


def _has_breaks(element: etree._Element) -> bool:
    return any(
        isinstance(child.tag, str) and etree.QName(child).localname in _BREAKS for child in element.iterdescendants()
    )


_BREAKS = frozenset("br p div li tr td h1 h2 h3 h4 h5 h6".split())


def _persons(fields: Fields) -> tuple[str, ...]:
    names = (
        first(_texts(inside, *(name for name in inside if name.rpartition(":")[2] == "name")))
        for person in [*fields.get("author", ()), *fields.get("atom:author", ())]
        for inside in (_fields(person, etree.QName(person).namespace),)
    )
    return tuple(islice((name for text in names if (name := _name(text))), MOST_AUTHORS))


# -- links -----------------------------------------------------------------------------------------------------------------------------


def _atom_links(links: Iterable[etree._Element], language: str | None) -> Iterator[str]:
    """Alternate links: those of the entry's own language first, pages before other media, then in order."""
    alternates = [
        link
        for link in links
        if link.get("href") and (link.get("rel") or "alternate").rpartition("/")[2].lower() == "alternate"
    ]

    def rank(link: etree._Element) -> tuple[bool, bool]:
        spoken = (link.get("hreflang") or "").lower()
        other = bool(spoken) and spoken.partition("-")[0] != (language or "").lower().partition("-")[0]
        return other, (link.get("type") or "text/html").lower() not in ("text/html", "application/xhtml+xml")

    for link in sorted(alternates, key=rank):
        own = link.get(f"{_XML}base")
        yield urljoin(own, link.get("href")) if own else link.get("href")


def _base(element: etree._Element, base: str) -> str:
    own = element.get(f"{_XML}base")
    return urljoin(base, own.strip()) if own and len(own) <= LONGEST_BASE else base


def _usable(links: list[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for link in links if (line := one_line(link))))


def _is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))

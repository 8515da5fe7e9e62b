"""OPML: the lists of feeds that feed readers export and import. Reads with repairs, and writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from schemas import Rejected, Source
from schemas.plain_text import printable
from transforms.urls import normalize_url, site_id

_BARE_AMPERSAND = re.compile(rb"&(?!#\d+;|#x[0-9a-fA-F]+;|(?:amp|lt|gt|quot|apos);)")


@dataclass(slots=True)
class Outlets:
    """Collects feeds into one source for each site. Ids are made from domains, so they stay the same."""

    by_site: dict[str, Source] = field(default_factory=dict)
    """By source id."""

    def add(self, feed: str, name: str | None = None, homepage: str | None = None, tags: tuple[str, ...] = ()) -> None:
        """Adds a feed to the outlet of its site."""
        source_id = site_id(homepage or feed)
        before = self.by_site.get(source_id)
        if before is None:
            self.by_site[source_id] = Source(
                id=source_id, kind="outlet", feeds=(feed,), name=name, homepage=homepage, tags=tags
            )
            return
        feeds = before.feeds if feed in before.feeds else (*before.feeds, feed)
        self.by_site[source_id] = replace(before, feeds=feeds, tags=tuple(dict.fromkeys((*before.tags, *tags))))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources so far, in the order of their first feeds."""
        return tuple(self.by_site.values())


def read_opml(content: bytes) -> tuple[tuple[Source, ...], list[str]]:
    """The feeds of an OPML document as one outlet for each site, and warnings about all that was repaired or left out.

    The folders around a feed become tags of its source.
    """
    tree, warnings = _parsed(content)
    outlets = Outlets()
    for outline in tree.iter("outline", "{*}outline") if tree is not None else ():
        feed = (outline.get("xmlUrl") or outline.get("xmlurl") or "").strip()
        name = " ".join((outline.get("title") or outline.get("text") or "").split()) or None
        if not feed:
            if not len(outline) and (outline.get("type") or "").lower() in ("rss", "atom"):
                warnings.append(f"outline {name!r} is skipped: it has no xmlUrl.")
            continue
        if problem := bad_url(feed):
            warnings.append(f"outline {name!r} is skipped: {problem}")
            continue
        homepage = (outline.get("htmlUrl") or "").strip() or None
        outlets.add(feed, name, None if homepage and bad_url(homepage) else homepage, tuple(_folders(outline)))
    return outlets.sources, warnings


def bad_url(url: str) -> str | None:
    """What is wrong with an address, and what to write; None for a good one."""
    try:
        normalize_url(url)
    except Rejected as rejected:
        return f"{rejected.detail}. Write the whole address, beginning with https:// or http://."
    return None


def _parsed(content: bytes) -> tuple[etree._Element | None, list[str]]:
    options = {"resolve_entities": False, "no_network": True}
    try:
        return etree.fromstring(content, etree.XMLParser(**options)), []
    except etree.XMLSyntaxError as error:
        warning = f"is not valid XML: {error}."
    repaired = _BARE_AMPERSAND.sub(b"&amp;", content)
    try:
        tree = etree.fromstring(repaired, etree.XMLParser(recover=True, **options))
    except etree.XMLSyntaxError:
        tree = None
    return tree, [f"{warning} What could be read was used."]


def _folders(outline: etree._Element) -> Iterator[str]:
    """Names of the folders around a feed, outermost first, and of its own category."""
    around = [parent for parent in outline.iterancestors("outline") if not parent.get("xmlUrl")]
    for folder in reversed(around):
        if name := " ".join((folder.get("text") or folder.get("title") or "").split()):
            yield name


def write_opml(sources: Iterable[Source]) -> str:
    """An OPML document with an outline for each feed. A source is in the folder of its first tag."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Copydesk sources"
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for source in map(printable, sources):  # XML has no control characters
        parent = body
        if source.tags:
            tag = source.tags[0]
            if tag not in folders:
                folders[tag] = etree.SubElement(body, "outline", text=tag)
            parent = folders[tag]
        name = source.name or source.id
        for feed in source.feeds:
            outline = etree.SubElement(parent, "outline", type="rss", text=name, title=name, xmlUrl=feed)
            if source.homepage:
                outline.set("htmlUrl", source.homepage)
            if source.language:
                outline.set("language", source.language)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return text.decode("utf-8")

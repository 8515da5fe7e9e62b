"""The links out of an article's text."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.html import HtmlElement

from schemas import Link, Rejected
from transforms.extraction.blocks import Block
from transforms.extraction.text import clean, element_text
from transforms.urls import absolute_url, normalize_url

MOST_LINKS = 500
"""Links of an article. Live blogs have some hundreds."""
_MOST_CHARACTERS = 60_000
"""Characters of all its links, addresses and texts together."""
_LONGEST_TEXT = 500
"""Characters of linked words. A longer text is one whose link was not closed."""


def links_of(blocks: Iterable[Block], base: str, own: Iterable[str]) -> tuple[Link, ...]:
    """The links with words in these blocks, in order, each address once, with the first words that link to it.

    ``base`` is the address that relative ones are relative to. ``own`` are the page's own addresses, normalized: links to them, which are
    mostly links to a place in the page, are left out.
    """
    left_out = set(own)
    found: list[Link] = []
    left = _MOST_CHARACTERS
    anchors = dict.fromkeys(anchor for block in blocks for anchor in block.anchors)
    for anchor in anchors:
        text = clean(element_text(anchor, _LONGEST_TEXT))
        url = link_target(anchor, base) if text else None
        if text is None or url is None or url in left_out:
            continue
        left -= len(url) + len(text)
        if left < 0 or len(found) == MOST_LINKS:
            break
        left_out.add(url)
        found.append(Link(url=url, text=text))
    return tuple(found)


def base_of(stated: str | None, url: str) -> str:
    """The address that relative addresses on a page are relative to: its own, unless it has ``stated`` another one."""
    try:
        return absolute_url(stated, url) if stated else url
    except Rejected:
        return url


def link_target(anchor: HtmlElement, base: str) -> str | None:
    """The normalized address that a link leads to; None if it leads to no other: ``#top``, ``mailto:``, nothing."""
    href = anchor.get("href")
    if not href or href.lstrip().startswith("#"):
        return None
    try:
        return normalize_url(absolute_url(href, base))
    except Rejected:
        return None

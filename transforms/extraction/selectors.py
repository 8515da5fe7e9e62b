"""What a user's own selectors pick from the pages of a source. They win where they match."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from schemas.sources import Selectors
from transforms.extraction.html import drop_elements
from transforms.extraction.locales import Locale
from transforms.extraction.text import element_text, statement
from transforms.extraction.timestamps import Candidate, stamped

_STAMP_ATTRIBUTES = ("datetime", "content", "title")
"""Attributes that may hold an element's time for machines."""
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table "
    "tbody td tfoot th thead tr ul".split()
)
_UNREAD = frozenset("script style noscript template svg iframe form button select".split())


@dataclass(frozen=True, slots=True)
class Selected:
    """What the selectors of a source found on one page."""

    body: str | None = None
    """One paragraph a line."""
    body_elements: tuple[HtmlElement, ...] = ()
    """The elements that hold the body."""
    published: tuple[Candidate, ...] = ()
    byline: str | None = None
    unmatched: tuple[str, ...] = ()
    """Names of the selectors that found nothing: a site may have been rebuilt."""


def select(tree: HtmlElement, selectors: Selectors | None, locale: Locale) -> Selected:
    """Picks the values, after it has removed from the tree what ``drop`` matches."""
    if selectors is None:
        return Selected()
    for pattern in selectors.drop:
        drop_elements(tree, _matched(tree, pattern))
    elements = _outermost(_matched(tree, selectors.body))
    body = "\n".join(line for element in elements for line in _lines(element))
    published = [
        candidate
        for element in _matched(tree, selectors.published)
        for text in (*(element.get(name) for name in _STAMP_ATTRIBUTES), element_text(element))
        if text
        for candidate in stamped("selector", "selector published", (text,), locale)
    ]
    byline = ", ".join(filter(None, (statement(element_text(found)) for found in _matched(tree, selectors.byline))))
    found = {"body": body, "published": published, "byline": byline}
    unmatched = tuple(name for name, value in found.items() if getattr(selectors, name) and not value)
    return Selected(body or None, tuple(elements), tuple(published), byline or None, unmatched)


@lru_cache(maxsize=1000)
def compiled(pattern: str) -> CSSSelector:
    """A CSS selector. Raises ``cssselect.SelectorError`` for a text that is none."""
    return CSSSelector(pattern, translator="html")


def _matched(tree: HtmlElement, pattern: str | None) -> list[HtmlElement]:
    return list(compiled(pattern)(tree)) if pattern else []


def _outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    """The elements that lie in none of the others."""
    chosen = set(elements)
    return [element for element in elements if not any(parent in chosen for parent in element.iterancestors())]


def _lines(element: HtmlElement) -> list[str]:
    """The text of an element, a line for each block."""
    lines: list[list[str]] = [[]]
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event in ("start", "end") and node.tag in _BLOCKS:
            lines.append([])
        if event == "start":
            if node.tag in _UNREAD:
                walk.skip_subtree()
            elif node.text:
                lines[-1].append(node.text)
        elif node is not element and node.tail:
            lines[-1].append(node.tail)
    return [text for line in lines if (text := " ".join("".join(line).replace("\u00ad", "").split()))]

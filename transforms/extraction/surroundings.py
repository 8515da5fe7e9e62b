"""What is printed beside the headline for people to read: the byline and the date line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from transforms.extraction.text import LONGEST_HEADLINE, element_text, overlap

_BEFORE, _BEHIND = 60, 140
"""How many elements before and behind the headline count as beside it."""
LONGEST_LINE = 160
LONGEST_BLOCK = 800
"""Characters of an element that may hold a byline among other things."""
_LONGEST_CLASS = 1_000
MOST_DESCENDANTS = 40

_BESIDES = re.compile(
    r"(?:^|[\s_-])(?:related|comments?|comment-\w+|respond|sidebar|side-?bar|widget|footer|nav"
    r"|navigation|menu|teasers?|promo|recommend\w*|"
    r"popular|trending|latest|most-?read|newsletter|breadcrumbs?|carousel|card|ticker|more-?\w*|aside"
    r"|advert\w*|weather|search|copyright)"
    r"(?:[\s_-]|$)",
    re.IGNORECASE,
)


class Surroundings:
    """A page around its headline: what stands beside it, and what belongs to other things than the article."""

    def __init__(self, tree: HtmlElement, headline: str | None) -> None:
        self.tree = tree
        elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        anchor = _headline_place(elements, headline)
        # Whatever holds the headline holds the article, whatever its class says: "with-sidebar", "widget-content", "teaser-page".
        self._holders = set(elements[anchor].iterancestors()) if anchor is not None else set()
        self._called_aside: dict[HtmlElement, bool] = {}
        self.beside: list[HtmlElement] = []
        if anchor is not None:
            window = elements[max(0, anchor - _BEFORE) : anchor + _BEHIND]
            self.beside = [element for element in window if not self.is_aside(element)]

    def is_aside(self, element: HtmlElement) -> bool:
        """True for what is inside navigation, comments, teasers, pictures and the like."""
        for holder in (element, *islice(element.iterancestors(), 25)):
            if holder in self._holders or holder.tag in ("body", "html", "main"):
                return False
            if holder not in self._called_aside:
                self._called_aside[holder] = _is_called_aside(holder)
            if self._called_aside[holder]:
                return True
        return False


def _is_called_aside(holder: HtmlElement) -> bool:
    if holder.tag in ("nav", "aside", "figure", "figcaption"):
        return True
    if holder.tag == "footer" and not any(True for _ in holder.iterancestors("article")):
        return True
    return bool(_BESIDES.search(class_and_id(holder)))


def _headline_place(elements: Sequence[HtmlElement], headline: str | None) -> int | None:
    """Index of the heading that is the headline; None when no heading is like it."""
    headings = [(place, element) for place, element in enumerate(elements) if element.tag in ("h1", "h2", "h3")]
    best, anchor = 0.25, None
    for place, element in headings[:80]:
        text = element_text(element, LONGEST_HEADLINE)
        if not text:
            continue
        alike = (_likeness(text, headline) if headline else 0.0) + (0.3 if element.tag == "h1" else 0.0)
        if alike > best:
            best, anchor = alike, place
    return anchor


def _likeness(text: str, headline: str) -> float:
    """0 to 1: a subheading of two words that stand in the headline is less like it than a headline with a few words changed."""
    longer, shorter = sorted((text.count(" ") + 1, headline.count(" ") + 1), reverse=True)
    return overlap(text, headline) * min(1.0, 2.5 * shorter / longer)


def class_and_id(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()[:_LONGEST_CLASS]

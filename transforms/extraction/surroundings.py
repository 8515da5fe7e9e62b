"""The elements beside a headline, and which parts of a page belong to something other than the article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from transforms.extraction.text import LONGEST_HEADLINE, Lines, element_text, overlap, shorter

LONGEST_LINE = 160
"""Characters of a byline or a date line."""
LONGEST_BLOCK = 800
"""Characters of an element that may contain a byline among other things."""
MOST_DESCENDANTS = 40
"""Elements inside an element that is still one line."""
_BEFORE, _AFTER = 60, 140
"""How many elements before and after the headline count as beside it."""
_HEADINGS = ("h1", "h2", "h3")
_MOST_HEADINGS = 80
_MOST_ANCESTORS = 25
_LONGEST_CLASS = 1_000
_ASIDES = frozenset({"nav", "figure", "figcaption"})
_WHOLES = frozenset({"body", "html", "main"})
"""Elements that are no aside, and are in none."""
_LEAST_LIKENESS = 0.25
_BONUS_OF_H1 = 0.3
_MOST_LIKENESS = 1.0 + _BONUS_OF_H1
"""Of an h1 with all words of the headline: no other heading can be more like it."""

_ASIDE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:related|comments?|comment-\w+|respond|sidebar|side-?bar|nav|navigation|menu|teasers?|"
    r"promo|recommend\w*|popular|trending|latest|most-?read|newsletter|breadcrumbs?|carousel|card|ticker|more-?\w*|aside|"
    r"advert\w*|weather|search|copyright)(?:[\s_-]|$)|"
    # Page builders call every element a widget, and articles have footers of their own.
    r"(?:^|(?<!elementor)[\s_-])widget(?:[\s_-]|$)|(?:^|(?<!post)(?<!article)(?<!entry)(?<!story)[\s_-])footer(?:[\s_-]|$)",
    re.IGNORECASE,
)

_ASIDE_STEM = re.compile(
    "related|comment|respond|side|nav|menu|teaser|promo|recommend|popular|trending|latest|most|newsletter|breadcrumb|"
    "carousel|card|ticker|more|advert|weather|search|copyright|widget|footer"
)
"""Letters in all classes that the pattern matches. Most classes have none of them, and to find that takes a quarter of the time."""

_META_CLASS = re.compile(r"(?:^|[\s_-])(?:meta|author|byline)(?:[\s_-]|$)", re.IGNORECASE)
"""An aside with what belongs to the article: its authors and dates."""


class Surroundings:
    """A page around its headline."""

    def __init__(self, tree: HtmlElement, headline: str | None) -> None:
        self.tree = tree
        # lxml makes an object for an element each time it is met, unless one is kept.
        self.elements = elements = list(tree.iter("*"))
        """All elements of the page."""
        self._lines = Lines(LONGEST_LINE)
        place = _headline_place(tree, elements, headline)
        # An element that contains the headline contains the article, even if its class is "with-sidebar" or "teaser-page".
        self._holders = set(elements[place].iterancestors()) if place is not None else set()
        self._asides: dict[HtmlElement, bool] = {}
        self.heading: HtmlElement | None = elements[place] if place is not None else None
        """The element of the headline."""
        self.near: list[HtmlElement] = []
        """The elements beside the headline, with asides."""
        self.beside: list[HtmlElement] = []
        """The elements beside the headline, without asides; empty if no heading is like the headline."""
        if place is not None:
            window = elements[max(0, place - _BEFORE) : place + _AFTER]
            self.near = window
            self.beside = [element for element in window if not self.is_aside(element)]

    def line_of(self, element: HtmlElement, longest: int = LONGEST_LINE) -> str | None:
        """The text of an element, read once; None if it is empty or has more than ``longest`` characters, at most LONGEST_LINE."""
        return shorter(self._lines.line_of(element), longest)

    def is_aside(self, element: HtmlElement) -> bool:
        """True for an element inside navigation, comments, teasers, pictures and the like."""
        asides = self._asides
        if (known := asides.get(element)) is not None:
            return known
        passed: list[HtmlElement] = []
        holder, is_aside = element, False
        while holder is not None and len(passed) <= _MOST_ANCESTORS:
            passed.append(holder)
            tag = holder.tag
            if holder in self._holders or tag in _WHOLES:
                break
            around = holder.getparent()
            is_known_around = asides.get(around)
            if is_known_around or _is_marked_aside(holder, tag):
                is_aside = True
                break
            if is_known_around is not None:
                break
            holder = around
        for each in passed:  # only the last of them decides
            asides[each] = is_aside
        return is_aside


def has_fewer(element: HtmlElement, most: int) -> bool:
    """True for an element that with all inside it is fewer than ``most`` elements, at least 2."""
    return not len(element) or len(list(islice(element.iter(), most))) < most


def holders_of(attributes: Iterable[Any]) -> list[HtmlElement]:
    """The elements of the attributes that an XPath expression found, each once. A loop over all elements takes twice as long."""
    return list(dict.fromkeys(attribute.getparent() for attribute in attributes))


def class_and_id(element: HtmlElement) -> str:
    """An element's class and id in one string, cut at 1,000 characters."""
    classes, name = element.get("class"), element.get("id")
    return joined(classes, name) if classes or name else ""


def joined(classes: str | None, name: str | None) -> str:
    """A class and an id in one string, cut at 1,000 characters."""
    return f"{classes or ''} {name or ''}".strip()[:_LONGEST_CLASS]


def _is_marked_aside(element: HtmlElement, tag: str) -> bool:
    if tag in _ASIDES:
        return True
    if tag == "aside" and not _META_CLASS.search(class_and_id(element)):
        return True
    if tag == "footer" and not any(True for _ in element.iterancestors("article")):
        return True
    classes, name = element.get("class"), element.get("id")
    return bool(classes or name) and _is_aside_class(classes, name)


@lru_cache(maxsize=10_000)
def _is_aside_class(classes: str | None, name: str | None) -> bool:
    marks = joined(classes, name)
    return bool(_ASIDE_STEM.search(marks.lower()) and _ASIDE_CLASS.search(marks))


def _headline_place(tree: HtmlElement, elements: Sequence[HtmlElement], headline: str | None) -> int | None:
    """Index of the heading that is the headline; None if no heading is like it."""
    best, found = _LEAST_LIKENESS, None
    for element in islice(tree.iter(*_HEADINGS), _MOST_HEADINGS):
        text = element_text(element, LONGEST_HEADLINE)
        if not text:
            continue
        likeness = (_likeness(text, headline) if headline else 0.0) + (_BONUS_OF_H1 if element.tag == "h1" else 0.0)
        if likeness > best:
            best, found = likeness, element
            if likeness >= _MOST_LIKENESS:
                break
    return None if found is None else elements.index(found)


def _likeness(text: str, headline: str) -> float:
    """0 to 1. A subheading of two words from the headline is less like it than a headline with a few words changed."""
    longer, shorter = sorted((text.count(" ") + 1, headline.count(" ") + 1), reverse=True)
    return overlap(text, headline) * min(1.0, 2.5 * shorter / longer)

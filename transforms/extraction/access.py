"""Whether a page has all of its article, or only the beginning for readers without a subscription."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from schemas.records import Access
from transforms.extraction.json_ld import truth
from transforms.extraction.metadata import Facts
from transforms.extraction.page_phrases import asks_for_login
from transforms.extraction.surroundings import class_and_id
from transforms.extraction.text import element_text
from transforms.extraction.words import word_count

_SHORT_BODY = 1_500
"""Characters of a body that may be a teaser."""
_SHORT_PART = 200
"""Characters of a part that is not there: a title, or an offer instead of the text."""
_LONGEST_OFFER, _LONGEST_OFFER_LINE = 2_000, 300
_MOST_PARTS = 50
_MOST_SELECTORS = 10
_MOST_OFFERS = 20
_LONGEST_PART = 20_000
"""Characters of a part of the article that is not free."""
_RELIABLE_COUNT = 100
"""A wordCount from here on is that of a whole article."""

_TIERS = ("article:content_tier", "og:article:content_tier", "content_tier", "article:access", "access")
_PAID = frozenset("locked paid premium subscriber subscribers subscription registered members plus hard".split())
_WALL_CLASS = re.compile(
    r"pay-?wall|reg-?wall|premium-?(?:wall|offer)|subscri(?:be|ption)-?(?:wall|offer|prompt)|meter-?wall", re.IGNORECASE
)
_SIMPLE_SELECTOR = re.compile(r"(?:^|[\s>])[a-z0-9]*([.#])([\w-]+)\s*$", re.IGNORECASE)
_ENDS_OPEN = ("…", "...", "[…]", "[...]")


def access_of(tree: HtmlElement, facts: Facts, body: str, is_cut: bool = False) -> Access | None:
    """How much of the article the page gives. ``is_cut``: text that follows the body cannot be read."""
    tier = (facts.first(*_TIERS) or ("",))[0].lower()
    is_free = facts.article.is_free
    if is_free is None:
        is_free = truth((facts.first("isaccessibleforfree") or ("",))[0])
    if is_cut:
        return "stub"
    if is_free is False or tier in _PAID or tier == "metered":
        return "stub" if _is_beginning(tree, facts, _without_offer(body)) else "metered"
    if is_free or tier == "free":
        return "free"
    if not any(mark in body for mark in _ENDS_OPEN):  # few have one, and an offer takes long to find
        return None
    text = _without_offer(body)
    return "stub" if len(text) < _SHORT_BODY and ends_open(text) and _has_offer(tree) else None


def ends_open(text: str) -> bool:
    """True for a text that ends with an ellipsis, as teasers do."""
    return text.endswith(_ENDS_OPEN)


def _without_offer(body: str) -> str:
    """The body without lines at its end that ask for a subscription or a login."""
    lines = body.split("\n")
    while lines and len(lines[-1]) < _LONGEST_OFFER_LINE and asks_for_login(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def _is_beginning(tree: HtmlElement, facts: Facts, body: str) -> bool:
    """True when the text of an article that is not free ends after its beginning."""
    words = facts.article.words
    if words is not None and words >= _RELIABLE_COUNT:
        return word_count(body) < words / 2
    if ends_open(body):
        return True
    if len(body) >= _SHORT_BODY:
        return False
    selectors = [
        match for text in facts.article.paid_parts[:_MOST_SELECTORS] if (match := _SIMPLE_SELECTOR.search(text))
    ]
    parts = [element_text(part, _LONGEST_PART) or "" for part in islice(_selected(tree, selectors), _MOST_PARTS)]
    if sum(map(len, parts)) >= _SHORT_PART and _repeats(parts, body):
        return False
    return bool(selectors) or _has_offer(tree)


def _repeats(parts: list[str], body: str) -> bool:
    """True when the end of the body is in these parts of the page."""
    end = "".join(body.split())[-60:]
    return any(end in "".join(part.split()) for part in parts)


def _has_offer(tree: HtmlElement) -> bool:
    """True when an element that is a paywall by its name asks for a subscription or a login."""
    marked = (
        element for element in tree.iter("div", "section", "aside", "p") if _WALL_CLASS.search(class_and_id(element))
    )
    return any(asks_for_login(element_text(element, _LONGEST_OFFER) or "") for element in islice(marked, _MOST_OFFERS))


def _selected(tree: HtmlElement, selectors: list[re.Match[str]]) -> Iterator[HtmlElement]:
    """The elements of selectors that end with a class or an id, as those of paid parts do."""
    for sign, name in (match.groups() for match in selectors):
        path = (
            "//*[@id=$name]"
            if sign == "#"
            else "//*[contains(concat(' ', normalize-space(@class), ' '), concat(' ', $name, ' '))]"
        )
        yield from islice(tree.xpath(path, name=name), _MOST_PARTS)

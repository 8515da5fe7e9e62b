"""Text of a page's elements and attributes: cleaned, bounded, compared."""

from __future__ import annotations

import html
import re

from lxml.html import HtmlElement

_LONGEST_CONTENT = 20_000
"""Characters of one statement: nothing on a real page comes near."""
LONGEST_HEADLINE = 1_000
"""A longer heading or title is a page that somebody forgot to close."""
_WITH_MARKUP = 20
"""Characters that are read to find one of text: the rest is the indentation of templates."""

_INLINE = frozenset("a b i em strong sup sub u font mark small q cite".split())
_UNREAD = frozenset("script style noscript svg template".split())
_TAG = re.compile(r"<[^<>]{1,300}>")
_WORD = re.compile(r"\w+")


def clean(text: str | None) -> str | None:
    """Text without tags, entities and runs of space; None when nothing is left."""
    if not text:
        return None
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split()) or None


def element_text(element: HtmlElement, longest: int | None = None) -> str | None:
    """All text below an element as one line, without scripts and styles; None when there is none, or more than ``longest`` characters.

    With ``longest`` no more is read than it takes to know: asking every one of many nested elements for a line stays cheap.
    """
    if not len(element):  # most are so, and need no walk
        return _leaf_text(element, longest)
    parts = []
    unread = longest * _WITH_MARKUP if longest else None
    for node in element.iter():
        tag, text, tail = node.tag, node.text, node.tail  # lxml makes each of them anew whenever it is asked
        if not isinstance(tag, str):
            continue
        gap = "" if tag in _INLINE else " "
        if text and tag not in _UNREAD:
            parts.append(gap + text)
        if tail and node is not element:
            parts.append(gap + tail)
        if unread is not None:
            unread -= 1 + len(text or "") + (len(tail or "") if node is not element else 0)
            if unread < 0:
                return None
    return shorter(_one_line("".join(parts)), longest)


def _leaf_text(element: HtmlElement, longest: int | None) -> str | None:
    text = element.text
    if not text or element.tag in _UNREAD or not isinstance(element.tag, str):
        return None
    return None if longest and len(text) > longest * _WITH_MARKUP else shorter(_one_line(text), longest)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split())


def shorter(text: str | None, longest: int | None) -> str | None:
    """The text unless it is empty or too long."""
    return text if text and (longest is None or len(text) <= longest) else None


def overlap(text: str, other: str) -> float:
    """Share of the shorter text's words that stand in the other one, 0 to 1."""
    words, others = set(_WORD.findall(text.casefold())), set(_WORD.findall(other.casefold()))
    return len(words & others) / min(len(words), len(others)) if words and others else 0.0


def statement(text: str | None) -> str | None:
    """One value as printed, cleaned, and cut where it is endless."""
    return clean(text[:_LONGEST_CONTENT]) if text else None

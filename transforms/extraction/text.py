"""Texts of elements and attributes: cleaned, limited in length, compared."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from lxml.html import HtmlElement

from schemas.safe_text import unescape

_LONGEST_CONTENT = 20_000
"""Characters of one value that are read: no real page has nearly as many."""
LONGEST_HEADLINE = 1_000
"""Characters of a headline. A longer heading or title is an element without its end tag."""
_WITH_MARKUP = 20
"""Characters that are read for one of text: templates indent a lot."""
_PER_ELEMENT = 8
"""Characters that an element counts for, so that elements without text cannot be nested for ever."""

_INLINE = frozenset("a b i em strong sup sub u font mark small q cite".split())
_UNREAD = frozenset("script style noscript svg template".split())
_TAG = re.compile(r"<[^<>]{1,300}>")
_WORD = re.compile(r"\w+")


def clean(text: str | None) -> str | None:
    """The text without tags, entities and repeated spaces; None if nothing is left."""
    if not text:
        return None
    if "&" in text:
        text = unescape(unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split()) or None


class Lines:
    """The texts of many elements as lines, also of elements inside others: the text of each element is read once."""

    def __init__(self, longest: int) -> None:
        """A text of more than ``longest`` characters is no line."""
        self._longest = longest
        self._most = longest * _WITH_MARKUP
        self._lines: dict[HtmlElement, str | None] = {}
        self._read: dict[HtmlElement, tuple[str, int] | None] = {}
        """The text of an element and how much was read for it; None for one whose text is too long, as are those of all around it."""

    def line_of(self, element: HtmlElement) -> str | None:
        """The line of an element, as ``element_text`` gives it. The caller keeps the elements of the page."""
        lines = self._lines
        if element in lines:
            return lines[element]
        if not len(element):
            line = _leaf_text(element, self._longest)
        else:
            found = self._gather(element, self._most)
            line = shorter(_one_line(found[0]), self._longest) if found else None
        lines[element] = line
        return line

    def _gather(self, element: HtmlElement, unread: int) -> tuple[str, int] | None:
        """The text of an element and how much was read for it; None if that is more than ``unread``, or if the text is too long.

        See ``_gather``.
        """
        read = self._read
        if element in read:
            found = read[element]
            return found if found and found[1] <= unread else None
        tag, text = element.tag, element.text
        whole, left = "", unread - _PER_ELEMENT
        if text:
            left -= len(text)
            if tag not in _UNREAD:
                whole = text if tag in _INLINE else " " + text
        for child in element if len(element) else ():
            if left < 0:
                return None
            if (inside := self._gather(child, left)) is None:
                if child in read and read[child] is None:
                    read[element] = None
                return None
            whole += inside[0]
            left -= inside[1]
            if tail := child.tail:
                left -= len(tail)
                whole += tail if child.tag in _INLINE else " " + tail
        if left < 0:
            return None
        if len(whole) > self._longest and len(whole := _squeezed(whole)) > self._longest + 2:
            read[element] = None
            return None
        found = read[element] = whole, unread - left
        return found


def _squeezed(text: str) -> str:
    """The text with single blanks, also at its ends if there are any."""
    return _one_line(f"|{text}|")[1:-1]


def element_text(element: HtmlElement, longest: int | None = None) -> str | None:
    """The text of an element as one line, without scripts and styles; None if it is empty or has more than ``longest`` characters.

    With ``longest``, reading stops when the text is too long. So it is cheap to ask each of many nested elements for its line.
    """
    if not len(element):  # most elements are leaves, which need no walk
        return _leaf_text(element, longest)
    parts: list[str] = []
    if _gather(element, parts, longest * _WITH_MARKUP if longest else sys.maxsize) < 0:
        return None
    return shorter(_one_line("".join(parts)), longest)


def _gather(element: HtmlElement, parts: list[str], unread: int) -> int:
    """Adds the texts of an element and of those inside it, in their order. Returns how much may still be read; below 0, it stops."""
    tag, text = element.tag, element.text  # lxml creates these strings at each access
    unread -= _PER_ELEMENT
    if text:
        unread -= len(text)
        if tag not in _UNREAD:
            parts.append(text if tag in _INLINE else " " + text)
    for child in element:
        if unread < 0:
            break
        unread = _gather(child, parts, unread)
        if tail := child.tail:
            unread -= len(tail)
            parts.append(tail if child.tag in _INLINE else " " + tail)
    return unread


def _leaf_text(element: HtmlElement, longest: int | None) -> str | None:
    text = element.text
    if not text or text.isspace() or element.tag in _UNREAD or not isinstance(element.tag, str):
        return None
    return None if longest and len(text) > longest * _WITH_MARKUP else shorter(_one_line(text), longest)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split())


def shorter(text: str | None, longest: int | None) -> str | None:
    """The text; None if it is empty or too long."""
    return text if text and (longest is None or len(text) <= longest) else None


def has_any(name: str, stems: Iterable[str]) -> bool:
    """True for a name with one of these parts, in capitals or not. Most names have none, and a pattern takes much longer to find that."""
    return any(map(name.lower().__contains__, stems))


def overlap(text: str, other: str) -> float:
    """Share of the words of the shorter text that the other one has too: 0 to 1."""
    words, others = set(_WORD.findall(text.casefold())), set(_WORD.findall(other.casefold()))
    return len(words & others) / min(len(words), len(others)) if words and others else 0.0


def statement(text: str | None) -> str | None:
    """A value as printed, cleaned, of its first 20,000 characters."""
    return clean(text[:_LONGEST_CONTENT]) if text else None

"""Markup in the titles and summaries of feeds to plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from schemas.safe_text import unescape
from transforms.feeds.items import one_line

_MAX_TEXT = 10_000  # characters of a title or summary, with its markup
_MAX_CONTENT = 50_000
# After a name that is tried shorter, [^<>]* would read the rest of it again.
_TAG = re.compile("<[/!]?([A-Za-z][A-Za-z0-9]*)(?![A-Za-z0-9])[^<>]*>")
_GLUED = frozenset("a abbr b big cite code del em font i ins mark q s small span strike strong sub sup tt u".split())
"""Elements that may begin or end inside a word."""
_IN_TITLES = _GLUED | frozenset("bdi bdo br dfn div h1 h2 h3 h4 h5 h6 img kbd p samp var wbr".split())
"""Elements that format a title. Others are words there, such as ``<option>`` and ``<redacted>``."""
_UNREAD = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
"""Stretches that hold no text."""
_ESCAPED_TWICE = re.compile("&lt;/(?:a|b|em|font|i|p|span|strong|sub|sup|u)&gt;")


def title_text(markup: str | None) -> str | None:
    """A title in HTML as plain text."""
    if not markup:
        return None
    markup = markup[:_MAX_TEXT]
    if "<" not in markup and "&" not in markup:
        return one_line(markup)
    if _ESCAPED_TWICE.search(markup):
        markup = unescape(markup)
    return one_line(unescape(_TAG.sub(_in_title, markup)))


def body_text(markup: str | None) -> str | None:
    """A summary in HTML as plain text."""
    if not markup:
        return None
    markup = markup[:_MAX_TEXT]
    if "<" not in markup and "&" not in markup:
        return one_line(markup)
    if "<" not in markup and "&lt;" in markup:
        markup = unescape(markup)
    return one_line(unescape(_TAG.sub(_in_body, _read_stretches(markup))))


def content_text(markup: str | None) -> str | None:
    """The full text of an item in HTML, without tags: enough to tell whether it has changed."""
    return one_line(_TAG.sub(" ", _read_stretches(markup[:_MAX_CONTENT]))) if markup else None


def as_markup(text: str | None) -> str | None:
    """Plain text as HTML, with a paragraph for each line."""
    lines = (line.strip() for line in (text or "").splitlines())
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line) or None


def _in_title(tag: re.Match[str]) -> str:
    name = tag[1].lower()
    return "" if name in _GLUED else " " if name in _IN_TITLES else tag[0]


def _in_body(tag: re.Match[str]) -> str:
    return "" if tag[1].lower() in _GLUED else " "


def _read_stretches(markup: str) -> str:
    for begin, end in _UNREAD:
        if begin in markup:
            markup = " ".join(_outside(markup, begin, end))
    return markup


def _outside(markup: str, begin: str, end: str) -> Iterator[str]:
    """The parts outside of stretches between two marks; a stretch that does not end goes to the end of the markup."""
    first, *stretches = markup.split(begin)
    yield first
    for stretch in stretches:
        yield stretch.partition(end)[2]

"""The text of an article that a page has only for its scripts: in JSON-LD, or in the state from which a script builds the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from html import escape
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from schemas import Rejected
from schemas.encodable import encodable
from schemas.safe_text import unescape
from transforms.extraction.html import read_page
from transforms.extraction.metadata import Facts
from transforms.extraction.text import overlap

SHORTEST = 300
"""Characters of a text that is taken for an article."""
_LARGEST_SCRIPT, _MOST_SCRIPTS, _MOST_CHARACTERS = 4_000_000, 20, 8_000_000
"""Characters of one script, scripts, and characters of all of them. The state of large sites has some 2 MB."""
_LONGEST_MARKUP = 1_000_000
"""Characters of a text with its tags."""
_MOST_VALUES, _DEEPEST = 100_000, 40
"""Values that are looked at, and objects and lists around one of them."""
_MOST_TITLES = 10
"""Places with the title of the page that are compared."""
_LONGEST_TITLE = 500
_LEAST_OF_WORDS = 0.25
"""Share of a title's words that the text of its article has."""
_LEAST_OF_TITLE = 0.5
"""Share of a page's title that is the title of its article, without the name of the site."""
_COMPARABLE = 0.5
"""A text of at least this share of the longest one may be the article, if it is closer to the title."""

_STATE = re.compile(
    r"^\s*(?:(?:window|self|globalThis)\s*(?:\.\s*|\[\s*[\"'])|(?:var|let|const)\s+)[\w$]{1,60}(?:[\"']\s*\])?\s*=\s*(?=[{\[])"
)
"""The beginning of a script that is one assignment of an object."""
_NOT_LETTERS = re.compile(r"[\W_]+")
_TAGS = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|br|blockquote|figure|a|em|strong|b|i|span)\b", re.IGNORECASE)
_NOT_PROSE = re.compile(r"^\s*(?:https?:|data:|[{\[@.#]|function\b|[\w-]+\s*\{)|;\s*\}|\}\s*$")
"""Addresses, styles and programs."""

_TAG = re.compile(r"<[^<>]{1,500}>")
_PARAGRAPH = re.compile(r"(?:<|&lt;)(?:p|br|div|li)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]*(?:\s|$)|[。！？।؟۔]")
_LONGEST_SENTENCE = 250
"""Characters for each end of a sentence, at most."""
_LONG_PARAGRAPH = 1_000
"""Characters of a text without paragraphs that is no summary."""
_LEAST_OF_CODE = 100
"""Characters for each one that programs and lists of data have."""
_MOST_LISTS, _MOST_PIECES = 12, 1_000
"""Steps of a path that are lists, and pieces of one paragraph."""
_NOT_BODY = frozenset(
    "description summary excerpt abstract teaser lead dek deck standfirst subtitle caption credit alt alttext title headline seotitle "
    "seodescription metadescription ogdescription bio biography disclaimer terms copyright url href src id key type slug name".split()
)
"""Names of values that are something else than the text of an article."""

Path = tuple[str | int, ...]
_List = tuple[Path, str]
"""A list by its path, and the name of the texts in its items."""


def add_script_text(tree: HtmlElement, facts: Facts) -> tuple[HtmlElement, str] | None:
    """Adds the text that scripts have to the page, as an article element. Returns the element and where its text was; None without one."""
    offers = (facts.h1, facts.article.headline, facts.title, *facts.meta.get("og:title", ())[:1])
    found = _linked_text(facts) or _state_text(tree, [title for title in offers if title])
    body = tree.find("body")
    if found is None or body is None:
        return None
    parts, place = found
    markup = "".join(map(_as_markup, parts))
    if len(markup) > _LONGEST_MARKUP:
        return None
    try:
        article = read_page(
            f"<html><body>{markup}</body></html>".encode("utf-8", "replace"), "text/html; charset=utf-8"
        ).find("body")
    except Rejected:
        return None
    if article is None:
        return None
    article.tag = "article"
    body.append(article)
    return article, place


def _as_markup(part: str) -> str:
    text = unescape(part) if "&lt;p" in part else part
    if _TAGS.search(text):
        return f"<div>{text}</div>"
    return "".join(f"<p>{escape(unescape(line))}</p>" for line in text.split("\n") if line.strip())


def _linked_text(facts: Facts) -> tuple[list[str], str] | None:
    text = facts.article.body
    return ([text], "json-ld articleBody") if text and len(text) >= SHORTEST else None


def _state_text(tree: HtmlElement, titles: Sequence[str]) -> tuple[list[str], str] | None:
    """The text in a state that is most likely the article with one of these titles."""
    wanted = {squeezed for title in titles if (squeezed := _squeeze(title))}
    for name, value in _states(tree):
        lists: dict[_List, dict[int, list[str]]] = {}
        titled: list[Path] = []
        for path, text in _strings(value):
            if len(text) <= _LONGEST_TITLE and _is_title(_squeeze(text), wanted):
                titled.append(path)
            elif not _NOT_PROSE.search(text[:_LONGEST_TITLE]):
                for place, number in _lists_of(path):
                    lists.setdefault(place, {}).setdefault(number, []).append(text)
        best = _closest(lists, titled[:_MOST_TITLES])
        if best and _tells_of(best, titles):
            return best, f"script {name}"
    return None


def _tells_of(paragraphs: list[str], titles: Sequence[str]) -> bool:
    """True if the text has some words of a title. A title without spaces has no words that could be compared."""
    text = _TAG.sub(" ", " ".join(paragraphs))
    return any(" " not in title or overlap(title, text) >= _LEAST_OF_WORDS for title in titles)


def _is_title(squeezed: str, titles: Iterable[str]) -> bool:
    """True for a title of the page, or one of them without the name of the site at its end."""
    return any(
        squeezed == title or (len(squeezed) >= _LEAST_OF_TITLE * len(title) and title.startswith(squeezed))
        for title in titles
    )


def _lists_of(path: Path) -> Iterator[tuple[_List, int]]:
    """The lists around a text, each with the number of its item, and the text itself as a list of one."""
    names = [part for part in path if isinstance(part, str)]
    name = names[-1] if names else ""
    if name.lower() in _NOT_BODY:
        return
    yield (path, name), 0
    for place, part in islice(enumerate(path), _MOST_LISTS):
        if isinstance(part, int):
            yield (path[:place], name), part


def _closest(lists: dict[_List, dict[int, list[str]]], titled: list[Path]) -> list[str] | None:
    """The paragraphs of the best list: of the long ones the one that is closest to a title. None if no list is an article."""
    possible: dict[_List, list[str]] = {}
    for place, items in lists.items():
        if sum(len(text) for texts in items.values() for text in texts) < SHORTEST:
            continue
        # A list with the title in one of its items is a list of articles.
        is_of_articles = any(len(path) > len(place[0]) and path[: len(place[0])] == place[0] for path in titled)
        paragraphs = [] if is_of_articles else [_joined(texts) for texts in items.values()]
        if _is_article(paragraphs):
            possible[place] = paragraphs
    lengths = {place: sum(map(len, paragraphs)) for place, paragraphs in possible.items()}
    least = _COMPARABLE * max(lengths.values(), default=0)
    near = [place for place in possible if lengths[place] >= least]
    if not near or not titled:
        return None
    best = max(near, key=lambda place: (max(_shared(place[0], path) for path in titled), lengths[place]))
    return possible[best]


def _joined(texts: list[str]) -> str:
    """One paragraph from its pieces. States often have a text whole and in pieces."""
    whole = ""
    for text in texts if len(texts) <= _MOST_PIECES else ():
        if text not in whole:
            whole = text if whole and whole in text else whole + text
    return whole


def _is_article(paragraphs: list[str]) -> bool:
    """True for sentences in paragraphs: several of them, or one text with marks or lines between them."""
    raw = "\n".join(paragraphs)
    if not SHORTEST <= len(raw) <= _LONGEST_MARKUP:
        return False
    text = _TAG.sub(" ", unescape(raw) if "&lt;" in raw else raw)
    breaks = raw.count("\n") + len(_PARAGRAPH.findall(raw))
    is_prose = len(_SENTENCE_END.findall(text)) >= len(text) / _LONGEST_SENTENCE
    is_code = sum(map(text.count, "{};=|")) > len(text) / _LEAST_OF_CODE
    return is_prose and not is_code and (breaks > 1 or len(text) >= _LONG_PARAGRAPH) and len(text) >= SHORTEST


def _shared(path: Path, other: Path) -> int:
    """Steps that two paths have in common."""
    count = 0
    for own, theirs in zip(path, other, strict=False):
        if own != theirs:
            break
        count += 1
    return count


def _states(tree: HtmlElement) -> Iterator[tuple[str, Any]]:
    """The values of scripts that hold data, the largest first, with the names of the scripts."""
    scripts = []
    for script in tree.iter("script"):
        kind, text = (script.get("type") or "").lower(), script.text or ""
        if "ld+json" in kind or len(text) < SHORTEST or len(text) > _LARGEST_SCRIPT:
            continue
        start = 0 if "json" in kind else (match.end() if (match := _STATE.match(text[:_LONGEST_TITLE])) else None)
        if start is not None:
            scripts.append((len(text), script.get("id") or kind or "state", text, start))
    left = _MOST_CHARACTERS
    for length, name, text, start in sorted(scripts, key=lambda each: -each[0])[:_MOST_SCRIPTS]:
        left -= length
        if left < 0:
            return
        with suppress(ValueError, RecursionError):
            value = json.JSONDecoder(strict=False).raw_decode(text[start:].strip())[0]
            if isinstance(value, (dict, list)):
                yield name[:_LONGEST_TITLE], value


def _strings(value: Any) -> Iterator[tuple[Path, str]]:
    """The texts in a value with their paths, in order."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    left = _MOST_VALUES
    while waiting:
        path, each = waiting.pop()
        if isinstance(each, str):
            yield path, encodable(each)
            continue
        if len(path) >= _DEEPEST:
            continue
        items: Iterable[tuple[str | int, Any]] = each.items() if isinstance(each, dict) else enumerate(each)
        inner = [((*path, key), item) for key, item in islice(items, left) if isinstance(item, (str, dict, list))]
        left = max(0, left - len(each))
        waiting.extend(reversed(inner))


def _squeeze(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()

"""The id that a publisher's own system has for the article of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from transforms.extraction.metadata import Facts

_LONGEST_ID = 200
_LONGEST_CLASS = 2_000
_NAME = re.compile(
    r"(?:^|[:._-])(?:[a-z]{1,12}[_-]?)?(?:article|story|post|content|content-?item|node|document|doc|news|item)[_.:-]?(?:uu|n)?id$|"
    r"^nid$|^(?:dc|dcterms)\.identifier$"
)
"""Names of meta tags and attributes that hold such an id."""
_SHORT_LINK = re.compile(r"[?&]p=(\d{1,18})$|/node/(\d{1,18})/?$")
"""The short links of WordPress and Drupal."""
_BODY_CLASS = re.compile(r"(?:^|\s)(?:postid|page-node|node-id)-(\d{1,18})(?=\s|$)")
"""The same number in the class of the body."""


def publisher_id(facts: Facts) -> tuple[str, str] | None:
    """The publisher's own id of the article, with its place; None if the page states none.

    A name that has several values on the page is that of lists of articles, and counts for nothing.
    """
    return next(((text, place) for text, place in _stated(facts) if _is_id(text)), None)


def _stated(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.article.identifier:
        yield facts.article.identifier, "json-ld identifier"
    for name, contents in facts.meta.items():
        if len(name) <= _LONGEST_ID and _is_id_name(name) and len(set(contents)) == 1:
            yield contents[0], f"meta {name}"
    if facts.short_link and (found := _SHORT_LINK.search(facts.short_link[:_LONGEST_CLASS])):
        yield found[1] or found[2], "link shortlink"
    values: dict[str, set[str]] = {}
    for name, value in facts.data:
        if len(name) <= _LONGEST_ID and _is_id_name(name):
            values.setdefault(name, set()).add(value.strip())
    for name, texts in values.items():
        if len(texts) == 1:
            yield texts.pop(), f"attribute {name}"
    if match := _BODY_CLASS.search((facts.body_class or "")[:_LONGEST_CLASS]):
        yield match[1], "class of the body"


@lru_cache(maxsize=4096)
def _is_id_name(name: str) -> bool:
    return _NAME.search(name) is not None


def _is_id(text: str) -> bool:
    """True for a number, a code or a name in one word, which is no address."""
    is_address = "://" in text or text.startswith("/")
    return len(text) <= _LONGEST_ID and not is_address and len(text.split()) == 1 and any(map(str.isalnum, text))

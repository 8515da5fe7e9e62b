"""Names that sign an article: a paragraph of its own before the first words or after the last ones, with nothing but names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from transforms.extraction.byline_tables import NOT_IN_NAMES, PARTICLES
from transforms.extraction.bylines import read_byline
from transforms.extraction.person_names import bare
from transforms.extraction.surroundings import Surroundings
from transforms.extraction.text import element_text

_LONGEST = 80
"""Characters of a signature."""
_LEAST_PARAGRAPH = 80
"""Characters of a paragraph of text."""
_MOST_BETWEEN = 3
"""Short paragraphs between the text and its signature, which is one of them."""
_MOST_PARAGRAPHS = 2_000
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_WORDS, _MOST_WORDS = 2, 4


def is_full_name(text: str) -> bool:
    """True if the text is the full name of one person and nothing else."""
    words = [word for word in text.split() if word not in PARTICLES]
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS or not all(word[:1].isupper() for word in words):
        return False
    if not NOT_IN_NAMES.isdisjoint(word.casefold() for word in words):
        return False
    return [bare(name) for name in read_byline(text).people] == [bare(text)]


def signatures(page: Surroundings) -> Iterator[str]:
    """Names that stand alone in a paragraph before or after the text.

    The words of a heading occur in the text too ("Key Facts"); those of a name that signs do not.
    """
    paragraphs = [element for element in islice(page.tree.iter("p"), _MOST_PARAGRAPHS) if not page.is_aside(element)]
    texts = [(element, element_text(element, 20_000) or "") for element in paragraphs]
    holders = Counter(element.getparent() for element, text in texts if len(text) >= _LEAST_PARAGRAPH)
    if not holders:
        return
    holder: HtmlElement = holders.most_common(1)[0][0]
    inside = [text for element, text in texts if element.getparent() is holder and text]
    long = [at for at, text in enumerate(inside) if len(text) >= _LEAST_PARAGRAPH]
    ends = [*inside[max(0, long[0] - _MOST_BETWEEN) : long[0]], *inside[long[-1] + 1 : long[-1] + 1 + _MOST_BETWEEN]]
    for text in ends:
        if len(text) <= _LONGEST and are_full_names(text):
            others = {word.casefold() for other in inside if other != text for word in _WORD.findall(other)}
            if others.isdisjoint(word.casefold() for word in _WORD.findall(text)):
                yield text


def are_full_names(text: str) -> bool:
    """True for full names and nothing else: "Jane Doe and Max Moe", "(Jane Doe) +++"."""
    names = re.split(r"\s*[/,&]\s*|\s+(?:and|und|et|y|e|og|och|en|i|и)\s+", text.strip(" .()[]–—-+*"))
    return all(map(is_full_name, names))

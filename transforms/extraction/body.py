"""The body of an article: the blocks of the page that belong to it. Where they are in doubt, trafilatura decides."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import trafilatura
from lxml.html import HtmlElement
from numpy.typing import NDArray
from trafilatura.settings import Document, Extractor

from schemas import Reason, Rejected
from transforms.extraction.apart import HEADINGS, set_apart
from transforms.extraction.block_model import article_odds
from transforms.extraction.blocks import Blocks, read_blocks
from transforms.extraction.boilerplate import clean_body, linked_capitals
from transforms.extraction.ruled_out import without_ruled_out
from transforms.extraction.words import word_count

EXTRACTOR = f"trafilatura {trafilatura.__version__}"

_OPTIONS = Extractor(output_format="python", fast=True, comments=False)
# trafilatura logs each page on which it finds nothing. Here such a page is a reject.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

ENOUGH = 0.45
"""Probability from which on a block is part of the article."""
_SURE = 0.75
_MOST_DOUBT, _MOST_FURNITURE = 0.25, 0.1
"""Above one of these trafilatura is asked too: on one page of six. On those it is better, on the others it is worse (docs/decisions.md)."""
_SURELY_NOT = 0.05
_LEAST_OF_SURE = 0.3
"""If trafilatura finds less than this share of what the model is sure of, it has missed the article: a live blog, for example."""
_FIRST_BLOCKS = 2
LONGEST_BODY = 500_000
"""Characters of an article: of 1,376 real pages the longest has 39,119. A novel has more than this."""
_SHORTEST_BODY = 30
_FEWEST_WORDS = 4
"""Characters and words of a news flash. A shorter text is a label."""
_LINES_LOOKED_UP = 300
"""Lines of trafilatura's text that are looked up in the blocks of the page."""
_START = 200
_WORDS, _NO_WORDS = re.compile(r"\w+"), re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article, and how it was found."""

    text: str
    """One paragraph a line."""
    origin: str
    """What found it: "blocks", "trafilatura" or "selector"; else the data of a script that has it, such as "json-ld articleBody"."""
    page: Blocks
    odds: NDArray[np.float64]
    """For each block of the page the probability that it is part of the article."""

    def kept(self) -> list[bool]:
        """For each block of the page whether the text has it."""
        exact = set(self.text.split("\n"))
        least = _SURELY_NOT if self.origin == "trafilatura" else ENOUGH
        blocks, kept = self.page.blocks, [False] * len(self.page.blocks)
        changed = []
        for place in np.flatnonzero(self.odds >= least).tolist():
            kept[place] = blocks[place].text in exact
            if not kept[place]:
                changed.append(place)
        if changed:
            lines = {_words_together(line) for line in exact}
            for place in changed:
                kept[place] = _words_together(blocks[place].text) in lines
        return kept


def _words_together(line: str) -> str:
    """The letters and digits of a line, by which two ways of reading it are compared."""
    return _NO_WORDS.sub("", line)


def extract_body(
    tree: HtmlElement, url: str, headline: str | None, description: str | None, printed_above: Iterable[str | None]
) -> Body:
    """The article's text. Raises Rejected(NO_TEXT) if there is too little of it, UNPARSABLE if there is too much.

    ``headline`` and ``description`` are what the page states: they show where its article begins. ``printed_above`` are texts that the
    page prints above the article, such as headline and byline: the body does not repeat them.
    """
    page = read_blocks(tree)
    odds = article_odds(page, headline, description)
    odds[_standfirsts(page, odds, description)] = 0.0
    for first, last in set_apart(page, odds >= ENOUGH):
        odds[first:last] = 0.0
    lengths = np.array([len(block.text) for block in page.blocks])
    text, origin = _kept_text(page, odds), "blocks"
    if not text or _is_in_doubt(lengths, odds):
        try:
            other = _of_trafilatura(without_ruled_out(tree, page, odds) if text else tree, url)
        except Rejected:
            if not text:
                raise
            other = ""
        is_whole = len(other) >= _LEAST_OF_SURE * lengths[odds >= _SURE].sum()
        if other and is_whole and (not text or _is_in_lines(other, page)):
            text, origin = _agreed(other, page, odds), "trafilatura"
    if len(text) > LONGEST_BODY:
        raise Rejected(Reason.UNPARSABLE, f"more than {LONGEST_BODY} characters of text: {len(text)}")
    body = checked_length(clean_body(text, printed_above, linked_capitals(tree, text)))
    return Body(body, origin, page, odds)


def selected_body(tree: HtmlElement, text: str, elements: Iterable[HtmlElement]) -> Body:
    """The text that a user's selector picked from these elements. Raises as ``extract_body`` does."""
    page, odds = _all_of(tree, elements)
    return Body(checked_length(text), "selector", page, odds)


def added_body(tree: HtmlElement, element: HtmlElement, origin: str, printed_above: Iterable[str | None]) -> Body:
    """The text of an element that is the whole article, and nothing else. Raises as ``extract_body`` does."""
    page, odds = _all_of(tree, (element,))
    return Body(checked_length(clean_body(_kept_text(page, odds), printed_above)), origin, page, odds)


def _all_of(tree: HtmlElement, elements: Iterable[HtmlElement]) -> tuple[Blocks, NDArray[np.float64]]:
    """The blocks of a page; 1 for those in these elements, 0 for all others."""
    page = read_blocks(tree)
    selected = set(elements)
    inside: list[bool] = []
    for node in page.nodes:
        inside.append(node.element in selected or (node.parent >= 0 and inside[node.parent]))
    return page, np.array([float(inside[block.node]) for block in page.blocks])


def checked_length(body: str) -> str:
    """The body. Raises Rejected(NO_TEXT) if there is too little of it, UNPARSABLE if there is too much."""
    if len(body) > LONGEST_BODY:
        raise Rejected(Reason.UNPARSABLE, f"more than {LONGEST_BODY} characters of text: {len(body)}")
    # Most bodies show in their first characters that they are long enough.
    has_few = word_count(body[:_START]) < _FEWEST_WORDS and word_count(body) < _FEWEST_WORDS
    if len(body) < _SHORTEST_BODY or has_few:
        raise Rejected(Reason.NO_TEXT, f"only {len(body)} characters of text")
    return body


def _standfirsts(page: Blocks, odds: NDArray[np.float64], description: str | None) -> list[int]:
    """Headings that state the page's summary, among the first blocks of the article. They have a column of their own."""
    summary = _words_of(description or "")
    first = np.flatnonzero(odds >= ENOUGH)[:_FIRST_BLOCKS].tolist()
    return [
        place
        for place in first
        if page.nodes[page.blocks[place].node].tag in HEADINGS and summary == _words_of(page.blocks[place].text)
    ]


def _words_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORDS.findall(text.casefold())


def _agreed(text: str, page: Blocks, odds: NDArray[np.float64]) -> str:
    """trafilatura's text without the lines of which the model is sure that they are no article, and without its marks of lists.

    If less than half would be left, all lines stay.
    """
    best: dict[str, float] = {}
    for block, odd in zip(page.blocks, odds.tolist(), strict=True):
        best[block.text] = max(odd, best.get(block.text, 0.0))
    lines = [line.removeprefix("- ") for line in text.split("\n")]
    kept = [line for line in lines if best.get(" ".join(line.split()), 1.0) >= _SURELY_NOT]
    return "\n".join(kept if 2 * sum(map(len, kept)) >= sum(map(len, lines)) else lines)


def _is_in_lines(text: str, page: Blocks) -> bool:
    """False for a text whose lines run over several blocks: trafilatura joins all text of a page in which it finds no article."""
    exact = {block.text for block in page.blocks}
    lines = [(words, line in exact) for line in text.split("\n")[:_LINES_LOOKED_UP] if (words := _words_together(line))]
    whole = sum(len(words) for words, _ in lines)
    found = sum(len(words) for words, is_exact in lines if is_exact)
    if 2 * found >= whole:
        return True
    blocks = [_words_together(text) for text in exact]
    longest, joined = max(map(len, blocks), default=0), "\n".join(blocks)
    found += sum(len(words) for words, is_exact in lines if not is_exact and len(words) <= longest and words in joined)
    return 2 * found >= whole


def _kept_text(page: Blocks, odds: NDArray[np.float64]) -> str:
    return "\n".join(page.blocks[place].text for place in np.flatnonzero(odds >= ENOUGH).tolist())


def _is_in_doubt(lengths: NDArray[np.int64], odds: NDArray[np.float64]) -> bool:
    """True if for each character that is expected in the article many are expected to be decided wrongly, or kept wrongly."""
    expected = float((lengths * odds).sum())
    wrong = float((lengths * np.minimum(odds, 1 - odds)).sum())
    furniture = float((lengths * (1 - odds))[odds >= ENOUGH].sum())
    return wrong > _MOST_DOUBT * expected or furniture > _MOST_FURNITURE * expected


def _of_trafilatura(tree: HtmlElement, url: str) -> str:
    """What trafilatura's own extractor finds. It is not compared with those of two others (docs/decisions.md)."""
    try:
        document = trafilatura.bare_extraction(tree, url=url, options=_OPTIONS)
    except Exception as error:
        # Any exception: trafilatura runs over arbitrary pages, and one page that breaks it must not stop a pipeline.
        raise Rejected(Reason.UNPARSABLE, f"{type(error).__name__} in trafilatura: {error}"[:200]) from error
    return document.text or "" if isinstance(document, Document) else ""

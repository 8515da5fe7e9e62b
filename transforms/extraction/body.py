"""The body of an article: text by trafilatura, without lines that are no article text."""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterable

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document

from schemas import Reason, Rejected
from transforms.extraction.boilerplate import clean_body, linked_capitals

EXTRACTOR = f"trafilatura {trafilatura.__version__}"

# It logs each page that it finds nothing on; here those become rejects.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_MANY_ELEMENTS = 5_000
"""Above this only trafilatura's own extractor runs: justext, which it compares itself with, takes the square of the paragraphs."""
_SHORT_TEXT = 600
_LONG_LINE = 80
LONGEST_BODY = 500_000
"""Characters beyond which a text is no article: of 1,376 real pages the longest has 39,119, a novel has more."""
_SHORTEST_BODY = 30
_FEWEST_WORDS = 4
"""Below these a text is a label rather than a news flash."""
_WORDS = re.compile(r"\w+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def content_hash(body: str) -> str:
    """Hash of a body's words, 32 hex digits: the same for texts that differ in case, punctuation,
    spacing or width only."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", body).casefold())
    return hashlib.sha256(" ".join(words).encode("utf-8")).hexdigest()[:32]


def word_count(body: str) -> int:
    """Words, with each character for one in the scripts that put no space between words."""
    spaced, characters = _UNSPACED.subn(" ", body)
    return characters + len(_WORDS.findall(spaced))


# -- body ----------------------------------------------------------------------------------------------------------------------------


def extract_body(tree: HtmlElement, url: str, printed_above: Iterable[str | None]) -> str:
    """Article text, one paragraph a line; raises Rejected(NO_TEXT) when there is too little, UNPARSABLE when there is too much."""
    text = _extracted(tree, url, fast=True)
    if not _is_prose(text) and tree.xpath("count(//*)") <= _MANY_ELEMENTS:
        text = _extracted(tree, url, fast=False)
    if len(text) > LONGEST_BODY:
        raise Rejected(Reason.UNPARSABLE, f"{len(text)} characters of text")
    body = clean_body(text, printed_above, linked_capitals(tree, text))
    if len(body) < _SHORTEST_BODY or word_count(body) < _FEWEST_WORDS:
        raise Rejected(Reason.NO_TEXT, f"{len(body)} characters of text")
    return body


def _is_prose(text: str) -> bool:
    """True for a text that is neither a teaser nor a menu: long enough, and most of it in long lines.

    What trafilatura's own extractor finds of that kind is right as often as what it takes after a comparison with two others, and
    takes less time (docs/decisions.md).
    """
    in_long_lines = sum(len(line) for line in text.split("\n") if len(line) >= _LONG_LINE)
    return len(text) >= _SHORT_TEXT and in_long_lines >= len(text) / 2


def _extracted(tree: HtmlElement, url: str, fast: bool) -> str:
    try:
        document = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False, fast=fast)
    except Exception as error:
        # Anything: it runs four libraries over whatever the web holds, a page that breaks one of them is that page's fault, and an
        # exception here would stop a pipeline for it.
        raise Rejected(Reason.UNPARSABLE, f"{type(error).__name__} in trafilatura: {error}"[:200]) from error
    return document.text or "" if isinstance(document, Document) else ""

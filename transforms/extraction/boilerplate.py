"""The lines of an extracted text that are the article's own.

Extraction keeps what stands in the article's column, and there stand other things too: pointers to other stories, calls to subscribe,
photo credits, pull quotes. A text is one paragraph a line, here and everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from lxml.html import HtmlElement

from transforms.extraction.text import element_text
from transforms.extraction.timestamps import find_stamps

_HEAD_LINES = 4
"""Lines among which headline, byline and date line are looked for."""
_LONGEST_NOTICE = 220
"""Characters beyond which a line is prose, whatever it begins with."""
_LONGEST_STAMP = 120
_REPEATED_WORDS = 6
"""Fewer words are repeated for a reason: subheadings, answers of yes and no."""
_PULL_QUOTE_WORDS = 8
_MOST_HOLDERS = 20
"""Lines that a pull quote is compared with."""

_POINTER = re.compile(
    r"^\W*(?:read more|read also|also read|read next|read (?:the )?full (?:story|article)|see also|see "
    r"more|more on this|more from|"
    r"related(?: (?:stories|articles?|news|content|coverage|links?|topics?))?|you may also like"
    r"|don['’]t miss|watch(?: now| live| more| also)?|"
    r"must read|lire aussi|[àa] lire(?: aussi)?|lesen sie (?:auch|mehr)|mehr zum thema|lee también|lea "
    r"también|leer más|leia (?:mais|também)|"
    r"leggi anche|lees ook|läs (?:också|mer|även)|les også|læs også|czytaj (?:też|także|więcej)|zobacz "
    r"(?:też|także)|читайте также)"
    r"\s*(?:[:|»>–—-]|\.{3}|…|$)",
    re.IGNORECASE,
)
"""Lines that lead to another story."""
_CALL = re.compile(
    r"^\W*(?:advertisement(?: \d+)?\W*$|(?:story|article) continues (?:below|after)|click here to "
    r"(?:get|download|subscribe|sign up|join)\b.{0,60}$|"
    r"sign up (?:to|for) (?:our|the|receive|get)\b.{0,80}(?:newsletters?|inbox|alerts?|updates)"
    r"|subscribe (?:to|now|here|for)\b.{0,100}$|"
    r"follow us on\b|join (?:us|our) (?:on|whatsapp|telegram|newsletter)|download (?:the|our) (?:\w+ )?app\b|"
    r"copyright (?:©|\d{4})|©\s?(?:copyright\s)?\d{4}|all rights reserved|enter your email|scroll "
    r"(?:down )?to continue|newsletter abonnieren)",
    re.IGNORECASE,
)
"""Lines that want something of the reader."""
_CREDIT = re.compile(
    r"^\W*(?:(?:file )?(?:photo(?:graph)?|image|picture|foto|bild|crédit photo|photo credit)s?(?: "
    r"credit| by| courtesy(?: of)?)?\s*[:/|©]|©\s)"
    r"[^.!?]{0,100}\W*$|^[^.!?]{0,80}(?:getty images|/reuters|/ap\)|epa-efe|shutterstock|picture "
    r"alliance|imago images)\W*$",
    re.IGNORECASE,
)
"""Lines that say who took a picture."""

_WORDS = re.compile(r"\w+")


def clean_body(text: str, printed_above: Iterable[str | None] = (), linked: Collection[str] = ()) -> str:
    """Extracted text without the lines that are about the article, or another article, rather than of it.

    ``printed_above`` are headline and byline, which are dropped from the first lines; ``linked`` are lines that are one link as a whole.
    Also dropped: pointers to other stories, calls to subscribe, photo credits, capitals promotion, stamps on lines of their own, and
    pull quotes, that is lines that another line holds word for word. If that would leave less than half, the text stays as it is.
    """
    lines = [plain for line in text.split("\n") if (plain := " ".join(line.split()))]
    keys = [_key(line) for line in lines]
    above = {key for printed in printed_above if printed and (key := _key(printed))}
    quotes = _pull_quotes(keys)
    seen: set[str] = set()
    kept = []
    for place, (line, key) in enumerate(zip(lines, keys, strict=True)):
        words = key.count(" ") + 1
        dropped = (
            (place < _HEAD_LINES and (key in above or _is_stamp(line)))
            or (len(line) <= _LONGEST_NOTICE and _is_notice(line, linked))
            or (words >= _REPEATED_WORDS and key in seen)
            or (key in quotes and not line.startswith("- "))
        )
        seen.add(key)
        if not dropped:
            kept.append(line)
    body = "\n".join(kept)
    return body if 2 * len(body) >= len(text) else "\n".join(lines)


def _key(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def _is_stamp(line: str) -> bool:
    """True for a line that holds nothing but stamps and the words that introduce them."""
    if len(line) > _LONGEST_STAMP or not any(char.isdigit() for char in line):
        return False
    rest = len(line) - sum(len(stamp.raw) for _, stamp in find_stamps(line))
    return rest < len(line) * 0.5


def _is_notice(line: str, linked: Collection[str]) -> bool:
    if _POINTER.match(line) or _CALL.match(line) or _CREDIT.search(line):
        return True
    return line in linked and _is_capitals(line)


def _is_capitals(line: str) -> bool:
    return line.upper() == line and line.lower() != line and line.count(" ") >= 3


def _pull_quotes(keys: Sequence[str]) -> frozenset[str]:
    """Those lines, as words, that stand word for word inside a longer line.

    Each line's windows of words are indexed, so that a line is compared only with lines that hold its first words.
    """
    split = {key: key.split() for key in keys}
    holders: dict[tuple[str, ...], list[str]] = {}
    for key, words in split.items():
        for start in range(len(words) - _PULL_QUOTE_WORDS + 1):
            holders.setdefault(tuple(words[start : start + _PULL_QUOTE_WORDS]), []).append(key)
    return frozenset(
        key
        for key, words in split.items()
        if len(words) >= _PULL_QUOTE_WORDS
        for other in holders[tuple(words[:_PULL_QUOTE_WORDS])][:_MOST_HOLDERS]
        if len(other) > len(key) and f" {key} " in f" {other} "
    )


def linked_capitals(tree: HtmlElement, text: str) -> frozenset[str]:
    """The lines of a text that are all capitals, and one link from their first word to their last."""
    capitals = {line for line in text.split("\n") if _is_capitals(line)}
    lines: set[str] = set()
    if not capitals:
        return frozenset()
    for link in tree.iter("a"):
        linked = element_text(link)
        if linked not in capitals:
            continue
        holder = link.getparent()
        while holder is not None and holder.tag in ("strong", "b", "em", "i", "span", "u"):
            holder = holder.getparent()
        if holder is not None and element_text(holder) == linked:
            lines.add(linked)
    return frozenset(lines)

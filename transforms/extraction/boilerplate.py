"""Removes the lines of an extracted text that do not belong to the article.

The column of an article also has pointers to other stories, calls to subscribe, photo credits and pull quotes, and extraction keeps them.
Texts have one paragraph a line, here and everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from lxml.html import HtmlElement

from transforms.extraction.text import element_text
from transforms.extraction.timestamps import find_stamps

_HEAD_LINES = 4
"""Lines at the start that may be headline, byline or date line."""
_LONGEST_NOTICE = 220
"""Characters of a notice. A longer line is prose, however it begins."""
_LONGEST_STAMP = 120
"""Characters of a date line."""
_REPEATED_WORDS = 6
"""Words of a line that is repeated by mistake. Shorter ones are repeated on purpose: subheadings, "yes" and "no"."""
_PULL_QUOTE_WORDS = 8
"""Words of a pull quote, at least."""
_MOST_COMPARED = 20
"""Places in other lines that a possible pull quote is compared with."""

_BIOGRAPHY_LINES, _LONGEST_BIOGRAPHY = 2, 800
"""Lines of a biography at the end of a text, and characters of one."""

_POINTER = re.compile(
    r"^\W*(?:read more|read also|also read|read next|read (?:the )?full (?:story|article)|see also|see more|"
    r"more on this|more from|related(?: (?:stories|articles?|news|content|coverage|links?|topics?))?|"
    r"you may also like|don['’]t miss|watch(?: now| live| more| also)?|must read|lire aussi|[àa] lire(?: aussi)?|"
    r"lesen sie (?:auch|mehr)|mehr zum thema|lee también|lea también|leer más|leia (?:mais|também)|leggi anche|"
    r"lees ook|läs (?:också|mer|även)|les også|læs også|czytaj (?:też|także|więcej)|zobacz (?:też|także)|"
    r"читайте также)\s*(?:[:|»>–—-]|\.{3}|…|$)",
    re.IGNORECASE,
)
"""Lines that lead to another story."""
_CALL = re.compile(
    r"^\W*(?:advertisement(?: \d+)?\W*$|(?:story|article) continues (?:below|after)|"
    r"click here to (?:get|download|subscribe|sign up|join)\b.{0,60}$|"
    r"sign up (?:to|for) (?:our|the|receive|get)\b.{0,80}(?:newsletters?|inbox|alerts?|updates)|"
    r"subscribe (?:to|now|here|for)\b.{0,100}$|follow us on\b|join (?:us|our) (?:on|whatsapp|telegram|newsletter)|"
    r"download (?:the|our) (?:\w+ )?app\b|copyright (?:©|\d{4})|©\s?(?:copyright\s)?\d{4}|all rights reserved|"
    r"enter your email|scroll (?:down )?to continue|newsletter abonnieren)",
    re.IGNORECASE,
)
"""Lines that ask the reader to do something."""
_CREDIT = re.compile(
    r"\W*(?:(?:file )?(?:photo(?:graph)?|image|picture|foto|bild|crédit photo|photo credit)s?(?: credit| by|"
    r" courtesy(?: of)?)?\s*[:/|©]|©\s)[^.!?]{0,100}\W*$|"
    r"[^.!?]{0,80}(?:getty images|/reuters|/ap\)|epa-efe|shutterstock|picture alliance|imago images)\W*$",
    re.IGNORECASE,
)
"""Lines that credit a picture."""

_CLOCK = re.compile(
    r"\W*(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:[:.][0-5]\d)?\s*(?:[ap]\.?\s?m\.?|uhr|h|hrs|kl)?\W*(?:\(?[A-Z]{2,5}\)?)?\W*",
    re.IGNORECASE,
)
"""The clock of a post in a live blog."""
_WORD = re.compile(r"\w+")


def clean_body(text: str, printed_above: Iterable[str | None] = (), linked: Collection[str] = ()) -> str:
    """The text without lines that do not belong to the article.

    Dropped are pointers to other stories, calls to subscribe, photo credits, links in capitals (``linked`` are the lines that are one
    link), repeated lines, pull quotes (lines that are part of another line, word for word), and among the first lines stamps and the
    texts of ``printed_above``, such as headline and byline. If less than half would be left, no line is dropped.
    """
    lines = [plain for line in text.split("\n") if (plain := " ".join(line.split()))]
    words_of_lines = [_WORD.findall(line.casefold()) for line in lines]
    keys = [" ".join(words) for words in words_of_lines]
    above = {key for printed in printed_above if printed and (key := _key(printed))}
    quotes = _pull_quotes(dict(zip(keys, words_of_lines, strict=True)))
    seen: set[str] = set()
    kept = []
    for place, (line, key, words) in enumerate(zip(lines, keys, words_of_lines, strict=True)):
        dropped = (
            (place < _HEAD_LINES and (key in above or _is_stamp(line)))
            or (len(line) <= _LONGEST_NOTICE and _is_notice(line, linked))
            or (len(words) >= _REPEATED_WORDS and key in seen)
            or (key in quotes and not line.startswith("- "))
        )
        seen.add(key)
        if not dropped:
            kept.append(line)
    body = "\n".join(kept)
    return body if 2 * len(body) >= len(text) else "\n".join(lines)


def without_biography(body: str, authors: Iterable[str]) -> str:
    """The text without the lines at its end that begin with the full name of an author: authors do not write about themselves."""
    named = [f" {key} " for author in authors if (key := _key(author))]
    lines = body.split("\n")
    kept = len(lines)
    while named and kept > 1 and len(lines) - kept < _BIOGRAPHY_LINES and _is_about(lines[kept - 1], named):
        kept -= 1
    left = "\n".join(lines[:kept])
    return left if 2 * len(left) >= len(body) else body


def _is_about(line: str, named: Sequence[str]) -> bool:
    first = line.lstrip("*•-–—· ").split()[:2]
    is_name = len(first) == 2 and all(word[:1].isupper() for word in first)
    return is_name and len(line) <= _LONGEST_BIOGRAPHY and any(f" {_key(' '.join(first))} " in words for words in named)


def _key(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _is_stamp(line: str) -> bool:
    """True for a line of stamps and their labels."""
    if len(line) > _LONGEST_STAMP or not any(char.isdigit() for char in line):
        return False
    rest = len(line) - sum(len(stamp.raw) for _, stamp in find_stamps(line))
    return rest < len(line) * 0.5


def _is_notice(line: str, linked: Collection[str]) -> bool:
    if _POINTER.match(line) or _CALL.match(line) or _CREDIT.match(line) or _CLOCK.fullmatch(line):
        return True
    return line in linked and _is_capitals(line)


def _is_capitals(line: str) -> bool:
    return line.upper() == line and line.lower() != line and line.count(" ") >= 3


def _pull_quotes(lines: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Those of the lines, each with its words, that are part of a longer line, word for word.

    The places of each line's first eight words are indexed, and a line is compared only with what stands there.
    """
    split = {key: words for key, words in lines.items() if len(words) >= _PULL_QUOTE_WORDS}
    places: dict[tuple[str, ...], list[tuple[Sequence[str], int]]] = {
        tuple(words[:_PULL_QUOTE_WORDS]): [] for words in split.values()
    }
    # Most passages differ in their first two words from those that are looked up.
    first_words, second_words = {words[0] for words in split.values()}, {words[1] for words in split.values()}
    for words in split.values():
        for start in range(len(words) - _PULL_QUOTE_WORDS + 1):
            if words[start] not in first_words or words[start + 1] not in second_words:
                continue
            listed = places.get(tuple(words[start : start + _PULL_QUOTE_WORDS]))
            if listed is not None and len(listed) < _MOST_COMPARED:
                listed.append((words, start))
    return frozenset(
        key
        for key, words in split.items()
        for other, start in places[tuple(words[:_PULL_QUOTE_WORDS])]
        if len(other) > len(words) and other[start : start + len(words)] == words
    )


def linked_capitals(tree: HtmlElement, text: str) -> frozenset[str]:
    """The lines of a text in capitals that are one link, from the first word to the last."""
    capitals = {line for line in text.split("\n") if len(line) <= _LONGEST_NOTICE and _is_capitals(line)}
    lines: set[str] = set()
    if not capitals:
        return frozenset()
    # By element, each read once: one element may hold thousands of links, and lxml counts its children each time.
    texts: dict[HtmlElement, str | None] = {}
    for link in tree.iter("a"):
        linked = element_text(link, _LONGEST_NOTICE)
        if linked is None or linked not in capitals:
            continue
        holder = link.getparent()
        while holder is not None and holder.tag in ("strong", "b", "em", "i", "span", "u"):
            holder = holder.getparent()
        if holder is None:
            continue
        if holder not in texts:
            texts[holder] = element_text(holder, _LONGEST_NOTICE)
        if texts[holder] == linked:
            lines.add(linked)
    return frozenset(lines)

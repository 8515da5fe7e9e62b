"""Dates that a page prints for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from transforms.extraction.date_labels import Kind, kind_of
from transforms.extraction.locales import Locale
from transforms.extraction.surroundings import (
    LONGEST_BLOCK,
    LONGEST_LINE,
    MOST_DESCENDANTS,
    Surroundings,
    class_and_id,
    has_fewer,
    holders_of,
)
from transforms.extraction.text import element_text
from transforms.extraction.timestamps import Candidate, Stamp, find_stamps, parse_stamp

_LONGEST_LABEL = 50
"""Characters before a stamp that still are its label. A longer text is a sentence that mentions a date."""
_LONGEST_REST = 25
"""Characters beside a stamp in an element that is a date line without being marked as one."""
_MOST_MARKED = 200
"""Elements of a page that are read because they are marked as a date."""
_MOST_LINES = 300
"""Lines with a number on a page in which a stamp is searched."""
_LONGEST_PARAGRAPH = 100
"""Characters of a paragraph that may be a date line."""
_FIRST_PARAGRAPHS = 4
"""Paragraphs that may begin with the date of the article, as press releases do."""
_OPENING = 60
_LONGEST_TABLE = 500
_MOST_WORDS = 6
"""Words beside a stamp in a line that ends like a sentence and is none."""
_FIRST_YEAR = 1990
"""Stamps of people that are older than the web are of something else."""
_HOLDERS = frozenset("time span div p li abbr td dd a em i b small strong h2 h3 h4 h5 h6 font center nobr".split())
_CELLS = frozenset("table tbody tr td".split())
_INLINE = frozenset("span a em i b small strong abbr font".split())
_NO_LINES = frozenset("script style p h1 h2 h3 select option noscript".split())
"""Elements that are no date line."""

_DATED = etree.XPath(
    "body/descendant::*/@itemprop[contains(., 'date')] | body/descendant::*/@property[contains(., 'date')]"
)
_DATE_CLASS = re.compile(r"dates?|time|publi|posted|dateline|meta|info|stamp|fecha|datum|data\b", re.IGNORECASE)
_OTHER_ARTICLES_CLASS = re.compile(
    r"related|comment|respond|recommend|popular|trending|latest|most-?read|newsletter|event", re.IGNORECASE
)
"""Asides that never belong to the article."""
_MACHINE = re.compile(r"(?:19|20)\d\d-\d\d?-\d\d?[T ]\d\d?:\d\d")
_SCRIPT_STAMP = re.compile(
    r"""["']((?:date|first|article|original)?_?publi(?:shed|sh|cation)_?(?:date_?time|date|timestamp|time|at|on)?)\\?["']\s?:\s?"""
    r"""\\?["']([^"'\\]{8,40})\\?["']""",
    re.IGNORECASE,
)
_MOST_OF_SCRIPTS = 2_000_000
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d\d")
_RANGE = re.compile(r"\s*(?:[-–—]|to|until|till|bis|al?|au|до|по)\s*")
_AFTER_OPENING = re.compile(r"\s*[)\]]?\s*[-–—:|/„“\"«»]|\s*[)\]]")


class _Labelled(NamedTuple):
    stamp: Stamp
    kind: Kind | None
    """What the words beside it say."""
    label: str
    """The text between it and the stamp before it."""


def printed_dates(page: Surroundings, locale: Locale, is_dated: bool) -> tuple[list[Candidate], list[Candidate]]:
    """Stamps of publication and stamps of a change, each the most likely first.

    A page that ``is_dated`` (it states a full stamp in its head) is not searched beyond the surroundings of its headline.
    """
    published, modified = _marked_stamps(page, locale)
    more_published, more_modified = _text_stamps(page, locale)
    published += more_published
    if not published and not is_dated:
        published = (
            _script_stamp(page, locale)
            or _opening_stamp(page, locale)
            or _elsewhere(page, locale)
            or _only_time(page, locale)
            or _lone_stamp(page, locale)
        )
    return published, modified + more_modified


def _marked_stamps(page: Surroundings, locale: Locale) -> tuple[list[Candidate], list[Candidate]]:
    """Stamps in microdata on the whole page, and those for machines beside the headline."""
    published: list[Candidate] = []
    modified: list[Candidate] = []
    dated = holders_of(_DATED(page.tree))
    for name, candidates in (("datePublished", published), ("dateCreated", published), ("dateModified", modified)):
        named = (node for node in dated if name in node.get("itemprop", "") or name in node.get("property", ""))
        marked = list(islice(named, _MOST_MARKED))
        for element in marked:
            if len(marked) == 1 or not page.is_aside(element):
                candidates += _stamps_of(element, f"markup itemprop={name}", locale)
    for element in page.beside:
        title = element.get("title")
        if element.tag == "time" or element.get("pubdate") is not None or (title and _MACHINE.search(title)):
            marks, label = class_and_id(element), _label_of(element)
            kind = kind_of(label) or kind_of(marks.replace("-", " ").replace("_", " "))
            if kind != "other":
                # Themes mark the stamp of an article that never changed as both: "entry-date published updated".
                changed = kind_of(label) == "modified" or (kind == "modified" and "published" not in marks)
                candidates = modified if changed else published
                candidates += _stamps_of(element, f"markup <{element.tag}>", locale)
    return published, modified


def _label_of(element: HtmlElement) -> str:
    """The few words before an element on its line."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        before = previous.tail if previous.tail and previous.tail.strip() else element_text(previous, LONGEST_BLOCK)
    else:
        before = parent.text if parent is not None else None
    return f"{(before or '')[-40:]} {(element.text or '')[:20]}"


def _stamps_of(element: HtmlElement, label: str, locale: Locale, is_certain: bool = True) -> list[Candidate]:
    """The best stamp in an element's attributes and text, as a list of at most one."""
    texts = (element.get("datetime"), element.get("content"), element.get("title"), element_text(element, LONGEST_LINE))
    stamps = [stamp for text in texts if text and (stamp := parse_stamp(text, locale.zone, locale.language))]
    # One of them may have the day only, and another the time too.
    best = sorted(stamps, key=lambda stamp: (not stamp.is_full, not stamp.zoned))[:1]
    return [Candidate("markup", label, stamp, is_certain) for stamp in best]


def _text_stamps(page: Surroundings, locale: Locale) -> tuple[list[Candidate], list[Candidate]]:
    """Stamps in short lines of text beside the headline: those with a label of publication first."""
    labelled: list[Candidate] = []
    published: list[Candidate] = []
    modified: list[Candidate] = []
    for line in _short_lines(page, page.beside, locale):
        for stamp, kind, label in _labelled_stamps(line, locale):
            if kind == "modified":
                modified.append(Candidate("page-text", "page-text", stamp))
            elif kind == "published":
                labelled.append(Candidate("page-text", "page-text", stamp, is_certain=True))
            elif kind is None and _may_be_date_line(line, stamp, label):
                published.append(Candidate("page-text", "page-text", stamp))
    return labelled + published, modified


@lru_cache(maxsize=256)  # a line is read again where the first search finds nothing
def _labelled_stamps(line: str, locale: Locale) -> tuple[_Labelled, ...]:
    """Each stamp of a line, with what its label says. The two ends of a range are of an event."""
    found = find_stamps(line, locale.zone, locale.language)
    labelled: list[_Labelled] = []
    end = 0
    for number, (start, stamp) in enumerate(found):
        label = line[end:start]
        if labelled and _RANGE.fullmatch(label):
            labelled[-1] = labelled[-1]._replace(kind=labelled[-1].kind or "other")
            kind: Kind | None = labelled[-1].kind
        else:
            kind = kind_of(label)
        end = start + len(stamp.raw)
        if kind is None and number == len(found) - 1:
            kind = "published" if kind_of(line[end:]) == "published" else None
        labelled.append(_Labelled(stamp, kind, label))
    return tuple(labelled)


def _may_be_date_line(line: str, stamp: Stamp, label: str) -> bool:
    """False for a line that is a sentence, and for days before the web."""
    is_sentence = (
        bool(label.strip())
        and line.endswith((".", "!", "?", "。"))
        and line.count(" ") - stamp.raw.count(" ") > _MOST_WORDS
    )
    return len(label) <= _LONGEST_LABEL and stamp.local.year >= _FIRST_YEAR and not is_sentence


def _short_lines(
    page: Surroundings, elements: list[HtmlElement], locale: Locale, *, without_others: bool = False
) -> list[str]:
    """Texts with a digit: of the outermost elements that contain one short line, then of short paragraphs.

    ``without_others``: not those among other articles.
    """
    lines: list[str] = []
    covered: set[HtmlElement] = set()
    for element in elements:
        if element in covered or element.tag in _NO_LINES:
            continue
        text = page.line_of(element)
        if text is None or not has_fewer(element, MOST_DESCENDANTS):
            continue
        covered.update(element.iter())
        if (
            _DIGIT.search(text)
            and not (without_others and _is_of_others(element))
            and not _is_in_sentence(element)
            and not _is_of_table(element, locale)
        ):
            lines.append(text)
    paragraphs = (element for element in elements if element.tag == "p" and element not in covered)
    texts = ((element, page.line_of(element, _LONGEST_PARAGRAPH)) for element in paragraphs)
    return lines + [
        text
        for element, text in texts
        if text and _DIGIT.search(text) and not (without_others and _is_of_others(element))
    ]


def _script_stamp(page: Surroundings, locale: Locale) -> list[Candidate]:
    """The stamp of publication in the data of the page's scripts, if they all tell one day: they may hold other articles as well."""
    stamps: list[Candidate] = []
    unread = _MOST_OF_SCRIPTS
    for script in page.tree.iter("script"):
        text = (script.text or "")[:unread]
        unread -= len(text)
        if "publi" not in text.lower():
            continue
        for name, value in islice(_SCRIPT_STAMP.findall(text), _MOST_MARKED):
            stamp = parse_stamp(value, locale.zone, locale.language)
            stamps += [Candidate("markup", f"script {name}", stamp, is_certain=True)] if stamp else []
    days = {candidate.stamp.local.date() for candidate in stamps}
    return stamps[:1] if len(days) == 1 else []


def _opening_stamp(page: Surroundings, locale: Locale) -> list[Candidate]:
    """The stamp with which the text of the article begins: "(18.01.2018) Farmers fear", "29.11.2022 - Again"."""
    paragraphs = (element for element in page.beside if element.tag == "p")
    for element in islice(paragraphs, _FIRST_PARAGRAPHS):
        text = (element_text(element) or "").lstrip("([ ")
        stamps = find_stamps(text[:_OPENING], locale.zone, locale.language)
        for start, stamp in stamps if len(stamps) == 1 else []:
            if start == 0 and _AFTER_OPENING.match(text, len(stamp.raw)) and stamp.local.year >= _FIRST_YEAR:
                return [Candidate("page-text", "page-text", stamp)]
    return []


def _lines_of_page(page: Surroundings) -> Iterator[tuple[HtmlElement, str]]:
    """Elements of the page with a short text that has a number."""
    lines = 0
    for element in page.elements:
        if element.tag not in _HOLDERS:
            continue
        text = element.get("datetime") or page.line_of(element)
        if text and len(text) <= LONGEST_LINE and _NUMBER.search(text) and has_fewer(element, MOST_DESCENDANTS):
            lines += 1
            if lines > _MOST_LINES:
                return
            yield element, text


def _elsewhere(page: Surroundings, locale: Locale) -> list[Candidate]:
    """The first stamp on the page whose label says that it is of publication; else the first in an element that its class marks as a date,
    or that contains little else. Asides are skipped."""
    first: list[Candidate] = []
    labelled: list[Candidate] = []
    for element, text in _lines_of_page(page):
        marks = class_and_id(element)
        is_marked = element.tag == "time" or bool(_DATE_CLASS.search(marks))
        for stamp, kind, label in _labelled_stamps(text, locale):
            kind = kind or kind_of(_label_of(element))
            if kind == "published" and len(label) <= _LONGEST_LABEL:
                candidate = Candidate("page-text", "page-text", stamp, is_certain=True)
                if not page.is_aside(element):
                    return [candidate]
                labelled += [] if _is_of_others(element) else [candidate]
            is_alone = len(text) - len(stamp.raw) <= _LONGEST_REST
            if first or not (is_marked or is_alone) or kind is not None or kind_of(marks) == "modified":
                continue
            if _is_of_table(element, locale):
                break
            if page.is_aside(element) or (not is_marked and _is_in_sentence(element)):
                break
            first = [Candidate("markup", f"markup <{element.tag}>", stamp)]
    days = {candidate.stamp.local.date() for candidate in labelled}
    return labelled[:1] if len(days) == 1 else first


def _is_in_sentence(element: HtmlElement) -> bool:
    """True for an element inside running text: a date in bold in a paragraph."""
    parent = element.getparent()
    if element.tag not in _INLINE or parent is None:
        return False
    own = [parent.text, *(child.tail for child in islice(parent, MOST_DESCENDANTS))]
    return sum(len(text.strip()) for text in own if text) > _LONGEST_LABEL


def _only_time(page: Surroundings, locale: Locale) -> list[Candidate]:
    """The stamp of the page's only time element, if it is in the article: that may be in a corner that is marked as a sidebar or teaser."""
    times = list(islice(page.tree.iter("time"), 2))
    if len(times) != 1 or kind_of(class_and_id(times[0])) == "modified" or kind_of(_label_of(times[0])) == "modified":
        return []
    in_article = any(True for _ in times[0].iterancestors("article", "main")) and not _is_of_others(times[0])
    return _stamps_of(times[0], "markup <time>", locale, is_certain=False) if in_article else []


def _is_of_others(element: HtmlElement) -> bool:
    """True for an element among other articles, comments or links of the site."""
    return any(
        holder.tag in ("aside", "nav", "footer") or _OTHER_ARTICLES_CLASS.search(class_and_id(holder))
        for holder in (element, *islice(element.iterancestors(), MOST_DESCENDANTS))
    )


def _is_of_table(element: HtmlElement, locale: Locale) -> bool:
    """True for a cell of a table that has other days as well, or more text than can be read."""
    if element.tag not in _CELLS:
        return False
    table = element if element.tag == "table" else next(element.iterancestors("table"), None)
    if table is None:
        return False
    text = element_text(table, _LONGEST_TABLE)
    stamps = find_stamps(text or "", locale.zone, locale.language)
    return text is None or len({stamp.local.date() for _, stamp in stamps}) > 1


def _lone_stamp(page: Surroundings, locale: Locale) -> list[Candidate]:
    """The one day that is printed near the headline, in asides or not."""
    stamps = [
        stamp
        for line in _short_lines(page, page.near, locale, without_others=True)
        for stamp, kind, label in _labelled_stamps(line, locale)
        if kind in (None, "published") and _may_be_date_line(line, stamp, label)
    ]
    days = {stamp.local.date() for stamp in stamps}
    return [Candidate("page-text", "page-text", stamps[0])] if len(days) == 1 else []

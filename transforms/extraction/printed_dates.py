"""Dates that a page prints for people to read."""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

from transforms.extraction.locales import Locale
from transforms.extraction.surroundings import LONGEST_BLOCK, LONGEST_LINE, MOST_DESCENDANTS, Surroundings, class_and_id
from transforms.extraction.text import element_text
from transforms.extraction.timestamps import Candidate, Stamp, find_stamps, parse_stamp

_LONGEST_LABEL = 50
"""Characters before a stamp that still are its label. A longer text is a sentence that mentions a date."""
_LONGEST_REST = 25
"""Characters beside a stamp in an element that is a date line without being marked as one."""
_MOST_MARKED = 200
"""Elements of a page that are read because they are marked as a date."""
_MOST_LINES = 300
"""Lines with a year on a page in which a stamp is searched."""
_LONGEST_PARAGRAPH = 100
"""Characters of a paragraph that may be a date line."""
_DATE_TAGS = ("time", "span", "div", "p", "li", "abbr", "td", "em", "i", "small", "h2", "h3", "h4")
_NO_LINES = frozenset("script style p a h1 h2 h3 select option noscript".split())
"""Elements that are no date line."""

_DATE_CLASS = re.compile(r"dates?|time|publi|posted|dateline|meta|info|stamp|fecha|datum|data\b", re.IGNORECASE)
_OTHER_ARTICLES_CLASS = re.compile(
    r"related|comment|respond|recommend|popular|trending|latest|most-?read|newsletter|event", re.IGNORECASE
)
"""Asides that never belong to the article."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_MODIFIED = re.compile(
    r"updat|modif|revis|edited|aktualisiert|geändert|stand\b|mis à jour|mise à jour|actualiz|aggiorna|atualiza|bijgewerkt|"
    r"oppdatert|uppdaterad|opdateret|zaktualizow|обновл|изменен|päivitetty|更新",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(
    r"expire|event|copyright|©|born|comment|access(?:ed)?|deadline|valid until|joined|since\b", re.IGNORECASE
)


def printed_dates(page: Surroundings, locale: Locale) -> tuple[list[Candidate], list[Candidate]]:
    """Stamps of publication and stamps of a change, each the most likely first."""
    published, modified = _marked_stamps(page, locale)
    more_published, more_modified = _text_stamps(page, locale)
    published += more_published
    if not published:
        published = _date_element(page, locale) or _only_time(page, locale)
    return published, modified + more_modified


def _marked_stamps(page: Surroundings, locale: Locale) -> tuple[list[Candidate], list[Candidate]]:
    """Stamps in microdata on the whole page, and in time elements beside the headline."""
    published: list[Candidate] = []
    modified: list[Candidate] = []
    dated = page.tree.xpath("//body//*[contains(@itemprop, 'date') or contains(@property, 'date')]")
    for name, candidates in (("datePublished", published), ("dateCreated", published), ("dateModified", modified)):
        named = (node for node in dated if name in node.get("itemprop", "") or name in node.get("property", ""))
        marked = list(islice(named, _MOST_MARKED))
        for element in marked:
            if len(marked) == 1 or not page.is_aside(element):
                candidates += _stamps_of(element, f"markup itemprop={name}", locale)
    for element in page.beside:
        if element.tag == "time" or element.get("pubdate") is not None:
            marks, label = class_and_id(element), _label_of(element)
            if not _NOT_PUBLISHED.search(f"{marks} {label}"):
                # Themes mark the stamp of an article that never changed as both: "entry-date published updated".
                changed = _MODIFIED.search(label) or (_MODIFIED.search(marks) and "published" not in marks)
                candidates = modified if changed else published
                candidates += _stamps_of(element, "markup <time>", locale)
    return published, modified


def _label_of(element: HtmlElement) -> str:
    """The few words before an element on its line."""
    previous = element.getprevious()
    before = element.getparent().text if previous is None else previous.tail or element_text(previous, LONGEST_BLOCK)
    return f"{(before or '')[-40:]} {(element.text or '')[:20]}"


def _stamps_of(element: HtmlElement, label: str, locale: Locale) -> list[Candidate]:
    """The best stamp in an element's attributes and text, as a list of at most one."""
    texts = (element.get("datetime"), element.get("content"), element_text(element, LONGEST_LINE))
    stamps = [stamp for text in texts if text and (stamp := parse_stamp(text, locale.zone, locale.language))]
    # One of them may have the day only, and another the time too.
    best = sorted(stamps, key=lambda stamp: (not stamp.is_full, not stamp.zoned))[:1]
    return [Candidate("markup", label, stamp) for stamp in best]


def _text_stamps(page: Surroundings, locale: Locale) -> tuple[list[Candidate], list[Candidate]]:
    """Stamps in short lines of text beside the headline."""
    published: list[Candidate] = []
    modified: list[Candidate] = []
    for line in _short_lines(page.beside):
        for stamp, label in _labelled_stamps(line, locale):
            candidate = Candidate("page-text", "page-text", stamp)
            if _MODIFIED.search(label):
                modified.append(candidate)
            elif not _NOT_PUBLISHED.search(label) and len(label) <= _LONGEST_LABEL:
                published.append(candidate)
    return published, modified


def _labelled_stamps(line: str, locale: Locale) -> list[tuple[Stamp, str]]:
    """Each stamp of a line, with the text between it and the stamp before it."""
    labelled, end = [], 0
    for start, stamp in find_stamps(line, locale.zone, locale.language):
        labelled.append((stamp, line[end:start]))
        end = start + len(stamp.raw)
    return labelled


def _short_lines(elements: list[HtmlElement]) -> list[str]:
    """Texts with a digit: of the outermost elements that contain one short line, then of short paragraphs."""
    lines: list[str] = []
    covered: set[HtmlElement] = set()
    for element in elements:
        if element in covered or element.tag in _NO_LINES:
            continue
        inside = list(islice(element.iter(), MOST_DESCENDANTS))
        if len(inside) == MOST_DESCENDANTS:
            continue
        if text := element_text(element, LONGEST_LINE):
            covered.update(inside)
            lines.append(text)
    paragraphs = (element for element in elements if element.tag == "p" and element not in covered)
    lines += filter(None, (element_text(element, _LONGEST_PARAGRAPH) for element in paragraphs))
    return [line for line in lines if any(char.isdigit() for char in line)]


def _date_element(page: Surroundings, locale: Locale) -> list[Candidate]:
    """The first stamp on the page in an element that its class marks as a date, or that contains little else; asides are skipped."""
    lines = 0
    for element in page.tree.iter(*_DATE_TAGS):
        if len(list(islice(element.iter(), MOST_DESCENDANTS))) == MOST_DESCENDANTS:
            continue
        text = element.get("datetime") or element_text(element, LONGEST_LINE)
        if not text or len(text) > LONGEST_LINE or not _YEAR.search(text):
            continue
        lines += 1
        if lines > _MOST_LINES:
            break
        marks = class_and_id(element)
        is_marked = element.tag == "time" or bool(_DATE_CLASS.search(marks))
        for stamp, label in _labelled_stamps(text, locale):
            is_alone = len(text) - len(stamp.raw) <= _LONGEST_REST
            if not (is_marked or is_alone) or _MODIFIED.search(f"{marks} {label}") or _NOT_PUBLISHED.search(label):
                continue
            if page.is_aside(element):
                break
            return [Candidate("markup", f"markup <{element.tag}>", stamp)]
    return []


def _only_time(page: Surroundings, locale: Locale) -> list[Candidate]:
    """The stamp of the page's only time element, if it is in the article: that may be in a corner that is marked as a sidebar or teaser."""
    times = list(islice(page.tree.iter("time"), 2))
    if len(times) != 1 or _MODIFIED.search(f"{class_and_id(times[0])} {_label_of(times[0])}"):
        return []
    holders = list(times[0].iterancestors())
    if any(
        holder.tag in ("aside", "nav", "footer") or _OTHER_ARTICLES_CLASS.search(class_and_id(holder))
        for holder in holders
    ):
        return []
    in_article = any(holder.tag in ("article", "main") for holder in holders)
    return _stamps_of(times[0], "markup <time>", locale) if in_article else []

"""Dates printed beside the headline."""

from __future__ import annotations

import re
from itertools import islice

from lxml.html import HtmlElement

from transforms.extraction.surroundings import LONGEST_BLOCK, LONGEST_LINE, MOST_DESCENDANTS, Surroundings, class_and_id
from transforms.extraction.text import element_text
from transforms.extraction.timestamps import Candidate, Stamp, find_stamps, parse_stamp

_LONGEST_LABEL = 50
"""Words before a stamp that still introduce it, rather than being the sentence that it stands in."""
_OTHERS = re.compile(
    r"related|comment|respond|recommend|popular|trending|latest|most-?read|newsletter|event", re.IGNORECASE
)
"""Those of them that are always about other articles."""
_DATE_CLASS = re.compile(r"dates?|time|publi|posted|dateline|meta|info|stamp|fecha|datum|data\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_REST = 25
_UPDATED = re.compile(
    r"updat|modif|revis|edited|aktualisiert|geändert|stand\b|mis à jour|mise à jour|actualiz|aggiorna"
    r"|atualiza|bijgewerkt|oppdatert|"
    r"uppdaterad|opdateret|zaktualizow|обновл|изменен|päivitetty|更新",
    re.IGNORECASE,
)
_NOT_PUBLISHED = re.compile(
    r"expire|event|copyright|©|born|comment|access(?:ed)?|deadline|valid until|joined|since\b", re.IGNORECASE
)


def marked_times(page: Surroundings, zone: str | None) -> tuple[list[Candidate], list[Candidate]]:
    """Stamps in attributes: microdata wherever it stands, time elements beside the headline."""
    published: list[Candidate] = []
    modified: list[Candidate] = []
    dated = page.tree.xpath("//body//*[contains(@itemprop, 'date') or contains(@property, 'date')]")
    for name, held in (("datePublished", published), ("dateCreated", published), ("dateModified", modified)):
        marked = [node for node in dated if name in node.get("itemprop", "") or name in node.get("property", "")]
        for element in marked:
            if len(marked) == 1 or not page.is_aside(element):
                _add(held, f"markup itemprop={name}", element, zone)
    for element in page.beside:
        if element.tag == "time" or element.get("pubdate") is not None:
            marks, label = class_and_id(element), _label_of(element)
            if not _NOT_PUBLISHED.search(f"{marks} {label}"):
                # Themes give a stamp of an article that was never changed both classes: "entry-date published updated".
                changed = _UPDATED.search(label) or (_UPDATED.search(marks) and "published" not in marks)
                _add(modified if changed else published, "markup <time>", element, zone)
    return published, modified


def _label_of(element: HtmlElement) -> str:
    """The few words before an element on its line."""
    previous = element.getprevious()
    before = (
        (previous.tail or element_text(previous, LONGEST_BLOCK) or "")
        if previous is not None
        else (element.getparent().text or "")
    )
    own = element.text or ""
    return f"{before[-40:]} {own[:20]}"


def _add(held: list[Candidate], label: str, element: HtmlElement, zone: str | None) -> None:
    texts = (element.get("datetime"), element.get("content"), element_text(element, LONGEST_LINE))
    stamps = [stamp for text in texts if text and (stamp := parse_stamp(text, zone))]
    if stamps:
        # An attribute may hold the day where the text, or another attribute, has the time too.
        held.append(Candidate("markup", label, min(stamps, key=lambda stamp: (not stamp.is_full, not stamp.zoned))))


def printed_times(page: Surroundings, zone: str | None) -> tuple[list[Candidate], list[Candidate]]:
    published: list[Candidate] = []
    modified: list[Candidate] = []
    for line in _short_lines(page.beside):
        for stamp, label in _labelled_stamps(line, zone):
            if _UPDATED.search(label):
                modified.append(Candidate("page-text", "page-text", stamp))
            elif not _NOT_PUBLISHED.search(label) and len(label) <= _LONGEST_LABEL:
                published.append(Candidate("page-text", "page-text", stamp))
    return published, modified


def _labelled_stamps(line: str, zone: str | None) -> list[tuple[Stamp, str]]:
    """Each stamp of a line with the words between it and the stamp before."""
    labelled, end = [], 0
    for start, stamp in find_stamps(line, zone):
        labelled.append((stamp, line[end:start]))
        end = start + len(stamp.raw)
    return labelled


def _short_lines(elements: list[HtmlElement]) -> list[str]:
    """Texts of the outermost elements that hold one short line with a digit."""
    lines: list[str] = []
    covered: set[HtmlElement] = set()
    for element in elements:
        if element in covered or element.tag in (
            "script",
            "style",
            "p",
            "a",
            "h1",
            "h2",
            "h3",
            "select",
            "option",
            "noscript",
        ):
            continue
        inside = list(islice(element.iter(), MOST_DESCENDANTS))
        if len(inside) == MOST_DESCENDANTS:
            continue
        text = element_text(element, LONGEST_LINE)
        if text:
            covered.update(inside)
            if any(char.isdigit() for char in text):
                lines.append(text)
    paragraphs = (element_text(element, 100) for element in elements if element.tag == "p" and element not in covered)
    lines.extend(text for text in paragraphs if text and any(char.isdigit() for char in text))
    return lines


def dated_elements(page: Surroundings, zone: str | None) -> list[Candidate]:
    """The first stamp outside of asides in an element that speaks of dates in its class, or that holds little else."""
    for element in page.tree.iter("time", "span", "div", "p", "li", "abbr", "td", "em", "i", "small", "h2", "h3", "h4"):
        if len(list(islice(element.iter(), MOST_DESCENDANTS))) == MOST_DESCENDANTS:
            continue
        text = element.get("datetime") or element_text(element, LONGEST_LINE)
        if not text or len(text) > LONGEST_LINE or not _YEAR.search(text):
            continue
        marks = class_and_id(element)
        called = element.tag == "time" or bool(_DATE_CLASS.search(marks))
        for stamp, label in _labelled_stamps(text, zone):
            alone = len(text) - len(stamp.raw) <= _LONGEST_REST
            if (called or alone) and not _UPDATED.search(f"{marks} {label}") and not _NOT_PUBLISHED.search(label):
                if page.is_aside(element):
                    break
                return [Candidate("markup", f"markup <{element.tag}>", stamp)]
    return []


def only_time(page: Surroundings, zone: str | None) -> list[Candidate]:
    """The stamp of a page whose one time element stands in the article, though in a corner that is called a sidebar or a teaser."""
    times = list(islice(page.tree.iter("time"), 2))
    found: list[Candidate] = []
    if len(times) != 1 or _UPDATED.search(f"{class_and_id(times[0])} {_label_of(times[0])}"):
        return found
    holders = list(times[0].iterancestors())
    others = any(holder.tag in ("aside", "nav", "footer") or _OTHERS.search(class_and_id(holder)) for holder in holders)
    if not others and any(holder.tag in ("article", "main") for holder in holders):
        _add(found, "markup <time>", times[0], zone)
    return found

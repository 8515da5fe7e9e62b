"""What is printed beside the headline for people to read: the byline and the date line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from transforms.page_text import LONGEST_HEADLINE, element_text, overlap
from transforms.timestamps import Candidate, Stamp, find_stamps, parse_stamp

_BEFORE, _BEHIND = 60, 140
"""How many elements before and behind the headline count as beside it."""
_LONGEST_LINE = 160
_LONGEST_NAME = 60
_FEW = 6
_LONGEST_BLOCK = 800
"""Characters of an element that may hold a byline among other things."""
_LONGEST_CLASS = 1_000
_MOST_DESCENDANTS = 40
_LONGEST_LABEL = 50
"""Words before a stamp that still introduce it, rather than being the sentence that it stands in."""

_BESIDES = re.compile(
    r"(?:^|[\s_-])(?:related|comments?|comment-\w+|respond|sidebar|side-?bar|widget|footer|nav"
    r"|navigation|menu|teasers?|promo|recommend\w*|"
    r"popular|trending|latest|most-?read|newsletter|breadcrumbs?|carousel|card|ticker|more-?\w*|aside"
    r"|advert\w*|weather|search|copyright)"
    r"(?:[\s_-]|$)",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"related|comment|respond|recommend|popular|trending|latest|most-?read|newsletter|event", re.IGNORECASE
)
"""Those of them that are always about other articles."""
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:by-?lines?|authors?|autore?s?|auteurs?|writers?|reporters?|redakteure?)",
    re.IGNORECASE,
)
_NOT_BYLINE_CLASS = re.compile(
    r"bio|image|img|photo|avatar|social|twitter|follow|email|title|role|desc|date|time|box-?text|comment", re.IGNORECASE
)
_BY = re.compile(
    r"^(?:By|BY|Von|VON|Par|Por|Di|Door|Af|Av|Od|Text|Autor(?:in)?|Auteur|Author|(?:Written|Words|Posted|Reported) by|"
    r"(?:Verfasst|Geschrieben) von|(?:Écrit|Rédigé) par|(?:Escrito|Publicado) por|"
    r"Eine? (?:Artikel|Beitrag|Kommentar|Gastbeitrag|Bericht|Analyse|Interview|Reportage|Kolumne|Essay) von)\s*:?\s+\w.{2,90}$"
)
_LABEL = re.compile(
    r"\W*(?:(?:written |words |posted )?by|von|par|por|door|author|autor(?:in|en)?|auteure?s?|autore|forfatter|författare|автор)\s*:?",
    re.IGNORECASE,
)
"""All that stands in an element whose neighbour holds the names."""
_LABELLED = re.compile(r"^(?:Autor(?:in|en)?|Auteure?s?|Author|Autore|Автор)\s*:\s*\w.{2,80}$")
_DATE_CLASS = re.compile(r"dates?|time|publi|posted|dateline|meta|info|stamp|fecha|datum|data\b", re.IGNORECASE)
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|writers?|journalists?|reporters?|profiles?|people"
    r"|contributors?|by|staff)/[^/?#]+"
)
_LINE_TAGS = frozenset("p span div a h3 h4 h5 address em strong li".split())
_MOST_BYLINES = 8
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What stands beside the headline for people to read."""

    bylines: tuple[str, ...]
    """Lines that may be the byline as printed, the likeliest first."""
    published: tuple[Candidate, ...]
    """Stamps of publication, the likeliest first."""
    modified: tuple[Candidate, ...]
    """Stamps that are called an update."""


def read_beside_headline(tree: HtmlElement, headline: str | None, zone: str | None) -> Printed:
    """Byline and stamps that stand around the headline; where there are none, stamps of elements
    that are called dates."""
    page = _Surroundings(tree, headline)
    published, modified = _marked_times(page, zone)
    printed_published, printed_modified = _printed_times(page, zone)
    published += printed_published
    if not published:
        published = _dated_elements(page, zone) or _only_time(page, zone)
    return Printed(
        bylines=tuple(_bylines(page)),
        published=tuple(published),
        modified=(*modified, *printed_modified),
    )


class _Surroundings:
    """A page around its headline: what stands beside it, and what belongs to other things than the article."""

    def __init__(self, tree: HtmlElement, headline: str | None) -> None:
        self.tree = tree
        elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        anchor = _headline_place(elements, headline)
        # Whatever holds the headline holds the article, whatever its class says: "with-sidebar", "widget-content", "teaser-page".
        self._holders = set(elements[anchor].iterancestors()) if anchor is not None else set()
        self._called_aside: dict[HtmlElement, bool] = {}
        self.beside: list[HtmlElement] = []
        if anchor is not None:
            window = elements[max(0, anchor - _BEFORE) : anchor + _BEHIND]
            self.beside = [element for element in window if not self.is_aside(element)]

    def is_aside(self, element: HtmlElement) -> bool:
        """True for what is inside navigation, comments, teasers, pictures and the like."""
        for holder in (element, *islice(element.iterancestors(), 25)):
            if holder in self._holders or holder.tag in ("body", "html", "main"):
                return False
            if holder not in self._called_aside:
                self._called_aside[holder] = _is_called_aside(holder)
            if self._called_aside[holder]:
                return True
        return False


def _is_called_aside(holder: HtmlElement) -> bool:
    if holder.tag in ("nav", "aside", "figure", "figcaption"):
        return True
    if holder.tag == "footer" and not any(True for _ in holder.iterancestors("article")):
        return True
    return bool(_BESIDES.search(_marks(holder)))


def _headline_place(elements: Sequence[HtmlElement], headline: str | None) -> int | None:
    """Index of the heading that is the headline; None when no heading is like it."""
    headings = [(place, element) for place, element in enumerate(elements) if element.tag in ("h1", "h2", "h3")]
    best, anchor = 0.25, None
    for place, element in headings[:80]:
        text = element_text(element, LONGEST_HEADLINE)
        if not text:
            continue
        alike = (_likeness(text, headline) if headline else 0.0) + (0.3 if element.tag == "h1" else 0.0)
        if alike > best:
            best, anchor = alike, place
    return anchor


def _likeness(text: str, headline: str) -> float:
    """0 to 1: a subheading of two words that stand in the headline is less like it than a headline with a few words changed."""
    longer, shorter = sorted((text.count(" ") + 1, headline.count(" ") + 1), reverse=True)
    return overlap(text, headline) * min(1.0, 2.5 * shorter / longer)


def _marks(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()[:_LONGEST_CLASS]


def _marked_times(page: _Surroundings, zone: str | None) -> tuple[list[Candidate], list[Candidate]]:
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
            marks, label = _marks(element), _label_of(element)
            if not _NOT_PUBLISHED.search(f"{marks} {label}"):
                # Themes give a stamp of an article that was never changed both classes: "entry-date published updated".
                changed = _UPDATED.search(label) or (_UPDATED.search(marks) and "published" not in marks)
                _add(modified if changed else published, "markup <time>", element, zone)
    return published, modified


def _label_of(element: HtmlElement) -> str:
    """The few words before an element on its line."""
    previous = element.getprevious()
    before = (
        (previous.tail or element_text(previous, _LONGEST_BLOCK) or "")
        if previous is not None
        else (element.getparent().text or "")
    )
    own = element.text or ""
    return f"{before[-40:]} {own[:20]}"


def _add(held: list[Candidate], label: str, element: HtmlElement, zone: str | None) -> None:
    texts = (element.get("datetime"), element.get("content"), element_text(element, _LONGEST_LINE))
    stamps = [stamp for text in texts if text and (stamp := parse_stamp(text, zone))]
    if stamps:
        # An attribute may hold the day where the text, or another attribute, has the time too.
        held.append(Candidate("markup", label, min(stamps, key=lambda stamp: (not stamp.is_full, not stamp.zoned))))


def _printed_times(page: _Surroundings, zone: str | None) -> tuple[list[Candidate], list[Candidate]]:
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
        inside = list(islice(element.iter(), _MOST_DESCENDANTS))
        if len(inside) == _MOST_DESCENDANTS:
            continue
        text = element_text(element, _LONGEST_LINE)
        if text:
            covered.update(inside)
            if any(char.isdigit() for char in text):
                lines.append(text)
    paragraphs = (element_text(element, 100) for element in elements if element.tag == "p" and element not in covered)
    lines.extend(text for text in paragraphs if text and any(char.isdigit() for char in text))
    return lines


def _dated_elements(page: _Surroundings, zone: str | None) -> list[Candidate]:
    """The first stamp outside of asides in an element that speaks of dates in its class, or that holds little else."""
    for element in page.tree.iter("time", "span", "div", "p", "li", "abbr", "td", "em", "i", "small", "h2", "h3", "h4"):
        if len(list(islice(element.iter(), _MOST_DESCENDANTS))) == _MOST_DESCENDANTS:
            continue
        text = element.get("datetime") or element_text(element, _LONGEST_LINE)
        if not text or len(text) > _LONGEST_LINE or not _YEAR.search(text):
            continue
        marks = _marks(element)
        called = element.tag == "time" or bool(_DATE_CLASS.search(marks))
        for stamp, label in _labelled_stamps(text, zone):
            alone = len(text) - len(stamp.raw) <= _LONGEST_REST
            if (called or alone) and not _UPDATED.search(f"{marks} {label}") and not _NOT_PUBLISHED.search(label):
                if page.is_aside(element):
                    break
                return [Candidate("markup", f"markup <{element.tag}>", stamp)]
    return []


def _only_time(page: _Surroundings, zone: str | None) -> list[Candidate]:
    """The stamp of a page whose one time element stands in the article, though in a corner that is called a sidebar or a teaser."""
    times = list(islice(page.tree.iter("time"), 2))
    found: list[Candidate] = []
    if len(times) != 1 or _UPDATED.search(f"{_marks(times[0])} {_label_of(times[0])}"):
        return found
    holders = list(times[0].iterancestors())
    others = any(holder.tag in ("aside", "nav", "footer") or _OTHERS.search(_marks(holder)) for holder in holders)
    if not others and any(holder.tag in ("article", "main") for holder in holders):
        _add(found, "markup <time>", times[0], zone)
    return found


def _bylines(page: _Surroundings) -> list[str]:
    """Lines that may be the byline, the likeliest first: by microdata, by class, by link, by their first word."""
    beside = page.beside
    found = [_names_in(element) for element in beside if "author" in (element.get("itemprop") or "").split()]
    for element in beside:
        marks = _marks(element)
        if marks and _BYLINE_CLASS.search(marks) and not _NOT_BYLINE_CLASS.search(marks):
            found.append(_names_in(element))
    linked = (element_text(element, _LONGEST_NAME) for element in beside if _leads_to_author(element))
    found.append(", ".join(dict.fromkeys(text for text in linked if text)))
    for element in beside:
        if element.tag in _LINE_TAGS and len(list(islice(element.iter(), _FEW))) < _FEW:
            text = element_text(element, _LONGEST_LINE)
            if text and _BY.match(text):
                found.append(text)
    found.extend(_behind_labels(beside))
    if not any(found):
        marked = page.tree.xpath("//body//*[@rel='author' or @itemprop='author']")
        found.extend(_names_in(element) for element in marked[:20] if not page.is_aside(element))
    if not any(found):
        found.extend(_labelled(page))
    return [text for text in dict.fromkeys(found) if text and 3 <= len(text) <= _LONGEST_LINE][:_MOST_BYLINES]


def _behind_labels(elements: Iterable[HtmlElement]) -> Iterator[str | None]:
    """What stands behind elements that hold a label alone: ``<b>Author:</b> Jane Doe``, ``<span>By</span><span>Jane Doe</span>``."""
    for element in elements:
        if not _is_label(element):
            continue
        for holder in (element, *islice(element.iterancestors(), 2)):
            if words := " ".join((holder.tail or "").split()).strip(" :|,"):
                yield words if len(words) <= _LONGEST_NAME else None
                break
            following = holder.getnext()
            if following is not None and following.tag == "br":
                if words := " ".join((following.tail or "").split()):
                    yield words if len(words) <= _LONGEST_NAME else None
                    break
                following = following.getnext()
            if following is not None:
                yield element_text(following, _LONGEST_NAME)
                break


def _is_label(element: HtmlElement) -> bool:
    text = element_text(element, _LONGEST_NAME)
    return text is not None and _LABEL.fullmatch(text) is not None


def _labelled(page: _Surroundings) -> Iterator[str | None]:
    """Names that are labelled as the author's anywhere on the page."""
    lines = [element for element in page.tree.iter(*_LINE_TAGS) if len(element) < _FEW]
    for element in lines:
        text = element_text(element, _LONGEST_NAME)
        if text and _LABELLED.match(text) and not page.is_aside(element):
            yield text
    leaves = (element for element in lines if not len(element))
    yield from _behind_labels(leaf for leaf in leaves if _is_label(leaf) and not page.is_aside(leaf))


def _leads_to_author(element: HtmlElement) -> bool:
    return element.tag == "a" and (
        "author" in (element.get("rel") or "").split() or bool(_AUTHOR_PATH.search(element.get("href") or ""))
    )


def _names_in(element: HtmlElement) -> str | None:
    """The text of a byline's element; where it holds several links or names, those with a comma between them."""
    whole = element_text(element, _LONGEST_BLOCK) or element.get("content")
    if not whole:
        return None
    parts = [
        node for node in element.iter() if node is not element and (node.tag == "a" or node.get("itemprop") == "name")
    ]
    texts = list(dict.fromkeys(text for node in parts if (text := element_text(node, _LONGEST_NAME))))
    if not texts and (leaves := _names_in_leaves(element)):
        return ", ".join(leaves)
    if (
        len(texts) > 1
        and all(2 <= len(text.split()) <= 5 for text in texts)
        and sum(map(len, texts)) > len(whole) * 0.6
    ):
        return ", ".join(texts)
    if len(texts) == 1 and whole.replace(texts[0], "").strip() == "":
        return texts[0]
    return whole


def _names_in_leaves(element: HtmlElement) -> list[str]:
    """The texts of an element that holds nothing but elements with a full name each; [] for any other."""
    leaves = [node for node in islice(element.iter(), _MOST_DESCENDANTS) if not len(node) and node is not element]
    texts = [text for node in leaves if (text := element_text(node, _LONGEST_NAME))]
    loose = any((node.text or "").strip() for node in element.iter() if len(node)) or any(
        (node.tail or "").strip(" ,;|·/") for node in element.iter() if node is not element
    )
    full = all(1 <= text.count(" ") <= 3 and text[0].isupper() and text.split()[-1][0].isupper() for text in texts)
    return texts if len(texts) > 1 and full and not loose else []

"""Bylines that a page prints for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from transforms.extraction.agency_names import agency_names
from transforms.extraction.byline_labels import MOST_WORDS, names_writer
from transforms.extraction.byline_tables import without_dates
from transforms.extraction.bylines import read_byline
from transforms.extraction.signatures import are_full_names, is_full_name, signatures
from transforms.extraction.surroundings import (
    LONGEST_BLOCK,
    LONGEST_LINE,
    MOST_DESCENDANTS,
    Surroundings,
    has_fewer,
    holders_of,
    joined,
)
from transforms.extraction.text import element_text

_LONGEST_NAME = 60
_LONGEST_LABEL = 40
_LONGEST_DATED = 90
"""Characters of a line with a date and names."""
_LEAST_DIGITS = 5
"""Digits of a day: a year alone is no date."""
_MOST_BYLINES = 8
_MOST_PARTS = 6
"""An element that is one line has fewer elements than this, itself included."""
_MOST_MARKED = 20
"""Elements of a page that are read because they are marked as its author."""
_MOST_BELOW = 15
"""Elements below the headline in which a line with an agency is looked for."""
_PICTURES = frozenset("img picture figure video iframe svg".split())
_LINE_TAGS = frozenset("p span div a h3 h4 h5 address em strong li small b td".split())

_AUTHORS = etree.XPath("body/descendant::*/@rel[. = 'author'] | body/descendant::*/@itemprop[. = 'author']")
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:by-?lines?|authors?|autore?s?|auteurs?|writers?|reporters?|redakteure?|signature|journalist|"
    r"contributors?|forfatter|skribent|submitted|(?:posted|written)-?by)",
    re.IGNORECASE,
)
_BYLINE_STEM = re.compile(
    "by|author|autor|auteur|writer|reporter|redakteur|signature|journalist|contributor|forfatter|skribent|submitted"
)
"""Letters in all classes that the pattern matches."""
_NOT_BYLINE_CLASS = re.compile(
    r"bio|image|img|photo|avatar|social|twitter|follow|email|title|role|desc|date|time|box-?text|comment", re.IGNORECASE
)
_BY = re.compile(
    r"^(?:By|BY|Von|VON|Par|Por|Di|Door|Af|Av|Od|Text|Autor(?:in)?|Auteur|Author|"
    r"(?:Written|Words|Posted|Reported) by|(?:Verfasst|Geschrieben) von|(?:Écrit|Rédigé) par|"
    r"(?:Escrito|Publicado) por|Eine? (?:Artikel|Beitrag|Kommentar|Gastbeitrag|Bericht|Analyse|Interview|Reportage|"
    r"Kolumne|Essay) von)\s*:?\s+\w.{2,90}$"
)
_AROUND_LABEL = " :：|*•–—-"
_EDGES = _AROUND_LABEL + "".join(filter(str.isspace, map(chr, range(0x3001))))
_DIGIT = re.compile(r"\d")
_SMALL_BY = re.compile(r"(?:by|von|par|por|door|af|av)\s+\S+(?:\s+\S+){0,3}", re.IGNORECASE)
"""What is left of a line with a date: "3 May 2024 by Jane Doe"."""
_PARTS = re.compile(r"\s*[|·•,]\s*|\s+[–—-]\s+")
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|writers?|journalists?|reporters?|profiles?|people|contributors?|by|"
    r"staff)/[^/?#]+"
)


def bylines_beside(page: Surroundings) -> tuple[str, ...]:
    """Lines beside the headline that may be the byline, the most likely first: by microdata, class, link, first word, after a label."""
    return _short(_beside(page))


def bylines_elsewhere(page: Surroundings) -> tuple[str, ...]:
    """Lines of the rest of the page that may be the byline, for a page on which nobody is named so far.

    Elements that are marked as author, else labelled names, else the only byline by its class, else names that sign the article.
    """
    for lines in (_marked, _labelled, _named_once, signatures):
        found = _short(lines(page))
        if any(read_byline(line).people for line in found):
            return found
    return ()


def _short(lines: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(lines) if text and 3 <= len(text) <= LONGEST_LINE)[:_MOST_BYLINES]


def _marked(page: Surroundings) -> Iterator[str | None]:
    marked = holders_of(_AUTHORS(page.tree))[:_MOST_MARKED]
    return (_names_in(element) for element in marked if not page.is_aside(element))


def _beside(page: Surroundings) -> Iterator[str | None]:
    beside = page.beside
    for element in beside:
        itemprop = element.get("itemprop")
        if itemprop and "author" in itemprop.split():
            yield _names_in(element)
    yield from map(_names_in, _marked_by_class(beside))
    linked = (page.line_of(element, _LONGEST_NAME) for element in _author_links(page))
    yield ", ".join(dict.fromkeys(text for text in linked if text))
    below = page.heading not in beside
    labels: list[HtmlElement] = []
    for element in beside:
        below = below or element is page.heading
        text = page.line_of(element)
        if text is None:
            continue
        # Above the headline, names with dates belong to other articles.
        if (
            element.tag in _LINE_TAGS
            and has_fewer(element, _MOST_PARTS)
            and (_BY.match(text) or _is_labelled(text) or (below and _is_dated(text)))
        ):
            yield text
        if _is_label(text):
            labels.append(element)
    yield from _after_labels(labels)
    yield from _agency_below(page)


def _agency_below(page: Surroundings) -> Iterator[str]:
    """A line between the headline and the first picture or paragraph with nothing but an agency, perhaps with a date."""
    if page.heading is None or page.heading not in page.beside:
        return
    names, start = agency_names(), page.beside.index(page.heading) + 1
    for element in page.beside[start : start + _MOST_BELOW]:
        if element.tag in _PICTURES or _is_text(element):
            return
        text = page.line_of(element, _LONGEST_NAME)
        if text and names.names_in(text) and names.agencies_of(without_dates(text, "").strip(" ,|·–—-")):
            yield text


def _marked_by_class(elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    """The elements whose class or id says that they are a byline."""
    for element in elements:
        classes, name = element.get("class"), element.get("id")
        if (classes or name) and _is_byline_mark(classes, name):
            yield element


@lru_cache(maxsize=10_000)
def _is_byline_mark(classes: str | None, name: str | None) -> bool:
    marks = joined(classes, name)
    if not _BYLINE_STEM.search(marks.lower()):
        return False
    return bool(_BYLINE_CLASS.search(marks)) and not _NOT_BYLINE_CLASS.search(marks)


def _author_links(page: Surroundings) -> list[HtmlElement]:
    """Links to pages of authors: those between the headline and the text if there are any. Others may be of other articles."""
    links = [element for element in page.beside if element.tag == "a" and _leads_to_author(element)]
    if len(links) < 2 or page.heading not in page.beside:
        return links
    below = page.beside[page.beside.index(page.heading) :]
    text = next((at for at, element in enumerate(below) if _is_text(element)), len(below))
    own = set(below[:text])
    return [link for link in links if link in own] or links


def _is_text(element: HtmlElement) -> bool:
    """True for a paragraph of the article's text."""
    return element.tag == "p" and len(element_text(element) or "") > _LONGEST_DATED


def _is_labelled(text: str) -> bool:
    """True for a line that begins with the label of a writer: "Author: Jane Doe", "Autoren Jana Muster und Max Muster"."""
    label, colon, names = text.partition(":")
    if colon and len(label) <= _LONGEST_LABEL and names_writer(label.strip(" –—-•*")) and names.strip():
        return True
    first, _, rest = text.partition(" ")
    return len(text) <= _LONGEST_DATED and len(first) > 4 and names_writer(first) and are_full_names(rest)


def _is_dated(text: str) -> bool:
    """True for a line with a date and a name: "11.12.2019 - Jane Doe", "3 May 2024 by jane"."""
    if len(text) > _LONGEST_DATED or len(_DIGIT.findall(text)) < _LEAST_DIGITS:
        return False
    rest = without_dates(text, " | ")
    if rest == text:
        return False
    parts = (part.strip(" .–—-") for part in _PARTS.split(rest))
    left = [part for part in parts if part]
    return len(left) == 1 and (is_full_name(left[0]) or bool(_SMALL_BY.fullmatch(left[0])))


def _named_once(page: Surroundings) -> list[str]:
    """The byline that is marked by its class far from the headline, if all such elements have the same text."""
    texts: set[str] = set()
    for element in _marked_by_class(element for element in page.elements if element.tag in _LINE_TAGS):
        if not page.is_aside(element) and (text := _names_in(element)):
            texts.add(text)
            if len(texts) > 1:
                return []
    return [text for text in texts if any(map(is_full_name, read_byline(text).people))]


def _after_labels(labels: Iterable[HtmlElement]) -> Iterator[str | None]:
    """The texts after labels: ``<b>Author:</b> Jane Doe``, ``<span>By</span><span>Jane Doe</span>``."""
    for element in labels:
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


def _is_label(line: str) -> bool:
    """True if a line is only a label, and the names stand beside it."""
    return len(line) <= _LONGEST_LABEL and names_writer(line.strip(_AROUND_LABEL), also_by=True)


def _may_be_label(text: str) -> bool:
    """False for a text whose line is no label. Most are none, and to make a line of each takes three times as long."""
    words = text.replace("\u00ad", "").strip(_EDGES).split(None, MOST_WORDS)
    return len(words) <= MOST_WORDS and names_writer(" ".join(words), also_by=True)


def _labelled(page: Surroundings) -> Iterator[str | None]:
    """Names that are labelled as author anywhere on the page."""
    lines = [element for element in page.elements if element.tag in _LINE_TAGS and len(element) < _MOST_PARTS]
    with_colon = _with_colon(page)
    for element in lines:
        text = page.line_of(element) if element in with_colon else None
        label, colon, names = (text or "").partition(":")
        if colon and names.strip() and names_writer(label.strip()) and not page.is_aside(element):
            yield text
    labels = (element for element in lines if not len(element) and _may_be_label(element.text or ""))
    yield from _after_labels(
        label for label in labels if (text := page.line_of(label)) and _is_label(text) and not page.is_aside(label)
    )


def _with_colon(page: Surroundings) -> set[HtmlElement]:
    """The elements with a colon after a few words in their text: few have one, and lines of all texts take much more time."""
    found: set[HtmlElement] = set()
    for element in page.elements:
        text, tail = element.text, element.tail
        holder = element if text and ":" in text and _may_end_label(text) else None
        if holder is None and tail and ":" in tail and _may_end_label(tail):
            holder = element.getparent()
        while holder is not None and holder not in found:
            found.add(holder)
            holder = holder.getparent()
    return found


def _may_end_label(text: str) -> bool:
    """False for a text with more words before its first colon than a label has."""
    return len(text.partition(":")[0].split()) <= MOST_WORDS


def _leads_to_author(link: HtmlElement) -> bool:
    return "author" in (link.get("rel") or "").split() or bool(_AUTHOR_PATH.search(link.get("href") or ""))


def _names_in(element: HtmlElement) -> str | None:
    """The text of a byline's element. If it consists of several links or names, these with commas between them."""
    whole = element_text(element, LONGEST_BLOCK)
    if not whole:
        return element.get("content") or None
    names = [element_text(node, _LONGEST_NAME) for node in element.iter() if node.get("itemprop") == "name"]
    named = [name for name in dict.fromkeys(names) if name]
    if named and ("author" in (element.get("itemprop") or "").split() or (len(named) == 1 and is_full_name(named[0]))):
        return ", ".join(named[:_MOST_MARKED])
    parts = [node for node in element.iter() if node is not element and node.tag == "a"]
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
    """The texts of an element in which each element is a full name and nothing stands between them; [] for any other element."""
    leaves = [node for node in islice(element.iter(), MOST_DESCENDANTS) if not len(node) and node is not element]
    texts = [text for node in leaves if (text := element_text(node, _LONGEST_NAME))]
    loose = any((node.text or "").strip() for node in element.iter() if len(node)) or any(
        (node.tail or "").strip(" ,;|·/") for node in element.iter() if node is not element
    )
    full = all(1 <= text.count(" ") <= 3 and text[0].isupper() and text.split()[-1][0].isupper() for text in texts)
    return texts if len(texts) > 1 and full and not loose else []

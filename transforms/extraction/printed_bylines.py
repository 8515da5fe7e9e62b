"""Bylines that a page prints for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from transforms.extraction.surroundings import LONGEST_BLOCK, LONGEST_LINE, MOST_DESCENDANTS, Surroundings, class_and_id
from transforms.extraction.text import element_text

_LONGEST_NAME = 60
_MOST_BYLINES = 8
_MOST_PARTS = 6
"""An element that is one line has fewer elements than this, itself included."""
_MOST_MARKED = 20
"""Elements of a page that are read because they are marked as its author."""
_LINE_TAGS = frozenset("p span div a h3 h4 h5 address em strong li".split())

_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:by-?lines?|authors?|autore?s?|auteurs?|writers?|reporters?|redakteure?)",
    re.IGNORECASE,
)
_NOT_BYLINE_CLASS = re.compile(
    r"bio|image|img|photo|avatar|social|twitter|follow|email|title|role|desc|date|time|box-?text|comment", re.IGNORECASE
)
_BY = re.compile(
    r"^(?:By|BY|Von|VON|Par|Por|Di|Door|Af|Av|Od|Text|Autor(?:in)?|Auteur|Author|"
    r"(?:Written|Words|Posted|Reported) by|(?:Verfasst|Geschrieben) von|(?:Écrit|Rédigé) par|"
    r"(?:Escrito|Publicado) por|Eine? (?:Artikel|Beitrag|Kommentar|Gastbeitrag|Bericht|Analyse|Interview|Reportage|"
    r"Kolumne|Essay) von)\s*:?\s+\w.{2,90}$"
)
_LABEL = re.compile(
    r"\W*(?:(?:written |words |posted )?by|von|par|por|door|author|autor(?:in|en)?|auteure?s?|autore|forfatter|författare|автор)\s*:?",
    re.IGNORECASE,
)
"""The whole text of an element whose neighbour has the names."""
_LABELLED = re.compile(r"^(?:Autor(?:in|en)?|Auteure?s?|Author|Autore|Автор)\s*:\s*\w.{2,80}$")
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|writers?|journalists?|reporters?|profiles?|people|contributors?|by|"
    r"staff)/[^/?#]+"
)


def printed_bylines(page: Surroundings) -> list[str]:
    """Lines that may be the byline, the most likely first: by microdata, by class, by link, by first word, after a label.

    The rest of the page is read only if there are none beside the headline: elements marked as author, then labelled names.
    """
    beside = page.beside
    lines = [_names_in(element) for element in beside if "author" in (element.get("itemprop") or "").split()]
    for element in beside:
        marks = class_and_id(element)
        if marks and _BYLINE_CLASS.search(marks) and not _NOT_BYLINE_CLASS.search(marks):
            lines.append(_names_in(element))
    linked = (element_text(element, _LONGEST_NAME) for element in beside if _leads_to_author(element))
    lines.append(", ".join(dict.fromkeys(text for text in linked if text)))
    for element in beside:
        if element.tag in _LINE_TAGS and len(list(islice(element.iter(), _MOST_PARTS))) < _MOST_PARTS:
            text = element_text(element, LONGEST_LINE)
            if text and _BY.match(text):
                lines.append(text)
    lines.extend(_after_labels(beside))
    if not any(lines):
        marked = page.tree.xpath("//body//*[@rel='author' or @itemprop='author']")
        lines.extend(_names_in(element) for element in marked[:_MOST_MARKED] if not page.is_aside(element))
    if not any(lines):
        lines.extend(_labelled(page))
    return [text for text in dict.fromkeys(lines) if text and 3 <= len(text) <= LONGEST_LINE][:_MOST_BYLINES]


def _after_labels(elements: Iterable[HtmlElement]) -> Iterator[str | None]:
    """The texts after elements that are only a label: ``<b>Author:</b> Jane Doe``, ``<span>By</span><span>Jane Doe</span>``."""
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


def _labelled(page: Surroundings) -> Iterator[str | None]:
    """Names that are labelled as author anywhere on the page."""
    lines = [element for element in page.tree.iter(*_LINE_TAGS) if len(element) < _MOST_PARTS]
    for element in lines:
        text = element_text(element, _LONGEST_NAME)
        if text and _LABELLED.match(text) and not page.is_aside(element):
            yield text
    leaves = (element for element in lines if not len(element))
    yield from _after_labels(leaf for leaf in leaves if _is_label(leaf) and not page.is_aside(leaf))


def _leads_to_author(element: HtmlElement) -> bool:
    return element.tag == "a" and (
        "author" in (element.get("rel") or "").split() or bool(_AUTHOR_PATH.search(element.get("href") or ""))
    )


def _names_in(element: HtmlElement) -> str | None:
    """The text of a byline's element. If it consists of several links or names, these with commas between them."""
    whole = element_text(element, LONGEST_BLOCK)
    if not whole:
        return element.get("content") or None
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
    """The texts of an element in which each element is a full name and nothing stands between them; [] for any other element."""
    leaves = [node for node in islice(element.iter(), MOST_DESCENDANTS) if not len(node) and node is not element]
    texts = [text for node in leaves if (text := element_text(node, _LONGEST_NAME))]
    loose = any((node.text or "").strip() for node in element.iter() if len(node)) or any(
        (node.tail or "").strip(" ,;|·/") for node in element.iter() if node is not element
    )
    full = all(1 <= text.count(" ") <= 3 and text[0].isupper() and text.split()[-1][0].isupper() for text in texts)
    return texts if len(texts) > 1 and full and not loose else []

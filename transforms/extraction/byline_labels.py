"""Labels in bylines: who wrote, and who did something else (``byline_words``).

A label stands before a colon ("Teksti: …, kuvat: …"), or without one before a full name. ``label_kind`` reads any label, also composed ones
("Text und Fotos"). Roles and desks are in ``byline_tables``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

from transforms.extraction.byline_words import LABELS
from transforms.extraction.patterns import any_of

Kind = Literal["writer", "other"]


_ANDS = frozenset(
    "and und et y e i a og och en ja и та і й ve dan và και și si és ir un in & + / dhe na و और 和 與 与 及 ・ of the article de l".split()
)
"""Words between the parts of a composed label."""
_WORD = re.compile(r"[^\s/&+,]+")
_AROUND = " .-–—(*"
_LONGEST_LABEL = 60
MOST_WORDS = 4
"""Words of a label before a name."""


def _phrases(field: str) -> frozenset[str]:
    phrases = {
        " ".join(phrase.split()).casefold()
        for words in LABELS.values()
        for phrase in getattr(words, field).split("|")
        if phrase.strip()
    }
    return frozenset(phrases | {_without_accents(phrase) for phrase in phrases})


def _without_accents(phrase: str) -> str:
    """The phrase as capitals are often printed: "Edition" for "Édition". Only Latin letters have accents that may be left out."""
    flat = "".join(mark for mark in unicodedata.normalize("NFD", phrase) if not unicodedata.combining(mark))
    return flat if flat.isascii() else phrase


WRITERS, OTHERS, BY = _phrases("writers"), _phrases("others"), _phrases("by")
_TOKENS = frozenset(token for phrase in (*WRITERS, *OTHERS, *BY) for token in _WORD.findall(phrase)) | _ANDS
_WRITING = frozenset(token for phrase in (*WRITERS, *BY) for token in _WORD.findall(phrase)) | WRITERS
"""Words of which each label of a writer has one."""


@lru_cache(maxsize=5_000)
def label_kind(label: str) -> Kind | None:
    """Who a label names: a writer, or somebody else; None for an unknown label. A composed label with a writer in it names writers."""
    flat = " ".join(label.split()).casefold().strip(_AROUND)
    if len(flat) > _LONGEST_LABEL:
        return None
    if flat in WRITERS or flat in BY:
        return "writer"
    if flat in OTHERS:
        return "other"
    words = [word for word in _WORD.findall(flat) if word not in _ANDS]
    if any(word in WRITERS for word in words) and (not words or words[-1] not in _EDITORS):
        return "writer"
    return "other" if any(word in OTHERS for word in words) else None


_EDITORS = frozenset("editor editors redakteur redakteurin redaktör redaktør redaktor редактор editora".split())
"""The last word of "Text Editor": not a writer, though a text is named."""


def is_label_word(word: str) -> bool:
    """True for one word of a label, such as "authors"."""
    return word.casefold() in WRITERS or word.casefold() in OTHERS


def labelled_parts(text: str) -> list[tuple[str | None, str]]:
    """The parts of ``Text: Jane Doe, Foto: Max Moe``, each with its label; the label of what stands before the first one is None."""
    pieces = _COLON.split(text)
    parts: list[tuple[str | None, str]] = []
    label: str | None = None
    for piece in pieces[:-1]:
        names, following = _label_at_end(piece)
        parts.append((label, names))
        label = following
    parts.append((label, pieces[-1]))
    return [(label, names) for label, names in parts if names.strip(" ,;/.-–—")]


_COLON = re.compile(r"\s*[:：＝](?![/\d])\s*")


def _label_at_end(text: str) -> tuple[str, str]:
    """What stands before the label that ``text`` ends with, and that label. An unknown label reaches back to the last separator."""
    words = text.split()
    start = len(words)
    while start and all(token.casefold().strip(".()*") in _TOKENS for token in _WORD.findall(words[start - 1])):
        start -= 1
    while start < len(words) and words[start].casefold() in _ANDS:
        start += 1
    if start < len(words) and label_kind(" ".join(words[start:])):
        return " ".join(words[:start]), " ".join(words[start:])
    if re.search(r"[,;/(]", text):
        before, _, after = text.rpartition(max(",;/(", key=text.rfind))
        return before, after.strip()
    # "Author: Jane Doe Layout: …": after a name, one word is the label.
    return (" ".join(words[:-1]), words[-1]) if len(words) > 2 else ("", text.strip())


@cache
def leading_label() -> re.Pattern[str]:
    """Words for "by" and labels of writers in front of a name, without a colon."""
    phrases = {phrase for phrase in BY if len(phrase) > 4 or not phrase.isascii()} | {
        phrase for phrase in WRITERS if not phrase[0].isascii() or phrase in _SAFE
    }
    return re.compile(rf"^{any_of(phrases)}(?:\s+(?=\S+\s+\S)|\s*$)", re.IGNORECASE)


_SAFE = frozenset(
    "autoren autorinnen auteur auteurs "
    "penulis pewarta yazan yazar muhabir szerző forfatter författare skribent kirjoittaja höfundur autorius "
    "avtor autors mwandishi tekst teksti autori autora autorka autoři laporan".split()
) | {"tác giả", "người viết", "bài viết"}
"""Labels in Latin letters that are no names, and so need no colon."""


def names_writer(label: str, *, also_by: bool = False) -> bool:
    """True for the label of an author, and for no other words that lines begin with ("Interview: …"). ``also_by``: "By" counts too."""
    flat = label.casefold()
    bare = flat.strip(_AROUND)
    is_composed = "/" in bare or "," in bare or "&" in bare or "+" in bare
    if _WRITING.isdisjoint(_WORD.findall(bare) if is_composed else bare.split()):
        return False  # as nearly all lines of a page
    flat = " ".join(flat.split())
    return (
        1 < len(flat) <= _LONGEST_LABEL
        and flat.count(" ") < MOST_WORDS
        and _GENRES.isdisjoint((flat, *flat.split()))
        and label_kind(label) == "writer"
        and (also_by or flat not in BY)
    )


_GENRES = frozenset(
    "report story stories interview bericht reportage kommentar analyse essay récit entretien entrevista "
    "crónica reportaje intervista haber röportaj yazı reportagem words written reporting gastbeitrag protokoll "
    "redazione redacción rédaction redação материал haastattelu interjú интервю репортаж ρεπορτάζ συνέντευξη "
    "تقرير حوار گزارش گفتگو रिपोर्ट রিপোর্ট প্রতিবেদন رپورٹ habari ripoti laporan bài 报道 報道 取材 文".split()
)
"""Labels of kinds of articles: in a byline a writer follows, at the beginning of a line mostly a headline."""

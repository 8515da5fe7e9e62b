"""Credits of agencies in the last lines of an article: signatures, sources, and thanks for contributions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas.agencies import Agency
from transforms.extraction.agency_names import AgencyNames, Form
from transforms.extraction.dateline import LONGEST, quoted

_FIRST_LINES, _LAST_LINES = 2, 4
_LEAST_TEXT = 80
"""Characters of a paragraph of text, which may end in an agency in brackets."""
_DAY = re.compile(r"\s+\d{1,2}[./]\s?\d{1,2}[./]\s?(?:\d{2}){0,2}$")
_LONGEST_TAIL = 2_000
"""Characters at the end of a paragraph that may credit an agency."""
_LONGEST_ENDING = 200
"""Characters of an agency's name after the last sentence, with the signs around it."""

PHOTO = re.compile(
    r"\b(?:photo\w*|picture|image\w*|foto\w*|bild(?:er)?|video|getty|graphic|illustration|file|фото|"
    r"symbolbild|snimka|kuva|zdjęci[ea])\b|"
    r"写真|图片|圖片|사진|صور|ภาพ|फोटो|ছবি",
    re.IGNORECASE,
)
"""Words of a photo credit."""
SIGN = Form(
    r"^(?:(?!©|\(c\))\W)*(?:©|\(c\)|copyright\b)[\s\d©,–-]*(?:by\s+|"
    r"copyright\s+)?(?:the\s+)?(?P<agency>{AGENCY})(?!\s*/\s*[A-Z])",
    re.IGNORECASE,
)
"""© 2026 AFP."""
_SOURCE_LINE = Form(
    r"[(（]?(?:\b(?:sources?|quelle|fuentes?|fontes?|fonti|kilder?|källa|bron|źródło|zdroj|lähde|kaynak|"
    r"sumber|nguồn|forrás|sursa|sursă|"
    r"izvor|vir|allikas|avots|šaltinis|heimild|burimi|chanzo|agency|agencia|agência|agence|agentur|ajans|"
    r"источник|джерело|извор|източник|"
    r"агентство|πηγή)|来源|來源|稿源|出典|출처|المصدر|مصدر|منبع|ماخذ|स्रोत|সূত্র|ที่มา)\s*[:：]\s*"
    r"(?:the\s+)?(?P<agency>{AGENCY})",
    re.IGNORECASE,
)
_ACCORDING = Form(r"^\W*theo\s+(?P<agency>{AGENCY})\W*$", re.IGNORECASE)
"""How Vietnamese outlets sign, in a line of its own."""
_FEED = re.compile(
    r"\b(?:published|provided|supplied|distributed|syndicated|transmitted)\s+(?:by|via|from|through)\b|"
    r"\b(?:syndicated|agency|wire)\s+feed\s+from\b|(?<!additional )(?<!with )\breporting by\b|"
    r"\b(?:übernommen von|bereitgestellt von|fourni par|publié par|distribuido por|fornito da)\b",
    re.IGNORECASE,
)
"""Whose copy it is, before the agency's name."""
_CONTRIBUTION = re.compile(
    # "with inputs from", "additional reporting by", "mit Material der", "con información de"
    r"\b(?:(?:with|additional|includes?|including|some|partly)\s+(?:\w+\s+){0,2}?"
    r"(?:inputs?|files?|reports?|reporting|material|contributions?|information|content|details)\s+(?:from|"
    r"by|of)|based (?:in part )?on (?:\w+\s+){0,2}?(?:from|by)|"
    r"(?:mit|unter verwendung von|enthält)\s+(?:\w+\s+){0,2}?(?:\w*material(?:ien)?|informationen)\s+(?:von|der|des)|"
    r"avec (?:des |les )?(?:informations|infos|dépêches) (?:de|d['’])|con (?:información|informes|datos|"
    r"reportes|notas|informazioni) (?:de|di)|"
    r"com (?:informações|dados|agências)(?: d[aeo]s?)?|met (?:informatie|medewerking) van|med (?:material|"
    r"bidrag) (?:från|fra)|"
    r"z wykorzystaniem|na podstawie|s využitím|s přispěním|pe baza|dengan laporan(?: dari)?|katkılarıyla|"
    r"по материалам|с использованием материалов|за матеріалами|за інформацією|по данным|по информации|"
    r"според|prema)\b|"
    # "with AP", "avec AFP", "mit dpa": nothing but an article may stand before the name
    r"(?:^|[\s(,;*+–—-])(?:with|avec|con|com|mit|met|med|и с|з|sa)\s+(?:(?:the|la|le|l['’]|der|die|das|da|a|o)\s*)?$|"
    r"综合|綜合|इनपुट",
    re.IGNORECASE,
)
_WITH = re.compile(r"^\W*(?:with|avec|con|com|mit|met|med)\s+(?=\S)", re.IGNORECASE)
_CONTRIBUTED = Form(
    r"(?:^|[.(—–-]\s*|\b(?:and|the)\s+)(?P<agency>{AGENCY})(?:'s|’s)?\b[^.!?]{0,160}?\b(?:contribut\w+|contribué|"
    r"contribuy\w+|hat beigetragen|haben beigetragen|mitgewirkt)"
)
_CONTRIBUTED_STEMS = ("contrib", "beigetragen", "mitgewirkt")
"""Letters in all texts that the form matches. To find the names of agencies in a paragraph takes much longer."""
_LAST_BRACKET = re.compile(r"[.!?…\"”»。।][\s–—-]*[(（\[](?P<agency>[^()（）\[\]]{2,40})[)）\]]\W*$")
"""After the last sentence: "… on Monday. (dpa/lby)"."""
_LAST_DASH = Form(r"(?:\s(?:--|—|–|-|/|\|)\s?|[.!?…\"”»।]\s?(?:--|—|–|-|/)?\s*)(?P<agency>{AGENCY})\W*$")
"""After the last sentence: "… on Monday. --IANS", "… on Monday. PTI"."""
_AROUND = re.compile(r"^[\s–—-]+|^[(（\[/]\s*|\s*[)）\]/]$|\.$")
_SIGNED_OFF = re.compile(r"^(?:[^\W\d_]{1,5}\s*[/,]\s*){1,2}(?=\S)")
"""Initials of editors before the agency: "abc/PAP"."""


class LineCredit(NamedTuple):
    """An agency in one of the last lines."""

    code: str
    printed: str
    """The line, or its end."""
    contributed: bool
    """True if the agency only contributed to the article."""


def contributes(before: str) -> bool:
    """True if the words before an agency's name say that it only contributed: "… with inputs from"."""
    return _CONTRIBUTION.search(before) is not None


def credits_in(paragraphs: Sequence[str], names: AgencyNames) -> Iterator[LineCredit]:
    """Agencies in the last lines, each with what was printed; those in brackets after the last sentence of any paragraph but the first."""
    for line in paragraphs[-_LAST_LINES:]:
        is_short = len(line) <= LONGEST and not PHOTO.search(line)
        line = line[-_LONGEST_TAIL:]
        bare = _AROUND.sub("", line).strip() if is_short else ""
        signed = _signers(bare, names) if is_short else []
        if signed:
            yield from (LineCredit(agency.code, quoted(line), False) for agency in signed)
        else:
            yield from _after_sentence(line, names)
        thanked = names.finditer(_CONTRIBUTED, line) if any(map(line.__contains__, _CONTRIBUTED_STEMS)) else ()
        for match in thanked:
            if contributor := names.agency_of(match["agency"]):
                yield LineCredit(contributor.code, quoted(line), True)
        if is_short:
            yield from _in_short(line, bare, names)
    for line in paragraphs[1:-_LAST_LINES]:
        if line.endswith((")", "）", "]")) and len(line) >= _LEAST_TEXT:
            yield from _after_sentence(line, names)
    for line in paragraphs[:_FIRST_LINES]:
        if len(line) <= LONGEST:
            parts = (part for part in re.split(r"\s[|–—-]\s|[|•·]", line) if not PHOTO.search(part))
            yield from (found for part in parts for found in _named_as_source(part, names))


def signed_below(lines: Sequence[str], names: AgencyNames) -> Iterator[LineCredit]:
    """Agencies in the lines below the article, which are no part of it: "aja/PAP", "Source: AFP". Other lines there may be anything."""
    for line in lines:
        if len(line) <= LONGEST and not PHOTO.search(line):
            bare = _AROUND.sub("", line).strip()
            for agency in _signers(bare, names):
                yield LineCredit(agency.code, quoted(line), False)
            yield from _named_as_source(line, names)


def _signers(bare: str, names: AgencyNames) -> list[Agency]:
    return names.agencies_of(_SIGNED_OFF.sub("", bare)) or names.agencies_of(bare)


def _after_sentence(line: str, names: AgencyNames) -> Iterator[LineCredit]:
    """Agencies after the last sentence of a paragraph: "… on Monday. (AFP)"."""
    ending = line[-_LONGEST_ENDING:]
    if tail := _LAST_BRACKET.search(ending) or names.search(_LAST_DASH, ending):
        inside = _DAY.sub("", tail["agency"])
        contributed = contributes(inside) or bool(_WITH.match(inside))
        for agency in names.agencies_of(_WITH.sub("", _CONTRIBUTION.sub("", inside)).strip()):
            yield LineCredit(agency.code, quoted(tail[0].lstrip('.!?…"”»。। ')), contributed)


def _named_as_source(line: str, names: AgencyNames) -> Iterator[LineCredit]:
    for form in (SIGN, _SOURCE_LINE, _ACCORDING):
        if (signed := names.search(form, line)) and (signer := names.agency_of(signed["agency"])):
            yield LineCredit(signer.code, quoted(line), False)


def _in_short(line: str, bare: str, names: AgencyNames) -> Iterator[LineCredit]:
    """Sources and thanks in a line of their own."""
    yield from _named_as_source(line, names)
    contribution = _CONTRIBUTION.search(bare) or _WITH.match(bare)
    if found := contribution or _FEED.search(bare):
        givers = re.split(r"\s*(?:[,/&;)]|\band\b|\bund\b|\bet\b|\by\b|\be\b)\s*", bare[found.end() :].rstrip(" .)"))
        for giver in givers:
            if agency := names.agency_of(_ARTICLE.sub("", giver.strip())):
                yield LineCredit(agency.code, quoted(line), contribution is not None)


_ARTICLE = re.compile(
    r"^(?:the|der|die|das|la|le|l['’]|da|do|de|del|della|agência|agencia|agence|agenzia|агентства)\s*", re.IGNORECASE
)

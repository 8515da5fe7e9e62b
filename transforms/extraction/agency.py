"""The news agency whose copy an article is.

Articles mention agencies in many places, and credit them in few. Only places where an agency signs its copy count: the byline, the
dateline, a credit line at the end, an organization in the metadata. "told Reuters", "according to AFP" and "REUTERS/Jane Doe" under a photo
do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.agencies import Agency
from schemas.records import Source
from transforms.extraction.agency_names import AgencyNames, Form, agency_names
from transforms.extraction.dateline import LONGEST, quoted, read_dateline

_LONGEST_LINE = 1_000
"""Characters of a byline, a feed's title or a statement of rights in which agencies are searched. No real one is as long."""
_LONGEST_TAIL = 2_000
"""Characters at the end of a paragraph that may credit an agency."""
_LONGEST_MENTION = 60
"""Characters before a name that may say that it is no credit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCredit:
    """The agency of an article, and the place of its dateline."""

    agency: str | None
    """Code of the agency; None without evidence of one."""
    evidence: tuple[str, ...]
    """Each piece of evidence as ``where: what was printed``, the strongest first. Includes that for other agencies."""
    dateline: str | None
    """Place of the dateline as printed; None without one."""


_PHOTO = re.compile(
    r"\b(?:photo\w*|picture|image\w*|foto\w*|bild(?:er)?|video|getty|graphic|illustration|file|фото|symbolbild)\b|"
    r"写真|图片|圖片|사진",
    re.IGNORECASE,
)
_BY = re.compile(r"^\s*(?:by|von|par|por|di|da|av|af|door|from|source|quelle|автор|作者)\b\s*[:：]?\s*", re.IGNORECASE)

_SIGNED = Form(
    r"(?:^|[/|;+(（\[·•–—]|\s-\s|\bvia\b|\bwith\b|\bof(?: the)?\b|\bfor\b|\band\b|\bund\b|\bet\b|©|\(c\)|"
    r",(?!\s*(?:PA|CNA)\b))\s*(?:the\s+)?({AGENCY})"
    r"(?=\s*(?:$|[/|;,+)）\]·•–—]|\s-\s|(?:(?:\w+\s+){0,2}(?i:staff|writers?|reporters?|correspondents?|editors?|"
    r"news|journalists?)\b)|\band\b|\bund\b))"
)
"""Places where ambiguous initials name an agency. After a comma, PA is a state and CNA is a nurse."""
_ELSEWHERE = re.compile(
    r"\b(?:former(?:ly)?|ex|previously|ehemals|told|according to|cited)\b[\w\s,-]{0,30}$", re.IGNORECASE
)

_SIGN = Form(
    r"^(?:(?!©|\(c\))\W)*(?:©|\(c\)|copyright\b)[\s\d©,–-]*(?:by\s+|copyright\s+)?(?:the\s+)?(?P<agency>{AGENCY})(?!\s*/\s*[A-Z])",
    re.IGNORECASE,
)
_SOURCE_LINE = Form(
    r"[(（]?\b(?:source|quelle|fuente|fonte|kilde|källa|bron|źródło|zdroj|lähde|kaynak|sumber|источник|джерело|"
    r"来源|來源|出典)\s*[:：]\s*"
    r"(?:the\s+)?(?P<agency>{AGENCY})",
    re.IGNORECASE,
)
_INPUTS = re.compile(
    r"\b(?:(?:with|additional)\s+(?:\w+\s+){0,2}?(?:inputs?|files?|reports?|reporting|material|contributions?|"
    r"information|content)\s+(?:from|by)|"
    r"mit material (?:von|der)|con información de|com informações d[aeo]|^(?:avec|con|with)|"
    r"(?:published|provided|supplied|distributed|syndicated)\s+(?:by|via|from)|(?:syndicated|agency|"
    r"wire)\s+feed\s+from|"
    r"reporting by)\s+(?P<names>.{2,120})$",
    re.IGNORECASE,
)
_LAST_BRACKET = re.compile(r"[.!?\"”»。]\s*[(（\[](?P<agency>[^()（）\[\]]{2,40})[)）\]]\W*$")
"""After the last sentence: "… on Monday. (dpa/lby)"."""
_LAST_DASH = Form(r"\s(?:--|—|/)\s?(?P<agency>{AGENCY})\W*$")
"""After the last sentence: "… on Monday. --IANS"."""
_CONTRIBUTED = Form(
    r"(?:^|[.(—–-]\s*|\b(?:and|the)\s+)(?P<agency>{AGENCY})(?:'s|’s)?\b[^.!?]{0,160}?\b(?:contribut\w+|contribué|"
    r"contribuy\w+|hat beigetragen|mitgewirkt)"
)


def find_agency(
    *,
    source: Source,
    byline: str | None,
    body: str,
    organizations: Sequence[str] = (),
    rights: str | None = None,
    credit: str | None = None,
    agencies: tuple[Agency, ...] = (),
) -> AgencyCredit:
    """Finds the agency of an article, the evidence for it, and the place of the dateline.

    ``body`` has one paragraph per line. ``organizations`` are the Organizations among author, creator and sourceOrganization in JSON-LD.
    ``credit`` is the name in the feed's source element. ``agencies`` are the user's own, besides the known ones. The first of these places
    that names an agency decides: the agency of the source, byline, dateline, credit line, JSON-LD, feed, rights.
    """
    names = agency_names(agencies)
    paragraphs = [line.strip() for line in body.split("\n") if line.strip()]
    dateline = read_dateline(paragraphs, names)
    found: list[tuple[str, str]] = []
    if source.agency:
        found.append((source.agency, "source: declared"))
    found += [(agency.code, f"byline: {printed}") for agency, printed in _in_byline(byline or "", names)]
    found += [(agency.code, f"dateline: {dateline.printed}") for agency in dateline.agencies]
    found += [(agency.code, f"credit: {printed}") for agency, printed in _in_credits(paragraphs, names)]
    found += [(agency.code, f"json-ld: {quoted(name)}") for name in organizations if (agency := names.agency_of(name))]
    found += [(agency.code, f"feed: {quoted(credit)}") for agency in _in_title(credit or "", names)]
    found += [(agency.code, f"rights: {quoted(rights)}") for agency in _in_rights(rights or "", names)]
    kept = [
        (code, place) for code, place in found if place == "source: declared" or not _is_own_name(code, source, names)
    ]
    return AgencyCredit(
        agency=kept[0][0] if kept else None,
        evidence=tuple(dict.fromkeys(place for _, place in kept)),
        dateline=dateline.place,
    )


def _is_own_name(code: str, source: Source, names: AgencyNames) -> bool:
    """True when an outlet has the initials of an agency (CNA of Singapore, TT of Innsbruck). Then its own name is no credit."""
    agency = names.agencies.get(code)
    return source.kind == "outlet" and agency is not None and source.name in agency.ambiguous


def _in_byline(byline: str, names: AgencyNames) -> Iterator[tuple[Agency, str]]:
    printed = quoted(byline)
    line = _BY.sub("", _one_line(byline))
    for part in re.split(r"[;|\n]", line):
        if _PHOTO.match(part.strip()):
            line = line.replace(part, "")
    if whole := names.agency_of(line):
        yield whole, printed
        return
    spots = [(match.start(), agency) for agency, match in names.agencies_in(line)]
    spots += [
        (match.start(1), agency) for match in names.finditer(_SIGNED, line) if (agency := names.agency_of(match[1]))
    ]
    # "Jane Doe AP": initials in capitals after a name that is not in capitals.
    spots += [
        (match.start(1), agency)
        for match in re.finditer(r"[a-z]\s+([A-Z]{2,4})$", line)
        if (agency := names.agency_of(match[1])) and not line.endswith(", " + match[1])
    ]
    for start, agency in sorted(spots, key=lambda spot: spot[0]):
        if not _ELSEWHERE.search(line[max(0, start - _LONGEST_MENTION) : start]):
            yield agency, printed


def _in_credits(paragraphs: Sequence[str], names: AgencyNames) -> Iterator[tuple[Agency, str]]:
    """Agencies in the last lines: signatures, sources and thanks."""
    for line in paragraphs[-4:]:
        short = len(line) <= LONGEST
        line = line[-_LONGEST_TAIL:]
        if tail := _LAST_BRACKET.search(line) or names.search(_LAST_DASH, line):
            for agency in names.agencies_of(tail["agency"]):
                yield agency, quoted(tail[0].lstrip('.!?"”»。 '))
        for match in names.finditer(_CONTRIBUTED, line):
            if contributor := names.agency_of(match["agency"]):
                yield contributor, quoted(line)
        if not short or _PHOTO.search(line):
            continue
        bare = re.sub(r"^[\s–—-]+|^[(（\[]\s*|\s*[)）\]]$|\.$", "", line).strip()
        for agency in names.agencies_of(bare):
            yield agency, quoted(line)
        for form in (_SIGN, _SOURCE_LINE):
            if (signed := names.search(form, line)) and (signer := names.agency_of(signed["agency"])):
                yield signer, quoted(line)
        if inputs := _INPUTS.search(bare):
            givers = re.split(r"\s*(?:[,/&;)]|\band\b|\bund\b|\bet\b|\by\b)\s*", inputs["names"].rstrip(" .)"))
            yield from ((source, quoted(line)) for giver in givers if (source := names.agency_of(giver)))


def _in_title(credit: str, names: AgencyNames) -> Iterator[Agency]:
    """The agency at the beginning of a feed's title, such as "AP News: Top Stories"."""
    first = re.split(r"\s*[:|–—]\s*|\s-\s", _one_line(credit))[0]
    if agency := names.agency_of(credit) or names.agency_of(first):
        yield agency


def _in_rights(rights: str, names: AgencyNames) -> Iterator[Agency]:
    line = _one_line(rights)
    if whole := names.agency_of(line):
        yield whole
        return
    yield from (agency for agency, _ in names.agencies_in(line))
    if (match := names.search(_SIGN, line)) and (agency := names.agency_of(match["agency"])):
        yield agency


def _one_line(text: str) -> str:
    """The beginning of a text on one line."""
    return " ".join(text[: 2 * _LONGEST_LINE].split())[:_LONGEST_LINE]

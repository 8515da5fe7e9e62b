"""The news agency whose copy an article is.

Articles mention agencies in many places, and credit them in few. Only places where an agency signs its copy count: the byline, the
dateline, a credit line at the end, an organization in the metadata. "told Reuters", "according to AFP" and "REUTERS/Jane Doe" under a photo
do not count. "With reporting by AP" is evidence that an agency contributed, and does not make the article its copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas import Source
from schemas.agencies import Agency
from transforms.extraction.agency_credits import PHOTO, SIGN, contributes, credits_in, signed_below
from transforms.extraction.agency_names import AgencyNames, Form, agency_names
from transforms.extraction.dateline import quoted, read_dateline

_LONGEST_LINE = 1_000
"""Characters of a byline, a feed's title or a statement of rights in which agencies are searched. No real one is as long."""
_DECLARED = "source: declared"
_LONGEST_MENTION = 60
"""Characters before a name that may say that it is no credit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCredit:
    """The agency of an article, and the place of its dateline."""

    agency: str | None
    """Code of the agency; None without evidence of one."""
    evidence: tuple[str, ...]
    """Each piece of evidence as ``where: what was printed``, the strongest first. Includes that for other agencies, and contributions."""
    dateline: str | None
    """Place of the dateline as printed; None without one."""


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


def find_agency(
    *,
    source: Source,
    byline: str | None,
    body: str,
    below: Sequence[str] = (),
    credits: Sequence[str] = (),
    organizations: Sequence[str] = (),
    rights: str | None = None,
    credit: str | None = None,
    agencies: tuple[Agency, ...] = (),
) -> AgencyCredit:
    """Finds the agency of an article, the evidence for it, and the place of the dateline.

    ``body`` has one paragraph per line, ``below`` are the lines of the page that follow it. ``credits`` are the organizations and desks
    that the byline's place names, ``organizations`` the Organizations among author, creator and sourceOrganization in JSON-LD. ``credit``
    is the name in the feed's source element. ``agencies`` are the user's own, besides the known ones. The first of these places that names
    an agency decides: the agency of the source, byline, dateline, credit line, JSON-LD, feed, rights. An agency that only contributed
    decides nothing.
    """
    names = agency_names(agencies)
    paragraphs = [line.strip() for line in body.split("\n") if line.strip()]
    dateline = read_dateline(paragraphs, names)
    in_byline = list(_in_byline(byline or "", names))
    in_lines = [*credits_in(paragraphs, names), *signed_below(below, names)]
    found: list[tuple[str, str]] = []
    if source.agency:
        found.append((source.agency, _DECLARED))
    found += [(agency.code, f"byline: {quoted(byline)}") for agency, contributed in in_byline if not contributed]
    in_credits = [(agency.code, f"byline: {name}") for name in credits if (agency := names.agency_of(name))]
    found += [(code, place) for code, place in in_credits if code not in {agency.code for agency, _ in in_byline}]
    found += [(agency.code, f"dateline: {dateline.printed}") for agency in dateline.agencies]
    found += [(code, f"credit: {printed}") for code, printed, contributed in in_lines if not contributed]
    found += [(agency.code, f"json-ld: {quoted(name)}") for name in organizations if (agency := names.agency_of(name))]
    found += [(agency.code, f"feed: {quoted(credit)}") for agency in _in_title(credit or "", names)]
    found += [(agency.code, f"rights: {quoted(rights)}") for agency in _in_rights(rights or "", names)]
    kept = [(code, place) for code, place in found if place == _DECLARED or not _is_own_name(code, source, names)]
    contributions = [f"contribution: {quoted(byline)}" for _, contributed in in_byline if contributed]
    contributions += [f"contribution: {printed}" for _, printed, contributed in in_lines if contributed]
    return AgencyCredit(
        agency=kept[0][0] if kept else None,
        evidence=tuple(dict.fromkeys([*(place for _, place in kept), *contributions])),
        dateline=dateline.place,
    )


def _is_own_name(code: str, source: Source, names: AgencyNames) -> bool:
    """True when an outlet has the initials of an agency (CNA of Singapore, TT of Innsbruck). Then its own name is no credit."""
    agency = names.agencies.get(code)
    return source.kind == "outlet" and agency is not None and source.name in agency.ambiguous


def _in_byline(byline: str, names: AgencyNames) -> Iterator[tuple[Agency, bool]]:
    """The agencies that a byline credits, each with True if it only contributed: "Jane Doe with AP"."""
    line = _BY.sub("", _one_line(byline))
    for part in re.split(r"[;|\n]", line):
        if PHOTO.match(part.strip()):
            line = line.replace(part, "")
    if whole := names.agency_of(line):
        yield whole, False
        return
    spots = [
        (match.start(), agency)
        for agency, match in names.agencies_in(line)
        if not _abbreviates(match[0], line[: match.start()])
    ]
    spots += [
        (match.start(1), agency)
        for match in names.finditer(_SIGNED, line)
        if (agency := names.agency_of(match[1])) and not _abbreviates(match[1], line[: match.start(1)])
    ]
    # "Jane Doe AP": initials in capitals after a name that is not in capitals.
    spots += [
        (match.start(1), agency)
        for match in re.finditer(r"[a-z]\s+([A-Z]{2,4})$", line)
        if (agency := names.agency_of(match[1])) and not line.endswith(", " + match[1])
    ]
    contributed = False
    for start, agency in sorted(spots, key=lambda spot: spot[0]):
        before = line[max(0, start - _LONGEST_MENTION) : start]
        contributed = contributed or contributes(before)
        if not _ELSEWHERE.search(before):
            yield agency, contributed


def _abbreviates(initials: str, before: str) -> bool:
    """True for the initials in brackets of the words before them: "Armed Forces of the Philippines (AFP)"."""
    if not before.endswith(("(", "（", "[")):
        return False
    words = [word for word in re.findall(r"\w+", before) if word[0].isupper()]
    return "".join(word[0] for word in words[-len(initials) :]).casefold() == initials.casefold()


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
    if (match := names.search(SIGN, line)) and (agency := names.agency_of(match["agency"])):
        yield agency


def _one_line(text: str) -> str:
    """The beginning of a text on one line."""
    return " ".join(text[: 2 * _LONGEST_LINE].split())[:_LONGEST_LINE]

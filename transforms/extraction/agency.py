"""Whose copy it is: the news agency of an article, from what is printed around it.

Agencies are credited in few places and mentioned in many. Only a place where copy is signed counts: the byline, the dateline, a credit line
at the end, an organization in the metadata. "told Reuters", "according to AFP" and "REUTERS/Jane Doe" under a photo sign nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.agencies import AGENCIES, Agency
from schemas.records import Source
from transforms.extraction import patterns
from transforms.extraction.agency_names import agencies_in, agency_of, name_pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCredit:
    """Whose copy an article is, and where it was written."""

    agency: str | None
    """Code of the agency; None when nothing is evidence of one."""
    evidence: tuple[str, ...]
    """Each piece of evidence as ``where: what was printed``, the strongest first; the other agencies' too."""
    dateline: str | None
    """Place of the dateline as printed; None without one."""


_LONGEST = 160
"""Characters of a print that evidence quotes, and of a first paragraph in which a dateline is looked for."""

_ANY = name_pattern()
_PHOTO = re.compile(
    r"\b(?:photo\w*|picture|image\w*|foto\w*|bild(?:er)?|video|getty|graphic|illustration|file|фото|symbolbild)\b|"
    r"写真|图片|圖片|사진",
    re.IGNORECASE,
)
_BY = re.compile(r"^\s*(?:by|von|par|por|di|da|av|af|door|from|source|quelle|автор|作者)\b\s*[:：]?\s*", re.IGNORECASE)

# Where initials that mean other things too are an agency's. After a comma PA and CNA are a state and a nurse.
_SIGNED = re.compile(
    rf"(?:^|[/|;+(（\[·•–—]|\s-\s|\bvia\b|\bwith\b|\bof(?: the)?\b|\bfor\b|\band\b|\bund\b|\bet\b|©|\(c\)|"
    rf",(?!\s*(?:PA|CNA)\b))\s*(?:the\s+)?({_ANY})"
    r"(?=\s*(?:$|[/|;,+)）\]·•–—]|\s-\s|(?:(?:\w+\s+){0,2}(?i:staff|writers?|reporters?|correspondents?|editors?|"
    r"news|journalists?)\b)|\band\b|\bund\b))"
)
_ELSEWHERE = re.compile(
    r"\b(?:former(?:ly)?|ex|previously|ehemals|told|according to|cited)\b[\w\s,-]{0,30}$", re.IGNORECASE
)

_MONTH = rf"{patterns.month()}(?![^\W\d_])\.?"
_YEAR = r"(?:,?\s+(?:de\s+)?\d{4})?(?:\s*г\.?)?"
_DATE = rf"(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?{_MONTH}){_YEAR}"
_END = r"(?:\s*[–—]|\s*-{2}|\.\s*[-–—]+|\s-(?=\s)|:(?=\s))"
_DATED = re.compile(rf"^(?P<place>.*?)[\s,]*(?P<date>{_DATE})[\s,.]*$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?P<place>[^\d,]+),\s*\d{1,2}\s\S+$")
"""A date in a script whose months are not listed."""
_BRACKETED = re.compile(
    rf"^(?P<head>[^()\[\]\n]{{0,70}}?)[\s,]*[(\[](?P<agency>[^()\[\]\n]{{2,40}})[)\]](?P<end>{_END})?"
)
_SLASHED = re.compile(r"^(?P<head>[^/\n]{2,60}?)[\s,]*/(?P<agency>[^/\n]{2,30})/(?P<end>)")
_DASHED = re.compile(rf"^(?P<head>[^()\[\]\n]{{2,70}}?)(?P<end>{_END})\s*(?:(?P<agency>{_ANY})\s*[.–—-])?")
_AGENCY_FIRST = re.compile(
    rf"^\((?P<agency>[^()\n]{{2,30}})\)\s*[-–—]+\s*(?P<place>[^()\n–—\d]{{2,50}}?)[\s,]*(?:{_DATE})?\s*[-–—]\s",
    re.IGNORECASE,
)
_EAST = (
    # （新华社北京2月1日电） 【共同社東京1日電】 新华社北京电
    re.compile(
        rf"^[（【(\[]?\s*(?P<agency>{_ANY})(?P<place>[^\d记記电電讯訊（）()【】\s]{{0,8}})[^（）()【】\n]{{0,20}}?(?:[电電讯訊]|"
        rf"[）】\])])"
    ),
    # 【ワシントン共同】 【パリＡＦＰ＝時事】 (서울=연합뉴스) 【ソウル＝小池和樹】
    re.compile(
        rf"^[（【(\[]\s*(?P<place>[^\d（）()【】＝=\s]{{1,12}}?)\s"
        rf"*[＝=]?\s*(?P<agency>{_ANY})[^（）()【】\n]{{0,12}}[）】)\]]"
    ),
    re.compile(r"^【(?P<place>[^\d（）()【】＝=\s]{1,12})[＝=][^（）()【】\n]{2,12}】"),
)
_NO_PLACE = frozenset(
    "breaking exclusive watch update updated opinion analysis review video photos photo live warning note editor "
    "editors correction fact explainer "
    "interview preview recap related read advertisement story spoiler alert more what who why how when where which "
    "this these that "
    "a an to in on at if it is for from with and but my our your you we i he she they editorial column comment "
    "commentary podcast report "
    "sponsored promoted question answer score final news today tips sources summary abstract background objective "
    "must see here there".split()
)

_SIGN = re.compile(
    rf"^\W*(?:©|\(c\)|copyright\b)[\s\d©,–-]*(?:by\s+|copyright\s+)?(?:the\s+)?(?P<agency>{_ANY})(?!\s*/\s*[A-Z])",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(
    rf"[(（]?\b(?:source|quelle|fuente|fonte|kilde|källa|bron|źródło|zdroj|lähde|kaynak|sumber|источник|джерело|"
    rf"来源|來源|出典)\s*[:：]\s*"
    rf"(?:the\s+)?(?P<agency>{_ANY})",
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
_BEHIND = re.compile(
    rf"(?:[.!?\"”»。]\s*[(（\[](?P<bracket>[^()（）\[\]]{{2,40}})[)）\]]|\s(?:--|—|/)\s?(?P<dash>{_ANY}))\W*$"
)
"""What stands behind the last sentence: "… on Monday. (dpa/lby)", "… on Monday. --IANS"."""
_CONTRIBUTED = re.compile(
    rf"(?:^|[.(—–-]\s*|\b(?:and|the)\s+)(?P<agency>{_ANY})(?:'s|’s)?\b[^.!?]{{0,160}}?\b(?:contribut\w+|contribué|"
    rf"contribuy\w+|hat beigetragen|mitgewirkt)"
)


def find_agency(
    *,
    source: Source,
    byline: str | None,
    body: str,
    organizations: Sequence[str] = (),
    rights: str | None = None,
    credit: str | None = None,
) -> AgencyCredit:
    """The agency whose copy an article is, all the evidence for it, and the place of its dateline.

    ``body`` is one paragraph a line. ``organizations`` are the Organizations among JSON-LD's author, creator and sourceOrganization;
    ``credit`` is the name in the feed's source element. Stronger places win: what the source declares, then byline, dateline, credit line,
    JSON-LD, feed, rights.
    """
    paragraphs = [line.strip() for line in body.split("\n") if line.strip()]
    place, wires, dateline = _dateline(paragraphs)
    found: list[tuple[str, str]] = []
    if source.agency:
        found.append((source.agency, "source: declared"))
    found += [(agency.code, f"byline: {printed}") for agency, printed in _in_byline(byline or "")]
    found += [(agency.code, f"dateline: {dateline}") for agency in wires]
    found += [(agency.code, f"credit: {printed}") for agency, printed in _in_credits(paragraphs)]
    found += [(agency.code, f"json-ld: {_quoted(name)}") for name in organizations if (agency := agency_of(name))]
    found += [(agency.code, f"feed: {_quoted(credit)}") for agency in _in_title(credit or "") if credit]
    found += [(agency.code, f"rights: {_quoted(rights)}") for agency in _in_rights(rights or "") if rights]
    kept = [(code, print_) for code, print_ in found if print_ == "source: declared" or not _is_own_name(code, source)]
    return AgencyCredit(
        agency=kept[0][0] if kept else None, evidence=tuple(dict.fromkeys(p for _, p in kept)), dateline=place
    )


def _is_own_name(code: str, source: Source) -> bool:
    """True when an outlet happens to have an agency's initials (CNA of Singapore, TT of Innsbruck): its own name is no credit."""
    agency = AGENCIES.get(code)
    return source.kind == "outlet" and agency is not None and source.name in agency.ambiguous


def _in_byline(byline: str) -> Iterator[tuple[Agency, str]]:
    printed = _quoted(byline)
    line = _BY.sub("", " ".join(byline.split()))
    for part in re.split(r"[;|\n]", line):
        if _PHOTO.match(part.strip()):
            line = line.replace(part, "")
    if whole := agency_of(line):
        yield whole, printed
        return
    spots = [(match.start(), agency) for agency, match in agencies_in(line)]
    spots += [(match.start(1), agency) for match in _SIGNED.finditer(line) if (agency := agency_of(match[1]))]
    # "JANE DOE AP": initials in capitals behind a name that is not.
    spots += [
        (match.start(1), agency)
        for match in re.finditer(r"[a-z]\s+([A-Z]{2,4})$", line)
        if (agency := agency_of(match[1])) and not line.endswith(", " + match[1])
    ]
    for start, agency in sorted(spots, key=lambda spot: spot[0]):
        if not _ELSEWHERE.search(line[:start]):
            yield agency, printed


def _dateline(paragraphs: Sequence[str]) -> tuple[str | None, list[Agency], str]:
    """Place, agencies and print of the dateline in the first paragraph; in the second if the first is only a byline."""
    for paragraph in paragraphs[:2]:
        head = paragraph[:_LONGEST]
        place, wires, printed = _western(head)
        if not wires:
            readings = (_eastern(form, head) for form in _EAST)
            place, wires, printed = next((found for found in readings if found[0] or found[1]), (place, wires, printed))
        if place or wires:
            return place, wires, printed
        if len(paragraph) > 80:
            break
    return None, [], ""


def _western(head: str) -> tuple[str | None, list[Agency], str]:
    match = _AGENCY_FIRST.match(head)
    if match and match["place"].isupper() and (wires := _wires(match["agency"])):
        return _place(match["place"], trusted=True), wires, _quoted(match[0]).rstrip(" -–—")
    for form in (_BRACKETED, _SLASHED):
        if match := form.match(head):
            place, dated = _undated(match["head"])
            wires = _wires(match["agency"])
            # "Associated Press (AP) reported" spells out initials; "London (AP)" and no more is a caption's credit.
            if wires and head[match.end() :].strip(" -–—.:") and not agency_of(place):
                town = _place(place, trusted=True)
                if town or not place:
                    return town, wires, _quoted(match[0]).rstrip(" -–—:")
            if match["end"] and not wires:
                return _place(place, trusted=dated), [], ""
    if match := _DASHED.match(head):
        place, dated = _undated(match["head"])
        signed = agency_of(match["agency"]) if match["agency"] else None
        for agency, name in agencies_in(place):
            # "Москва. 1 февраля. INTERFAX.RU - "
            if name.end() == len(place) and name.start():
                place, dated = _undated(place[: name.start()])
                signed = agency
        if "," in place and match["end"].startswith("."):
            place += "."
        town = _place(place, trusted=dated or signed is not None, colon=match["end"] == ":")
        if town and signed:
            return town, [signed], _quoted(match[0]).rstrip(" -–—:.")
        return town, [], ""
    return None, [], ""


def _undated(head: str) -> tuple[str, bool]:
    """The place of "ACCRA, March 4", and whether a date follows it."""
    if match := _DATED.match(head.strip()) or _NUMBERED.match(head.strip()):
        return match["place"], True
    return head.strip(), False


def _eastern(form: re.Pattern[str], head: str) -> tuple[str | None, list[Agency], str]:
    match = form.match(head)
    if not match:
        return None, [], ""
    groups = match.groupdict()
    agency = agency_of(groups["agency"]) if groups.get("agency") else None
    return groups["place"].strip("・，, ") or None, [agency] if agency else [], _quoted(match[0])


def _place(printed: str, *, trusted: bool, colon: bool = False) -> str | None:
    """``printed`` if it reads as a place: capitals and perhaps a region, or any capitalized words when more speaks for a dateline."""
    place = " ".join(printed.split()).strip(" ,-–—")
    if "," not in place:  # The full stop of "Fla." is its own, that of "KYIV. Feb 1" is not.
        place = place.rstrip(".")
    words = re.findall(r"[^\W\d_]+", place)
    if not words or len(words) > 7 or re.search(r"[!?\"“”„«»;:\d]", place) or agency_of(place):
        return None
    if any(word.casefold() in _NO_PLACE for word in words[:3]) or len(words[0]) < 2:
        return None
    town, _, region = place.partition(",")
    if town.isupper():
        return place if len(town.split()) <= (3 if colon else 5) and all(map(_is_proper, region.split())) else None
    caseless = place == place.swapcase()
    return place if trusted and len(words) <= 5 and (caseless or all(map(_is_proper, place.split()))) else None


def _is_proper(word: str) -> bool:
    return word[:1].isupper() or word.casefold().strip(",.") in (
        "de",
        "da",
        "do",
        "del",
        "la",
        "le",
        "am",
        "an",
        "der",
        "im",
        "of",
        "and",
        "sur",
        "el",
    )


def _wires(bracket: str) -> list[Agency]:
    """The agencies that "Reuters", "dpa/lby" or "AP, AFP" name; none if it is something else."""
    found: list[Agency] = []
    for part in re.split(r"\s*[/,+]\s*|\s+(?:and|und|et)\s+", bracket):
        if agency := agency_of(part):
            found.append(agency)
        elif not found or not re.fullmatch(r"[a-z]{1,5}", part):  # "dpa/lby": the second is a desk or a sign-off code.
            return []
    return found


def _in_credits(paragraphs: Sequence[str]) -> Iterator[tuple[Agency, str]]:
    """Agencies of the last lines that sign, source or thank."""
    for line in paragraphs[-4:]:
        short = len(line) <= _LONGEST
        if tail := _BEHIND.search(line):
            for agency in _wires(tail["bracket"] or tail["dash"]):
                yield agency, _quoted(tail[0].lstrip('.!?"”»。 '))
        for match in _CONTRIBUTED.finditer(line):
            if contributor := agency_of(match["agency"]):
                yield contributor, _quoted(line)
        if not short or _PHOTO.search(line):
            continue
        bare = re.sub(r"^[\s–—-]+|^[(（\[]\s*|\s*[)）\]]$|\.$", "", line).strip()
        for agency in _wires(bare):
            yield agency, _quoted(line)
        for form in (_SIGN, _SOURCE_LINE):
            if (signed := form.search(line)) and (signer := agency_of(signed["agency"])):
                yield signer, _quoted(line)
        if inputs := _INPUTS.search(bare):
            names = re.split(r"\s*(?:[,/&;)]|\band\b|\bund\b|\bet\b|\by\b)\s*", inputs["names"].rstrip(" .)"))
            yield from ((giver, _quoted(line)) for name in names if (giver := agency_of(name)))


def _in_title(credit: str) -> Iterator[Agency]:
    """Agencies that a feed's title begins with: "AP News: Top Stories"."""
    first = re.split(r"\s*[:|–—]\s*|\s-\s", credit.strip())[0]
    if agency := agency_of(credit) or agency_of(first):
        yield agency


def _in_rights(rights: str) -> Iterator[Agency]:
    line = " ".join(rights.split())
    if whole := agency_of(line):
        yield whole
        return
    yield from (agency for agency, _ in agencies_in(line))
    if (match := _SIGN.search(line)) and (agency := agency_of(match["agency"])):
        yield agency


def _quoted(printed: str | None) -> str:
    return " ".join((printed or "").split())[:_LONGEST].strip()

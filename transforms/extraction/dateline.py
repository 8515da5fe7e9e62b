"""Datelines: the place and the agencies that a first paragraph begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from schemas.agencies import Agency
from transforms.extraction import patterns
from transforms.extraction.agency_names import AgencyNames, Form

LONGEST = 160
"""Characters of a first paragraph in which a dateline is looked for, and of a print that evidence quotes."""

_END = r"(?:\s*[–—]|\s*-{2}|\.\s*[-–—]+|\s-(?=\s)|:(?=\s))"
_NUMBERED = re.compile(r"^(?P<place>[^\d,]+),\s*\d{1,2}\.?\s\S+$")
"""A date in a script whose months are not listed."""
_BRACKETED = re.compile(
    rf"^(?P<head>[^()\[\]\n]{{0,70}}?)[\s,]*[(\[](?P<agency>[^()\[\]\n]{{2,40}})[)\]](?P<end>{_END})?"
)
_SLASHED = re.compile(r"^(?P<head>[^/\n]{2,60}?)[\s,]*/(?P<agency>[^/\n]{2,30})/(?P<end>)")
_DASHED = re.compile(rf"^(?P<head>[^()\[\]\n]{{2,70}}?)(?P<end>{_END})")
_AGENCY_NEXT = Form(r"\s*(?P<agency>{AGENCY})\s*[.:–—-]")
"""After the dash of "WARSAW - PAP - …"."""
_EAST = (
    # （新华社北京2月1日电） 【共同社東京1日電】 新华社北京电
    Form(
        r"^[（【(\[]?\s*[据據]?(?P<agency>{AGENCY})(?P<place>[^\d记記电電讯訊（）()【】\s]{0,8})[^（）()【】\n]{0,20}?"
        r"(?:[电電讯訊]|[）】\])])"
    ),
    # 【ワシントン共同】 【パリＡＦＰ＝時事】 (서울=연합뉴스) 【ソウル＝小池和樹】
    Form(
        r"^[（【(\[]\s*(?P<place>[^\d（）()【】＝=\s]{1,12}?)\s*[＝=]?\s*(?P<agency>{AGENCY})[^（）()【】\n]{0,12}[）】)\]]"
    ),
)
_EAST_DATED = Form(r"^[［\[]\s*(?P<place>[^\d［］\[\]\s]{1,12})\s+\d{1,2}日\s+(?P<agency>{AGENCY})\s*[］\]]")
"""［東京　２０日　ロイター］"""
_DOTTED = Form(r"^(?P<place>[^\d.\n]{2,40})\.\s(?P<date>\d{1,2}\s\S{3,12})\.\s(?P<agency>{AGENCY})\.\s")
"""Київ. 20 листопада. УНІАН."""
_EAST_REPORTER = re.compile(r"^【(?P<place>[^\d（）()【】＝=\s]{1,12})[＝=][^（）()【】\n]{2,12}】")
"""A dateline that names a reporter and no agency."""
_NO_PLACE = frozenset(
    "breaking exclusive watch update updated opinion analysis review video photos photo live warning note editor editors "
    "correction fact explainer interview preview recap related read advertisement story spoiler alert more what who why "
    "how when where which this these that a an to in on at if it is for from with and but my our your you we i he she "
    "they editorial column comment commentary podcast report sponsored promoted question answer score final news today "
    "tips sources summary abstract background objective must see here there".split()
)
"""Words that begin a sentence or a label, and no place."""
_SMALL_WORDS = frozenset("de da do del la le am an der im of and sur el".split())
"""Words of places that are printed small."""


def _date() -> str:
    month = rf"{patterns.month()}(?![^\W\d_])\.?"
    year = r"(?:,?\s+(?:de\s+)?\d{4})?(?:\s*г\.?)?"
    return rf"(?:{month}\s+\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?{month}){year}"


# The months of all languages take 20 ms to compile, and few first paragraphs have a date or begin with a bracket.
@cache
def _dated() -> re.Pattern[str]:
    return re.compile(rf"^(?P<place>.*?)(?:\sفي)?[\s,]*(?P<date>{_date()})[\s,.]*$", re.IGNORECASE)


@cache
def _agency_first() -> re.Pattern[str]:
    """The form "(Reuters) - LONDON, March 4 - …"."""
    return re.compile(
        rf"^\((?P<agency>[^()\n]{{2,30}})\)\s*[-–—]+\s*(?P<place>[^()\n–—\d]{{2,50}}?)[\s,]*(?:{_date()})?\s*[-–—]\s",
        re.IGNORECASE,
    )


_WORDS = re.compile(r"[^\s\d_,./–—-]+")


class Dateline(NamedTuple):
    """What a dateline says."""

    place: str | None
    agencies: list[Agency]
    printed: str
    """As printed, on one line; empty without a place and an agency."""


_NONE = Dateline(None, [], "")


def read_dateline(paragraphs: Sequence[str], names: AgencyNames) -> Dateline:
    """The dateline of the first paragraph; that of the second if the first is only a byline."""
    for paragraph in paragraphs[:2]:
        head = paragraph[:LONGEST]
        dateline = _western(head, names)
        if not dateline.agencies:
            dateline = next((read for read in _eastern(head, names) if read.place or read.agencies), dateline)
        if dateline.place or dateline.agencies:
            return dateline
        if len(paragraph) > 80:
            break
    return _NONE


def _western(head: str, names: AgencyNames) -> Dateline:
    match = _agency_first().match(head) if head.startswith("(") else None
    if match and match["place"].isupper() and (agencies := names.agencies_of(match["agency"])):
        return Dateline(_place(match["place"], names, trusted=True), agencies, quoted(match[0]).rstrip(" -–—"))
    for form in (_BRACKETED, _SLASHED):
        if match := form.match(head):
            place, dated = _undated(match["head"])
            agencies = names.agencies_of(match["agency"])
            # "Associated Press (AP) reported" spells out initials; "London (AP)" and no more is a caption's credit.
            if agencies and head[match.end() :].strip(" -–—.:") and not names.agency_of(place):
                town = _place(place, names, trusted=True)
                if town or not place:
                    return Dateline(town, agencies, quoted(match[0]).rstrip(" -–—:"))
            if match["end"] and not agencies:
                return Dateline(_place(place, names, trusted=dated), [], "")
    if (match := names.match(_DOTTED, head)) and (agency := names.agency_of(match["agency"])):
        return Dateline(_place(match["place"], names, trusted=True), [agency], quoted(match[0]).rstrip(" ."))
    if match := _DASHED.match(head):
        return _dashed(head, match, names)
    return _NONE


def _dashed(head: str, match: re.Match[str], names: AgencyNames) -> Dateline:
    """A dateline that ends in a dash or a colon; an agency stands before or after it."""
    place, dated = _undated(match["head"])
    following = names.match(_AGENCY_NEXT, head, match.end())
    agency = names.agency_of(following["agency"]) if following else None
    for named, at in names.agencies_in(place):
        # "Москва. 1 февраля. INTERFAX.RU - "
        if at.end() == len(place) and at.start():
            place, dated = _undated(place[: at.start()])
            agency = named
    before, _, last = place.rpartition(" ")
    if agency is None and _undated(before)[1] and (named_last := names.agency_of(last)):
        place, dated = _undated(before)  # "Caracas, 20 Nov. AVN.-"
        agency = named_last
    if "," in place and match["end"].startswith("."):
        place += "."
    town = _place(place, names, trusted=dated or agency is not None, colon=match["end"] == ":")
    if not town or not agency:
        return Dateline(town, [], "")
    printed = head[: following.end()] if following else match[0]
    return Dateline(town, [agency], quoted(printed).rstrip(" -–—:."))


def _undated(head: str) -> tuple[str, bool]:
    """The place of "ACCRA, March 4", and whether a date follows it."""
    head = head.strip()
    if any(map(str.isdecimal, head)) and (match := _dated().match(head) or _NUMBERED.match(head)):
        return match["place"], True
    return head, False


def _eastern(head: str, names: AgencyNames) -> Iterator[Dateline]:
    for form in (*_EAST, _EAST_DATED):
        if match := names.match(form, head):
            agency = names.agency_of(match["agency"])
            yield Dateline(_eastern_place(match), [agency] if agency else [], quoted(match[0]))
    if match := _EAST_REPORTER.match(head):
        yield Dateline(_eastern_place(match), [], quoted(match[0]))


def _eastern_place(match: re.Match[str]) -> str | None:
    return match["place"].strip("・，, ") or None


def _place(printed: str, names: AgencyNames, *, trusted: bool, colon: bool = False) -> str | None:
    """``printed`` if it reads like a place: in capitals, perhaps with a region. If ``trusted``, capitalized words are enough."""
    place = " ".join(printed.split()).strip(" ,-–—")
    if "," not in place:  # The full stop of "Fla." is its own, that of "KYIV. Feb 1" is not.
        place = place.rstrip(".")
    words = _WORDS.findall(place)
    if not words or len(words) > 7 or re.search(r"[!?\"“”„«»;:\d]", place) or names.agency_of(place):
        return None
    if any(word.casefold() in _NO_PLACE for word in words[:3]) or len(words[0]) < 2:
        return None
    town, _, region = place.partition(",")
    if town.isupper():
        return place if len(town.split()) <= (3 if colon else 5) and all(map(_is_proper, region.split())) else None
    caseless = place == place.swapcase()
    return place if trusted and len(words) <= 5 and (caseless or all(map(_is_proper, place.split()))) else None


def _is_proper(word: str) -> bool:
    return word[:1].isupper() or word.casefold().strip(",.") in _SMALL_WORDS


def quoted(printed: str | None) -> str:
    """The beginning of what is printed, as evidence quotes it."""
    return " ".join((printed or "").split())[:LONGEST].strip()

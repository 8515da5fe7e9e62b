"""Bylines to people and credits: without roles, places, dates and the texts of buttons.

A byline is split at its separators. From each part we remove everything around a name (labels, roles, "for The Daily", "in Paris"). The
rest is a person unless there is a sign that it is not; an organization or a desk is a credit. Names stay as printed, but those of people
in capitals get title case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from schemas.agencies import Agency
from schemas.safe_text import normalize, unescape
from transforms.extraction import byline_tables as tables
from transforms.extraction.agency_names import AgencyNames, agency_names
from transforms.extraction.byline_labels import label_kind, labelled_parts
from transforms.extraction.credits import credit_beside, credit_in
from transforms.extraction.person_names import (
    bare,
    is_eastern_full_name,
    is_full,
    is_initials,
    is_single,
    person_in,
    recased,
    unlabelled,
)

_LONGEST = 2000
"""Characters of a byline. A longer text is something else that was taken for a byline."""
_LONGEST_REMEMBERED = 200
_LONGEST_OUTLET = 200
_MOST_ESCAPES = 10
"""How many times markup is unescaped. Each time may take off one level."""


class Byline(NamedTuple):
    """What a byline names, in its order, each once."""

    people: tuple[str, ...]
    credits: tuple[str, ...]
    """Organizations and desks, as printed: agencies, outlets, "Sports Desk"."""


def read_byline(text: str, outlets: Sequence[str] = (), agencies: tuple[Agency, ...] = ()) -> Byline:
    """The people, organizations and desks in a printed byline. Never raises.

    Names of its outlet (``outlets``), of the known agencies and of the user's own (``agencies``) are no people. A pen name of one word
    and initials count only if they are the whole byline.
    """
    if len(text) > _LONGEST_REMEMBERED:
        return _read(text, tuple(outlets), agencies)
    return _remembered(text, tuple(outlets), agencies)


def _read(text: str, outlets: tuple[str, ...], agencies: tuple[Agency, ...]) -> Byline:
    houses = _houses(outlets)
    names = agency_names(agencies)
    people: list[tuple[str, bool]] = []
    credits: list[str] = []
    only_people = True
    chunks = list(_chunks(text))
    for chunk in chunks:
        is_after_name = False
        in_chunk: list[str | None] = []
        for piece, joined in _pieces(chunk, houses, names):
            name = person_in(piece, houses, names)
            if name:
                people.append((recased(name), joined and is_after_name))
                credits += credit_beside(piece, name, houses, names)
            elif piece.strip(" ,.:-–—"):
                only_people = False
                in_chunk.append(credit_in(piece, houses, names))
            # "Jane Doe and Max" are two, "Jane Doe, Editor for Business and Culture" is one.
            is_after_name = name is not None and piece.rstrip(" ,.").endswith(name.rstrip("."))
        whole = credit_in(chunk, houses, names) if len(in_chunk) > 1 and tables.AND.search(chunk) else None
        known = all(credit and (names.agency_of(credit) or bare(credit) in houses) for credit in in_chunk)
        # "Staff and news service reports" is one credit, "AP and Reuters" are two.
        credits += [whole] if whole and not known else [credit for credit in in_chunk if credit]
    if not only_people or any(is_full(name) for name, _ in people):
        # A single word beside anything else is a place, a section or a sign-off code, unless an "and" joins it to a person.
        people = [(name, joined) for name, joined in people if is_full(name) or joined]
    if len(people) > 1:
        people = [(name, joined) for name, joined in people if not name.islower() or " " in name]
    if not people and not credits and len(chunks) == 1 and is_initials(chunks[0]):
        people = [(unlabelled(chunks[0]).strip(), False)]
    if not people and not credits:
        credits = [credit for credit in [credit_in(_plain(text), houses, names, alone=True)] if credit]
    return Byline(_unique(name for name, _ in people), _unique(credits))


_remembered = lru_cache(maxsize=4096)(_read)
"""An outlet has the same bylines again and again, and a page has one in several places."""


def split_byline(text: str, outlets: Sequence[str] = (), agencies: tuple[Agency, ...] = ()) -> tuple[str, ...]:
    """The people in a printed byline (see ``read_byline``); () if it names none."""
    return read_byline(text, outlets, agencies).people


def printed_byline(text: str) -> str | None:
    """A byline as printed, on one line, without markup and without a date line after a separator (``·``, ``|``, a dash).

    None if nothing is left, or if the text is too long for a byline.
    """
    if len(text) > _LONGEST:
        return None
    parts = tables.SEPARATED.split(_plain(text).strip())
    kept = ""
    for mark, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        if part and not _is_date_line(part):
            kept += (mark if kept else "") + part
    return " ".join(kept.split()) or None


def is_cluttered(text: str) -> bool:
    """True if the byline contains a date, or the text of a button."""
    text = text[:_LONGEST]
    return bool(tables.date_in(text) or tables.AFTERMATH.search(text))


@lru_cache(maxsize=256)  # for each byline of a page
def _houses(outlets: tuple[str, ...]) -> frozenset[str]:
    """The names of the outlet for comparison, also those on either side of a separator."""
    return frozenset(
        bare(part)
        for outlet in outlets
        if len(outlet) <= _LONGEST_OUTLET
        for part in (outlet, *tables.STRONG.split(outlet))
    ) - {""}


def _unique(names: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(bare(name), name)
    return tuple(unique.values())


def _is_date_line(part: str) -> bool:
    """True for a stamp, alone or with the words around it: "Updated 3 May 2024 at 9:49 am EST"."""
    rest = tables.AFTERMATH.sub(" ", tables.without_dates(part, " "))
    words = re.findall(r"[^\W\d_]+", rest.casefold())
    return rest != part and all(word in tables.BESIDE_DATES or word in tables.WEEKDAYS for word in words)


def _plain(text: str) -> str:
    """The text without tags and entities, even if they were escaped several times."""
    if len(text) > _LONGEST:
        return ""
    for _ in range(_MOST_ESCAPES):
        plain = tables.TAG.sub(" ", unescape(text))
        if plain == text:
            break
        text = plain
    return text


def _chunks(text: str) -> Iterator[str]:
    """The parts of a byline between strong separators and labels, without those that name photographers, translators and editors."""
    flat = normalize("NFC", _plain(text))
    # Invisible characters are removed, except the joiners in Persian and Indic names.
    flat = "".join(mark for mark in flat if unicodedata.category(mark)[0] != "C" or mark in "\n\t\u200c\u200d")
    flat = re.sub(r"[^\S\n]+", " ", flat).strip()
    if tables.CODE.search(flat):
        return
    if inner := tables.FEED_AUTHOR.match(flat):
        flat = inner[1]
    if flat[:1] in "(（[【《" and flat[-1:] in ")）]】》":
        flat = flat[1:-1]
    for _ in range(3):
        flat = tables.BRACKETS.sub(" ", flat)
    flat = tables.BOTH_WORKS.sub("By ", flat)
    for noise in (tables.PHOTO_CREDIT, tables.WEB):
        flat = noise.sub(" | ", flat)
    flat = tables.AFTERMATH.sub(" | ", tables.without_dates(flat, " | "))
    has_names = False
    for chunk in tables.STRONG.split(tables.WORK.sub(" | ", _lines(flat))):
        for label, part in labelled_parts(chunk) if chunk else ():
            kind = label_kind(label) if label else None
            # After a name, an unknown label is of somebody else: "Teksti: Jane Doe, stailaus: Max Moe".
            is_unknown = label is not None and kind is None and not tables.ROLE.search(label)
            is_other = kind == "other" or (is_unknown and has_names)
            has_names = has_names or (kind != "other" and " " in part.strip())
            if not is_other and not tables.OTHER_WORK.match(part):
                yield part


def _lines(text: str) -> str:
    """The text with line breaks only between two full names. Any other line break comes from markup inside a name."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = lines[0] if lines else ""
    for before, line in pairwise(lines):
        joined += ("\n" if " " in before and " " in line else " ") + line
    return joined


def _pieces(chunk: str, houses: frozenset[str], names: AgencyNames) -> Iterator[tuple[str, bool]]:
    """The pieces between commas, slashes and ands, each with True if an "and" joins it to the piece before."""
    chunk = unlabelled(chunk)
    last, comma, first = chunk.partition(",")
    if comma and is_single(last, houses, names) and re.fullmatch(r"(?:\s*\w\.)+", first):
        yield f"{first.strip()} {last.strip()}", False
        return
    if comma and is_single(last, houses, names) and is_single(re.sub(r"(?:\s+\w\.?)+$", "", first), houses, names):
        yield f"{first.strip()} {last.strip()}", False
        return
    pieces = tables.WEAK.split(chunk)
    for at, piece in enumerate(pieces):
        following = pieces[at + 1] if at + 1 < len(pieces) else ""
        if at and tables.STATE.match(following):
            continue
        if tables.SUFFIX.match(piece):
            continue
        if tables.SUFFIX.match(following):
            piece = f"{piece} {following}"
        elif _is_desk(piece, following, chunk, houses, names):
            piece = f"{piece}/{following}"
        piece = re.sub(r"^(?:and|und|et|og|och|with|as told to)\s+", "& ", piece, flags=re.IGNORECASE)
        joined = piece.startswith("& ")
        for part in _parted(piece.removeprefix("& ")):
            yield part, joined
            joined = True


def _is_desk(piece: str, code: str, chunk: str, houses: frozenset[str], names: AgencyNames) -> bool:
    """True for "dpa" and "lby" of "dpa/lby"."""
    is_code = re.fullmatch(r"[a-zß-ÿ]{1,5}", code) and f"{piece}/{code}" in chunk
    return bool(is_code) and (names.agency_of(piece) is not None or bare(piece) in houses)


def _parted(piece: str) -> Iterator[str]:
    """A piece split at its ands, and at the blanks and dots between full names in Chinese or Korean."""
    parts = tables.AND.split(piece)
    if re.search(r"\s(?:And|&)\s", piece) and all(" " not in part for part in parts):
        return  # "Loud And Quiet" and "Johnson & Johnson" are no people
    for part in parts:
        sides = tables.SMALL_AND.split(part)
        for side in sides if all(" " in side for side in sides) else [part]:
            names = [name for name in re.split(r"[\s·‧・･和與与及]+", tables.EAST_ROLE.sub("", side)) if name]
            if len(names) > 1 and all(is_eastern_full_name(name) for name in names):
                yield from names
            else:
                yield from re.split(r"\s*·\s*", side) if not re.search(rf"[{tables.HAN}]", side) else [side]

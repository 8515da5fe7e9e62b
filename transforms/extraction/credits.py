"""The organizations and desks in pieces of a byline: agencies, outlets, companies, newsrooms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.extraction import byline_tables as tables
from transforms.extraction.agency_names import AgencyNames
from transforms.extraction.person_names import bare, stripped, unlabelled

_LONGEST, _MOST_WORDS = 80, 9
"""Characters and words of an organization's name."""
_LONGEST_PIECE = 200
_DOMAIN = re.compile(r"[\w-]{2,}(?:\.[\w-]{2,})+")


def credit_in(piece: str, houses: frozenset[str], names: AgencyNames, *, alone: bool = False) -> str | None:
    """The organization or desk that a piece of a byline names, as printed; None if there is none.

    ``alone``: the piece is the whole byline. Then a role without a name counts ("Staff Writer"), and the address of the outlet's site.
    """
    name = stripped(unlabelled(stripped(piece[:_LONGEST_PIECE])))
    words = name.split()
    if (
        not name
        or len(name) > _LONGEST
        or len(words) > _MOST_WORDS
        or re.search(r"[@#=<>{}?!…;|\\()\[\]%$€*~^\n]", name)
    ):
        return None
    code = name.rpartition("/")[0]
    if names.agency_of(name) or bare(name) in houses or (code and (names.agency_of(code) or bare(code) in houses)):
        return name
    if _DOMAIN.search(name):
        return name if alone and _names_house(name, houses) else None
    if tables.FURNITURE.search(name) or is_ui(words) or tables.NOBODY_AT_ALL.fullmatch(name):
        return None
    only_role = all(tables.ROLE.fullmatch(word) or tables.BEFORE_ROLE.match(word) for word in words)
    if only_role or (tables.ROLE.search(name) and not tables.COLLECTIVE.search(name)):
        return name if alone and len(words) < 5 else None
    is_organization = (
        tables.COLLECTIVE.search(name)
        or tables.ORGANIZATION.search(name)
        or words[-1] in tables.COMPANY_FORMS
        or any(tables.BROADCASTER.match(word) and not word.isdecimal() for word in words[:2])
        or (len(words) > 1 and tables.HOUSE_ADJECTIVE.match(words[0]))
        or _names_house(name, houses)
        or name.casefold().startswith("special to ")
    )
    begins = name[0].isupper() or name[0].lower() == name[0].upper() or name[0].isdigit() or alone
    return name if is_organization and begins and not name.isdigit() else None


def credit_beside(piece: str, name: str, houses: frozenset[str], names: AgencyNames) -> Iterator[str]:
    """The organization in a piece that also names the person ``name``: "Jane Doe BBC News", "Jane Doe of The Associated Press"."""
    before, found, after = piece.partition(name)
    if not found:
        return
    for rest in (before, after):
        rest = tables.TO_HOUSE.sub("", rest)
        credit = credit_in(rest, houses, names)
        if credit and not tables.ROLE.search(credit):
            yield credit


def _names_house(name: str, houses: frozenset[str]) -> bool:
    """True if the name begins or ends with the outlet's: "BR24 Redaktion", "Redaktion Gelbe Liste"."""
    words = name.split()
    return any(
        len(house) > 1 and house in houses
        for at in range(1, len(words) + 1)
        for house in (bare(" ".join(words[:at])), bare(" ".join(words[-at:])))
    )


def is_ui(words: list[str]) -> bool:
    """True if all words are those of buttons and labels: "Size Small Medium Large", "Alle Artikel", "Von"."""
    return all(word.casefold().strip(".:") in tables.UI_WORDS for word in words)

"""The ``[[agency]]`` tables of a sources file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from schemas import AGENCIES, Agency
from schemas.agencies import all_agencies
from transforms.extraction.agency_names import name_key

_KEYS = ("code", "names", "ambiguous", "domains", "countries")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_EXAMPLES = {"names": "Meridian Press Agency", "ambiguous": "MPA", "domains": "mpa.example", "countries": "GB"}


def read_agencies(entries: list[dict[str, Any]]) -> tuple[tuple[Agency, ...], list[str]]:
    """The agencies of the tables, and what is wrong with them, each problem with its remedy."""
    agencies: dict[str, Agency] = {}
    problems = []
    for number, entry in enumerate(entries, 1):
        where = f"agency {number} ({entry.get('code', 'without code')!r})"
        agency, found = _read_agency(entry, where)
        problems += found
        if agency is None:
            continue
        if agency.code in agencies:
            problems.append(f"{where}: the code is used twice. Join the two tables.")
        agencies[agency.code] = agency
    own = tuple(agencies.values())
    return own, [*problems, *claimed_twice(own)]


def _read_agency(entry: dict[str, Any], where: str) -> tuple[Agency | None, list[str]]:
    """An agency of the user's own, or the known agency of that code with what the entry adds to it."""
    problems = [unknown_key(where, key, _KEYS) for key in entry if key not in _KEYS]
    lists = {key: entry.get(key, []) for key in _KEYS[1:]}
    problems += [
        f'{where}: {key} is a list of texts, such as {key} = ["{_EXAMPLES[key]}"].'
        for key, texts in lists.items()
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts)
    ]
    code = entry.get("code")
    if not isinstance(code, str) or not code.isprintable() or code != code.strip() or not 0 < len(code) <= 40:
        problems.append(
            f'{where}: code is a text of 1 to 40 characters, which goes into articles.agency: code = "MPA".'
        )
    if problems:
        return None, problems
    known = AGENCIES.get(entry["code"])
    near = next((other for other in AGENCIES if other.casefold() == entry["code"].casefold()), None)
    if known is None and near:
        problems.append(
            f"{where}: the known agency {near!r} has this code. Write {near!r} to add to it, or another code."
        )
    if known is None and not lists["names"]:
        problems.append(f"{where}: names is empty. Give the full name, then others, as they are printed.")
    problems += [
        f"{where}: name {name!r} needs two letters or digits at least, or it would be found everywhere."
        for name in (*lists["names"], *lists["ambiguous"])
        if len(re.findall(r"\w", name)) < 2
    ]
    problems += [
        f"{where}: domain {domain!r} is not a host in lower case. Write it without scheme and path, such as apnews.com."
        for domain in lists["domains"]
        if not _HOST.fullmatch(domain)
    ]
    problems += [
        f"{where}: country {country!r} is not an ISO 3166 code such as US."
        for country in lists["countries"]
        if not re.fullmatch("[A-Z]{2}", country)
    ]
    if problems:
        return None, problems
    given = Agency(
        code=entry["code"],
        names=(*lists["names"], *lists["ambiguous"]),
        **{key: tuple(lists[key]) for key in _KEYS[2:]},
    )
    return _joined(known or given, given), []


def _joined(known: Agency, given: Agency) -> Agency:
    lists: dict[str, Any] = {
        key: tuple(dict.fromkeys((*getattr(known, key), *getattr(given, key)))) for key in _KEYS[1:]
    }
    return replace(known, **lists)


def claimed_twice(own: tuple[Agency, ...]) -> Iterator[str]:
    """Names and sites that two agencies would share."""
    names: dict[str, str] = {}
    domains: dict[str, str] = {}
    for agency in all_agencies(own).values():
        for name in agency.names:
            owner = names.setdefault(name_key(name), agency.code)
            if owner != agency.code:
                yield f"agency {agency.code!r}: name {name!r} belongs to agency {owner!r} already. Leave it out of one."
        for domain in agency.domains:
            owner = domains.setdefault(domain, agency.code)
            if owner != agency.code:
                yield f"agency {agency.code!r}: domain {domain} belongs to agency {owner!r} already. Leave it out of one."


def unknown_key(where: str, key: str, known: Iterable[str]) -> str:
    """The problem of a key that is not known."""
    return f"{where}: unknown key {key!r}{nearest(key, known)}. Known keys: {', '.join(known)}."


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like a mistyped one, as the end of a message; empty when none is."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""

"""Reads the user's sources, from ``sources.toml`` or OPML, as Source records. Errors name the file, the entry and what to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, get_args
from zoneinfo import available_timezones

from pipelines.agency_tables import claimed_twice, nearest, read_agencies, unknown_key
from pipelines.command.durations import interval_seconds
from pipelines.opml import Outlets, bad_url, read_opml
from pipelines.request_headers import header_problems, user_agent_problems
from pipelines.source_selectors import read_selectors, selector_problems
from schemas import AGENCIES, Agency, Source, UsageError
from schemas.agencies import agency_of_host, all_agencies
from schemas.source_ids import is_read_as_value, is_source_id
from schemas.sources import SourceKind
from transforms.urls import host

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_KEYS = (
    *("id", "kind", "feeds", "name", "homepage", "zone", "language", "agency", "poll_every"),
    *("enabled", "tags", "include", "exclude", "aliases", "full_text", "headers", "user_agent", "selectors"),
)
_SWITCHES = ("enabled", "full_text")
_LISTS = {
    "feeds": 'addresses, such as feeds = ["https://example.org/rss"]',
    "tags": 'texts, such as tags = ["regional"]',
    "include": 'patterns of addresses, such as include = ["*/news/*"]',
    "aliases": 'earlier ids of the source, such as aliases = ["old-id"]',
    "exclude": 'patterns of addresses, such as exclude = ["*/sport/*", "*?video=*"]',
}
_TOP_KEYS = ("contact", "source", "agency")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class SourcesError(UsageError):
    """The sources file cannot be used. The message lists every problem with its remedy."""

    def __init__(self, path: Path | str, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{path}: {problem}" for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Sources:
    """The content of a sources file."""

    contact: str | None
    """E-mail or web address for sites that want to write to us; part of the User-Agent."""
    sources: tuple[Source, ...]
    """At least one, with unique ids."""
    agencies: tuple[Agency, ...] = ()
    """The user's own agencies, and known ones with what the file adds to them."""
    disabled: tuple[Source, ...] = ()
    """Sources with ``enabled = false``: checked, but not read."""
    warnings: tuple[str, ...] = ()
    """What was repaired or left out while the file was read."""

    @property
    def feed_count(self) -> int:
        """Feeds of all sources."""
        return sum(len(source.feeds) for source in self.sources)


def load_sources(path: str | Path) -> Sources:
    """Reads ``.opml`` and ``.xml`` as OPML, and any other file as TOML. Raises SourcesError."""
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise SourcesError(
            path, ["there is no such file. Copy the project's sources.toml, or write your own."]
        ) from None
    except OSError as error:
        raise SourcesError(path, [f"cannot be read: {error.strerror or error}."]) from error
    return parse_sources(path, content, is_opml=path.suffix.lower() in (".opml", ".xml"))


def parse_sources(place: Path | str, content: bytes, is_opml: bool) -> Sources:
    """The sources in the content of a file. ``place`` is its name for messages. Raises SourcesError."""
    return _read_opml(place, content) if is_opml else _read_toml(place, content)


def sources_from(given: str | PathLike[str] | Sources | Iterable[Source | str]) -> Sources:
    """Sources for Python callers: from the path of a sources file, from records, or from addresses of feeds. Raises SourcesError.

    Records are checked like those of a file. Feeds that are given by address become one source for each host, as in OPML.
    """
    if isinstance(given, (str, PathLike)):
        if "://" not in str(given):
            return load_sources(Path(given))
        given = [str(given)]
    contact, items = (given.contact, given.sources) if isinstance(given, Sources) else (None, tuple(given))
    agencies = given.agencies if isinstance(given, Sources) else ()
    problems, outlets = list(claimed_twice(agencies)), Outlets()
    for number, item in enumerate(items, 1):
        if isinstance(item, Source):
            problems += _read_source(_as_entry(item), f"source {number} ({item.id!r})", list(all_agencies(agencies)))[1]
        elif problem := bad_url(item):
            problems.append(f"source {number} ({item!r}): {problem}")
        else:
            outlets.add(item)
    sources = (*(item for item in items if isinstance(item, Source)), *map(_on_site_of_agency, outlets.sources))
    problems += _doubled(sources)
    if not items:
        problems.append("there is no source. Give at least one, or the address of a feed.")
    if problems:
        raise SourcesError(Path("sources"), problems)
    return Sources(contact=contact, sources=sources, agencies=agencies)


def _as_entry(source: Source) -> dict[str, Any]:
    """The record as an entry of a sources file. ``poll_seconds`` is left out: it needs no check."""
    values = {name: value for name, value in asdict(source).items() if value is not None and name != "poll_seconds"}
    if source.selectors is not None:
        values["selectors"] = {name: value for name, value in asdict(source.selectors).items() if value}
    return values | {name: list(values[name]) for name in _LISTS} | {"headers": dict(source.headers)}


def _read_toml(path: Path | str, content: bytes) -> Sources:
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SourcesError(path, [f"is not UTF-8 text ({error})."]) from error
    except tomllib.TOMLDecodeError as error:
        raise SourcesError(path, [f"is not valid TOML: {error}."]) from error
    problems = [unknown_key("at the top", key, _TOP_KEYS) for key in document if key not in _TOP_KEYS]
    contact = document.get("contact")
    if contact is not None and (not isinstance(contact, str) or not contact.strip()):
        problems.append('contact must be an e-mail or a web address in quotes, such as contact = "desk@example.org".')
    tables = {key: document.get(key, []) for key in ("agency", "source")}
    for key, entries in tables.items():
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise SourcesError(path, [*problems, f"each {key} must begin with a line [[{key}]], in double brackets."])
    agencies, agency_problems = read_agencies(tables["agency"])
    problems += agency_problems
    codes = [*AGENCIES, *(str(entry.get("code")) for entry in tables["agency"])]
    sources = []
    for number, entry in enumerate(tables["source"], 1):
        source, source_problems = _read_source(entry, f"source {number} ({entry.get('id', 'without id')!r})", codes)
        problems += source_problems
        if source is not None:
            sources.append(source)
    problems += _doubled(sources)
    if not tables["source"]:
        problems.append("lists no source. Add at least one [[source]] with id, kind and feeds.")
    if problems:
        raise SourcesError(path, problems)
    named = [
        source if source.agency or source.kind == "outlet" else _on_site_of_agency(source, agencies)
        for source in sources
    ]
    off = {entry["id"] for entry in tables["source"] if entry.get("enabled") is False}
    if len(off) == len(named):
        raise SourcesError(path, ["every source has enabled = false. Enable at least one."])
    return Sources(
        contact=contact,
        sources=tuple(source for source in named if source.id not in off),
        agencies=agencies,
        disabled=tuple(source for source in named if source.id in off),
    )


def _on_site_of_agency(source: Source, own: tuple[Agency, ...] = ()) -> Source:
    """The source as its agency's wire when its homepage, or else all of its feeds, lie on an agency's own site."""
    agency = agency_of_host(host(source.homepage), own) if source.homepage else None
    if agency is None:
        of_feeds = {agency_of_host(host(feed), own) for feed in source.feeds}
        agency = of_feeds.pop() if len(of_feeds) == 1 else None
    return replace(source, kind="wire", agency=agency.code) if agency else source


def _read_source(entry: dict[str, Any], where: str, codes: list[str]) -> tuple[Source | None, list[str]]:
    problems = [unknown_key(where, key, _KEYS) for key in entry if key not in _KEYS]
    problems += [
        f"{where}: {key} must be a text in quotes, not {entry[key]!r}."
        for key in _KEYS
        if key not in (*_LISTS, *_SWITCHES, "headers", "selectors") and key in entry and not isinstance(entry[key], str)
    ]
    lists = {key: entry.get(key, []) for key in _LISTS}
    problems += [
        f"{where}: {key} must be a list of {_LISTS[key]}."
        for key, texts in lists.items()
        if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts)
    ]
    problems += [
        f"{where}: {key} must be true or false, without quotes."
        for key in _SWITCHES
        if not isinstance(entry.get(key, True), bool)
    ]
    problems += header_problems(where, entry.get("headers", {}))
    problems += selector_problems(where, entry.get("selectors"))
    if problems:
        return None, problems
    feeds = lists["feeds"]
    source_id = entry.get("id", "")
    for name in (source_id, *lists["aliases"]):
        if not is_source_id(name):
            problems.append(
                f"{where}: the id becomes a folder's name. Use 1 to 64 lower-case letters, digits, '-' and '_';"
                " begin with a letter or digit."
            )
    if is_read_as_value(source_id):
        problems.append(
            f"{where}: query engines read {source_id!r} as a number, a date, a boolean or a null. Add a word, such as"
            f' id = "paper-{source_id}". If a lake has articles of this source, add aliases = ["{source_id}"]; docs/reading.md says how to'
            " read those."
        )
    if entry.get("kind") not in get_args(SourceKind):
        problems.append(f'{where}: kind must be "wire" or "outlet".')
    if not feeds:
        problems.append(f"{where}: feeds is empty. Give at least one feed address, or remove the source.")
    problems += [f"{where}: {problem}" for url in (*feeds, entry.get("homepage")) if url and (problem := bad_url(url))]
    problems += [
        f"{where}: feed {feed} is listed twice. Remove one."
        for feed in sorted({f for f in feeds if feeds.count(f) > 1})
    ]
    if entry.get("zone") and entry["zone"] not in available_timezones():
        problems.append(
            f"{where}: zone {entry['zone']!r} is not an IANA zone{nearest(entry['zone'], available_timezones())}."
        )
    if entry.get("language") and not _LANGUAGE.fullmatch(entry["language"]):
        problems.append(f"{where}: language {entry['language']!r} is not a language tag such as en or pt-BR.")
    if entry.get("agency") and entry["agency"] not in codes:
        problems.append(
            f"{where}: agency {entry['agency']!r} is not known{nearest(entry['agency'], codes) or '.'} Use a code of docs/fields.md, "
            "or describe it in an [[agency]] table."
        )
    if "user_agent" in entry:
        problems += user_agent_problems(where, entry["user_agent"])
    interval = interval_seconds(entry["poll_every"]) if entry.get("poll_every") else None
    if entry.get("poll_every") and interval is None:
        problems.append(
            f'{where}: poll_every {entry["poll_every"]!r} is not an interval such as "90s", "15m", "2h" or "1d".'
        )
    if problems:
        return None, problems
    source = Source(
        id=entry["id"],
        kind=entry["kind"],
        feeds=tuple(feeds),
        name=entry.get("name"),
        homepage=entry.get("homepage"),
        zone=entry.get("zone"),
        language=entry.get("language"),
        agency=entry.get("agency"),
        poll_seconds=interval,
        full_text=entry.get("full_text", False),
        headers=tuple(entry.get("headers", {}).items()),
        user_agent=entry.get("user_agent"),
        tags=tuple(lists["tags"]),
        include=tuple(lists["include"]),
        exclude=tuple(lists["exclude"]),
        selectors=read_selectors(entry.get("selectors")),
        aliases=tuple(lists["aliases"]),
    )
    return source, []


def _read_opml(path: Path | str, content: bytes) -> Sources:
    """One source for each site: an agency's wire on the agency's own site, else an outlet. Bad outlines are warnings."""
    sources, warnings = read_opml(content)
    if not sources:
        raise SourcesError(path, warnings or ["lists no feed: no outline has an xmlUrl."])
    problems = list(_doubled(sources))
    if problems:
        raise SourcesError(path, problems)
    warnings = [f"{path}: {warning}" for warning in warnings]
    return Sources(contact=None, sources=tuple(map(_on_site_of_agency, sources)), warnings=tuple(warnings))


def _doubled(sources: Iterable[Source]) -> Iterator[str]:
    owners: dict[str, str] = {}
    ids: set[str] = set()
    sources = list(sources)
    renamed = {source.id: source.id for source in sources}
    for source in sources:
        if source.id in ids:
            yield f"source {source.id!r}: the id is used twice. Give each source its own."
        ids.add(source.id)
        for alias in source.aliases:
            owner = renamed.setdefault(alias, source.id)
            if owner != source.id or alias == source.id:
                yield f"source {source.id!r}: the alias {alias!r} belongs to source {owner!r}. Remove it from one of them."
        for feed in source.feeds:
            owner = owners.setdefault(feed, source.id)
            if owner != source.id:
                yield f"source {source.id!r}: feed {feed} belongs to source {owner!r} already. Remove it from one of them."

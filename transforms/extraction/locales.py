"""What a page's stamps leave out: their zone, and the language in which to read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from transforms.extraction.places import COUNTRY_OF_LANGUAGE, COUNTRY_ZONES, GENERIC_DOMAINS, NUMERIC_DATES
from transforms.urls import host, path_names

_INTERNATIONAL = frozenset({"eu"})
"""Domains of two letters that are no country's."""
_MOST_LANGUAGES = 2
"""Languages in which a national site has its pages: its own, and one for readers abroad."""


class Locale(NamedTuple):
    """The place of a page."""

    zone: str | None = None
    """IANA zone of stamps without an offset."""
    zone_from: Literal["source", "country"] | None = None
    """Who says so: the sources file, or the country of the host or of the language."""
    language: str | None = None
    """BCP 47 tag. Its region is that of the host, if the host has one."""


def locale_of(host: str, language: str | None, zone: str | None, *, is_translated: bool = False) -> Locale:
    """The locale of a page on ``host`` in ``language``, whose source has stated ``zone`` or not.

    A host under the domain of a country with one clock shows that clock. Elsewhere the region of the language decides, or the language,
    if its press is in one country. Regions that templates set by default, such as en-US, name no country with one clock. The language
    says nothing about the place of a site that writes in many (``is_translated``): a broadcaster for abroad, an international organization.
    """
    country = country_of(host)
    region = country
    if region is None and not is_translated:
        region = region_of(language) or COUNTRY_OF_LANGUAGE.get(primary(language))
    read_as = f"{primary(language)}-{country}" if language and country else language
    if zone:
        return Locale(zone, "source", read_as)
    own = COUNTRY_ZONES.get(region or "")
    return Locale(own, "country" if own else None, read_as)


def is_translated(url: str, language: str | None, alternates: Iterable[str]) -> bool:
    """True for a page of a site in many languages: its address has the code of its language, or it has ``alternates`` in more than two.

    ``alternates`` are the languages of its alternate links (hreflang).
    """
    names = path_names(url)[:1] + host(url).split(".")[:1]
    is_in_address = bool(language) and any(re.split(r"[-_]", name)[0] == primary(language) for name in names)
    return is_in_address or len({primary(each) for each in alternates} - {"x", ""}) > _MOST_LANGUAGES


def country_of(host: str) -> str | None:
    """The country of a host by its domain, as ``GB``; None if the domain is not a country's, or is sold to everyone."""
    labels = host.lower().rstrip(".").split(".")
    domain = labels[-1]
    if len(domain) != 2 or len(labels) < 2 or domain in _INTERNATIONAL:
        return None
    is_own = domain not in GENERIC_DOMAINS or labels[-2] in ("com", "co", "org", "net", "gov")
    return {"uk": "GB"}.get(domain, domain.upper()) if is_own else None


def region_of(language: str | None) -> str | None:
    """The region of a BCP 47 tag."""
    return next((part for part in (language or "").split("-")[1:] if len(part) == 2 and part.isupper()), None)


def primary(language: str | None) -> str:
    """The language of a BCP 47 tag without its script and region."""
    return (language or "").split("-", 1)[0].lower()


def numeric_form(language: str | None) -> str | None:
    """How a language writes a date in numbers, as ``d.m.y``; None for one that we do not know, and for English without a region."""
    region, name = region_of(language), primary(language)
    if name == "en" and region is None:
        return None
    return NUMERIC_DATES.get(f"{name}-{region}") or NUMERIC_DATES.get(name) or ("d/m/y" if name == "en" else None)

"""News agencies: their codes, the names that bylines, datelines and credit lines print for them, and their own sites.

A sources file may add agencies (``[[agency]]``). Functions take those as ``own``, and know the agencies of this table anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from schemas.agency_table import TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One news agency."""

    code: str
    """What stands in ``articles.agency``."""
    names: tuple[str, ...]
    """Names and initials as printed, the full one first; matched as whole words."""
    ambiguous: tuple[str, ...] = ()
    """Those of its names that are other things too (a state, a party, a first name): they count only in a wire position."""
    domains: tuple[str, ...] = ()
    """Its own sites: hosts in lower case. What lies under them, such as ``www.``, belongs to them."""
    countries: tuple[str, ...] = ()
    """ISO 3166 codes, in capitals: the country of its seat first."""


def all_agencies(own: tuple[Agency, ...] = ()) -> dict[str, Agency]:
    """Agencies by code: those of the table and ``own``, which win."""
    return AGENCIES | {agency.code: agency for agency in own}


def agency_of_host(host: str, own: tuple[Agency, ...] = ()) -> Agency | None:
    """The agency on whose own site a host lies: ``www.ansa.it`` on ``ansa.it``; None for any other host."""
    sites = _sites(own)
    while host:
        if host in sites:
            return sites[host]
        host = host.partition(".")[2]
    return None


@lru_cache(maxsize=8)
def _sites(own: tuple[Agency, ...]) -> dict[str, Agency]:
    return {domain: agency for agency in all_agencies(own).values() for domain in agency.domains}


def _read(table: str) -> dict[str, Agency]:
    rows: list[str] = []
    for line in table.strip().splitlines():
        if line.startswith("    "):
            rows[-1] += f" {line.strip()}"
        elif not line.startswith("#"):
            rows.append(line)
    return {agency.code: agency for agency in map(_agency, rows)}


def _agency(row: str) -> Agency:
    code, country, names, ambiguous, domains = (cell.strip() for cell in row.split("|"))
    certain, doubtful = _listed(names), _listed(ambiguous)
    return Agency(
        code=code,
        names=(*certain, *doubtful),
        ambiguous=doubtful,
        domains=tuple(domains.split()),
        countries=(country,),
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in cell.split(";") if name.strip())


AGENCIES: dict[str, Agency] = _read(TABLE)
"""The known agencies by code."""

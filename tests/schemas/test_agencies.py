"""The table of agencies."""

from __future__ import annotations

from collections import Counter

import pytest

from schemas.agencies import AGENCIES, agency_of_host

NAMES = [(agency.code, name) for agency in AGENCIES.values() for name in agency.names]


def test_the_table_covers_the_world() -> None:
    assert len(AGENCIES) >= 150
    assert len({country for agency in AGENCIES.values() for country in agency.countries}) >= 90
    assert all(code == agency.code for code, agency in AGENCIES.items())


def test_no_name_belongs_to_two_agencies() -> None:
    assert [name for name, times in Counter(name.casefold() for _, name in NAMES).items() if times > 2] == []
    codes: dict[str, set[str]] = {}
    for code, name in NAMES:
        codes.setdefault(name.casefold(), set()).add(code)
    assert {name: found for name, found in codes.items() if len(found) > 1} == {}


def test_ambiguous_names_are_among_the_names() -> None:
    assert all(set(agency.ambiguous) <= set(agency.names) for agency in AGENCIES.values())


@pytest.mark.parametrize("initials", ["PA", "AP", "CP", "TT", "APA", "PAP", "STT", "CNA", "SPA"])
def test_initials_that_mean_other_things_too_are_flagged(initials: str) -> None:
    assert initials in {name for agency in AGENCIES.values() for name in agency.ambiguous}


def test_agencies_have_their_codes_as_keys() -> None:
    assert all(code == agency.code for code, agency in AGENCIES.items())


def test_no_site_belongs_to_two_agencies() -> None:
    domains = [domain for agency in AGENCIES.values() for domain in agency.domains]
    assert len(set(domains)) == len(domains) > 60
    assert all(domain == domain.lower().strip(".") and "." in domain for domain in domains)


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("ansa.it", "ANSA"),
        ("www.ansa.it", "ANSA"),
        ("en.yna.co.kr", "Yonhap"),
        ("agenciabrasil.ebc.com.br", "Agência Brasil"),
        ("tvbrasil.ebc.com.br", None),
        ("feeds.feedburner.com", None),
        ("fansa.it", None),
        ("co.kr", None),
        ("", None),
    ],
)
def test_whose_own_site_a_host_lies_on(host: str, code: str | None) -> None:
    agency = agency_of_host(host)
    assert (agency.code if agency else None) == code

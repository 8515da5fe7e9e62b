"""The table of agencies."""

from __future__ import annotations

from collections import Counter

import pytest

from schemas.agencies import AGENCIES

NAMES = [(agency.code, name) for agency in AGENCIES.values() for name in agency.names]


def test_the_table_covers_the_world() -> None:
    assert len(AGENCIES) >= 35
    assert len({agency.country for agency in AGENCIES.values()}) >= 30
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

"""Names of agencies in a text."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.agencies import AGENCIES, Agency
from transforms.extraction.agency_names import AgencyNames, Form, agency_names

KNOWN = agency_names()
NAMES = [(agency.code, name) for agency in AGENCIES.values() for name in agency.names]


@pytest.mark.parametrize(("code", "name"), NAMES)
def test_every_name_alone_names_its_agency(code: str, name: str) -> None:
    found = KNOWN.agency_of(name)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Reuters Staff", "Reuters"),
        ("REUTERS", "Reuters"),
        ("reuters", "Reuters"),
        ("The Associated Press", "AP"),
        ("AP Staff", "AP"),
        ("AFP-Agence France Presse", "AFP"),
        ("AFP Deutschland", "AFP"),
        ("dpa-infocom GmbH", "dpa"),
        ("dpa/tmn", "dpa"),
        ("APA/dpa", "APA"),
        ("Reuters/dpa/AFP", "Reuters"),
        ("ANI News", "ANI"),
        ("Агентство ТАСС", "TASS"),
        ("(新华社)", "Xinhua"),
        ("共同通信社", "Kyodo"),
    ],
)
def test_words_about_a_name_leave_it_the_same_agency(text: str, code: str) -> None:
    found = KNOWN.agency_of(text)
    assert found is not None
    assert found.code == code


def test_a_longer_name_is_found_in_any_case() -> None:
    for _, name in NAMES:
        if len(name) >= 5 and not any(name in agency.ambiguous for agency in AGENCIES.values()):
            for printed in (name.upper(), name.lower(), name.title()):
                assert KNOWN.agency_of(printed) is not None, printed
                assert list(KNOWN.agencies_in(f"{printed}, Jane Doe")) != [], printed


def test_own_agencies_are_found_beside_the_known_ones() -> None:
    own = agency_names((Agency(code="MPA", names=("Meridian Press Agency", "MPA"), ambiguous=("MPA",)),))
    assert [found.code for found, _ in own.agencies_in("Reuters and Meridian Press Agency")] == ["Reuters", "MPA"]
    assert [found.code for found in own.agencies_of("MPA/dpa")] == ["MPA", "dpa"]
    assert list(own.agencies_in("The MPA is a party")) == []
    assert KNOWN.agency_of("Meridian Press Agency") is None


def test_an_own_agency_replaces_the_known_one_of_its_code() -> None:
    own = agency_names((replace(AGENCIES["TT"], names=(*AGENCIES["TT"].names, "Tidningstelegram")),))
    found = own.agency_of("Tidningstelegram")
    assert found is not None
    assert found is own.agency_of("TT Nyhetsbyrån")
    assert len(own.agencies) == len(AGENCIES)


def test_agencies_travel_as_data_and_their_names_stay_in_the_process() -> None:
    mine = (Agency(code="MPA", names=("Meridian Press Agency",)),)
    assert agency_names(pickle.loads(pickle.dumps(mine))) is agency_names(mine)


def test_only_the_names_whose_words_a_text_has_are_searched() -> None:
    names = AgencyNames(AGENCIES.values())
    find = Form(r"\((?P<agency>{AGENCY})\)")
    assert list(names.agencies_in("Jane Doe of the press association in Bern")) != []
    assert names.names_in("The mapped path (apart from it)") == frozenset()
    assert names.search(find, "The mapped path (apart from it)") is None
    assert names.search(find, "The map (MAP)") is not None
    for name in (name for agency in AGENCIES.values() for name in agency.names):
        found = names.search(find, f"The ferry sank on Monday. ({name})")
        assert found is not None
        assert found["agency"] == name


@pytest.mark.parametrize(
    "text",
    ["", "-", "/", "ap", "map", "Hina", "Petra", "Jane Doe", "Reuter", "Thomson Reuters Foundation", "Reuters Berlin"],
)
def test_anything_more_or_less_than_a_name_is_no_agency(text: str) -> None:
    assert KNOWN.agency_of(text) is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("JANE DOE Associated Press", ["AP"]),
        ("AFP and REUTERS", ["AFP", "Reuters"]),
        ("新华社记者张三", ["Xinhua"]),
        ("Interfax-Ukraine", ["Interfax-Ukraine"]),
        ("He moved to PA and joined the AAP, then the SPA, with a MAP", []),
        ("Michael Bloomberg met Antara Haldar", []),
        ("AFPX, xAFP and user@AFP", []),
    ],
)
def test_only_unambiguous_names_are_found_in_running_text(text: str, codes: list[str]) -> None:
    assert [agency.code for agency, _ in KNOWN.agencies_in(text)] == codes


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200) | st.lists(st.sampled_from([n for _, n in NAMES])).map("/".join))
def test_any_text_can_be_looked_up(text: str) -> None:
    found = KNOWN.agency_of(text)
    assert found is None or found in AGENCIES.values()
    for agency, match in KNOWN.agencies_in(text):
        assert match[0].casefold() in {name.casefold() for name in agency.names}

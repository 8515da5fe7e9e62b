"""Names of agencies in a text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.agencies import AGENCIES
from transforms.extraction.agency_names import agencies_in, agency_of

NAMES = [(agency.code, name) for agency in AGENCIES.values() for name in agency.names]


@pytest.mark.parametrize(("code", "name"), NAMES)
def test_every_name_alone_names_its_agency(code: str, name: str) -> None:
    found = agency_of(name)
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
    found = agency_of(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    ["", "-", "/", "ap", "map", "Hina", "Petra", "Jane Doe", "Reuter", "Thomson Reuters Foundation", "Reuters Berlin"],
)
def test_anything_more_or_less_than_a_name_is_no_agency(text: str) -> None:
    assert agency_of(text) is None


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
    assert [agency.code for agency, _ in agencies_in(text)] == codes


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(), max_size=200) | st.lists(st.sampled_from([n for _, n in NAMES])).map("/".join))
def test_any_text_can_be_looked_up(text: str) -> None:
    found = agency_of(text)
    assert found is None or found in AGENCIES.values()
    for agency, match in agencies_in(text):
        assert match[0].casefold() in {name.casefold() for name in agency.names}

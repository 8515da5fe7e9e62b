"""Bylines made of names, agencies and what stands around them: what holds for all of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.agencies import AGENCIES
from transforms.extraction.agency_names import agency_names
from transforms.extraction.bylines import split_byline

OUTLETS = ("The Daily Example", "Example.com", "MDX")

FIRST = ("Jane", "Max", "Åsa", "José", "Ирина", "Nguyễn", "Jean-Luc", "J.R.")
LAST = ("Doe", "O'Brien", "Öberg", "García", "Петрова", "McDonald", "Smith-Jones", "van Dyke")
ORDINARY = st.builds("{} {}".format, st.sampled_from(FIRST), st.sampled_from(LAST))
AGENCY = st.sampled_from([name for agency in AGENCIES.values() for name in agency.names])
PIECES = (
    ORDINARY | AGENCY | st.sampled_from(["By", "and", "Redaktion", "3 May 2024", "(", "für", "@x", "in", "记者", "&"])
)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120) | st.lists(PIECES | st.sampled_from(list(",;|/·・、-\n ")), max_size=12).map(" ".join))
def test_any_text_gives_names_without_repetition(text: str) -> None:
    people = split_byline(text, OUTLETS)
    assert len(set(people)) == len(people)
    for person in people:
        assert person == person.strip() != ""
        assert not any(mark.isdigit() or mark in "@|;\n" for mark in person)
        assert agency_names().agency_of(person) is None


@settings(max_examples=200, deadline=None)
@given(st.lists(ORDINARY, min_size=1, max_size=6, unique=True))
def test_ordinary_names_come_back_in_order(names: list[str]) -> None:
    assert list(split_byline(", ".join(names))) == names
    assert list(split_byline("By " + " and ".join([", ".join(names[:-1]), names[-1]][len(names) == 1 :]))) == names


@settings(max_examples=100, deadline=None)
@given(ORDINARY, AGENCY, st.sampled_from([", ", " | ", " / ", "; ", " with ", " and "]))
def test_an_agency_beside_a_name_is_no_author(name: str, agency: str, mark: str) -> None:
    assert split_byline(name + mark + agency) == (name,)
    assert split_byline(agency + mark + name) == (name,)

"""The names of months, weekdays and zones: generated, without contradictions, and understood in dates."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy import generate_calendar, generate_places
from transforms.extraction import calendar
from transforms.extraction.byline_tables import WEEKDAYS, date, date_in, without_dates
from transforms.extraction.patterns import any_of
from transforms.extraction.timestamps import parse_stamp


@pytest.mark.parametrize("generator", [generate_calendar, generate_places])
def test_the_checked_in_module_is_what_the_generator_writes(generator: ModuleType) -> None:
    written = generator.MODULE.read_text(encoding="utf-8")
    assert written == generator.module(), "run make calendar, and look at what changes"


def test_a_full_name_never_contradicts_a_short_one() -> None:
    assert {
        name: number for name, number in calendar.MONTHS.items() if calendar.FULL_MONTHS.get(name, number) != number
    } == {}


def test_a_zone_has_one_meaning() -> None:
    assert not set(calendar.FIXED_ZONES) & set(calendar.CIVIL_ZONES)
    assert not calendar.AMBIGUOUS_ZONES & {*calendar.FIXED_ZONES, *calendar.CIVIL_ZONES}


def test_every_month_is_understood_in_a_date() -> None:
    stamps = {name: parse_stamp(f"3 {name} 2024") for name in calendar.MONTHS}
    read = {name: stamp and stamp.instant for name, stamp in stamps.items()}
    assert read == {name: datetime(2024, number, 3, tzinfo=timezone.utc) for name, number in calendar.MONTHS.items()}


def test_every_weekday_is_understood_in_front_of_a_date() -> None:
    weekdays = calendar.WEEKDAYS | calendar.SHORT_WEEKDAYS
    assert {name for name in weekdays if parse_stamp(f"{name} 3. Mai 2024") is None} == set()


@given(
    st.lists(
        st.sampled_from([*sorted(WEEKDAYS), *" ,|5年月日星期曜요일:.", "May", "uhr", "ago", "vor"]), max_size=8
    ).map("".join)
)
def test_the_dates_of_a_byline_are_those_that_its_pattern_finds(line: str) -> None:
    assert date_in(line) is not None or date().search(line) is None
    assert without_dates(line, "-") == date().sub("-", line)


@given(st.sets(st.text(alphabet="abc.é ", min_size=1, max_size=5), min_size=1, max_size=30), st.data())
def test_a_pattern_matches_its_words_and_takes_the_longest(words: set[str], data: st.DataObject) -> None:
    pattern = re.compile(any_of(words))
    text = data.draw(st.sampled_from(sorted(words))) + data.draw(st.text(alphabet="abc.é ", max_size=3))
    match = pattern.match(text)
    assert match is not None
    assert match[0] == max((word for word in words if text.startswith(word)), key=len)

"""Stamps: what is read, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extraction.timestamps import find_stamps, parse_stamp

FETCHED = datetime(2024, 5, 10, 12, 0, tzinfo=timezone.utc)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "instant", "offset", "precision"),
    [
        ("2024-05-03T14:47:42+02:00", "2024-05-03T12:47:42", 120, "second"),
        ("2024-05-03T14:47:42Z", "2024-05-03T14:47:42", 0, "second"),
        ("2024-05-03T14:47:42.123456+0530", "2024-05-03T09:17:42", 330, "second"),
        ("2024-05-03T14:47-08", "2024-05-03T22:47:00", -480, "minute"),
        ("2024-05-03 14:47:42 -0330", "2024-05-03T18:17:42", -210, "second"),
        ("2024-05-03 14:47 Z", "2024-05-03T14:47:00", 0, "minute"),
        ("2024-05-03|19h18", "2024-05-03T19:18:00", None, "minute"),
        ("2024/05/03 14:47:42", "2024-05-03T14:47:42", None, "second"),
        ("2024-05-03", "2024-05-03T00:00:00", None, "day"),
        ("20240503", "2024-05-03T00:00:00", None, "day"),
        ("20240503T144742Z", "2024-05-03T14:47:42", 0, "second"),
        ("20240503144742", "2024-05-03T14:47:42", None, "second"),
        ("1714747662", "2024-05-03T14:47:42", 0, "second"),
        ("1714747662000", "2024-05-03T14:47:42", 0, "second"),
        ("Fri, 03 May 2024 14:47:42 +0200", "2024-05-03T12:47:42", 120, "second"),
        ("Fri,03 May 2024 14:47:42 -0000", "2024-05-03T14:47:42", 0, "second"),
        ("Fri, 3 May 24 14:47:42 EDT", "2024-05-03T18:47:42", -240, "second"),
        ("Fri, 03 May 2024 14:47 CEST", "2024-05-03T12:47:00", 120, "minute"),
        ("Fri, 03 May 2024 14:47:42 GMT+9", "2024-05-03T05:47:42", 540, "second"),
        ("3 May 2024 2:47 PM ET", "2024-05-03T18:47:00", -240, "minute"),
        ("3 January 2024 2:47 PM ET", "2024-01-03T19:47:00", -300, "minute"),
        ("Fri May  3 14:47:42 2024", "2024-05-03T14:47:42", None, "second"),
        ("Fri May 03 14:47:42 UTC 2024", "2024-05-03T14:47:42", 0, "second"),
        ("Fri May 03 2024 14:47:42 GMT+0200 (CEST)", "2024-05-03T12:47:42", 120, "second"),
        ("May 3, 2024", "2024-05-03T00:00:00", None, "day"),
        ("Sept. 3rd, 2023 at 9:05 a.m.", "2023-09-03T09:05:00", None, "minute"),
        ("12:05 am, 3 May 2024", "2024-05-03T00:05:00", None, "minute"),
        ("18:00, February 01, 2023", "2023-02-01T18:00:00", None, "minute"),
        ("3. Mai 2024, 14:47 Uhr", "2024-05-03T14:47:00", None, "minute"),
        ("Freitag, 03.05.2024 um 14.47 Uhr", "2024-05-03T14:47:00", None, "minute"),
        ("le 3 février 2024 à 09h15", "2024-02-03T09:15:00", None, "minute"),
        ("3 de mayo de 2024", "2024-05-03T00:00:00", None, "day"),
        ("3 мая 2024, 14:47", "2024-05-03T14:47:00", None, "minute"),
        ("2024年5月3日（金） 18時30分", "2024-05-03T18:30:00", None, "minute"),
        ("2024-05-03 오후 11:23:17", "2024-05-03T23:23:17", None, "second"),
        ("23/05/2024", "2024-05-23T00:00:00", None, "day"),
        ("05/23/2024", "2024-05-23T00:00:00", None, "day"),
        ("05/05/2024", "2024-05-05T00:00:00", None, "day"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59", 0, "second"),
        ("Mar 3 14:47:42 2024", "2024-03-03T14:47:42", None, "second"),
        ("torsdag 09. mai 2024 - 13:26", "2024-05-09T13:26:00", None, "minute"),
        ("fredag den 3. maj 2024 kl. 14:47", "2024-05-03T14:47:00", None, "minute"),
        ("Do 9 Apr 2020", "2020-04-09T00:00:00", None, "day"),
        ("3 Mayıs 2024 Cuma 14:47", "2024-05-03T14:47:00", None, "minute"),
        ("2024. május 3., péntek", "2024-05-03T00:00:00", None, "day"),
        ("2024 m. gegužės 3 d. 14:47", "2024-05-03T14:47:00", None, "minute"),
        ("3 мая 2024 г., 14:47", "2024-05-03T14:47:00", None, "minute"),
        ("п'ятниця, 3 травня 2024", "2024-05-03T00:00:00", None, "day"),
        ("Παρασκευή, 3 Μαΐου 2024 2:47 μ.μ.", "2024-05-03T14:47:00", None, "minute"),
        ("الجمعة 3 مايو 2024 02:47 م", "2024-05-03T14:47:00", None, "minute"),
        ("शुक्रवार, 3 मई 2024, 2:47 अपराह्न", "2024-05-03T14:47:00", None, "minute"),
        ("০৩ মে ২০২৪, ০২:৪৭ পিএম", "2024-05-03T14:47:00", None, "minute"),
        ("Thứ sáu, ngày 3 tháng 5 năm 2024", "2024-05-03T00:00:00", None, "day"),
        ("3 mai 2024 14 h 47 HAE", "2024-05-03T18:47:00", -240, "minute"),
        ("3. května 2024 14:47 SELČ", "2024-05-03T12:47:00", 120, "minute"),
    ],
)
def test_a_stamp_is_read_as_printed(text: str, instant: str, offset: int | None, precision: str) -> None:
    stamp = parse_stamp(text)
    assert stamp is not None
    assert (stamp.instant, stamp.offset_minutes, stamp.precision, stamp.raw) == (utc(instant), offset, precision, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2 hours ago",
        "2024",
        "2024-05",
        "May 2024",
        "18:00",
        "031231",
        "03-12-31",
        "02/03/2024",
        "2024-02-30",
        "2024-13-01",
        "2024-05-03T25:14:55Z",
        "2024-05-03T10:61:55Z",
        "2024-05-03T10:14:61Z",
        "2024-05-03T10:14:55+00:xx",
        "2024-05-03T10:14:55-99:99",
        "2024-05-03T10:14:55-06:00Textra",
        "Fri, 03 May 2024 1:2:3:4 GMT",
        "Fri, 03 zzz 2024 11:47:32 GMT",
        "99 Jun 2024 12:00:00 GMT",
        "Tomorrow-ish, 32 Febtober 20x6 25:61 ZZZ",
        "on May 3 2024 the council met",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "3 May 2024 " + "x" * 200,
        "https://news.example/2024/05/03/",
    ],
)
def test_what_names_no_certain_day_is_no_stamp(text: str) -> None:
    assert parse_stamp(text) is None


@pytest.mark.parametrize(
    ("text", "zone", "instant", "offset"),
    [
        ("2023-02-01 18:00", "Asia/Hong_Kong", "2023-02-01T10:00:00", 480),
        ("2024-01-15 12:00", "Europe/Berlin", "2024-01-15T11:00:00", 60),
        ("2024-07-15 12:00", "Europe/Berlin", "2024-07-15T10:00:00", 120),
        ("2024-03-31 02:30", "Europe/Berlin", "2024-03-31T01:30:00", 60),
        ("2024-10-27 02:30", "Europe/Berlin", "2024-10-27T00:30:00", 120),
        ("2024-05-03", "America/New_York", "2024-05-03T04:00:00", -240),
        ("2024-05-03T12:00:00Z", "America/New_York", "2024-05-03T12:00:00", 0),
        ("3 May 2024 18:00 IST", "Asia/Kolkata", "2024-05-03T12:30:00", 330),
        ("3 May 2024 18:00 CST", "Asia/Shanghai", "2024-05-03T10:00:00", 480),
        ("3 May 2024 18:00 CST", None, "2024-05-04T00:00:00", -360),
    ],
)
def test_a_stamp_without_offset_takes_the_zone_of_its_source(
    text: str, zone: str | None, instant: str, offset: int
) -> None:
    stamp = parse_stamp(text, zone)
    assert stamp is not None
    assert (stamp.instant, stamp.offset_minutes) == (utc(instant), offset)


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        parse_stamp("2024-05-03 10:00", "Middle/Earth")


@given(st.text(max_size=80))
@settings(max_examples=300)
def test_any_string_is_a_stamp_or_none(text: str) -> None:
    stamp = parse_stamp(text)
    assert stamp is None or stamp.instant.utcoffset() == timedelta(0)


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2080, 1, 1)),  # noqa: DTZ001
    st.integers(min_value=-12 * 60, max_value=14 * 60),
)
@settings(max_examples=200)
def test_every_iso_stamp_keeps_its_instant_and_offset(naive: datetime, minutes: int) -> None:
    moment = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    stamp = parse_stamp(moment.isoformat())
    assert stamp is not None
    assert (stamp.instant, stamp.offset_minutes, stamp.local) == (moment, minutes, moment)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2030, 1, 1)))  # noqa: DTZ001
@settings(max_examples=100)
def test_a_local_clock_that_exists_once_comes_back_from_its_zone(naive: datetime) -> None:
    local = naive.replace(microsecond=0)
    zone = ZoneInfo("America/New_York")
    early, late = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    stamp = parse_stamp(local.isoformat(sep=" "), zone.key)
    assert stamp is not None
    if early == late:
        assert stamp.instant.astimezone(zone).replace(tzinfo=None) == local


def test_stamps_of_a_printed_line_are_found_with_their_places() -> None:
    line = "Published: 18:00, February 1, 2023 | Updated: 22:54, February 1, 2023"
    found = find_stamps(line, "Asia/Hong_Kong")
    assert [(line[:start].split()[-1], stamp.instant) for start, stamp in found] == [
        ("Published:", utc("2023-02-01T10:00:00")),
        ("Updated:", utc("2023-02-01T14:54:00")),
    ]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1790856000", "2026-10-01T12:00:00"),
        ("1790856000123", "2026-10-01T12:00:00"),
        ("1790856000.75", "2026-10-01T12:00:00"),
        ("/Date(1790856000000)/", "2026-10-01T12:00:00"),
        ("/Date(1790856000000+0200)/", "2026-10-01T12:00:00"),
        ("2026-274", "2026-10-01T00:00:00"),
        ("2024-366T12:00:00Z", "2024-12-31T12:00:00"),
        ("2026-W40-4", "2026-10-01T00:00:00"),
        ("2026W404T12:00+02:00", "2026-10-01T10:00:00"),
        ("2026-10-01Z", "2026-10-01T00:00:00"),
        ("2026-10-01-05:00", "2026-10-01T00:00:00"),
        ("2026-10-01 T 12:00:00 Z", "2026-10-01T12:00:00"),
        ("2026-09-30T24:00:00Z", "2026-10-01T00:00:00"),
        ("Wed, 30 Sep 2026 24:00:00 GMT", "2026-10-01T00:00:00"),
        ("Thu, 01 Oct 2026 14:00:00 +02", "2026-10-01T12:00:00"),
    ],
)
def test_stamps_as_machines_print_them(text: str, instant: str) -> None:
    stamp = parse_stamp(text)
    assert stamp is not None
    assert stamp.instant == datetime.fromisoformat(instant).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2025-366",
            "2026-000",
            "2026-W54-1",
            "2026-W00-1",
            "2026-W40-8",
            "9999-W53-7",
            "9999-12-31T24:00:00Z",
            "0000-001",
        ),
        *(
            "2026-09-30T24:00:01Z",
            "2026-09-30T24:30:00Z",
            "2026-09-30T25:00:00Z",
            "/Date(-1)/",
            "/Date(17)/",
        ),
        *("2790856000", "179085600", "2026-10", "2026", "-2610", "261001", "26274"),
    ],
)
def test_stamps_of_machines_that_name_no_day(text: str) -> None:
    assert parse_stamp(text) is None


@given(
    st.dates(date(1780, 1, 1), date(2090, 1, 1)),
    st.sampled_from("T "),
    st.sampled_from(("14:47", "23:59:60", "00:00:00", "09:05:07.123", "24:00", "25:10")),
    st.sampled_from(("", "Z", "+02:00", "-0530", "+14:00", "+15:00")),
    st.sampled_from((None, "Europe/Berlin")),
)
def test_the_form_of_machines_is_read_like_any_other(
    day: date, mark: str, clock: str, offset: str, zone: str | None
) -> None:
    printed = f"{day.isoformat()}{mark}{clock}{offset}"
    stamp, other = parse_stamp(printed, zone), parse_stamp(f"Monday, {printed}", zone)
    assert stamp == (other and replace(other, raw=printed))

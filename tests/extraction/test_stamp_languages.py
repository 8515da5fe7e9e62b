"""Dates in every language of the bundled sources, as CLDR prints them and as newspapers do."""

from __future__ import annotations

from datetime import date, datetime, time, timezone

import pytest
from babel.dates import format_date, format_time
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.generate_calendar import LANGUAGES
from transforms.extraction.locales import primary
from transforms.extraction.other_calendars import gregorian
from transforms.extraction.stamp_words import BEFORE_CLOCK, words
from transforms.extraction.timestamps import find_stamps, parse_stamp

DIGITS = {
    "ar": "٠١٢٣٤٥٦٧٨٩",
    "bn": "০১২৩৪৫৬৭৮৯",
    "fa": "۰۱۲۳۴۵۶۷۸۹",
    "hi": "०१२३४५६७८९",
    "th": "๐๑๒๓๔๕๖๗๘๙",
    "ur": "۰۱۲۳۴۵۶۷۸۹",
}
QUICK = settings(deadline=None, max_examples=40)
"""The first example compiles the grammar."""
DAY = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


def read(text: str, language: str) -> str | None:
    stamp = parse_stamp(text, None, language)
    return stamp.instant.strftime("%Y-%m-%d %H:%M") if stamp else None


@pytest.mark.parametrize("width", ["long", "medium", "full"])
@pytest.mark.parametrize("language", LANGUAGES)
@QUICK
@given(DAY)
def test_a_date_of_any_month_is_read_in_any_language(language: str, width: str, day: date) -> None:
    text = format_date(day, width, locale=language)
    if language == "th":  # babel has no Buddhist years
        text = text.replace(str(day.year), str(day.year + 543))
    assert read(text, primary(language.replace("_", "-"))) == f"{day} 00:00", text


@pytest.mark.parametrize("language", LANGUAGES)
@QUICK
@given(DAY, st.times())
def test_a_clock_follows_a_date_of_any_language(language: str, day: date, clock: time) -> None:

    text = f"{format_date(day, 'long', locale=language)} {format_time(clock, 'short', locale=language)}"
    if language == "th":
        text = f"{format_date(day, 'd MMM y', locale='th')} เวลา {clock:%H:%M} น."
    assert read(text, primary(language.replace("_", "-"))) == f"{day} {clock:%H:%M}", text


@pytest.mark.parametrize("language", sorted(BEFORE_CLOCK))
@QUICK
@given(DAY, st.times(), st.data())
def test_words_stand_before_a_clock(language: str, day: date, clock: time, data: st.DataObject) -> None:

    word = data.draw(st.sampled_from(sorted(words({language: BEFORE_CLOCK[language]}))))
    text = f"{format_date(day, 'd MMMM y', locale=language)} {word} {clock:%H:%M}"
    assert read(text, language) == f"{day} {clock:%H:%M}", text


@pytest.mark.parametrize("language", sorted(DIGITS))
@QUICK
@given(DAY, st.times())
def test_digits_of_a_script_are_digits(language: str, day: date, clock: time) -> None:

    year = day.year + 543 if language == "th" else day.year
    text = f"{day.day} {format_date(day, 'MMMM', locale=language)} {year}, {clock:%H:%M}"
    text = text.translate({ord(str(number)): digit for number, digit in enumerate(DIGITS[language])})
    assert read(text, language) == f"{day} {clock:%H:%M}", text
    assert [stamp.raw for _, stamp in find_stamps(f"- {text}", None, language)] == [text]


@QUICK
@given(st.integers(1206, 1497), st.integers(1, 12), st.integers(1, 29))
def test_persian_days_follow_each_other(year: int, month: int, day: int) -> None:
    first = gregorian(year, month, day)
    following = [(year, month, day + 1), (year, month + 1, 1), (year + 1, 1, 1)]
    for candidate in following:
        try:
            following_day = gregorian(*candidate)
        except ValueError:
            continue
        assert (following_day - first).days == 1
        break


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("جمعه ۲۹ آبان ۱۴۰۵", "2026-11-20"),
        ("۱ فروردین ۱۴۰۰", "2021-03-21"),
        ("۳۰ اسفند ۱۳۹۹", "2021-03-20"),
        ("۲۲ بهمن ۱۳۵۷", "1979-02-11"),
        ("۱۴۰۵/۰۸/۲۹", "2026-11-20"),
    ],
)
def test_persian_dates(text: str, day: str) -> None:
    assert read(text, "fa") == f"{day} 00:00"


@pytest.mark.parametrize(
    ("text", "language", "instant"),
    [
        ("20. listopada 2026. u 10:05", "hr", "2026-10-20 10:05"),
        ("20 listopada 2026, 10:05", "pl", "2026-11-20 10:05"),
        ("20. listopad 2026", "cs", "2026-11-20 00:00"),
        ("20 listopad 2026", None, None),
        ("02/03/2026", "en-GB", "2026-03-02 00:00"),
        ("02/03/2026", "en-US", "2026-02-03 00:00"),
        ("02/03/2026", "pt", "2026-03-02 00:00"),
        ("02/03/2026", "en", None),
        ("02/03/2026", "de", None),
        ("02.03.26", "de", "2026-03-02 00:00"),
        ("26.03.02", "ko", "2026-03-02 00:00"),
        ("02.03.26", "en", None),
        ("令和8年11月20日 10時05分", "ja", "2026-11-20 10:05"),
        ("令和元年5月1日", "ja", "2019-05-01 00:00"),
        ("民國115年11月20日", "zh", "2026-11-20 00:00"),
        ("2026年11月20日(金) 10:05", "ja", "2026-11-20 10:05"),
        ("20-Nov-26", "en", "2026-11-20 00:00"),
        ("Nov 20, '26", "en", "2026-11-20 00:00"),
        ("دوپہر 1:05 20 نومبر 2026", "ur", "2026-11-20 13:05"),
        ("20 नवंबर 2026, रात 9:05 बजे", "hi", "2026-11-20 21:05"),
        ("20 नवंबर 2026, रात 1:05 बजे", "hi", "2026-11-20 01:05"),
    ],
)
def test_the_language_decides(text: str, language: str | None, instant: str | None) -> None:
    stamp = parse_stamp(text, None, language)
    assert (stamp.instant.strftime("%Y-%m-%d %H:%M") if stamp else None) == instant


@pytest.mark.parametrize(
    ("text", "instant", "offset"),
    [
        ("Thứ sáu, 20/11/2026, 10:05 (GMT+7)", "03:05", 420),
        ("(GMT+7) 10:05, 20/11/2026", "03:05", 420),
        ("20/11/2026 (GMT+7) 10:05", "03:05", 420),
        ("UTC+3 20.11.2026 10:05", "07:05", 180),
        ("20 November 2026 10:05 UTC +05:30", "04:35", 330),
        ("20 November 2026 10:05 (MSK)", "07:05", 180),
        ("20 ноября 2026 в 10:05 (мск)", "07:05", 180),
        ("2026-11-20T10:05:00+01:00[Europe/Madrid]", "09:05", 60),
        ("2026-11-20T10:05:00[Europe/Madrid]", "09:05", 60),
        ("2026-11-20 10:05 America/New_York", "15:05", -300),
        ("Fri, 20 Nov 2026 10:05:00 Europe/Brussels", "09:05", 60),
        ("2026-11-20T10:05:00-05:00Z", "15:05", -300),
        ("Fri, 20 Nov 2026 10:05:00 -0500 EST", "15:05", -300),
        ("Fri, 20 Nov 2026 10:05:00 -0500 (EST)", "15:05", -300),
        ("Fri, 20 Nov 2026 10:05:00 EST -0500", "15:05", -300),
        ("2026-11-20 10:05:00 +0000 UTC", "10:05", 0),
        ("Fri Nov 20 2026 10:05:00 GMT+0100 (Mitteleuropäische Normalzeit)", "09:05", 60),
        ("November 20, 2026 10:05 AM Eastern Time", "15:05", -300),
        ("20 November 2026 10:05 Central European Standard Time", "09:05", 60),
        ("20 Nov 2026 10:05 WIB", "03:05", 420),
    ],
)
def test_a_zone_is_read_in_every_form_and_place(text: str, instant: str, offset: int) -> None:
    stamp = parse_stamp(text)
    assert stamp is not None
    assert (stamp.instant, stamp.offset_minutes) == (
        datetime.fromisoformat(f"2026-11-20T{instant}").replace(tzinfo=timezone.utc),
        offset,
    )
    assert stamp.zoned
    found = find_stamps(f"Ana Ruiz | {text}")
    assert [(found_stamp.instant, found_stamp.zoned) for _, found_stamp in found] == [(stamp.instant, True)]


@pytest.mark.parametrize("text", ["20 November 2026 10:05 (QQT)", "20 November 2026 10:05 мск+2"])
def test_a_zone_that_nobody_knows_is_not_utc(text: str) -> None:
    stamp = next(stamp for _, stamp in find_stamps(text))
    assert (stamp.zoned, stamp.offset_minutes) == (False, None)


def test_the_name_of_a_zone_is_in_capitals_in_a_line_of_text() -> None:
    (_, stamp), *_ = find_stamps("Publié le 20 novembre 2026 à 10:05 et modifié")
    assert not stamp.zoned

"""Forms of stamps that machines print and people do not: seconds since 1970, ISO 8601's weeks and days of the year, dates of XML Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

_EPOCH = re.compile(r"(?:/Date\()?(1\d{9})(?:\d{3}|\.\d{1,9})?(?:[+-]\d{4})?(?:\)/)?")
"""Seconds since 1970, or milliseconds, bare or as .NET writes them. An offset after them does not change the instant."""
_WEEK = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])(?=T|$)", re.IGNORECASE)
_DAY_OF_YEAR = re.compile(r"(\d{4})-(\d{3})(?=T|$)", re.IGNORECASE)
_ZONED_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})", re.IGNORECASE)
_SPACED_T = re.compile(r"(?<=\d) T (?=\d{1,2}:)", re.IGNORECASE)
_SPACED_HOURS = re.compile(r"(:\d{2}) ([+-]\d{2})$")


def epoch_instant(text: str) -> datetime | None:
    """The instant, in whole seconds, of a text that is a number of seconds or milliseconds; None for any other text."""
    found = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(found[1]), timezone.utc) if found else None


def as_calendar_day(text: str) -> str:
    """The text with its date as ``2004-01-31``: without weeks, days of the year, an offset of a whole day, and blanks around the T."""
    if day := _ZONED_DAY.fullmatch(text):
        return day[1]
    if week := _WEEK.match(text):
        return _with_day(text, week, lambda: date.fromisocalendar(int(week[1]), int(week[2]), int(week[3])))
    if number := _DAY_OF_YEAR.match(text):
        return _with_day(text, number, lambda: _day_of_year(int(number[1]), int(number[2])))
    return _SPACED_HOURS.sub(r"\1\2", _SPACED_T.sub("T", text))


def _with_day(text: str, found: re.Match[str], day: Callable[[], date]) -> str:
    try:
        return f"{day():%Y-%m-%d}{text[found.end() :]}"
    except (ValueError, OverflowError):
        return text


def _day_of_year(year: int, number: int) -> date:
    day = date(year, 1, 1) + timedelta(days=number - 1)
    if day.year != year:
        raise ValueError
    return day

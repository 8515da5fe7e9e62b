"""Calendars beside the Gregorian that news prints: the Persian one, and Buddhist years."""

from __future__ import annotations

from datetime import datetime, timedelta

from transforms.extraction.folding import fold

_PERSIAN = (
    "فروردین حمل وری | اردیبهشت ثور غویی | خرداد جوزا غبرگولی | تیر سرطان چنگاښ | مرداد اسد زمری | شهریور سنبله وږی | "
    "مهر میزان تله | آبان ابان عقرب لړم | آذر اذر قوس لیندۍ | دی جدی مرغومی | بهمن دلو سلواغه | اسفند حوت کب"
)
"""Iranian, Dari and Pashto names."""
PERSIAN_MONTHS = {
    fold(name)[0]: number for number, names in enumerate(_PERSIAN.split("|"), start=1) for name in names.split()
}
"""Names of the Persian months, as folding.fold makes them, with their numbers."""
_LEAP_YEARS = (1, 5, 9, 13, 17, 22, 26, 30)
"""Places of the leap years in 33 years."""
_BEFORE_YEAR_ONE = datetime(621, 3, 22)  # noqa: DTZ001  # a day
"""The day from which the Persian years below are counted."""


def gregorian(year: int, month: int, day: int) -> datetime:
    """The day of a date in the Persian calendar, right for the years 1206 to 1498. Raises ValueError for a day that does not exist."""
    if not 1 <= month <= 12 or not 1 <= day <= (31 if month <= 6 else 30 if month < 12 or _is_leap(year) else 29):
        raise ValueError(f"no such day: {year}-{month}-{day}")
    leap_days = 8 * (year // 33) + sum(leap < year % 33 for leap in _LEAP_YEARS)
    days = 365 * year + leap_days + 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day
    return _BEFORE_YEAR_ONE + timedelta(days=days - 2)


def _is_leap(year: int) -> bool:
    return year % 33 in _LEAP_YEARS


def is_buddhist(year: int) -> bool:
    """True for a year that can only be of the Buddhist era, 543 years ahead."""
    return 2400 <= year < 2700


def is_thai(text: str) -> bool:
    """True for text in Thai letters."""
    return any("\u0e00" <= char <= "\u0e7f" for char in text)

"""Stamps as pages and feeds print them: text to an instant.

One grammar reads them all. A text that it does not know is None, never a guess: ``02/03/2024`` may be two days, ``2024`` is no day.
General date parsers complete a date from today's, or read any number as a day of this month. Here no date is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from schemas.records import Precision, PublishedFrom
from schemas.safe_text import normalize
from transforms.extraction.calendar import CIVIL_ZONES, FIXED_ZONES, HALVES, MONTHS, OWN_MONTHS
from transforms.extraction.folding import fold
from transforms.extraction.locales import Locale, numeric_form, primary
from transforms.extraction.machine_stamps import as_calendar_day, epoch_instant
from transforms.extraction.other_calendars import PERSIAN_MONTHS, gregorian, is_buddhist, is_thai
from transforms.extraction.stamp_grammar import era_year, grammar, locate

_EARLIEST_YEAR = 1800
_NULL_DAYS = frozenset({(1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1970, 1, 1)})
"""Days that systems print for "no date"."""

_LONGEST = 120
"""Characters of a stamp."""
_LONGEST_LINE = 500
"""Characters of a text in which stamps are searched."""
_LONGEST_ABBREVIATION = 5
"""Letters of the name of a zone that could be a word."""
_MIDNIGHT = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A printed stamp and its instant."""

    instant: datetime
    """In UTC, whole seconds; 00:00 of its day when the precision is day."""
    offset_minutes: int | None
    """The offset from UTC: as printed, else that of the given zone at that time; None if neither is known and UTC is assumed."""
    precision: Precision
    """The smallest unit that was printed."""
    raw: str
    """As printed."""
    zoned: bool
    """True if the stamp prints its offset or zone."""

    @property
    def local(self) -> datetime:
        """The instant at its own offset, which is the printed clock."""
        return self.instant.astimezone(timezone(timedelta(minutes=self.offset_minutes or 0)))

    @property
    def is_full(self) -> bool:
        """True if it has a time of day. Midnight is none: templates that need a time print it for a mere day."""
        local = self.local
        return self.precision != "day" and (local.hour, local.minute, local.second) != _MIDNIGHT


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stamp and its place."""

    origin: PublishedFrom
    label: str
    """The exact place in words: ``json-ld datePublished``."""
    stamp: Stamp
    is_certain: bool = False
    """True for a printed stamp that is marked or labelled as one of publication."""


_ISO = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?:(?P<zone_name>Z)|(?P<sign>[+-])(?P<zone_hours>[0-9]{2}):?(?P<zone_minutes>[0-9]{2}))?)?"
)
"""The form of most stamps for machines. Its groups have the names of those in the grammar, which takes ten times as long for it."""
_DAY_HOURS = 24
"""24:00 is 0:00 of the next day (ISO 8601)."""
_PERSIAN = frozenset({"fa", "ps", "ckb"})
"""Languages whose countries count years and months from the Hijra, by the sun."""


def parse_stamp(text: str, zone: str | None = None, language: str | None = None) -> Stamp | None:
    """The stamp that is the whole text; None if the text is anything else, or does not determine the day.

    A stamp without an offset gets the offset of ``zone`` (an IANA name) on that day; without a zone it counts as UTC, with an unknown
    offset. ``language`` (BCP 47) decides what 02/03/2024 and "listopad" mean. Raises ZoneInfoNotFoundError for an unknown ``zone``.
    """
    raw = text.strip()
    return None if not raw or len(raw) > _LONGEST else _parsed(raw, zone, language)


@lru_cache(maxsize=1024)  # a page states its stamp in several places, and is asked for it more than once
def _parsed(raw: str, zone: str | None, language: str | None) -> Stamp | None:
    if iso := _ISO.fullmatch(raw):
        return _stamp({name: value.lower() for name, value in iso.groupdict().items() if value}, zone, language, raw)
    if instant := epoch_instant(raw):
        return Stamp(instant, 0, "second", raw, True)
    plain, _ = fold(as_calendar_day(_one_line(raw)))
    patterns = grammar()
    if asctime := patterns.asctime.match(plain):
        plain = "{day} {name} {year} {clock} {zone}".format_map(asctime.groupdict("")).strip()
    located = locate(plain)
    if located is None or patterns.before_date.fullmatch(plain[: located.start]) is None:
        return None
    # After an offset, JavaScript prints the name of the zone in brackets.
    if patterns.after_date.fullmatch(plain[located.end :]) is None:
        return None
    return _stamp(located.parts, zone, language, raw)


def find_stamps(text: str, zone: str | None = None, language: str | None = None) -> list[tuple[int, Stamp]]:
    """The stamps in a short text, such as a line beside a headline, each with its position. ``raw`` is the stamp alone.

    Of a text with more than 500 characters only these are read. The name of a zone counts only in capitals, as "est" and "et" are words.
    """
    text = _one_line(text[:_LONGEST_LINE])
    plain, places = fold(text)
    stamps, position = [], 0
    while (located := locate(plain, position)) is not None:
        start, end = (places[located.start], places[located.end - 1] + 1) if places else (located.start, located.end)
        parts = located.parts
        if located.zone_at is not None and "sign" not in parts:
            name = places[located.zone_at] if places else located.zone_at
            if text[name].isascii() and text[name].islower() and len(parts["zone_name"]) <= _LONGEST_ABBREVIATION:
                parts = {key: value for key, value in parts.items() if key != "zone_name"}
        stamp = _stamp(parts, zone, language, text[start:end].strip(" ,;|"))
        if stamp is not None:
            stamps.append((start, stamp))
        position = located.end
    return stamps


def stamped(origin: PublishedFrom, label: str, texts: Iterable[str | None], locale: Locale) -> list[Candidate]:
    """The first of the texts that is a stamp, as a list of one candidate; an empty list if none is."""
    stamps = (parse_stamp(text, locale.zone, locale.language) for text in texts if text)
    return [Candidate(origin, label, stamp) for stamp in stamps if stamp is not None][:1]


def _one_line(text: str) -> str:
    """The text in NFC, with single spaces."""
    return normalize("NFC", " ".join(text.split()))


def _stamp(parts: dict[str, str], zone: str | None, language: str | None, raw: str) -> Stamp | None:
    day = _day(parts, language)
    if day is None or day.year < _EARLIEST_YEAR or (day.year, day.month, day.day) in _NULL_DAYS:
        return None
    precision: Precision = "day"
    local, later = day, timedelta(0)
    hours = next((parts[name] for name in ("hour", "east_hour", "full_hour", "bare_hour") if name in parts), None)
    if hours is not None:
        hour = _hour(int(hours), _half(parts))
        minute = int(parts.get("minute") or parts.get("east_minute") or 0)
        seconds = parts.get("second") or parts.get("east_second")
        second = int(seconds or 0)
        if hour is None or minute > 59 or second > 60:
            return None
        if int(hours) == _DAY_HOURS:
            if minute or second:
                return None
            later = timedelta(days=1)
        # datetime has no leap second
        local = day.replace(hour=hour, minute=minute, second=min(second, 59))
        precision = "second" if seconds else "minute"
    own = _printed_zone(parts, local, zone)
    if own is None and ("sign" in parts or "/" in parts.get("zone_name", "")):
        return None
    used = own or (ZoneInfo(zone) if zone else None)
    try:
        aware = (local + later).replace(tzinfo=used or timezone.utc)
        offset = aware.utcoffset()
        instant = aware.astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None
    minutes = None if used is None or offset is None else round(offset.total_seconds() / 60)
    return Stamp(instant, minutes, precision, raw, own is not None)


def _day(parts: dict[str, str], language: str | None) -> datetime | None:
    if "n1" in parts:
        numbers = _two_digit_day(parts, language)
    elif "first" in parts:
        numbers = _day_or_month_first(parts, language)
    else:
        year = era_year(parts["era"], parts.get("era_year", "元")) if "era" in parts else int(parts["year"])
        month = _month(parts["name"], year, language) if "name" in parts else int(parts["month"])
        day = int(re.match(r"\d+", parts["day"])[0])  # type: ignore[index]  # the pattern begins with digits
        numbers = (year, month, day)
    if numbers is None:
        return None
    year, month, day = numbers
    if "n1" in parts or len(parts.get("year", "")) == 2:
        year += 2000 if year < 70 else 1900
    try:
        if 1300 <= year < 1500:
            is_persian = parts.get("name") in PERSIAN_MONTHS or primary(language) in _PERSIAN
            return gregorian(year, month, day) if is_persian else None
        if is_buddhist(year) and (primary(language) == "th" or is_thai(parts.get("name", ""))):
            year -= 543
        return datetime(year, month, day)  # noqa: DTZ001  # made aware by the caller
    except ValueError:
        return None


def _month(name: str, year: int, language: str | None) -> int:
    """The number of a month by name; 0 if the name means several, and the language does not decide."""
    if year < 1500 and name in PERSIAN_MONTHS:
        return PERSIAN_MONTHS[name]
    return OWN_MONTHS.get(primary(language), {}).get(name) or MONTHS.get(name, 0)


def _day_or_month_first(parts: dict[str, str], language: str | None) -> tuple[int, int, int] | None:
    """Year, month and day of ``02/03/2024``; None if either number may be the day and the language does not tell."""
    first, last, year = int(parts["first"]), int(parts["last"]), int(parts["year"])
    if first > 12 or last > 12 or first == last:
        return (year, last, first) if last <= 12 else (year, first, last)
    form = numeric_form(language)
    if form is None or (
        form[1] == "." and parts["sep"] == "/"
    ):  # where people write full stops, a slash is of a machine or a foreigner
        return None
    return (year, first, last) if form.startswith("m") else (year, last, first)


def _two_digit_day(parts: dict[str, str], language: str | None) -> tuple[int, int, int] | None:
    """Year, month and day of ``03.05.24``; None unless the language has dates in this form."""
    form = numeric_form(language)
    if form is None or form[1] != parts["sep"]:
        return None
    numbers = dict(zip(form[::2], (int(parts["n1"]), int(parts["n2"]), int(parts["n3"])), strict=True))
    return numbers["y"], numbers["m"], numbers["d"]


def _half(parts: dict[str, str]) -> str | None:
    half = parts.get("half") or parts.get("half_after") or parts.get("half_full")
    return HALVES.get(half.rstrip("."), half[0]) if half else None


def _hour(hour: int, half: str | None) -> int | None:
    if half is None or hour > 12:  # "15:30 pm" is printed, and is clear
        return hour % _DAY_HOURS if hour <= _DAY_HOURS else None
    if half in ("noon", "night"):
        afternoon = hour in (12, 1, 2, 3, 4) if half == "noon" else 6 <= hour < 12
        return hour % 12 + (12 if afternoon else 0)
    return hour % 12 + (12 if half == "p" else 0)


def _printed_zone(parts: dict[str, str], local: datetime, zone: str | None) -> tzinfo | None:
    if "sign" in parts:
        hours, minutes = int(parts["zone_hours"]), int(parts.get("zone_minutes", 0))
        if hours > 14 or minutes > 59:
            return None
        return timezone((hours * 60 + minutes) * timedelta(minutes=1 if parts["sign"] == "+" else -1))
    name = parts.get("zone_name")
    if name is None:
        return None
    if zone and name == (local.replace(tzinfo=ZoneInfo(zone)).tzname() or "").lower():
        return ZoneInfo(zone)
    if name in CIVIL_ZONES:
        return ZoneInfo(CIVIL_ZONES[name])
    if name in FIXED_ZONES:
        return timezone(timedelta(minutes=FIXED_ZONES[name]))
    place = _places().get(name)
    return ZoneInfo(place) if place else None


@cache
def _places() -> dict[str, str]:
    """Names of the time-zone database by their lower-case form."""
    return {name.lower(): name for name in available_timezones() if "/" in name}

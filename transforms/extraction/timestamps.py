"""Stamps as pages and feeds print them: text to an instant.

One grammar reads them all. A text that it does not know is None, never a guess: ``02/03/2024`` may be two days, ``2024`` is no day.
General date parsers complete a date from today's, or read any number as a day of this month. Here no date is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.records import Precision, PublishedFrom
from schemas.safe_text import normalize
from transforms.extraction import patterns
from transforms.extraction.calendar import CIVIL_ZONES, FIXED_ZONES, MONTHS, SHORT_WEEKDAYS, WEEKDAYS
from transforms.extraction.patterns import any_of

_EARLIEST_YEAR = 1800
_NULL_DAYS = frozenset({(1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1970, 1, 1)})
"""Days that systems print for "no date"."""

_LONGEST = 120
"""Characters of a stamp."""
_LONGEST_LINE = 500
"""Characters of a text in which stamps are searched."""
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


_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º)?"
_HALF = r"(?:am|pm|a\.\s?m\.|p\.\s?m\.|a\.m|p\.m)(?!\w)"
_CLOCK = rf"""(?:(?P<half>{_HALF})\s*)?(?:
    (?P<hour>\d{{1,2}})\s?[:h.]\s?(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:[.,]\d+)?)?(?!\d|:\d)(?:\s*(?P<half_after>{_HALF}))?
  | (?P<full_hour>\d{{1,2}})\s*(?P<half_full>{_HALF})
)(?:\s*(?:uhr|h|น\.)(?!\w))?"""


class _Grammar(NamedTuple):
    """The patterns of dates and clocks, for text that _plain made."""

    dates: tuple[re.Pattern[str], ...]
    before_date: re.Pattern[str]
    """Weekday and article in front of a date."""
    asctime: re.Pattern[str]
    after: re.Pattern[str]
    """A clock after a date."""
    compact_after: re.Pattern[str]
    """A clock after a date of eight digits."""
    before: re.Pattern[str]
    """A clock in front of a date."""


@cache
def _grammar() -> _Grammar:
    """Compiled on first use: it takes 40 ms, and a process that only plans a pipeline does not need it."""
    month = rf"(?P<name>{patterns.month()})(?![^\W\d_])"
    weekday = any_of(WEEKDAYS)
    before_date = (
        rf"(?:[^\W\d_][\w-]{{1,12}}[.,]+\s*|{any_of(WEEKDAYS | SHORT_WEEKDAYS)}[.,]*\s+)?(?:,\s*)?"
        r"(?:(?:the|den|on|am|le|el|il|op)\s+)?"
    )
    zone = rf"""\s*(?:
        (?:utc|gmt)?\s*(?P<sign>[+−-])(?P<zone_hours>\d{{1,2}})(?::?(?P<zone_minutes>\d{{2}}))?
      | \(?(?P<zone_name>{patterns.zone()})\b\)?
    )(?![\w:])"""
    between = rf"""(?:t|_|[\s,;|@•·–—-]*(?:{weekday}[\s,|–—-]+)?
        (?:(?:at|um|à|a\s+las?|alle(?:\s+ore)?|ore|às|kl|om|o\s+godz|godz|в|saat|klo)[.:]?(?=\s*\d))?\s*)"""
    dates = (
        r"(?P<year>\d{4})(?P<sep>[-/])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?![\d/]|-\d)",
        r"(?P<year>\d{4})\.\s?(?P<month>\d{1,2})\.\s?(?P<day>\d{1,2})\.?(?!\d)",
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?=t?\d{6}|t\d{4}|\D|$)",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)",
        # Either may be the day. It is known only if the other number cannot be a day, or if both are the same.
        r"(?P<first>\d{1,2})(?P<sep>[/-])(?P<last>\d{1,2})(?P=sep)(?P<year>\d{4})(?!\d)",
        rf"(?P<day>{_DAY})[\s.-]*(?:(?:de\s|of\s|d’|d'))?\s*{month}[\s.,-]*(?:del?\s+)?"
        r"(?P<year>\d{4}|\d{2}(?=\s+\d{1,2}:))(?!\d)(?:\s?[гр]\.)?",
        rf"{month}\.?\s*(?P<day>{_DAY}),?\s*(?P<year>\d{{4}})(?!\d)",
        rf"(?P<year>\d{{4}})[\s.-]+(?:m\.\s)?{month}[\s.-]+(?P<day>\d{{1,2}})\.?(?!\d)(?:\sd\.)?",
    )
    return _Grammar(
        dates=tuple(re.compile(rf"(?<![\w/.+-])(?<!\d:){date}", re.VERBOSE) for date in dates),
        before_date=re.compile(before_date),
        asctime=re.compile(
            rf"{before_date}{month}\s+(?P<day>\d{{1,2}})\s+(?P<clock>\d{{1,2}}:\d{{2}}:\d{{2}})\s+"
            r"(?:(?P<zone>[a-z]{2,4}|[+-]\d{4})\s+)?(?P<year>\d{4})$"
        ),
        after=re.compile(rf"{between}{_CLOCK}(?:{zone})?", re.VERBOSE),
        compact_after=re.compile(
            rf"t?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?(?!\d)(?:{zone})?", re.VERBOSE
        ),
        before=re.compile(rf"(?<![\w:.]){_CLOCK}(?:{zone})?[\s,|•·–—-]*(?:[^\W\d_]{{3,9}}[.,]\s*|on\s+)?$", re.VERBOSE),
    )


_REWRITTEN = (
    (re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]"), r"\1-\2-\3 "),
    (re.compile(r"(\d{1,2})\s*[時时点點시]\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?"), r"\1:\2:\3 "),
    (re.compile(r"(?:ngày\s)?(?<!\d)(\d{1,2})\stháng\s(\d{1,2}),?\s(?:năm\s)?(\d{4})"), r"\3-\2-\1 "),
    (re.compile(r"오전|上午|午前|पूर्वाह्न|পূর্বাহ্[ণন]|এএম|(?<=\d)\s?(?:π\.\s?μ\.|πμ(?!\w))|(?<=:\d\d)\s?ص(?!\w)"), " am "),
    (re.compile(r"오후|下午|午後|अपराह्न|অপরাহ্[ণন]|পিএম|(?<=\d)\s?(?:μ\.\s?μ\.|μμ(?!\w))|(?<=:\d\d)\s?م(?!\w)"), " pm "),
    (re.compile(r":\s"), " "),
)
"""Rewrites numbered months and halves of the day for the patterns. Only text with characters beyond ASCII needs it."""
_PARENTHESIS = re.compile(r"\([^()]*\)\s*$|\([^()\d]{1,3}\)")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_SPACES = re.compile(r"\s+")


def parse_stamp(text: str, zone: str | None = None) -> Stamp | None:
    """The stamp that is the whole text; None if the text is anything else, or does not determine the day.

    A stamp without an offset gets the offset of ``zone`` (an IANA name) on that day; without a zone it counts as UTC, with an unknown
    offset. Raises ZoneInfoNotFoundError for an unknown ``zone``.
    """
    raw = text.strip()
    if not raw or len(raw) > _LONGEST:
        return None
    if _EPOCH.fullmatch(raw):
        return Stamp(datetime.fromtimestamp(int(raw[:10]), timezone.utc), 0, "second", raw, True)
    plain = _plain(raw)
    asctime = _grammar().asctime.match(plain)
    if asctime:
        plain = "{day} {name} {year} {clock} {zone}".format_map(asctime.groupdict("")).strip()
    elif "(" in plain:
        plain = _PARENTHESIS.sub("", plain).strip()
    located = _locate(plain)
    if located is None:
        return None
    start, end, parts = located
    rest = plain[end:].strip(" .,")
    if _grammar().before_date.fullmatch(plain[:start]) is None or (rest and rest not in WEEKDAYS):
        return None
    return _stamp(parts, zone, raw)


def find_stamps(text: str, zone: str | None = None) -> list[tuple[int, Stamp]]:
    """The stamps in a short text, such as a line beside a headline, each with its position. ``raw`` is the stamp alone.

    Of a text with more than 500 characters only these are read.
    """
    text = text[:_LONGEST_LINE]
    plain, stamps, position = _plain(text), [], 0
    while (located := _locate(plain, position)) is not None:
        start, end, parts = located
        stamp = _stamp(parts, zone, text[start:end].strip() if len(text) == len(plain) else plain[start:end])
        if stamp is not None:
            stamps.append((start, stamp))
        position = end
    return stamps


def stamped(origin: PublishedFrom, label: str, texts: Iterable[str | None], zone: str | None) -> list[Candidate]:
    """The first of the texts that is a stamp, as a list of one candidate; an empty list if none is."""
    stamps = (parse_stamp(text, zone) for text in texts if text)
    return [Candidate(origin, label, stamp) for stamp in stamps if stamp is not None][:1]


def _plain(text: str) -> str:
    """The text as the patterns read it: NFKC, lower case, single spaces, with East Asian signs replaced.

    The length of most Western text does not change.
    """
    plain = normalize("NFKC", text).lower()
    if not plain.isascii():
        for pattern, replacement in _REWRITTEN:
            plain = pattern.sub(replacement, plain)
    return _SPACES.sub(" ", plain).strip()


def _locate(plain: str, position: int = 0) -> tuple[int, int, dict[str, str]] | None:
    """Start, end and parts of the first date from a position on, with the clock after or before it."""
    grammar = _grammar()
    dates = [match for pattern in grammar.dates if (match := pattern.search(plain, position))]
    if not dates:
        return None
    date = min(dates, key=lambda match: (match.start(), -match.end()))
    start, end = date.span()
    compact = plain[start:end].isdigit() and end - start == 8
    clock = grammar.compact_after.match(plain, end) if compact else None
    clock = clock or grammar.after.match(plain, end)
    if clock:
        end = clock.end()
    else:
        clock = grammar.before.search(plain, position, start)
        start = clock.start() if clock else start
    parts = date.groupdict() | (clock.groupdict() if clock else {})
    return start, end, {name: value for name, value in parts.items() if value is not None}


def _stamp(parts: dict[str, str], zone: str | None, raw: str) -> Stamp | None:
    day = _day(parts)
    if day is None or day.year < _EARLIEST_YEAR or (day.year, day.month, day.day) in _NULL_DAYS:
        return None
    precision: Precision = "day"
    local = day
    if "hour" in parts or "full_hour" in parts:
        hour = _hour(int(parts.get("hour") or parts["full_hour"]), _half(parts))
        minute, second = int(parts.get("minute", 0)), int(parts.get("second", 0))
        if hour is None or minute > 59 or second > 60:
            return None
        # datetime has no leap second
        local = day.replace(hour=hour, minute=minute, second=min(second, 59))
        precision = "second" if "second" in parts else "minute"
    own = _printed_zone(parts, local, zone)
    if own is None and "sign" in parts:
        return None
    used = own or (ZoneInfo(zone) if zone else None)
    try:
        aware = local.replace(tzinfo=used or timezone.utc)
        offset = aware.utcoffset()
        instant = aware.astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None
    minutes = None if used is None or offset is None else round(offset.total_seconds() / 60)
    return Stamp(instant, minutes, precision, raw, own is not None)


def _day(parts: dict[str, str]) -> datetime | None:
    year = int(parts["year"])
    if len(parts["year"]) == 2:  # RFC 822 has years of two digits
        year += 2000 if year < 70 else 1900
    if "first" in parts:
        first, last = int(parts["first"]), int(parts["last"])
        if first <= 12 and last <= 12 and first != last:
            return None
        month, day = (last, first) if last <= 12 else (first, last)
    else:
        month = MONTHS[parts["name"]] if "name" in parts else int(parts["month"])
        day = int(re.match(r"\d+", parts["day"])[0])  # type: ignore[index]  # the pattern begins with digits
    try:
        return datetime(year, month, day)  # noqa: DTZ001  # made aware by the caller
    except ValueError:
        return None


def _half(parts: dict[str, str]) -> str | None:
    half = parts.get("half") or parts.get("half_after") or parts.get("half_full")
    return half[0] if half else None


def _hour(hour: int, half: str | None) -> int | None:
    if half is None or hour > 12:  # "15:30 pm" is printed, and is clear
        return hour if hour <= 23 else None
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
    return timezone(timedelta(minutes=FIXED_ZONES[name])) if name in FIXED_ZONES else None

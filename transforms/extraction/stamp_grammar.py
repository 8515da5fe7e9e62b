"""The patterns of dates, clocks and zones, and where they stand in a text that folding.fold made."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from transforms.extraction import patterns, stamp_words
from transforms.extraction.calendar import HALVES, MONTHS, OWN_MONTHS, SHORT_WEEKDAYS, WEEKDAYS
from transforms.extraction.other_calendars import PERSIAN_MONTHS
from transforms.extraction.patterns import any_of

_LETTER = r"[^\W\d_]"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts without spaces between words: a date may follow a letter at once, and a letter a weekday."""
_END = rf"(?![^\W\d_{_UNSPACED}])"
"""The end of a word."""
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|\.?º|ª|-?го|-?е)?"
_LATIN_HALF = r"(?:am|pm|a\.\s?m\.|p\.\s?m\.|a\.m|p\.m)(?!\w)"
_NUMBER = re.compile(rf"(?<![^\W{_UNSPACED}]|[/.+-])(?<!\d:)(?<!\d)\d+")
_DIGIT = re.compile(r"\d")
_NEAR = 60
"""Characters between a date and its clock."""
_LONGEST_MONTH = 24
_GAP = r"[\s,;|@*~.-]*"
_ERAS = {"民國": 1911, "民国": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}


class Located(NamedTuple):
    """A date and its clock in a text."""

    start: int
    end: int
    parts: dict[str, str]
    """Texts of the groups that matched."""
    zone_at: int | None
    """Where the name of the zone begins."""


class _Grammar(NamedTuple):
    year_first: tuple[re.Pattern[str], ...]
    day_first: tuple[re.Pattern[str], ...]
    compact: re.Pattern[str]
    """A date of eight digits."""
    day_and_year: re.Pattern[str]
    """What follows the name of a month that comes first."""
    era: re.Pattern[str]
    """The year of an era."""
    before_date: re.Pattern[str]
    """What may stand in front of a date that is a whole text: a weekday, an article."""
    after_date: re.Pattern[str]
    """What may stand after it."""
    asctime: re.Pattern[str]
    clock_after: re.Pattern[str]
    """A clock after a date, with a zone on either side."""
    compact_after: re.Pattern[str]
    """A clock after a date of eight digits."""
    clock_before: re.Pattern[str]
    """A clock in front of a date, with a zone on either side."""
    zone_after: re.Pattern[str]
    """A zone after a date whose clock is in front of it."""
    zone_before: re.Pattern[str]
    """A zone in front of a date and its clock."""


def era_year(name: str, year: str) -> int:
    """The year of a year of a Japanese or Taiwanese era. ``元`` is the first."""
    return _ERAS[name] + (1 if year == "元" else int(year))


@cache
def grammar() -> _Grammar:
    """Compiled on first use: it takes 100 ms, and a process that only plans a pipeline does not need it."""
    own = [name for months in OWN_MONTHS.values() for name in months]
    month = rf"(?P<name>{any_of([*MONTHS, *PERSIAN_MONTHS, *own])}){_END}"
    weekday = rf"(?:{any_of(WEEKDAYS | SHORT_WEEKDAYS)}{_END}\.?|[(\[]{_LETTER}[^()\[\]\d]{{0,11}}[)\]])"
    long_weekday = rf"(?:{any_of(WEEKDAYS)}{_END}|[(\[]{_LETTER}[^()\[\]\d]{{0,11}}[)\]])"
    half = rf"(?:{any_of(HALVES)}{_END}\.?|{_LATIN_HALF})"
    long_half = rf"(?:{any_of(name for name in HALVES if len(name) > 1)}\.?|{_LATIN_HALF})"
    unit = rf"(?:\s?{any_of(stamp_words.words(stamp_words.AFTER_CLOCK))}{_END}\.?)"
    connector = rf"(?:{any_of(stamp_words.words(stamp_words.BEFORE_CLOCK))}{_END}[.:]?(?=\s*\d))"
    article = rf"(?:{any_of(stamp_words.words(stamp_words.BEFORE_DATE))}{_END}\.?\s*)"
    clock = rf"""(?:(?P<half>{long_half})\s*)?(?:
        (?P<hour>\d{{1,2}})\s?(?:[:.]|h|u(?=\d)|giờ)\s?(?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}})(?:[.,]\d+|:\d{{3,9}})?)?(?!\d|:\d)
      | (?P<east_hour>\d{{1,2}})\s?[時时点點시](?:\s?(?P<east_minute>\d{{1,2}})\s?[分분](?:\s?(?P<east_second>\d{{1,2}})\s?[秒초])?)?
      | (?P<full_hour>\d{{1,2}})\s*(?P<half_full>{_LATIN_HALF})
      | (?P<bare_hour>\d{{1,2}})\s?(?:h|uhr|giờ)(?!\w)
    ){unit}?(?:\s*(?P<half_after>{half}))?{unit}?"""

    def zone(suffix: str = "") -> str:
        name = rf"(?:{patterns.zone()}|[a-z]{{2,10}}/[a-z_+-]{{2,24}}(?:/[a-z_]{{2,24}})?)"
        # "10:05 -12" may go on with words; "10:05 -1200" is an offset.
        sign = rf"(?P<sign{suffix}>(?<=[\da-z(\[])[+-]|(?<=\s)[+-](?=\d\d:?\d\d)|(?<=utc\s|gmt\s)[+-])"
        return rf"""[,\s]*[(\[]?\s?(?:
            (?:(?:utc|gmt|z|{name}(?=\s[+-]\d{{2}}))\s?)?[(\[]?{sign}(?P<zone_hours{suffix}>\d{{1,2}})
                (?::?(?P<zone_minutes{suffix}>\d{{2}}))?(?:\s?[)(\[]{{0,2}}{name})?
          | (?P<zone_name{suffix}>{name})
        )\s?[)\]]?(?![\w:/+]|-\d)"""

    of_year = rf"(?:{any_of(stamp_words.OF_YEAR.split())}\.?\s*)?"
    after_year = rf"{any_of(stamp_words.AFTER_YEAR.split())}"
    eastern = r"\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일号號]?"
    year_first = (
        r"(?P<sep>[-/])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?![\d/]|-\d)",
        r"\.\s?(?P<month>\d{1,2})\.\s?(?P<day>\d{1,2})\.?(?!\d)",
        rf"[\s.,-]+(?:{after_year}\.?\s)?{month}[\s.-]+(?P<day>\d{{1,2}})\.?(?!\d)(?:\sd\.)?",
        rf"[\s.,-]+(?:{after_year}\.?\s)?(?P<day>\d{{1,2}})\.?\s{month}(?!\s?\d{{4}})",
        eastern,
    )
    day_first = (
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)",
        # Either may be the day: the language decides, or a number that cannot be a day.
        r"(?P<first>\d{1,2})(?P<sep>[/-])(?P<last>\d{1,2})(?P=sep)(?P<year>\d{4})(?!\d)",
        # Two digits of a year: only the form of the language tells which they are.
        r"(?P<n1>\d{1,2})(?P<sep>[./-])(?P<n2>\d{1,2})(?P=sep)(?P<n3>\d{2})(?!\d|[.:/-]\d)",
        rf"(?P<day>{_DAY})[\s.-]*(?:{any_of(stamp_words.OF_MONTH.split())}\s?)?{month}[\s.,'/-]*{of_year}"
        r"(?P<year>\d{4}|(?<=')\d{2}|\d{2}(?=,?\s+\d{1,2}:|$))(?!\d|\s?[:h.]\d\d)",
        r"(?P<day>\d{1,2})\s?(?:,\s)?th(?:áng|g)\s?(?P<month>\d{1,2})[\s,/-]*(?:năm\s)?(?P<year>\d{4})(?!\d)",
    )
    year_end = rf"(?:\s?{any_of(stamp_words.AFTER_YEAR.split())}{_END})?"
    between = rf"(?:t|_|{year_end}{_GAP}(?:{weekday}{_GAP})?)"
    return _Grammar(
        year_first=tuple(re.compile(rf"(?P<year>\d{{4}}){rest}") for rest in year_first),
        day_first=tuple(map(re.compile, day_first)),
        compact=re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?=t?\d{6}|t\d{4}|\D|$)"),
        day_and_year=re.compile(
            rf"(?P<day>{_DAY})(?!\d)[,.\s]*(?:{any_of(stamp_words.OF_YEAR.split())}\s+|')?(?P<year>\d{{4}}|(?<=')\d{{2}})(?!\d)"
        ),
        era=re.compile(rf"(?P<era>民[國国]|昭和|平成|令和)\s?(?P<era_year>\d{{1,3}}|元){eastern}"),
        before_date=re.compile(
            rf"(?:{_LETTER}[\w'-]{{1,12}}[.,]+\s*|{weekday}{_GAP})?(?:{weekday}{_GAP})?,?\s*{article}?{article}?"
        ),
        after_date=re.compile(rf"[\s.,]*(?:{weekday})?{year_end}[\s.,]*(?:\([^()]*\))?"),
        asctime=re.compile(
            rf"(?:{weekday}[,\s]*)?{month}\s+(?P<day>\d{{1,2}})\s+(?P<clock>\d{{1,2}}:\d{{2}}:\d{{2}})\s+"
            r"(?:(?P<zone>[a-z]{2,4}|[+-]\d{4})\s+)?(?P<year>\d{4})$"
        ),
        clock_after=re.compile(
            rf"{between}(?:{connector}\s*)?(?:{zone('_first')}{_GAP})?(?:{connector}\s*)?{clock}(?:{zone()})?",
            re.VERBOSE,
        ),
        compact_after=re.compile(
            rf"t?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?(?!\d)(?:{zone()})?", re.VERBOSE
        ),
        clock_before=re.compile(
            rf"(?<![\w:.])(?:{connector}\s*)?{clock}(?:{zone()})?"
            rf"{_GAP}(?:{long_weekday}{_GAP}|{_LETTER}{{3,9}}[.,]\s*|on\s+)?{article}?$",
            re.VERBOSE,
        ),
        zone_after=re.compile(zone(), re.VERBOSE),
        zone_before=re.compile(rf"(?<![\w/]){zone()}{_GAP}$", re.VERBOSE),
    )


def locate(text: str, position: int = 0) -> Located | None:
    """The first date from a position on, with the clock after or before it."""
    dated = _date(text, position)
    if dated is None:
        return None
    start, end, parts = dated
    patterns = grammar()
    compact = end - start == 8 and text[start:end].isdigit()
    clock = patterns.compact_after.match(text, end) if compact else None
    clock = clock or (patterns.clock_after.match(text, end) if _DIGIT.search(text, end, end + _NEAR) else None)
    near = max(position, start - _NEAR)
    if clock:
        end = clock.end()
    elif _DIGIT.search(text, near, start) and (clock := patterns.clock_before.search(text, near, start)):
        start = clock.start()
    if clock is None:
        return Located(start, end, parts, None)
    parts |= _parts(clock)
    named = clock
    if not _has_zone(parts):
        if zone := patterns.zone_after.match(text, end):
            named, end = zone, zone.end()
        elif zone := patterns.zone_before.search(text, max(position, start - _NEAR), start):
            named, start = zone, zone.start()
    zone_at = None
    for suffix in ("", "_first"):
        if f"zone_name{suffix}" in _parts(named):
            zone_at = named.start(f"zone_name{suffix}")
    return Located(
        start, end, {name.removesuffix("_first"): value for name, value in (parts | _parts(named)).items()}, zone_at
    )


def _date(text: str, position: int) -> tuple[int, int, dict[str, str]] | None:
    """Start, end and parts of the first date. Each begins with a number, but for those that begin with a month or an era."""
    patterns = grammar()
    era = patterns.era.search(text, position) if "年" in text else None
    for number in _NUMBER.finditer(text, position):
        start, digits = number.start(), number.end() - number.start()
        if era and era.start() <= start:
            return era.start(), era.end(), _parts(era)
        if digits <= 2:
            month = _month_before(text, position, start)
            if month and (rest := patterns.day_and_year.match(text, start)):
                return month[0], rest.end(), _parts(rest) | {"name": month[1]}
            tried: tuple[re.Pattern[str], ...] = patterns.day_first
        else:
            tried = patterns.year_first if digits == 4 else (patterns.compact,)
        found = [match for pattern in tried if (match := pattern.match(text, start))]
        if found:
            date = max(found, key=lambda match: match.end())
            return start, date.end(), _parts(date)
    return None


def _month_before(text: str, position: int, start: int) -> tuple[int, str] | None:
    """Place and name of the month that ends just before a number."""
    before = text[max(position, start - _LONGEST_MONTH) : start]
    name = before.rstrip(" .")
    for words in range(1, 4):
        last = " ".join(name.split(" ")[-words:]).lstrip("([{<,;|:/-\"'")
        if last in MONTHS or last in PERSIAN_MONTHS:
            return start - len(before) + len(name) - len(last), last
    return None


def _parts(match: re.Match[str]) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value is not None}


def _has_zone(parts: dict[str, str]) -> bool:
    return not parts.keys().isdisjoint(("sign", "zone_name", "sign_first", "zone_name_first"))

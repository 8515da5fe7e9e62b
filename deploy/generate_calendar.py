"""Writes transforms/extraction/calendar.py: names of months, weekdays and time zones from CLDR, with additions that news needs.

    python -m deploy.generate_calendar

`make calendar` runs it, and a test compares the checked-in module with what it writes. It is in deploy/ beside build_engines.py: both are
commands for developers that no pipeline imports, and babel, which brings CLDR, is no dependency of a pipeline.

Rules:

- A name is written as folding.fold makes it, without the full stop of an abbreviation. Its form without accents is a name too.
- Three kinds of names are left out: names with a digit (Chinese, Japanese, Korean and Vietnamese number their months; timestamps reads
  those itself), Latin names of fewer than three letters, and names that mean two offsets.
- A name that means two months, is an everyday word or has two letters is read only on a page in its language.
- Names in the ADDED tables are always included. Names in the NOT tables never are.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, localedata
from babel.core import get_cldr_version

from transforms.extraction.folding import fold

MODULE = Path(__file__).resolve().parents[1] / "transforms" / "extraction" / "calendar.py"

LANGUAGES = (
    "ar bg bn bs ca cs da de el en es et fa fi fr he hi hr hu id is it ja ko lt lv mk ms nb nl nn pl pt ro ru sk sl sq sr sr_Latn sv sw "
    "th tr uk ur vi zh"
).split()
"""Each with all its regions: Austria has its own January, Canada its own abbreviation of juillet."""

ADDED_MONTHS = {
    "bn": {1: "জানুয়ারি", 2: "ফেব্রুয়ারি"},
    "hi": {9: "सितम्बर", 10: "अक्तूबर", 11: "नवम्बर", 12: "दिसम्बर"},
    "pl": {11: "listopada"},
}
"""Spellings that CLDR lacks, and one that means October in Croatian, which fewer print."""
ADDED_SHORT_MONTHS = {
    "de": {2: "febr", 3: "mrz"},
    "ru": {9: "сен", 11: "ноя"},
}
NOT_MONTHS = frozenset("bal dub elo led pro tra uno می".split())
"""Names that are everyday words: "iPad Pro 11 2024". ("uno" is "úno" without its accent.)"""

ADDED_WEEKDAYS = {"de": {5: "sonnabend"}, "uk": {4: "п'ятниця п’ятниця"}}
ADDED_SHORT_WEEKDAYS = {
    "de": dict(enumerate("mo di mi do fr sa so".split())),
    "en": {1: "tues", 3: "thur thurs"},
    "nl": dict(enumerate("ma di wo do vr za zo".split())),
    "ru": dict(enumerate("пн вт ср чт пт сб вс".split())),
}

CLOCKS = {
    "Africa_Central": "Africa/Maputo",
    "Africa_Eastern": "Africa/Nairobi",
    "Africa_Southern": "Africa/Johannesburg",
    "Africa_Western": "Africa/Lagos",
    "Alaska": "America/Anchorage",
    "America_Central": "America/Chicago",
    "America_Eastern": "America/New_York",
    "America_Mountain": "America/Denver",
    "America_Pacific": "America/Los_Angeles",
    "Argentina": "America/Argentina/Buenos_Aires",
    "Atlantic": "America/Halifax",
    "Australia_Central": "Australia/Adelaide",
    "Australia_Eastern": "Australia/Sydney",
    "Australia_Western": "Australia/Perth",
    "Brasilia": "America/Sao_Paulo",
    "Colombia": "America/Bogota",
    "Europe_Central": "Europe/Paris",
    "Europe_Eastern": "Europe/Bucharest",
    "Europe_Western": "Europe/Lisbon",
    "Gulf": "Asia/Dubai",
    "Hawaii_Aleutian": "Pacific/Honolulu",
    "Hong_Kong": "Asia/Hong_Kong",
    "Indochina": "Asia/Bangkok",
    "Indonesia_Central": "Asia/Makassar",
    "Indonesia_Eastern": "Asia/Jayapura",
    "Indonesia_Western": "Asia/Jakarta",
    "Iran": "Asia/Tehran",
    "Japan": "Asia/Tokyo",
    "Malaysia": "Asia/Kuala_Lumpur",
    "Nepal": "Asia/Kathmandu",
    "New_Zealand": "Pacific/Auckland",
    "Newfoundland": "America/St_Johns",
    "Pakistan": "Asia/Karachi",
    "Peru": "America/Lima",
    "Singapore": "Asia/Singapore",
    "Uruguay": "America/Montevideo",
    "Venezuela": "America/Caracas",
}
"""The zones of CLDR that are read, each with a place whose clock shows it."""
ADDED_ZONES = {
    -600: "hst",
    -180: "brt horário_de_brasília hora_de_brasília",
    0: "z ut utc gmt etc/gmt etc/utc",
    60: "bst met west",
    120: "mest",
    180: "eest msk мск moscow_time trt по_московскому_времени",
    420: "giờ_hà_nội giờ_việt_nam",
    480: "pht beijing_time 北京时间 北京時間 台北時間",
    540: "kst 日本時間 한국시간",
}
"""Names by minutes from UTC. In CLDR's French, "WEST" and "EEST" are also names of winter time."""
ADDED_CIVIL_ZONES = {
    "at": "America/Halifax",
    "ct": "America/Chicago",
    "et": "America/New_York",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "heure_de_paris": "Europe/Paris",
    "hora_peninsular": "Europe/Madrid",
}
"""Names for both halves of the year."""
AMBIGUOUS_ZONES = ("ist",)
NOT_ZONES = frozenset("act art cot hac hak hap har hat hea hec hee hep her pet vet wit".split())
"""Names that are everyday words: "14:47 Art"."""

ADDED_HALVES = {
    "a": "오전 새벽 아침 上午 早上 凌晨 清晨 午前 सुबह सकाळी সকাল ভোর এএম صباح صباحا صبح öö sáng pg p.d e_paradites paradite πμ "
    "পূর্বাহ্ন পূর্বাহ্ণ पूर्वाह्न",
    "p": "오후 저녁 下午 晚上 傍晚 午后 午後 शाम বিকাল বিকেল সন্ধ্যা পিএম مساء مساءا عصر عصرا شام ös chiều tối ptg m.d "
    "e_pasdites pasdite μμ অপরাহ্ন অপরাহ্ণ अपराह्न",
    "noon": "中午 दोपहर দুপুর ظهرا دوپہر trưa",
    "night": "रात রাত ليلا رات 深夜 밤 đêm",
}
"""Halves of the day that CLDR lacks. Noon and night belong to both: the hour decides."""

_YEAR = 2024
"""Offsets are those of this year: later changes of the time-zone database do not change the module."""
_WIDTH = 120
_TEMPLATE = '''\
"""Names of months, weekdays and time zones as news prints them, in lower case, with and without accents.

Generated from CLDR {version} by deploy/generate_calendar.py: change that, then run ``make calendar``.
"""

from __future__ import annotations

# fmt: off
# By language. A bar separates one month or day from the next; an underscore is a blank inside a name.
{months}
{short_months}
# Names that are words or other months in another language.
{own_months}
{weekdays}
{short_weekdays}
# By minutes from UTC.
{zones}
{halves}
# fmt: on


def _numbered(table: dict[str, str]) -> dict[str, int]:
    return {{
        name.replace("_", " "): number
        for line in table.values()
        for number, names in enumerate(line.split("|"), start=1)
        for name in names.split()
    }}


FULL_MONTHS = _numbered(_MONTHS)
"""Full names, with the number of the month."""
MONTHS = FULL_MONTHS | _numbered(_SHORT_MONTHS)
"""Full and short names, with the number of the month."""
OWN_MONTHS = {{
    language: {{name: int(number) for name, number in (pair.split("=") for pair in pairs.split())}}
    for language, pairs in _OWN_MONTHS.items()
}}
"""By language, names that are words or other months in another language."""
WEEKDAYS = frozenset(_numbered(_WEEKDAYS))
SHORT_WEEKDAYS = frozenset(_numbered(_SHORT_WEEKDAYS))
"""Some are everyday words in another language: only a date beside them makes them weekdays."""
FIXED_ZONES = {{name.replace("_", " "): minutes for minutes, names in _ZONES.items() for name in names.split()}}
"""Names, with minutes from UTC."""
{civil_zones}
"""Names for both halves of the year, with a place whose clock shows them."""
AMBIGUOUS_ZONES = frozenset("{ambiguous_zones}".split())
"""Names that several countries use: only the zone of the source can decide."""
HALVES = {{name.replace("_", " "): kind for kind, names in _HALVES.items() for name in names.split()}}
"""Halves of the day beyond am and pm, each with ``a``, ``p``, ``noon`` or ``night``."""
'''


def main() -> None:
    """Write the module."""
    MODULE.write_text(module(), encoding="utf-8")


def module() -> str:
    """The text of calendar.py."""
    fixed, civil = _zones()
    return _TEMPLATE.format(
        version=get_cldr_version(),
        months=_dict("_MONTHS", _table("months", "wide", ADDED_MONTHS)),
        short_months=_dict("_SHORT_MONTHS", _table("months", "abbreviated", ADDED_SHORT_MONTHS)),
        weekdays=_dict("_WEEKDAYS", _table("days", "wide", ADDED_WEEKDAYS)),
        short_weekdays=_dict("_SHORT_WEEKDAYS", _table("days", "abbreviated", ADDED_SHORT_WEEKDAYS)),
        zones=_dict("_ZONES", fixed),
        civil_zones=_dict("CIVIL_ZONES", civil),
        ambiguous_zones=" ".join(AMBIGUOUS_ZONES),
        own_months=_dict("_OWN_MONTHS", _own_months()),
        halves=_dict("_HALVES", _halves()),
    )


class _Name(NamedTuple):
    """A name of a month, a day or a zone that CLDR has for a language in one of its regions."""

    field: str
    """months, days or zones."""
    language: str
    width: str
    """wide or abbreviated; for a zone standard, daylight or generic."""
    of: int | str
    """The month (1 to 12), the day (0 to 6) or the zone."""
    text: str


@cache
def _cldr_names() -> list[_Name]:
    names = []
    for language, locale in locales():
        for field, contexts in (("months", locale.months), ("days", locale.days)):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated", "short"):
                    short = "wide" if width == "wide" else "abbreviated"
                    for number, printed in contexts[context].get(width, {}).items():
                        names += [_Name(field, language, short, number, text) for text in _forms(printed)]
        for zone in CLOCKS:
            for width in ("short", "long") if locale.language == "en" else ("short",):
                for season, printed in locale.meta_zones.get(zone, {}).get(width, {}).items():
                    names.append(_Name("zones", language, season, zone, _plain(printed)))
    return [name for name in names if not any(map(str.isdigit, name.text))]


def locales() -> Iterator[tuple[str, Locale]]:
    """Each language with each of its regions."""
    for language in LANGUAGES:
        for identifier in localedata.locale_identifiers():
            if re.fullmatch(rf"{language}(_[A-Z]{{2}}|_\d{{3}})?", identifier):
                # babel 2.18 writes what it looks up for one locale into data that the others inherit.
                localedata._cache.clear()
                yield language, Locale.parse(identifier)


def _forms(printed: str) -> list[str]:
    """A name as timestamps reads it, with and without accents."""
    name = _plain(printed)
    marks = unicodedata.normalize("NFD", name)
    # Class 9 is the virama of Indic scripts, which nobody leaves out.
    bare = "".join(char for char in marks if unicodedata.combining(char) in (0, 9))
    return [name, fold(unicodedata.normalize("NFC", bare))[0]]


def _plain(printed: str) -> str:
    name = fold(unicodedata.normalize("NFC", printed))[0].strip(" .॰׳ঃ")
    return re.sub("^(de |d')", "", name).replace(" ", "_")  # dates in Catalan have "de març" and "d’abril"


def _table(field: str, width: str, added: Mapping[str, Mapping[int, str]]) -> dict[str, str]:
    """By language, the names of months or days in order, with a bar between one and the next."""
    names = [name for name in _cldr_names() if name.field == field]
    left_out = NOT_MONTHS | _ambiguous(names) if field == "months" else frozenset()
    table = {}
    for language in LANGUAGES:
        own = [name for name in names if name.language == language and name.text not in left_out]
        full = {name.text for name in own if name.width == "wide"}
        groups = []
        for number in range(1, 13) if field == "months" else range(7):
            chosen = [name.text for name in own if name.of == number and name.width == width]
            if width != "wide":
                least = 2 if language == "th" else 3
                chosen = [text for text in chosen if text not in full and _letters(text) >= least]
            chosen += [form for text in added.get(language, {}).get(number, "").split() for form in _forms(text)]
            groups.append(" ".join(dict.fromkeys(chosen)))
        if any(groups):
            table[language] = " | ".join(groups)
    return table


def _ambiguous(names: Iterable[_Name]) -> frozenset[str]:
    counts = Counter(text for text, _ in {(name.text, name.of) for name in names})
    return frozenset(text for text, count in counts.items() if count > 1)


def _own_months() -> dict[str, str]:
    """By language, as ``name=number``, the names of its months that the tables for all languages do not have with this number."""
    common = {
        name: number
        for width, added in (("wide", ADDED_MONTHS), ("abbreviated", ADDED_SHORT_MONTHS))
        for line in _table("months", width, added).values()
        for number, names in enumerate(line.split("|"), start=1)
        for name in names.split()
    }
    own: dict[str, dict[str, int]] = defaultdict(dict)
    for language in LANGUAGES:
        numbers: dict[str, set[int]] = defaultdict(set)
        for name in _cldr_names():
            if name.field == "months" and name.language == language and _letters(name.text) >= 2:
                numbers[name.text].add(int(name.of))
        certain = {text: found.pop() for text, found in numbers.items() if len(found) == 1}
        own[language.split("_")[0]] |= {text: number for text, number in certain.items() if common.get(text) != number}
    return {
        language: " ".join(f"{text}={number}" for text, number in sorted(months.items()))
        for language, months in own.items()
        if months
    }


def _halves() -> dict[str, str]:
    """Halves of the day by kind. Names in Latin letters are left out, as some are everyday words."""
    found: dict[str, dict[str, None]] = {kind: {} for kind in ADDED_HALVES}
    for _, locale in locales():
        for width in ("wide", "abbreviated"):
            periods = locale.day_periods["format"].get(width, {})
            for kind, period in (("a", "am"), ("p", "pm")):
                name = _plain(periods.get(period, ""))
                if name and not any("LATIN" in unicodedata.name(char, "") for char in name):
                    found[kind][name] = None
    for kind, texts in ADDED_HALVES.items():
        found[kind] |= dict.fromkeys(_plain(text) for text in texts.split())
    return {kind: " ".join(names) for kind, names in found.items()}


def _zones() -> tuple[dict[int, str], dict[str, str]]:
    """Names by minutes from UTC, and places by names for both halves of the year."""
    offsets: dict[str, set[int]] = defaultdict(set)
    civil = dict(ADDED_CIVIL_ZONES)
    for name in _cldr_names():
        if name.field != "zones" or _letters(name.text) < 3 or name.text in NOT_ZONES:
            continue
        place = CLOCKS[str(name.of)]
        standard, daylight = _offsets(place)
        if name.width == "standard":
            offsets[name.text].add(standard)
        elif standard != daylight and name.width == "daylight":
            offsets[name.text].add(daylight)
        elif standard != daylight:
            civil[name.text] = place
    fixed = {text: minutes.pop() for text, minutes in offsets.items() if len(minutes) == 1}
    fixed |= {text: minutes for minutes, texts in ADDED_ZONES.items() for text in texts.split()}
    by_offset: dict[int, list[str]] = defaultdict(list)
    for text, minutes in sorted(fixed.items()):
        by_offset[minutes].append(text)
    return (
        {minutes: " ".join(texts) for minutes, texts in sorted(by_offset.items())},
        {text.replace("_", " "): place for text, place in sorted(civil.items()) if text not in offsets},
    )


def _offsets(place: str) -> tuple[int, int]:
    """Minutes from UTC of standard and of daylight time."""
    clocks = (datetime(_YEAR, month, 1, tzinfo=ZoneInfo(place)).utcoffset() for month in (1, 7))
    standard, daylight = sorted(round(clock.total_seconds() / 60) for clock in clocks if clock is not None)
    return standard, daylight


def _letters(text: str) -> int:
    return sum(unicodedata.category(char)[0] in "LM" for char in text)


def _dict(name: str, lines: Mapping[str, str] | Mapping[int, str]) -> str:
    """The source of a dict of strings."""
    source = [f"{name} = {{"]
    for key, line in lines.items():
        start = f"    {_quoted(key)}: "
        parts = textwrap.wrap(line, _WIDTH - len(start) - 3, drop_whitespace=False, break_on_hyphens=False)
        source.append(start + f"\n{' ' * len(start)}".join(map(_quoted, parts)) + ",")
    return "\n".join([*source, "}"])


def _quoted(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    main()

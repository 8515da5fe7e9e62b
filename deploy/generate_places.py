"""Writes transforms/extraction/places.py: the clocks of countries, and how languages write a date in numbers, from CLDR.

    python -m deploy.generate_places

`make calendar` runs it after deploy/generate_calendar.py, whose list of languages it reads; a test compares the checked-in module with it.
"""

from __future__ import annotations

import re
import textwrap
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import get_cldr_version, get_global

from deploy.generate_calendar import locales

MODULE = Path(__file__).resolve().parents[1] / "transforms" / "extraction" / "places.py"

PRIMARY_ZONES = {
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
}
"""CLDR's primaryZones, which babel lacks: where nearly everyone in a country of several zones lives."""

COUNTRY_OF_LANGUAGE = (
    "bg BG bs BA ca ES cnr ME cs CZ da DK de DE el GR et EE eu ES fi FI gl ES he IL hi IN hr HR hu HU is IS it IT ja JP ko KR lt LT lv LV "
    "mk MK mr IN nb NO nl NL nn NO no NO pl PL ro RO sk SK sl SI sq AL sr RS sv SE sw TZ ta IN te IN th TH tr TR uk UA vi VN"
)
"""Languages whose press, nearly all of it, is in one country or in countries with the same clock."""

GENERIC_DOMAINS = frozenset(
    "ad ag ai am as bz cc cd co dj fm gg gl im io je la li ly me ms mu nu pw re sc sh sr st su tk tl to tv vc ws".split()
)
"""Domains of countries that are sold to everyone."""

_YEARS = range(2010, 2025)
"""Countries whose zones show the same time in these years have one clock. Later changes of the database do not change the module."""
_WIDTH = 110
_TEMPLATE = '''\
"""The clocks of countries, and how languages write a date in numbers.

Generated from CLDR {version} by deploy/generate_places.py: change that, then run ``make calendar``.
"""

from __future__ import annotations

# Pairs of two words.
_NUMERIC_DATES = """
{numeric_dates}
"""
_COUNTRY_ZONES = """
{country_zones}
"""
_COUNTRY_OF_LANGUAGE = """
{country_of_language}
"""


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


NUMERIC_DATES = _pairs(_NUMERIC_DATES)
"""By language, and by language and region where that differs (``en-US``): a date in numbers, as ``d.m.y``."""
COUNTRY_ZONES = _pairs(_COUNTRY_ZONES)
"""By country, the zone of a country that has one clock."""
COUNTRY_OF_LANGUAGE = _pairs(_COUNTRY_OF_LANGUAGE)
"""By language, the country of its press, if that is one country or several with the same clock."""
GENERIC_DOMAINS = frozenset(
{generic_domains}
)
"""Domains of countries that are sold to everyone."""
'''


def main() -> None:
    """Write the module."""
    MODULE.write_text(module(), encoding="utf-8")


def module() -> str:
    """The text of places.py."""
    domains = textwrap.wrap(" ".join(sorted(GENERIC_DOMAINS)), _WIDTH, drop_whitespace=False)
    return _TEMPLATE.format(
        version=get_cldr_version(),
        numeric_dates=_pairs(_numeric_dates()),
        country_zones=_pairs(_country_zones()),
        country_of_language=textwrap.fill(COUNTRY_OF_LANGUAGE, _WIDTH),
        generic_domains="    " + "\n    ".join(f'"{line}"' for line in domains)[:-1] + '".split()',
    )


def _pairs(pairs: dict[str, str]) -> str:
    return textwrap.fill(
        " ".join(f"{name} {value}" for name, value in sorted(pairs.items())), _WIDTH, break_on_hyphens=False
    )


def _numeric_dates() -> dict[str, str]:
    """By language, and by language and region where that differs: the short date, as ``d.m.y``."""
    forms: dict[str, str] = {}
    for locale in sorted((locale for _, locale in locales()), key=lambda locale: bool(locale.territory)):
        pattern = re.sub("[^dMy./-]", "", locale.date_formats["short"].pattern).lower()
        order = "".join(dict.fromkeys(re.sub("[^dmy]", "", pattern)))
        separator = next((char for char in pattern if char in "./-"), "/")
        form = separator.join(order)
        if locale.territory and forms.get(locale.language) != form:
            forms[f"{locale.language}-{locale.territory}"] = form
        elif not locale.territory and locale.language != "en":  # an English page without a region may be from anywhere
            forms.setdefault(locale.language, form)
    return forms


def _country_zones() -> dict[str, str]:
    """By country, its only zone, or the zone of nearly all its people."""
    territories = {
        name: zones for name, zones in get_global("territory_zones").items() if re.fullmatch("(?!ZZ)[A-Z]{2}", name)
    }
    one_clock = {name: min(zones) for name, zones in territories.items() if len(set(map(_clock, zones))) == 1}
    return one_clock | PRIMARY_ZONES


def _clock(zone: str) -> tuple[object, ...]:
    """The offsets of a zone in each month."""
    months = (datetime(year, month, 1, 12, tzinfo=ZoneInfo(zone)) for year in _YEARS for month in range(1, 13))
    return tuple(moment.utcoffset() for moment in months)


if __name__ == "__main__":
    main()

"""HTML pages: one look, and templates that escape everything that came from the web."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlsplit

from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined

from schemas.plain_text import printable

_ENGLISH = Locale.parse("en")
_UNITS = (("year", 31557600), ("month", 2629800), ("week", 604800), ("day", 86400), ("h", 3600), ("min", 60))


def pages() -> Environment:
    """The templates, with their filters."""
    environment = Environment(
        loader=PackageLoader("pipelines"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters |= {
        "count": count,
        "share": share,
        "span": span,
        "moment": moment,
        "day": day,
        "language": language,
        "web": web_address,
        "place": place,
    }
    return environment


def _shown(value: object) -> object:
    """A value of the template; texts without control characters. Markup of our own, such as charts, stays as it is."""
    return printable(value) if type(value) is str else value


def count(number: int) -> str:
    """12345 as 12,345."""
    return f"{number:,}"


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent. Only nothing is shown as 0 %, and only all as 100 %."""
    if whole == 0:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "<\u00a01\u00a0%"
    return ">\u00a099\u00a0%" if 99 < percent < 100 else f"{percent:.0f}\u00a0%"


def span(seconds: float) -> str:
    """Seconds in the largest unit that fits: 42 s, 5 min, 3.5 h, 2 days."""
    for unit, size in _UNITS:
        if seconds >= size:
            number = seconds / size
            text = f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"
            return f"{text}\u00a0{unit}" if unit in ("h", "min") or text == "1" else f"{text}\u00a0{unit}s"
    return f"{seconds:.0f}\u00a0s" if seconds >= 10 or seconds == 0 else f"{seconds:.2g}\u00a0s"


def moment(instant: datetime) -> str:
    """An instant as 2 Oct 2026, 06:12."""
    return f"{instant.day} {instant:%b %Y, %H:%M}"


def day(instant: date) -> str:
    """A day as 2 Oct 2026."""
    return f"{instant.day} {instant:%b %Y}"


def language(tag: str | None) -> str:
    """The English name of a language; its tag when it has none."""
    return "not stated" if tag is None else str(_ENGLISH.languages.get(tag, tag))


def web_address(url: str) -> str | None:
    """The address, if it is http or https with a host; None for javascript:, data: and all others."""
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def place(url: str) -> str:
    """An address for reading: without scheme and www."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url

"""The page of ``copydesk report``: figures and charts in a template that escapes everything that came from the web."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files
from urllib.parse import urlsplit

from babel import Locale
from jinja2 import Environment, StrictUndefined

from pipelines.report import charts as charts
from pipelines.report.figures import DayCount, Figures, Member, Story
from schemas import reasons
from schemas.documentation import enum_docs
from schemas.plain_text import printable
from schemas.reasons import Reason

_ENGLISH = Locale.parse("en")
_UNITS = (("year", 31557600), ("month", 2629800), ("week", 604800), ("day", 86400), ("h", 3600), ("min", 60))
_CHARTED_OUTLETS = 15


def report_page(figures: Figures, lake: str, made_at: datetime) -> str:
    """The whole page as HTML; ``lake`` is the name to show."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown
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
    template = environment.from_string(files("pipelines.report").joinpath("page.html.j2").read_text(encoding="utf-8"))
    outlets = [source for source in figures.copy if source.kind == "outlet"]
    names = charts.stacked_sources(figures.days)
    return template.render(
        figures=figures,
        lake=lake,
        made_at=made_at,
        outlets=outlets,
        doubled=sorted(
            (row for row in figures.copy if row.exact or row.related), key=lambda row: -row.exact / row.articles
        ),
        meanings={Reason[name].value: text for name, text in enum_docs(reasons, "Reason").items()},
        transient={reason.value for reason in Reason if reason.transient},
        days_chart=charts.days_chart(figures.days) if figures.days else None,
        days_table=days_table(figures.days, names),
        day_heads=["Day", *(f"#{name or 'other'}" for name in names)],
        legend=charts.legend(names),
        freshness_chart=charts.freshness_chart(figures.freshness[:_CHARTED_OUTLETS], span)
        if figures.freshness
        else None,
        copy_chart=charts.copy_chart(outlets[:_CHARTED_OUTLETS]) if outlets else None,
        runs_chart=charts.runs_chart(figures.runs) if len(figures.runs) > 1 else None,
        lead=lead,
        position=position,
    )


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


def days_table(counts: tuple[DayCount, ...], names: list[str | None]) -> list[tuple[date, list[int]]]:
    """The numbers of the chart of days: a row for each day with articles, the latest first."""
    articles_of = {(item.day, item.source): item.articles for item in counts}
    days = sorted({item.day for item in counts}, reverse=True)
    return [(each, [articles_of.get((each, name), 0) for name in names]) for each in days]


def lead(story: Story) -> Member:
    """The article that represents a story: the one that began it, or the earliest when that one is not among the members."""
    return next((member for member in story.members if member.relation == "original"), story.members[0])


def position(story: Story, member: Member) -> float:
    """The time of an article between the story's first (0) and last (100)."""
    first, last = story.members[0].instant, story.members[-1].instant
    whole = (last - first).total_seconds()
    return round(100 * (member.instant - first).total_seconds() / whole, 1) if whole else 0.0

"""Charts as inline SVG: drawn by matplotlib, coloured by the page's style sheet, with a tooltip on every mark.

Scaling an SVG scales its text too. So each chart is drawn in two widths, and the page shows the one that fits.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import matplotlib as mpl
from lxml import etree
from markupsafe import Markup
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pipelines.report.figures import DayCount, Freshness, RunFigures, SourceCopy

SERIES = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip
"""Matthew Petroff's ten colours, which can be distinguished with any colour vision, on white and on black."""

# Placeholders: these colours are replaced by the variables of the style sheet.
_INK, _QUIET, _GRID, _PAPER, _REST, _MAIN, _BAD = (f"#01020{digit}" for digit in range(3, 10))
_VARIABLES = {
    _INK: "var(--ink)",
    _QUIET: "var(--quiet)",
    _GRID: "var(--line)",
    _PAPER: "var(--paper)",
    _REST: "var(--rest)",
    _MAIN: "var(--main)",
    _BAD: "var(--bad)",
}
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "text.color": _INK,
    "xtick.color": _QUIET,
    "ytick.color": _QUIET,
    "axes.labelcolor": _QUIET,
    "text.parse_math": False,
}
_WIDE, _NARROW = 1000, 350
_SLOTS = 14
"""A chart has room for at least this number of bars."""
_TICKS = {
    10: "10 s", 60: "1 min", 300: "5 min", 900: "15 min", 3600: "1 h", 14400: "4 h", 43200: "12 h", 86400: "1 day", 259200: "3 days",
    604800: "1 week", 2629800: "1 month", 5259600: "2 months", 10519200: "4 months", 31557600: "1 year", 157788000: "5 years",
    3155760000: "100 years",
}  # fmt: skip
_SOONEST = 10.0
"""Seconds. Shorter times are drawn at this place, because a logarithmic scale has no zero."""

Draw = Callable[[Axes, bool, "Tips"], None]


class Tips:
    """Tooltips of marks."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def put(self, mark: Artist, text: str) -> None:
        name = f"tip-{len(self.texts)}"
        mark.set_gid(name)
        mark.set_in_layout(False)  # marks are inside the axes; a layout of thousands of them takes most of the time
        self.texts[name] = text


def days_chart(counts: Sequence[DayCount]) -> Markup:
    """Articles per day, stacked by source in the order of ``stacked_sources``."""
    names = stacked_sources(counts)
    first, last = min(count.day for count in counts), max(count.day for count in counts)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    articles_of = {(count.day, count.source): count.articles for count in counts}

    def draw(axes: Axes, narrow: bool, tips: Tips) -> None:
        bottoms = [0] * len(days)
        edge = 0.5 if len(days) <= 62 else 0
        for name, colour in zip(names, _colours(names), strict=True):
            heights = [articles_of.get((day, name), 0) for day in days]
            bars = axes.bar(range(len(days)), heights, 0.8, bottoms, color=colour, edgecolor=_PAPER, linewidth=edge)
            bottoms = [bottom + height for bottom, height in zip(bottoms, heights, strict=True)]
            for bar, day, articles in zip(bars, days, heights, strict=True):
                if articles:
                    tips.put(bar, f"{day:%a %d %b}: {articles} from {name or 'other sources'}")
                else:
                    bar.remove()
        shown = _across(axes, len(days), 5 if narrow else 14)
        axes.set_xticks(list(shown), [_day(days[place]) for place in shown])
        axes.yaxis.grid(True, color=_GRID, linewidth=0.8)
        _whole_numbers(axes)

    return _svg("days", draw, 300, 240)


def stacked_sources(counts: Sequence[DayCount]) -> list[str | None]:
    """The sources of days_chart from the bottom to the top: the largest first, None for all others last."""
    sums: dict[str | None, int] = {}
    for count in counts:
        sums[count.source] = sums.get(count.source, 0) + count.articles
    return sorted(sums, key=lambda name: (name is None, -sums[name], name or ""))


def legend(names: Sequence[str | None]) -> list[tuple[str, str]]:
    """Each source of days_chart, with its colour in CSS."""
    return [
        (name or "other sources", _VARIABLES.get(colour, colour))
        for name, colour in zip(names, _colours(names), strict=True)
    ]


def _colours(names: Sequence[str | None]) -> list[str]:
    return [_REST if name is None else SERIES[place % len(SERIES)] for place, name in enumerate(names)]


def freshness_chart(rows: Sequence[Freshness], format_span: Callable[[float], str]) -> Markup:
    """For each source, a line from the median to the ninetieth percentile, on a logarithmic scale of time."""

    def draw(axes: Axes, narrow: bool, tips: Tips) -> None:
        for place, row in enumerate(rows):
            low, high = max(row.median, _SOONEST), max(row.ninetieth, _SOONEST)
            colour = _QUIET if row.backlog else _MAIN
            (line,) = axes.plot(
                [low, high], [place, place], color=colour, linewidth=3, solid_capstyle="round", alpha=0.45
            )
            fill = _PAPER if row.backlog else colour
            (dot,) = axes.plot(
                [low], [place], "o", color=colour, markersize=8, markerfacecolor=fill, markeredgewidth=1.5
            )
            (end,) = axes.plot([high], [place], "|", color=colour, markersize=10, markeredgewidth=2)
            tip = (
                f"{row.source}: half within {format_span(row.median)}, nine of ten within {format_span(row.ninetieth)}"
            )
            for mark in (line, dot, end):
                tips.put(mark, tip)
        shown = _ticks_around(max(min(row.median for row in rows), _SOONEST), max(row.ninetieth for row in rows))
        axes.set_xscale("log")
        axes.set_xlim(shown[0] / 1.05, shown[-1] * 1.05)
        shown = shown[:: -(-len(shown) // (4 if narrow else 10))]
        axes.set_xticks(shown, [_TICKS[tick] for tick in shown])
        axes.minorticks_off()
        axes.xaxis.grid(True, color=_GRID, linewidth=0.8)
        _names(axes, [row.source for row in rows], 16 if narrow else 26)

    height = 48 + 26 * len(rows)
    return _svg("freshness", draw, height, height)


def _ticks_around(low: float, high: float) -> list[int]:
    """At least two ticks, from the last one at or before ``low`` to the first one at or after ``high``."""
    first = max((tick for tick in _TICKS if tick <= low), default=min(_TICKS))
    last = min((tick for tick in _TICKS if tick >= high and tick > first), default=max(_TICKS))
    return [tick for tick in _TICKS if first <= tick <= last]


def copy_chart(rows: Sequence[SourceCopy]) -> Markup:
    """The share of agency copy among each outlet's articles."""

    def draw(axes: Axes, narrow: bool, tips: Tips) -> None:
        for place, row in enumerate(rows):
            share = 100 * row.agency / row.articles
            tip = f"{row.source}: {row.agency} of {row.articles} articles are agency copy"
            for left, width, colour in ((0.0, share, _MAIN), (share, 100 - share, _REST)):
                if width:
                    (bar,) = axes.barh(place, width, 0.64, left, color=colour)
                    tips.put(bar, tip)
            axes.annotate(
                f"{share:.0f} %",
                (100, place),
                (6, 0),
                textcoords="offset points",
                va="center",
                color=_QUIET,
                fontsize=11,
            )
        axes.set_xlim(0, 104)
        axes.set_xticks([0, 50, 100], ["0 %", "50 %", "100 %"])
        _names(axes, [row.source for row in rows], 16 if narrow else 26)

    height = 48 + 26 * len(rows)
    return _svg("copy", draw, height, height)


def runs_chart(rows: Sequence[RunFigures]) -> Markup:
    """Seconds of each run, the latest on the right. Another colour marks runs whose counts do not add up."""
    ordered = list(reversed(rows))

    def draw(axes: Axes, narrow: bool, tips: Tips) -> None:
        for place, row in enumerate(ordered):
            (bar,) = axes.bar(place, row.seconds, 0.8, color=_MAIN if row.balanced else _BAD)
            tips.put(bar, f"{row.started_at:%d %b %H:%M} UTC: {row.seconds:.1f} s, {row.articles} articles")
        shown = _across(axes, len(ordered), 4 if narrow else 8)
        axes.set_xticks(
            list(shown), [f"{_day(ordered[at].started_at)}\n{ordered[at].started_at:%H:%M}" for at in shown]
        )
        axes.yaxis.grid(True, color=_GRID, linewidth=0.8)
        axes.yaxis.set_major_formatter("{x:g} s")

    return _svg("runs", draw, 200, 190)


def _across(axes: Axes, bars: int, labels: int) -> range:
    """Sets the x axis for a number of bars; a few bars are centred, not wide. Returns the positions of the labels, last bar first."""
    slots = max(bars, _SLOTS)
    middle = (bars - 1) / 2
    axes.set_xlim(middle - slots / 2 - 0.1, middle + slots / 2 + 0.1)
    return range(bars - 1, -1, -max(1, -(-slots // labels)))


def _day(moment: date) -> str:
    return f"{moment.day} {moment:%b}"


def _names(axes: Axes, names: Sequence[str], longest: int) -> None:
    shortened = [name if len(name) <= longest else f"{name[: longest - 1]}…" for name in names]
    axes.set_yticks(range(len(names)), shortened)
    axes.tick_params(axis="y", labelcolor=_INK)
    axes.set_ylim(len(names) - 0.4, -0.6)


def _whole_numbers(axes: Axes) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter("{x:,.0f}")


def _svg(name: str, draw: Draw, wide_height: int, narrow_height: int) -> Markup:
    """The chart in both widths, in pixels."""
    both = ((f"{name}-wide", _WIDE, wide_height), (f"{name}-narrow", _NARROW, narrow_height))
    return Markup("").join(_draw(key, width, height, draw) for key, width, height in both)


def _draw(key: str, width: int, height: int, draw: Draw) -> Markup:
    tips = Tips()
    # With the salt, the same figures give the same ids, and so the same page.
    with mpl.rc_context(_SETTINGS | {"svg.hashsalt": key}):
        figure = Figure(figsize=(width / 72, height / 72), layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
        axes.tick_params(length=0, pad=6)
        axes.set_axisbelow(True)
        draw(axes, key.endswith("narrow"), tips)
        svg = io.BytesIO()
        figure.savefig(
            svg, format="svg", transparent=True, metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))
        )
    return _for_page(svg.getvalue(), key, tips)


def _for_page(svg: bytes, key: str, tips: Tips) -> Markup:
    """Prepares an SVG for the page: unique ids, no style of its own, the page's colours, tooltips."""
    root = etree.fromstring(svg)
    for element in list(root.iter("{*}style", "{*}metadata", etree.Comment)):
        element.getparent().remove(element)
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.set("class", f"chart {key.rpartition('-')[2]}")
    root.set("aria-hidden", "true")  # the table next to it has the same numbers
    for element in root.iter("{*}g"):
        if tip := tips.texts.get(element.get("id", "")):
            title = etree.Element("{http://www.w3.org/2000/svg}title")
            title.text = tip
            element.insert(0, title)
            element.set("class", "mark")
    text = etree.tostring(root, encoding="unicode")
    used = set(re.findall(r'(?:url\(|href=")#([\w-]+)', text))
    text = re.sub(r' id="([\w.-]+)"', lambda match: f' id="{key}-{match[1]}"' if match[1] in used else "", text)
    text = re.sub(r'(url\(|href=")#', rf"\1#{key}-", text)
    text = re.sub("|".join(_VARIABLES), lambda match: _VARIABLES[match[0]], text)
    return Markup(text)

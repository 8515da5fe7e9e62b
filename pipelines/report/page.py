"""The page of ``copydesk report``: figures and charts in a template that escapes everything that came from the web."""

from __future__ import annotations

from datetime import date, datetime

from pipelines.html_pages import pages, span
from pipelines.report import charts as charts
from pipelines.report.details import Details
from pipelines.report.figures import DayCount, Figures, Member, Story
from schemas import reasons
from schemas.documentation import enum_docs
from schemas.reasons import Reason

_CHARTED_OUTLETS = 15


def report_page(figures: Figures, lake: str, made_at: datetime, details: Details | None = None) -> str:
    """The whole page as HTML; ``lake`` is the name to show, ``details`` the pages to link to."""
    outlets = [source for source in figures.copy if source.kind == "outlet"]
    names = charts.stacked_sources(figures.days)
    return (
        pages()
        .get_template("report.html.j2")
        .render(
            figures=figures,
            lake=lake,
            made_at=made_at,
            story_pages=details.stories if details else {},
            outlet_pages=details.outlets if details else {},
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
    )


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

"""Whose copy each outlet runs: SQL over the articles of a lake, small typed records out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipelines.lake_queries import ask_lake, rows_as_dicts
from pipelines.stories.queries import load_articles
from transforms.lake.layout import Lake

MOST_ARTICLES = 200
"""Articles that an outlet's page lists, latest first."""

# The copy of a story is its agency's: of a wire's own article, or else of the earliest article that credits one.
_STORIES = """
    CREATE TABLE story AS
    SELECT story_id, arg_min(agency, (kind != 'wire', instant)) FILTER (agency IS NOT NULL) AS agency,
           min(instant) FILTER (kind = 'wire') AS wire_at, arg_min(source, (instant, article_id)) AS first_source,
           min(instant) AS first_at, count(DISTINCT source) AS sources
    FROM article GROUP BY story_id
"""
_AGENCIES = """
    SELECT coalesce(article.agency, story.agency) AS agency, count(*) AS articles, count(article.agency) AS credited,
           count(*) - count(article.agency) AS uncredited, count(*) FILTER (relation = 'exact') AS exact,
           median(epoch(instant) - epoch(wire_at)) FILTER (instant >= wire_at) AS delay
    FROM article JOIN story USING (story_id)
    WHERE kind = 'outlet' AND source = $source AND coalesce(article.agency, story.agency) IS NOT NULL
    GROUP BY ALL ORDER BY articles DESC, 1
"""
_OTHERS = """
    SELECT first_source AS source, count(*) AS articles, median(epoch(instant) - epoch(first_at)) AS delay
    FROM article JOIN story USING (story_id)
    WHERE kind = 'outlet' AND source = $source AND first_source != $source AND story.agency IS NULL AND article.agency IS NULL
    GROUP BY ALL ORDER BY articles DESC, 1
"""
_COPIES = """
    SELECT article_id, story_id, headline, url, instant, relation, coalesce(article.agency, story.agency) AS agency,
           article.agency IS NOT NULL AS credited, nullif(first_source, $source) AS first_source, sources,
           epoch(instant) - epoch(coalesce(wire_at, first_at)) AS delay
    FROM article JOIN story USING (story_id)
    WHERE kind = 'outlet' AND source = $source
        AND (coalesce(article.agency, story.agency) IS NOT NULL OR first_source != $source)
    ORDER BY instant DESC, article_id LIMIT $most
"""
_OUTLETS = """
    SELECT source, count(*) AS articles, count(*) FILTER (sources > 1) AS shared,
           count(*) FILTER (sources > 1 AND first_source = source) AS first
    FROM article JOIN story USING (story_id) WHERE kind = 'outlet' GROUP BY source ORDER BY articles DESC, source
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCopy:
    """Copy of one agency in an outlet."""

    agency: str
    articles: int
    credited: int
    """Articles that credit the agency."""
    uncredited: int
    """Articles without a credit, of stories that the agency sent or that others ran with its credit."""
    exact: int
    """Word for word."""
    delay: float | None
    """Median seconds after the agency's own article; None when the lake does not have that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletCopy:
    """Stories without an agency that another source had first."""

    source: str
    articles: int
    delay: float
    """Median seconds after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One article that is not the outlet's alone."""

    article_id: str
    story_id: str
    headline: str | None
    url: str
    instant: datetime
    relation: str
    agency: str | None
    credited: bool
    first_source: str | None
    """The source that had the story first; None if it is this one."""
    sources: int
    """Sources that ran the story."""
    delay: float
    """Seconds after the wire, or else after the first source; below 0 if it was earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """What an outlet shares with others."""

    source: str
    articles: int
    shared: int
    """Articles of stories that other sources ran too."""
    first: int
    """Those of them that it had first."""
    agencies: tuple[AgencyCopy, ...]
    others: tuple[OutletCopy, ...]
    copies: tuple[Copy, ...]
    """The latest first, at most MOST_ARTICLES."""


def read_outlets(lake: Lake, since: datetime | None) -> tuple[Outlet, ...]:
    """Every outlet with articles first seen from ``since`` on, the largest first. Raises LakeError."""

    def ask(database: duckdb.DuckDBPyConnection) -> tuple[Outlet, ...]:
        load_articles(database, lake, since)
        database.execute(_STORIES)
        return tuple(_outlet(database, **row) for row in rows_as_dicts(database, _OUTLETS))

    return ask_lake(lake, ask)


def _outlet(database: duckdb.DuckDBPyConnection, source: str, articles: int, shared: int, first: int) -> Outlet:
    return Outlet(
        source=source,
        articles=articles,
        shared=shared,
        first=first,
        agencies=tuple(AgencyCopy(**row) for row in rows_as_dicts(database, _AGENCIES, source=source)),
        others=tuple(OutletCopy(**row) for row in rows_as_dicts(database, _OTHERS, source=source)),
        copies=tuple(Copy(**row) for row in rows_as_dicts(database, _COPIES, source=source, most=MOST_ARTICLES)),
    )

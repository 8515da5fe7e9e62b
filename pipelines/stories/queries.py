"""Stories from the files of a lake: SQL in, small typed records out. Bodies are read for one story at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipelines.lake_queries import ask_lake, create_table, files_since, rows_as_dicts
from schemas import StoryArticle, UsageError
from transforms.lake.layout import Lake, day_and_source

_ARTICLES = """
    CREATE TABLE article AS
    SELECT article_id, source, source_kind AS kind, headline, canonical_url AS url, agency, story_id, relation, matched_article_id,
           similarity, containment, word_count AS words,
           coalesce(utc(published_at), utc(first_seen_at)) AS instant, utc(first_seen_at) AS first_seen_at
    FROM {rows} WHERE $since IS NULL OR utc(first_seen_at) >= $since
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY revision DESC, fetched_at DESC) = 1
"""
_STORIES = """
    SELECT story_id, count(DISTINCT source) AS sources, count(*) AS articles, min(instant) AS first_at, max(instant) AS last_at,
           array_agg(DISTINCT agency ORDER BY agency) FILTER (agency IS NOT NULL) AS agencies,
           arg_min(headline, (relation != 'original', instant)) FILTER (headline IS NOT NULL) AS headline
    FROM article GROUP BY story_id
    HAVING sources >= $least
        AND ($agency IS NULL OR bool_or(upper(agency) = upper($agency)))
        AND ($source IS NULL OR bool_or(source = $source))
    ORDER BY sources DESC, articles DESC, last_at DESC, story_id LIMIT $most
"""
_MEMBERS = """
    SELECT * FROM article WHERE story_id = $story_id ORDER BY instant, relation != 'original', source, article_id
"""
_STORY_OF = """
    SELECT DISTINCT story_id FROM article WHERE starts_with(story_id, $id) OR starts_with(article_id, $id) LIMIT 20
"""
_BODIES = """
    CREATE OR REPLACE TABLE body AS
    SELECT article_id, body FROM {rows} WHERE list_contains($ids, article_id)
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY revision DESC, fetched_at DESC) = 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One story in a list of stories."""

    story_id: str
    sources: int
    articles: int
    first_at: datetime
    """Publication (or else first sight) of its earliest article; UTC."""
    last_at: datetime
    agencies: tuple[str, ...]
    headline: str | None
    """That of its original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """One article of a story."""

    article_id: str
    source: str
    kind: str
    headline: str | None
    url: str
    agency: str | None
    story_id: str
    relation: str
    matched_article_id: str | None
    similarity: float | None
    containment: float | None
    words: int
    instant: datetime
    """published_at, or else first_seen_at; UTC."""
    first_seen_at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story and its articles."""

    story_id: str
    members: tuple[StoryMember, ...]
    """In order of time."""

    @property
    def lead(self) -> StoryMember:
        """The article with which the others are compared: the wire's own, or else the longest agency copy, or else the original."""
        return max(
            self.members,
            key=lambda member: (member.kind == "wire", member.agency is not None, member.relation == "original"),
        )

    @property
    def sources(self) -> int:
        """The number of its sources."""
        return len({member.source for member in self.members})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which stories to list."""

    since: datetime | None = None
    """Only articles first seen from then on; None for all."""
    agency: str | None = None
    """Only stories with an article of this agency, by its code."""
    source: str | None = None
    """Only stories with an article of this source."""
    min_sources: int = 2
    limit: int = 20


def list_stories(lake: Lake, choice: Choice) -> tuple[StoryLine, ...]:
    """The stories that the most sources ran. Raises LakeError."""

    def ask(database: duckdb.DuckDBPyConnection) -> tuple[StoryLine, ...]:
        load_articles(database, lake, choice.since)
        return _lines(database, choice)

    return ask_lake(lake, ask)


def find_story(lake: Lake, story_id: str, since: datetime | None = None) -> Story:
    """One story, by its story_id or the id of any of its articles, or by the beginning of one. Raises LakeError, and UsageError when the
    lake has no such story, or several."""

    def ask(database: duckdb.DuckDBPyConnection) -> Story:
        load_articles(database, lake, since)
        found = [row["story_id"] for row in rows_as_dicts(database, _STORY_OF, id=story_id)]
        if not found:
            raise UsageError(
                f"{lake.place} has no story or article {story_id}. copydesk stories {lake.place} lists stories."
            )
        if len(found) > 1 and story_id not in found:
            raise UsageError(f"several stories begin with {story_id}: {', '.join(found[:5])}. Give more of the id.")
        return _story(database, lake, story_id if story_id in found else found[0])

    return ask_lake(lake, ask)


def biggest_stories(lake: Lake, choice: Choice) -> tuple[Story, ...]:
    """The stories that the most sources ran, with their articles. Raises LakeError."""

    def ask(database: duckdb.DuckDBPyConnection) -> tuple[Story, ...]:
        load_articles(database, lake, choice.since)
        return tuple(_story(database, lake, line.story_id) for line in _lines(database, choice))

    return ask_lake(lake, ask)


def load_articles(database: duckdb.DuckDBPyConnection, lake: Lake, since: datetime | None) -> None:
    """Makes the table ``article``: the latest revision of each article first seen from ``since`` on."""
    files = files_since(lake, since) if since else lake.paths("articles")
    create_table(database, lake, _ARTICLES, StoryArticle, files, since=since and since.replace(tzinfo=None))


def _lines(database: duckdb.DuckDBPyConnection, choice: Choice) -> tuple[StoryLine, ...]:
    rows = rows_as_dicts(
        database,
        _STORIES,
        least=choice.min_sources,
        agency=choice.agency,
        source=choice.source,
        most=choice.limit,
    )
    return tuple(StoryLine(**{**row, "agencies": tuple(row["agencies"] or ())}) for row in rows)


def _story(database: duckdb.DuckDBPyConnection, lake: Lake, story_id: str) -> Story:
    rows = rows_as_dicts(database, _MEMBERS, story_id=story_id)
    ids = [row["article_id"] for row in rows]
    create_table(database, lake, _BODIES, StoryArticle, _files_of(lake, rows), ids=ids)
    bodies = {row["article_id"]: row["body"] for row in rows_as_dicts(database, "SELECT * FROM body")}
    return Story(
        story_id=story_id,
        members=tuple(StoryMember(**row, body=bodies.get(row["article_id"], "")) for row in rows),
    )


def _files_of(lake: Lake, rows: Sequence[dict[str, object]]) -> list[str]:
    """The files that may have the articles of these rows."""
    folders = {(f"{row['instant']:%Y-%m-%d}", row["source"]) for row in rows}
    return [path for path in lake.paths("articles") if day_and_source(path) in folders]

"""The figures of a lake: SQL over its files in, small typed records out.

DuckDB reads only the columns that are named here, never a body.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import duckdb

from pipelines.lake_queries import ask_lake, create_table, files_since, rows_as_dicts
from pipelines.report.figures import (
    AgencyCount,
    DayCount,
    FeedHealth,
    Figures,
    Freshness,
    HostCount,
    LanguageCount,
    Member,
    ReasonCount,
    RunFigures,
    SourceCopy,
    Story,
    Totals,
)
from pipelines.report.runs import latest_runs, run_record
from schemas import FeedPoll, Reject, Row, StoryArticle
from transforms.lake.layout import Lake, run_ids

TOP_SOURCES = 10
"""Sources with a row of their own in ``Figures.days``; the others are added up."""
TOP_STORIES = 10
TOP_HOSTS = 15


def read_figures(lake: Lake, days: int, now: datetime) -> Figures:
    """The figures of ``days`` days (UTC). They end with the last pass, so that a lake at rest still has figures. Raises LakeError."""
    names = run_ids(lake)
    # The run record of a compaction or a repair has no sources.
    last = next((record for name in reversed(names) if (record := run_record(lake, name)) and record.sources), None)
    until = datetime.fromisoformat(last.finished_at) if last else now
    since = datetime.combine(until.date() - timedelta(days=days - 1), datetime.min.time(), timezone.utc)
    recent = [name for name in names if name >= _name_from(since)]
    runs = latest_runs(lake, recent)

    def ask(database: duckdb.DuckDBPyConnection) -> Figures:
        _load(database, lake, since)
        return _ask(database, since, until, days, len(recent), runs)

    return ask_lake(lake, ask)


_ARTICLES = """
    CREATE TABLE article AS
    SELECT article_id, source, source_kind, feed_url, headline, canonical_url, agency, story_id, relation,
           nullif(lower(regexp_extract(language, '^[A-Za-z]{2,3}')), '') AS language,
           utc(published_at) AS published_at, utc(first_seen_at) AS first_seen_at,
           coalesce(utc(published_at), utc(first_seen_at)) AS instant,
           coalesce(published_precision IN ('second', 'minute'), false) AS timed
    FROM {rows} WHERE utc(first_seen_at) >= $since
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY revision DESC, fetched_at DESC) = 1
"""
_REJECTS = r"""
    CREATE TABLE reject AS
    SELECT reason, source, feed_url, final, entry_key IS NULL AS of_feed, utc(rejected_at) AS rejected_at,
           lower(regexp_extract(coalesce(nullif(url, ''), feed_url), '^\w+://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)', 1)) AS host
    FROM {rows} WHERE utc(rejected_at) >= $since
"""
_FEEDS = """
    CREATE TABLE feed AS
    SELECT source, feed_url, min(utc(polled_at)) AS first_polled_at, max(utc(polled_at)) AS last_polled_at,
           arg_max(outcome, polled_at) AS last_outcome, sum(coalesce(polls, 1))::BIGINT AS polls,
           sum(coalesce(polls_failed, (outcome = 'failed')::INTEGER))::BIGINT AS failed,
           sum(entries)::BIGINT AS entries, median(seconds / coalesce(polls, 1)) AS seconds,
           max(utc(polled_at)) FILTER (entries > 0) AS last_entries_at
    FROM {rows} WHERE utc(polled_at) >= $since GROUP BY source, feed_url
"""


def _load(database: duckdb.DuckDBPyConnection, lake: Lake, since: datetime) -> None:
    today = f"{since.date()}"
    todo: tuple[tuple[str, type[Row], list[str]], ...] = (
        (_ARTICLES, StoryArticle, files_since(lake, since)),
        (_REJECTS, Reject, lake.paths("rejects", today)),
        (_FEEDS, FeedPoll, lake.paths("polls", today)),
    )
    for statement, record, paths in todo:
        create_table(database, lake, statement, record, paths, since=since.replace(tzinfo=None))


def _ask(
    database: duckdb.DuckDBPyConnection,
    since: datetime,
    until: datetime,
    days: int,
    commits: int,
    last_runs: tuple[RunFigures, ...],
) -> Figures:
    (totals,) = rows_as_dicts(database, _TOTALS)
    ((latest,),) = database.execute("SELECT max(instant)::DATE FROM article").fetchall()
    first_day = (latest or until.date()) - timedelta(days=days - 1)
    ((older,),) = database.execute("SELECT count(*) FROM article WHERE instant::DATE < ?", [first_day]).fetchall()
    return Figures(
        since=since,
        until=until,
        totals=Totals(**totals, commits=commits),
        days=tuple(DayCount(**row) for row in rows_as_dicts(database, _DAYS, first_day=first_day, top=TOP_SOURCES)),
        older=older,
        freshness=tuple(Freshness(**row) for row in rows_as_dicts(database, _FRESHNESS)),
        languages=tuple(LanguageCount(**row) for row in rows_as_dicts(database, _LANGUAGES)),
        copy=tuple(SourceCopy(**row) for row in rows_as_dicts(database, _COPY)),
        agencies=tuple(AgencyCount(**row) for row in rows_as_dicts(database, _AGENCIES)),
        stories=_stories(database),
        reasons=tuple(ReasonCount(**row) for row in rows_as_dicts(database, _REASONS)),
        hosts=tuple(HostCount(**row) for row in rows_as_dicts(database, _HOSTS, top=TOP_HOSTS)),
        feeds=tuple(FeedHealth(**row) for row in rows_as_dicts(database, _HEALTH)),
        runs=last_runs,
    )


_TOTALS = """
    SELECT count(*) AS articles, count(DISTINCT source) AS sources, count(DISTINCT instant::DATE) AS days,
           count(*) FILTER (source_kind = 'outlet') AS outlet_articles,
           count(*) FILTER (source_kind = 'outlet' AND agency IS NOT NULL) AS agency_articles,
           count(*) FILTER (relation = 'exact') AS exact,
           (SELECT count(*) FROM reject) AS rejects,
           (SELECT count(*) FROM reject WHERE final) AS final_rejects
    FROM article
"""
_DAYS = """
    WITH recent AS (SELECT instant::DATE AS day, source FROM article WHERE instant::DATE >= $first_day),
         largest AS (SELECT source FROM recent GROUP BY source ORDER BY count(*) DESC, source LIMIT $top)
    SELECT day, largest.source, count(*) AS articles
    FROM recent LEFT JOIN largest USING (source) GROUP BY ALL ORDER BY day, largest.source NULLS LAST
"""
# Articles of a feed's first poll were published before Copydesk asked, and do not show how soon it sees new ones.
_FRESHNESS = """
    WITH delay AS (
        SELECT source, greatest(0, epoch(first_seen_at) - epoch(published_at)) AS seconds,
               coalesce(published_at >= first_polled_at, false) AS live
        FROM article LEFT JOIN feed USING (source, feed_url) WHERE timed AND published_at IS NOT NULL
    ), measured AS (SELECT * FROM delay QUALIFY live OR NOT bool_or(live) OVER (PARTITION BY source))
    SELECT source, count(*) AS articles, quantile_cont(seconds, 0.5) AS median, quantile_cont(seconds, 0.9) AS ninetieth,
           NOT bool_or(live) AS backlog
    FROM measured GROUP BY source ORDER BY backlog, articles DESC, source
"""
_LANGUAGES = "SELECT language, count(*) AS articles FROM article GROUP BY language ORDER BY articles DESC, language"
_COPY = """
    SELECT source, max(source_kind) AS kind, count(*) AS articles, count(agency) AS agency, mode(agency ORDER BY agency) AS main_agency,
           count(*) FILTER (relation = 'exact') AS exact,
           count(*) FILTER (relation NOT IN ('original', 'exact')) AS related
    FROM article GROUP BY source ORDER BY articles DESC, source
"""
_AGENCIES = """
    SELECT agency, count(*) AS articles, count(DISTINCT source) AS outlets
    FROM article WHERE source_kind = 'outlet' AND agency IS NOT NULL GROUP BY agency ORDER BY articles DESC, agency
"""
_REASONS = """
    SELECT reason, count(*) AS rejects, count(*) FILTER (final) AS final, count(DISTINCT source) AS sources
    FROM reject GROUP BY reason ORDER BY rejects DESC, reason
"""
_HOSTS = """
    SELECT host, count(*) AS rejects, mode(reason ORDER BY reason) AS main_reason
    FROM reject GROUP BY host ORDER BY rejects DESC, host LIMIT $top
"""
_HEALTH = """
    WITH why AS (
        SELECT source, feed_url, arg_max(reason, rejected_at) AS reason FROM reject WHERE of_feed GROUP BY source, feed_url
    )
    SELECT source, feed_url, last_polled_at, last_outcome, if(last_outcome = 'failed', reason, NULL) AS reason,
           polls, failed, entries, seconds, datediff('hour', last_entries_at, last_polled_at) // 24 AS days_without_entries
    FROM feed LEFT JOIN why USING (source, feed_url)
    ORDER BY last_outcome != 'failed', failed / polls DESC, days_without_entries DESC NULLS FIRST, source, feed_url
"""
_STORIES = """
    SELECT story_id, count(DISTINCT source) AS sources FROM article
    GROUP BY story_id HAVING sources > 1 ORDER BY sources DESC, count(*) DESC, max(instant) DESC, story_id LIMIT $top
"""
_MEMBERS = """
    SELECT source, source_kind AS kind, agency, headline, canonical_url AS url, relation, instant
    FROM article WHERE story_id = $story_id ORDER BY instant, relation != 'original', source, article_id
"""


def _stories(database: duckdb.DuckDBPyConnection) -> tuple[Story, ...]:
    return tuple(
        Story(
            **row,
            members=tuple(Member(**member) for member in rows_as_dicts(database, _MEMBERS, story_id=row["story_id"])),
        )
        for row in rows_as_dicts(database, _STORIES, top=TOP_STORIES)
    )


def _name_from(moment: datetime) -> str:
    """The first name that a run of this moment could have (see new_run_id)."""
    return f"{moment:%Y%m%dT%H%M%SZ}"

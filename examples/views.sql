-- DuckDB views on a lake. Call it from the folder that holds lake/:  duckdb -init examples/views.sql
-- For a lake elsewhere, replace lake/ below.

-- Every row, with date and source from the folders. Columns are matched by name, because newer files may have more columns than older ones.
CREATE OR REPLACE VIEW article_rows AS
SELECT * FROM read_parquet(
    'lake/articles/*/*/part-*.parquet', hive_types = {'date': DATE, 'source': VARCHAR}, union_by_name = true
);

-- One row per article: its latest revision.
CREATE OR REPLACE VIEW articles AS
SELECT * FROM article_rows
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY revision DESC) = 1;

-- One row per story: its first-seen article, the agency that its articles credit, and the sources that ran it.
CREATE OR REPLACE VIEW stories AS
SELECT
    story_id,
    arg_min(headline, (first_seen_at, published_at, article_id)) FILTER (WHERE article_id = story_id) AS headline,
    arg_min(source, (first_seen_at, published_at, article_id)) FILTER (WHERE article_id = story_id) AS first_source,
    arg_min(agency, (first_seen_at, published_at, article_id)) AS agency,
    min(published_at) AS first_published_at,
    max(published_at) AS last_published_at,
    list(DISTINCT source ORDER BY source) AS sources,
    count(*) AS articles
FROM articles
GROUP BY story_id;

-- One row per day, outlet and agency: the articles of that agency's copy, and their share of all that the outlet ran on that day.
CREATE OR REPLACE VIEW pickup AS
SELECT
    date, source, agency, count(*) AS articles,
    count(*) / sum(count(*)) OVER (PARTITION BY date, source) AS share
FROM articles
WHERE source_kind = 'outlet'
GROUP BY date, source, agency;

-- One row per article of an outlet that is agency copy: with the agency's credit, or without it, if its story is the agency's: the agency's own article is in
-- the lake, or another source ran the story with the credit. seconds_after_wire is null if the agency's own article is not in the lake.
CREATE OR REPLACE VIEW wire_copy AS
WITH story AS (
    SELECT
        story_id,
        arg_min(agency, (source_kind != 'wire', coalesce(published_at, first_seen_at))) FILTER (WHERE agency IS NOT NULL) AS agency,
        min(coalesce(published_at, first_seen_at)) FILTER (WHERE source_kind = 'wire') AS wire_at
    FROM articles
    GROUP BY story_id
)
SELECT
    date, source, coalesce(articles.agency, story.agency) AS agency, articles.agency IS NOT NULL AS credited,
    article_id, story_id, relation, headline, published_at, first_seen_at,
    epoch(coalesce(published_at, first_seen_at) - wire_at) AS seconds_after_wire
FROM articles JOIN story USING (story_id)
WHERE source_kind = 'outlet' AND coalesce(articles.agency, story.agency) IS NOT NULL;

-- One row per source and story that other sources ran too: its place among them, and how long after the first it came.
CREATE OR REPLACE VIEW races AS
SELECT
    story_id, source, min(coalesce(published_at, first_seen_at)) AS at,
    rank() OVER (PARTITION BY story_id ORDER BY min(coalesce(published_at, first_seen_at))) AS place,
    count(*) OVER (PARTITION BY story_id) AS sources,
    epoch(min(coalesce(published_at, first_seen_at)) - min(min(coalesce(published_at, first_seen_at))) OVER (PARTITION BY story_id)) AS seconds_after_first
FROM articles
GROUP BY story_id, source
QUALIFY sources > 1;

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

"""The lake as Arrow tables: what a reader gets, what it need not open, and that it agrees with the views."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from schemas import Source, StoryArticle
from tests.support.compacting import carry_out, lake_of_passes
from tests.support.samples import NOON, OUTLET, RUN, WIRE, article, reject, story_article
from tests.support.small_lakes import LATER, add, filled, rows_of
from transforms.lake.layout import Lake, LakeError
from transforms.lake.opening import find_lake, open_lake
from transforms.lake.tables import STORIES, LakeReader

VIEWS = Path(__file__).parents[2] / "examples" / "views.sql"
DAY = timedelta(days=1)


def of(url: str, source: Source = OUTLET, **changes: Any) -> StoryArticle:
    return story_article(article(source, url), **changes)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two runs over three days: an article that is revised, one that is revised and moves to another day, a story of three members."""
    made = open_lake(tmp_path / "lake")
    wire = of("http://wire.example/1", WIRE, agency="MPA", headline="Wire", published_at=NOON - DAY)
    copy = of("http://post.example/copy", story_id=wire.article_id, relation="exact", published_at=None)
    undated = of("http://post.example/undated", published_at=None, headline=None)
    revised, moved = of("http://post.example/revised"), of("http://post.example/moved", headline="Before")
    add(made, [*rows_of(wire, copy, undated, revised, moved), reject()], RUN)
    second = [
        of("http://post.example/revised", revision=2, headline="Revised", run_id=LATER),
        of("http://post.example/moved", revision=2, headline="After", published_at=NOON - 2 * DAY, run_id=LATER),
        of("http://wire.example/2", WIRE, story_id=wire.article_id, relation="exact", first_seen_at=NOON + DAY),
    ]
    add(made, [*rows_of(*second), reject(rejected_at=NOON + DAY)], LATER)
    return made


@pytest.fixture
def views(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with examples/views.sql over the lake."""
    monkeypatch.chdir(lake.root.parent)
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(VIEWS.read_text(encoding="utf-8"))
        yield database


def headlines(table: pa.Table) -> list[str | None]:
    return sorted(table["headline"].to_pylist(), key=str)


def test_articles_are_latest_revisions_with_day_and_source(lake: Lake) -> None:
    table = LakeReader(lake).articles()
    assert headlines(table) == ["After", None, "One", "One", "Revised", "Wire"]
    assert table.schema.field("date").type == pa.date32()
    rows = table.to_pylist()
    assert all(row["date"] == (row["published_at"] or row["first_seen_at"]).date() for row in rows)
    assert {row["source"] for row in rows} == {"post", "meridian"}


def test_revisions_are_all_of_them(lake: Lake) -> None:
    table = LakeReader(lake).articles(revisions=True)
    assert headlines(table) == ["After", "Before", None, "One", "One", "One", "Revised", "Wire"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-10-01", None, [None, "One", "One", "Revised"]),
        (None, date(2026, 9, 30), ["After", "Wire"]),
        ("2026-09-30", "2026-09-30", ["Wire"]),
        ("2026-10-02", None, []),
    ],
)
def test_days_are_those_of_latest_revisions(
    lake: Lake, since: str | None, until: date | None, expected: list[str | None]
) -> None:
    table = LakeReader(lake).articles(since=since, until=until, columns=["headline", "date"])
    assert table.column_names == ["headline", "date"]
    assert headlines(table) == expected


def test_an_article_that_moved_within_the_days_asked_for_is_there_once(lake: Lake) -> None:
    table = LakeReader(lake).articles(since="2026-09-29", until="2026-10-01")
    assert headlines(table) == ["After", None, "One", "One", "Revised", "Wire"]


def test_every_pair_of_days_gives_what_the_view_gives(lake: Lake, views: duckdb.DuckDBPyConnection) -> None:
    days = [None, *(date(2026, 9, 28) + n * DAY for n in range(6))]
    for first, last in itertools.product(days, days):
        wanted = "SELECT article_id, revision FROM articles WHERE date BETWEEN ? AND ? ORDER BY ALL"
        expected = views.execute(wanted, [first or date.min, last or date.max]).fetchall()
        table = LakeReader(lake).articles(since=first, until=last, columns=["article_id", "revision"])
        assert sorted(tuple(row.values()) for row in table.to_pylist()) == expected


def test_other_sources_and_days_are_not_opened(lake: Lake) -> None:
    for file in lake.files("articles"):
        if "date=2026-10-01/source=post" not in str(file):
            file.write_bytes(b"no Parquet")
    table = LakeReader(lake).articles(until="2026-10-01", sources=["post"], since=date(2026, 10, 1), revisions=True)
    assert headlines(table) == ["Before", None, "One", "One", "Revised"]
    assert LakeReader(lake).articles(since="2026-10-01", sources="nobody").num_rows == 0
    with pytest.raises(LakeError, match="copydesk verify"):
        LakeReader(lake).articles()


def test_rejects_are_those_of_the_days_of_the_pass(lake: Lake) -> None:
    reader = LakeReader(lake)
    assert reader.rejects().num_rows == 2
    assert reader.rejects(since="2026-10-02", columns=["reason", "date"]).to_pylist() == [
        {"reason": "timeout", "date": date(2026, 10, 2)}
    ]
    assert reader.rejects(until="2026-10-01")["date"].to_pylist() == [date(2026, 10, 1)]


@pytest.mark.parametrize("content", ["revisions", "passes", "copies"])
def test_stories_and_articles_are_those_of_the_views(
    content: str, lake: Lake, views: duckdb.DuckDBPyConnection
) -> None:
    if content != "revisions":
        shutil.rmtree(lake.root)
        (lake_of_passes if content == "passes" else filled)(lake.root)
    reader = LakeReader(lake)
    stories = views.sql("FROM stories ORDER BY first_published_at NULLS LAST, story_id").to_arrow_table()
    assert stories.column_names == STORIES.names
    assert reader.stories().to_pylist() == stories.to_pylist()
    articles = views.sql("FROM articles ORDER BY article_id").to_arrow_table()
    assert set(articles.column_names) == set(reader.articles().column_names)
    ours = reader.articles(columns=articles.column_names).sort_by("article_id")
    assert ours.to_pylist() == articles.to_pylist()


def test_a_story_has_its_origin_its_agency_and_everybody_who_ran_it(lake: Lake) -> None:
    story = LakeReader(lake).stories().to_pylist()[1]
    assert (story["headline"], story["first_source"], story["agency"]) == ("Wire", "meridian", "MPA")
    assert (story["sources"], story["articles"]) == (["meridian", "post"], 3)
    assert (story["first_published_at"], story["last_published_at"]) == (NOON - DAY, NOON - timedelta(hours=1))


def test_an_empty_lake_gives_empty_tables_with_all_columns(tmp_path: Path, lake: Lake) -> None:
    full, empty = LakeReader(lake), LakeReader(open_lake(tmp_path / "empty"))
    methods: tuple[Callable[[LakeReader], pa.Table], ...] = (
        LakeReader.articles,
        LakeReader.stories,
        LakeReader.rejects,
        lambda reader: reader.articles(since="2026-10-01", columns=["date", "body"]),
        lambda reader: reader.dataset("polls").to_table(),
    )
    for method in methods:
        assert method(empty).num_rows == 0
        assert method(empty).schema == method(full).schema


def test_reading_changes_nothing_in_a_lake_that_may_not_be_written(lake: Lake) -> None:
    for path in lake.root.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")}
    reader = LakeReader(find_lake(lake.root))
    for table in (reader.articles(since="2026-10-01"), reader.stories(), reader.rejects(), reader.dataset().to_table()):
        assert table.num_rows
    assert {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"since": "yesterday"}, "yesterday"),
        ({"until": NOON}, "published_at"),
        ({"columns": ["headlin"]}, "no column 'headlin'"),
    ],
)
def test_what_cannot_be_asked_is_said(lake: Lake, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LakeReader(lake).articles(**arguments)


def test_pandas_polars_and_duckdb_take_a_table(lake: Lake) -> None:
    articles = LakeReader(lake).articles(since="2026-09-30")
    frame: pd.DataFrame = articles.to_pandas()
    assert sorted(frame["source"]) == ["meridian", "meridian", "post", "post", "post"]
    assert str(frame["published_at"].dtype) == "datetime64[us, UTC]"
    polars = pl.from_arrow(articles)
    assert isinstance(polars, pl.DataFrame)
    assert polars["date"].max() == date(2026, 10, 1)
    assert duckdb.execute("SELECT count(*) FROM articles WHERE date = '2026-10-01'").fetchall() == [(4,)]


def test_polars_and_duckdb_scan_a_dataset_and_leave_other_days_unopened(lake: Lake) -> None:
    articles = LakeReader(lake).dataset("articles")
    assert articles.count_rows() == 8
    for file in lake.files("articles"):
        if "date=2026-10-01" not in str(file):
            file.write_bytes(b"no Parquet")
    polars = pl.scan_pyarrow_dataset(articles).filter(pl.col("date") == date(2026, 10, 1)).select("headline")
    assert polars.collect().height == 6
    assert duckdb.execute("SELECT count(headline) FROM articles WHERE date = '2026-10-01'").fetchall() == [(5,)]
    assert LakeReader(lake).dataset("index").schema.names[-1] == "date"


def test_a_source_and_a_lake_may_have_any_name(tmp_path: Path) -> None:
    number = Source(id="007", kind="outlet", feeds=("http://bond.example/feed.xml",))
    lake = open_lake(tmp_path / "date=2020-01-01" / "source=x" / "lake")
    add(lake, rows_of(of("http://bond.example/1", number)), RUN)
    reader = LakeReader(lake)
    for table in (reader.articles(), reader.dataset().to_table(), reader.articles(sources={"007"})):
        assert table.select(["date", "source"]).to_pylist() == [{"date": date(2026, 10, 1), "source": "007"}]


def test_a_compaction_meanwhile_is_waited_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = lake_of_passes(tmp_path / "lake")
    expected = LakeReader(lake).articles().sort_by("article_id").to_pylist()
    listed = Lake.paths
    files = len(lake.files("articles"))
    asked = list[str]()

    def list_then_compact(self: Lake, *arguments: Any) -> list[str]:
        paths = listed(self, *arguments)
        asked.append(arguments[0])
        if len(asked) == 1:
            carry_out(lake)
        return paths

    monkeypatch.setattr(Lake, "paths", list_then_compact)
    assert LakeReader(lake).articles().sort_by("article_id").to_pylist() == expected
    assert len(lake.files("articles")) < files


def test_rows_that_a_compaction_shows_twice_are_given_once(lake: Lake) -> None:
    (file,) = (file for file in lake.files("articles") if "2026-09-30" in str(file))
    shutil.copy(file, file.with_name("part-20261003T120000Z-abcdef.parquet"))
    reader = LakeReader(lake)
    assert headlines(reader.articles(until="2026-09-30")) == ["After", "Wire"]
    assert reader.articles(revisions=True).num_rows == 8
    assert [story["articles"] for story in reader.stories().to_pylist()].count(3) == 1

"""The engines that the README names read the lake, with columns from its folders."""

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest

from tests.samples import OUTLET, RUN, WIRE, article, story_article, summary
from transforms.commit import commit, partition, stage
from transforms.lake import open_lake


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The articles folder of a lake with an article of a wire and one of an outlet, without and with authors."""
    lake = open_lake(tmp_path_factory.mktemp("readers") / "lake")
    members = [
        story_article(article(WIRE, "http://wire.example/1")),
        story_article(article(OUTLET, "http://post.example/1", authors=("Jane Doe", "Jo Roe"), modified_at=None)),
    ]
    commit(lake, summary(*(file for member in members for file in stage(lake, RUN, partition(member), [member]))))
    return str(lake.dataset("articles"))


def test_duckdb_reads_it(articles: str) -> None:
    query = f"SELECT source, date::VARCHAR, len(authors), epoch(published_at) FROM '{articles}/**/*.parquet' ORDER BY source"
    assert duckdb.execute(query).fetchall() == [
        ("meridian", "2026-10-01", 0, 1790852400.0),
        ("post", "2026-10-01", 2, 1790852400.0),
    ]


def test_polars_reads_it(articles: str) -> None:
    frame = (
        pl.scan_parquet(f"{articles}/**/*.parquet", hive_partitioning=True).filter(pl.col("source") == "post").collect()
    )
    assert frame["authors"].to_list() == [["Jane Doe", "Jo Roe"]]
    assert str(frame["published_at"].dtype) == "Datetime(time_unit='us', time_zone='UTC')"


def test_pandas_reads_it(articles: str) -> None:
    frame = pd.read_parquet(articles, filters=[("source", "==", "post")])
    assert list(frame["authors"].iloc[0]) == ["Jane Doe", "Jo Roe"]
    assert str(frame["published_at"].iloc[0]) == "2026-10-01 11:00:00+00:00"


def test_arrow_reads_it(articles: str) -> None:
    table = ds.dataset(articles, partitioning="hive").to_table(filter=ds.field("source") == "meridian")
    assert table["date"].to_pylist() == ["2026-10-01"]


def test_the_views_give_latest_revisions_stories_and_pickup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    wire = article(WIRE, "http://wire.example/1", agency="MPA")
    first = story_article(wire)
    copy = story_article(
        article(OUTLET, "http://post.example/1", agency="MPA"), story_id=wire.article_id, relation="exact"
    )
    own = story_article(article(OUTLET, "http://post.example/2"))
    revised = story_article(article(OUTLET, "http://post.example/2", revision=2, headline="Two"))
    written = [stage(lake, RUN, partition(first), [first]), stage(lake, RUN, partition(copy), [copy, own, revised])]
    commit(lake, summary(*(file for files in written for file in files)))
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        connection.execute((Path(__file__).parent.parent / "examples" / "views.sql").read_text(encoding="utf-8"))
        latest = connection.execute(
            "SELECT source, headline, revision FROM articles ORDER BY source, headline"
        ).fetchall()
        stories = connection.execute(
            "SELECT headline, first_source, sources, articles FROM stories ORDER BY articles"
        ).fetchall()
        pickup = connection.execute(
            "SELECT source, agency, articles, share FROM pickup ORDER BY agency NULLS LAST"
        ).fetchall()
    assert latest == [("meridian", "One", 1), ("post", "One", 1), ("post", "Two", 2)]
    assert stories == [("Two", "post", ["post"], 1), ("One", "meridian", ["meridian", "post"], 2)]
    assert pickup == [("post", "MPA", 1, 0.5), ("post", None, 1, 0.5)]

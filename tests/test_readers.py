"""The engines that the README names read the lake, with columns from its folders."""

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

"""Ids in which an engine sees a value: for each of them some engine gives another type than text."""

import duckdb
import polars as pl
import pytest

from schemas.source_ids import is_read_as_value, is_source_id

VALUES = (
    *("007", "7", "1_000", "2024-01-02", "2024-1-2", "20240102", "2024-01-02t10", "1e5", "1e-5", "0x1f"),
    *("true", "false", "null", "nan", "inf", "infinity", "epoch", "10d", "5f"),
)
TEXTS = ("post", "20minutes", "7news", "24ur", "post-2024-01-02", "true-crime", "x1e5", "9-news", "null-desk")


@pytest.mark.parametrize("source_id", VALUES)
def test_what_an_engine_reads_as_a_value_is_no_name(source_id: str) -> None:
    assert is_read_as_value(source_id)


@pytest.mark.parametrize("source_id", TEXTS)
def test_names_are_read_as_text(source_id: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert is_source_id(source_id)
    assert not is_read_as_value(source_id)
    lake = tmp_path_factory.mktemp("lake")
    folder = lake / f"source={source_id}"
    folder.mkdir()
    pl.DataFrame({"a": [1]}).write_parquet(folder / "part-1.parquet")
    (row,) = (
        duckdb.connect()
        .execute(f"SELECT source FROM read_parquet('{lake}/*/part-*.parquet', hive_partitioning = true)")
        .fetchall()
    )
    assert row == (source_id,)
    rows = pl.scan_parquet(f"{lake}/*/part-*.parquet", hive_partitioning=True).collect()
    assert rows["source"].to_list() == [source_id]

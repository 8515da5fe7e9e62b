"""The rows of a lake."""

from collections.abc import Set
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from schemas import Dataset
from transforms.lake.layout import Lake

OF_THE_RUN = {"run_id", "fetched_at", "first_seen_at"}
"""The columns that differ between two runs over the same pages."""


def rows(lake: Path, dataset: Dataset = "articles") -> list[dict[str, Any]]:
    """All rows of a dataset; none when it has no file."""
    if not Lake(lake).files(dataset):
        return []
    read: list[dict[str, Any]] = ds.dataset(lake / dataset, partitioning="hive").to_table().to_pylist()
    return read


def articles(lake: Path, without: Set[str] = OF_THE_RUN) -> list[dict[str, Any]]:
    """The articles in the order of their ids, for comparing the lakes of two runs."""
    kept = [{name: value for name, value in row.items() if name not in without} for row in rows(lake)]
    return sorted(kept, key=lambda row: str(row["article_id"]))

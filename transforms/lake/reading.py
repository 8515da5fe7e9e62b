"""Reads rows of a lake's Parquet files, also while a compaction replaces them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from schemas import Row, arrow_schema
from transforms.lake.layout import Lake, LakeError

_TOGETHER = 64
"""Files that are read at once. Arrow holds 100 KB for each until the last one is read, and a lake may have thousands of small ones."""
_TRIES = 5
"""How often a question is asked while a compaction replaces the files that it was to read."""


def column_in(column: str, keys: Collection[str]) -> Any:
    # The type is given because Arrow takes an empty list for nulls.
    return pc.field(column).isin(pa.array(list(keys), pa.string()))


def retry_during_compaction(ask: Callable[[], pa.Table]) -> pa.Table:
    """Asks again when a file is gone that was just listed: its rows are in another now."""
    for _ in range(_TRIES - 1):
        with suppress(FileNotFoundError):
            return ask()
    return ask()


def read_rows(
    lake: Lake,
    record: type[Row],
    paths: list[str],
    columns: list[str],
    wanted: Any = None,
    keep: Callable[[pa.Table], pa.Table] = pa.Table.combine_chunks,
) -> pa.Table:
    """Rows of these files; ``keep`` gives those that matter of the rows of some of them, before others are read."""
    schema = arrow_schema(record)
    if not paths:
        return schema.empty_table().select(columns)
    with lake.store.arrow_paths(paths) as (files, system):
        try:
            # Given paths rather than a folder, Arrow reads no partition columns and lists nothing twice.
            return pa.concat_tables(
                keep(
                    ds.dataset(files[at : at + _TOGETHER], schema=schema, format="parquet", filesystem=system).to_table(
                        columns=columns, filter=wanted
                    )
                )
                for at in range(0, len(files), _TOGETHER)
            )
        except pa.ArrowInvalid as error:  # to pass over it would mean to fetch, and to write, anew what it tells of
            raise LakeError(f"{str(error).rstrip('.')}. copydesk verify tells what to do.") from error

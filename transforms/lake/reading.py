"""Reads rows of a lake's Parquet files, also while a compaction replaces them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs as pafs

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


FOLDERS = pa.schema([("date", pa.date32()), ("source", pa.string())])
"""Columns that partitions have in the names of their folders."""


def read_rows(
    lake: Lake,
    record: type[Row],
    paths: list[str],
    columns: list[str],
    wanted: Any = None,
    keep: Callable[[pa.Table], pa.Table] = pa.Table.combine_chunks,
    with_folders: bool = False,
) -> pa.Table:
    """Rows of these files; ``keep`` gives those that matter of the rows of some of them, before others are read.

    ``with_folders`` adds ``date`` and, to articles, ``source``.
    """
    if not paths:
        return columns_of(record, with_folders).empty_table().select(columns)
    with lake.store.arrow_paths(paths) as (files, system):
        top = files[0].removesuffix(paths[0])
        try:
            return pa.concat_tables(
                keep(
                    dataset_of(record, files[at : at + _TOGETHER], system, top if with_folders else None).to_table(
                        columns=columns, filter=wanted
                    )
                )
                for at in range(0, len(files), _TOGETHER)
            )
        except pa.ArrowInvalid as error:  # to pass over it would mean to fetch, and to write, anew what it tells of
            raise LakeError(f"{str(error).rstrip('.')}. copydesk verify tells what to do.") from error


def columns_of(record: type[Row], with_folders: bool) -> pa.Schema:
    """The columns of a record; ``with_folders`` adds the partition's day."""
    schema = arrow_schema(record)
    return schema.append(FOLDERS.field("date")) if with_folders else schema


def dataset_of(record: type[Row], files: list[str], system: pafs.FileSystem | None, top: str | None) -> ds.Dataset:
    """These files as Arrow reads them; with the columns of their folders below ``top`` when that is given.

    Given files rather than a folder, Arrow lists nothing twice.
    """
    schema = columns_of(record, with_folders=top is not None)
    if top is None:
        return ds.dataset(files, schema=schema, format="parquet", filesystem=system)
    folders = ds.partitioning(FOLDERS, flavor="hive")
    return ds.dataset(
        files, schema=schema, format="parquet", filesystem=system, partitioning=folders, partition_base_dir=top
    )

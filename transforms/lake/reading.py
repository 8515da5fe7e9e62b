"""Reads rows of a lake's Parquet files, also while a compaction replaces them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs as pafs

from schemas import Row
from schemas.arrow import arrow_schema
from transforms.lake.layout import Lake, LakeError

_FOLDERS = pa.schema([("date", pa.date32()), ("source", pa.string())])
"""The columns that partitions have in the names of their folders."""
_FILES_AT_ONCE = 64
"""Files of one read. Arrow holds 100 KB for each of them until the read ends, and a lake may have thousands of small files."""
_BATCH_ROWS = 8_192
_FILES_AHEAD = 4
"""Files that are read while the batches of others are worked on. Many files of a lake are small."""
_ATTEMPTS = 5
"""Attempts at a query while a compaction replaces the files that it reads."""


_Result = TypeVar("_Result")


def retry_during_compaction(query: Callable[[], _Result]) -> _Result:
    """Repeats a query when a file is gone that it had just listed: another file has its rows now."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(FileNotFoundError):
            return query()
    return query()


def read_rows(
    lake: Lake,
    record: type[Row],
    paths: list[str],
    columns: list[str],
    where: Any = None,
    keep: Callable[[pa.Table], pa.Table] = pa.Table.combine_chunks,
    with_folders: bool = False,
) -> pa.Table:
    """Some columns of the rows in these files that pass the filter ``where``. Raises LakeError for a damaged file.

    A few files are read at a time. ``keep`` returns the rows to keep of these before the next ones are read. ``with_folders`` adds the
    column ``date`` and, to articles, ``source``.
    """
    if not paths:
        return columns_of(record, with_folders).empty_table().select(columns)
    with lake.store.arrow_paths(paths) as (files, system):
        top = files[0].removesuffix(paths[0]) if with_folders else None
        try:
            return pa.concat_tables(
                keep(
                    arrow_dataset(record, files[at : at + _FILES_AT_ONCE], system, top).to_table(
                        columns=columns, filter=where
                    )
                )
                for at in range(0, len(files), _FILES_AT_ONCE)
            )
        except pa.ArrowInvalid as error:  # to skip the file would be to fetch and write its articles again
            raise _damaged(error) from error


def read_batches(
    lake: Lake, record: type[Row], paths: list[str], columns: list[str], where: Any = None
) -> Iterator[pa.RecordBatch]:
    """Yields some columns of the rows in these files that pass the filter ``where``, in their order and in batches of a few megabytes.

    Raises LakeError for a damaged file.
    """
    for at in range(0, len(paths), _FILES_AT_ONCE):
        with lake.store.arrow_paths(paths[at : at + _FILES_AT_ONCE]) as (files, system):
            try:
                yield from arrow_dataset(record, files, system, None).to_batches(
                    columns=columns,
                    filter=where,
                    batch_size=_BATCH_ROWS,
                    batch_readahead=1,
                    fragment_readahead=_FILES_AHEAD,
                )
            except pa.ArrowInvalid as error:
                raise _damaged(error) from error


def _damaged(error: pa.ArrowInvalid) -> LakeError:
    return LakeError(f"{str(error).rstrip('.')}. copydesk verify shows what to do.")


def arrow_dataset(record: type[Row], files: list[str], system: pafs.FileSystem | None, top: str | None) -> ds.Dataset:
    """These files as a dataset of Arrow, with the columns of their folders below ``top`` if that is given.

    Arrow is given files rather than a folder, so it does not list them again.
    """
    schema = columns_of(record, with_folders=top is not None)
    if top is None:
        return ds.dataset(files, schema=schema, format="parquet", filesystem=system)
    folders = ds.partitioning(_FOLDERS, flavor="hive")
    return ds.dataset(
        files, schema=schema, format="parquet", filesystem=system, partitioning=folders, partition_base_dir=top
    )


def columns_of(record: type[Row], with_folders: bool) -> pa.Schema:
    """The columns of a record. ``with_folders`` adds the day of the partition."""
    schema = arrow_schema(record)
    return schema.append(_FOLDERS.field("date")) if with_folders else schema


def column_in(column: str, keys: Collection[str]) -> Any:
    """The filter for rows whose column has one of these values."""
    # The type is given because Arrow takes an empty list for nulls.
    return pc.field(column).isin(pa.array(list(keys), pa.string()))

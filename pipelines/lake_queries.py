"""DuckDB over the files of a lake, in bounded memory. For commands that ask about a whole lake.

The lake's lock is not taken: a file in a lake is always complete, and when a commit replaces files meanwhile, the queries start again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as pafs

from schemas import Row, StoryArticle
from schemas.arrow import arrow_schema
from transforms.lake.layout import Lake, LakeError
from transforms.lake.parquet import run_of_file

Answer = TypeVar("Answer")
_MEMORY = "1GB"
_TRIES = 3


def ask_lake(lake: Lake, ask: Callable[[duckdb.DuckDBPyConnection], Answer]) -> Answer:
    """What ``ask`` returns for an empty database. Asks again when a commit has replaced files meanwhile. Raises LakeError."""
    for _ in range(_TRIES):
        try:
            with _database() as database:
                return ask(database)
        except (duckdb.IOException, duckdb.InvalidInputException, OSError) as caught:
            error = caught  # most likely a commit has replaced a file after it was listed
    reason = str(error).splitlines()[0].rstrip(".")  # the other lines show the query
    raise LakeError(f"{lake.place} cannot be read: {reason}. Run copydesk verify to find the cause.") from error


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="copydesk-queries-") as folder:
        # DuckDB must not download extensions; those used here come with it.
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": _MEMORY,
            "temp_directory": folder,
            "autoinstall_known_extensions": "false",
        }
        with duckdb.connect(":memory:", config=config) as database:
            # Plain timestamps in UTC: DuckDB would show those with a zone in the machine's own.
            database.execute("CREATE MACRO utc(stamp) AS make_timestamp(epoch_us(stamp))")
            yield database


def create_table(
    database: duckdb.DuckDBPyConnection,
    lake: Lake,
    statement: str,
    record: type[Row],
    paths: Sequence[str],
    **parameters: Any,
) -> None:
    """Executes ``statement``, in which ``{rows}`` stands for the rows of ``record`` in some files of the lake."""
    with lake.store.arrow_paths(list(paths)) as (files, system):
        database.register("nothing", arrow_schema(record).empty_table())
        rows = _rows_of(database, record, files, system, parameters)
        database.execute(statement.replace("{rows}", rows), parameters)


def _rows_of(
    database: duckdb.DuckDBPyConnection,
    record: type[Row],
    files: Sequence[str],
    system: pafs.FileSystem | None,
    parameters: dict[str, Any],
) -> str:
    """The rows of some files, as SQL."""
    if not files:
        return "nothing"
    if system is not None:
        # DuckDB would have to download its clients for object stores. Through pyarrow it reads the same columns only.
        source = ds.partitioning(pa.schema({"source": pa.string()}), flavor="hive")
        of_articles = {"partitioning": source} if record is StoryArticle else {}
        database.register("objects", ds.dataset(files, arrow_schema(record), "parquet", system, **of_articles))
        return "objects"
    parameters["files"] = files
    # The types are given because DuckDB would take a source called 007 for a number.
    folders = "hive_partitioning = true, hive_types = {'date': DATE, 'source': VARCHAR}"
    if record is not StoryArticle:
        folders = "hive_partitioning = false"
    # Some files, or all, may be older than a column.
    return f"(FROM nothing UNION ALL BY NAME FROM read_parquet($files, {folders}, union_by_name = true))"


def rows_as_dicts(database: duckdb.DuckDBPyConnection, query: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of a query by column name. Timestamps are in UTC."""
    answer = database.execute(query, parameters)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, map(_aware, row), strict=True)) for row in answer.fetchall()]


def files_since(lake: Lake, since: datetime) -> list[str]:
    """Files of articles that may hold articles first seen from ``since`` on: a file has the name of the run that wrote it."""
    first = f"{since:%Y%m%dT%H%M%SZ}"
    return [path for path in lake.paths("articles") if (run_of_file(path.rpartition("/")[2]) or "") >= first]


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=timezone.utc) if isinstance(value, datetime) else value

"""Measures codecs, dictionaries and row groups in bytes and seconds. transforms/lake/parquet.py has the settings that were chosen.

    python -m benchmarks.files --lake lake        # articles of a lake
    python -m benchmarks.files --articles 20000   # generated ones

Each line is one file with all articles, sorted. "read" reads all columns, "headlines" five small columns, "an hour" the rows that were
published in one hour, in the middle of the file.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Column, Table

from benchmarks.generated import Newsroom
from schemas import StoryArticle
from schemas.arrow import table
from transforms.lake.layout import file_schema, sort_keys
from transforms.lake.opening import open_lake
from transforms.lake.parquet import DICTIONARY, parquet_options, rows_per_group

CODECS: tuple[tuple[str, int | None], ...] = (
    ("snappy", None),
    ("lz4", None),
    ("zstd", 1),
    ("zstd", 3),
    ("zstd", 6),
    ("zstd", 9),
    ("zstd", 12),
    ("brotli", 5),
)
GROUPS = (1_000, 2_500, 5_000, 10_000, 50_000)
_HEADLINES = ["published_at", "source_kind", "headline", "agency", "relation"]
_TURNS = 3


def main() -> None:
    """Measures, and prints two tables."""
    parser = argparse.ArgumentParser(description="Measures ways to write the files of a lake.")
    parser.add_argument("--lake", help="take articles from this lake (default: generate them)")
    parser.add_argument("--articles", type=int, default=20_000, help="most articles (default: %(default)s)")
    options = parser.parse_args()
    articles = _of_lake(options.lake, options.articles) if options.lake else _generated(options.articles)
    articles = articles.sort_by(sort_keys("articles"))
    settings = parquet_options(articles.schema)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "articles.parquet"
        _variants(file, articles, settings)
        _columns(file, articles, settings)


def _variants(file: Path, articles: pa.Table, settings: dict[str, Any]) -> None:
    lines = Table(Column("variant", no_wrap=True), box=None)
    for column in ("bytes an article", "write s", "read s", "headlines ms", "an hour ms"):
        lines.add_column(column, justify="right")
    usual = rows_per_group(articles.nbytes, articles.num_rows)
    variants: list[tuple[str, dict[str, Any], int]] = [("as in a lake", {}, usual)]
    variants += [
        (f"{codec} {level or ''}", {"compression": codec, "compression_level": level}, usual) for codec, level in CODECS
    ]
    variants += [
        ("dictionaries for all", {"use_dictionary": True}, usual),
        ("no dictionary", {"use_dictionary": False}, usual),
    ]
    variants += [(f"row groups of {rows:,}", {}, rows) for rows in GROUPS]
    middle = articles["published_at"][articles.num_rows // 2].as_py() or datetime.now(timezone.utc)
    hour = (ds.field("published_at") >= middle) & (ds.field("published_at") < middle + timedelta(hours=1))
    for name, changes, rows in variants:
        writing = _least_seconds(lambda: pq.write_table(articles, file, row_group_size=rows, **settings | changes))  # noqa: B023
        lines.add_row(
            name,
            f"{file.stat().st_size / articles.num_rows:.0f}",
            f"{writing:.2f}",
            f"{_least_seconds(lambda: pq.read_table(file)):.2f}",
            f"{_least_seconds(lambda: pq.read_table(file, columns=_HEADLINES)) * 1e3:.0f}",
            f"{_least_seconds(lambda: ds.dataset(file).to_table(filter=hour)) * 1e3:.0f}",
        )
    Console().print(f"{articles.num_rows:,} articles, {articles.nbytes / articles.num_rows:.0f} bytes each in memory")
    Console().print(lines)


def _columns(file: Path, articles: pa.Table, settings: dict[str, Any]) -> None:
    """Prints the bytes per article of each column, with and without a dictionary."""
    sizes = []
    for dictionary in (True, False):
        pq.write_table(
            articles,
            file,
            row_group_size=rows_per_group(articles.nbytes, articles.num_rows),
            **settings | {"use_dictionary": dictionary},
        )
        sizes.append(_column_bytes(pq.read_metadata(file)))
    lines = Table("column", "dictionary", box=None)
    for column in ("with", "without"):
        lines.add_column(column, justify="right")
    for name, size in sorted(sizes[1].items(), key=lambda item: -item[1]):
        lines.add_row(
            name,
            "yes" if name in DICTIONARY else "",
            *(f"{count / articles.num_rows:.2f}" for count in (sizes[0][name], size)),
        )
    Console().print(lines)


def _column_bytes(metadata: pq.FileMetaData) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            sizes[column.path_in_schema] = sizes.get(column.path_in_schema, 0) + column.total_compressed_size
    return sizes


def _least_seconds(step: Callable[[], object]) -> float:
    """Least seconds of several turns: other work on the machine only adds time."""
    seconds = []
    for _ in range(_TURNS):
        began = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _of_lake(root: str, count: int) -> pa.Table:
    files = [str(file) for file in open_lake(root).files("articles")]
    return ds.dataset(files, schema=file_schema("articles")).head(count)


def _generated(count: int) -> pa.Table:
    newsroom = Newsroom()
    began = datetime(2026, 10, 1, tzinfo=timezone.utc)
    rows: Iterable[StoryArticle] = (
        newsroom.article(f"paper{number % 20}", began + timedelta(seconds=number * 4), f"run-{number // 900}")
        for number in range(count)
    )
    return table(StoryArticle, rows).select(file_schema("articles").names)


if __name__ == "__main__":
    main()

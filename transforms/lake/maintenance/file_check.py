"""What is wrong inside one file of a lake, and what of it is compared with other files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas import SCHEMA_VERSION, Dataset
from transforms.lake.layout import ORDER, file_schema, sort_keys
from transforms.lake.maintenance.problems import Kind

MOMENTS: dict[Dataset, tuple[str, ...]] = {
    "articles": ("published_at", "first_seen_at"),
    "rejects": ("rejected_at",),
    "polls": ("polled_at",),
    "index": ("seen_at",),
}
"""The columns whose day is the partition's: the first that is not null."""
_COMPARED: dict[Dataset, tuple[str, ...]] = {
    "articles": ("revision", "content_hash", "story_id", "run_id"),
    "rejects": ("run_id", "entry_key"),
    "polls": ("entries", "run_id"),
    "index": ("outcome", "article_id", "revision", "content_hash", "story_id"),
}
_ROWS = 8192
"""Rows decoded at a time of the columns that are compared."""
_BODIES = 512
"""Rows decoded at a time of all other columns."""
_DAMAGED = (OSError, ValueError, KeyError, OverflowError, pa.ArrowException)
"""What pyarrow raises for damaged files; names that are no longer text, or sizes beyond all bounds, are not among Arrow's own."""

Trouble = tuple[Kind, str]
"""What is wrong with a file, and in which way."""


@dataclass(slots=True)
class Content:
    """What one file holds."""

    troubles: list[Trouble] = field(default_factory=list)
    """What is wrong with it."""
    rows: int = 0
    """Its rows, if all of them can be read."""
    articles: list[pa.Table] = field(default_factory=list)
    """For articles: article_id, revision, digest, and story_id where it is not the article's own."""
    index: list[pa.Table] = field(default_factory=list)
    """For the index, of rows that lead to an article: article_id, revision, and digest, which is null for duplicates."""
    counts: Counter[str] = field(default_factory=Counter)
    """By run: articles, rejected entries, or the entries of polls."""


def read_content(path: Path, dataset: Dataset, day: date) -> Content:
    """Decodes every page of one file; what is wrong in it, and its keys and counts as far as they can be read."""
    content = Content()
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 18, page_checksum_verification=True) as file:
            _read_pages(file, dataset, day, content)
    except _DAMAGED as error:
        content.troubles.append((Kind.UNREADABLE, _said(error)))
    return content


def _read_pages(file: pq.ParquetFile, dataset: Dataset, day: date, content: Content) -> None:
    columns, schema = file.schema_arrow.names, _schema(dataset)
    content.troubles += _column_troubles(file, dataset)
    compared = dict.fromkeys((*MOMENTS[dataset], *ORDER[dataset], *_COMPARED[dataset]))
    keys = [name for name in compared if name in columns] if not content.troubles else []
    nulls: set[str] = set()
    try:
        if keys:
            _read_keys(file, dataset, day, keys, content, nulls)
        for batch in _batches(file, _BODIES, [name for name in columns if name not in keys]):
            nulls |= _nulls(batch)
        content.rows = file.metadata.num_rows
    except _DAMAGED as error:
        damaged = [name for name in columns if not _decodes(file, name)]
        content.troubles.append((Kind.UNREADABLE, f"columns {', '.join(damaged)}: {_said(error)}"))
    if never := sorted(name for name in nulls if name in schema.names and not schema.field(name).nullable):
        content.troubles.append((Kind.COLUMNS, f"has nulls in {', '.join(never)}"))


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def _batches(file: pq.ParquetFile, size: int, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Rows of some columns, every value checked. Arrow takes the end of a damaged column for the end of the rows: here it is an error."""
    if not columns:
        return
    rows = 0
    for batch in file.iter_batches(size, columns=columns):
        batch.validate(full=True)
        rows += batch.num_rows
        yield batch
    if rows != file.metadata.num_rows:
        raise pa.ArrowInvalid(f"only {rows} of {file.metadata.num_rows} rows can be read")


def _decodes(file: pq.ParquetFile, column: str) -> bool:
    try:
        for _ in _batches(file, _BODIES, [column]):
            pass
    except _DAMAGED:
        return False
    return True


def _nulls(batch: pa.RecordBatch) -> set[str]:
    return {name for name, column in zip(batch.schema.names, batch.columns, strict=True) if column.null_count}


@cache
def _schema(dataset: Dataset) -> pa.Schema:
    return file_schema(dataset)


def _column_troubles(file: pq.ParquetFile, dataset: Dataset) -> Iterator[Trouble]:
    """How the columns of a file differ from those of its record. An older file may lack columns that came later."""
    found, wanted = file.schema_arrow, _schema(dataset)
    metadata = found.metadata or {}
    told = metadata.get(b"copydesk.schema_version", b"").decode("ascii", "replace")
    if not told.isdigit():
        yield Kind.COLUMNS, "does not say its schema version: another program has written it"
        return
    if int(told) > SCHEMA_VERSION:
        yield Kind.NEWER, f"has schema version {told}, and this Copydesk knows {SCHEMA_VERSION}: upgrade it"
        return
    older = int(told) < SCHEMA_VERSION
    differing = [
        *(
            f"{item.name} is missing"
            for item in wanted
            if item.name not in found.names and not (older and item.nullable)
        ),
        *(f"{name} is not one of them" for name in found.names if name not in wanted.names),
        *(f"{name} is there twice" for name, count in Counter(found.names).items() if count > 1),
        *(
            f"{item.name} is {found.field(item.name).type}, not {item.type}"
            for item in wanted
            if found.names.count(item.name) == 1 and found.field(item.name).type != item.type
        ),
    ]
    if differing:
        yield Kind.COLUMNS, "; ".join(differing)


def _read_keys(
    file: pq.ParquetFile, dataset: Dataset, day: date, keys: list[str], content: Content, nulls: set[str]
) -> None:
    """One pass over the columns that are compared. Nothing of it is kept when a page cannot be read."""
    articles, index, counts = [], [], Counter[str]()
    order = [(name, way) for name, way in sort_keys(dataset) if name in keys]
    moments = [name for name in MOMENTS[dataset] if name in keys]
    last: pa.Table | None = None
    strangers, unsorted = 0, 0
    for batch in _batches(file, _ROWS, keys):
        nulls |= _nulls(batch)
        rows = pa.Table.from_batches([batch])
        moment = pc.coalesce(*(rows[name] for name in moments))
        strangers += pc.sum(pc.not_equal(pc.cast(moment, pa.date32()), day)).as_py() or 0
        sorted_part = rows.select([name for name, _ in order])
        unsorted += not _is_sorted(sorted_part if last is None else pa.concat_tables([last, sorted_part]), order)
        last = sorted_part.slice(max(0, rows.num_rows - 1))
        if dataset == "articles":
            articles.append(_article_keys(rows))
            counts.update(_by_run(rows))
        elif dataset == "index":
            index.append(_index_keys(rows))
        elif dataset == "rejects":
            counts.update(_by_run(rows.filter(pc.is_valid(rows["entry_key"]))))
        else:
            for row in rows.group_by("run_id").aggregate([("entries", "sum")]).to_pylist():
                counts[row["run_id"]] += row["entries_sum"]
    content.articles, content.index, content.counts = articles, index, counts
    if strangers:
        content.troubles.append((Kind.WRONG_PARTITION, f"{strangers} rows are of another day"))
    if unsorted:
        content.troubles.append((Kind.UNSORTED, f"is not sorted by {', '.join(name for name, _ in order)}"))


def _is_sorted(rows: pa.Table, order: list[tuple[str, str]]) -> bool:
    """By the very sort that wrote the file: it is stable, so sorted rows stay where they are."""
    places = pc.cast(pc.sort_indices(rows, sort_keys=order), pa.int64())
    return pc.all(pc.equal(pc.pairwise_diff(places), 1)).as_py() is not False


def _by_run(rows: pa.Table) -> dict[str, int]:
    return {item["values"]: item["counts"] for item in pc.value_counts(rows["run_id"]).to_pylist()}


def _article_keys(rows: pa.Table) -> pa.Table:
    joined = pc.not_equal(rows["story_id"], rows["article_id"])
    return pa.table(
        {
            "article_id": rows["article_id"],
            "revision": rows["revision"],
            "digest": _digests(rows),
            "story_id": pc.if_else(joined, rows["story_id"], pa.scalar(None, pa.string())),
        }
    )


def _index_keys(rows: pa.Table) -> pa.Table:
    """Of the rows that lead to an article; without digest for duplicates, which tell of no body and story."""
    rows = rows.filter(pc.not_equal(rows["outcome"], "reject"))
    told = pc.if_else(pc.equal(rows["outcome"], "article"), _digests(rows), pa.scalar(None, pa.binary(16)))
    return pa.table({"article_id": pc.fill_null(rows["article_id"], ""), "revision": rows["revision"], "digest": told})


def _digests(rows: pa.Table) -> pa.Array:
    """What an article and its index row must agree on, in 16 bytes."""
    told = zip(
        *(rows[name].to_pylist() for name in ("article_id", "revision", "content_hash", "story_id")), strict=True
    )
    digests = [hashlib.blake2b("\0".join(map(str, row)).encode(), digest_size=16).digest() for row in told]
    return pa.array(digests, pa.binary(16))

"""Checks one data file, and reads the keys by which it is compared with other files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
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
    "sketches": ("published_at", "first_seen_at"),
}
"""The columns that give the day of a row's partition: the first that is not null."""
_COMPARED: dict[Dataset, tuple[str, ...]] = {
    "articles": ("revision", "content_hash", "story_id", "run_id"),
    "rejects": ("run_id", "entry_key"),
    "polls": ("entries", "run_id", "polls"),
    "index": ("outcome", "article_id", "revision", "content_hash", "story_id"),
    "sketches": ("story_id", "run_id"),
}
_ROWS = 8192
"""Rows compared at a time."""
_DAMAGED = (OSError, ValueError, KeyError, OverflowError, pa.ArrowException)
"""What pyarrow raises for damaged files. Damaged names and sizes raise ValueError, KeyError or OverflowError instead of Arrow's own."""

Trouble = tuple[Kind, str]
"""A kind of problem, and what exactly is wrong."""


@dataclass(slots=True)
class Content:
    """The content of one file, as far as it is checked or compared."""

    troubles: list[Trouble] = field(default_factory=list)
    """What is wrong with it."""
    rows: int = 0
    """Number of its rows; 0 when they cannot all be read."""
    articles: list[pa.Table] = field(default_factory=list)
    """For articles: article_id, revision, digest, and the story_id when it is not the article's own id."""
    index: list[pa.Table] = field(default_factory=list)
    """For the index: article_id, revision and digest of the rows that name an article. The digest is null for duplicates."""
    counts: Counter[str] = field(default_factory=Counter)
    """The number of articles, rejected entries or polled entries by run, depending on the dataset."""
    summed_to: str = ""
    """For polls: the latest run of a row that sums up polls of several runs. Empty without such a row."""


def read_content(path: Path, dataset: Dataset, day: date) -> Content:
    """Decodes every page of one file. Returns its problems, and its keys and counts if they can be read."""
    content = Content()
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 18, page_checksum_verification=True) as file:
            _read_pages(file, dataset, day, content)
    except _DAMAGED as error:
        content.troubles.append((Kind.UNREADABLE, _one_line(error)))
    return content


def _read_pages(file: pq.ParquetFile, dataset: Dataset, day: date, content: Content) -> None:
    columns, schema = file.schema_arrow.names, file_schema(dataset)
    content.troubles += _column_troubles(file, dataset)
    compared = dict.fromkeys((*MOMENTS[dataset], *ORDER[dataset], *_COMPARED[dataset]))
    keys = [name for name in compared if name in columns] if not content.troubles else []
    nulls: set[str] = set()
    try:
        if keys:
            _read_keys(file, dataset, day, keys, content)
        for group in _groups(file, columns):
            nulls |= _nulls(group)
        content.rows = file.metadata.num_rows
    except _DAMAGED as error:
        damaged = [name for name in columns if not _decodes(file, name)]
        content.troubles.append((Kind.UNREADABLE, f"columns {', '.join(damaged)}: {_one_line(error)}"))
    if never := sorted(name for name in nulls if name in schema.names and not schema.field(name).nullable):
        content.troubles.append((Kind.COLUMNS, f"has nulls in {', '.join(never)}"))


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def _groups(file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.Table]:
    """The row groups, with every value checked. Arrow finds some damaged sizes only when it reads all columns together.

    Raises ArrowInvalid for a column that ends too early; Arrow alone would not.
    """
    rows = 0
    for number in range(file.num_row_groups):
        group = file.read_row_group(number, columns=columns)
        group.validate(full=True)
        rows += group.num_rows
        yield group
    if rows != file.metadata.num_rows:
        raise pa.ArrowInvalid(f"only {rows} of {file.metadata.num_rows} rows can be read")


def _parts(file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.Table]:
    """The rows of some columns, some thousand at a time."""
    for group in _groups(file, columns):
        for start in range(0, group.num_rows, _ROWS):
            yield group.slice(start, _ROWS)


def _decodes(file: pq.ParquetFile, column: str) -> bool:
    try:
        for _ in _groups(file, [column]):
            pass
    except _DAMAGED:
        return False
    return True


def _nulls(rows: pa.Table) -> set[str]:
    return {name for name, column in zip(rows.schema.names, rows.columns, strict=True) if column.null_count}


def _column_troubles(file: pq.ParquetFile, dataset: Dataset) -> Iterator[Trouble]:
    """How the columns of a file differ from those of its dataset. An older file may lack optional columns that were added later."""
    schema, expected = file.schema_arrow, file_schema(dataset)
    version = (schema.metadata or {}).get(b"copydesk.schema_version", b"").decode("ascii", "replace")
    if not version.isdigit():
        yield Kind.COLUMNS, "has no schema version: another program has written it"
        return
    if int(version) > SCHEMA_VERSION:
        yield Kind.NEWER, f"has schema version {version}, and this Copydesk knows {SCHEMA_VERSION}: upgrade it"
        return
    older = int(version) < SCHEMA_VERSION
    differing = [
        *(
            f"{item.name} is missing"
            for item in expected
            if item.name not in schema.names and not (older and item.nullable)
        ),
        *(f"{name} is unknown" for name in schema.names if name not in expected.names),
        *(f"{name} is there twice" for name, count in Counter(schema.names).items() if count > 1),
        *(
            f"{item.name} is {schema.field(item.name).type}, not {item.type}"
            for item in expected
            if schema.names.count(item.name) == 1 and schema.field(item.name).type != item.type
        ),
    ]
    if differing:
        yield Kind.COLUMNS, "; ".join(differing)


def _read_keys(file: pq.ParquetFile, dataset: Dataset, day: date, keys: list[str], content: Content) -> None:
    """Reads the columns that are compared. Changes nothing when a page cannot be read."""
    articles, index, counts = [], [], Counter[str]()
    order = [(name, way) for name, way in sort_keys(dataset) if name in keys]
    moments = [name for name in MOMENTS[dataset] if name in keys]
    last: pa.Table | None = None
    misplaced, unsorted = 0, 0
    for rows in _parts(file, keys):
        moment = pc.coalesce(*(rows[name] for name in moments))
        misplaced += pc.sum(pc.not_equal(pc.cast(moment, pa.date32()), day)).as_py() or 0
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
        elif dataset == "polls":
            for row in rows.group_by("run_id").aggregate([("entries", "sum")]).to_pylist():
                counts[row["run_id"]] += row["entries_sum"]
            if "polls" in keys:
                sums = pc.unique(rows.filter(pc.is_valid(rows["polls"]))["run_id"]).to_pylist()
                content.summed_to = max(content.summed_to, *sums) if sums else content.summed_to
    content.articles, content.index, content.counts = articles, index, counts
    if misplaced:
        content.troubles.append((Kind.WRONG_PARTITION, f"{misplaced} rows are of another day"))
    if unsorted:
        content.troubles.append((Kind.UNSORTED, f"is not sorted by {', '.join(name for name, _ in order)}"))


def _is_sorted(rows: pa.Table, order: list[tuple[str, str]]) -> bool:
    """True when the sort that wrote the file leaves the rows in place. It is stable, so it does that to sorted rows."""
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
    """Keys of the rows that name an article. Rows of duplicates have no digest, because they do not describe the article."""
    rows = rows.filter(pc.is_in(rows["outcome"], value_set=pa.array(["article", "duplicate"])))
    digest = pc.if_else(pc.equal(rows["outcome"], "article"), _digests(rows), pa.scalar(None, pa.binary(16)))
    article_id = pc.fill_null(rows["article_id"], "")
    return pa.table({"article_id": article_id, "revision": rows["revision"], "digest": digest})


def _digests(rows: pa.Table) -> pa.Array:
    """The values that an article and its index row must share, as 16 bytes a row."""
    columns = (rows[name].to_pylist() for name in ("article_id", "revision", "content_hash", "story_id"))
    digests = [
        hashlib.blake2b("\0".join(map(str, values)).encode(), digest_size=16).digest()
        for values in zip(*columns, strict=True)
    ]
    return pa.array(digests, pa.binary(16))

"""Merges the sorted files of one partition into sorted tables: each row once, and of several tries only the last.

The order is computed from the key columns alone. Then each file, which is sorted itself, is read once from front to back, one batch at a
time. So memory holds the partition's keys, one batch of each file and one row group, however large the files are.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas import CopydeskError, Dataset
from transforms.lake.layout import ORDER, file_schema, sort_keys
from transforms.lake.parquet import GROUP_BYTES, rows_per_group, write_parts

FILES_AT_ONCE = 64
"""Files that are open at the same time. More are merged in rounds, through intermediate files."""
_BATCH_BYTES = 2_000_000
"""Size of a batch in memory. Files up to this size are read whole."""
_BUFFER_BYTES = 64_000
_ROWS_AT_ONCE = 100_000
"""Rows that a rule compares at the same time; a few more where it must see them together."""

_IDENTITY = ("article_id", "revision", "content_hash", "published_at")
"""Rows of articles with the same values in these columns are one row."""
_RETRIES = ("entry_key", "fingerprint", "source", "feed_url")
"""Index rows with the same values in these columns are tries of the same entry, of which the last one counts."""
_INDEXED = ("entry_key", "article_id", "revision", "seen_at", "run_id")
"""Index rows of articles with the same values in these columns are one row."""
_ALSO_READ: dict[Dataset, tuple[str, ...]] = {
    "articles": _IDENTITY,
    "sketches": _IDENTITY,
    "index": (*_RETRIES, *_INDEXED, "outcome", "final", "attempts"),
}


class DamagedError(CopydeskError):
    """A file cannot be read, or cannot be rewritten without loss."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} {why}")
        self.path = path
        self.why = why


class Merge(AbstractContextManager["Merge"]):
    """The rows of some files of a dataset in its order, each row once. Raises DamagedError, at once or while it is read.

    ``temp`` is a folder for intermediate files. They are needed for too many files, and for files that are not in order.
    """

    def __init__(self, dataset: Dataset, paths: Sequence[Path], temp: Path) -> None:
        self.dropped = 0
        """Rows that were there twice, and index rows of a try that another one followed."""
        with ExitStack() as stack:
            while len(paths) > FILES_AT_ONCE:
                groups = [paths[start : start + FILES_AT_ONCE] for start in range(0, len(paths), FILES_AT_ONCE)]
                paths = [self._merged(dataset, group, temp) for group in groups]
            self._files: list[_File] = []
            keys: list[pa.Table] = []
            for path in paths:
                file, file_keys = _in_order(dataset, path, temp, stack)
                self._files.append(file)
                file_keys = file_keys.append_column("file", pa.repeat(len(keys), file.rows))
                keys.append(file_keys.append_column("row", _numbers(file.rows)))
            self._rows = sum(file.rows for file in self._files)
            self.rows = self._rows + self.dropped
            """Rows of all files."""
            self._bytes = sum(file.bytes for file in self._files)
            self._places = _places_to_keep(dataset, pa.concat_tables(keys))
            self.dropped += self._rows - self._places.num_rows
            self._stack = stack.pop_all()

    def groups(self) -> Iterator[pa.Table]:
        """The rows as tables, each of the size of a row group."""
        step = rows_per_group(self._bytes, self._rows)
        batch = max(1, min(step, _BATCH_BYTES * self._rows // max(self._bytes, 1)))
        cursors = [_Cursor(file, batch) for file in self._files]
        for start in range(0, self._places.num_rows, step):
            places = self._places.slice(start, step)
            # Rows are taken file by file, and then put into the order of the places.
            by_file = pc.sort_indices(places, [("file", "ascending"), ("row", "ascending")])
            wanted = places.take(by_file)
            taken = [
                cursors[number].take(pc.filter(wanted["row"], pc.equal(wanted["file"], number)))
                for number in pc.unique(wanted["file"]).to_pylist()
            ]
            yield pa.concat_tables(taken).take(pc.sort_indices(by_file))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _merged(self, dataset: Dataset, paths: Sequence[Path], temp: Path) -> Path:
        with Merge(dataset, paths, temp) as merge:
            self.dropped += merge.dropped
            return _temp_file(dataset, merge.groups(), temp)


def _in_order(dataset: Dataset, path: Path, temp: Path, stack: ExitStack) -> tuple[_File, pa.Table]:
    """The file, open on the stack, and its sorted keys. A file in another order, such as an older version's, is sorted as a whole first."""
    file = stack.enter_context(_File(path, dataset))
    keys = file.read(list(dict.fromkeys((*ORDER[dataset], *_ALSO_READ.get(dataset, ())))))
    order = pc.sort_indices(keys, sort_keys(dataset))
    if order.equals(_numbers(file.rows).cast(pa.uint64())):
        return file, keys
    copy = _temp_file(dataset, [file.read(file_schema(dataset).names).take(order)], temp)
    return stack.enter_context(_File(copy, dataset)), keys.take(order)


def _temp_file(dataset: Dataset, groups: Iterable[pa.Table], temp: Path) -> Path:
    (part,) = write_parts(temp, secrets.token_hex(8), file_schema(dataset), groups, target_bytes=2**62)
    return temp / part.name


def _places_to_keep(dataset: Dataset, keys: pa.Table) -> pa.Table:
    """File and row number of each row to keep, in the order of the dataset. Rows with equal keys stay in the order of the files."""
    order = pc.sort_indices(keys, sort_keys(dataset))
    places = keys.select(["file", "row"])
    rule: Callable[[pa.Table], pa.ChunkedArray] | None = {
        "articles": _first_copies,
        "sketches": _first_copies,
        "index": _last_tries,
    }.get(dataset)
    if rule is None:
        return places.take(order)
    # Rows that a rule compares have the same value in this column, so they are neighbours. So the rule can take the rows in parts.
    same = keys["entry_key" if dataset == "index" else "article_id"]
    kept = []
    start = 0
    while start < len(order):
        stop = min(start + _ROWS_AT_ONCE, len(order))
        while stop < len(order) and same[order[stop].as_py()] == same[order[stop - 1].as_py()]:
            stop += 1
        part = order.slice(start, stop - start)
        keep = rule(keys.take(part).append_column("place", _numbers(len(part))))
        kept.append(part.take(keep.take(pc.sort_indices(keep)).combine_chunks()))
        start = stop
    return places.take(pa.chunked_array(kept, pa.uint64()))


def _first_copies(keys: pa.Table) -> pa.ChunkedArray:
    return _first_places(keys, _IDENTITY)


def _last_tries(keys: pa.Table) -> pa.ChunkedArray:
    """Places of all rows of articles, because later passes look up every article, and of the last other try of each entry.

    Of two at the same time, the final one is the later one.
    """
    ranked = keys.sort_by([(name, "ascending") for name in ("seen_at", "final", "attempts", "place")])
    ranked = ranked.append_column("rank", _numbers(ranked.num_rows))
    last = ranked.group_by(list(_RETRIES), use_threads=False).aggregate([("rank", "max")])["rank_max"]
    others = pc.and_(pc.is_in(ranked["rank"], last.combine_chunks()), pc.not_equal(ranked["outcome"], "article"))
    articles = _first_places(keys.filter(pc.equal(keys["outcome"], "article")), _INDEXED)
    return pa.chunked_array([*ranked.filter(others)["place"].chunks, *articles.chunks], pa.int64())


def _first_places(keys: pa.Table, same: Sequence[str]) -> pa.ChunkedArray:
    """The place of the first row of each group with the same values in some columns."""
    return keys.group_by(list(same), use_threads=False).aggregate([("place", "min")])["place_min"]


def _numbers(count: int) -> pa.Array:
    return pa.array(range(count), pa.int64())


class _File(AbstractContextManager["_File"]):
    """A Parquet file with the columns of today. Columns that did not exist when it was written are null."""

    def __init__(self, path: Path, dataset: Dataset) -> None:
        self._path = path
        self._schema = file_schema(dataset)
        with self._reading():
            self._file = pq.ParquetFile(
                path, buffer_size=_BUFFER_BYTES, pre_buffer=False, page_checksum_verification=True
            )
        names = set(self._file.schema_arrow.names)
        missing = [field.name for field in self._schema if field.name not in names and not field.nullable]
        unknown = sorted(names - set(self._schema.names))
        if missing or unknown:
            self._file.close()
            why = f"lacks {', '.join(missing)}" if missing else f"has unknown columns: {', '.join(unknown)}"
            raise DamagedError(path, why)
        metadata = self._file.metadata
        self.rows: int = metadata.num_rows
        self.bytes: int = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
        """After decompression."""
        self._threads = self.bytes > GROUP_BYTES  # threads take longer than they save on small files
        self._whole: pa.Table | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, columns: Sequence[str]) -> pa.Table:
        """Some columns of all rows. Of a small file, all columns are read and kept."""
        if self._whole is not None:
            return self._whole.select(list(columns))
        small = self.bytes <= _BATCH_BYTES
        names = self._schema.names if small else list(columns)
        with self._reading():
            table = self._conform(self._file.read(columns=names, use_threads=self._threads), names)
        if table.num_rows != self.rows:
            raise self._cut_short()
        if small:
            self._whole = table
        return table.select(list(columns))

    def batches(self, rows: int) -> Iterator[pa.Table]:
        """All columns in batches of ``rows`` rows. Raises DamagedError when a batch after the last one is requested."""
        if self._whole is not None:
            yield self._whole
            return
        with self._reading():
            for batch in self._file.iter_batches(batch_size=rows, use_threads=self._threads):
                yield self._conform(pa.Table.from_batches([batch]), self._schema.names)
        raise self._cut_short()

    def _cut_short(self) -> DamagedError:
        return DamagedError(self._path, "cannot be read: it ends before its last row")

    def _conform(self, table: pa.Table, columns: Sequence[str]) -> pa.Table:
        fields = [self._schema.field(name) for name in columns]
        names = set(table.column_names)
        values = [
            table[field.name].cast(field.type) if field.name in names else pa.nulls(table.num_rows, field.type)
            for field in fields
        ]
        for field, column in zip(fields, values, strict=True):
            if column.null_count and not field.nullable:
                raise DamagedError(self._path, f"has rows without {field.name}")
        return pa.Table.from_arrays(values, schema=pa.schema(fields))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0].rstrip(".")
            raise DamagedError(self._path, f"cannot be read: {reason}") from error


class _Cursor:
    """Reads the rows of one file from first to last."""

    def __init__(self, file: _File, batch: int) -> None:
        self._file = file
        self._batches = file.batches(batch)
        self._buffer: pa.Table | None = None
        self._first = 0
        """Number of the first row in the buffer."""

    def take(self, rows: pa.ChunkedArray) -> pa.Table:
        """The rows with these numbers, which ascend in a call and from one call to the next."""
        last = rows[-1].as_py()
        tables = [] if self._buffer is None else [self._buffer]
        count = sum(table.num_rows for table in tables)
        while self._first + count <= last:
            tables.append(next(self._batches))
            count += tables[-1].num_rows
        table = pa.concat_tables(tables)
        self._buffer = table.slice(last + 1 - self._first)
        taken = table.take(pc.subtract(rows, self._first))
        self._first = last + 1
        return taken

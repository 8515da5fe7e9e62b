"""Parquet files of the lake: their names, sizes, row groups, compression and statistics.

``python -m benchmarks.files`` measures the settings.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TARGET_BYTES = 256_000_000
"""Size at which a partition's next file begins."""
GROUP_BYTES = 16_000_000
"""Size of a row group in memory, about 2,500 articles. A reader skips or reads a whole row group."""
GROUP_ROWS = 50_000
"""Most rows in a row group; the limit for small rows."""
_FOOTER_BYTES = 6_000
"""Size of the entries of a row group of 40 columns in the footer and the page index."""

CODEC, LEVEL = "zstd", 3
_WORTH_COMPRESSING = 200
"""Bytes of a column below which compression saves none. Setting it up for each column takes half of the time of a file of two articles."""
_PAGE_BYTES = 1 << 20
"""Size of a page, which is pyarrow's. A smaller row group has one page for each column, so a page index only repeats its statistics."""
DICTIONARY = (
    "source_kind feed_url language section rights pub_status published_from published_precision agency extractor run_id "
    "relation dateline body_from page_reason "
    "stage reason source outcome last_modified moved_to keywords.list.element agency_evidence.list.element"
).split()
"""Columns whose values repeat. For the others (keys, addresses, texts) Parquet would begin a dictionary and drop it half-way."""

_BUFFER_BYTES = 1 << 16

_NAME = re.compile(r"part-(.+?)(?:-(\d{5}))?\.parquet")
_PARTIAL = re.compile(r"\.[0-9a-f]{16}\.partial")


@dataclass(frozen=True, slots=True)
class Part:
    """One file that was written."""

    name: str
    rows: int
    bytes: int


def rows_per_group(size: int, rows: int) -> int:
    """Rows in each row group of a table with this many rows that takes ``size`` bytes in memory."""
    return max(1, min(GROUP_ROWS, GROUP_BYTES * max(rows, 1) // max(size, 1)))


def row_groups(content: pa.Table) -> Iterator[pa.Table]:
    """A table cut into row groups."""
    # Most tables are small, and what each of their rows takes need not be worked out.
    if content.num_rows <= 1 or (content.num_rows <= GROUP_ROWS and content.get_total_buffer_size() <= GROUP_BYTES):
        yield content
        return
    rows = rows_per_group(content.nbytes, content.num_rows)
    for start in range(0, content.num_rows, rows):
        yield content.slice(start, rows)


def write_parts(
    folder: Path, run_id: str, schema: pa.Schema, groups: Iterable[pa.Table], target_bytes: int, sync: bool = True
) -> list[Part]:
    """Writes tables as row groups into files of about ``target_bytes``: part-<run>.parquet, or part-<run>-00001.parquet and so on.

    A file is closed before a row group that would make it larger than the target, estimated by the compression so far. So only a file of
    one row group may be larger. The files get their names when all of them are complete. With ``sync``, their content survives a loss of
    power.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[_PartialFile] = []
    ratio, written, last = 0.0, 0, None
    try:
        for group in groups:
            if not group.num_rows:
                continue
            if last is None:
                files.append(_PartialFile(folder, schema, group))
            else:  # only here sizes are needed: most partitions have one row group
                ratio = max(ratio, written / max(last.nbytes, 1))
                if files[-1].bytes_with(ratio * group.nbytes) > target_bytes:
                    files[-1].close(sync)
                    files.append(_PartialFile(folder, schema, group))
            written, last = files[-1].write(group), group
        if files:
            files[-1].close(sync)
        names = [f"part-{run_id}.parquet"]
        if len(files) > 1:
            names = [f"part-{run_id}-{number:05}.parquet" for number in range(1, len(files) + 1)]
        return [file.rename(name) for file, name in zip(files, names, strict=False)]
    finally:
        for file in files:
            file.discard()


def run_of_file(name: str) -> str | None:
    """The run that wrote a file, by its name. None for a name that ``write_parts`` does not give."""
    match = _NAME.fullmatch(name)
    return match[1] if match else None


def is_one_output(names: Sequence[str]) -> bool:
    """True when these are all files that one call of ``write_parts`` made. They are then as few as its target size allowed."""
    matches = [match for name in sorted(names) if (match := _NAME.fullmatch(name))]
    numbers = [match[2] for match in matches]
    return len({match[1] for match in matches}) == 1 and numbers == [f"{n:05}" for n in range(1, len(names) + 1)]


def partial_name() -> str:
    """A hidden name for a file that is being written, which no other file has."""
    return f".{secrets.token_hex(8)}.partial"


def is_partial(name: str) -> bool:
    """True for the hidden name of a file that is still being written, or that was never completed."""
    return _PARTIAL.fullmatch(name) is not None


def parquet_options(schema: pa.Schema, first: pa.Table | None = None) -> dict[str, Any]:
    """Arguments of pyarrow's writer for files of this schema that begin with this row group. None stands for a large one."""
    leaves, repeating, compared = _leaves_of(schema)
    if first is not None:
        sizes = [column.get_total_buffer_size() for column in first.itercolumns()]
        leaves = [names for names, size in zip(leaves, sizes, strict=True) if size >= _WORTH_COMPRESSING]
    compressed = list(chain.from_iterable(leaves))
    return {
        "compression": dict.fromkeys(compressed, CODEC),  # the others are not compressed
        "compression_level": dict.fromkeys(compressed, LEVEL),
        "use_dictionary": repeating if first is None or len(first) > 1 else [],
        "write_statistics": compared,
        "write_page_index": first is None or sum(sizes) >= _PAGE_BYTES,
        "write_page_checksum": True,
    }


@lru_cache(maxsize=100)
def _leaves_of(schema: pa.Schema) -> tuple[list[list[str]], list[str], list[str]]:
    """The names that the columns of a schema have in a file, by column; those whose values repeat; those that get statistics."""
    leaves = [list(_leaves(field.name, field.type)) for field in schema]
    names = list(chain.from_iterable(leaves))
    # The least and the greatest article text are of no use to a reader.
    compared = [name for name in names if name not in ("body", "words", "keys")]
    return leaves, [name for name in names if name in DICTIONARY], compared


def _leaves(name: str, kind: pa.DataType) -> Iterator[str]:
    """The names of a column's own columns in the file."""
    if pa.types.is_list(kind):
        yield from _leaves(f"{name}.list.element", kind.value_type)
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(f"{name}.{field.name}", field.type)
    else:
        yield name


class _PartialFile:
    """A file under a hidden name that no other try of the same bundle shares."""

    def __init__(self, folder: Path, schema: pa.Schema, first: pa.Table) -> None:
        self._path = folder / partial_name()
        # Parquet writes many small pieces. Python's own files are slow for them.
        self._file = pa.output_stream(str(self._path), compression=None, buffer_size=_BUFFER_BYTES)
        self._writer = pq.ParquetWriter(self._file, schema, **parquet_options(schema, first))
        self._rows = 0
        self._groups = 0

    def bytes_with(self, more: float) -> float:
        """Size of the file with another row group of ``more`` bytes."""
        return float(self._file.tell() + more + (self._groups + 1) * _FOOTER_BYTES)

    def write(self, group: pa.Table) -> int:
        """Writes a row group. Returns its size in the file."""
        before = self._file.tell()
        self._writer.write_table(group, row_group_size=group.num_rows)
        self._rows += group.num_rows
        self._groups += 1
        return int(self._file.tell() - before)

    def close(self, sync: bool) -> None:
        self._writer.close()
        self._file.close()
        if sync:
            with self._path.open("rb") as file:
                os.fsync(file.fileno())

    def rename(self, name: str) -> Part:
        size = self._path.stat().st_size
        self._path.replace(self._path.with_name(name))
        return Part(name, self._rows, size)

    def discard(self) -> None:
        """Deletes the file unless it was renamed."""
        with suppress(OSError, ValueError, pa.ArrowException):  # the disk may be full, or the file closed already
            self._writer.close()
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

"""Parquet files as the lake has them: their names, size, row groups, compression and statistics.

The settings are measured by ``python -m benchmarks.files``.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TARGET_BYTES = 256_000_000
"""Size at which a partition's next file begins."""
GROUP_BYTES = 16_000_000
"""About so many bytes of a row group in memory, some 2,500 articles: what a reader passes over, or reads, at once."""
GROUP_ROWS = 50_000
"""Rows of a row group at most, where they are small."""

_FOOTER_BYTES = 6_000
"""What a row group of 40 columns takes in the footer and the page index."""

CODEC, LEVEL = "zstd", 3
DICTIONARY = (
    "source_kind feed_url language section rights pub_status published_from published_precision agency extractor run_id "
    "relation dateline stage reason source outcome last_modified moved_to keywords.list.element agency_evidence.list.element"
).split()
"""Columns whose values repeat. Of others (keys, addresses, texts) a dictionary is dropped half-way, and a waste until then."""

_NAME = re.compile(r"part-(.+?)(?:-(\d{5}))?\.parquet")


@dataclass(frozen=True, slots=True)
class Part:
    """One file that was written."""

    name: str
    rows: int
    bytes: int


def write_parts(
    home: Path, run_id: str, schema: pa.Schema, groups: Iterable[pa.Table], target_bytes: int
) -> list[Part]:
    """Writes tables as row groups into files of about ``target_bytes``: part-<run>.parquet, or part-<run>-00001.parquet and so on.

    A file is closed before the row group that would, by the compression so far, carry it beyond the target; so only a file of a single
    row group is ever larger. Names appear when all is written.
    """
    home.mkdir(parents=True, exist_ok=True)
    parts: list[_Partial] = []
    ratio = 0.0
    try:
        for group in groups:
            if not group.num_rows:
                continue
            if not parts or parts[-1].bytes_with(ratio * group.nbytes) > target_bytes:
                if parts:
                    parts[-1].close()
                parts.append(_Partial(home, schema))
            ratio = max(ratio, parts[-1].write(group) / max(group.nbytes, 1))
        if parts:
            parts[-1].close()
        names = [f"part-{run_id}.parquet"]
        if len(parts) > 1:
            names = [f"part-{run_id}-{number:05}.parquet" for number in range(1, len(parts) + 1)]
        return [part.named(name) for part, name in zip(parts, names, strict=False)]
    finally:
        for part in parts:
            part.discard()


def written_together(names: Sequence[str]) -> bool:
    """True for the files that one run made of a partition: they are as few as its target size allowed."""
    found = [_NAME.fullmatch(name) for name in sorted(names)]
    runs = {match[1] for match in found if match}
    numbers = [match[2] for match in found if match]
    return len(runs) == 1 and numbers == [f"{number:05}" for number in range(1, len(names) + 1)]


def parquet_options(schema: pa.Schema) -> dict[str, Any]:
    """What pyarrow's writer is told for files of this schema."""
    columns = [f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name for field in schema]
    return {
        "compression": CODEC,
        "compression_level": LEVEL,
        "use_dictionary": [column for column in columns if column in DICTIONARY],
        "write_statistics": [column for column in columns if column != "body"],  # least and greatest text tell nothing
        "write_page_index": True,
        "write_page_checksum": True,
    }


class _Partial:
    """A file that is being written under a hidden name; two tries of one bundle never share it."""

    def __init__(self, home: Path, schema: pa.Schema) -> None:
        self._path = home / f".{secrets.token_hex(8)}.partial"
        self._file = self._path.open("wb")
        self._writer = pq.ParquetWriter(self._file, schema, **parquet_options(schema))
        self._rows = 0
        self._groups = 0

    def bytes_with(self, more: float) -> float:
        """Size that the file would have with another row group of so many bytes."""
        return self._file.tell() + more + (self._groups + 1) * _FOOTER_BYTES

    def write(self, group: pa.Table) -> int:
        """Bytes that the row group takes."""
        before = self._file.tell()
        self._writer.write_table(group, row_group_size=group.num_rows)
        self._rows += group.num_rows
        self._groups += 1
        return self._file.tell() - before

    def close(self) -> None:
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def named(self, name: str) -> Part:
        size = self._path.stat().st_size
        self._path.replace(self._path.with_name(name))
        return Part(name, self._rows, size)

    def discard(self) -> None:
        """Does away with what did not get its name."""
        with suppress(OSError, ValueError, pa.ArrowException):  # the disk may be full, the file long closed
            self._writer.close()
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

"""Many small files of a partition into few: which partitions need it, and carrying it out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import SCHEMA_VERSION, Written
from transforms.commit import RECORDS, commit, dataset_of, stage_sorted
from transforms.lake import Lake, new_run_id
from transforms.merging import DamagedError, Merge
from transforms.partfiles import TARGET_BYTES, written_together
from transforms.summary import Counts, RunSummary

ENGINE = "compact"
"""What stands as engine in the record of a compaction."""
_COMMIT_BYTES, _COMMIT_PARTITIONS = 256_000_000, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A folder of the lake with its files, in the order of their names."""

    folder: str
    """Relative to the lake, with ``/``."""
    files: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        """Size of its files."""
        return sum(file.stat().st_size for file in self.files)

    @property
    def wanting(self) -> bool:
        """True with files of more than one run, of another schema version, or that cannot be read."""
        together = len(self.files) == 1 or written_together([file.name for file in self.files])
        return not together or any(_version(file) != SCHEMA_VERSION for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one partition."""

    folder: str
    files_before: int
    bytes_before: int
    files: int
    bytes: int
    dropped: int = 0
    """Rows that stood there twice, or told of a try that another one followed."""
    damage: str | None = None
    """Why it was left as it is; None when it was compacted."""


def partitions(lake: Lake) -> list[Partition]:
    """All partitions of the lake."""
    found: dict[str, list[Path]] = {}
    for dataset in RECORDS:
        for file in lake.files(dataset):
            found.setdefault(file.parent.relative_to(lake.root).as_posix(), []).append(file)
    return [Partition(folder=folder, files=tuple(files)) for folder, files in found.items()]


def compact(
    lake: Lake, todo: Sequence[Partition], clock: Callable[[], datetime], target_bytes: int = TARGET_BYTES
) -> Iterator[Outcome]:
    """Rewrites partitions into as few files as ``target_bytes`` allows, and tells of each once that is committed.

    A commit covers some hundred partitions or megabytes; each partition changes by itself. One with a file that cannot be read stays as it
    is. Call it with the lake's lock held, after ``recover``.
    """
    batch = _Batch(lake, clock)
    for partition in todo:
        batch.add(partition, target_bytes)
        if batch.full:
            yield from batch.commit()
            batch = _Batch(lake, clock)
    yield from batch.commit()


class _Batch:
    """Partitions that are committed together, under one run's name."""

    def __init__(self, lake: Lake, clock: Callable[[], datetime]) -> None:
        self._lake = lake
        self._clock = clock
        self._began = clock()
        self._run_id = new_run_id(self._began)
        self._written: list[Written] = []
        self._removed: list[str] = []
        self._outcomes: list[Outcome] = []

    @property
    def full(self) -> bool:
        size = sum(written.bytes for written in self._written)
        return size >= _COMMIT_BYTES or len(self._outcomes) >= _COMMIT_PARTITIONS

    def add(self, partition: Partition, target_bytes: int) -> None:
        """Stages the new files of a partition."""
        folder, files, size = partition.folder, len(partition.files), partition.bytes
        scratch = self._lake.staging / self._run_id / "merge"
        try:
            with Merge(dataset_of(folder), partition.files, scratch) as merge:
                written = stage_sorted(self._lake, self._run_id, folder, merge.groups(), target_bytes)
        except DamagedError as error:
            outcome = Outcome(
                folder=folder, files_before=files, bytes_before=size, files=files, bytes=size, damage=str(error)
            )
        else:
            self._written += written
            self._removed += [f"{folder}/{file.name}" for file in partition.files]
            outcome = Outcome(
                folder=folder,
                files_before=files,
                bytes_before=size,
                files=len(written),
                bytes=sum(part.bytes for part in written),
                dropped=merge.dropped,
            )
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        self._outcomes.append(outcome)

    def commit(self) -> list[Outcome]:
        """Makes them part of the lake."""
        if self._removed:
            summary = RunSummary(
                run_id=self._run_id,
                started_at=self._began.isoformat(),
                finished_at=self._clock().isoformat(),
                engine=ENGINE,
                total=Counts(),
                sources={},
                written=self._written,
                removed=self._removed,
            )
            commit(self._lake, summary)
        else:
            shutil.rmtree(self._lake.staging / self._run_id, ignore_errors=True)
        return self._outcomes


def _version(file: Path) -> int:
    """Schema version in a file's metadata; 0 when there is none, or no way to read it."""
    try:
        return int((pq.read_metadata(file).metadata or {}).get(b"copydesk.schema_version", 0))
    except (OSError, ValueError, pa.ArrowException):
        return 0

"""Many small files of a partition into few: which partitions need it, and carrying it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import SCHEMA_VERSION, DataFile
from transforms.accounting.counts import Counts
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id
from transforms.lake.commit import commit, stage_sorted
from transforms.lake.fences import fence_of
from transforms.lake.layout import RECORDS, STAGING, Lake, dataset_of
from transforms.lake.maintenance.merge import DamagedError, Merge
from transforms.lake.parquet import TARGET_BYTES, written_together

ENGINE = "compact"
"""What stands as engine in the record of a compaction."""
_COMMIT_BYTES, _COMMIT_PARTITIONS = 256_000_000, 100
_AT_ONCE = 8
"""Files whose version is read at the same time: in an object store it is waiting, not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A folder of the lake with its files, in the order of their names."""

    lake: Lake
    folder: str
    """Relative to the lake, with ``/``."""
    files: tuple[str, ...]
    """Paths relative to the lake."""

    @property
    def wanting(self) -> bool:
        """True with files of more than one run, of another schema version, or that cannot be read."""
        together = len(self.files) == 1 or written_together([path.rpartition("/")[2] for path in self.files])
        return not together or any(_version(self.lake, path) != SCHEMA_VERSION for path in self.files)


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
    found: dict[str, list[str]] = defaultdict(list)
    for dataset in RECORDS:
        for path in lake.paths(dataset):
            found[path.rpartition("/")[0]].append(path)
    return [Partition(lake=lake, folder=folder, files=tuple(paths)) for folder, paths in found.items()]


def wanting(found: Sequence[Partition]) -> list[Partition]:
    """Those that are to be compacted."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [partition for partition, wants in zip(found, pool.map(_wants, found), strict=True) if wants]


def _wants(partition: Partition) -> bool:
    return partition.wanting


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
        self._written: list[DataFile] = []
        self._removed: list[str] = []
        self._outcomes: list[Outcome] = []

    @property
    def full(self) -> bool:
        size = sum(written.bytes for written in self._written)
        return size >= _COMMIT_BYTES or len(self._outcomes) >= _COMMIT_PARTITIONS

    def add(self, partition: Partition, target_bytes: int) -> None:
        """Stages the new files of a partition."""
        folder, files, store = partition.folder, len(partition.files), self._lake.store
        with ExitStack() as held:
            scratch = held.enter_context(store.temp_folder(f"{STAGING}/{self._run_id}/merge"))
            local = {held.enter_context(store.local_copy(path)): path for path in partition.files}
            size = sum(file.stat().st_size for file in local)
            try:
                with Merge(dataset_of(folder), list(local), scratch) as merge:
                    written = stage_sorted(self._lake, self._run_id, folder, merge.groups(), target_bytes)
            except DamagedError as error:
                place = f"{store.address}/{local[error.path]}" if error.path in local else error.path
                outcome = Outcome(
                    folder=folder,
                    files_before=files,
                    bytes_before=size,
                    files=files,
                    bytes=size,
                    damage=f"{place} {error.why}",
                )
            else:
                self._written += written
                self._removed += partition.files
                outcome = Outcome(
                    folder=folder,
                    files_before=files,
                    bytes_before=size,
                    files=len(written),
                    bytes=sum(part.bytes for part in written),
                    dropped=merge.dropped,
                )
        self._outcomes.append(outcome)

    def commit(self) -> list[Outcome]:
        """Makes them part of the lake."""
        if self._removed:
            summary = RunRecord(
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
            self._lake.store.delete_folder(fence_of(self._lake).staging(self._run_id))
        return self._outcomes


def _version(lake: Lake, path: str) -> int:
    """Schema version in a file's metadata; 0 when there is none, or no way to read it."""
    try:
        with lake.store.arrow_paths([path]) as ([file], system):
            metadata = pq.read_metadata(file, filesystem=system).metadata or {}
        return int(metadata.get(b"copydesk.schema_version", 0))
    except (OSError, ValueError, pa.ArrowException):
        return 0

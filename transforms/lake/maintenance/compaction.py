"""Rewrites the many small files of a partition into few: finds the partitions that need it, and carries it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import SCHEMA_VERSION, DataFile
from transforms.accounting.counts import Counts
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id
from transforms.lake.commit import commit, stage_sorted, unstage
from transforms.lake.layout import RECORDS, Lake, dataset_of, staging_folder
from transforms.lake.maintenance.merge import DamagedError, Merge
from transforms.lake.parquet import TARGET_BYTES, is_one_output

ENGINE = "compact"
"""The engine in the run record of a compaction."""
_COMMIT_BYTES, _COMMIT_PARTITIONS = 256_000_000, 100
"""A commit is made when its new files reach either."""
_AT_ONCE = 8
"""Files whose version is read at the same time. In an object store this is waiting, not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A folder of the lake with its files, sorted by name."""

    lake: Lake
    folder: str
    """Relative to the lake, with ``/``."""
    files: tuple[str, ...]
    """Paths relative to the lake."""

    @property
    def needs_compaction(self) -> bool:
        """True when its files come from more than one run, have another schema version, or cannot be read."""
        is_compact = len(self.files) == 1 or is_one_output([path.rpartition("/")[2] for path in self.files])
        return not is_compact or any(_version(self.lake, path) != SCHEMA_VERSION for path in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one partition."""

    folder: str
    files_before: int
    bytes_before: int
    files: int
    bytes: int
    dropped: int = 0
    """Rows that were there twice, and index rows of a try that another one followed."""
    damage: str | None = None
    """Why the partition was left as it is. None when it was compacted."""


def partitions(lake: Lake) -> list[Partition]:
    """All partitions of the lake."""
    folders: dict[str, list[str]] = defaultdict(list)
    for dataset in RECORDS:
        for path in lake.paths(dataset):
            folders[path.rpartition("/")[0]].append(path)
    return [Partition(lake=lake, folder=folder, files=tuple(paths)) for folder, paths in folders.items()]


def to_compact(candidates: Sequence[Partition]) -> list[Partition]:
    """Those of the partitions that need compaction."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        needed = pool.map(lambda partition: partition.needs_compaction, candidates)
        return [partition for partition, needs in zip(candidates, needed, strict=True) if needs]


def compact(
    lake: Lake, todo: Sequence[Partition], clock: Callable[[], datetime], target_bytes: int = TARGET_BYTES
) -> Iterator[Outcome]:
    """Rewrites partitions into as few files as ``target_bytes`` allows. Yields the outcome of each after it is committed.

    One commit covers about a hundred partitions or 256 MB, and in it each partition changes by itself. A partition with a file that cannot
    be read stays as it is. The caller holds the lake and has called ``recover``.
    """
    batch = _Batch(lake, clock)
    for partition in todo:
        batch.add(partition, target_bytes)
        if batch.full:
            yield from batch.commit()
            batch = _Batch(lake, clock)
    yield from batch.commit()


class _Batch:
    """Partitions that are committed together, as one run."""

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
        size = sum(file.bytes for file in self._written)
        return size >= _COMMIT_BYTES or len(self._outcomes) >= _COMMIT_PARTITIONS

    def add(self, partition: Partition, target_bytes: int) -> None:
        """Stages the new files of a partition."""
        folder, store = partition.folder, self._lake.store
        with ExitStack() as stack:
            temp = stack.enter_context(store.temp_folder(f"{staging_folder(self._run_id)}/merge"))
            paths = {stack.enter_context(store.local_copy(path)): path for path in partition.files}
            size = sum(file.stat().st_size for file in paths)
            outcome = partial(Outcome, folder=folder, files_before=len(paths), bytes_before=size)
            try:
                with Merge(dataset_of(folder), list(paths), temp) as merge:
                    written = stage_sorted(self._lake, self._run_id, folder, merge.groups(), target_bytes)
            except DamagedError as error:
                place = f"{store.address}/{paths[error.path]}" if error.path in paths else error.path
                self._outcomes.append(outcome(files=len(paths), bytes=size, damage=f"{place} {error.why}"))
            else:
                self._written += written
                self._removed += partition.files
                size = sum(file.bytes for file in written)
                self._outcomes.append(outcome(files=len(written), bytes=size, dropped=merge.dropped))

    def commit(self) -> list[Outcome]:
        """Makes the new files part of the lake. Returns the outcomes of all partitions."""
        if self._removed:
            record = RunRecord(
                run_id=self._run_id,
                started_at=self._began.isoformat(),
                finished_at=self._clock().isoformat(),
                engine=ENGINE,
                total=Counts(),
                sources={},
                written=self._written,
                removed=self._removed,
            )
            commit(self._lake, record)
        else:
            unstage(self._lake, self._run_id)
        return self._outcomes


def _version(lake: Lake, path: str) -> int:
    """The schema version in a file's metadata; 0 when there is none or it cannot be read."""
    try:
        with lake.store.arrow_paths([path]) as ([file], system):
            metadata = pq.read_metadata(file, filesystem=system).metadata or {}
        return int(metadata.get(b"copydesk.schema_version", 0))
    except (OSError, ValueError, pa.ArrowException):
        return 0

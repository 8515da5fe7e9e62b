"""Rewrites the many small files of a partition into few: finds the partitions that need it, and rewrites them commit by commit."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import SCHEMA_VERSION, DataFile
from transforms.accounting.counts import Counts
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id
from transforms.lake.commit import commit, stage_sorted, unstage
from transforms.lake.layout import RECORDS, Lake, dataset_of, read_record, staging_folder
from transforms.lake.maintenance.merge import DamagedError, Merge
from transforms.lake.maintenance.poll_days import is_summed_by, sum_polls
from transforms.lake.parquet import TARGET_BYTES, is_one_output, run_of_file

ENGINE = "compact"
"""The engine in the run record of a compaction."""
_COMMIT_BYTES, _COMMIT_PARTITIONS = 256_000_000, 100
"""A commit is made when its new files reach either."""
_AT_ONCE = 8
"""Run records that are read at the same time. In an object store this is waiting, not work."""
SETTLED = timedelta(hours=6)
"""A partition to which nothing was added for so long hardly grows any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A folder of the lake with its files, sorted by name."""

    lake: Lake
    folder: str
    """Relative to the lake, with ``/``."""
    files: tuple[str, ...]
    """Paths relative to the lake."""

    @property
    def is_compact(self) -> bool:
        """True when its files come from one run."""
        return len(self.files) == 1 or is_one_output([path.rpartition("/")[2] for path in self.files])

    def is_settled(self, now: datetime) -> bool:
        """True when no run has added a file for SETTLED."""
        since = new_run_id(now - SETTLED)
        return all(_run_of(path) < since for path in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one partition."""

    folder: str
    files_before: int
    bytes_before: int
    files: int
    bytes: int
    dropped: int = 0
    """Rows that were there twice, index rows of a try that another one followed, and polls that were summed up."""
    damage: str | None = None
    """Why the partition was left as it is. None when it was compacted."""


def partitions(lake: Lake) -> list[Partition]:
    """All partitions of the lake."""
    return _by_folder(lake, (path for dataset in RECORDS for path in lake.paths(dataset)))


def _by_folder(lake: Lake, paths: Iterable[str]) -> list[Partition]:
    folders: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folders[path.rpartition("/")[0]].append(path)
    return [Partition(lake=lake, folder=folder, files=tuple(sorted(files))) for folder, files in folders.items()]


def to_compact(candidates: Iterable[Partition]) -> list[Partition]:
    """Those of the partitions that have files of several runs, or of an older schema version.

    The version is that of the run that wrote the file. The file itself is opened only when that run has no record.
    """
    versions = _Versions()
    needed: list[Partition] = []
    single: list[Partition] = []
    for partition in candidates:
        (single if partition.is_compact else needed).append(partition)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        old = pool.map(versions.has_older, single)
        return [*needed, *(partition for partition, is_old in zip(single, old, strict=True) if is_old)]


def unsummed(candidates: Iterable[Partition], now: datetime) -> list[Partition]:
    """Those of the partitions whose polls are old enough to be summed up, and are not, by the names of their files."""
    run_id = new_run_id(now)
    return [
        partition
        for partition in candidates
        if is_summed_by(partition.folder, run_id)
        and not all(is_summed_by(partition.folder, _run_of(path)) for path in partition.files)
    ]


def overdue(candidates: Iterable[Partition], min_files: int, now: datetime) -> list[Partition]:
    """Those of the partitions with files of several runs that have ``min_files`` of them, or are settled. For frequent compactions: a
    partition that still grows is not rewritten for each new file."""
    return [
        partition
        for partition in candidates
        if not partition.is_compact and (len(partition.files) >= min_files or partition.is_settled(now))
    ]


def compact(
    lake: Lake, todo: Iterable[Partition], clock: Callable[[], datetime], target_bytes: int = TARGET_BYTES
) -> Iterator[Outcome]:
    """Rewrites partitions into as few files as ``target_bytes`` allows. Yields the outcome of each after it is committed.

    The caller holds the lake and has called ``recover``.
    """
    folders = deque(partition.folder for partition in todo)
    while folders:
        yield from compact_some(lake, folders, clock, target_bytes)


def compact_some(
    lake: Lake, folders: deque[str], clock: Callable[[], datetime], target_bytes: int = TARGET_BYTES
) -> list[Outcome]:
    """Takes partitions off ``folders`` and rewrites them, up to one commit of about a hundred partitions or 256 MB.

    In the commit each partition changes by itself. A partition with a file that cannot be read stays as it is. The files of each partition
    are listed now, because other runs may have written since it was found. The caller holds the lake and has called ``recover``.
    """
    batch = _Batch(lake, clock)
    while folders and not batch.full:
        folder = folders.popleft()
        paths = [path for path in lake.store.files(folder) if path.endswith(".parquet")]
        for partition in _by_folder(lake, paths):
            batch.add(partition, target_bytes)
    return batch.commit()


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
                    groups = merge.groups()
                    if is_summed_by(folder, self._run_id):
                        groups = sum_polls(groups)
                    written = stage_sorted(self._lake, self._run_id, folder, groups, target_bytes)
            except DamagedError as error:
                place = f"{store.address}/{paths[error.path]}" if error.path in paths else error.path
                self._outcomes.append(outcome(files=len(paths), bytes=size, damage=f"{place} {error.why}"))
            else:
                self._written += written
                self._removed += partition.files
                size, dropped = sum(file.bytes for file in written), merge.rows - sum(file.rows for file in written)
                self._outcomes.append(outcome(files=len(written), bytes=size, dropped=dropped))

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


class _Versions:
    """Schema versions of files, by the runs that wrote them."""

    def __init__(self) -> None:
        self._of_run: dict[str, int | None] = {}

    def has_older(self, partition: Partition) -> bool:
        """True when a file of the partition has an older schema version, or cannot be read."""
        return any(self._of(partition.lake, path) != SCHEMA_VERSION for path in partition.files)

    def _of(self, lake: Lake, path: str) -> int:
        run_id = _run_of(path)
        if run_id not in self._of_run:
            try:
                self._of_run[run_id] = read_record(lake, run_id).schema_version
            except (OSError, ValueError, KeyError, TypeError):
                self._of_run[run_id] = None
        version = self._of_run[run_id]
        return _version_in(lake, path) if version is None else version


def _run_of(path: str) -> str:
    """The run that wrote a file; empty for a name that is not ours."""
    return run_of_file(path.rpartition("/")[2]) or ""


def _version_in(lake: Lake, path: str) -> int:
    """The schema version in a file's metadata; 0 when there is none or it cannot be read."""
    try:
        with lake.store.arrow_paths([path]) as ([file], system):
            metadata = pq.read_metadata(file, filesystem=system).metadata or {}
        return int(metadata.get(b"copydesk.schema_version", 0))
    except (OSError, ValueError, pa.ArrowException):
        return 0

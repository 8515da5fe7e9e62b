"""Writes rows to a lake as one run: stages them by partition, counts them, and commits them with their run record.

A pass, a window of a stream and a repair all write this way. A pass calls ``stage_partition`` in its workers, the others ``stage_rows``.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

from schemas import DataFile, Row, StoryArticle
from transforms.accounting.counts import Tally, commit_lags, tallies_of, timed
from transforms.accounting.run_record import ArchiveRead, RunRecord
from transforms.accounting.runs import now
from transforms.lake.commit import commit, stage
from transforms.lake.layout import Lake, partition
from transforms.lake.parquet import TARGET_BYTES

_AT_ONCE = 8
"""Partitions that are staged at the same time. In an object store this is waiting, not work."""
RunPart = DataFile | Tally | ArchiveRead
"""What the run record is made of."""


def stage_partition(
    lake: Lake,
    run_id: str,
    started_at: datetime,
    folder: str,
    rows: Iterable[Row],
    target_bytes: int = TARGET_BYTES,
    sync: bool = True,
) -> Iterator[DataFile | Tally]:
    """Stages the rows of one partition. Yields the files, and the counts of the rows and of the time that they took.

    ``started_at`` is when the run started: articles fetched before it came from elsewhere, and their wait is not counted.
    """
    counts: Counter[tuple[str, str]] = Counter()
    fetched: list[datetime] = []

    def counted() -> Iterator[Row]:
        for row in rows:
            for tally in tallies_of(row):
                counts[tally.source, tally.name] += tally.count
            if isinstance(row, StoryArticle):
                fetched.append(row.fetched_at)
            yield row

    began = time.perf_counter()
    yield from stage(lake, run_id, folder, counted(), target_bytes, sync)
    yield from timed("write", time.perf_counter() - began)
    yield from (Tally(source, name, count) for (source, name), count in counts.items())
    yield from commit_lags(fetched, started_at, now())


def stage_rows(
    lake: Lake, run_id: str, started_at: datetime, rows: Iterable[Row], target_bytes: int = TARGET_BYTES
) -> Iterator[DataFile | Tally]:
    """Stages rows of any partitions, some at the same time, for a commit by this process; see ``stage_partition``."""
    partitions: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        partitions[partition(row)].append(row)

    def staged(folder: str) -> list[DataFile | Tally]:
        return list(stage_partition(lake, run_id, started_at, folder, partitions[folder], target_bytes, sync=False))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for parts in pool.map(staged, partitions):
            yield from parts


def commit_parts(
    lake: Lake, run_id: str, started_at: datetime, engine: str, parts: Iterable[RunPart], **details: Any
) -> RunRecord:
    """Commits a run with all that was staged for it, and returns its run record. May be repeated.

    ``details`` are further fields of the run record. Raises LakeLostError when another run has taken over.
    """
    parts = list(parts)
    record = RunRecord.from_tallies(
        run_id,
        started_at,
        now(),
        engine,
        [part for part in parts if isinstance(part, Tally)],
        [part for part in parts if isinstance(part, DataFile)],
    )
    archives = [part for part in parts if isinstance(part, ArchiveRead)]
    record = replace(record, archives=sorted(archives, key=lambda archive: (archive.path, archive.begin)), **details)
    commit(lake, record)
    return record

"""Brings rows into the lake as committed files, exactly once.

A run stages its files in ``_staging/<run>/``, under the same paths that they will have in the lake. Then one atomic step decides: it
writes the intent. The next run discards staged files without an intent; with one, it finishes the moves. Readers only see whole files.
On local disks a move is a rename; in an object store it is a copy and a deletion. All else is the same (see stores, fences).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from schemas import DataFile, Row
from schemas.arrow import table
from transforms.accounting.run_record import RunRecord
from transforms.files import partial_target
from transforms.lake.fences import fence_of
from transforms.lake.layout import (
    RECORDS,
    RUNS,
    STAGING,
    STREAMS,
    TOP_LEVEL,
    Lake,
    dataset_of,
    file_schema,
    has_record,
    intent_path,
    record_path,
    run_of,
    sort_keys,
)
from transforms.lake.parquet import TARGET_BYTES, row_groups, write_parts


def stage(
    lake: Lake, run_id: str, folder: str, rows: Iterable[Row], target_bytes: int = TARGET_BYTES
) -> list[DataFile]:
    """Writes the rows of one partition, sorted, into the run's staging folder: one file, or several of about ``target_bytes``.

    The same rows give the same files under the same names. So a bundle that is tried again replaces the files of its first try.
    """
    dataset = dataset_of(folder)
    content = table(RECORDS[dataset], rows).select(file_schema(dataset).names).sort_by(sort_keys(dataset))
    return stage_sorted(lake, run_id, folder, row_groups(content), target_bytes)


def stage_sorted(
    lake: Lake, run_id: str, folder: str, groups: Iterable[pa.Table], target_bytes: int = TARGET_BYTES
) -> list[DataFile]:
    """Like ``stage``, for tables that are in order. Each becomes a row group, and only one is held in memory. No rows give no file."""
    dataset = dataset_of(folder)
    with lake.store.upload_folder(f"{fence_of(lake).staging(run_id)}/{folder}") as local:
        return [
            DataFile(dataset=dataset, path=f"{folder}/{part.name}", rows=part.rows, bytes=part.bytes)
            for part in write_parts(local, run_id, file_schema(dataset), groups, target_bytes)
        ]


def unstage(lake: Lake, run_id: str) -> None:
    """Deletes the staged files of a run that will not be committed."""
    lake.store.delete_folder(fence_of(lake).staging(run_id))


def commit(lake: Lake, record: RunRecord) -> None:
    """Moves the staged files of a run into the lake, deletes the files that they replace, and writes the record. May be repeated.

    Raises LakeLostError, or FileNotFoundError on local disks, when a recovery took the staged files before.
    """
    if has_record(lake, record.run_id):
        # The rows are in the lake already, perhaps in files of a compaction by now. A late worker may have staged them again.
        unstage(lake, record.run_id)
        return
    fence = fence_of(lake)
    fence.decide(record)
    _finish(lake, fence.staging(record.run_id))


def recover(lake: Lake) -> list[str]:
    """Finishes or discards the work of runs that died. Returns one sentence for each of them. The caller holds the lake.

    Workers that outlived such a run can no longer commit (see fences).
    """
    if lake.is_local:
        _delete_partial_json(lake)
    store, fence, messages = lake.store, fence_of(lake), []
    for name in store.names(STAGING):
        if not store.is_folder(f"{STAGING}/{name}"):
            continue
        folder = fence.seize(f"{STAGING}/{name}")
        if folder is None:
            continue
        if store.exists(intent_path(folder)):
            _finish(lake, folder)
            fence.done(folder)
            messages.append(f"Finished the commit of run {run_of(name)}, which had been cut off.")
        else:
            fence.discard(folder)
            store.delete_folder(folder)
            messages.append(f"Discarded the uncommitted work of run {run_of(name)}; its entries are taken up again.")
    return messages


def _delete_partial_json(lake: Lake) -> None:
    """Deletes JSON files that were being written when their process died."""
    for folder in ("", RUNS, STREAMS):
        for name in lake.store.names(folder):
            target = partial_target(name)
            if target is not None and (folder or target in TOP_LEVEL):
                (lake.root / folder / name).unlink(missing_ok=True)


def _finish(lake: Lake, folder: str) -> None:
    """Carries out the intent of a staging folder. Two processes may do it at the same time."""
    intent = RunRecord.from_json(lake.store.read(intent_path(folder)))
    if not has_record(lake, intent.run_id):
        lake.store.publish(folder, _by_folder(file.path for file in intent.written), _by_folder(intent.removed))
        lake.store.write_json(record_path(intent.run_id), intent.to_json())
    # The intent is deleted last. Without it, the folder would count as work that was never committed.
    lake.store.delete_folder(folder)


def _by_folder(paths: Iterable[str]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        grouped.setdefault(folder, set()).add(name)
    return grouped

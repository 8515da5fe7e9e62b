"""Brings rows into the lake as committed files, exactly once.

A run stages its files in ``_staging/<run>/``, under the same paths that they will have in the lake. Then one atomic step decides: it
writes the intent. The next run discards staged files without an intent; with one, it finishes the moves. Readers only see whole files.
On local disks a move is a rename; in an object store it is a copy and a deletion. All else is the same (see stores, fences).
"""

from __future__ import annotations

import errno
import time
from collections.abc import Iterable, Iterator

import pyarrow as pa

from schemas import DataFile, Row
from schemas.arrow import table
from transforms.accounting.run_record import RunRecord
from transforms.files import partial_target
from transforms.lake.fences import Fence, fence_of
from transforms.lake.layout import (
    DAMAGED_JSON,
    OWNER,
    RECORDS,
    RUNS,
    STREAMS,
    TOP_LEVEL,
    Lake,
    LakeError,
    dataset_of,
    file_schema,
    has_record,
    intent_path,
    record_path,
    run_months,
    run_of,
    sort_keys,
    staging_folders,
)
from transforms.lake.parquet import TARGET_BYTES, row_groups, run_of_file, write_parts

_UNFINISHED = 3600.0
"""Seconds after which a partial file without a lock must be of a process that died."""


class DecidedError(LakeError):
    """The commit is decided, but it could not be finished. A recovery finishes it; until then the lake may have a part of its files."""

    exit_status = 1


def stage(
    lake: Lake, run_id: str, folder: str, rows: Iterable[Row], target_bytes: int = TARGET_BYTES, sync: bool = True
) -> list[DataFile]:
    """Writes the rows of one partition, sorted, into the run's staging folder: one file, or several of about ``target_bytes``.

    The same rows give the same files under the same names. So a bundle that is tried again replaces the files of its first try. ``sync`` is
    for files that another machine than that of the commit writes: a commit syncs what its own machine has written.
    """
    dataset = dataset_of(folder)
    content = table(RECORDS[dataset], rows).select(file_schema(dataset).names)
    if content.num_rows > 1:
        content = content.sort_by(sort_keys(dataset))
    return stage_sorted(lake, run_id, folder, row_groups(content), target_bytes, sync)


def stage_sorted(
    lake: Lake,
    run_id: str,
    folder: str,
    groups: Iterable[pa.Table],
    target_bytes: int = TARGET_BYTES,
    sync: bool = True,
) -> list[DataFile]:
    """Like ``stage``, for tables that are in order. Each becomes a row group, and only one is held in memory. No rows give no file."""
    dataset = dataset_of(folder)
    with lake.store.upload_folder(f"{fence_of(lake).staging(run_id)}/{folder}") as local:
        return [
            DataFile(dataset=dataset, path=f"{folder}/{part.name}", rows=part.rows, bytes=part.bytes)
            for part in write_parts(local, run_id, file_schema(dataset), groups, target_bytes, sync)
        ]


def unstage(lake: Lake, run_id: str) -> None:
    """Deletes the staged files of a run that will not be committed."""
    lake.store.delete_folder(fence_of(lake).staging(run_id))


def commit(lake: Lake, record: RunRecord) -> None:
    """Moves the staged files of a run into the lake, deletes the files that they replace, and writes the record. May be repeated.

    Raises LakeLostError, or FileNotFoundError on local disks, when a recovery took the staged files before; OSError before the commit is
    decided, and DecidedError after that.
    """
    if has_record(lake, record.run_id):
        # The rows are in the lake already, perhaps in files of a compaction by now. A late worker may have staged them again.
        unstage(lake, record.run_id)
        return
    fence = fence_of(lake)
    fence.decide(record)
    try:
        missing = _finish(lake, fence.staging(record.run_id), record)
    except OSError as error:
        raise DecidedError(
            f"run {record.run_id} is committed, but its files could not all be moved into the lake: {error}. The next run finishes this."
        ) from error
    if missing:
        raise FileNotFoundError(errno.ENOENT, "is neither staged nor in the lake", missing[0])


def is_decided(lake: Lake, run_id: str) -> bool:
    """True for a run whose commit is decided: it is finished, or a recovery will finish it."""
    return has_record(lake, run_id) or any(
        run_of(folder) == run_id and lake.store.exists(intent_path(folder)) for folder in staging_folders(lake)
    )


def recover(lake: Lake) -> list[str]:
    """Finishes or discards the work of runs that died. Returns one sentence for each of them. The caller holds the lake.

    Workers that outlived such a run can no longer commit (see fences). What is damaged is left or passed by, and a sentence says so. Raises
    OSError when a decided commit cannot be finished now, such as on a full disk: a run that does not see its rows must not begin.
    """
    fence = fence_of(lake)
    messages = list(_delete_partial_json(lake)) if lake.is_local else []
    for found in staging_folders(lake):
        folder = fence.seize(found)
        if folder is not None:
            messages.append(_recover(lake, fence, folder))
    return messages


def _recover(lake: Lake, fence: Fence, folder: str) -> str:
    run_id, damage = run_of(folder), ""
    if lake.store.exists(intent_path(folder)):
        try:
            intent = RunRecord.from_json(lake.store.read(intent_path(folder)))
        except DAMAGED_JSON as error:
            damage = f" Its intent could not be read ({error})."
            if _has_files_of(lake, run_id):
                return (
                    f"Run {run_id} had been cut off within its commit.{damage} The files that were not moved yet stay in {folder}:"
                    " move them out of the lake."
                )
        else:
            missing = _finish(lake, folder, intent, despite_missing=True)
            fence.done(folder)
            lost = f" {len(missing)} of its files are lost, such as {missing[0]}." if missing else ""
            return f"Finished the commit of run {run_id}, which had been cut off.{lost}"
    fence.discard(folder)
    lake.store.delete_folder(folder)
    return f"Discarded the uncommitted work of run {run_id}; its entries are taken up again.{damage}"


def _has_files_of(lake: Lake, run_id: str) -> bool:
    names = (path.rpartition("/")[2] for dataset in RECORDS for path in lake.listing(dataset))
    return any(run_of_file(name) == run_id for name in names)


def _delete_partial_json(lake: Lake) -> Iterator[str]:
    """Deletes JSON files that were being written when their process died. Yields a sentence for each that cannot be deleted.

    The marker and the notes of streams are written without the lock, so a living process may be writing them: theirs are deleted later.
    """
    # A run that died in its commit did so in the latest month, or just before it.
    months = run_months(lake)[-2:]
    for folder in ("", RUNS, *months, STREAMS):
        for name in lake.store.names(folder):
            target, file = partial_target(name), lake.root / folder / name
            if target is None or not (folder or target in TOP_LEVEL):
                continue
            try:
                if folder in (RUNS, *months) or target == OWNER or time.time() - file.stat().st_mtime > _UNFINISHED:
                    file.unlink(missing_ok=True)
            except FileNotFoundError:
                pass
            except OSError as error:
                yield f"{file.relative_to(lake.root)} is left of a run that died, and cannot be deleted: {error.strerror or error}."


def _finish(lake: Lake, folder: str, intent: RunRecord, despite_missing: bool = False) -> list[str]:
    """Carries out the intent of a staging folder. Two processes may do it at the same time.

    Returns the files that are neither staged nor in the lake. If there are any, the run gets its record ``despite_missing`` only.
    """
    missing: list[str] = []
    if not has_record(lake, intent.run_id):
        missing = lake.store.publish(
            folder, _by_folder(file.path for file in intent.written), _by_folder(intent.removed)
        )
        if missing and not despite_missing:
            return missing
        lake.store.write_json(record_path(intent.run_id), intent.to_stored_json())
    # The intent is deleted last. Without it, the folder would count as work that was never committed.
    lake.store.delete_folder(folder)
    return missing


def _by_folder(paths: Iterable[str]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        grouped.setdefault(folder, set()).add(name)
    return grouped

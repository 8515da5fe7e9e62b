"""From rows to committed files, exactly once.

A run stages its files under ``_staging/<run>/`` by the very paths that they will have in the lake. Then one atomic step, the intent,
decides: without it the next run discards the staged files, with it the next run finishes the renames. Readers see whole files only.
In an object store a rename is a copy and a deletion; all else is the same (see store, fences).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from schemas import DataFile, Row, table
from transforms.accounting.run_record import RunRecord
from transforms.lake.fences import INTENT, fence_of, run_of
from transforms.lake.layout import (
    RECORDS,
    STAGING,
    Lake,
    dataset_of,
    file_schema,
    has_record,
    record_path,
    sort_keys,
)
from transforms.lake.parquet import GROUP_BYTES, GROUP_ROWS, TARGET_BYTES, write_parts


def stage(
    lake: Lake, run_id: str, folder: str, rows: Iterable[Row], target_bytes: int = TARGET_BYTES
) -> list[DataFile]:
    """Writes the rows of one partition, sorted, under the run's staging folder: as one file, or as several of about ``target_bytes``.

    The same rows give the same files under the same names, so a bundle that is tried again replaces what it wrote before.
    """
    dataset = dataset_of(folder)
    content = table(RECORDS[dataset], rows).select(file_schema(dataset).names).sort_by(sort_keys(dataset))
    return stage_sorted(lake, run_id, folder, _row_groups(content), target_bytes)


def stage_sorted(
    lake: Lake, run_id: str, folder: str, groups: Iterable[pa.Table], target_bytes: int = TARGET_BYTES
) -> list[DataFile]:
    """Like ``stage``, of tables in order, each of which becomes a row group; holds one at a time. No rows, no file."""
    dataset = dataset_of(folder)
    with lake.store.upload_folder(f"{fence_of(lake).staging(run_id)}/{folder}") as home:
        return [
            DataFile(dataset=dataset, path=f"{folder}/{part.name}", rows=part.rows, bytes=part.bytes)
            for part in write_parts(home, run_id, file_schema(dataset), groups, target_bytes)
        ]


def _row_groups(content: pa.Table) -> Iterator[pa.Table]:
    rows = group_rows(content.nbytes, content.num_rows)
    for start in range(0, content.num_rows, rows):
        yield content.slice(start, rows)


def group_rows(size: int, rows: int) -> int:
    """Rows in a row group, for rows of which ``rows`` take ``size`` bytes: fewer where they are large."""
    return max(1, min(GROUP_ROWS, GROUP_BYTES * max(rows, 1) // max(size, 1)))


def commit(lake: Lake, summary: RunRecord) -> None:
    """Makes the staged files of a run part of the lake, takes out those that it replaces, and keeps its record. May be repeated.

    Raises LakeLostError, or FileNotFoundError on local disks, when a recovery took the staged files before.
    """
    fence = fence_of(lake)
    staged = fence.staging(summary.run_id)
    if has_record(lake, summary.run_id):
        # Its files are in the lake, or by now in those of a compaction: what a late worker staged again must not come beside them.
        lake.store.delete_folder(staged)
        return
    fence.decide(summary)
    _finish(lake, staged)


def recover(lake: Lake) -> list[str]:
    """Finishes or discards what runs that died left behind; returns one sentence for each.

    A worker that outlived its run fails to commit from then on, instead of racing with us (see fences). Call it with the lake's lock held.
    """
    if lake.is_local:
        for pattern in ("._owner.json.*", ".lake.json.*", "runs/.*.json.*", "_streams/.*"):
            for partial in lake.root.glob(pattern):
                partial.unlink(missing_ok=True)  # of a write_json that was cut off
    store, fence, said = lake.store, fence_of(lake), []
    for name in store.names(STAGING):
        if not store.is_folder(f"{STAGING}/{name}"):
            continue
        folder = fence.seize(f"{STAGING}/{name}")
        if folder is None:
            continue
        if store.exists(f"{folder}/{INTENT}"):
            _finish(lake, folder)
            fence.done(folder)
            said.append(f"Finished the commit of run {run_of(name)}, which had been cut off.")
        else:
            fence.discard(folder)
            store.delete_folder(folder)
            said.append(f"Discarded the uncommitted work of run {run_of(name)}; its entries are taken up again.")
    return said


def _finish(lake: Lake, staged: str) -> None:
    intent = RunRecord.from_json(lake.store.read(f"{staged}/{INTENT}"))
    if not has_record(lake, intent.run_id):
        lake.store.publish(staged, _by_folder(written.path for written in intent.written), _by_folder(intent.removed))
        lake.store.write_json(record_path(intent.run_id), intent.to_json())
    # The intent goes last: a folder without it would be taken for work that was never committed.
    lake.store.delete_folder(staged)


def _by_folder(paths: Iterable[str]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        grouped.setdefault(folder, set()).add(name)
    return grouped

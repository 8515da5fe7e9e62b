"""From rows to committed files, exactly once.

A run stages its files under ``_staging/<run>/`` by the very paths that they will have in the lake. Then one atomic step, the intent,
decides: without it the next run discards the staged files, with it the next run finishes the renames. Readers see whole files only.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pyarrow as pa

from schemas import Dataset, FeedPoll, Reject, Row, Seen, StoryArticle, Written, arrow_schema, table
from transforms.lake import Lake, write_json
from transforms.partfiles import GROUP_BYTES, GROUP_ROWS, TARGET_BYTES, write_parts
from transforms.summary import RunSummary
from transforms.swap import swap_folders

RECORDS: dict[Dataset, type[Row]] = {"articles": StoryArticle, "rejects": Reject, "polls": FeedPoll, "index": Seen}
ORDER: dict[Dataset, tuple[str, ...]] = {
    "articles": ("published_at", "article_id", "revision"),
    "rejects": ("rejected_at", "source", "feed_url", "url", "entry_key"),
    "polls": ("source", "feed_url", "polled_at"),
    "index": ("url_key", "entry_key", "seen_at"),
}
"""By what the rows of a file are sorted, so that readers can pass over row groups."""
TAKEN = ".taken"
"""Ending of a staging folder that a recovery has in hand."""


def partition(row: Row) -> str:
    """The folder of a row relative to the lake, such as ``articles/date=2026-10-01/source=apnews``."""
    if isinstance(row, StoryArticle):
        return f"articles/date={(row.published_at or row.first_seen_at).date()}/source={row.source}"
    if isinstance(row, Reject):
        return f"rejects/date={row.rejected_at.date()}"
    if isinstance(row, FeedPoll):
        return f"polls/date={row.polled_at.date()}"
    return f"index/date={row.seen_at.date()}"


def dataset_of(folder: str) -> Dataset:
    """The dataset of a partition's folder."""
    return folder.partition("/")[0]  # type: ignore[return-value]  # partition() above begins with it


@cache
def file_schema(dataset: Dataset) -> pa.Schema:
    """The columns in the files of a dataset."""
    schema = arrow_schema(RECORDS[dataset])
    # As in every hive layout, a column of the path is not in the file too: pandas and Arrow refuse to merge the two.
    return schema.remove(schema.get_field_index("source")) if dataset == "articles" else schema


def sort_keys(dataset: Dataset) -> list[tuple[str, str]]:
    """ORDER as Arrow wants it."""
    return [(column, "ascending") for column in ORDER[dataset]]


def stage(lake: Lake, run_id: str, folder: str, rows: Iterable[Row], target_bytes: int = TARGET_BYTES) -> list[Written]:
    """Writes the rows of one partition, sorted, under the run's staging folder: as one file, or as several of about ``target_bytes``.

    The same rows give the same files under the same names, so a bundle that is tried again replaces what it wrote before.
    """
    dataset = dataset_of(folder)
    content = table(RECORDS[dataset], rows).select(file_schema(dataset).names).sort_by(sort_keys(dataset))
    return stage_sorted(lake, run_id, folder, _row_groups(content), target_bytes)


def stage_sorted(
    lake: Lake, run_id: str, folder: str, groups: Iterable[pa.Table], target_bytes: int = TARGET_BYTES
) -> list[Written]:
    """Like ``stage``, of tables in order, each of which becomes a row group; holds one at a time. No rows, no file."""
    dataset = dataset_of(folder)
    home = lake.staging / run_id / folder
    return [
        Written(dataset=dataset, path=f"{folder}/{part.name}", rows=part.rows, bytes=part.bytes)
        for part in write_parts(home, run_id, file_schema(dataset), groups, target_bytes)
    ]


def _row_groups(content: pa.Table) -> Iterator[pa.Table]:
    rows = group_rows(content.nbytes, content.num_rows)
    for start in range(0, content.num_rows, rows):
        yield content.slice(start, rows)


def group_rows(size: int, rows: int) -> int:
    """Rows in a row group, for rows of which ``rows`` take ``size`` bytes: fewer where they are large."""
    return max(1, min(GROUP_ROWS, GROUP_BYTES * max(rows, 1) // max(size, 1)))


def commit(lake: Lake, summary: RunSummary) -> None:
    """Makes the staged files of a run part of the lake, takes out those that it replaces, and keeps its record. May be repeated."""
    staged = lake.staging / summary.run_id
    if (lake.runs / f"{summary.run_id}.json").exists():
        # Its files are in the lake, or by now in those of a compaction: what a late worker staged again must not come beside them.
        shutil.rmtree(staged, ignore_errors=True)
        return
    if not summary.written:  # else the folder is there, or was taken from us by a recovery, and then we must fail
        staged.mkdir(parents=True, exist_ok=True)
    write_json(staged / "intent.json", summary.to_json())
    _finish(lake, staged)


def recover(lake: Lake) -> list[str]:
    """Finishes or discards what runs that died left behind; returns one sentence for each.

    The folder is renamed first: a worker that outlived its run then fails to write there, instead of racing with us. Call it with the
    lake's lock held.
    """
    for partial in [*lake.root.glob("._owner.json.*"), *lake.runs.glob(".*.json.*")]:
        partial.unlink()  # of a write_json that was cut off
    said = []
    for found in sorted(path for path in lake.staging.iterdir() if path.is_dir()):
        run_id = found.name.removesuffix(TAKEN)
        taken = found
        if not found.name.endswith(TAKEN):
            taken = found.with_name(found.name + TAKEN)
            found.rename(taken)
        if (taken / "intent.json").exists():
            _finish(lake, taken)
            said.append(f"Finished the commit of run {run_id}, which had been cut off.")
        else:
            shutil.rmtree(taken)
            said.append(f"Discarded the uncommitted work of run {run_id}; its entries are taken up again.")
    return said


def _finish(lake: Lake, staged: Path) -> None:
    intent = RunSummary.from_json((staged / "intent.json").read_text(encoding="utf-8"))
    record = lake.runs / f"{intent.run_id}.json"
    if not record.exists():
        _move(lake, staged, intent)
        write_json(record, intent.to_json())
    # The intent goes last: a folder without it would be taken for work that was never committed.
    for path in staged.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    shutil.rmtree(staged)


def _move(lake: Lake, staged: Path, intent: RunSummary) -> None:
    added = _by_folder(written.path for written in intent.written)
    removed = _by_folder(intent.removed)
    for folder in sorted(added.keys() | removed.keys()):
        # Folder by folder, so that old and new rows stand side by side, where they must, for a moment only.
        _renew(staged / folder, lake.root / folder, added.get(folder, set()), removed.get(folder, set()))
    for path in {path for folder in added.keys() | removed.keys() for path in _with_parents(folder)}:
        _sync_folder(lake.root / path)


def _renew(staged: Path, folder: Path, added: set[str], removed: set[str]) -> None:
    """Moves the staged files of one partition to its folder and takes out those that they replace; each step may have been done."""
    folder.mkdir(parents=True, exist_ok=True)
    if added and removed and _names(staged) == added and _names(folder) == removed and swap_folders(staged, folder):
        return  # in one step; what was replaced is now in the staging folder, which goes
    for name in sorted(added):
        try:
            (staged / name).replace(folder / name)
        except FileNotFoundError:
            if not (folder / name).exists():  # else an earlier try has renamed it
                raise
    for name in removed:
        (folder / name).unlink(missing_ok=True)


def _by_folder(paths: Iterable[str]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        grouped.setdefault(folder, set()).add(name)
    return grouped


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _with_parents(folder: str) -> Iterator[str]:
    yield folder
    while folder := folder.rpartition("/")[0]:
        yield folder
    yield "."


def _sync_folder(folder: Path) -> None:
    """Renames survive a power cut only once their folder is written too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

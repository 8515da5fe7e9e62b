"""From rows to committed files, exactly once.

A run stages its files under ``_staging/<run>/`` by the very paths that they will have in the lake. Then one atomic step, the intent,
decides: without it the next run discards the staged files, with it the next run finishes the renames. Readers see whole files only.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from schemas import Dataset, FeedPoll, Reject, Row, Seen, StoryArticle, Written, table
from transforms.lake import Lake, write_json
from transforms.summary import RunSummary

RECORDS: dict[Dataset, type[Row]] = {"articles": StoryArticle, "rejects": Reject, "polls": FeedPoll, "index": Seen}
_ORDER: dict[Dataset, tuple[str, ...]] = {
    "articles": ("published_at", "article_id"),
    "rejects": ("rejected_at", "source", "feed_url", "url", "entry_key"),
    "polls": ("source", "feed_url"),
    "index": ("url_key", "entry_key"),
}
_TAKEN = ".taken"


def partition(row: Row) -> str:
    """The folder of a row relative to the lake, such as ``articles/date=2026-10-01/source=apnews``."""
    if isinstance(row, StoryArticle):
        return f"articles/date={(row.published_at or row.first_seen_at).date()}/source={row.source}"
    if isinstance(row, Reject):
        return f"rejects/date={row.rejected_at.date()}"
    if isinstance(row, FeedPoll):
        return f"polls/date={row.polled_at.date()}"
    return f"index/date={row.seen_at.date()}"


def stage(lake: Lake, run_id: str, folder: str, rows: Iterable[Row]) -> Written:
    """Writes the rows of one partition as one sorted file under the run's staging folder.

    The same rows give the same file under the same name, so a bundle that is tried again replaces what it wrote before.
    """
    dataset: Dataset = folder.partition("/")[0]  # type: ignore[assignment]  # partition() above begins with it
    content = table(RECORDS[dataset], rows).sort_by([(column, "ascending") for column in _ORDER[dataset]])
    if dataset == "articles":
        # As in every hive layout, a column of the path is not in the file too: pandas and Arrow refuse to merge the two.
        content = content.drop_columns(["source"])
    path = f"{folder}/part-{run_id}.parquet"
    target = lake.staging / run_id / path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with partial.open("wb") as file:
            pq.write_table(content, file, compression="zstd", write_page_index=True)
            file.flush()
            os.fsync(file.fileno())
        size = partial.stat().st_size
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return Written(dataset=dataset, path=path, rows=content.num_rows, bytes=size)


def commit(lake: Lake, summary: RunSummary) -> None:
    """Makes the staged files of a run part of the lake, takes out those that it replaces, and keeps its record. May be repeated."""
    staged = lake.staging / summary.run_id
    if (lake.runs / f"{summary.run_id}.json").exists() and not staged.exists():
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
    said = []
    for found in sorted(path for path in lake.staging.iterdir() if path.is_dir()):
        run_id = found.name.removesuffix(_TAKEN)
        taken = found
        if not found.name.endswith(_TAKEN):
            taken = found.with_name(found.name + _TAKEN)
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
    paths = [written.path for written in intent.written]
    for path in paths:
        source, target = staged / path, lake.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.replace(target)
        except FileNotFoundError:
            if not target.exists():  # else an earlier try has renamed it
                raise
    for path in intent.removed:
        (lake.root / path).unlink(missing_ok=True)
    for folder in {(lake.root / path).parent for path in (*paths, *intent.removed)}:
        _sync_folder(folder)
    write_json(lake.runs / f"{intent.run_id}.json", intent.to_json())
    shutil.rmtree(staged)


def _sync_folder(folder: Path) -> None:
    """Renames survive a power cut only once their folder is written too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

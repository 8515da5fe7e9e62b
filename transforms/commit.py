"""From rows to committed files, exactly once.

A run stages its files under ``_staging/<run>/`` by the very paths that they will have in the lake. Then one atomic step, the intent,
decides: without it the next run discards the staged files, with it the next run finishes the renames. Readers see whole files only.
In an object store a rename is a copy and a deletion; all else is the same (see store, fences).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import pyarrow as pa

from schemas import Dataset, FeedPoll, Reject, Row, Seen, StoryArticle, Written, arrow_schema, table
from transforms.fences import INTENT, fence_of, run_of
from transforms.lake import RUNS, STAGING, Lake
from transforms.partfiles import GROUP_BYTES, GROUP_ROWS, TARGET_BYTES, write_parts
from transforms.summary import RunSummary

RECORDS: dict[Dataset, type[Row]] = {"articles": StoryArticle, "rejects": Reject, "polls": FeedPoll, "index": Seen}
ORDER: dict[Dataset, tuple[str, ...]] = {
    "articles": ("published_at", "article_id", "revision"),
    "rejects": ("rejected_at", "source", "feed_url", "url", "entry_key"),
    "polls": ("source", "feed_url", "polled_at"),
    "index": ("url_key", "entry_key", "seen_at"),
}
"""By what the rows of a file are sorted, so that readers can pass over row groups."""


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
    with lake.store.filling(f"{fence_of(lake).staging(run_id)}/{folder}") as home:
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


def has_record(lake: Lake, run_id: str) -> bool:
    """True when a run is committed to its end."""
    return lake.store.exists(_record(run_id))


def read_record(lake: Lake, run_id: str) -> RunSummary:
    """What a committed run did; raises FileNotFoundError for any other."""
    return RunSummary.from_json(lake.store.read(_record(run_id)))


def run_ids(lake: Lake, since: str = "") -> list[str]:
    """Names of the committed runs, in order of time, from ``since`` on."""
    names = (name.removesuffix(".json") for name in lake.store.names(RUNS) if name.endswith(".json"))
    return [name for name in names if not name.startswith(".") and name >= since]


def commit(lake: Lake, summary: RunSummary) -> None:
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
    intent = RunSummary.from_json(lake.store.read(f"{staged}/{INTENT}"))
    if not has_record(lake, intent.run_id):
        lake.store.publish(staged, _by_folder(written.path for written in intent.written), _by_folder(intent.removed))
        lake.store.write_json(_record(intent.run_id), intent.to_json())
    # The intent goes last: a folder without it would be taken for work that was never committed.
    lake.store.delete_folder(staged)


def _record(run_id: str) -> str:
    return f"{RUNS}/{run_id}.json"


def _by_folder(paths: Iterable[str]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        grouped.setdefault(folder, set()).add(name)
    return grouped

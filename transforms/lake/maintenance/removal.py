"""Removes articles: their texts go, and a tombstone keeps what counts, ids and links between articles need.

A tombstone is the row of the article with only the columns of KEPT. The index gets a row that says so, with the same keys, so no pass,
stream or replay writes the article again. Files with such articles are rewritten, and the old ones go in the same commit, as in a
compaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas import DataFile, IndexRow, StoryArticle
from transforms.accounting.counts import Counts
from transforms.accounting.rows import article_index_row
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id
from transforms.lake.commit import commit, stage, stage_sorted
from transforms.lake.index import rows_with
from transforms.lake.layout import Lake, dataset_of, day_and_source, partition, staging_folder
from transforms.lake.maintenance.merge import Merge
from transforms.lake.reading import column_in, read_rows, retry_during_compaction
from transforms.urls import url_key

ENGINE = "remove"
"""The engine in the run record of a removal."""
KEPT = frozenset(
    "article_id revision content_hash source source_alias source_kind feed_url language published_at published_offset_minutes "
    "published_precision published_from first_seen_at fetched_at agency fingerprint run_id extractor schema_version body_from "
    "story_id relation matched_article_id similarity containment".split()
)
"""The columns of a tombstone that keep their values. All others become null, empty or 0."""
_COMMIT_BYTES, _COMMIT_FOLDERS = 256_000_000, 100
"""A commit is made when its new files reach either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles to remove: those with one of the ids, at one of the addresses, or of one of the sources."""

    article_ids: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    """Addresses of articles, in a feed or canonical. Raises Rejected for one that is none, when it is looked up."""
    sources: tuple[str, ...] = ()
    before: date | None = None
    """Only articles of days before this one: the column ``date``."""


@dataclass(slots=True)
class Removed:
    """What one commit removed."""

    articles: set[str] = field(default_factory=set)
    """Their ids."""
    rows: int = 0
    """Rows of articles that became tombstones: one for each revision."""
    bytes_before: int = 0
    """Size of the files that were rewritten."""
    bytes: int = 0
    """Size of the new files, without those of the index."""


def folders_with(lake: Lake, selection: Selection) -> tuple[list[str], set[str] | None]:
    """The partitions that may hold the articles; and their ids, or None for all in these partitions. Raises LakeError, Rejected."""

    def query() -> tuple[list[str], set[str] | None]:
        paths = lake.paths("articles")
        places = {path.rpartition("/")[0]: day_and_source(path) for path in paths}
        if selection.before:
            places = {folder: place for folder, place in places.items() if place[0] < f"{selection.before}"}
        if selection.sources:
            return sorted(folder for folder, (_, source) in places.items() if source in selection.sources), None
        known = {source for _, source in map(day_and_source, paths)}
        ids = {*selection.article_ids, *_ids_at(lake, selection.urls, known)}
        columns = ["article_id", "source", "published_at", "first_seen_at"]
        rows = (
            read_rows(lake, IndexRow, lake.paths("index"), columns, column_in("article_id", ids)).to_pylist()
            if ids
            else []
        )
        days = {f"{(row['published_at'] or row['first_seen_at']).date()}" for row in rows}
        return sorted(folder for folder, (day, _) in places.items() if day in days), ids

    return retry_during_compaction(query)


def _ids_at(lake: Lake, urls: Collection[str], sources: Collection[str]) -> Iterator[str]:
    """The articles at some addresses: an address is part of the keys of each source."""
    if not urls:
        return
    keys = {
        "page_key": [url_key("", url) for url in urls],
        "url_key": [url_key(source, url) for url in urls for source in sources],
    }
    keys["article_id"] = keys["url_key"]
    yield from (row["article_id"] for row in rows_with(lake, ["article_id"], keys) if row["article_id"])


def remove(
    lake: Lake, folders: Sequence[str], ids: Collection[str] | None, clock: Callable[[], datetime]
) -> Iterator[Removed]:
    """Removes the articles with these ids, or all, from partitions. Yields what each commit removed.

    The caller holds the lake and has called ``recover``. Raises DamagedError for a file that cannot be read; what was committed stays.
    """
    waiting = list(folders)
    while waiting:
        batch = _Batch(lake, ids, clock)
        while waiting and not batch.is_full:
            batch.add(waiting.pop(0))
        if batch.removed.rows:
            batch.commit()
            yield batch.removed


class _Rewriting:
    """Partitions that are rewritten in one commit, as one run."""

    def __init__(self, lake: Lake, clock: Callable[[], datetime]) -> None:
        self.written: list[DataFile] = []
        self.bytes_before = 0
        self.began = clock()
        self.run_id = new_run_id(self.began)
        self._lake = lake
        self._clock = clock
        self._replaced: list[str] = []

    def rewrite(
        self,
        folder: str,
        columns: Sequence[str],
        wanted: Callable[[pa.Table], pa.ChunkedArray],
        change: Callable[[pa.Table], pa.Table],
    ) -> None:
        """Stages the files of a partition that have wanted rows, changed. ``wanted`` needs these columns, if the files have them."""
        store = self._lake.store
        with ExitStack() as stack:
            paths = {}
            for path in sorted(store.files(folder)):
                if path.endswith(".parquet"):
                    copy = stack.enter_context(store.local_copy(path))
                    if _has_some(copy, columns, wanted):
                        paths[copy] = path
            if not paths:
                return
            temp = stack.enter_context(store.temp_folder(f"{staging_folder(self.run_id)}/merge"))
            self.bytes_before += sum(copy.stat().st_size for copy in paths)
            with Merge(dataset_of(folder), list(paths), temp) as merge:
                self.written += stage_sorted(self._lake, self.run_id, folder, map(change, merge.groups()))
        self._replaced += paths.values()

    def commit(self) -> None:
        """Makes the new files part of the lake, in place of the old ones."""
        record = RunRecord(
            run_id=self.run_id,
            started_at=self.began.isoformat(),
            finished_at=self._clock().isoformat(),
            engine=ENGINE,
            total=Counts(),
            sources={},
            written=self.written,
            removed=self._replaced,
        )
        commit(self._lake, record)


class _Batch:
    """The articles of some partitions, which become tombstones in one commit."""

    def __init__(self, lake: Lake, ids: Collection[str] | None, clock: Callable[[], datetime]) -> None:
        self.removed = Removed()
        self._lake = lake
        self._wanted = None if ids is None else pa.array(sorted(ids), pa.string())
        self._clock = clock
        self._files = _Rewriting(lake, clock)
        self._index: list[IndexRow] = []
        self._days: set[str] = set()

    @property
    def is_full(self) -> bool:
        """True when it is time for its commit."""
        return self._files.bytes_before >= _COMMIT_BYTES or len(self._files.written) >= _COMMIT_FOLDERS

    def add(self, folder: str) -> None:
        """Stages the new files of a partition of articles. Files without such articles stay."""
        day, source = day_and_source(f"{folder}/")
        columns = ("article_id", "removed_at")
        self._files.rewrite(folder, columns, self._is_wanted, lambda rows: self._with_tombstones(rows, source))
        self._days.add(day)

    def commit(self) -> None:
        """Makes the tombstones part of the lake, together with their rows in the index. The sketches of the articles go.

        A sketch has the hash of each word, so a dictionary would give the text back.
        """
        gone = pa.array(sorted(self.removed.articles), pa.string())

        def has_gone(rows: pa.Table) -> pa.ChunkedArray:
            return pc.is_in(rows["article_id"], value_set=gone)

        for day in sorted(self._days):
            self._files.rewrite(
                f"sketches/date={day}", ("article_id",), has_gone, lambda rows: rows.filter(pc.invert(has_gone(rows)))
            )
        self._forget_entries()
        self._files.written += stage(self._lake, self._files.run_id, partition(self._index[0]), self._index)
        self._files.commit()
        self.removed.bytes_before = self._files.bytes_before
        self.removed.bytes = sum(file.bytes for file in self._files.written if file.dataset != "index")

    def _forget_entries(self) -> None:
        """Commits rows without what feeds said about the articles. Rejects and the index have it for entries that are tried again.

        It is a commit of its own, before the tombstones, because both may write to the same day of the index.
        """
        entries = {
            row["entry_key"] for row in rows_with(self._lake, ["entry_key"], {"article_id": self.removed.articles})
        }
        moments = rows_with(self._lake, ["seen_at"], {"entry_key": entries})
        keys = pa.array(sorted(entries), pa.string())

        def has_entry(rows: pa.Table) -> pa.ChunkedArray:
            known = pc.is_in(rows["entry_key"], value_set=keys)
            return pc.and_(known, pc.is_valid(rows["entry"]) if "entry" in rows.column_names else False)

        def forget(rows: pa.Table) -> pa.Table:
            place = rows.schema.get_field_index("entry")
            without = pc.if_else(has_entry(rows), pa.scalar(None, pa.string()), rows["entry"])
            return rows.set_column(place, rows.schema.field(place), without)

        files = _Rewriting(self._lake, self._clock)
        for day in sorted({row["seen_at"].date() for row in moments}):
            for dataset in ("index", "rejects"):
                files.rewrite(f"{dataset}/date={day}", ("entry_key", "entry"), has_entry, forget)
        if files.written:
            files.commit()

    def _is_wanted(self, rows: pa.Table) -> pa.ChunkedArray:
        wanted = pc.is_valid(rows["article_id"])
        if self._wanted is not None:
            wanted = pc.is_in(rows["article_id"], value_set=self._wanted)
        return pc.and_(wanted, pc.is_null(rows["removed_at"])) if "removed_at" in rows.column_names else wanted

    def _with_tombstones(self, rows: pa.Table, source: str) -> pa.Table:
        """The rows, with a tombstone in place of each wanted article. Remembers the rows for the index."""
        wanted = self._is_wanted(rows)
        names = {item.name for item in fields(StoryArticle)} - {"source", "body"}
        for values in rows.filter(wanted).drop_columns(["body"]).to_pylist():
            article = StoryArticle(**{name: values[name] for name in names if name in values}, source=source, body="")
            # Its own instant: the files of past days are not written again, and a look-back finds the row.
            row = article_index_row(replace(article, entry=None, retry_at=None))
            began, run_id = self._files.began, self._files.run_id
            self._index.append(replace(row, seen_at=began, run_id=run_id, removed_at=began, final=True))
            self.removed.articles.add(article.article_id)
            self.removed.rows += 1
        columns = []
        for item in rows.schema:
            value: object = None
            if item.name == "removed_at":
                value = self._files.began
            elif item.name in KEPT:
                columns.append(rows[item.name])
                continue
            elif pa.types.is_list(item.type):
                value = []
            elif not item.nullable:
                value = "" if pa.types.is_string(item.type) else 0
            columns.append(pc.if_else(wanted, pa.scalar(value, item.type), rows[item.name]))
        return pa.Table.from_arrays([_chunked(column) for column in columns], schema=rows.schema)


def _chunked(column: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _has_some(path: Path, columns: Sequence[str], wanted: Callable[[pa.Table], pa.ChunkedArray]) -> bool:
    with pq.ParquetFile(path) as file:
        names = [name for name in columns if name in file.schema_arrow.names]
        return any(pc.any(wanted(pa.Table.from_batches([batch]))).as_py() for batch in file.iter_batches(columns=names))

"""The lake as Arrow tables, for readers: the latest revision of each article, stories, rejects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from schemas import Dataset, IndexRow, StoryArticle
from transforms.lake.layout import RECORDS, Lake, LakeError, day_and_source
from transforms.lake.reading import arrow_dataset, column_in, columns_of, read_rows, retry_during_compaction

Day = date | str
"""A day in UTC: a date, or ``YYYY-MM-DD``."""
STORIES = pa.schema(
    [
        pa.field("story_id", pa.string(), nullable=False),
        ("headline", pa.string()),
        ("first_source", pa.string()),
        ("agency", pa.string()),
        ("first_published_at", pa.timestamp("us", "UTC")),
        ("last_published_at", pa.timestamp("us", "UTC")),
        ("sources", pa.list_(pa.string())),
        pa.field("articles", pa.int64(), nullable=False),
    ]
)
"""The columns of a story, the same as of the view ``stories`` in examples/views.sql."""


class LakeReader:
    """Reads a lake. It writes nothing and takes no lock, so passes and compactions may go on at the same time.

    All tables are Arrow tables. ``.to_pandas()``, ``polars.from_arrow(table)`` and ``duckdb.sql("FROM table")`` take them without a copy.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def __repr__(self) -> str:
        return f"LakeReader({str(self._lake.place)!r})"

    def articles(
        self,
        *,
        since: Day | None = None,
        until: Day | None = None,
        sources: Collection[str] | None = None,
        columns: Sequence[str] | None = None,
        revisions: bool = False,
    ) -> pa.Table:
        """The latest revision of each article, or all revisions. Raises LakeError, OSError, or ValueError for a wrong argument.

        ``since`` and ``until`` are the first and the last day of the column ``date``: the UTC day of ``published_at``, or else of
        ``first_seen_at``. ``sources`` are source ids. Only files of these days and sources are read. ``columns`` may name fields of
        StoryArticle, and ``date``. An article whose latest revision has another day is left out.
        """
        first, last = _day(since), _day(until)
        ids = {sources} if isinstance(sources, str) else sources

        def is_asked(day: str, source: str) -> bool:
            return _within(day, first, last) and (ids is None or source in ids)

        def read() -> pa.Table:
            paths = [path for path in self._lake.paths("articles", first) if is_asked(*day_and_source(path))]
            table = self._read("articles", paths, columns, ["article_id", "revision"])
            keys = table.select(["article_id", "revision"])
            if (first or last) and not revisions:
                keys = pa.concat_tables([keys, self._moved(keys["article_id"], first, last)])
            kept = _rows_once(keys, ["article_id", "revision"] if revisions else ["article_id"])
            return table.filter(kept.slice(0, table.num_rows)).select(columns or table.column_names)

        return retry_during_compaction(read)

    def stories(self) -> pa.Table:
        """One row for each story, with the columns of STORIES, sorted by ``first_published_at``. Raises LakeError, OSError.

        ``headline`` and ``first_source`` come from the story's first article, ``agency`` from the first article that credits one.
        Reads eight small columns of the whole lake.
        """
        columns = ["story_id", "article_id", "headline", "source", "agency", "published_at", "first_seen_at"]
        members = self.articles(columns=columns).sort_by(
            [(column, "ascending") for column in ("first_seen_at", "published_at", "article_id")]
        )
        begins = pc.equal(members["article_id"], members["story_id"])
        for column, origin in (("headline", "headline"), ("source", "first_source")):
            value = pc.if_else(begins, members[column], pa.scalar(None, pa.string()))
            members = members.append_column(f"origin_{origin}", value)
        # "first" depends on the order of rows, which threads do not keep.
        grouped = members.group_by("story_id", use_threads=False).aggregate(
            [
                ("origin_headline", "first"),
                ("origin_first_source", "first"),
                ("agency", "first"),
                ("published_at", "min"),
                ("published_at", "max"),
                ("article_id", "count"),
            ]
        )
        pairs = members.group_by(["story_id", "source"]).aggregate([]).sort_by([("source", "ascending")])
        ran = pairs.group_by("story_id", use_threads=False).aggregate([("source", "list")]).sort_by("story_id")
        grouped = grouped.sort_by("story_id")
        stories = pa.table(
            [
                grouped["story_id"],
                grouped["origin_headline_first"],
                grouped["origin_first_source_first"],
                grouped["agency_first"],
                grouped["published_at_min"],
                grouped["published_at_max"],
                ran["source_list"].cast(pa.list_(pa.string())),
                grouped["article_id_count"],
            ],
            schema=STORIES,
        )
        return stories.sort_by([("first_published_at", "ascending"), ("story_id", "ascending")])

    def rejects(
        self, *, since: Day | None = None, until: Day | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """The rejected feeds and entries. Raises LakeError, OSError, or ValueError for a wrong argument.

        ``since`` and ``until`` are the first and the last day of the column ``date``: the UTC day of the pass.
        """
        first, last = _day(since), _day(until)

        def read() -> pa.Table:
            paths = [
                path for path in self._lake.paths("rejects", first) if _within(day_and_source(path)[0], first, last)
            ]
            return self._read("rejects", paths, columns, [])

        return retry_during_compaction(read)

    def dataset(self, name: Dataset = "articles") -> ds.Dataset:
        """All rows of ``articles`` (every revision), ``rejects``, ``polls`` or ``index``, to scan lazily. Raises LakeError, OSError.

        The files are listed once. Call this again to see later passes, or after a compaction has replaced a file in the list.
        """
        record = RECORDS[name]
        paths = self._lake.paths(name)
        if not paths:
            return ds.dataset(columns_of(record, with_folders=True).empty_table())
        with self._lake.store.arrow_paths(paths) as (files, system):
            if system is None and not self._lake.is_local:  # the copies are deleted when this block ends
                raise LakeError(f"{self._lake.place} cannot be scanned lazily: Arrow has no file system for it.")
            return arrow_dataset(record, files, system, files[0].removesuffix(paths[0]))

    def _read(self, name: Dataset, paths: list[str], columns: Sequence[str] | None, keys: Sequence[str]) -> pa.Table:
        """Rows of some files with these columns, or all columns, and with the keys."""
        names = columns_of(RECORDS[name], with_folders=True).names
        if unknown := [column for column in columns or () if column not in names]:
            raise ValueError(f"{name} have no column {unknown[0]!r}. They have: {', '.join(names)}.")
        wanted = list(dict.fromkeys([*(columns or names), *keys]))
        return read_rows(self._lake, RECORDS[name], paths, wanted, keep=_as_they_are, with_folders=True)

    def _moved(self, article_ids: pa.ChunkedArray, first: str, last: str) -> pa.Table:
        """Keys of the revisions of these articles that have a day outside. A page that gets another date moves to another folder.

        The index is read to find them, because it has one file per day, and articles have one per day and source.
        """
        revised = (pc.field("outcome") == "article") & (pc.field("revision") > 1)
        wanted = revised & pc.field("article_id").isin(article_ids.combine_chunks())
        columns = ["article_id", "source", "published_at", "first_seen_at"]
        paths = self._lake.paths("index") if article_ids else []
        moved, folders = set(), set()
        for row in read_rows(self._lake, IndexRow, paths, columns, wanted).to_pylist():
            day = str((row["published_at"] or row["first_seen_at"]).date())
            if not _within(day, first, last):
                moved.add(row["article_id"])
                folders.add((day, row["source"]))
        paths = [path for path in self._lake.paths("articles") if day_and_source(path) in folders] if folders else []
        return read_rows(self._lake, StoryArticle, paths, ["article_id", "revision"], column_in("article_id", moved))


def _day(day: Day | None) -> str:
    if day is None:
        return ""
    if isinstance(day, datetime):
        raise ValueError("since and until are days in UTC, not instants: filter the table by published_at")
    return (day if isinstance(day, date) else date.fromisoformat(day)).isoformat()


def _within(day: str, first: str, last: str) -> bool:
    return first <= day and (not last or day <= last)


def _as_they_are(table: pa.Table) -> pa.Table:
    return table


def _rows_once(keys: pa.Table, by: list[str]) -> pa.Array:
    """True for one row of each group: the first row of its latest revision.

    A row may be there twice for a moment where a compaction cannot exchange folders in one step.
    """
    numbered = keys.append_column("row", pa.array(range(keys.num_rows), pa.int64()))
    latest = numbered.sort_by([("article_id", "ascending"), ("revision", "descending"), ("row", "ascending")])
    kept = latest.group_by(by, use_threads=False).aggregate([("row", "first")])["row_first"]
    return pc.is_in(numbered["row"], value_set=kept.combine_chunks())

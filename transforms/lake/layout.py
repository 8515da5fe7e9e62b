"""The lake: where things are in it, opening it, and one writer at a time. It is a local folder, or objects under one address.

articles/date=…/source=…/part-<run>.parquet      date: UTC day of published_at, else of first_seen_at
rejects/date=…/  polls/date=…/  index/date=…/    date: UTC day of the pass
runs/<run>.json                                  what each pass did
lake.json  _staging/<run>/                       format and version; work not yet committed
_lock  _owner.json                               the writer's lock on local disks, and who holds it
_streams/<job>.json  ….end  ….ended              a stream that runs, that it is to end, and that it has
_locks/<claim>.json  _closed/<run>.json          the same in object stores, and runs that may no longer commit
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

from schemas import (
    Dataset,
    FeedPoll,
    IndexRow,
    Reject,
    Row,
    StoryArticle,
    arrow_schema,
)
from transforms.accounting.run_record import RunRecord
from transforms.lake.stores.local import LocalStore
from transforms.lake.stores.protocol import Store

RECORDS: dict[Dataset, type[Row]] = {"articles": StoryArticle, "rejects": Reject, "polls": FeedPoll, "index": IndexRow}
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


def has_record(lake: Lake, run_id: str) -> bool:
    """True when a run is committed to its end."""
    return lake.store.exists(record_path(run_id))


def read_record(lake: Lake, run_id: str) -> RunRecord:
    """What a committed run did; raises FileNotFoundError for any other."""
    return RunRecord.from_json(lake.store.read(record_path(run_id)))


def run_ids(lake: Lake, since: str = "") -> list[str]:
    """Names of the committed runs, in order of time, from ``since`` on."""
    names = (name.removesuffix(".json") for name in lake.store.names(RUNS) if name.endswith(".json"))
    return [name for name in names if not name.startswith(".") and name >= since]


def record_path(run_id: str) -> str:
    return f"{RUNS}/{run_id}.json"


FORMAT = "copydesk lake"
STAGING, RUNS, MARKER, OWNER = "_staging", "runs", "lake.json", "_owner.json"
TOP_LEVEL = {
    "articles",
    "rejects",
    "polls",
    "index",
    RUNS,
    "archive",
    MARKER,
    "_lock",
    OWNER,
    "_locks",
    "_streams",
    "_closed",
    STAGING,
}
"""What a lake may hold at its top."""


class LakeError(Exception):
    """The lake cannot be used as it is; the message says what to do."""


class LakeBusyError(LakeError):
    """Another run is writing to the lake."""


@dataclass(frozen=True, slots=True)
class Lake:
    """One lake. Holds no open files or connections, so it travels to workers."""

    place: Path | str
    """A local folder, or an address such as ``s3://bucket/lake``."""

    @property
    def store(self) -> Store:
        """Its files; raises LakeError when an address cannot be used here."""
        return LocalStore(self.place) if isinstance(self.place, Path) else _beam_store(self.place)

    @property
    def is_local(self) -> bool:
        """True for a folder, False for objects."""
        return isinstance(self.place, Path)

    @property
    def name(self) -> str:
        """The last part of its place."""
        return str(self.place).rstrip("/").rpartition("/")[2]

    @property
    def root(self) -> Path:
        """The folder of a local lake."""
        if not isinstance(self.place, Path):
            raise LakeError(f"{self.place} is no local folder, and this works on local lakes only.")
        return self.place

    @property
    def staging(self) -> Path:
        """``_staging`` of a local lake."""
        return self.root / STAGING

    @property
    def runs(self) -> Path:
        """``runs`` of a local lake."""
        return self.root / RUNS

    def dataset(self, dataset: Dataset) -> Path:
        """The folder of a dataset in a local lake."""
        return self.root / dataset

    def files(self, dataset: Dataset, since: str = "") -> list[Path]:
        """Committed Parquet files of a dataset of a local lake, of the days from ``since`` (YYYY-MM-DD) on, in order."""
        return [
            file
            for day in sorted(self.dataset(dataset).glob("date=*"))
            if day.name >= f"date={since}"
            for file in sorted(day.rglob("*.parquet"))
        ]

    def paths(self, dataset: Dataset, since: str = "") -> list[str]:
        """The same of any lake, as paths relative to it."""
        if self.is_local:
            return [file.relative_to(self.root).as_posix() for file in self.files(dataset, since)]
        found = self.store.files(dataset)
        return sorted(path for path in found if path.endswith(".parquet") and path >= f"{dataset}/date={since}")


@cache
def _beam_store(address: str) -> Store:
    # Imported here, for Beam and the clients of clouds are slow to import and not needed by who has a local lake.
    from transforms.lake.stores.objects import BeamStore, UnusableError

    try:
        return BeamStore(address)
    except UnusableError as error:
        raise LakeError(str(error)) from error

"""Where everything is in a lake: names of files and folders, and the order of rows and columns in them. All names are built here.

A lake is a local folder, or the objects below one address::

    articles/date=…/source=…/part-<run>.parquet    date: the UTC day of published_at, or else of first_seen_at
    rejects/date=…/part-<run>.parquet              date: the UTC day of the pass
    polls/date=…/part-<run>.parquet
    index/date=…/part-<run>.parquet
    sketches/date=…/part-<run>.parquet             date: that of the article
    runs/<month>/<run>.json                        a run record; month: YYYY-MM, of the run id. Older lakes have runs/<run>.json
    lake.json                                      the marker: format and schema version
    _staging/<run>/                                files that are not committed yet
    _streams/<job>.json, .end, .ended              a running stream, the request to end it, and that it has ended
    _robots/<shard>.json                           robots.txt files of the last day
    _pass/<shard>.json                             what a pass that commits several times has asked hosts so far

On local disks only::

    _lock                                          the writer's lock
    _owner.json                                    the run that holds it
    _staging/<run>.taken/                          a staging folder that a recovery has taken from its run

In object stores only::

    _locks/<lease>.json                            the writer's lease
    _staging/<run>.<lease>/                        instead of _staging/<run>/
    _closed/<run>.<lease>.json                     says that this staging folder can no longer be committed
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pyarrow as pa

from schemas import CopydeskError, Dataset, FeedPoll, IndexRow, Reject, Row, Sketch, StoryArticle
from schemas.arrow import arrow_schema
from transforms.accounting.run_record import RunRecord
from transforms.lake.stores.local import LocalStore
from transforms.lake.stores.protocol import FileInfo, Store

RECORDS: dict[Dataset, type[Row]] = {
    "articles": StoryArticle,
    "rejects": Reject,
    "polls": FeedPoll,
    "index": IndexRow,
    "sketches": Sketch,
}
"""The record of which each dataset holds the rows."""
ORDER: dict[Dataset, tuple[str, ...]] = {
    "articles": ("published_at", "article_id", "revision"),
    "rejects": ("rejected_at", "source", "feed_url", "url", "entry_key"),
    "polls": ("source", "feed_url", "polled_at"),
    "index": ("url_key", "entry_key", "seen_at"),
    "sketches": ("article_id", "revision"),
}
"""The columns by which the rows of a file are sorted, so that readers can skip row groups."""
RUNS, MARKER, STAGING, STREAMS, ROBOTS, PASS = "runs", "lake.json", "_staging", "_streams", "_robots", "_pass"
LOCK, OWNER = "_lock", "_owner.json"
LEASES, CLOSED = "_locks", "_closed"
DATA_FILE = re.compile(
    r"(?:(articles)/date=(\d{4}-\d\d-\d\d)/source=[^/]+|(rejects|polls|index|sketches)/date=(\d{4}-\d\d-\d\d))/[^/.][^/]*\.parquet"
)
"""Paths of data files. Nothing else in a lake is read: what other programs leave there (``._part-….parquet``) is not."""
_MONTH = re.compile(r"\d{4}-\d\d")
_MONTH_OF_RUN = re.compile(r"(\d{4})(\d\d)\d\dT")
DAMAGED_JSON = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a JSON file of our own raises when it is empty, cut off or not ours."""
TOP_LEVEL = {*RECORDS, RUNS, MARKER, STAGING, STREAMS, ROBOTS, PASS, LOCK, OWNER, LEASES, CLOSED}
"""All names that a lake may have at its top."""


class LakeError(CopydeskError):
    """The lake cannot be used as it is."""

    exit_status = 2


class LakeBusyError(LakeError):
    """Another run is writing to the lake."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class Lake:
    """One lake. Holds no open files or connections, so it travels to workers."""

    place: Path | str
    """A local folder, or an address such as ``s3://bucket/lake``."""

    @property
    def store(self) -> Store:
        """Its files. Raises LakeError when the address cannot be used on this machine."""
        return LocalStore(self.place) if isinstance(self.place, Path) else _object_store(self.place)

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
        """The folder of a local lake. Raises LakeError for objects."""
        if not isinstance(self.place, Path):
            raise LakeError(f"{self.place} is not a local folder, and this works on local lakes only.")
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
        """Committed Parquet files of a dataset in a local lake, sorted, from the day ``since`` (YYYY-MM-DD) on."""
        return [self.root / path for path in self.paths(dataset, since)]

    def paths(self, dataset: Dataset, since: str = "") -> list[str]:
        """The same for any lake, as paths relative to it."""
        return sorted(self.listing(dataset, since))

    def listing(self, dataset: Dataset, since: str = "") -> dict[str, FileInfo]:
        """The same by path, with the size of each file and the time of its last change; in no order."""
        files, first = self.store.files(dataset), f"{dataset}/date={since}"
        return {path: info for path, info in files.items() if path >= first and DATA_FILE.fullmatch(path)}


@cache
def _object_store(address: str) -> Store:
    # Imported here because Beam and the clients of clouds are slow to import, and a local lake does not need them.
    from transforms.lake.stores.objects import BeamStore, UnusableError

    try:
        return BeamStore(address)
    except UnusableError as error:
        raise LakeError(str(error)) from error


# Datasets


def partition(row: Row) -> str:
    """The folder of a row relative to the lake, such as ``articles/date=2026-10-01/source=apnews``."""
    if isinstance(row, StoryArticle):
        return f"articles/date={(row.published_at or row.first_seen_at).date()}/source={row.source}"
    if isinstance(row, Reject):
        return f"rejects/date={row.rejected_at.date()}"
    if isinstance(row, FeedPoll):
        return f"polls/date={row.polled_at.date()}"
    if isinstance(row, Sketch):
        return f"sketches/date={(row.published_at or row.first_seen_at).date()}"
    return f"index/date={row.seen_at.date()}"


def dataset_of(folder: str) -> Dataset:
    """The dataset of a partition's folder, or of a path in it."""
    return folder.partition("/")[0]  # type: ignore[return-value]  # partition() begins with it


def day_and_source(path: str) -> tuple[str, str]:
    """The values in the folders of a file, such as ``("2026-10-01", "apnews")``. The source is empty except for articles."""
    values = dict(part.split("=", 1) for part in path.split("/")[1:-1])
    return values["date"], values.get("source", "")


@cache
def file_schema(dataset: Dataset) -> pa.Schema:
    """The columns in the files of a dataset."""
    schema = arrow_schema(RECORDS[dataset])
    # As in every Hive layout, a column of the path is not in the file too: pandas and Arrow refuse to merge the two.
    return schema.remove(schema.get_field_index("source")) if dataset == "articles" else schema


def sort_keys(dataset: Dataset) -> list[tuple[str, str]]:
    """ORDER in the form that Arrow takes."""
    return [(column, "ascending") for column in ORDER[dataset]]


# Run records


def record_path(run_id: str) -> str:
    """Path of the record of a new run. A run is committed once it exists."""
    month = _MONTH_OF_RUN.match(run_id)
    return f"{RUNS}/{month[1]}-{month[2]}/{run_id}.json" if month else _flat_record_path(run_id)


def _flat_record_path(run_id: str) -> str:
    """Path of a record that was written before records were laid out by month."""
    return f"{RUNS}/{run_id}.json"


def find_record(lake: Lake, run_id: str) -> str | None:
    """Path of the record of a run. None if it has none."""
    paths = dict.fromkeys((record_path(run_id), _flat_record_path(run_id)))
    return next((path for path in paths if lake.store.exists(path)), None)


def record_place(lake: Lake, run_id: str) -> str:
    """Path of the record of a run, for messages: where it is, or else would be."""
    return find_record(lake, run_id) or record_path(run_id)


def run_files(lake: Lake) -> Iterator[tuple[str, str | None]]:
    """Yields the path of each file in ``runs``, and the run of which it is the record; None if it is no record."""
    for path in _local_run_files(lake) if lake.is_local else lake.store.files(RUNS):
        run_id = json_stem(path.rpartition("/")[2])
        is_record = run_id is not None and path in (record_path(run_id), _flat_record_path(run_id))
        yield path, run_id if is_record else None


def run_months(lake: Lake) -> list[str]:
    """The folders of months in ``runs`` of a local lake, in order."""
    return [f"{RUNS}/{name}" for name in lake.store.names(RUNS) if _MONTH.fullmatch(name)]


def _local_run_files(lake: Lake) -> Iterator[str]:
    for name in lake.store.names(RUNS):
        if _MONTH.fullmatch(name):
            yield from (f"{RUNS}/{name}/{inside}" for inside in lake.store.names(f"{RUNS}/{name}"))
        else:
            yield f"{RUNS}/{name}"


def run_ids(lake: Lake) -> list[str]:
    """Names of the committed runs, in order of time."""
    return sorted({run_id for _, run_id in run_files(lake) if run_id is not None})


def latest_run_ids(lake: Lake, since: datetime, until: datetime) -> list[str]:
    """Names of the committed runs from ``since`` on, in order of time.

    Lists the months of ``since`` and ``until`` only, which may be one and the same. There may be 40,000 runs in each.
    """
    found: list[str] = []
    for month in sorted({f"{since:%Y-%m}", f"{until:%Y-%m}"}):
        names = lake.store.names(f"{RUNS}/{month}")
        recent = names[bisect_left(names, f"{since:%Y%m%dT%H%M%SZ}") :]
        found += [
            name.removesuffix(".json")
            for name in recent
            if record_path(json_stem(name) or "").endswith(f"/{month}/{name}")
        ]
    return found


def has_record(lake: Lake, run_id: str) -> bool:
    """True when a run is committed."""
    return find_record(lake, run_id) is not None


def read_record(lake: Lake, run_id: str) -> RunRecord:
    """The record of a committed run. Raises FileNotFoundError for any other run."""
    try:
        text = lake.store.read(record_path(run_id))
    except FileNotFoundError:
        text = lake.store.read(_flat_record_path(run_id))
    return RunRecord.from_json(text)


def json_stem(name: str) -> str | None:
    """The name of a JSON file without ``.json``. None for any other file, and for the hidden name of one that is still being written."""
    return name.removesuffix(".json") if name.endswith(".json") and not name.startswith(".") else None


# Staging


def staging_folder(run_id: str, lease: str | None = None) -> str:
    """The folder of a run's uncommitted files; in an object store it also bears the name of the run's lease."""
    return f"{STAGING}/{run_id}.{lease}" if lease else f"{STAGING}/{run_id}"


def taken_folder(folder: str, number: int = 1) -> str:
    """A name that a recovery gives to a staging folder on a local disk. More than one recovery may have taken the folder of a run."""
    return f"{folder}.taken" if number == 1 else f"{folder}.{number}.taken"


def is_taken(folder: str) -> bool:
    """True for a name of ``taken_folder``."""
    return folder.endswith(".taken")


def staging_folders(lake: Lake) -> list[str]:
    """All staging folders. Hidden ones are of other programs."""
    folders = (f"{STAGING}/{name}" for name in lake.store.names(STAGING) if not name.startswith("."))
    return [folder for folder in folders if lake.store.is_folder(folder)]


def run_of(folder: str) -> str:
    """The run whose files are in a staging folder."""
    return folder.rpartition("/")[2].partition(".")[0]


def intent_path(folder: str) -> str:
    """The file in a staging folder that decides its commit."""
    return f"{folder}/intent.json"


def closed_path(folder: str) -> str:
    """The object that closes a staging folder in an object store."""
    return f"{CLOSED}/{folder.removeprefix(f'{STAGING}/')}.json"


def lease_path(name: str) -> str:
    """A writer's lease in an object store."""
    return f"{LEASES}/{name}.json"


def lease_name(path: str) -> str:
    """The inverse of ``lease_path``."""
    return path.removeprefix(f"{LEASES}/").removesuffix(".json")

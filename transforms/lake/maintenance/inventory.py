"""Compares the files that are in a lake with its run records, without opening a data file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from itertools import chain

from schemas import SCHEMA_VERSION, Dataset
from transforms.accounting.counts import Counts
from transforms.accounting.run_record import RunRecord
from transforms.files import partial_target
from transforms.lake.layout import (
    DATA_FILE,
    MARKER,
    RECORDS,
    STAGING,
    TOP_LEVEL,
    Lake,
    intent_path,
    run_files,
    run_of,
    staging_folders,
)
from transforms.lake.maintenance.problems import Kind, Problem
from transforms.lake.opening import marker_is_cut_off, marker_version
from transforms.lake.parquet import is_partial, run_of_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A file that is in the lake, by a run record."""

    rows: int | None
    """Its rows. None when the record cannot be read."""
    bytes: int | None
    """Its size. None when the record cannot be read."""
    staged: str | None = None
    """Its path in the staging folder, relative to the lake, while the commit is not finished. None for a finished commit."""


@dataclass(slots=True)
class Inventory:
    """The committed files of a lake, and the problems that show without opening a data file."""

    lake: Lake
    files: dict[str, Committed] = field(default_factory=dict)
    """Files that a run has written and none has removed, by path."""
    removed: dict[str, str] = field(default_factory=dict)
    """The run that replaced a file, by the file's path."""
    orphans: list[str] = field(default_factory=list)
    """Paths of Parquet files that are in the lake and in no record."""
    totals: dict[str, Counts] = field(default_factory=dict)
    """The counts of each run."""
    unread: set[str] = field(default_factory=set)
    """Runs whose record cannot be read."""
    busy: bool = False
    """True when a run is writing. The inventory then reports no problem in _staging."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: Kind, path: str, detail: str, repairable: bool = False) -> None:
        """Adds a problem."""
        self.problems.append(Problem(kind=kind, path=path, detail=detail, repairable=repairable))

    def places(self, path: str) -> list[str]:
        """Where to look for a committed file, in this order. A writer may move the file between two looks."""
        staged = self.files[path].staged
        return [path, staged, path] if staged else [path]

    def locate(self, path: str) -> str | None:
        """Where a committed file is at the moment. None when it is missing."""
        return next((place for place in self.places(path) if self.lake.store.exists(place)), None)


def day_of(path: str) -> tuple[Dataset, date] | None:
    """The dataset and the day of a data file, by its path. None for a path that no data file of a lake has."""
    match = DATA_FILE.fullmatch(path)
    if match is None:
        return None
    try:
        return (match[1] or match[3]), date.fromisoformat(match[2] or match[4])  # type: ignore[return-value]  # by DATA_FILE
    except ValueError:
        return None


def take_inventory(lake: Lake, busy: Callable[[], bool]) -> Inventory:
    """Compares a lake's files with its records. ``busy`` returns True when another process holds the lake.

    A writer may commit in the meantime, so the order matters: files are listed first, then intents are read, then records. A listed
    file was decided by an intent. That intent is either still there when intents are read, or its record is there when records are read.
    A commit that is decided counts as done.
    """
    inventory = Inventory(lake)
    _check_marker(inventory)
    store = lake.store
    files = list(_data_files(inventory))
    others = [*store.names(""), *(path for path, _ in run_files(lake))]
    intents = {folder: _intent(lake, folder) for folder in staging_folders(lake)}
    inventory.busy = busy()
    for folder, intent in intents.items():
        _check_staged(inventory, folder, intent)
    for path, run_id in run_files(lake):
        if run_id is None:
            _check_unknown(inventory, path)
        else:
            _check_record(inventory, path, run_id)
    for path in inventory.removed:
        inventory.files.pop(path, None)
    _adopt_files_of_unread_runs(inventory, files)
    for path in files:
        if path not in inventory.files:
            _check_uncommitted(inventory, path)
    for name in store.names(""):
        if name not in TOP_LEVEL:
            _check_unknown(inventory, name)
    ours = staging_folders(lake)
    for path in (f"{STAGING}/{name}" for name in store.names(STAGING)):
        if path not in ours and path not in intents:
            _check_unknown(inventory, path)
    for path in (*others, *files):
        # Nobody writes a partial file that was there before ``busy`` returned False and still is.
        if _is_partial(path) and not inventory.busy and store.exists(path):
            inventory.add(Kind.PARTIAL, path, "was never completed; it may be deleted", repairable=True)
    return inventory


def replaced_since(inventory: Inventory) -> bool:
    """True when a run has replaced files of the inventory after it was taken."""
    lake = inventory.lake
    known = inventory.totals.keys() | inventory.unread
    later = [_record(lake, path, run_id) for path, run_id in run_files(lake) if run_id and run_id not in known]
    decided = chain(later, (_intent(lake, folder) for folder in staging_folders(lake)))
    return any(not inventory.files.keys().isdisjoint(run.removed) for run in decided if isinstance(run, RunRecord))


def _data_files(inventory: Inventory) -> Iterator[str]:
    """All files in the folders of the datasets. The folder of a day may be a link to another disk."""

    def refused(folder: str, error: OSError) -> None:
        inventory.add(Kind.UNREADABLE, folder, error.strerror or str(error))

    return inventory.lake.store.walk(RECORDS, refused)


def _check_marker(inventory: Inventory) -> None:
    """Raises LakeError for the marker of something else."""
    try:
        version = marker_version(inventory.lake)
    except FileNotFoundError:
        is_lake = TOP_LEVEL.issuperset(inventory.lake.store.names(""))
        inventory.add(Kind.LAKE_RECORD, MARKER, "is missing; the next run writes it", repairable=is_lake)
    except (OSError, ValueError) as error:
        again = marker_is_cut_off(inventory.lake)
        remedy = "the next run writes it again" if again else "restore it from a backup"
        inventory.add(Kind.LAKE_RECORD, MARKER, f"is damaged ({error}): {remedy}", repairable=again)
    else:
        if version > SCHEMA_VERSION:
            inventory.add(Kind.NEWER, MARKER, _newer(version))


def _newer(version: object) -> str:
    return f"has schema version {version}, and this Copydesk knows {SCHEMA_VERSION}: upgrade it"


def _intent(lake: Lake, folder: str) -> RunRecord | str | None:
    """The intent in a staging folder: None when there is none, and what is wrong with it when it cannot be used."""
    path = intent_path(folder)
    return _record(lake, path, run_of(folder)) if lake.store.exists(path) else None


def _check_staged(inventory: Inventory, folder: str, intent: RunRecord | str | None) -> None:
    if isinstance(intent, RunRecord):
        _enter(inventory, intent, folder)
    if inventory.busy or not inventory.lake.store.is_folder(folder):
        return  # it belongs to a run that is working, or was finished in the meantime
    if intent is None:
        detail = "the run died before its commit; the next run discards this"
    elif isinstance(intent, RunRecord):
        detail = "the run died during its commit; the next run finishes it"
    else:
        detail = f"its intent.json {intent}: the next run discards this, or leaves it here if it finds files of that run in the lake"
    inventory.add(Kind.LEFTOVER, folder, detail, repairable=not isinstance(intent, str))


def _record(lake: Lake, path: str, run_id: str) -> RunRecord | str:
    """The run record in a file, or what is wrong with it."""
    try:
        record = RunRecord.from_json(lake.store.read(path))
        numbers = chain(
            *(asdict(counts).values() for counts in (record.total, *record.sources.values())),
            *((file.rows, file.bytes) for file in record.written),
        )
        if not all(type(number) is int for number in (*numbers, record.schema_version)):
            return "has counts that are not numbers"
        paths = (*(file.path for file in record.written), *record.removed)
        outside = [path for path in paths if day_of(path) is None]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return f"cannot be read ({type(error).__name__}: {error})"
    if record.run_id != run_id:
        return f"is the record of another run, {record.run_id}"
    if outside:
        return f"names a file where no data can be: {outside[0]}"
    return record


def _check_record(inventory: Inventory, path: str, run_id: str) -> None:
    record = _record(inventory.lake, path, run_id)
    version = record.schema_version if isinstance(record, RunRecord) else _record_version(inventory.lake, path)
    if version > SCHEMA_VERSION:
        inventory.add(Kind.NEWER, path, _newer(version))
    if not isinstance(record, RunRecord):
        inventory.unread.add(run_id)
        inventory.add(Kind.RUN_RECORD, path, f"{record}: restore it from a backup")
        return
    _enter(inventory, record, None)
    if not record.balanced or not record.total.balanced:
        inventory.add(Kind.UNBALANCED, path, "entries are not articles + seen + rejects")
    elif any(
        getattr(record.total, item.name) != sum(getattr(counts, item.name) for counts in record.sources.values())
        for item in fields(Counts)
    ):
        inventory.add(Kind.UNBALANCED, path, "its total is not the sum of its sources")


def _record_version(lake: Lake, path: str) -> int:
    """The schema version of a record that cannot be read as a whole; 0 when that cannot be read either."""
    try:
        return int(json.loads(lake.store.read(path))["schema_version"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0


def _enter(inventory: Inventory, record: RunRecord, staged: str | None) -> None:
    """Adds the files of a run. ``staged`` is its staging folder while its commit is not finished."""
    inventory.totals[record.run_id] = record.total
    inventory.removed |= dict.fromkeys(record.removed, record.run_id)
    for file in record.written:
        place = f"{staged}/{file.path}" if staged else None
        inventory.files[file.path] = Committed(rows=file.rows, bytes=file.bytes, staged=place)


def _adopt_files_of_unread_runs(inventory: Inventory, files: Iterable[str]) -> None:
    """Counts files as committed that are named after a run whose record cannot be read."""
    for path in files:
        run_id = run_of_file(path.rpartition("/")[2])
        if run_id in inventory.unread and path not in inventory.removed and day_of(path):
            inventory.files.setdefault(path, Committed(rows=None, bytes=None))


def _check_uncommitted(inventory: Inventory, path: str) -> None:
    """A file among the data that no record names. Parquet files are read later."""
    name = path.rpartition("/")[2]
    if name.endswith(".parquet") and not name.startswith("."):
        inventory.orphans.append(path)
    elif not _is_partial(path):
        inventory.add(Kind.ORPHAN, path, "is not a file of the lake: move it out")


def _check_unknown(inventory: Inventory, path: str) -> None:
    if not _is_partial(path) and inventory.lake.store.exists(path):
        inventory.add(Kind.UNKNOWN, path, "is not part of a lake: move it out")


def _is_partial(path: str) -> bool:
    """True for the hidden name of a Parquet or JSON file that is being written, or never was completed."""
    name = path.rpartition("/")[2]
    return is_partial(name) or (partial_target(name) or "").endswith(".json")

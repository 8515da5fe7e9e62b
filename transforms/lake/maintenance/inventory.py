"""What is in a lake's folder beside what the records of its runs say is there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import chain

from schemas import SCHEMA_VERSION, Dataset
from transforms.accounting.counts import Counts
from transforms.accounting.run_record import RunRecord
from transforms.lake.fences import INTENT, run_of
from transforms.lake.layout import FORMAT, MARKER, RECORDS, RUNS, STAGING, TOP_LEVEL, Lake, LakeError
from transforms.lake.maintenance.problems import Kind, Problem

_PLACE = re.compile(
    r"(?:(articles)/date=(\d{4}-\d\d-\d\d)/source=[^/]+|(rejects|polls|index)/date=(\d{4}-\d\d-\d\d))/[^/.][^/]*\.parquet"
)
_PARTIAL = re.compile(r"\.part-.*|\.[0-9a-f]{16}\.partial|\..+\.json\.[0-9a-f]{8}")
"""Names under which files are written before they get their own."""
_OF_RUN = re.compile(r"part-(.+?)(?:-\d{5})?\.parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A file that the record of a run says is in the lake."""

    rows: int | None
    """Its rows; None when the run's record cannot be read."""
    bytes: int | None
    """Its size; None likewise."""
    staged: str | None = None
    """Where it stands, relative to the lake, as long as the commit is not finished; None for a finished one."""


@dataclass(slots=True)
class Inventory:
    """The committed files, and the first problems: those that show without opening a data file."""

    lake: Lake
    files: dict[str, Committed] = field(default_factory=dict)
    """Committed files by path; written by some run, and removed by none."""
    removed: dict[str, str] = field(default_factory=dict)
    """The run that replaced a file, by its path."""
    orphans: list[str] = field(default_factory=list)
    """Paths of Parquet files that are in the lake and in no record."""
    totals: dict[str, Counts] = field(default_factory=dict)
    """What each run counted."""
    unread: set[str] = field(default_factory=set)
    """Runs whose record cannot be read."""
    busy: bool = False
    """True when a run is writing, so that _staging was left alone."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: Kind, path: str, detail: str, repairable: bool = False) -> None:
        """Notes a problem."""
        self.problems.append(Problem(kind=kind, path=path, detail=detail, repairable=repairable))

    def places(self, path: str) -> list[str]:
        """Where to look for a committed file, one after the other: a writer may move it between two looks."""
        staged = self.files[path].staged
        return [path, staged, path] if staged else [path]

    def locate(self, path: str) -> str | None:
        """Where a committed file is just now; None when it is not there."""
        return next((place for place in self.places(path) if self.lake.store.exists(place)), None)


def day_of(path: str) -> tuple[Dataset, date] | None:
    """The dataset and the day of a data file by its path; None when no data file of a lake is called so."""
    match = _PLACE.fullmatch(path)
    if match is None:
        return None
    try:
        return (match[1] or match[3]), date.fromisoformat(match[2] or match[4])  # type: ignore[return-value]  # by _PLACE
    except ValueError:
        return None


def take_inventory(lake: Lake, busy: Callable[[], bool]) -> Inventory:
    """Lists a lake beside its records. ``busy`` tells whether another process holds the lake's lock.

    The order makes it right beside a writer: a file that is found was decided on by an intent, which is still there when the
    intents are read after it, or has become a record when the records are read after those. A decided commit counts as done.
    """
    inventory = Inventory(lake)
    _check_marker(inventory)
    found = list(_data_files(inventory))
    store = lake.store
    beside = [*store.names(""), *(f"{RUNS}/{name}" for name in store.names(RUNS))]
    intents = {folder: _intent(lake, folder) for folder in _staged(lake)}
    inventory.busy = busy()
    for folder, intent in intents.items():
        _check_staged(inventory, folder, intent)
    for name in store.names(RUNS):
        if name.endswith(".json") and not name.startswith("."):
            _check_record(inventory, name)
        else:
            _check_known(inventory, f"runs/{name}", False)
    for path in inventory.removed:
        inventory.files.pop(path, None)
    _adopt_unread(inventory, found)
    for path in found:
        if path not in inventory.files:
            _check_stray(inventory, path)
    for name in store.names(""):
        _check_known(inventory, name, name in TOP_LEVEL)
    for name in store.names(STAGING):
        _check_known(inventory, f"{STAGING}/{name}", store.is_folder(f"{STAGING}/{name}"))
    for path in (*beside, *found):
        # What is still there, and was before nobody wrote, is nobody's.
        if _is_partial(path) and not inventory.busy and store.exists(path):
            inventory.add(Kind.PARTIAL, path, "was never written to its end; it may be deleted", repairable=True)
    return inventory


def replaced_since(inventory: Inventory) -> bool:
    """True when a run has replaced files of the inventory after it was taken."""
    lake = inventory.lake
    seen = _record_names(inventory)
    later = [_record(lake, f"{RUNS}/{name}", name) for name in lake.store.names(RUNS) if name not in seen]
    decided = chain(later, (_intent(lake, folder) for folder in _staged(lake)))
    return any(not inventory.files.keys().isdisjoint(run.removed) for run in decided if isinstance(run, RunRecord))


def _record_names(inventory: Inventory) -> set[str]:
    return {f"{run_id}.json" for run_id in (*inventory.totals, *inventory.unread)}


def _data_files(inventory: Inventory) -> Iterator[str]:
    """Every file below the folders of the datasets. A day may be a link to another disk."""

    def refused(folder: str, error: OSError) -> None:
        inventory.add(Kind.UNREADABLE, folder, error.strerror or str(error))

    return inventory.lake.store.walk(RECORDS, refused)


def _check_marker(inventory: Inventory) -> None:
    """Of lake.json; raises LakeError for one that says that this is something else."""
    store = inventory.lake.store
    try:
        held = json.loads(store.read(MARKER))
        told, version = held["format"], int(held["schema_version"])
    except FileNotFoundError:
        strange = set(store.names("")) - TOP_LEVEL
        inventory.add(Kind.LAKE_RECORD, MARKER, "is missing; the next run makes it anew", repairable=not strange)
        return
    except (OSError, ValueError, KeyError, TypeError) as error:
        inventory.add(Kind.LAKE_RECORD, MARKER, f"is damaged ({error}): restore it from a backup")
        return
    if told != FORMAT:
        raise LakeError(f"{store.address}/{MARKER} is not of a Copydesk lake.")
    if version > SCHEMA_VERSION:
        inventory.add(Kind.NEWER, MARKER, _newer(version))


def _newer(version: object) -> str:
    return f"has schema version {version}, and this Copydesk knows {SCHEMA_VERSION}: upgrade it"


def _staged(lake: Lake) -> list[str]:
    folders = (f"{STAGING}/{name}" for name in lake.store.names(STAGING))
    return [folder for folder in folders if lake.store.is_folder(folder)]


def _intent(lake: Lake, folder: str) -> RunRecord | str | None:
    """What a staged run has decided; None before it has, and a sentence when that cannot be read."""
    if not lake.store.exists(f"{folder}/{INTENT}"):
        return None
    return _record(lake, f"{folder}/{INTENT}", f"{run_of(folder)}.json")


def _check_staged(inventory: Inventory, name: str, intent: RunRecord | str | None) -> None:
    if isinstance(intent, RunRecord):
        _enter(inventory, intent, name)
    if inventory.busy or not inventory.lake.store.is_folder(name):
        return  # a running run's, or finished meanwhile
    if intent is None:
        inventory.add(Kind.LEFTOVER, name, "the run died before its commit; the next run discards this", True)
    elif isinstance(intent, RunRecord):
        inventory.add(Kind.LEFTOVER, name, "the run died within its commit; the next run finishes it", True)
    else:
        inventory.add(
            Kind.LEFTOVER, name, f"its intent.json {intent}, and no run can begin: move the folder out of the lake"
        )


def _record(lake: Lake, path: str, name: str) -> RunRecord | str:
    """The record of a run, or what is wrong with it."""
    try:
        summary = RunRecord.from_json(lake.store.read(path))
        numbers = chain(
            *(asdict(counts).values() for counts in (summary.total, *summary.sources.values())),
            *((written.rows, written.bytes) for written in summary.written),
        )
        if not all(type(number) is int for number in (*numbers, summary.schema_version)):
            return "has counts that are not numbers"
        strange = [
            path for path in (*(written.path for written in summary.written), *summary.removed) if day_of(path) is None
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return f"cannot be read ({type(error).__name__}: {error})"
    if f"{summary.run_id}.json" != name:
        return f"is of another run, {summary.run_id}"
    if strange:
        return f"names a file where no data can be: {strange[0]}"
    return summary


def _check_record(inventory: Inventory, name: str) -> None:
    path = f"{RUNS}/{name}"
    run = _record(inventory.lake, path, name)
    version = run.schema_version if isinstance(run, RunRecord) else _version(inventory.lake, path)
    if version > SCHEMA_VERSION:
        inventory.add(Kind.NEWER, path, _newer(version))
    if not isinstance(run, RunRecord):
        inventory.unread.add(name.removesuffix(".json"))
        inventory.add(Kind.RUN_RECORD, path, f"{run}: restore it from a backup")
        return
    _enter(inventory, run, None)
    if not run.balanced or not run.total.balanced:
        inventory.add(Kind.UNBALANCED, path, "entries are not articles + seen + rejects")
    elif run.total != Counts.sum(run.sources.values()):
        inventory.add(Kind.UNBALANCED, path, "its total is not the sum of its sources")


def _version(lake: Lake, record: str) -> int:
    """The schema version of a record that cannot be read otherwise; 0 when that cannot be read either."""
    try:
        return int(json.loads(lake.store.read(record))["schema_version"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0


def _enter(inventory: Inventory, run: RunRecord, staged: str | None) -> None:
    inventory.totals[run.run_id] = run.total
    inventory.removed |= dict.fromkeys(run.removed, run.run_id)
    for written in run.written:
        home = None if staged is None else f"{staged}/{written.path}"
        inventory.files[written.path] = Committed(rows=written.rows, bytes=written.bytes, staged=home)


def _adopt_unread(inventory: Inventory, found: Iterable[str]) -> None:
    """Takes the files that bear the name of a run whose record cannot be read for that run's own."""
    for path in found:
        named = _OF_RUN.fullmatch(path.rpartition("/")[2])
        if named and named[1] in inventory.unread and path not in inventory.removed and day_of(path):
            inventory.files.setdefault(path, Committed(rows=None, bytes=None))


def _check_stray(inventory: Inventory, path: str) -> None:
    """A file below a dataset's folder that no record names: Parquet files are looked into later."""
    name = path.rpartition("/")[2]
    if name.endswith(".parquet") and not name.startswith("."):
        inventory.orphans.append(path)
    elif not _is_partial(path):
        inventory.add(Kind.ORPHAN, path, "is not a file of the lake: move it out")


def _check_known(inventory: Inventory, path: str, known: bool) -> None:
    if not known and not _is_partial(path) and inventory.lake.store.exists(path):
        inventory.add(Kind.UNKNOWN, path, "is not of a lake: move it out")


def _is_partial(path: str) -> bool:
    return _PARTIAL.fullmatch(path.rpartition("/")[2]) is not None

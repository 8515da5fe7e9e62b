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

import errno
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from pathlib import Path

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

from schemas import SCHEMA_VERSION, Dataset
from transforms.claims import ClaimedError, claiming, is_claimed
from transforms.store import LocalStore, Store

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
    from transforms.beam_store import BeamStore, UnusableError

    try:
        return BeamStore(address)
    except UnusableError as error:
        raise LakeError(str(error)) from error


def new_run_id(now: datetime) -> str:
    """A name for a pass that sorts by time: ``20261001T081500Z-3f9a1c``."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def lake_at(root: str | Path) -> Lake:
    """The lake that is meant by ``root``, whether it is there or not."""
    if "://" in str(root):
        return Lake(str(root).rstrip("/"))
    return Lake(Path(root).expanduser().absolute())


def open_lake(root: str | Path) -> Lake:
    """The lake at ``root``, made if there is none; raises LakeError with the remedy."""
    lake = lake_at(root)
    try:
        if lake.is_local:
            if lake.root.exists() and not lake.root.is_dir():
                raise LakeError(f"{lake.root} is a file. Give --lake a folder, new or made by an earlier run.")
            lake.root.mkdir(parents=True, exist_ok=True)
        if lake.store.exists(MARKER):
            _check_marker(lake)
        else:
            _refuse_strangers(lake)
            lake.store.write_json(MARKER, {"format": FORMAT, "schema_version": SCHEMA_VERSION})
        if lake.is_local:
            lake.staging.mkdir(exist_ok=True)
            lake.runs.mkdir(exist_ok=True)
    except OSError as error:
        raise _unwritable(lake, "written", error) from error
    return lake


def existing_lake(root: str | Path) -> Lake:
    """The lake at ``root``, which must be there: whoever looks at a lake, or after it, makes none. Raises LakeError."""
    lake = lake_at(root)
    try:
        found = (lake.root / MARKER).is_file() if lake.is_local else lake.store.exists(MARKER)
    except OSError as error:
        raise _unwritable(lake, "read", error) from error
    if not found:
        raise LakeError(
            f"{root} is not a lake: it has no lake.json. Give --lake the folder that copydesk run wrote to."
        )
    return open_lake(root)


def _unwritable(lake: Lake, how: str, error: OSError) -> LakeError:
    remedy = "Give --lake a writable folder." if lake.is_local else "Check the bucket, and what your credentials allow."
    return LakeError(f"{lake.place} cannot be {how}: {error.strerror or error}. {remedy}")


def _check_marker(lake: Lake) -> None:
    marker = f"{lake.place}/{MARKER}"
    try:
        found = json.loads(lake.store.read(MARKER))
        version = int(found["schema_version"])
        known = found["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise LakeError(f"{marker} is damaged ({error}). Restore it from a backup, or use another folder.") from error
    if not known:
        raise LakeError(f"{marker} is not of a Copydesk lake. Give --lake another folder.")
    if version > SCHEMA_VERSION:
        raise LakeError(
            f"{lake.place} was written by a newer Copydesk (schema version {version}; this one knows {SCHEMA_VERSION})."
            " Upgrade Copydesk, or use another folder."
        )


def _refuse_strangers(lake: Lake) -> None:
    # A run that was killed while it made the lake has left a part of the marker.
    strangers = [name for name in lake.store.names("") if name not in TOP_LEVEL and not name.startswith(f".{MARKER}.")]
    if strangers:
        raise LakeError(
            f"{lake.place} is not a lake and holds other files ({', '.join(strangers[:3])}…)."
            " Give --lake an empty or a new folder."
        )


@contextmanager
def writing(lake: Lake, run_id: str) -> Iterator[None]:
    """Holds the lake for a run. Raises LakeBusyError when another one does, LakeError when the place cannot be locked.

    On local disks it is a lock of the operating system, which frees it when the process ends, however it ends. In object stores it is a
    claim that expires (see claims): it keeps others away for two minutes after its holder died.
    """
    if lake.is_local:
        with _locked(lake, run_id):
            _raise_version(lake)
            yield
        return
    with ExitStack() as held:
        try:
            held.enter_context(claiming(lake.store, run_id))
        except ClaimedError as error:
            raise _busy(lake, str(error)) from None
        except OSError as error:
            raise _unwritable(lake, "locked", error) from error
        _raise_version(lake)
        yield


def _raise_version(lake: Lake) -> None:
    """What we write, an older Copydesk must not take for its own."""
    if lake.store.exists(MARKER) and json.loads(lake.store.read(MARKER))["schema_version"] < SCHEMA_VERSION:
        lake.store.write_json(MARKER, {"format": FORMAT, "schema_version": SCHEMA_VERSION})


def is_busy(lake: Lake) -> bool:
    """True when a run holds the lake, or when that cannot be told because it may only be read."""
    if not lake.is_local:
        return is_claimed(lake.store)
    if not (lake.root / "_lock").exists():
        return False
    try:
        with FileLock(lake.root / "_lock", timeout=0):
            return False
    except (Timeout, OSError):
        return True


@contextmanager
def _locked(lake: Lake, run_id: str) -> Iterator[None]:
    owner = lake.root / OWNER
    lock: BaseFileLock = FileLock(lake.root / "_lock")
    try:
        lock.acquire(timeout=0)
        if isinstance(lock, SoftFileLock):  # what filelock falls back to; it would outlive a process that was killed
            lock.release()
            raise NotImplementedError
    except Timeout:
        raise _busy(lake, _said_by(owner)) from None
    except NotImplementedError:
        raise LakeError(f"{lake.root} is on a disk without locks. {_ANOTHER_DISK}") from None
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP):
            raise LakeError(f"{lake.root} is on a disk without locks. {_ANOTHER_DISK}") from error
        raise _unwritable(lake, "locked", error) from error
    try:
        try:
            lake.store.write_json(OWNER, {"run_id": run_id, "pid": os.getpid(), "since": _now()})
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise LakeError(
                f"{lake.root} cannot be written, or its files cannot be renamed: {error.strerror or error}. {_ANOTHER_DISK}"
            ) from error
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


_ANOTHER_DISK = (
    "A lake needs a disk with locks and renames: give --lake a folder on another one, or a bucket's address."
)


def _busy(lake: Lake, who: str) -> LakeBusyError:
    said = f" ({who})" if who else ""
    return LakeBusyError(f"Another run is writing to {lake.place}{said}. Wait until it has ended, or use another lake.")


def owner_of(root: Path) -> str | None:
    """The run that holds a local lake, or that held it when it died; None when nobody does."""
    try:
        return str(json.loads((root / OWNER).read_text(encoding="utf-8"))["run_id"])
    except FileNotFoundError:
        return None


def _said_by(owner: Path) -> str:
    try:
        said = json.loads(owner.read_text(encoding="utf-8"))
        return f"run {said['run_id']}, process {said['pid']}, since {said['since']}"
    except (OSError, ValueError, KeyError):
        return ""  # the owner's note is a courtesy: the lock alone decides


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()

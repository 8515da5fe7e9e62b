"""One writer at a time: an operating-system lock on local disks, a lease in object stores."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from pathlib import Path

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

from schemas import SCHEMA_VERSION
from transforms.lake.layout import FORMAT, MARKER, OWNER, Lake, LakeBusyError, LakeError
from transforms.lake.leases import LeaseHeldError, holding_lease, is_leased
from transforms.lake.opening import unusable_lake


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
            held.enter_context(holding_lease(lake.store, run_id))
        except LeaseHeldError as error:
            raise _busy(lake, str(error)) from None
        except OSError as error:
            raise unusable_lake(lake, "locked", error) from error
        _raise_version(lake)
        yield


def _raise_version(lake: Lake) -> None:
    """What we write, an older Copydesk must not take for its own."""
    if lake.store.exists(MARKER) and json.loads(lake.store.read(MARKER))["schema_version"] < SCHEMA_VERSION:
        lake.store.write_json(MARKER, {"format": FORMAT, "schema_version": SCHEMA_VERSION})


def is_busy(lake: Lake) -> bool:
    """True when a run holds the lake, or when that cannot be told because it may only be read."""
    if not lake.is_local:
        return is_leased(lake.store)
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
        raise unusable_lake(lake, "locked", error) from error
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

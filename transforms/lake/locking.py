"""One writer at a time: a lock of the operating system on local disks, a lease in object stores."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

from schemas import SCHEMA_VERSION
from transforms.lake.layout import LOCK, MARKER, OWNER, Lake, LakeBusyError, LakeError
from transforms.lake.leases import LeaseHeldError, holding_lease, is_leased, rename_lease
from transforms.lake.opening import marker_version, unusable, write_marker

_ANOTHER_DISK = (
    "A lake needs a disk with locks and renames: give --lake a folder on another one, or a bucket's address."
)


@contextmanager
def writing(lake: Lake, run_id: str) -> Iterator[None]:
    """Holds the lake for a run. Raises LakeBusyError when another run holds it, LakeError when it cannot be locked.

    On local disks, the operating system frees the lock when the process ends in any way. In object stores, the lease of a process that
    died keeps others away until it expires, two minutes later (see leases).
    """
    with ExitStack() as stack:
        if lake.is_local:
            stack.enter_context(_holding_lock(lake, run_id))
        else:
            try:
                stack.enter_context(holding_lease(lake.store, run_id))
            except LeaseHeldError as error:
                raise _busy(lake, str(error)) from None
            except OSError as error:
                raise unusable(lake, "locked", error) from error
        # From here on an older Copydesk must not take the lake for its own.
        if lake.store.exists(MARKER) and marker_version(lake) < SCHEMA_VERSION:
            write_marker(lake)
        yield


def go_on_as(lake: Lake, run_id: str) -> None:
    """Holds the lake for the next run, after another one of this process that holds it: nobody else gets it in between. Raises OSError."""
    if lake.is_local:
        _write_owner(lake, run_id)
    else:
        rename_lease(lake.store, run_id)


def is_busy(lake: Lake) -> bool:
    """True when a run holds the lake, and also when the lock cannot be tried because the lake is read-only."""
    if not lake.is_local:
        return is_leased(lake.store)
    if not (lake.root / LOCK).exists():
        return False
    try:
        with FileLock(lake.root / LOCK, timeout=0):
            return False
    except (Timeout, OSError):
        return True


def owner_of(lake: Lake) -> str | None:
    """The run that holds a local lake, or that held it when it died. None when no run does, or the note about it is damaged."""
    try:
        return str(json.loads(lake.store.read(OWNER))["run_id"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def _holding_lock(lake: Lake, run_id: str) -> Iterator[None]:
    lock: BaseFileLock = FileLock(lake.root / LOCK)
    try:
        lock.acquire(timeout=0)
        if isinstance(lock, SoftFileLock):  # filelock's fallback, which would outlive a process that was killed
            lock.release()
            raise NotImplementedError
    except Timeout:
        raise _busy(lake, _owner_description(lake)) from None
    except NotImplementedError:
        raise _without_locks(lake) from None
    except OSError as error:
        if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP):
            raise _without_locks(lake) from error
        raise unusable(lake, "locked", error) from error
    try:
        _write_owner(lake, run_id)
        yield
    finally:
        (lake.root / OWNER).unlink(missing_ok=True)
        lock.release()


def _write_owner(lake: Lake, run_id: str) -> None:
    since = datetime.now(timezone.utc).isoformat()
    try:
        lake.store.write_json(OWNER, {"run_id": run_id, "pid": os.getpid(), "since": since}, sync=False)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise LakeError(
            f"{lake.root} cannot be written, or its files cannot be renamed: {error.strerror or error}. {_ANOTHER_DISK}"
        ) from error


def _owner_description(lake: Lake) -> str:
    """The owner's own words, or nothing when they cannot be read: only the lock decides who holds the lake."""
    try:
        owner = json.loads(lake.store.read(OWNER))
        return f"run {owner['run_id']}, process {owner['pid']}, since {owner['since']}"
    except (OSError, ValueError, KeyError):
        return ""


def _busy(lake: Lake, holder: str) -> LakeBusyError:
    who = f" ({holder})" if holder else ""
    return LakeBusyError(f"Another run is writing to {lake.place}{who}. Wait until it has ended, or use another lake.")


def _without_locks(lake: Lake) -> LakeError:
    return LakeError(f"{lake.root} is on a disk without locks. {_ANOTHER_DISK}")

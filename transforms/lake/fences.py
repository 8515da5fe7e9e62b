"""Keeps a run that was only slow, not dead, from harming the lake after another run has recovered it.

The intent decides a commit: a recovery finishes a run whose intent counts and discards a run without one. So a slow run must not write
its intent after a recovery has looked for it and found none.

On local disks, the recovery first renames the folder of the staged files. From then on, the slow run cannot write there. But a pass whose
command died while its engine works on may have staged nothing by then, so there is no folder to rename. Therefore the last step of a pass
calls ``require_lock`` before it commits.

Objects have no such rename. There the staged files are in ``_staging/<run>.<lease>/``, so that a run that is tried again under the same
name has a folder of its own. A recovery *closes* this folder before it looks for the intent in it, and a run checks whether its folder is
closed after it has written its intent. To close a folder is to write a note, the object ``_closed/<run>.<lease>.json``:

    the run                                       the recovery
    1  lease live? not closed? all staged?        a  closes the folder
    2  writes the intent                          b  intent there? then finishes the commit
    3  closed by now? then leaves the commit      c  else writes into the note that the commit is discarded,
       to the recovery; else finishes it             and deletes the staged files

Every listing and reading sees everything that was written before it. So there are two cases:

- Step b finds the intent. Then the recovery finishes the commit, or the run does, or both do. That is harmless, because each step may be
  repeated and names of files are never used twice.
- Step b does not find the intent. Then the run writes it after b, hence after a. So the run finds the folder closed in step 3 and moves
  nothing. A later recovery that finds this late intent also finds the note of step c, and deletes the folder.

If a recovery dies between b and c, all files are still staged, and the next recovery does both steps again. If a worker stages files even
later, they have no intent that counts, and the next recovery deletes them. Notes are kept for a week.

Step 1 alone is not enough, because a process may be stopped between a check and its next action. The step is there so that a run that has
lost the lake fails early and writes nothing. Step 3 does not check the lease: while nobody has closed the folder, the intent counts.
"""

from __future__ import annotations

import itertools
import json
import os
from typing import Protocol

from schemas import DataFile
from transforms.accounting.run_record import RunRecord
from transforms.lake.layout import (
    CLOSED,
    Lake,
    LakeBusyError,
    closed_path,
    intent_path,
    is_taken,
    run_of,
    staging_folder,
    taken_folder,
)
from transforms.lake.leases import LeaseLostError, lease_of, require_lease
from transforms.lake.locking import owner_of
from transforms.lake.stores.local import sync_tree, write_json
from transforms.lake.stores.protocol import FileInfo

_WEEK = 7 * 24 * 3600.0


class LakeLostError(LakeBusyError):
    """Another run took over the lake before this one had committed."""


class Fence(Protocol):
    """What a commit and a recovery do around the intent. All folders are staging folders, relative to the lake."""

    def staging(self, run_id: str) -> str:
        """The staging folder of a run. Raises LakeLostError when the run does not hold the lake."""
        ...

    def decide(self, record: RunRecord) -> None:
        """Writes the intent of a run, which counts from then on. Raises LakeLostError or OSError, and then nothing may be moved."""
        ...

    def seize(self, folder: str) -> str | None:
        """Keeps the run of a folder from deciding. Returns the folder's name from then on, or None when it was discarded before."""
        ...

    def discard(self, folder: str) -> None:
        """Notes that an intent in the folder does not count, even if it comes later."""
        ...

    def done(self, folder: str) -> None:
        """Ends the work on a folder whose files are in the lake."""
        ...


def fence_of(lake: Lake) -> Fence:
    """The fence for the kind of lake."""
    return _FolderFence(lake) if lake.is_local else _ObjectFence(lake)


def require_lock(lake: Lake, run_id: str) -> None:
    """Raises LakeLostError when the run does not hold a local lake any more. In object stores, ``decide`` checks the lease."""
    if lake.is_local and owner_of(lake) != run_id:
        raise _lost(lake, "this run no longer holds the lock")


class _FolderFence:
    """Folders of a local disk."""

    def __init__(self, lake: Lake) -> None:
        self._root = lake.root

    def staging(self, run_id: str) -> str:
        return staging_folder(run_id)

    def decide(self, record: RunRecord) -> None:
        folder = self.staging(record.run_id)
        if not record.written:  # otherwise the folder exists, unless a recovery has taken it, and then this must fail
            (self._root / folder).mkdir(parents=True, exist_ok=True)
        sync_tree(self._root / folder)  # an intent that survives a loss of power must find its files
        write_json(self._root / intent_path(folder), record.to_stored_json())

    def seize(self, folder: str) -> str | None:
        if is_taken(folder):
            return folder
        # A late worker may have made the folder again, beside the one that an earlier recovery took.
        names = (taken_folder(folder, number) for number in itertools.count(1))
        taken = next(name for name in names if not os.path.lexists(self._root / name))
        (self._root / folder).rename(self._root / taken)
        return taken

    def discard(self, folder: str) -> None:
        pass

    def done(self, folder: str) -> None:
        pass


class _ObjectFence:
    """Objects below ``_staging/`` with notes in ``_closed/``."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._store = lake.store

    def staging(self, run_id: str) -> str:
        try:
            return staging_folder(run_id, lease_of(self._store, run_id))
        except LeaseLostError as error:
            raise _lost(self._lake, str(error)) from None

    def decide(self, record: RunRecord) -> None:
        folder = self.staging(record.run_id)
        self._require_lease(record.run_id)
        staged = self._store.files(folder)
        closed = self._store.exists(closed_path(folder))
        if closed or not all(_is_whole(staged.get(f"{folder}/{file.path}"), file) for file in record.written):
            raise _lost(self._lake, "it discarded the staged files of this run")
        self._store.write_json(intent_path(folder), record.to_stored_json())
        if self._store.exists(closed_path(folder)):
            raise _lost(self._lake, "it finishes or discards the commit of this run")

    def seize(self, folder: str) -> str | None:
        self._require_lease(run_of(folder))
        if self._is_discarded(folder):
            self._store.delete_folder(folder)
            return None
        self._store.write_json(closed_path(folder), {"discarded": False})
        return folder

    def discard(self, folder: str) -> None:
        self._store.write_json(closed_path(folder), {"discarded": True})
        notes = self._store.files(CLOSED)
        # By the clock of the store: by a wrong one of ours, notes would be deleted that still keep late intents from counting.
        old = max((info.updated for info in notes.values()), default=0.0) - _WEEK
        self._store.delete(path for path, info in notes.items() if info.updated < old)

    def done(self, folder: str) -> None:
        self._store.delete([closed_path(folder)])

    def _is_discarded(self, folder: str) -> bool:
        try:
            return json.loads(self._store.read(closed_path(folder)))["discarded"] is True
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return False

    def _require_lease(self, run_id: str) -> None:
        try:
            require_lease(self._store, lease_of(self._store, run_id))
        except LeaseLostError as error:
            raise _lost(self._lake, str(error)) from None


def _is_whole(info: FileInfo | None, file: DataFile) -> bool:
    return info is not None and info.bytes == file.bytes


def _lost(lake: Lake, why: str) -> LakeLostError:
    return LakeLostError(
        f"Another run may have taken over {lake.place}: {why}. Run again to take up what is not in the lake."
    )

"""How a recovery keeps a run that was only slow, not dead, from harming the lake; one way for folders, one for objects.

The decision is the intent: a run whose intent counts is finished by whoever comes next, one without is discarded. So a slow run must not
write its intent after a recovery found none.

On local disks the recovery renames the folder of the staged work first. Who writes there afterwards fails. A pass whose command died, but
whose engine works on, may have staged nothing by then; its last step asks ``require_lock`` before it commits.

Objects have no such step. There the staged work stands below ``_staging/<run>.<claim>/``, so that a run which is tried again under the same
name has a folder of its own. A recovery *closes* such a folder before it looks for the intent in it, and a run looks whether it is closed
after it has written its intent. Closing is an object of its own, ``_closed/<run>.<claim>.json``:

    the run                                       the recovery
    1  claim live? not closed? all staged?        a  closes the folder
    2  writes the intent                          b  intent there? then finishes it
    3  closed by now? then leaves all to          c  else notes in the same object that it is discarded,
       the recovery; else finishes                   and deletes the staged work

A listing or reading has all that was written before. If b finds the intent, it is finished, by one or by both, which does no harm: each
step may be repeated, and names of files are never used again. If b does not find it, it is written after b, hence after a, so 3 finds the
folder closed and nothing is moved; whoever finds that late intent finds the note of c as well. (If the recovery died between b and c, the
next one does both anew, with all files still staged.) What a worker stages after all that has no intent that counts, and goes with the next
recovery. Notes are kept for a week.

Step 1 alone would leave a gap, for a process may be stopped between a question and what it does next. It is there so that a run which lost
the lake fails early and writes nothing. Step 3 does not ask for the claim: as long as nobody has closed the folder, the intent counts.
"""

from __future__ import annotations

import json
import time
from typing import Protocol

from schemas import DataFile
from transforms.accounting.run_record import RunRecord
from transforms.lake.layout import STAGING, Lake, LakeBusyError
from transforms.lake.leases import LeaseLostError, lease_of, require_lease
from transforms.lake.locking import owner_of
from transforms.lake.stores.local import write_json
from transforms.lake.stores.protocol import FileInfo

INTENT = "intent.json"
_TAKEN = ".taken"
"""Ending of a staging folder that a recovery has in hand, on local disks."""
CLOSED = "_closed"
_WEEK = 7 * 24 * 3600.0


class LakeLostError(LakeBusyError):
    """Another run took the lake over before this one had committed."""


class Fence(Protocol):
    """What a commit and a recovery do around the intent. Folders are relative to the lake."""

    def staging(self, run_id: str) -> str:
        """The folder for the staged work of a run. Raises LakeLostError when it does not hold the lake."""
        ...

    def decide(self, summary: RunRecord) -> None:
        """Writes the intent of a run; when this returns, it counts. Raises LakeLostError or OSError, and then nothing is moved."""
        ...

    def seize(self, folder: str) -> str | None:
        """Stops the run of a staging folder from deciding; gives the folder as it is called from then on, None when it is settled."""
        ...

    def discard(self, folder: str) -> None:
        """Notes that an intent there does not count, should it still come."""
        ...

    def done(self, folder: str) -> None:
        """Tells that what was there is in the lake."""
        ...


def fence_of(lake: Lake) -> Fence:
    """The fence for the kind of lake."""
    return _FolderFence(lake) if lake.is_local else _ObjectFence(lake)


def require_lock(lake: Lake, run_id: str) -> None:
    """Raises LakeLostError when another run has held a local lake since this one; in object stores the claim tells."""
    if lake.is_local and owner_of(lake.root) != run_id:
        raise _lost(lake, "the lock is not this run's any more")


def run_of(folder: str) -> str:
    """The run whose work is in a staging folder, whatever has been added to its name."""
    return folder.rpartition("/")[2].partition(".")[0]


class _FolderFence:
    def __init__(self, lake: Lake) -> None:
        self._root = lake.root

    def staging(self, run_id: str) -> str:
        return f"{STAGING}/{run_id}"

    def decide(self, summary: RunRecord) -> None:
        staged = self._root / self.staging(summary.run_id)
        if not summary.written:  # else the folder is there, or was taken from us by a recovery, and then we must fail
            staged.mkdir(parents=True, exist_ok=True)
        write_json(staged / INTENT, summary.to_json())

    def seize(self, folder: str) -> str | None:
        if folder.endswith(_TAKEN):
            return folder
        (self._root / folder).rename(self._root / f"{folder}{_TAKEN}")
        return f"{folder}{_TAKEN}"

    def discard(self, folder: str) -> None:
        pass

    def done(self, folder: str) -> None:
        pass


class _ObjectFence:
    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._store = lake.store

    def staging(self, run_id: str) -> str:
        try:
            return f"{STAGING}/{run_id}.{lease_of(self._store, run_id)}"
        except LeaseLostError as error:
            raise _lost(self._lake, str(error)) from None

    def decide(self, summary: RunRecord) -> None:
        staged = self.staging(summary.run_id)
        self._require_claim(summary.run_id)
        held = self._store.files(staged)
        closed = self._store.exists(_note(staged))
        if closed or not all(_is_whole(held.get(f"{staged}/{file.path}"), file) for file in summary.written):
            raise _lost(self._lake, "it discarded what this one had staged")
        self._store.write_json(f"{staged}/{INTENT}", summary.to_json())
        if self._store.exists(_note(staged)):
            raise _lost(self._lake, "it finishes or discards what this one was committing")

    def seize(self, folder: str) -> str | None:
        self._require_claim(run_of(folder))
        if self._is_discarded(folder):
            self._store.delete_folder(folder)
            return None
        self._store.write_json(_note(folder), {"discarded": False})
        return folder

    def discard(self, folder: str) -> None:
        self._store.write_json(_note(folder), {"discarded": True})
        old = time.time() - _WEEK
        self._store.delete(path for path, held in self._store.files(CLOSED).items() if held.updated < old)

    def done(self, folder: str) -> None:
        self._store.delete([_note(folder)])

    def _is_discarded(self, folder: str) -> bool:
        try:
            return json.loads(self._store.read(_note(folder)))["discarded"] is True
        except FileNotFoundError:
            return False

    def _require_claim(self, run_id: str) -> None:
        try:
            require_lease(self._store, lease_of(self._store, run_id))
        except LeaseLostError as error:
            raise _lost(self._lake, str(error)) from None


def _lost(lake: Lake, why: str) -> LakeLostError:
    return LakeLostError(
        f"Another run may have taken over {lake.place}: {why}. Run again to take up what is not in the lake."
    )


def _is_whole(held: FileInfo | None, file: DataFile) -> bool:
    return held is not None and held.bytes == file.bytes


def _note(folder: str) -> str:
    return f"{CLOSED}/{folder.removeprefix(f'{STAGING}/')}.json"

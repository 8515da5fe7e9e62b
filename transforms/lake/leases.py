"""One writer at a time in an object store, which has no locks: the writer holds a lease, an object that expires.

To take the lake, a process writes a lease of its own under ``_locks/`` and then lists all leases. If another lease is live, the process
deletes its own, and either gives up or tries again. A lease expires SECONDS after it was last written. The store's clock stamps all
leases, and expiry is counted by it alone. Expired leases are deleted.

Two processes never hold the lake at the same time:

- Each process writes its lease before it lists, and a listing contains everything that was written before it. So of two processes, the
  one that lists later sees the lease of the other. If each sees the other's, both withdraw, and try again after random pauses.
- The holder renews its lease from a thread. It trusts the lease for SECONDS - MARGIN, counted by its own clock from before the write
  began. A renewal counts only if it was complete while the holder still trusted the lease. So a lease that its holder trusts has never
  been expired for others, and a process that was stopped for too long notices it.

A commit calls ``require_lease`` before it decides. The module ``fences`` deals with what may happen between that call and the decision.
"""

from __future__ import annotations

import json
import logging
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from typing import Any

from schemas import CopydeskError
from transforms.lake.layout import LEASES, lease_name, lease_path
from transforms.lake.stores.protocol import Store

SECONDS = 120.0
"""A lease expires when it was not written for this long."""
RENEWAL = 30.0
"""Seconds between two renewals."""
MARGIN = 30.0
"""Seconds before it expires from which on the holder no longer trusts its lease."""
TRIES = 8
"""Attempts to take the lake while other processes try to take it too, and none holds it."""
_PAUSE = 0.5
"""Seconds of the longest first pause between attempts; each next one may be twice as long."""
_LOGGER = logging.getLogger(__name__)


class LeaseHeldError(CopydeskError):
    """Another run holds the store. The message describes the holder; it is empty when the lease could not be read."""


class LeaseLostError(CopydeskError):
    """This run does not hold the store, or not for sure; the message says why."""


@contextmanager
def holding_lease(store: Store, run_id: str) -> Iterator[None]:
    """Holds the store for a run. Raises LeaseHeldError, or OSError when the store cannot be reached."""
    lease = _acquire(store, run_id)
    _held[store.address] = lease
    ended = threading.Event()
    renewer = threading.Thread(target=lease.keep, args=(ended,), name="copydesk-lease", daemon=True)
    renewer.start()
    try:
        yield
    finally:
        ended.set()
        renewer.join()
        del _held[store.address]
        with suppress(OSError):  # then it expires
            lease.withdraw()


def rename_lease(store: Store, run_id: str) -> None:
    """Gives the lease that this process holds to its next run. Raises OSError when the store cannot be reached."""
    _held[store.address].rename(run_id)


def lease_of(store: Store, run_id: str) -> str:
    """The name of a run's lease, which this process holds or the one that started it. Raises LeaseLostError."""
    lease = _held.get(store.address)
    if lease is not None:
        return lease.name
    name = _known.get((store.address, run_id))
    if name is None:
        for path in store.files(LEASES):
            if _read(store, path).get("run_id") == run_id:
                name = _known[store.address, run_id] = lease_name(path)
    if name is None:
        raise LeaseLostError("this run has no lease")
    return name


def require_lease(store: Store, name: str) -> None:
    """Raises LeaseLostError unless a lease is live for sure.

    A worker process compares its own clock with the expiry time in the lease, which the starting process wrote by its clock. The two
    clocks must agree to within a few seconds.
    """
    lease = _held.get(store.address)
    if lease is not None and lease.name == name and not lease.trusted:
        raise LeaseLostError("the lease of this run was not renewed in time")
    if time.time() >= float(_read(store, lease_path(name)).get("expires_at", 0)) - MARGIN:
        raise LeaseLostError("the lease of this run is gone or has expired")


def is_leased(store: Store) -> bool:
    """True when the expiry time in some lease is still to come by our clock: good enough for a message, not for a write."""
    return any(time.time() < float(_read(store, path).get("expires_at", 0)) for path in store.files(LEASES))


class _Lease:
    """A lease of this process."""

    def __init__(self, store: Store, run_id: str) -> None:
        self.name = secrets.token_hex(8)
        self.path = lease_path(self.name)
        self._store = store
        self._writing = threading.Lock()
        self._holder = {"run_id": run_id, "host": socket.gethostname(), "pid": os.getpid(), "since": _iso(time.time())}
        self._written: tuple[float, float] | None = None
        """Monotonic and wall-clock time just before the last write that counts."""

    def write(self, holds: bool) -> None:
        """Writes or renews the lease. ``holds`` tells other processes that waiting is useless."""
        with self._writing:
            self._write(holds)

    def _write(self, holds: bool) -> None:
        began = (time.monotonic(), time.time())
        expires = began[1] + SECONDS
        # All versions have the same length. Beam reads as many bytes of an object as it had when it was opened, which is wrong for an
        # object that was replaced by a longer or shorter one in between.
        content = {**self._holder, "holds": int(holds), "expires": _iso(expires), "expires_at": f"{expires:.3f}"}
        self._store.write_json(self.path, content)
        if self._written is None or self.trusted:  # else there was a gap in which another run may have begun
            self._written = began

    def rename(self, run_id: str) -> None:
        """Renews the lease in the name of another run. All names of runs have the same length."""
        self._holder = {**self._holder, "run_id": run_id}
        self.write(holds=True)

    @property
    def trusted(self) -> bool:
        """True while others must still respect the lease. A monotonic clock may stop while the machine sleeps, so both clocks count."""
        assert self._written is not None
        passed = max(time.monotonic() - self._written[0], time.time() - self._written[1])
        return passed < SECONDS - MARGIN

    def rival(self) -> str | None:
        """Path of another live lease, or of this one if it was deleted, for then others do not respect it. Deletes expired leases."""
        leases = self._store.files(LEASES)
        mine = leases.pop(self.path, None)
        if mine is None:
            return self.path
        expired = [path for path, other in leases.items() if mine.updated - other.updated > SECONDS]
        self._store.delete(expired)
        return next((path for path in leases if path not in expired), None)

    def keep(self, ended: threading.Event) -> None:
        """Renews the lease until the end, or until it is too late for that."""
        pause = 0.0  # the first renewal follows at once and says that this process holds the lake
        while not ended.wait(pause) and self.trusted:
            try:
                self.write(holds=True)
                pause = RENEWAL
            except OSError as error:
                _LOGGER.warning("the lease on %s could not be renewed: %s", self._store.address, error)
                pause = RENEWAL / 6

    def withdraw(self) -> None:
        self._store.delete([self.path])


_held: dict[str, _Lease] = {}
"""The leases that this process holds, by the address of the store."""
_known: dict[tuple[str, str], str] = {}
"""Names of the leases of other processes for which this one works, by the address of the store and the run."""


def _acquire(store: Store, run_id: str) -> _Lease:
    for attempt in range(TRIES):
        lease = _Lease(store, run_id)
        try:
            lease.write(holds=False)
            rival = lease.rival()
            if rival is None and lease.trusted:
                return lease
            holder = _read(store, rival) if rival else {}
        except BaseException:
            with suppress(OSError):
                lease.withdraw()
            raise
        lease.withdraw()
        if holder.get("holds"):
            break
        time.sleep(random.uniform(0, _PAUSE * 2**attempt))
    if not holder:
        raise LeaseHeldError
    raise LeaseHeldError(
        f"run {holder['run_id']}, process {holder['pid']} on {holder['host']}, since {holder['since']};"
        f" its lease ends at {holder['expires']} if it is not renewed"
    )


def _read(store: Store, path: str) -> dict[str, Any]:
    """The content of a lease; empty when it is gone or damaged."""
    try:
        content = json.loads(store.read(path))
        return {key: content[key] for key in ("run_id", "host", "pid", "since", "expires", "expires_at", "holds")}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")

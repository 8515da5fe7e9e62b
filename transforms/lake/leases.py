"""One writer at a time where no operating system keeps a lock: claims, which are objects that expire.

Whoever wants the lake writes a claim of its own below ``_locks/`` and then lists all claims. If there is another live one it deletes its
own and gives way. A claim is live for SECONDS after it was last written, by the clock of the store, which stamps both; an expired one is
deleted.

Two never hold at once. Both write before they list, and a listing has all that was written before: whoever lists later finds the other's
claim. (Both may give way; then they try again after pauses of chance.) The holder writes its claim anew from a thread, and trusts it for
SECONDS less a margin, counted by its own clock from before it was written; a renewal counts only if it was complete while the claim before
it was still trusted. So a claim that is trusted has never been expired for others, and a process that was stopped for too long notices.

A commit asks ``require_claim`` before it decides. What can happen between that question and the decision, ``fences`` deals with.
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

from transforms.lake.stores.protocol import Store

LOCKS = "_locks"
SECONDS = 120.0
"""For so long a claim keeps others away after it was last written."""
RENEWAL = 30.0
"""Seconds from one renewal to the next."""
MARGIN = 30.0
"""Seconds before its end from which on a claim is no longer trusted."""
TRIES = 8
"""How often one tries against others who only want the lake, too."""
_PAUSE = 0.5
_LOGGER = logging.getLogger(__name__)


class LeaseHeldError(Exception):
    """Another run holds the store; the message says which, or nothing when that cannot be told."""


class LeaseLostError(Exception):
    """This run does not hold the store, or not for sure; the message says why."""


@contextmanager
def holding_lease(store: Store, run_id: str) -> Iterator[None]:
    """Holds the store for a run; raises ClaimedError, and OSError when the store cannot be reached."""
    claim = _acquire(store, run_id)
    _held[store.address] = claim
    ended = threading.Event()
    keeper = threading.Thread(target=claim.keep, args=(ended,), name="copydesk-claim", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()
        del _held[store.address]
        with suppress(OSError):  # then it expires
            claim.withdraw()


def lease_of(store: Store, run_id: str) -> str:
    """The name of the claim under which a run works: of this process, or of the one that started it. Raises ClaimLostError."""
    held = _held.get(store.address)
    if held is not None:
        return held.name
    known = _known.get((store.address, run_id))
    if known is None:
        for path in store.files(LOCKS):
            if _read(store, path).get("run_id") == run_id:
                known = _known[store.address, run_id] = path.removeprefix(f"{LOCKS}/").removesuffix(".json")
    if known is None:
        raise LeaseLostError("this one has no claim")
    return known


def require_lease(store: Store, name: str) -> None:
    """Passes while a claim is live for sure; raises ClaimLostError.

    A worker process goes by the time that the claim tells, so its clock must agree with that of the starting one to some seconds.
    """
    held = _held.get(store.address)
    if held is not None and held.name == name and not held.trusted:
        raise LeaseLostError("the claim of this one was not renewed in time")
    if time.time() >= float(_read(store, _path(name)).get("expires_at", 0)) - MARGIN:
        raise LeaseLostError("the claim of this one is gone or has expired")


def is_leased(store: Store) -> bool:
    """True when a claim has not expired by the time that it tells and by our clock: good enough to tell people, not to write."""
    return any(time.time() < float(_read(store, path).get("expires_at", 0)) for path in store.files(LOCKS))


class _Lease:
    """A claim of this process."""

    def __init__(self, store: Store, run_id: str) -> None:
        self.name = secrets.token_hex(8)
        self.path = _path(self.name)
        self._store = store
        self._said = {"run_id": run_id, "host": socket.gethostname(), "pid": os.getpid(), "since": _stamp(time.time())}
        self._written: tuple[float, float] | None = None

    def write(self, holds: bool) -> None:
        """Writes the claim, or renews it; ``holds`` tells others that it is useless to wait."""
        began = (time.monotonic(), time.time())
        expires = began[1] + SECONDS
        # Always as long as before: Beam reads an object by the length that it had when it was opened, which for one that was
        # replaced meanwhile is too much or too little.
        said = {**self._said, "holds": int(holds), "expires": _stamp(expires), "expires_at": f"{expires:.3f}"}
        self._store.write_json(self.path, said)
        if self._written is None or self.trusted:  # else there was a gap in which another run may have begun
            self._written = began

    @property
    def trusted(self) -> bool:
        """True while others must still respect it; a monotonic clock may stand still while a machine sleeps, so both count."""
        assert self._written is not None
        passed = max(time.monotonic() - self._written[0], time.time() - self._written[1])
        return passed < SECONDS - MARGIN

    def rival(self) -> str | None:
        """Path of another live claim; deletes expired ones."""
        claims = self._store.files(LOCKS)
        mine = claims.pop(self.path, None)
        if mine is None:
            return self.path  # somebody has deleted it, so nobody respects it
        expired = [path for path, other in claims.items() if mine.updated - other.updated > SECONDS]
        self._store.delete(expired)
        return next((path for path in claims if path not in expired), None)

    def keep(self, ended: threading.Event) -> None:
        """Renews it until the end, or until that is too late."""
        pause = 0.0  # at once, to say that it holds
        while not ended.wait(pause) and self.trusted:
            try:
                self.write(holds=True)
                pause = RENEWAL
            except OSError as error:
                _LOGGER.warning("the claim on %s could not be renewed: %s", self._store.address, error)
                pause = RENEWAL / 6

    def withdraw(self) -> None:
        self._store.delete([self.path])


_held: dict[str, _Lease] = {}
"""The claims that this process holds, by the address of the store."""
_known: dict[tuple[str, str], str] = {}
"""Claims of the processes that this one works for, by the address of the store and the run."""


def _acquire(store: Store, run_id: str) -> _Lease:
    for attempt in range(TRIES):
        claim = _Lease(store, run_id)
        try:
            claim.write(holds=False)
            rival = claim.rival()
            if rival is None and claim.trusted:
                return claim
            said = _read(store, rival) if rival else {}
        except BaseException:
            with suppress(OSError):
                claim.withdraw()
            raise
        claim.withdraw()
        if said.get("holds"):
            break
        time.sleep(random.uniform(0, _PAUSE * 2**attempt))
    raise LeaseHeldError(
        f"run {said['run_id']}, process {said['pid']} on {said['host']}, since {said['since']}; its claim ends at"
        f" {said['expires']} if it is not renewed"
        if said
        else ""
    )


def _path(name: str) -> str:
    return f"{LOCKS}/{name}.json"


def _read(store: Store, path: str) -> dict[str, Any]:
    """What a claim says; nothing when it is gone or damaged."""
    try:
        said = json.loads(store.read(path))
        return {name: said[name] for name in ("run_id", "host", "pid", "since", "expires", "expires_at", "holds")}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")

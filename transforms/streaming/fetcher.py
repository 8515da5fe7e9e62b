"""A worker's errands on the web, done while its bundles come and go.

A bundle of a stream must end soon, or it holds up checkpoints and everybody behind it. So it hands over what to get, goes on, and takes
at a later tick what has come. What a worker that dies had under way is lost, and asked for again by whoever has it in its state.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import Any

from transforms.web.client import Connect, Web
from transforms.web.politeness import Politeness

SHIFT = 900.0
"""Seconds after which a new client takes over: robots.txt is read again, and a host that kept failing gets another chance."""
IDLE = 600.0
"""Seconds without an errand after which a courier that nobody dismissed is taken for forgotten."""

_couriers: dict[str, BackgroundFetcher] = {}
_lock = threading.Lock()


class BackgroundFetcher:
    """One client with its connections, its turns at hosts and its robots.txt files, in a thread of its own.

    Errands have keys; one that is under way, or that has come and was not taken, is known by its key.
    """

    def __init__(self, connect: Connect, politeness: Politeness) -> None:
        self._connect = connect
        # A stream has no end at which a host's time could be up: its line of waiting entries is what is bounded.
        self._politeness = replace(politeness, host_seconds=float("inf"))
        self._errands: dict[str, Future[Any]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="copydesk-courier", daemon=True)
        self._thread.start()
        self._shift: _Shift | None = None
        self.used = time.monotonic()

    def send(self, key: str, errand: Callable[[Web], Awaitable[Any]]) -> bool:
        """Takes an errand on; False when its hands are full, which passes. What the errand gives is bounded by its host's pace."""
        self.used = time.monotonic()
        if len(self._errands) >= self._connect.concurrency:
            return False
        self._errands[key] = asyncio.run_coroutine_threadsafe(self._carry(errand), self._loop)
        return True

    def knows(self, key: str) -> bool:
        """True when the errand is under way, or has come and was not yet taken."""
        return key in self._errands

    def take(self, keys: Iterable[str], wait_seconds: float = 0.0) -> dict[str, Any]:
        """What has come of these errands, by key; waits for the others so long. Raises what an errand raised, which is a bug."""
        self.used = time.monotonic()
        under_way = {key: self._errands[key] for key in keys if key in self._errands}
        if wait_seconds:
            wait(under_way.values(), timeout=wait_seconds)
        return {key: self._errands.pop(key).result() for key, errand in under_way.items() if errand.done()}

    def dismiss(self) -> None:
        """Drops everything under way, closes the connections and ends the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        if not self._thread.is_alive():
            self._loop.close()

    async def _carry(self, errand: Callable[[Web], Awaitable[Any]]) -> Any:
        if self._shift is None or self._shift.over:
            self._shift = _Shift(self._connect, self._politeness)
        async with self._shift as web:
            return await errand(web)

    async def _close(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._shift is not None:
            await self._shift.end()


class _Shift:
    """A client and how many errands use it; it closes when its time is over and the last errand is done."""

    def __init__(self, connect: Connect, politeness: Politeness) -> None:
        self._web = Web(connect, politeness)
        self._open = False
        self._errands = 0
        self._ends = time.monotonic() + SHIFT

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._ends

    async def __aenter__(self) -> Web:
        self._errands += 1
        if not self._open:
            await self._web.__aenter__()
            self._open = True
        return self._web

    async def __aexit__(self, *_: object) -> None:
        self._errands -= 1
        if self.over and not self._errands:
            await self.end()

    async def end(self) -> None:
        if self._open:
            self._open = False
            await self._web.__aexit__(None, None, None)


def shared_fetcher(job: str, connect: Connect, politeness: Politeness) -> BackgroundFetcher:
    """The courier of this process for a job; all its steps share one, so that a host has one turn. Forgotten ones are dismissed."""
    with _lock:
        for name, courier in list(_couriers.items()):
            if name != job and time.monotonic() - courier.used > IDLE:
                _couriers.pop(name).dismiss()
        if not _couriers:
            atexit.register(_dismiss_all)
        if job not in _couriers:
            _couriers[job] = BackgroundFetcher(connect, politeness)
        return _couriers[job]


def _dismiss_all() -> None:
    with _lock:
        while _couriers:
            _couriers.popitem()[1].dismiss()

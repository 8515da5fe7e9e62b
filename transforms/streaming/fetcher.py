"""Requests that run beside a worker's bundles.

A bundle of a stream must end soon, or it delays checkpoints and every key after it. So a bundle submits its requests and goes on. A later
tick collects the results. If a worker dies, its requests are lost; the step that holds them in keyed state sends them again.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import Any

from transforms.accounting.runs import now
from transforms.lake.layout import Lake
from transforms.lake.robots import known_robots, remember_robots
from transforms.steps.context import RunContext
from transforms.web.client import MAX_CONNECTIONS, Web
from transforms.web.politeness import SOURCE_SLOTS
from transforms.web.robots import RobotsFiles
from transforms.web.settings import Connect, Politeness

CLIENT_SECONDS = 900.0
"""Seconds after which a new client takes over, and the lake gets the robots.txt files."""
REST_SECONDS = 60.0
"""Seconds for which a host that kept failing gets no requests."""
IDLE_SECONDS = 600.0
"""Seconds without a call after which a fetcher that nobody closed is closed."""

_fetchers: dict[str, BackgroundFetcher] = {}
_lock = threading.Lock()


class BackgroundFetcher:
    """One HTTP client, with its connections and its turns at hosts, in a thread of its own. The lake remembers its robots.txt files.

    Each request has a key. The fetcher has the key from submit until collect or dismiss.
    """

    def __init__(self, lake: Lake, connect: Connect, politeness: Politeness) -> None:
        self._lake = lake
        self._robots = RobotsFiles(known_robots(lake, now().timestamp()).items(), lambda: now().timestamp())
        self._connect = connect
        # A stream has no end at which a host's time could be up. The queue of waiting entries is bounded instead.
        self._politeness = replace(politeness, host_seconds=float("inf"), rest_seconds=REST_SECONDS)
        self._requests: dict[str, Future[Any]] = {}
        self._sources: dict[str, str] = {}  # by request
        self._of_source = Counter[str]()
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="copydesk-fetcher", daemon=True)
        self._thread.start()
        self._client: _Client | None = None
        self.used = time.monotonic()

    def submit(self, key: str, source: str, request: Callable[[Web], Awaitable[Any]]) -> bool:
        """Starts a request for a source. Returns False, and starts nothing, while too many are under way, of this source or of all."""
        self.used = time.monotonic()
        with self._lock:
            if not self.room_for([source]):
                return False
            self._sources[key] = source
            self._of_source[source] += 1
            self._requests[key] = asyncio.run_coroutine_threadsafe(self._run(request), self._loop)
        return True

    def room_for(self, sources: Iterable[str]) -> list[int]:
        """Which of these requests it would start now. Each is the id of a source; returns their positions."""
        free = self._connect.concurrency * MAX_CONNECTIONS - len(self._requests)
        started, found = Counter[str](), list[int]()
        for position, source in enumerate(sources):
            if len(found) >= free:
                break
            if self._of_source[source] + started[source] < SOURCE_SLOTS:
                started[source] += 1
                found.append(position)
        return found

    def has(self, key: str) -> bool:
        """True if the request is under way, or has a result that was not collected."""
        return key in self._requests

    def collect(self, keys: Iterable[str], wait_seconds: float = 0.0) -> dict[str, Any]:
        """Returns and removes the results of these requests, by key; waits up to ``wait_seconds`` for those that are under way.

        Raises what a request raised, which is a bug: a failed request has a result that says so.
        """
        results = self.results(keys, wait_seconds)
        self.dismiss(results)
        return results

    def results(self, keys: Iterable[str], wait_seconds: float = 0.0) -> dict[str, Any]:
        """Like ``collect``, but the fetcher keeps the results until ``dismiss``."""
        self.used = time.monotonic()
        requests = {key: self._requests[key] for key in keys if key in self._requests}
        if wait_seconds:
            wait(requests.values(), timeout=wait_seconds)
        return {key: request.result() for key, request in requests.items() if request.done()}

    def dismiss(self, keys: Iterable[str]) -> None:
        """Removes requests."""
        with self._lock:
            for key in keys:
                del self._requests[key]
                self._of_source[self._sources.pop(key)] -= 1
            self._of_source += Counter()  # without those that have none

    def close(self) -> None:
        """Cancels all requests, closes the connections and ends the thread."""
        asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        if not self._thread.is_alive():
            self._loop.close()

    async def _run(self, request: Callable[[Web], Awaitable[Any]]) -> Any:
        if self._client is None or self._client.is_old:
            self._client = _Client(self._connect, self._politeness, self._robots)
            if self._robots.changed:
                files = {
                    origin: file for origin, file in self._robots.files.items() if file.is_known(now().timestamp())
                }
                self._robots.changed.clear()
                await asyncio.to_thread(remember_robots, self._lake, "stream", files)
        async with self._client as web:
            return await request(web)

    async def _cancel_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._client is not None:
            await self._client.end()


class _Client:
    """A Web, and how many requests use it. It closes when it is old and its last request has ended."""

    def __init__(self, connect: Connect, politeness: Politeness, robots: RobotsFiles) -> None:
        self._web = Web(connect, politeness, robots=robots)
        self._open = False
        self._requests = 0
        self._ends = time.monotonic() + CLIENT_SECONDS

    @property
    def is_old(self) -> bool:
        return time.monotonic() >= self._ends

    async def __aenter__(self) -> Web:
        self._requests += 1
        if not self._open:
            await self._web.__aenter__()
            self._open = True
        return self._web

    async def __aexit__(self, *_: object) -> None:
        self._requests -= 1
        if self.is_old and not self._requests:
            await self.end()

    async def end(self) -> None:
        if self._open:
            self._open = False
            await self._web.__aexit__(None, None, None)


def shared_fetcher(run: RunContext, connect: Connect, politeness: Politeness) -> BackgroundFetcher:
    """The fetcher of this process for a stream. All steps share it, so a host gets one request at a time.

    Closes idle ones of other streams.
    """
    job_id = run.run_id
    with _lock:
        for name, fetcher in list(_fetchers.items()):
            if name != job_id and time.monotonic() - fetcher.used > IDLE_SECONDS:
                _fetchers.pop(name).close()
        if not _fetchers:
            atexit.register(_close_all)
        if job_id not in _fetchers:
            _fetchers[job_id] = BackgroundFetcher(run.lake, connect, politeness)
        return _fetchers[job_id]


def _close_all() -> None:
    with _lock:
        while _fetchers:
            _fetchers.popitem()[1].close()

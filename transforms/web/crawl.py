"""Requests to many hosts at once, in a thread of their own: network in the background, CPU in the foreground."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Generic, TypeVar

from transforms.web.addresses import request_host
from transforms.web.client import Web
from transforms.web.robots import RobotsFiles
from transforms.web.settings import Connect, Politeness
from transforms.web.use import WebUse

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

AHEAD = 16
"""Results that may wait for the caller. While as many wait, no request begins: only these and the requests in flight are in memory."""


@dataclass(frozen=True, slots=True)
class CrawlRequest(Generic[T_co]):
    """One request of a crawl."""

    url: str
    """Where it goes first."""
    source: str
    """Id of the source that it is for."""
    send: Callable[[Web], Awaitable[T_co]]
    """Sends it, and returns its result."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """An exception that is a bug: a failed request has a result that says so."""

    error: BaseException


class Crawl(Generic[T]):
    """Sends requests and collects their results, in order of arrival. More requests may be added meanwhile.

    Each source has a queue at each host. The queues of one host take turns, so a source with many requests does not hold up the others.
    Results that are not ``large`` may wait in any number. A context manager: leaving it cancels what is under way.
    """

    def __init__(
        self,
        connect: Connect,
        politeness: Politeness,
        *,
        seconds: float = float("inf"),
        robots: RobotsFiles | None = None,
        large: Callable[[T], bool] = lambda _: True,
        before: WebUse | None = None,
    ) -> None:
        """No request begins more than ``seconds`` after the start. ``robots`` has robots.txt files that are known.

        ``before`` is what an earlier crawl of this pass has asked of hosts.
        """
        self._connect = connect
        self._politeness = politeness
        self._seconds = seconds
        self._robots = robots
        self._large = large
        self.use = before or WebUse()
        """What hosts were asked in this pass so far. Brought up to date when the crawl ends."""
        self._results: SimpleQueue[T | _Failed] = SimpleQueue()
        self._arrived = self._taken = 0  # large results
        self._is_gate_closed = False
        self.pending = 0
        """Requests whose result was not taken."""

    def __enter__(self) -> Crawl[T]:
        self._loop = asyncio.new_event_loop()
        self._stop, self._gate = asyncio.Event(), asyncio.Event()
        self._queues: dict[tuple[str, str], deque[CrawlRequest[T]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="copydesk-crawl", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(RuntimeError):  # the loop has failed
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def add(self, requests: Iterable[CrawlRequest[T]]) -> None:
        """Adds requests. Those of one source to one host are sent in their order."""
        batch = list(requests)
        self.pending += len(batch)
        if batch:
            self._loop.call_soon_threadsafe(self._enqueue, batch)

    def get(self, timeout: float) -> T | None:
        """The next result; None if there is none within ``timeout`` seconds. Raises what a request raised, which is a bug."""
        try:
            result = self._results.get(timeout=timeout) if timeout > 0 else self._results.get_nowait()
        except Empty:
            return None
        if isinstance(result, _Failed):
            raise result.error
        self.pending -= 1
        if self._large(result):
            self._taken += 1
            if self._is_gate_closed and self._arrived - self._taken < AHEAD:
                self._loop.call_soon_threadsafe(self._open_gate)
        return result

    def results(self) -> Iterator[T]:
        """Yields all results that are pending."""
        while self.pending:
            result = self.get(1.0)
            if result is not None:
                yield result

    # -- in the thread of the crawl ------------------------------------------------------------------------------

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(ready))
        except BaseException as error:
            self._results.put(_Failed(error))
        finally:
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._gate.set()
        until = self._loop.time() + self._seconds
        async with Web(
            self._connect, self._politeness, gate=self._gate, until=until, robots=self._robots, before=self.use
        ) as self._web:
            ready.set()
            await self._stop.wait()
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.use = self._web.use

    def _enqueue(self, batch: list[CrawlRequest[T]]) -> None:
        for request in batch:
            key = request_host(request.url), request.source
            if key in self._queues:
                self._queues[key].append(request)
                continue
            self._queues[key] = deque([request])
            task = self._loop.create_task(self._work(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, key: tuple[str, str]) -> None:
        """Sends the requests of one source to one host, one after the other."""
        queue = self._queues[key]
        try:
            while queue:
                self._put(await queue.popleft().send(self._web))
                await asyncio.sleep(0)  # thousands of requests may fail without any wait
        except Exception as error:
            self._results.put(_Failed(error))
        finally:
            del self._queues[key]

    def _put(self, result: T) -> None:
        self._results.put(result)
        if self._large(result):
            self._arrived += 1
            if self._arrived - self._taken >= AHEAD:
                self._is_gate_closed = True
                self._gate.clear()

    def _open_gate(self) -> None:
        if self._arrived - self._taken < AHEAD:
            self._is_gate_closed = False
            self._gate.set()

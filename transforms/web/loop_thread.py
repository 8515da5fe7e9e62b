"""An async iterator, run in a thread of its own, as a plain one: network in the background, CPU in the foreground."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Began:
    """The first thing that the thread reports: what it takes to stop it."""

    loop: asyncio.AbstractEventLoop
    task: asyncio.Task[Any]


@dataclass(frozen=True, slots=True)
class _Item(Generic[T]):
    """What the iterator gave."""

    value: T


@dataclass(frozen=True, slots=True)
class _End:
    """The last thing that the thread reports."""

    error: BaseException | None = None


def in_background(make: Callable[[], AsyncIterator[T]], ahead: int = 16) -> Iterator[T]:
    """Yield what ``make()`` yields; it runs in a daemon thread with its own event loop, at most ``ahead`` items ahead.

    An exception of the iterator is raised here, after the items before it. Closing this generator early cancels the
    iterator where it waits, closes it, and returns when its thread has ended. Nothing starts before the first item is
    asked for.
    """
    reports: SimpleQueue[_Began | _Item[T] | _End] = SimpleQueue()
    room = asyncio.Semaphore(ahead)

    async def pump() -> None:
        task = asyncio.current_task()
        assert task is not None
        reports.put(_Began(asyncio.get_running_loop(), task))
        items = make()
        try:
            await room.acquire()
            async for item in items:
                reports.put(_Item(item))
                await room.acquire()
        finally:
            close = getattr(items, "aclose", None)  # generators have it, bare iterators need not
            if close is not None:
                await close()

    def run() -> None:
        try:
            asyncio.run(pump())
        except BaseException as error:  # whatever it is, it belongs to the consumer
            reports.put(_End(error))
        else:
            reports.put(_End())

    thread = threading.Thread(target=run, name="copydesk-background", daemon=True)
    thread.start()
    began: _Began | None = None
    try:
        while not isinstance(report := reports.get(), _End):
            if isinstance(report, _Began):
                began = report
            elif began is not None:
                _tell(began.loop, room.release)
                yield report.value
        if report.error is not None:
            raise report.error
    finally:
        if began is not None:
            _tell(began.loop, began.task.cancel)
        thread.join()


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[[], object]) -> None:
    """Call ``what`` in the loop's thread, unless the loop has ended by itself."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(what)

"""Runs an async iterator in a thread of its own: network in the background, CPU in the foreground."""

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
class _Started:
    """The thread's first message: its loop and task, which are needed to stop it."""

    loop: asyncio.AbstractEventLoop
    task: asyncio.Task[Any]


@dataclass(frozen=True, slots=True)
class _Item(Generic[T]):
    """An item of the iterator."""

    value: T


@dataclass(frozen=True, slots=True)
class _Ended:
    """The thread's last message."""

    error: BaseException | None = None


def in_background(make: Callable[[], AsyncIterator[T]], ahead: int = 16) -> Iterator[T]:
    """Yields the items of ``make()``, which runs in a daemon thread with its own event loop, at most ``ahead`` items ahead.

    Nothing starts before the first item is requested. An exception of the iterator is raised here, after the items before it. Closing
    this generator early cancels and closes the iterator, and returns when its thread has ended.
    """
    messages: SimpleQueue[_Started | _Item[T] | _Ended] = SimpleQueue()
    room = asyncio.Semaphore(ahead)

    async def pump() -> None:
        task = asyncio.current_task()
        assert task is not None
        messages.put(_Started(asyncio.get_running_loop(), task))
        items = make()
        try:
            await room.acquire()
            async for item in items:
                messages.put(_Item(item))
                await room.acquire()
        finally:
            close = getattr(items, "aclose", None)  # generators have it, other iterators may not
            if close is not None:
                await close()

    def run() -> None:
        try:
            asyncio.run(pump())
        except BaseException as error:  # of any kind: the consumer raises it
            messages.put(_Ended(error))
        else:
            messages.put(_Ended())

    thread = threading.Thread(target=run, name="copydesk-background", daemon=True)
    thread.start()
    started: _Started | None = None
    try:
        while not isinstance(message := messages.get(), _Ended):
            if isinstance(message, _Started):
                started = message
            elif started is not None:
                _call_in_loop(started.loop, room.release)
                yield message.value
        if message.error is not None:
            raise message.error
    finally:
        if started is not None:
            _call_in_loop(started.loop, started.task.cancel)
        thread.join()


def _call_in_loop(loop: asyncio.AbstractEventLoop, function: Callable[[], object]) -> None:
    """Calls ``function`` in the loop's thread, unless the loop has ended."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(function)

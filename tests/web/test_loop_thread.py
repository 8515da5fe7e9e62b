"""Asynchronous iterators in a thread of their own."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from transforms.web.loop_thread import in_background


async def numbers(until: int) -> AsyncIterator[int]:
    for number in range(until):
        await asyncio.sleep(0)
        yield number


def test_in_the_background_gives_the_same_items_in_order() -> None:
    assert list(in_background(lambda: numbers(100), ahead=3)) == list(range(100))
    assert list(in_background(lambda: numbers(0))) == []


def test_an_exception_in_the_background_comes_after_the_items_before_it() -> None:
    async def fails() -> AsyncIterator[int]:
        yield 1
        raise LookupError("on purpose")

    items = in_background(fails)
    assert next(items) == 1
    with pytest.raises(LookupError, match="on purpose"):
        next(items)


def test_an_iterator_that_cannot_be_made_is_an_exception_too() -> None:
    def fails() -> AsyncIterator[int]:
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        list(in_background(fails))


def test_the_background_runs_at_most_ahead_items_ahead() -> None:
    made: list[int] = []
    caught_up = threading.Event()

    async def many() -> AsyncIterator[int]:
        for number in range(50):
            made.append(number)
            if number == 4:
                caught_up.set()
            yield number

    items = in_background(many, ahead=4)
    assert next(items) == 0
    caught_up.wait()  # one taken and four waiting
    assert made == [0, 1, 2, 3, 4]
    assert list(items) == list(range(1, 50))


def test_closing_the_background_early_closes_the_iterator_and_ends_its_thread() -> None:
    closed: list[str] = []

    async def endless() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            closed.append("closed")

    items = in_background(endless)
    assert next(items) == 1
    items.close()  # type: ignore[attr-defined]
    assert closed == ["closed"]
    assert not any(thread.name == "copydesk-background" for thread in threading.enumerate())

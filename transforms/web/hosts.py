"""Requests to many hosts at once; one request at a time to each host, in the order given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from transforms.web.addresses import request_host
from transforms.web.client import Connect, Web
from transforms.web.politeness import Politeness

_ASKED = TypeVar("_ASKED")
_GOT = TypeVar("_GOT")

_AHEAD = (
    16  # results that may wait for the consumer before no new request begins; with those in flight, all that is held
)


def by_host(asked: Iterable[_ASKED], url: Callable[[_ASKED], str]) -> list[list[_ASKED]]:
    """What is to be asked, grouped by host; all without a host are one group, and refused without any waiting."""
    groups: dict[str, list[_ASKED]] = {}
    for item in asked:
        groups.setdefault(request_host(url(item)), []).append(item)
    return list(groups.values())


async def at_all_hosts(
    by_host: Iterable[Iterable[_ASKED]],
    get: Callable[[Web, _ASKED], Awaitable[_GOT]],
    connect: Connect,
    politeness: Politeness,
) -> AsyncIterator[_GOT]:
    """Results as they arrive. One task a host; a consumer that lags behind stops new requests, so memory is bounded."""
    results: asyncio.Queue[_GOT | None] = asyncio.Queue()
    gate = asyncio.Event()
    gate.set()

    async def ask_host(web: Web, group: Iterable[_ASKED]) -> None:
        for item in group:
            results.put_nowait(await get(web, item))
            if results.qsize() >= _AHEAD:
                gate.clear()

    async with Web(connect, politeness, gate=gate) as web:
        tasks = [asyncio.ensure_future(ask_host(web, group)) for group in by_host]
        everything = asyncio.gather(*tasks)
        everything.add_done_callback(lambda _: results.put_nowait(None))
        try:
            while (result := await results.get()) is not None:
                if results.qsize() < _AHEAD:
                    gate.set()
                yield result
            await everything  # raises what a task raised: nothing but a bug, as every refusal is a result
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(everything, *tasks, return_exceptions=True)

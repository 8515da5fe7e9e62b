"""Requests to many hosts at once: one request at a time to each host, in the order given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from transforms.web.addresses import request_host
from transforms.web.client import Web
from transforms.web.settings import Connect, Politeness

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_AHEAD = 16
"""Results that may wait for the consumer. While as many wait, no request begins: only these and the requests in flight are in memory."""


async def request_by_host(
    items: Iterable[_Item],
    url_of: Callable[[_Item], str],
    request: Callable[[Web, _Item], Awaitable[_Result]],
    connect: Connect,
    politeness: Politeness,
) -> AsyncIterator[_Result]:
    """The result of ``request`` for each item, in order of arrival; for items of the same host in their order.

    One task serves each host. A consumer that cannot keep up stops new requests, so memory is bounded.
    """
    results: asyncio.Queue[_Result | None] = asyncio.Queue()
    gate = asyncio.Event()
    gate.set()

    async def serve(web: Web, group: Iterable[_Item]) -> None:
        for item in group:
            results.put_nowait(await request(web, item))
            if results.qsize() >= _AHEAD:
                gate.clear()

    async with Web(connect, politeness, gate=gate) as web:
        tasks = [asyncio.ensure_future(serve(web, group)) for group in _by_host(items, url_of)]
        everything = asyncio.gather(*tasks)
        everything.add_done_callback(lambda _: results.put_nowait(None))
        try:
            while (result := await results.get()) is not None:
                if results.qsize() < _AHEAD:
                    gate.set()
                yield result
            await everything  # raises what a task raised: a bug, as rejects are results
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(everything, *tasks, return_exceptions=True)


def _by_host(items: Iterable[_Item], url_of: Callable[[_Item], str]) -> list[list[_Item]]:
    """The items grouped by host. Items without a host form one group, and are rejected without any wait."""
    groups: dict[str, list[_Item]] = {}
    for item in items:
        groups.setdefault(request_host(url_of(item)), []).append(item)
    return list(groups.values())

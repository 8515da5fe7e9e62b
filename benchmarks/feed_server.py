"""Serves feeds for benchmarks: any number of hosts ``h<n>.example``, by one proxy on loopback, in its own process."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

Handler = Callable[[int, web.Request], Awaitable[web.Response]]
"""Takes the number of the requested feed and the request. Returns the response. It is pickled to the server's process."""


@contextmanager
def serving_feeds(handler: Handler) -> Iterator[str]:
    """Serves while the block runs. Yields the proxy's address."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(handler, there), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        server.terminate()


def write_sources(path: Path, feeds: int) -> None:
    """Writes a sources file with ``feeds`` sources of one feed each."""
    entry = '[[source]]\nid = "h{0}"\nkind = "outlet"\nfeeds = ["http://h{0}.example/feed"]\n'
    path.write_text("".join(entry.format(number) for number in range(feeds)))


def _serve(handler: Handler, ready: Connection) -> None:
    async def handle(request: web.Request) -> web.Response:
        return await handler(int((request.url.host or "").partition(".")[0].removeprefix("h")), request)

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())

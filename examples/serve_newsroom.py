"""Serves the example newsroom on one loopback port, as an HTTP proxy that never forwards.

The pages keep their host names: a client that uses this proxy reads ``pages/<host>/<path>`` of the folder.

    python -m examples.serve_newsroom --port 8900
    copydesk run --sources examples/newsroom/sources.toml --lake lake --proxy http://127.0.0.1:8900
"""

from __future__ import annotations

import argparse
import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

NEWSROOM = Path(__file__).with_name("newsroom")
"""The folder of the newsroom that comes with Copydesk."""

_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/rss+xml; charset=utf-8",
    ".rdf": "application/rdf+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One request, and the status of its response."""

    host: str
    path: str
    status: int


def page_file(folder: Path, host: str, path: str) -> Path | None:
    """The file of an address: the path itself, the path with ``.html``, or the ``index.html`` of a folder. None if there is none."""
    site = (folder / "pages" / host).resolve()
    page = (site / path.lstrip("/")).resolve()
    if site.parent != (folder / "pages").resolve() or not (page == site or site in page.parents):
        return None
    candidates = [page / "index.html"] if path.endswith("/") else [page, page.with_name(page.name + ".html")]
    return next((file for file in candidates if file.is_file() and file.suffix in _CONTENT_TYPES), None)


def newsroom_app(folder: Path, record: Callable[[Served], None]) -> web.Application:
    """An application that serves the folder by host. FileResponse adds ETag, Last-Modified and 304."""

    async def answer(request: web.Request) -> web.StreamResponse:
        host, path = request.url.host or "", request.url.path
        file = page_file(folder, host, path)
        if file is not None:
            return web.FileResponse(file, headers={"Content-Type": _CONTENT_TYPES[file.suffix]})
        if path == "/robots.txt" and page_file(folder, host, "/") is not None:
            return web.Response(text="User-agent: *\nAllow: /\n")
        return web.Response(status=404, text="<h1>Not found</h1>", content_type="text/html")

    async def remember(request: web.Request, response: web.StreamResponse) -> None:
        record(Served(host=request.url.host or "", path=request.url.path, status=response.status))

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    app.on_response_prepare.append(remember)
    return app


@contextmanager
def serving(folder: Path = NEWSROOM, *, port: int = 0, served: list[Served] | None = None) -> Iterator[str]:
    """Serves the folder from a thread while the block runs. Yields the proxy's address, and appends each request to ``served``.

    Port 0 takes a free port.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="newsroom", daemon=True)
    requests: list[Served] = [] if served is None else served
    runner = web.AppRunner(newsroom_app(folder, requests.append), access_log=None, shutdown_timeout=1)

    def wait_for(step: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(step, loop).result()

    thread.start()
    try:
        wait_for(runner.setup())
        wait_for(web.TCPSite(runner, "127.0.0.1", port).start())
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        wait_for(runner.cleanup())
        wait_for(loop.shutdown_default_executor())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def main() -> None:
    """Serves until it is interrupted. Prints one line per request."""
    parser = argparse.ArgumentParser(description="Serve the example newsroom as an HTTP proxy on loopback.")
    parser.add_argument(
        "--folder", type=Path, default=NEWSROOM, help="folder with pages/<host>/<path> (default: the example newsroom)"
    )
    parser.add_argument("--port", type=int, default=8900)
    options = parser.parse_args()
    print(f"newsroom: --proxy http://127.0.0.1:{options.port}  (Ctrl-C ends it)", flush=True)
    app = newsroom_app(options.folder, lambda request: print(request.status, request.host, request.path, flush=True))
    web.run_app(app, host="127.0.0.1", port=options.port, print=None, access_log=None)


if __name__ == "__main__":
    main()

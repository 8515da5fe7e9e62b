"""Seconds to poll many feeds on hosts that each take their time to answer, nearly all of them unchanged.

    python -m benchmarks.polling --feeds 1000 --latency 0.2 --changed 0.05

The first pass fetches all feeds whole; the second, which is measured too, finds the given share changed. Feeds list no entries, so that the
figures are of polling alone. The hosts are names behind one proxy on loopback, served by another process.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

from benchmarks.measure import measure_run


def _serve(latency: float, changed: float, ready: Connection) -> None:
    asked: dict[str, int] = {}

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(latency)
        host = request.url.host or ""
        number = int(host.partition(".")[0].removeprefix("h"))
        asked[host] = asked.get(host, 0) + 1
        version = asked[host] if number % 1000 < changed * 1000 else 1
        etag = f'"{version}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        feed = f"<rss version='2.0'><channel><title>{host} {version}</title></channel></rss>"
        return web.Response(text=feed, content_type="application/rss+xml", headers={"ETag": etag})

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


def main() -> None:
    """Measures and prints two lines."""
    parser = argparse.ArgumentParser(description="Measure the polling of many feeds.")
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds before each answer")
    parser.add_argument("--changed", type=float, default=0.05, help="share of feeds that change between the passes")
    options = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(options.latency, options.changed, there), daemon=True)
    server.start()
    proxy = f"http://127.0.0.1:{here.recv()}"
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources.toml"
        entry = '[[source]]\nid = "h{0}"\nkind = "outlet"\nfeeds = ["http://h{0}.example/feed"]\n'
        sources.write_text("".join(entry.format(number) for number in range(options.feeds)))
        for turn in ("first", "second"):
            run = measure_run(["--sources", str(sources), "--lake", f"{folder}/lake", "--proxy", proxy])
            counts = run.counts
            print(
                f"{turn} pass: {run.seconds:.1f} s for {counts.feeds} feeds, {counts.feeds_unchanged} unchanged, "
                f"{counts.feeds_failed} failed; peak {run.peak_mb:.0f} MB"
            )
    server.terminate()


if __name__ == "__main__":
    main()

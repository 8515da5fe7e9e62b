"""Measures how much one bad source delays the others in a pass.

    python -m benchmarks.fairness

Twenty good sources have a host, a feed and five pages each. Beside them is one source with a feed of 20,000 entries, one whose 600
subdomains hang, or one with 25 pages that redirect to hosts that hang. The figure is the time from the first request of the pass to the
last page of a good source, by the access log, and by how much it is later than without the bad source.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from benchmarks.feed_server import serving_feeds
from benchmarks.measure import measure_run

CASES = ("none", "entries", "subdomains", "redirects")
GOOD, PAGES = 20, 5
BAD_FEED = 1000
SUBDOMAINS, TARGETS, ENTRIES = 600, 25, 20_000
_PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>" + "".join(
    f"<p>Paragraph {n} of {{0}} says that the council met on Tuesday, that the vote was close, and that it will be read again.</p>"
    for n in range(6)
)


@dataclass
class Sites:
    """Good sites, and the one bad source."""

    bad: str
    log: str
    """File with a line for each request: the time, and the number of the host."""

    async def __call__(self, host: int, request: web.Request) -> web.Response:
        with Path(self.log).open("a", encoding="ascii") as log:
            log.write(f"{time.time()} {host} {request.path}\n")
        if request.path == "/robots.txt" and host < BAD_FEED:
            return web.Response(status=404)
        if request.path == "/feed":
            return web.Response(text=self._feed(host), content_type="application/rss+xml")
        if host > BAD_FEED and self.bad == "subdomains":
            await asyncio.sleep(3600)
        if host >= 3000:
            await asyncio.sleep(3600)
        if host > BAD_FEED and self.bad == "redirects":
            if request.path == "/robots.txt":
                return web.Response(status=404)
            return web.Response(status=302, headers={"Location": f"http://h{host + 1000}.example/"})
        return web.Response(text=_PAGE.format(f"{host} {request.path}"), content_type="text/html")

    def _feed(self, host: int) -> str:
        if host < BAD_FEED:
            links = [f"http://h{host}.example/{page}" for page in range(PAGES)]
        elif self.bad == "entries":
            links = [f"http://h{host}.example/{page}" for page in range(ENTRIES)]
        elif self.bad == "subdomains":
            links = [f"http://h{host + 1 + number}.bad.example/" for number in range(SUBDOMAINS)]
        else:
            links = [f"http://h{2000 + number}.example/" for number in range(TARGETS)]
        items = "".join(
            f"<item><title>Story</title><link>{link}</link><guid>{link}</guid><description>Some words about it.</description></item>"
            for link in links
        )
        return f"<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>"


def main() -> None:
    """Measures, and prints a line for each case."""
    parser = argparse.ArgumentParser(description="Measures how much one bad source delays the others.")
    parser.add_argument(
        "--rounds", type=int, default=3, help="of several rounds the best counts (default: %(default)s)"
    )
    best: dict[str, float] = {}
    for _ in range(parser.parse_args().rounds):
        for bad in CASES:
            last, what = _measured(bad)
            best[bad] = min(last, best.get(bad, last))
            print(f"{bad:>10}: last good page after {last:.1f} s; {what}", flush=True)
    for bad in CASES[1:]:
        print(f"{bad:>10}: delays the others by {best[bad] - best[CASES[0]]:+.1f} s")


def _measured(bad: str) -> tuple[float, str]:
    """Seconds until the last page of a good source was requested, and what else there is to say about the pass."""
    with tempfile.TemporaryDirectory() as folder:
        log, sources = Path(folder) / "log", Path(folder) / "sources.toml"
        hosts = [*([] if bad == CASES[0] else [BAD_FEED]), *range(GOOD)]
        entry = '[[source]]\nid = "h{0}"\nkind = "outlet"\nfeeds = ["http://h{0}.example/feed"]\n'
        sources.write_text("".join(entry.format(host) for host in hosts))
        with serving_feeds(Sites(bad, str(log))) as proxy:
            limits = ("--page-seconds", "10", "--host-seconds", "20", "--pause", "0.5", "--pass-seconds", "60")
            run = measure_run(["--sources", str(sources), "--lake", f"{folder}/lake", "--proxy", proxy, *limits])
        requests = [line.split() for line in log.read_text().splitlines()]
    pages = [float(at) for at, host, path in requests if int(host) < GOOD and path[1:].isdigit()]
    counts = run.counts
    what = f"{counts.entries} entries = {counts.articles} articles + {counts.rejects} rejects, in {run.seconds:.0f} s"
    return max(pages) - min(float(at) for at, *_ in requests), what


if __name__ == "__main__":
    main()

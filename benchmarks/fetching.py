"""Measures how many pages the client fetches for a second of CPU, and the memory that it needs for them. Pages are not extracted.

    python -m benchmarks.fetching --pages 10000 --hosts 200 --latency 0.1

The hosts answer by one proxy on loopback, in another process. There is no pause between two requests to a host. Memory is printed after
each quarter of the pages: it should stay level.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import time
from dataclasses import dataclass

import psutil
from aiohttp import web

from benchmarks.feed_server import serving_feeds
from schemas import Page, Source
from transforms.accounting.runs import now
from transforms.extraction.single_page import single_page
from transforms.web.crawl import Crawl
from transforms.web.pages import FailedPage, page_request
from transforms.web.settings import Connect, Politeness

_PARAGRAPH = "<p>The council met on Tuesday, the vote was close, and it will be read again in the autumn.</p>"


@dataclass
class Pages:
    """Hosts with pages of one size."""

    kilobytes: int
    latency: float

    async def __call__(self, host: int, request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(status=404)
        await asyncio.sleep(self.latency)
        text = _PARAGRAPH * (self.kilobytes * 1000 // len(_PARAGRAPH))
        return web.Response(text=f"<html><title>{host}</title>{text}", content_type="text/html")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Measures the CPU that the client takes for a page.")
    parser.add_argument("--pages", type=int, default=10_000, help="(default: %(default)s)")
    parser.add_argument("--hosts", type=int, default=200, help="(default: %(default)s)")
    parser.add_argument("--latency", type=float, default=0.1, metavar="SECONDS", help="(default: %(default)s)")
    parser.add_argument("--kilobytes", type=int, default=60, help="size of a page (default: %(default)s)")
    options = parser.parse_args()
    with serving_feeds(Pages(options.kilobytes, options.latency)) as proxy:
        _measure(options.pages, options.hosts, proxy)


def _measure(pages: int, hosts: int, proxy: str) -> None:
    sources = [Source(id=f"h{host}", kind="outlet", feeds=()) for host in range(hosts)]
    entries = [
        single_page(b"", sources[n % hosts], f"http://h{n % hosts}.example/{n}", now()).entry for n in range(pages)
    ]
    process, began, fetched = psutil.Process(), time.monotonic(), 0
    before = resource.getrusage(resource.RUSAGE_SELF)
    with Crawl[Page | FailedPage](Connect(proxy=proxy), Politeness(pause=0, host_seconds=3600)) as crawl:
        crawl.add(page_request(entry, now) for entry in entries)
        for number, result in enumerate(crawl.results(), 1):
            fetched += isinstance(result, Page)
            if number % max(1, pages // 4) == 0:
                print(f"{number:>7} results: {process.memory_info().rss / 1e6:.0f} MB", flush=True)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{fetched} of {pages} pages in {time.monotonic() - began:.1f} s, {cpu:.1f} s of CPU: {fetched / cpu:.0f} pages a CPU second"
    )


if __name__ == "__main__":
    main()

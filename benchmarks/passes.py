"""Measures what a long pass needs and what a kill costs: with commits within the pass, and with one commit at its end.

    python -m benchmarks.passes --pages 2500 5000 10000 --commit-every 30s
    python -m benchmarks.passes --pages 10000 --commit-every 30s --kill-after 2m

A newsroom on loopback lists so many pages, which its 200 hosts published within a day, and answers after 100 ms. A first pass fetches
them all into an empty lake. Memory is that of all processes of the command together, and CPU that of the whole command.

``--kill-after`` kills a pass (kill -9) instead, counts the pages that the newsroom had served and the articles that are in the lake, and
lets the next pass fetch the rest: every article must then be there once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from benchmarks.feed_server import serving_feeds
from benchmarks.measure import COPYDESK, measure_run
from benchmarks.publishing import Newsroom
from copydesk import open_lake
from pipelines.command.durations import duration
from transforms.lake.layout import run_ids
from transforms.lake.opening import lake_at

AT_THE_END = "1d"
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class CountedNewsroom:
    """A newsroom that writes a byte to a file for each page that it serves."""

    newsroom: Newsroom
    served: Path
    latency: float
    """Seconds before each answer."""

    async def __call__(self, source: int, request: web.Request) -> web.Response:
        await asyncio.sleep(self.latency)
        if "/news/" in request.path:
            with self.served.open("ab") as file:
                file.write(b".")
        return await self.newsroom.answer(source, request)


def main() -> None:
    """Measures, and prints a line for each pass, with tabs between the figures."""
    parser = argparse.ArgumentParser(description="Measures a long pass, or what a kill of one costs.")
    parser.add_argument("--pages", type=int, nargs="+", default=[2500, 5000, 10_000], help="(default: %(default)s)")
    parser.add_argument("--hosts", type=int, default=200, help="(default: %(default)s)")
    parser.add_argument("--latency", type=float, default=0.1, metavar="SECONDS", help="(default: %(default)s)")
    parser.add_argument("--commit-every", default="30s", metavar="TIME", help="as in copydesk run (default: 30s)")
    parser.add_argument("--kill-after", type=duration, metavar="TIME", help="kill each pass (default: let it end)")
    options = parser.parse_args()
    columns = ["pages", "commits", "seconds", "CPU s", "pages a CPU s", "peak MB", "articles"]
    if options.kill_after:
        columns = ["pages", "commits", "served", "in the lake", "lost", "articles in the end", "served twice"]
    print("\t".join(["commit every", *columns]), flush=True)
    for pages in options.pages:
        for every in (options.commit_every, AT_THE_END):
            with tempfile.TemporaryDirectory() as folder:
                newsroom = _newsroom(pages, options.hosts, options.latency, Path(folder))
                with serving_feeds(newsroom) as proxy:
                    arguments = _arguments(Path(folder), proxy, every)
                    if options.kill_after:
                        figures = _killed(pages, Path(folder), arguments, options.kill_after)
                    else:
                        figures = _whole(pages, Path(folder), arguments)
            print("\t".join(["the end" if every == AT_THE_END else every, *figures]), flush=True)


def _whole(pages: int, folder: Path, arguments: list[str]) -> list[str]:
    run = measure_run(arguments)
    assert run.record is not None
    assert run.record.balanced
    commits = len(run_ids(lake_at(folder / "lake")))
    rate = pages / run.cpu_seconds
    figures = (pages, commits, run.seconds, run.cpu_seconds, rate, run.peak_mb, run.counts.articles)
    return [f"{figure:.0f}" for figure in figures]


def _killed(pages: int, folder: Path, arguments: list[str], seconds: float) -> list[str]:
    command = [*COPYDESK, "run", *arguments, "--quiet"]
    with subprocess.Popen(command, start_new_session=True) as process:
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
    served, kept = _served(folder), len(_articles(folder))
    commits = len(run_ids(lake_at(folder / "lake")))
    subprocess.run(command, check=True)
    articles = _articles(folder)
    assert len(articles) == len(set(articles)), "articles are in the lake twice"
    figures = (pages, commits, served, kept, served - kept, len(articles), _served(folder) - len(articles))
    return [str(figure) for figure in figures]


def _newsroom(pages: int, hosts: int, latency: float, folder: Path) -> CountedNewsroom:
    """A newsroom whose feeds list so many pages together."""
    each = pages // hosts
    every = _DAY / each
    newsroom = Newsroom(hosts, every, time.time() - every * (each + 1), each)
    newsroom.write_sources(folder / "sources.toml")
    (folder / "served").touch()
    return CountedNewsroom(newsroom, folder / "served", latency)


def _arguments(folder: Path, proxy: str, every: str) -> list[str]:
    places = ["--sources", str(folder / "sources.toml"), "--lake", str(folder / "lake"), "--proxy", proxy]
    return [*places, "--pause", "0", "--host-seconds", "3600", "--commit-every", every]


def _served(folder: Path) -> int:
    return (folder / "served").stat().st_size


def _articles(folder: Path) -> list[str]:
    table = open_lake(folder / "lake").articles(columns=["article_id"])
    return [str(article) for article in table["article_id"].to_pylist()]


if __name__ == "__main__":
    main()

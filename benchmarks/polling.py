"""Measures polling of many feeds, on hosts that answer slowly. Nearly all feeds are unchanged.

    python -m benchmarks.polling --feeds 1000 --latency 0.2 --changed 0.05

The first pass fetches all feeds whole. The second one finds the given share of them changed. Both are measured. Feeds list no entries, so
the figures are of polling alone. Another process serves all hosts, by one proxy on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from benchmarks.feed_server import serving_feeds, write_sources
from benchmarks.measure import measure_run


@dataclass
class SlowFeeds:
    """Feeds that answer late. Some of them change between polls."""

    latency: float
    changed: float
    polls: dict[int, int] = field(default_factory=dict)

    async def __call__(self, feed: int, request: web.Request) -> web.Response:
        await asyncio.sleep(self.latency)
        self.polls[feed] = self.polls.get(feed, 0) + 1
        version = self.polls[feed] if feed % 1000 < self.changed * 1000 else 1
        etag = f'"{version}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        text = f"<rss version='2.0'><channel><title>{feed} {version}</title></channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": etag})


def main() -> None:
    """Measures, and prints two lines."""
    parser = argparse.ArgumentParser(description="Measures the polling of many feeds.")
    parser.add_argument("--feeds", type=int, default=1000, help="(default: %(default)s)")
    parser.add_argument(
        "--latency", type=float, default=0.2, help="seconds before each response (default: %(default)s)"
    )
    parser.add_argument(
        "--changed",
        type=float,
        default=0.05,
        help="share of feeds that change between the passes (default: %(default)s)",
    )
    options = parser.parse_args()
    with serving_feeds(SlowFeeds(options.latency, options.changed)) as proxy, tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources.toml"
        write_sources(sources, options.feeds)
        for turn in ("first", "second"):
            run = measure_run(["--sources", str(sources), "--lake", f"{folder}/lake", "--proxy", proxy])
            counts = run.counts
            print(
                f"{turn} pass: {run.seconds:.1f} s for {counts.feeds} feeds, {counts.feeds_unchanged} unchanged, "
                f"{counts.feeds_failed} failed; peak {run.peak_mb:.0f} MB"
            )


if __name__ == "__main__":
    main()

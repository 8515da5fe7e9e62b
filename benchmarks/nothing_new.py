"""Measures a pass that finds nothing new, with lakes of different sizes.

    python -m benchmarks.nothing_new --sizes 5000 100000 1000000
    python -m benchmarks.nothing_new --sizes 1000000 --look-back 7

100 feeds list 50 entries each, all of them seen. The feeds differ in a few bytes on each poll, so every entry is looked up. The smallest
lake has only these entries: the time that larger ones take beyond it is the cost of size. The lakes have index and polls only, because
such a pass reads no articles.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from aiohttp import web

from benchmarks.feed_server import serving_feeds, write_sources
from benchmarks.measure import measure_run
from schemas import IndexRow, Source
from transforms.accounting.run_record import RunRecord
from transforms.feeds.parse import read_feed
from transforms.lake.commit import commit, stage
from transforms.lake.layout import Lake, partition
from transforms.lake.opening import open_lake
from transforms.urls import digest

FEEDS = 100
LISTED = 50
DAYS = 30
NEWEST = datetime.now(timezone.utc).replace(microsecond=0)


def _feed(feed: int, poll: int) -> str:
    items = "".join(
        f"<item><title>Story {n} of {feed}</title><link>http://h{feed}.example/{n}</link><guid>{n}</guid></item>"
        for n in range(LISTED)
    )
    return f"<rss version='2.0'><channel><title>{feed}, poll {poll}</title>{items}</channel></rss>"


class RestlessFeeds:
    """Feeds that always list the same entries, under a title that changes with every poll."""

    def __init__(self) -> None:
        self._polls = itertools.count(1)

    async def __call__(self, feed: int, request: web.Request) -> web.Response:
        return web.Response(text=_feed(feed, next(self._polls)), content_type="application/rss+xml")


def _rows(size: int) -> Iterator[IndexRow]:
    """Yields ``size`` index rows: first those of the entries that the feeds list, then others."""
    for feed in range(FEEDS):
        source = Source(id=f"h{feed}", kind="outlet", feeds=(f"http://h{feed}.example/feed",))
        content = read_feed(
            _feed(feed, 0).encode(), {}, source.feeds[0], source=source, feed_url=source.feeds[0], seen_at=NEWEST
        )
        for entry in content.entries:
            listed = IndexRow(
                entry_key=entry.entry_key,
                url_key=entry.url_key,
                fingerprint=entry.fingerprint,
                source=source.id,
                feed_url=entry.feed_url,
                outcome="article",
                final=True,
                attempts=1,
                article_id=entry.url_key,
                revision=1,
                text_hash=entry.fingerprint,
                content_hash=entry.fingerprint,
                story_id=entry.url_key,
                published_at=NEWEST,
                first_seen_at=NEWEST,
                seen_at=NEWEST,
                run_id="generated",
            )
            yield listed
    for number in range(size - FEEDS * LISTED):
        key, moment = digest(str(number)), NEWEST - timedelta(seconds=number * DAYS * 86400 // size)
        yield replace(
            listed,
            entry_key=key,
            url_key=key,
            article_id=key,
            content_hash=key,
            story_id=key,
            text_hash=key,
            seen_at=moment,
        )


def make_lake(folder: Path, size: int) -> Lake:
    """Makes a lake whose index has ``size`` articles of the last DAYS days, one file per day."""
    lake = open_lake(folder)
    days: dict[str, list[IndexRow]] = {}
    for row in _rows(size):
        days.setdefault(partition(row), []).append(row)
    run_id = "20261001T000000Z-000000"
    written = [file for where, rows in days.items() for file in stage(lake, run_id, where, rows)]
    commit(lake, RunRecord.from_tallies(run_id, NEWEST, NEWEST, "generated", [], written))
    return lake


def main() -> None:
    """Makes the lakes, measures the passes, and prints a line for each."""
    parser = argparse.ArgumentParser(description="Measures passes that find nothing new.")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[FEEDS * LISTED, 100_000, 1_000_000], help="articles of each lake"
    )
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--look-back", metavar="DAYS", help="as in copydesk run (default: the whole index)")
    options = parser.parse_args()
    more = ["--look-back", options.look_back] if options.look_back else []
    with serving_feeds(RestlessFeeds()) as proxy, tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources.toml"
        write_sources(sources, FEEDS)
        lakes = [make_lake(Path(folder) / f"lake{size}", size) for size in options.sizes]
        for turn in range(options.rounds):  # one size after another, so that a noisy moment affects all sizes
            for size, lake in zip(options.sizes, lakes, strict=True):
                run = measure_run(
                    ["--sources", str(sources), "--lake", str(lake.root), "--proxy", proxy, "--pause", "0", *more]
                )
                counts = run.counts
                print(
                    f"round {turn + 1}, {size:>9} articles: {run.seconds:.1f} s, {counts.entries} entries, "
                    f"{counts.seen} already seen, {counts.articles} new; peak {run.peak_mb:.0f} MB"
                )


if __name__ == "__main__":
    main()

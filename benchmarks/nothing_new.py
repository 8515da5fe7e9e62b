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
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
from aiohttp import web

from benchmarks.feed_server import serving_feeds, write_sources
from benchmarks.measure import measure_run
from schemas import SCHEMA_VERSION, IndexRow, Source
from transforms.accounting.run_record import RunRecord
from transforms.feeds.parse import read_feed
from transforms.lake.commit import commit, stage, stage_sorted
from transforms.lake.layout import Lake, file_schema, partition, sort_keys
from transforms.lake.opening import open_lake
from transforms.lake.parquet import row_groups
from transforms.urls import digest

FEEDS = 100
LISTED = 50
DAYS = 30
RUN_ID = "20261001T000000Z-000000"
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


def _listed_rows() -> list[IndexRow]:
    """The rows of the entries that the feeds list."""
    rows = []
    for feed in range(FEEDS):
        source = Source(id=f"h{feed}", kind="outlet", feeds=(f"http://h{feed}.example/feed",))
        content = read_feed(
            _feed(feed, 0).encode(), {}, source.feeds[0], source=source, feed_url=source.feeds[0], seen_at=NEWEST
        )
        rows += [
            IndexRow(
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
                page_key=entry.url_key,
                published_at=NEWEST,
                first_seen_at=NEWEST,
                seen_at=NEWEST,
                run_id=RUN_ID,
            )
            for entry in content.entries
        ]
    return rows


def key_of(number: int) -> str:
    """The keys of a generated row."""
    return digest(str(number))


def _generated_rows(day: int, numbers: range) -> pa.Table:
    """Rows of other articles, seen so many days ago."""
    keys = pa.array(map(key_of, numbers), pa.string())
    moment = pa.scalar(NEWEST - timedelta(days=day), pa.timestamp("us", "UTC"))
    same: dict[str, Any] = {
        "source": "other",
        "feed_url": "http://other.example/feed",
        "outcome": "article",
        "final": True,
        "attempts": 1,
        "revision": 1,
        "run_id": RUN_ID,
        "schema_version": SCHEMA_VERSION,
    }
    columns = {
        field.name: keys
        if field.name.endswith(("_key", "_hash", "_id", "fingerprint")) and field.name not in same
        else pa.repeat(
            moment if pa.types.is_timestamp(field.type) else pa.scalar(same.get(field.name), field.type), len(keys)
        )
        for field in file_schema("index")
    }
    return pa.table(columns, schema=file_schema("index")).sort_by(sort_keys("index"))


def make_lake(folder: Path, size: int) -> Lake:
    """Makes a lake whose index has ``size`` articles of the last DAYS days, one file per day. No other dataset has rows."""
    lake = open_lake(folder)
    listed = _listed_rows()
    written = stage(lake, RUN_ID, partition(listed[0]), listed)
    others = max(0, size - len(listed))
    for day in range(1, DAYS + 1):
        numbers = range(others * (day - 1) // DAYS, others * day // DAYS)
        if numbers:
            rows = _generated_rows(day, numbers)
            where = f"index/date={(NEWEST - timedelta(days=day)).date()}"
            written += stage_sorted(lake, RUN_ID, where, row_groups(rows))
    commit(lake, RunRecord.from_tallies(RUN_ID, NEWEST, NEWEST, "generated", [], written))
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
                    f"{counts.seen} already seen, {counts.articles} new; {run.cpu_seconds:.1f} s CPU, peak {run.peak_mb:.0f} MB"
                )


if __name__ == "__main__":
    main()

"""Measures compaction of a lake of many small passes: files, bytes, seconds, memory, and what a reader sees meanwhile.

    python -m benchmarks.compaction --days 30 --sources 100 --articles 3
    python -m benchmarks.compaction --days 1 --sources 1 --articles 1000 --copies 40     # one large partition

The lake has generated articles, one pass an hour, staged and committed like real passes. Copies of an article differ only in identity
and time. A reader counts the rows of the index again and again while the lake is compacted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import duckdb
import psutil

from benchmarks.generated import Newsroom
from benchmarks.measure import COPYDESK
from schemas import FeedPoll, Row, StoryArticle
from transforms.accounting.rows import article_index_row
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id
from transforms.lake.commit import commit, stage
from transforms.lake.layout import Lake, partition
from transforms.lake.opening import open_lake
from transforms.urls import digest

_BEGAN = datetime(2026, 10, 1, tzinfo=timezone.utc)


def main() -> None:
    """Makes the lake, compacts it twice, and prints the figures."""
    parser = argparse.ArgumentParser(description="Measure copydesk compact.")
    parser.add_argument("--lake", help="make the lake here and keep it (default: a temporary folder)")
    parser.add_argument("--days", type=int, default=30, help="(default: %(default)s)")
    parser.add_argument("--sources", type=int, default=100, help="(default: %(default)s)")
    parser.add_argument("--articles", type=int, default=3, help="per source and hour (default: %(default)s)")
    parser.add_argument("--copies", type=int, default=1, help="of each article (default: %(default)s)")
    parser.add_argument("--target-mb", default="256", help="as in copydesk compact (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(options.lake or f"{folder}/lake")
        began = time.monotonic()
        os.fsync = lambda fd: None  # faster; nobody needs this lake after a power cut
        for hour in range(options.days * 24):
            _pass(lake, _BEGAN + timedelta(hours=hour + 1), options.sources, options.articles, options.copies)
        print(f"made {options.days * 24} hourly passes in {time.monotonic() - began:.0f} s", flush=True)
        for turn in ("first", "second"):
            report, peak, reads = _compact(lake, options.target_mb)
            print(
                f"{turn}: {report['compacted']} of {report['partitions']} partitions, {report['files_before']} -> {report['files']} files, "
                f"{report['bytes_before'] / 1e6:.0f} -> {report['bytes'] / 1e6:.0f} MB, {report['seconds']:.1f} s; "
                f"peak {peak / 1e6:.0f} MB; reader: {dict(reads)}",
                flush=True,
            )
        largest = Counter(file.parent for dataset in ("articles", "index", "polls") for file in lake.files(dataset))
        print(f"most files in a partition: {max(largest.values())}")


def _compact(lake: Lake, target_mb: str) -> tuple[dict[str, float], int, Counter[str]]:
    command = [*COPYDESK, "compact", "--lake", str(lake.root), "--json", "--quiet", "--target-mb", target_mb]
    expected, reads, peak = _count(lake), Counter[str](), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as compacting:
        process = psutil.Process(compacting.pid)
        while compacting.poll() is None:
            with suppress(psutil.Error):  # it has just ended
                peak = max(peak, process.memory_info().rss)
            try:
                reads["right" if _count(lake) == expected else "wrong"] += 1
            except duckdb.IOException:  # a file that the query listed has gone; a reader repeats the query
                reads["failed"] += 1
            time.sleep(0.05)
        assert compacting.stdout is not None
        report: dict[str, float] = json.loads(compacting.stdout.read())
    return report, peak, reads


def _count(lake: Lake) -> int:
    query = f"SELECT count(*) FROM read_parquet('{lake.root}/index/**/*.parquet')"
    return int(duckdb.execute(query).fetchall()[0][0])


def _pass(lake: Lake, moment: datetime, sources: int, articles: int, copies: int) -> None:
    run_id = new_run_id(moment)
    folders: dict[str, list[Row]] = {}
    for row in _rows(run_id, moment, sources, articles, copies):
        folders.setdefault(partition(row), []).append(row)
    written = [file for folder, rows in folders.items() for file in stage(lake, run_id, folder, rows)]
    commit(lake, RunRecord.from_tallies(run_id, moment, moment, "generated", [], written))


def _rows(run_id: str, moment: datetime, sources: int, articles: int, copies: int) -> Iterator[Row]:
    for number in range(sources):
        source = f"paper{number:03}"
        for _ in range(articles):
            article = _NEWSROOM.article(source, moment, run_id)
            for copy in range(copies):
                member = _copy(article, copy, moment)
                yield member
                yield article_index_row(member)
        yield FeedPoll(
            source=source,
            feed_url=f"https://www.{source}.example/rss/world.xml",
            polled_at=moment,
            outcome="ok",
            http_status=200,
            etag=f'"{moment:%s}"',
            last_modified=None,
            content_hash=digest(run_id),
            moved_to=None,
            entries=articles,
            bytes=50_000,
            seconds=0.3,
            run_id=run_id,
        )


def _copy(article: StoryArticle, number: int, moment: datetime) -> StoryArticle:
    if number == 0:
        return article
    article_id = digest(article.article_id, str(number))
    published = moment - timedelta(seconds=_DRAW.randrange(3600))
    return replace(
        article, article_id=article_id, content_hash=article_id, url=f"{article.url}-{number}", published_at=published
    )


_NEWSROOM = Newsroom()
_DRAW = random.Random(2)

if __name__ == "__main__":
    main()

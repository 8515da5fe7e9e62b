"""Reads real feeds with Copydesk and with feedparser alone: entries a CPU second, and entries that are lost.

    python -m benchmarks.feeds [CORPUS] [--turns 3]

CORPUS (by default ``../shared/corpus``) has ``feeds.jsonl``: lines with ``feed``, the path of a feed that may be gzipped, and ``items``,
how many it has. Both read each feed in turn, in one process. A feed counts with its fastest turn, after one that does not count. An entry
is lost if the feed has it and Copydesk does not return it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import feedparser

from schemas import Rejected, Source
from transforms.feeds.parse import read_feed

_ADDRESS = "http://post.example/feed"
_SOURCE = Source(id="post", kind="outlet", feeds=(_ADDRESS,))
_NOW = datetime(2026, 10, 1, tzinfo=timezone.utc)


def copydesk(body: bytes) -> int:
    """The number of entries that Copydesk reads."""
    try:
        content = read_feed(body, {}, _ADDRESS, source=_SOURCE, feed_url=_ADDRESS, seen_at=_NOW)
    except Rejected:
        return 0
    return len(content.entries)


def feedparser_alone(body: bytes) -> int:
    """The number of entries that feedparser reads."""
    return len(feedparser.parse(body).entries)


def read(body: bytes, reader: Callable[[bytes], int]) -> tuple[int, float]:
    """The number of entries of a feed, and the CPU seconds that it takes."""
    began = time.process_time()
    count = reader(body)
    return count, time.process_time() - began


def main() -> int:
    """The command. Its status is 1 if an entry is lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=Path("../shared/corpus"))
    parser.add_argument("--turns", type=int, default=3, help="default: %(default)s")
    options = parser.parse_args()
    entries = {copydesk: 0, feedparser_alone: 0}
    seconds = {copydesk: 0.0, feedparser_alone: 0.0}
    feeds = lost = 0
    for line in (options.corpus / "feeds.jsonl").read_text(encoding="utf-8").splitlines():
        feed = json.loads(line)
        body = (options.corpus / feed["feed"]).read_bytes()
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        feeds += 1
        counts = {}
        fastest = dict.fromkeys(seconds, float("inf"))
        for turn in range(options.turns + 1):
            for reader in seconds:
                counts[reader], used = read(body, reader)
                fastest[reader] = min(fastest[reader], used) if turn else fastest[reader]
        for reader in seconds:
            entries[reader] += counts[reader]
            seconds[reader] += fastest[reader]
        if missing := max(0, max(feed["items"], counts[feedparser_alone]) - counts[copydesk]):
            lost += missing
            print(
                f"{feed['id']}: {counts[copydesk]} entries, feedparser {counts[feedparser_alone]}, stated {feed['items']}"
            )
    for reader, name in ((copydesk, "copydesk"), (feedparser_alone, "feedparser")):
        print(f"{name}: {entries[reader]:,} entries, {entries[reader] / seconds[reader]:,.0f} a CPU second")
    print(f"{feeds} feeds, {lost} entries lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())

"""Measures the memory of ``copydesk watch`` over many passes.

    python -m benchmarks.watch --passes 1000 [--compact-every 250]

The feeds are few and never change, so only the command itself can grow. Each pass still writes its polls and its record, and later passes
read them, so memory grows with the number of files. With --compact-every, the lake is compacted after that many passes, as it would be at
night; the watch's own compaction is off. Prints resident memory of the process and its children, and open files and threads of the process
alone, for every hundred passes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

import psutil
from aiohttp import web

from benchmarks.feed_server import serving_feeds, write_sources
from benchmarks.measure import COPYDESK, resident

FEEDS = 20
_EVERY = 0.25
_GROUP = 100


class QuietFeeds:
    """Feeds without entries. They answer 304 to every request but the first."""

    async def __call__(self, feed: int, request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        text = f"<rss version='2.0'><channel><title>{feed}</title></channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": '"1"'})


def main() -> None:
    """Starts the watch, samples its memory, and prints a line for each group of passes."""
    parser = argparse.ArgumentParser(description="Measures the memory of copydesk watch over many passes.")
    parser.add_argument("--passes", type=int, default=1000, help="(default: %(default)s)")
    parser.add_argument(
        "--compact-every", type=int, metavar="PASSES", help="compact the lake after this many passes (default: never)"
    )
    options = parser.parse_args()
    with serving_feeds(QuietFeeds()) as proxy, tempfile.TemporaryDirectory() as folder:
        sources, beat = Path(folder) / "sources.toml", Path(folder) / "beat.json"
        write_sources(sources, FEEDS)
        command = [
            *COPYDESK,
            "watch",
            "--every",
            "2s" if options.compact_every else "1s",
            "--passes",
            str(options.passes),
            "--compact-every",
            "never",
            "--quiet",
        ]
        command += ["--sources", str(sources), "--lake", f"{folder}/lake", "--proxy", proxy, "--heartbeat", str(beat)]
        began = time.monotonic()
        with subprocess.Popen(command) as watch:
            _sample(watch, beat, Path(folder) / "lake", options.compact_every)
        print(f"{options.passes} passes in {time.monotonic() - began:.0f} s, exit status {watch.returncode}")


def _sample(watch: subprocess.Popen[bytes], beat: Path, lake: Path, compact_every: int | None) -> None:
    process = psutil.Process(watch.pid)
    megabytes: dict[int, list[float]] = defaultdict(list)
    printed, compacted = 0, 0
    while watch.poll() is None:
        time.sleep(_EVERY)
        try:
            passes = json.loads(beat.read_text()).get("passes", 0)
            megabytes[passes // _GROUP].append(resident(watch.pid) / 1e6)
            files, threads = process.num_fds(), process.num_threads()
        except (OSError, psutil.Error):  # it has not started yet, or has just ended
            continue
        if compact_every and passes // compact_every > compacted:
            command = [*COPYDESK, "compact", "--lake", str(lake), "--quiet", "--wait", "1m"]
            subprocess.run(command, check=True)
            compacted = passes // compact_every
        if passes // _GROUP > printed:
            sampled = megabytes.pop(printed)
            print(
                f"passes {printed * _GROUP + 1:>5} to {(printed + 1) * _GROUP:>5}: median {median(sampled):.0f} MB, "
                f"highest {max(sampled):.0f} MB; {files} open files, {threads} threads",
                flush=True,
            )
            printed = passes // _GROUP


if __name__ == "__main__":
    main()

"""Memory of ``copydesk watch`` over many passes.

    python -m benchmarks.watch --passes 1000 [--compact-every 250]

A few feeds that never change, so that what grows is the command itself. Each pass still writes its polls and its record, and those that
follow read them, so memory follows the number of files; with --compact-every the lake is compacted after so many passes, as it would be at
night. Prints resident memory, open files and threads of the one process for every hundred passes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

import psutil
from aiohttp import web

from benchmarks.feed_server import serving_feeds, write_sources

FEEDS = 20
_EVERY = 0.25
_GROUP = 100


class QuietFeeds:
    """Feeds of nothing, which answer 304 to whoever has asked before."""

    async def __call__(self, feed: int, request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        text = f"<rss version='2.0'><channel><title>{feed}</title></channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": '"1"'})


def main() -> None:
    """Watches, looks, prints a line for each group of passes."""
    parser = argparse.ArgumentParser(description="Measure the memory of copydesk watch over many passes.")
    parser.add_argument("--passes", type=int, default=1000)
    parser.add_argument("--compact-every", type=int, metavar="PASSES", help="default: never")
    options = parser.parse_args()
    with serving_feeds(QuietFeeds()) as proxy, tempfile.TemporaryDirectory() as folder:
        sources, beat = Path(folder) / "sources.toml", Path(folder) / "beat.json"
        write_sources(sources, FEEDS)
        command = [
            sys.executable,
            "-m",
            "pipelines.cli",
            "watch",
            "--every",
            "2s" if options.compact_every else "1s",
            "--passes",
            str(options.passes),
            "--quiet",
        ]
        command += ["--sources", str(sources), "--lake", f"{folder}/lake", "--proxy", proxy, "--heartbeat", str(beat)]
        began = time.monotonic()
        with subprocess.Popen(command) as watch:
            _look(watch, beat, Path(folder) / "lake", options.compact_every)
        print(f"{options.passes} passes in {time.monotonic() - began:.0f} s, exit status {watch.returncode}")


def _look(watch: subprocess.Popen[bytes], beat: Path, lake: Path, compact_every: int | None) -> None:
    process = psutil.Process(watch.pid)
    megabytes: dict[int, list[float]] = defaultdict(list)
    told, compacted = 0, 0
    while watch.poll() is None:
        time.sleep(_EVERY)
        try:
            passes = json.loads(beat.read_text()).get("passes", 0)
            megabytes[passes // _GROUP].append(process.memory_info().rss / 1e6)
            files, threads = process.num_fds(), process.num_threads()
        except (OSError, psutil.Error):  # not begun, or just ended
            continue
        if compact_every and passes // compact_every > compacted:
            command = [sys.executable, "-m", "pipelines.cli", "compact", "--lake", str(lake), "--quiet", "--wait", "1m"]
            subprocess.run(command, check=True)
            compacted = passes // compact_every
        if passes // _GROUP > told:
            seen = megabytes.pop(told)
            print(
                f"passes {told * _GROUP + 1:>5} to {(told + 1) * _GROUP:>5}: median {median(seen):.0f} MB, "
                f"highest {max(seen):.0f} MB; {files} open files, {threads} threads",
                flush=True,
            )
            told = passes // _GROUP


if __name__ == "__main__":
    main()

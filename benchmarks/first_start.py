"""Measures the first start of ``copydesk stream`` with many sources, all of whose entries are new.

    python -m benchmarks.first_start --sources 1000 --entries 30 -- --runner=PrismRunner

Options after ``--`` go to ``copydesk stream``. Another process serves all sites, by one proxy on loopback. Each feed lists what its source
published in the last days. The stream is asked to end when all of these articles are in the lake. Prints a line every half minute, and at
the end whether each article is there once.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.feed_server import serving_feeds
from benchmarks.measure import COPYDESK, resident
from benchmarks.publishing import Newsroom
from transforms.lake.layout import Lake, LakeError, read_record, run_ids
from transforms.lake.opening import existing_lake
from transforms.lake.tables import LakeReader

_EVERY = 5.0
_PRINTED_EVERY = 30.0


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures. Returns 1 if an article is missing or there twice."""
    parser = argparse.ArgumentParser(description="Measures the first start of a stream with many sources.")
    parser.add_argument("--sources", type=int, default=1000, help="(default: %(default)s)")
    parser.add_argument("--entries", type=int, default=30, help="of each feed (default: %(default)s)")
    parser.add_argument("--days", type=float, default=3.0, help="that a feed goes back (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=60.0, help="after which to give up (default: %(default)s)")
    parser.add_argument("--pause", default="1", help="seconds between two requests of a host (default: %(default)s)")
    arguments = sys.argv[1:] if argv is None else list(argv)
    split = arguments.index("--") if "--" in arguments else len(arguments)
    options, more = parser.parse_args(arguments[:split]), arguments[split + 1 :]
    every = options.days * 86_400.0 / options.entries
    newsroom = Newsroom(options.sources, every, time.time() - every * (options.entries + 1), options.entries)
    with tempfile.TemporaryDirectory(prefix="copydesk-first-") as folder, serving_feeds(newsroom.answer) as proxy:
        newsroom.write_sources(Path(folder) / "sources.toml")
        command = [*COPYDESK, "stream", "--sources", f"{folder}/sources.toml", "--lake", f"{folder}/lake", *more]
        expected = sum(len(newsroom.published(n, time.time())[-options.entries :]) for n in range(options.sources))
        with subprocess.Popen([*command, "--proxy", proxy, "--pause", options.pause, "--quiet"]) as stream:
            _follow(stream, Path(folder) / "lake", expected, options.minutes * 60)
            stream.send_signal(signal.SIGINT)
            status = stream.wait(timeout=300)
        table = LakeReader(existing_lake(f"{folder}/lake")).articles(columns=["url"], revisions=True)
        urls = Counter(table.column("url").to_pylist())
    doubled = sum(count > 1 for count in urls.values())
    print(f"{expected} entries: {len(urls)} articles in the lake, {doubled} of them twice; exit status {status}")
    return int(len(urls) < expected or doubled > 0)


def _follow(stream: subprocess.Popen[bytes], lake: Path, expected: int, seconds: float) -> None:
    """Waits until all is in the lake, the stream has ended, or the time is up."""
    began, printed, peak, articles = time.monotonic(), 0.0, 0, 0
    while articles < expected and stream.poll() is None and (spent := time.monotonic() - began) < seconds:
        time.sleep(_EVERY)
        peak = max(peak, resident(stream.pid))
        if spent - printed >= _PRINTED_EVERY or articles >= expected:
            printed, articles = spent, _articles(lake)
            used = f"{_cpu(stream.pid):.0f} s CPU, peak {peak / 1e6:.0f} MB"
            print(f"after {spent:.0f} s: {articles} articles, {used}", flush=True)


def _articles(folder: Path) -> int:
    try:
        lake: Lake = existing_lake(folder)
        return sum(read_record(lake, run_id).total.articles for run_id in run_ids(lake))
    except (LakeError, OSError):
        return 0


def _cpu(pid: int) -> float:
    try:
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(sum(process.cpu_times()[:2]) for process in processes)
    except psutil.Error:
        return 0.0


if __name__ == "__main__":
    sys.exit(main())

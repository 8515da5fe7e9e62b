"""Measures lookups in the index of lakes of different sizes: of 100 keys, and of a window of 60 new articles.

    python -m benchmarks.lookups --sizes 100000 1000000 10000000
    COPYDESK_CACHE= python -m benchmarks.lookups          # without the key index: every lookup reads the files

Each lake has one file for each of 30 days, as after a compaction. Prints the time to make the key index, its size, and the median of the
lookups, with CPU time and the peak of memory of the process that makes them.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.nothing_new import DAYS, NEWEST, key_of, make_lake
from transforms.lake.index import articles_known, bodies_known, pages_known, seen_keys
from transforms.lake.key_index import cache_folder
from transforms.lake.layout import Lake
from transforms.stories.group import LOOK_BACK
from transforms.urls import digest

KEYS, ARTICLES = 100, 60


def keys(lake: Lake, draw: random.Random, size: int) -> None:
    """Looks up 100 entries, half of them known."""
    wanted = [key_of(draw.randrange(size)) for _ in range(KEYS // 2)]
    wanted += [digest(str(draw.random())) for _ in range(KEYS // 2)]
    seen = seen_keys(lake, wanted, ())
    assert len(seen.entries) >= KEYS // 3


def window(lake: Lake, draw: random.Random, size: int) -> None:
    """Looks up all that a window of 60 new articles needs."""
    new = [digest(str(draw.random())) for _ in range(ARTICLES)]
    seen_keys(lake, new, new)
    articles_known(lake, new)
    pages_known(lake, new)
    bodies_known(lake, new, NEWEST - LOOK_BACK)


def _measure(lake: Lake, size: int, rounds: int) -> None:
    draw = random.Random(size)
    began = time.perf_counter()
    seen_keys(lake, [key_of(0)], ())
    folder = cache_folder()
    files = folder.rglob("index.sqlite*") if folder else ()
    made = sum(file.stat().st_size for file in files)
    print(
        f"{size:>9} rows: first lookup {time.perf_counter() - began:6.1f} s, key index {made / 1e6:,.0f} MB", flush=True
    )
    for lookup in (keys, window):
        _time(f"{size:>9} rows: {lookup.__name__:6}", partial(lookup, lake, draw, size), rounds)
    # Not by getrusage, which counts what the process that started this one had.
    peak = int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[0])
    print(f"{size:>9} rows: peak {peak / 1000:.0f} MB", flush=True)


def _time(what: str, lookup: Callable[[], None], rounds: int) -> None:
    lookup()
    times, cpu = [], time.process_time()
    for _ in range(rounds):
        began = time.perf_counter()
        lookup()
        times.append(time.perf_counter() - began)
    cpu = (time.process_time() - cpu) / rounds
    print(f"{what} {statistics.median(times) * 1000:7.1f} ms, {cpu * 1000:7.1f} ms CPU", flush=True)


def main() -> None:
    """Makes the lakes, and measures each in a process of its own: first one that makes the key index, then one that finds it."""
    parser = argparse.ArgumentParser(description="Measures lookups in the index.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=20, help="lookups of each kind (default: %(default)s)")
    parser.add_argument("--lake", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.lake:
        _measure(Lake(options.lake), options.sizes[0], options.rounds)
        return
    assert timedelta(days=DAYS) > LOOK_BACK
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            lake = make_lake(Path(folder) / f"lake{size}", size)
            own = os.environ | (
                {"COPYDESK_CACHE": f"{folder}/cache{size}"} if os.environ.get("COPYDESK_CACHE") != "" else {}
            )
            for _ in range(2):
                command = [sys.executable, "-m", "benchmarks.lookups", "--lake", str(lake.root)]
                subprocess.run([*command, "--sizes", str(size), "--rounds", str(options.rounds)], check=True, env=own)


if __name__ == "__main__":
    main()

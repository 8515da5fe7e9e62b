"""Measures lookups in lakes of different sizes: of 100 keys, of a window of 60 articles, and of the lines that its sources repeat.

    python -m benchmarks.lookups --sizes 100000 1000000 10000000
    COPYDESK_CACHE= python -m benchmarks.lookups          # without the key index: every lookup reads the files

Each lake has one file for each of 30 days, as after a compaction, and sketches of at most a million articles of 200 sources. The articles
of a window are from 20 of them. A window is committed after its lines were looked up. Prints the time to make the key index and the index
of lines, their sizes, and the median of the lookups, with the mean of their CPU time and the peak of memory of the process that makes them.
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

import numpy as np

from benchmarks.nothing_new import DAYS, NEWEST, key_of, make_lake
from benchmarks.sketches import sketches_with_lines
from schemas import DataFile, Sketch
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import commit, stage_sorted
from transforms.lake.derived import cache_folder
from transforms.lake.index import articles_known, bodies_known, pages_known, seen_keys
from transforms.lake.layout import Lake
from transforms.lake.parquet import row_groups
from transforms.stories.group import LOOK_BACK
from transforms.stories.repeated import repeated_lines
from transforms.urls import digest

KEYS, ARTICLES, SOURCES = 100, 60, 200
MOST_SKETCHES = 1_000_000
"""Articles of the last 30 days: 33,000 a day, of more than a thousand sources. A lake with more rows goes further back."""


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


class Windows:
    """Windows of 60 new articles of 20 sources."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._draw = np.random.default_rng()
        self._make_next()

    def _make_next(self) -> None:
        self._run_id = new_run_id(now())
        self._rows = sketches_with_lines(self._draw, ARTICLES, 20, NEWEST, self._run_id)
        self._sketches = [Sketch(**row) for row in self._rows.to_pylist()]

    def lines(self) -> None:
        """Finds the lines of the window that their sources repeat."""
        assert len(repeated_lines(self._sketches, self._lake)) == ARTICLES

    def commit(self) -> None:
        """Commits the window, and makes the next one."""
        written = stage_sorted(self._lake, self._run_id, f"sketches/date={NEWEST.date()}", row_groups(self._rows))
        commit(self._lake, RunRecord.from_tallies(self._run_id, now(), now(), "generated", [], written))
        self._make_next()


def _measure(lake: Lake, size: int, rounds: int) -> None:
    draw, windows = random.Random(size), Windows(lake)
    for name, first in (("key index", partial(seen_keys, lake, [key_of(0)], ())), ("index of lines", windows.lines)):
        began, cpu, before = time.perf_counter(), time.process_time(), _cache_bytes()
        first()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        made = (_cache_bytes() - before) / 1e6
        print(f"{size:>9} rows: {name}: first lookup {seconds:.1f} s, {cpu:.1f} s CPU, {made:,.0f} MB", flush=True)
    for lookup in (keys, window):
        _time(f"{size:>9} rows: {lookup.__name__:6}", partial(lookup, lake, draw, size), rounds)
    print(f"{size:>9} rows: peak {_peak():.0f} MB", flush=True)
    _time(f"{size:>9} rows: lines ", windows.lines, rounds, windows.commit)
    print(f"{size:>9} rows: peak {_peak():.0f} MB", flush=True)


def _cache_bytes() -> int:
    folder = cache_folder()
    return sum(file.stat().st_size for file in folder.rglob("index.sqlite*")) if folder else 0


def _peak() -> float:
    """Peak of memory in MB. Not by getrusage, which counts what the process that started this one had."""
    return int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[0]) / 1000


def _time(what: str, lookup: Callable[[], None], rounds: int, between: Callable[[], None] = lambda: None) -> None:
    lookup()
    times, cpus = list[float](), list[float]()
    for _ in range(rounds):
        between()
        began, cpu = time.perf_counter(), time.process_time()
        lookup()
        times.append(time.perf_counter() - began)
        cpus.append(time.process_time() - cpu)
    print(f"{what} {statistics.median(times) * 1000:7.1f} ms, {statistics.mean(cpus) * 1000:7.1f} ms CPU", flush=True)


def _add_sketches(lake: Lake, size: int) -> None:
    size = min(size, MOST_SKETCHES)
    draw, run_id, written = np.random.default_rng(size), new_run_id(NEWEST), list[DataFile]()
    for day in range(1, DAYS + 1):
        moment = NEWEST - timedelta(days=day)
        count = size * day // DAYS - size * (day - 1) // DAYS
        rows = sketches_with_lines(draw, count, SOURCES, moment, run_id)
        written += stage_sorted(lake, run_id, f"sketches/date={moment.date()}", row_groups(rows))
    commit(lake, RunRecord.from_tallies(run_id, NEWEST, NEWEST, "generated", [], written))


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
            _add_sketches(lake, size)
            own = os.environ | (
                {"COPYDESK_CACHE": f"{folder}/cache{size}"} if os.environ.get("COPYDESK_CACHE") != "" else {}
            )
            for _ in range(2):
                command = [sys.executable, "-m", "benchmarks.lookups", "--lake", str(lake.root)]
                subprocess.run([*command, "--sizes", str(size), "--rounds", str(options.rounds)], check=True, env=own)


if __name__ == "__main__":
    main()

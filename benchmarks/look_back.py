"""Measures how new articles are placed in stories, by the number of articles in the look-back.

    python -m benchmarks.look_back --sizes 100000 1000000 [--new 1000] [--times 10]

Makes a lake with so many sketches of the last 8 days in a temporary folder, 2 GB for a million: texts of 400 words whose frequencies are
those of a language, from 200 sources, each with furniture at the beginning and at the end. Three new articles in ten are edited copies of
texts there. Prints seconds, CPU time and the peak of memory of the process that places them, and the share of copies that were found.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.measure import PeakMemory
from benchmarks.sketches import sketch_of_words, table_of
from pipelines.memory import return_freed_memory
from schemas import SCHEMA_VERSION, Sketch
from transforms.accounting import runs
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import commit, stage_sorted
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake
from transforms.lake.parquet import row_groups
from transforms.stories.resolve import memberships_of
from transforms.stories.sketch import KEY_WORDS, LEAD_WORDS, SAMPLING, SCHEME, SHINGLE, TAIL_WORDS, keys_of
from transforms.stories.words import Hashes, shingles
from transforms.urls import digest

DAYS, SOURCES, WORDS, HEAD, TAIL = 8, 200, 400, 8, 30
BLOCK = 1_000
"""Texts that are made at the same time. The number of articles is rounded down to blocks."""
_VOCABULARY = 60_000
_COPIES = 0.3
_NEWEST = datetime(2026, 10, 8, 12, tzinfo=timezone.utc)
_RUN_ID = "20261008T120000Z-000000"
Words = NDArray[np.uint32]
_LANGUAGE: Words = np.random.default_rng(3).integers(0, 2**32, _VOCABULARY, np.uint32)
_FURNITURE: Words = np.random.default_rng(4).integers(0, 2**32, (SOURCES, HEAD + TAIL), np.uint32)


def texts(block: int) -> Words:
    """The words of the texts of a block: an array with a row for each."""
    draw = np.random.default_rng((1, block))
    # The frequency of a word falls with its rank.
    rows = _LANGUAGE[(_VOCABULARY ** draw.random((BLOCK, WORDS), np.float32)).astype(np.int32) - 1]
    source = np.arange(BLOCK) % SOURCES
    rows[:, :HEAD], rows[:, -TAIL:] = _FURNITURE[source, :HEAD], _FURNITURE[source, HEAD:]
    return rows


def _edited(words: Hashes, source: int, draw: np.random.Generator) -> Hashes:
    """A copy of a text in another source, cut after 60% and with one word in fifty changed."""
    body = words[HEAD : HEAD + int(0.6 * WORDS)].copy()
    changed = draw.random(len(body)) < 0.02
    body[changed] = draw.integers(0, 2**32, int(changed.sum()), np.uint32)
    return np.concatenate((_FURNITURE[source, :HEAD], body, _FURNITURE[source, HEAD:]))


def _keys(rows: Words) -> list[Hashes]:
    """The keys of each text, as keys_of has them."""
    count = WORDS - KEY_WORDS + 1
    padded = np.append(shingles(rows.ravel(), KEY_WORDS), np.zeros(KEY_WORDS - 1, np.uint32))
    keys = padded.reshape(len(rows), WORDS)[:, :count].astype(np.uint64)
    chosen = keys < 2**32 // SAMPLING
    chosen[:, : LEAD_WORDS - KEY_WORDS + 1] = True
    chosen[:, count - (TAIL_WORDS - KEY_WORDS + 1) :] = True
    row, place = np.nonzero(chosen)
    flat = np.unique((row.astype(np.uint64) << np.uint64(32)) | keys[row, place])
    ends = np.searchsorted(flat, np.arange(1, len(rows), dtype=np.uint64) << np.uint64(32))
    return np.split(flat.astype(np.uint32), ends)


def make_lake(folder: Path, size: int) -> Lake:
    """Makes a lake with ``size`` sketches, one file a day, sorted as after a compaction. No other dataset has rows."""
    lake = open_lake(folder)
    written = []
    blocks = size // BLOCK
    for day in range(DAYS):
        moment = _NEWEST - timedelta(days=DAYS - 1 - day)
        numbers = range(blocks * day // DAYS, blocks * (day + 1) // DAYS)
        content = pa.concat_tables([_table(block, moment) for block in numbers]).sort_by("article_id")
        written += stage_sorted(lake, _RUN_ID, f"sketches/date={moment.date()}", row_groups(content))
    commit(lake, RunRecord.from_tallies(_RUN_ID, _NEWEST, _NEWEST, "benchmark", [], written))
    return lake


def _name(number: int) -> str:
    return digest(f"text {number}")


def _table(block: int, moment: datetime) -> pa.Table:
    ids = pa.array([_name(block * BLOCK + row) for row in range(BLOCK)], pa.string())
    rows = texts(block)
    keys = _keys(rows)
    assert np.array_equal(keys[0], keys_of(rows[0], True))
    same = {"revision": 1, "source_kind": "outlet", "shingle": SHINGLE, "scheme": SCHEME, "run_id": _RUN_ID}
    same |= {"schema_version": SCHEMA_VERSION, "published_at": moment, "first_seen_at": moment}
    own = {"article_id": ids, "story_id": ids, "content_hash": ids}
    own |= {"words": [row.tobytes() for row in rows], "keys": [each.tobytes() for each in keys]}
    own["source"] = [f"s{row % SOURCES}" for row in range(BLOCK)]
    return table_of(own, same, BLOCK)


def new_sketches(count: int, size: int) -> tuple[list[Sketch], dict[str, str]]:
    """New articles, and the known article of each copy."""
    draw = np.random.default_rng(2)
    blocks = size // BLOCK
    sketches, of = [], {}
    for number in range(count):
        name, source = digest(f"new {number}"), number % SOURCES
        words = texts(blocks + number // BLOCK)[number % BLOCK]
        if draw.random() < _COPIES:  # of a text of the last seven days
            original = int(draw.integers(blocks // DAYS * BLOCK, blocks * BLOCK))
            words = _edited(texts(original // BLOCK)[original % BLOCK], source, draw)
            of[name] = _name(original)
        sketches.append(
            sketch_of_words(
                name,
                f"s{source}",
                words,
                content_hash=name,
                published_at=_NEWEST,
                first_seen_at=_NEWEST,
                run_id=_RUN_ID,
            )
        )
    return sketches, of


def _measure(lake: Lake, size: int, count: int, times: int) -> None:
    new, of = new_sketches(count, size)
    for _ in range(times):
        _measure_once(lake, size, new, of)


def _measure_once(lake: Lake, size: int, new: list[Sketch], of: dict[str, str]) -> None:
    began, used = time.perf_counter(), time.process_time()
    with PeakMemory() as peak:
        places = {place.article_id: place.story_id for place in memberships_of(new, lake)[0]}
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    found = sum(places[name] == original for name, original in of.items())
    print(
        f"{size:,} articles: {len(new):,} new ones placed in {seconds:.1f} s, {cpu:.1f} s of CPU, peak {peak.megabytes:,.0f} MB;"
        f" {found} of {len(of)} copies found",
        flush=True,
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument(
        "--times", type=int, default=1, help="place them so many times: each adds to the index of sketches"
    )
    parser.add_argument("--lake", type=Path, help="measure in a lake that this command has made (it calls itself so)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="make the lakes here, and leave them")
    options = parser.parse_args()
    return_freed_memory()
    runs.clock = lambda: _NEWEST  # for the index of sketches, which has recent days
    if options.lake:
        _measure(open_lake(options.lake), options.sizes[0], options.new, options.times)
        return
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            path = (options.keep or Path(folder)) / f"look-back-{size}"
            if not path.exists():
                make_lake(path, size)
            command = [sys.executable, "-m", "benchmarks.look_back", "--lake", str(path), "--sizes", str(size)]
            subprocess.run([*command, "--new", str(options.new), "--times", str(options.times)], check=True)


if __name__ == "__main__":
    main()

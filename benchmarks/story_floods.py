"""Measures grouping of floods: many articles that are all alike. Twice as many must take about twice as long.

    python -m benchmarks.story_floods --sizes 5000 10000 50000

- copies: one text, from 100 sources
- edited: a text of its own for each, with one word in forty changed
- longer: each has the text and some sentences of its own
- shorter: each is a piece of one long text
- chained: each has half of the text before it
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import numpy as np

from benchmarks.measure import PeakMemory
from benchmarks.sketches import sketch_of_words
from pipelines.memory import return_freed_memory
from schemas import Sketch
from transforms.stories.group import group_articles
from transforms.stories.words import Hashes
from transforms.urls import digest

WORDS = 150
_NOON = datetime(2026, 10, 8, 12, tzinfo=timezone.utc)
_DRAW = np.random.default_rng(5)
_TEXT: Hashes = _DRAW.integers(0, 2**32, WORDS, np.uint32)
_LONG: Hashes = _DRAW.integers(0, 2**32, 20 * WORDS, np.uint32)
_CHAIN: Hashes = _DRAW.integers(0, 2**32, 50_000 * WORDS // 2 + WORDS, np.uint32)


def _edited(number: int) -> Hashes:
    words = _TEXT.copy()
    words[_DRAW.integers(0, WORDS, WORDS // 40)] = _DRAW.integers(0, 2**32, WORDS // 40, np.uint32)
    return words


def _longer(number: int) -> Hashes:
    return np.concatenate((_TEXT, _DRAW.integers(0, 2**32, 30, np.uint32)))


def _shorter(number: int) -> Hashes:
    start = int(_DRAW.integers(0, len(_LONG) - WORDS))
    return _LONG[start : start + WORDS]


def _chained(number: int) -> Hashes:
    return _CHAIN[number * WORDS // 2 : number * WORDS // 2 + WORDS]


FLOODS: dict[str, Callable[[int], Hashes]] = {
    "copies": lambda number: _TEXT,
    "edited": _edited,
    "longer": _longer,
    "shorter": _shorter,
    "chained": _chained,
}


def _sketch(number: int, words: Hashes) -> Sketch:
    name = digest(str(number))
    return sketch_of_words(
        name,
        f"s{number % 100}",
        words,
        content_hash=digest(words.tobytes().hex()),
        published_at=_NOON + timedelta(seconds=number),
        first_seen_at=_NOON,
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[5_000, 10_000, 50_000])
    parser.add_argument("--only", nargs="+", choices=FLOODS, default=list(FLOODS), metavar="FLOOD")
    options = parser.parse_args()
    return_freed_memory()
    for name in options.only:
        for size in options.sizes:
            sketches = [_sketch(number, FLOODS[name](number)) for number in range(size)]
            began = time.process_time()
            with PeakMemory() as peak:
                places = group_articles(sketches, [], [], {})
            used = time.process_time() - began
            stories = len({place.story_id for place in places})
            print(
                f"{name}: {size:,} articles in {used:.1f} s of CPU, {size / used:,.0f} a second, {stories:,} stories,"
                f" peak {peak.megabytes:,.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()

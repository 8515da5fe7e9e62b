"""Groups a set with MinHash LSH of datasketch and rensa, as most people would: for comparison. Needs both installed."""

from __future__ import annotations

import importlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas import Article

PERMUTATIONS = 128
SHINGLE = 5
"""Words in a shingle."""
_WORD = re.compile(r"\w+")
_PLAIN = 0.4
"""Least estimated Jaccard similarity of a pair with 32 bands of 4 rows."""


@dataclass(frozen=True, slots=True)
class Rival:
    """What a library found."""

    name: str
    stories: dict[str, str]
    """Story by document."""
    seconds: float
    """Processor time for all documents."""


def rivals(articles: Sequence[Article], look_back: timedelta) -> Iterator[Rival]:
    """Yields the stories of each library with each setting. As for our own stories, no pair lies further apart than ``look_back``."""
    for signatures, settings in (_datasketch(), _rensa()):
        began = time.process_time()
        hashed = [signatures(_shingles(article.body)) for article in articles]
        signed = time.process_time() - began
        for name, pairs_of in settings.items():
            began = time.process_time()
            stories = _joined(articles, pairs_of(hashed), look_back)
            yield Rival(name, stories, signed + time.process_time() - began)


_Signatures = Callable[[list[str]], Any]
_PairsOf = Callable[[Sequence[Any]], Iterator[tuple[int, int]]]


def _datasketch() -> tuple[_Signatures, dict[str, _PairsOf]]:
    library: Any = importlib.import_module("datasketch")

    def signature(shingles: list[str]) -> Any:
        minhash = library.MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch([shingle.encode() for shingle in shingles])
        return minhash

    def pairs_of(lsh: Any, least: float) -> _PairsOf:
        def pairs(hashed: Sequence[Any]) -> Iterator[tuple[int, int]]:
            for number, minhash in enumerate(hashed):
                for other in lsh.query(minhash):
                    if not least or minhash.jaccard(hashed[other]) >= least:
                        yield other, number
                lsh.insert(number, minhash)

        return pairs

    usual = library.MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS)
    banded = library.MinHashLSH(num_perm=PERMUTATIONS, params=(32, 4))
    return signature, {
        "datasketch, threshold .5": pairs_of(usual, 0),
        "datasketch, 32 x 4": pairs_of(banded, _PLAIN),
    }


def _rensa() -> tuple[_Signatures, dict[str, _PairsOf]]:
    library: Any = importlib.import_module("rensa")

    def signature(shingles: list[str]) -> Any:
        minhash = library.RMinHash(num_perm=PERMUTATIONS, seed=42)
        minhash.update(shingles)
        return minhash

    def pairs_of(threshold: float, bands: int, least: float) -> _PairsOf:
        def pairs(hashed: Sequence[Any]) -> Iterator[tuple[int, int]]:
            lsh = library.RMinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, num_bands=bands)
            for number, minhash in enumerate(hashed):
                for other in lsh.query(minhash):
                    if minhash.jaccard(hashed[other]) >= least:
                        yield other, number
                lsh.insert(number, minhash)

        return pairs

    return signature, {
        "rensa, threshold .8, 16 bands": pairs_of(0.8, 16, 0.8),
        "rensa, 32 x 4": pairs_of(_PLAIN, 32, _PLAIN),
    }


def _shingles(body: str) -> list[str]:
    words = _WORD.findall(body.casefold())
    return list({" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))})


def _joined(articles: Sequence[Article], pairs: Iterator[tuple[int, int]], look_back: timedelta) -> dict[str, str]:
    parent = list(range(len(articles)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for one, two in pairs:
        first, second = articles[one].published_at, articles[two].published_at
        if first is None or second is None or abs(first - second) <= look_back:
            parent[root(two)] = root(one)
    return {article.article_id: articles[root(number)].article_id for number, article in enumerate(articles)}

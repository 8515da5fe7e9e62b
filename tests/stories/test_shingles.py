"""Which shingles two texts share: tables of numbers tell the same as sets of Python."""

import random

import numpy as np
import pytest

from transforms.stories import shingles as module
from transforms.stories.arrays import Ints, distinct
from transforms.stories.background import Background, background_of
from transforms.stories.shingles import Shingles, shingles_of
from transforms.stories.words import Hashes

SOURCES = ["paper", "paper", "paper", "agency", "radio", "radio"]
FURNITURE = [4_000_000_000, 7, 8]
"""Shingles that three articles of one source have."""


def texts(seed: int) -> list[Hashes]:
    """Shingles of six texts, some of which repeat a shingle, one is empty, and three of which have furniture."""
    draw = random.Random(seed)
    found = [[draw.randrange(1_000, 1_040) for _ in range(draw.randrange(30))] for _ in SOURCES]
    found[4] = []
    for text in found[:3]:
        text[draw.randrange(len(text) + 1) : 0] = FURNITURE
    return [np.array(text, np.uint32) for text in found]


def prepared(grams: list[Hashes]) -> tuple[Shingles, Background]:
    unlike = list(map(distinct, grams))
    seen = [(source, number, number) for number, source in enumerate(SOURCES)]
    background = background_of(unlike, seen)
    counts = np.array(list(map(len, unlike)), np.int64)
    return shingles_of(grams, counts, SOURCES, background), background


def without_furniture(grams: list[Hashes], background: Background) -> list[set[int]]:
    furniture = [background.furniture.get(source, np.empty(0)).tolist() for source in SOURCES]
    return [set(text.tolist()).difference(its) for text, its in zip(grams, furniture, strict=True)]


def all_pairs() -> tuple[Ints, Ints]:
    left, right = np.indices((len(SOURCES), len(SOURCES)))
    return left[left != right], right[left != right]


@pytest.mark.parametrize("at_once", [1, 40, 1_000])
@pytest.mark.parametrize("seed", range(5))
def test_shared_shingles_are_those_of_both_sets(seed: int, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", at_once)
    monkeypatch.setattr(module, "_NUMBERED", at_once)
    grams = texts(seed)
    shingles, background = prepared(grams)
    sets = without_furniture(grams, background)
    left, right = all_pairs()
    expected = [len(sets[one] & sets[two]) for one, two in zip(left, right, strict=True)]
    assert shingles.shared(left, right).tolist() == expected
    assert shingles.distinct.tolist() == list(map(len, sets))
    assert not sets[0] & set(FURNITURE)


@pytest.mark.parametrize("seed", range(5))
def test_a_shingle_is_found_at_the_first_of_equal_ones(seed: int) -> None:
    grams = texts(seed)
    shingles, background = prepared(grams)
    sets = without_furniture(grams, background)
    left, right = all_pairs()
    found = {
        (one, two, int(place)): int(other)
        for pairs, at, there in shingles.found(left, right)
        for one, two, place, other in zip(
            np.repeat(left[pairs], shingles.counts[right[pairs]]).tolist(),
            np.repeat(right[pairs], shingles.counts[right[pairs]]).tolist(),
            shingles.place[at],
            there,
            strict=True,
        )
        if other >= 0
    }
    expected = {
        (one, two, place): grams[one].tolist().index(gram)
        for one, two in zip(left.tolist(), right.tolist(), strict=True)
        for place, gram in enumerate(grams[two].tolist())
        if gram in sets[one] & sets[two]
    }
    assert found == expected

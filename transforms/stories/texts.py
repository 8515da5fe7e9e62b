"""Texts as flat arrays, prepared for a comparison by passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas import Sketch
from transforms.stories.arrays import Ints, before, keyed, ranges
from transforms.stories.background import Background
from transforms.stories.shingles import Shingles
from transforms.stories.sketch import hashes
from transforms.stories.words import Hashes, are_figures

WEIGHT_UNIT = 2.0**-32
"""Weights are whole numbers of this unit, so that their sums do not depend on the order of the texts."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Some of the texts of ``Shingles``. Arrays are by text, or flat with one text after the other."""

    numbers: Ints
    """The numbers that these texts have among all texts, sorted."""
    size: Ints
    """Words in a shingle: 3, or 5 characters."""
    words: Ints
    """Words."""
    shingles: Ints
    """Shingles."""
    starts: Ints
    """Where the shingles of each text begin among those of all these texts."""
    kept_before: Ints
    """Shingles that are not furniture before each place of a shingle, in all these texts."""
    weight_before: Ints
    """The sum of their weights, in WEIGHT_UNITs: the rarer a shingle, the heavier."""
    all_words: Hashes
    """The words, one text after the other."""
    word_starts: Ints
    furniture_before: Ints
    """Words of furniture before each word, in all these texts."""
    open_starts: Ints
    open_ends: Ints
    """The stretches of words without furniture: the first word of each, and the one after its last. None lies in two texts."""
    figures: Hashes
    """The words with digits."""
    figure_words: Ints
    """Where each stands among all words, sorted."""
    figure_keys: NDArray[np.uint64]
    """The text and the hash of each, sorted."""


def texts_of(numbers: Ints, sketches: Sequence[Sketch], shingles: Shingles, background: Background) -> Texts:
    """Prepares the texts with these numbers, given by their sketches."""
    words = [hashes(sketch.words) for sketch in sketches]
    lengths = np.array([len(each) for each in words], np.int64)
    size = np.array([sketch.shingle for sketch in sketches], np.int64)
    all_words = np.concatenate([*words, np.empty(0, np.uint32)])
    word_starts = np.cumsum(lengths) - lengths

    counts = shingles.all_counts[numbers]
    starts = np.cumsum(counts) - counts
    furniture = shingles.furniture[ranges(shingles.all_starts[numbers], counts)]
    weights = np.full(len(furniture), background.weights(np.ones(1, np.int64))[0] / WEIGHT_UNIT, np.int64)
    numbered = ranges(shingles.starts[numbers], shingles.counts[numbers])
    at = np.repeat(starts, shingles.counts[numbers]) + shingles.place[numbered]
    weights[at] = background.weights(background.counts[shingles.number[numbered]]) / WEIGHT_UNIT
    weights[furniture] = 0

    is_furniture = np.zeros(len(all_words), bool)
    found = np.flatnonzero(furniture)
    if len(found):
        text = np.searchsorted(starts, found, side="right") - 1
        first = found - starts[text] + word_starts[text]
        change = np.bincount(first, minlength=len(all_words) + 1)
        change -= np.bincount(first + size[text], minlength=len(all_words) + 1)
        is_furniture = np.cumsum(change[:-1]) > 0
    is_edge = np.zeros(len(all_words) + 1, bool)
    is_edge[1:-1] = is_furniture[1:] != is_furniture[:-1]
    is_edge[word_starts] = is_edge[-1] = True
    edges = np.flatnonzero(is_edge)
    is_open = ~is_furniture[edges[:-1]]

    figure_words = np.flatnonzero(are_figures(all_words))
    figures = all_words[figure_words]
    figure_text = np.searchsorted(word_starts, figure_words, side="right") - 1
    return Texts(
        numbers=numbers,
        size=size,
        words=lengths,
        shingles=counts,
        starts=starts,
        kept_before=before(~furniture),
        weight_before=before(weights),
        all_words=all_words,
        word_starts=word_starts,
        furniture_before=before(is_furniture),
        open_starts=edges[:-1][is_open],
        open_ends=edges[1:][is_open],
        figures=figures,
        figure_words=figure_words,
        figure_keys=np.sort(keyed(figure_text, figures)),
    )

"""Texts as flat arrays of shingles, and what works on such arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.stories.words import Hashes, are_figures

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers start, start + 1, ..., start + count - 1 of each pair of a start and a count, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - ends + counts, counts)


def parts_of(sizes: Ints, most: int) -> Iterator[slice]:
    """Stretches of items whose sizes add up to about ``most``."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = ends[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + most)))
        yield slice(start, end)
        start = end


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as shingles in flat arrays: those of text ``i`` are at ``starts[i]`` and the next ``counts[i]`` places."""

    size: Ints
    """Words in a shingle, by text: 3, or 5 characters."""
    words: Ints
    """Words, by text."""
    starts: Ints
    counts: Ints
    """Shingles, by text."""
    common: NDArray[np.bool_]
    """True for a shingle that is furniture of its source, by place. It is left out of every comparison."""
    weights: NDArray[np.float32]
    """Weight of a shingle, by place: the rarer, the heavier."""
    unique: Hashes
    """The distinct shingles that are not furniture, sorted within each text."""
    unique_starts: Ints
    unique_counts: Ints
    unique_of: Ints
    """The number within ``unique`` of its text, by place; -1 for furniture."""
    first: Ints
    """The first place of each of ``unique``, counted from the beginning of its text."""
    all_words: Hashes
    """The words, one text after the other."""
    word_starts: Ints
    figures: Hashes
    """The words with digits, one text after the other."""
    figure_places: Ints
    """The place of each, counted from the beginning of its text."""
    figure_starts: Ints
    figure_counts: Ints


def texts_of(
    words: Sequence[Hashes],
    size: Ints,
    grams: Sequence[Hashes],
    common: NDArray[np.bool_],
    weights: NDArray[np.float32],
) -> Texts:
    """Prepares texts for comparison. ``common`` and ``weights`` are flat, in the order of the texts."""
    lengths = np.array([len(each) for each in words], np.int64)
    all_words = np.concatenate([*words, np.empty(0, np.uint32)])
    figures = np.flatnonzero(are_figures(all_words))
    figure_text = np.repeat(np.arange(len(words)), lengths)[figures]
    figure_counts = np.bincount(figure_text, minlength=len(words)).astype(np.int64)
    counts = np.array([len(each) for each in grams], np.int64)
    flat = np.concatenate([*grams, np.empty(0, np.uint32)]).astype(np.uint64)
    text = np.repeat(np.arange(len(grams)), counts)
    starts = np.cumsum(counts) - counts
    keys = (text.astype(np.uint64) << np.uint64(32)) | flat
    kept = np.flatnonzero(~common)
    order = kept[np.argsort(keys[kept], kind="stable")]
    ordered = keys[order]
    is_first = np.concatenate((np.ones(min(1, len(ordered)), bool), ordered[1:] != ordered[:-1]))
    unique_counts = np.bincount(text[order[is_first]], minlength=len(grams)).astype(np.int64)
    unique_starts = np.cumsum(unique_counts) - unique_counts
    unique_of = np.full(len(flat), -1, np.int64)
    unique_of[order] = np.cumsum(is_first) - 1
    unique_of[order] -= unique_starts[text[order]]
    firsts = order[is_first]
    return Texts(
        size=size,
        words=lengths,
        starts=starts,
        counts=counts,
        common=common,
        weights=weights,
        unique=flat[firsts].astype(np.uint32),
        unique_starts=unique_starts,
        unique_counts=unique_counts,
        unique_of=unique_of,
        first=firsts - starts[text[firsts]],
        all_words=all_words,
        word_starts=np.cumsum(lengths) - lengths,
        figures=all_words[figures],
        figure_places=figures - (np.cumsum(lengths) - lengths)[figure_text],
        figure_starts=np.cumsum(figure_counts) - figure_counts,
        figure_counts=figure_counts,
    )

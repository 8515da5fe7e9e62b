"""Compares pairs of texts by their shingles. All pairs of a call are compared at once, in flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.stories.texts import Floats, Ints, Texts, parts_of, ranges
from transforms.stories.words import Hashes

RUN_WORDS = 12
"""Words in a row without a match that count as text of the article's own. Edits leave shorter runs, own sentences longer ones."""
REPLACED_WORDS = 5
"""Words in a row of an edit that the other text does not have."""
GAP_WORDS = 40
"""Longest edit within a passage, in words."""
PASSAGE = 3
"""Fewest matches of a passage: five words in a row, or as much with edits between."""
_AT_ONCE = 150_000
"""Shingles that are compared at the same time: few enough for the cache of a core."""


@dataclass(frozen=True, slots=True)
class Side:
    """How one text of each pair lies in the other. All arrays are by pair. Five characters count as three words where there are no spaces.

    A passage is a chain of matches that move forward at about the same pace in both texts, with gaps of at most GAP_WORDS. What lies
    between the matches of a passage is an edit. A chain of fewer than PASSAGE matches is a coincidence.
    """

    shingles: Floats
    """Its shingles that are not furniture."""
    matched: Floats
    """Those that the other text has."""
    weight: Floats
    """Sum of the weights of its shingles."""
    matched_weight: Floats
    """Sum of the weights of those that the other text has."""
    words: Floats
    """Its words outside furniture."""
    taken: Floats
    """Its words in passages, edits included."""
    replaced: Floats
    """Those in runs of at least REPLACED_WORDS that the other text does not have in the same edit."""
    own: Floats
    """Its words in runs of at least RUN_WORDS outside passages and furniture."""
    own_first: Floats
    """Those before the first passage."""
    own_last: Floats
    """Those after the last passage."""
    own_longest: Floats
    """Words of the longest such run."""
    passages: Floats
    """Number of its passages."""
    forward: Floats
    """Share of its passages, from the second on, that lie after the one before in the other text too; 1 with one passage."""
    firm: Floats
    """Its matched shingles in passages."""
    firm_weight: Floats
    """Sum of their weights."""
    inside: Floats
    """Its shingles in passages, matched or not."""
    inside_weight: Floats
    """Sum of their weights."""
    figures: Floats
    """Its words with digits in passages."""
    figures_kept: Floats
    """Those that the other text has."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pairs of texts, compared."""

    left: Side
    right: Side
    shared: Floats
    """Distinct shingles that both have."""
    union: Floats
    """Distinct shingles that either has."""
    shingle: Floats
    """Words in a shingle; characters where there are no spaces."""

    def at(self, places: Ints) -> Comparison:
        """The comparisons of the pairs at these places."""
        return Comparison(
            left=_at(self.left, places),
            right=_at(self.right, places),
            shared=self.shared[places],
            union=self.union[places],
            shingle=self.shingle[places],
        )


def _at(side: Side, places: Ints) -> Side:
    return Side(**{f.name: getattr(side, f.name)[places] for f in fields(Side)})


def compare(texts: Texts, left: Ints, right: Ints) -> Comparison:
    """Compares the texts with the numbers ``left[i]`` and ``right[i]``, for all i."""
    parts = [
        _compared(texts, left[part], right[part])
        for part in parts_of(texts.counts[left] + texts.counts[right], _AT_ONCE)
    ]
    return joined(parts or [_compared(texts, left[:0], right[:0])])


def joined(parts: Sequence[Comparison]) -> Comparison:
    """Comparisons, one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Comparison(
        left=_joined([part.left for part in parts]),
        right=_joined([part.right for part in parts]),
        shared=np.concatenate([part.shared for part in parts]),
        union=np.concatenate([part.union for part in parts]),
        shingle=np.concatenate([part.shingle for part in parts]),
    )


def _joined(sides: Sequence[Side]) -> Side:
    return Side(**{f.name: np.concatenate([getattr(side, f.name) for side in sides]) for f in fields(Side)})


def _compared(texts: Texts, left: Ints, right: Ints) -> Comparison:
    left_count, right_count = texts.unique_counts[left], texts.unique_counts[right]
    pairs = np.arange(len(left), dtype=np.uint64) << np.uint64(32)
    needles = np.repeat(pairs, left_count) | texts.unique[ranges(texts.unique_starts[left], left_count)]
    stock = np.repeat(pairs, right_count) | texts.unique[ranges(texts.unique_starts[right], right_count)]
    found = np.searchsorted(stock, needles)
    hit = np.zeros(len(needles), bool)
    inside = found < len(stock)
    hit[inside] = stock[found[inside]] == needles[inside]
    left_place, right_place = np.full(len(needles), -1, np.int64), np.full(len(stock), -1, np.int64)
    # The first place in the other text of each distinct shingle; -1 where the other text lacks it.
    hits = np.flatnonzero(hit)
    left_place[hits] = texts.first[ranges(texts.unique_starts[right], right_count)][found[hits]]
    right_place[found[hits]] = texts.first[ranges(texts.unique_starts[left], left_count)][hits]
    shared = _sums(hit, left_count)
    return Comparison(
        left=_side(texts, left, left_place, right),
        right=_side(texts, right, right_place, left),
        shared=shared,
        union=left_count + right_count - shared,
        shingle=texts.size[left].astype(float),
    )


def _side(texts: Texts, text: Ints, place_of_unique: Ints, other_text: Ints) -> Side:
    counts = texts.counts[text]
    places = ranges(texts.starts[text], counts)
    pair = np.repeat(np.arange(len(text)), counts)
    unique = texts.unique_of[places]
    unique_counts = texts.unique_counts[text]
    offsets = np.repeat(np.cumsum(unique_counts) - unique_counts, counts)
    kept = unique >= 0
    other = np.full(len(places), -1, np.int64)
    other[kept] = place_of_unique[(offsets + unique)[kept]]
    matched = other >= 0
    weights = np.where(kept, texts.weights[places], 0.0)

    # Words: the shingles of a text with n words stand at its words 0 to n - size, and cover the words after that too.
    size, words = texts.size[text], texts.words[text]
    first_word = np.cumsum(words) - words
    word_pair = np.repeat(np.arange(len(text)), words)
    at = np.repeat(first_word, counts) + ranges(np.zeros(len(text), np.int64), counts)
    pairs = len(text)
    hits = np.flatnonzero(matched)
    hit_pair, hit_place, hit_word = pair[hits], other[hits], at[hits]
    here, there = np.diff(hit_word), np.diff(hit_place)
    linked = (
        (np.diff(hit_pair) == 0)
        & (here <= GAP_WORDS * size[hit_pair[1:]] / 3)
        & (there > 0)
        & (there <= 1.5 * here + 5)
        & (here <= 1.5 * there + 5)
    )
    begins = np.concatenate((np.ones(min(1, len(hits)), bool), ~linked))
    lengths = np.diff(np.append(np.flatnonzero(begins), len(hits)))
    firm = np.repeat(lengths >= PASSAGE, lengths)
    hits, hit_pair, hit_place, hit_word, begins = (a[firm] for a in (hits, hit_pair, hit_place, hit_word, begins))
    first_hits = np.flatnonzero(begins)
    last_hits = np.append(first_hits[1:], len(hits))[: len(first_hits)] - 1
    begin_word, end_word = hit_word[first_hits], hit_word[last_hits] + size[hit_pair[last_hits]]
    taken = _covered(begin_word, end_word, len(word_pair))
    in_edit = _replaced(texts, text, other_text, (hit_pair, hit_word, hit_place, begins.astype(bool)), taken)
    inside = np.flatnonzero(kept & taken[at]) if len(at) else at
    by_furniture = (
        _covered(at[~kept], np.minimum(at[~kept] + size[pair[~kept]], len(word_pair)), len(word_pair)) & ~taken
    )
    free = ~taken & ~by_furniture
    edge = np.ones(len(free) + 1, bool)
    edge[1:-1] = (free[1:] != free[:-1]) | (word_pair[1:] != word_pair[:-1])
    bounds = np.flatnonzero(edge) if len(free) else np.zeros(1, np.int64)
    run_starts, run_lengths = bounds[:-1], np.diff(bounds)
    run_pair = word_pair[run_starts]
    is_own = free[run_starts] & (run_lengths >= np.where(size[run_pair] > 3, 20, RUN_WORDS))
    passage_pair = hit_pair[first_hits]
    first_word_taken, last_word_taken = np.full(pairs, 1 << 60), np.full(pairs, -1)
    first_word_taken[passage_pair[::-1]] = begin_word[::-1]
    last_word_taken[passage_pair] = begin_word
    passages = np.bincount(passage_pair, minlength=pairs).astype(float)
    follows = (np.diff(passage_pair) == 0) & (hit_place[first_hits[1:]] > hit_place[last_hits[:-1]])
    forward = np.bincount(passage_pair[1:][follows], minlength=pairs)

    figure_pair, figures, figure_places = _figures(texts, text)
    other_pair, other_figures, _ = _figures(texts, other_text)
    in_passage = taken[first_word[figure_pair] + figure_places] if len(figures) else np.zeros(0, bool)
    kept_figure = np.isin(_keyed(figure_pair, figures), _keyed(other_pair, other_figures))

    def words_in(chosen: NDArray[np.bool_]) -> Floats:
        return _summed(run_pair[chosen], run_lengths[chosen], pairs) / scale

    scale = size / 3
    longest = np.zeros(pairs)
    np.maximum.at(longest, run_pair[is_own], run_lengths[is_own])
    return Side(
        shingles=_sums(kept, counts),
        matched=_sums(matched, counts),
        weight=_summed(pair, weights, pairs),
        matched_weight=_summed(pair, np.where(matched, weights, 0.0), pairs),
        words=np.bincount(word_pair[~by_furniture], minlength=pairs) / scale,
        taken=np.bincount(word_pair[taken], minlength=pairs) / scale,
        replaced=np.bincount(word_pair[in_edit], minlength=pairs) / scale,
        own=words_in(is_own),
        own_first=words_in(is_own & (run_starts < first_word_taken[run_pair])),
        own_last=words_in(is_own & (run_starts > last_word_taken[run_pair])),
        own_longest=longest / scale,
        passages=passages,
        forward=np.where(passages > 1, forward / np.maximum(passages - 1, 1), 1.0),
        firm=np.bincount(hit_pair, minlength=pairs).astype(float),
        firm_weight=_summed(hit_pair, weights[hits], pairs),
        inside=np.bincount(pair[inside], minlength=pairs).astype(float),
        inside_weight=_summed(pair[inside], weights[inside], pairs),
        figures=np.bincount(figure_pair[in_passage], minlength=pairs).astype(float),
        figures_kept=np.bincount(figure_pair[in_passage & kept_figure], minlength=pairs).astype(float),
    )


def _replaced(
    texts: Texts,
    text: Ints,
    other_text: Ints,
    hits: tuple[Ints, Ints, Ints, NDArray[np.bool_]],
    taken: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """True for each word of an edit that stands in a long run of words that the other text does not have in the same edit.

    An edit is what lies between two matches of a passage. ``hits`` has the pair, the word, and the place in the other text of each match,
    and whether it begins a passage.
    """
    pair, word, place, begins = hits
    size = texts.size[text]
    edits = np.flatnonzero(~begins[1:] & (np.diff(word) >= size[pair[1:]] + REPLACED_WORDS))
    here_starts, there_starts = word[edits] + size[pair[edits]], place[edits] + size[pair[edits]]
    here_counts, there_counts = word[edits + 1] - here_starts, np.maximum(place[edits + 1] - there_starts, 0)
    here = ranges(here_starts, here_counts)
    there = ranges(there_starts + texts.word_starts[other_text[pair[edits]]], there_counts)
    own_words = texts.all_words[ranges(texts.word_starts[text], texts.words[text])]
    numbers = np.arange(len(edits))
    new = ~np.isin(
        _keyed(np.repeat(numbers, here_counts), own_words[here]),
        _keyed(np.repeat(numbers, there_counts), texts.all_words[there]),
    )
    lacking = np.zeros(len(taken), bool)
    lacking[here[new]] = True
    edge = (
        np.flatnonzero(np.concatenate(([True], lacking[1:] != lacking[:-1], [True])))
        if len(taken)
        else np.zeros(1, np.int64)
    )
    lengths = np.diff(edge)
    return lacking & np.repeat(lengths >= REPLACED_WORDS, lengths)


def _figures(texts: Texts, text: Ints) -> tuple[Ints, Hashes, Ints]:
    """The pair, the hash and the place of each figure of these texts."""
    counts = texts.figure_counts[text]
    at = ranges(texts.figure_starts[text], counts)
    return np.repeat(np.arange(len(text)), counts), texts.figures[at], texts.figure_places[at]


def _keyed(pair: Ints, hashes: Hashes) -> NDArray[np.uint64]:
    return (pair.astype(np.uint64) << np.uint64(32)) | hashes


def _covered(starts: Ints, ends: Ints, total: int) -> NDArray[np.bool_]:
    """True for each place from a start to just before its end."""
    change = np.bincount(starts, minlength=total + 1) - np.bincount(ends, minlength=total + 1)
    return np.cumsum(change[:-1]) > 0


def _sums(flags: NDArray[np.bool_], counts: Ints) -> Floats:
    """The number of true flags in each of the stretches with these lengths."""
    total = np.concatenate(([0], np.cumsum(flags)))
    ends = np.cumsum(counts)
    sums: Floats = (total[ends] - total[ends - counts]).astype(float)
    return sums


def _summed(place: Ints, values: NDArray[Any], size: int) -> Floats:
    """The sum of the values of each of the first ``size`` places."""
    return np.bincount(place, values, size).astype(float)

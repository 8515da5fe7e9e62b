"""Compares pairs of texts by their shingles. All pairs of a call are compared at once, in flat arrays.

A text is first looked through for matches in a row: stretches of shingles that stand in the other text in the same order, without a gap.
Copies have few of them, so all that follows is quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.stories.arrays import Floats, Ints, keyed, ranges
from transforms.stories.shingles import Shingles
from transforms.stories.texts import WEIGHT_UNIT, Texts

RUN_WORDS = 12
"""Words in a row without a match that count as text of the article's own. Edits leave shorter runs, own sentences longer ones."""
REPLACED_WORDS = 5
"""Words in a row of an edit that the other text does not have."""
GAP_WORDS = 40
"""Longest edit within a passage, in words."""
AS_COMMON, RARER = 1.0, 3.0
"""The shingles of an edit are as common as those that match if their mean weight is at most so much larger, and rare if it is at least so
much larger: a third and a twentieth of the texts."""
PASSAGE = 3
"""Fewest matches of a passage: five words in a row, or as much with edits between."""


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
    edits: Floats
    """Its edits that have shingles in both texts."""
    one_sided: Floats
    """Those that are rare in one text, and in the other one as common as what matches: one text was edited, and the other one was not."""


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


def compare(texts: Texts, shingles: Shingles, left: Ints, right: Ints) -> Comparison:
    """Compares the texts with the numbers ``left[i]`` and ``right[i]``, for all i."""
    text, other = np.append(left, right), np.append(right, left)
    order = np.lexsort((text, other))
    back = np.argsort(order)
    matches, shared = _matches(shingles, text[order], other[order])
    text, other = (np.searchsorted(texts.numbers, each[order]) for each in (text, other))
    side = _side(texts, text, other, matches)
    shared = shared[back[: len(left)]]
    return Comparison(
        left=_at(side, back[: len(left)]),
        right=_at(side, back[len(left) :]),
        shared=shared.astype(float),
        union=(shingles.distinct[left] + shingles.distinct[right] - shared).astype(float),
        shingle=texts.size[np.searchsorted(texts.numbers, left)].astype(float),
    )


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


@dataclass(frozen=True, slots=True)
class _Matches:
    """Matches in a row of some pairs, in the order of the pairs and their texts."""

    pair: Ints
    start: Ints
    """The first shingle, counted from the beginning of the text."""
    place: Ints
    """Where it stands in the other text."""
    length: Ints
    """Shingles."""

    @property
    def last(self) -> Ints:
        """The last shingle."""
        return self.start + self.length - 1

    @property
    def last_place(self) -> Ints:
        """Where it stands in the other text."""
        return self.place + self.length - 1

    def at(self, chosen: NDArray[Any]) -> _Matches:
        """Some of the rows."""
        return _Matches(*(getattr(self, f.name)[chosen] for f in fields(self)))


def _matches(shingles: Shingles, text: Ints, other: Ints) -> tuple[_Matches, Ints]:
    """The matches in a row of each pair, and the number of distinct shingles that it shares."""
    shared = np.zeros(len(text), np.int64)
    parts = []
    for pairs, at, there in shingles.found(other, text):
        counts = shingles.counts[text[pairs]]
        hits = np.flatnonzero(there >= 0)
        at = at[hits]
        shared[pairs] = shingles.distinct_hits(at, hits, counts)
        start, place = shingles.place[at], there[hits]
        begins = np.ones(len(hits), bool)
        begins[1:] = (np.diff(start) != 1) | (np.diff(place) != 1)
        first_hits = np.searchsorted(hits, np.cumsum(counts) - counts)
        begins[first_hits[first_hits < len(hits)]] = True
        first = np.flatnonzero(begins)
        pair = np.searchsorted(first_hits, first, side="right") - 1 + pairs.start
        parts.append((pair, start[first], place[first], np.diff(np.append(first, len(hits)))))
    columns = zip(*parts, strict=True) if parts else [()] * 4
    return _Matches(*(np.concatenate([np.empty(0, np.int64), *column]) for column in columns)), shared


def _side(texts: Texts, text: Ints, other: Ints, matches: _Matches) -> Side:
    """How each text lies in the other one. Texts are given by their place among ``texts``."""
    size, words, counts = texts.size[text], texts.words[text], texts.shingles[text]
    starts, word_starts = texts.starts[text], texts.word_starts[text]
    scale = size / 3

    def added(pair: Ints, values: Ints) -> Floats:
        return np.bincount(pair, values, len(text)).astype(float)

    def between(sums_before: Ints, first: Ints, end: Ints) -> Ints:
        return sums_before[end] - sums_before[first]

    def weight_of(rows: _Matches) -> Floats:
        first = starts[rows.pair] + rows.start
        return added(rows.pair, between(texts.weight_before, first, first + rows.length)) * WEIGHT_UNIT

    firm, begins = _passages(matches, size)
    first_row = np.flatnonzero(begins)
    last_row = np.append(first_row[1:], len(begins))[: len(first_row)] - 1
    pair, begin, end = firm.pair[first_row], firm.start[first_row], firm.last[last_row] + size[firm.pair[first_row]]
    same = np.diff(pair) == 0
    follows = same & (firm.place[first_row[1:]] > firm.last_place[last_row[:-1]])
    passages = np.bincount(pair, minlength=len(text)).astype(float)
    # The words of a passage: those that the one before it has too are left out.
    taken = begin.copy()
    taken[1:] = np.where(same, np.maximum(begin[1:], end[:-1]), begin[1:])
    inner = starts[pair] + np.minimum(taken, counts[pair]), starts[pair] + np.minimum(end, counts[pair])
    covered = between(texts.furniture_before, word_starts[pair] + taken, word_starts[pair] + end)
    furniture = between(texts.furniture_before, word_starts, word_starts + words)

    own_pair, own_start, own_length = _own_runs(texts, text, (pair, taken, end))
    first_word, last_word = np.full(len(text), 1 << 60), np.full(len(text), -1)
    first_word[pair[::-1]] = begin[::-1]
    last_word[pair] = begin
    longest = np.zeros(len(text))
    np.maximum.at(longest, own_pair, own_length)

    def own_words(chosen: NDArray[np.bool_]) -> Floats:
        return added(own_pair[chosen], own_length[chosen]) / scale

    firm_length, firm_weight = added(firm.pair, firm.length), weight_of(firm)
    edit_pair, is_one_sided = _edits(texts, text, other, (firm, begins), firm_weight / np.maximum(firm_length, 1))
    figure_pair, is_kept = _figures(texts, text, other, (pair, taken, end))
    return Side(
        shingles=between(texts.kept_before, starts, starts + counts).astype(float),
        matched=added(matches.pair, matches.length),
        weight=between(texts.weight_before, starts, starts + counts).astype(float) * WEIGHT_UNIT,
        matched_weight=weight_of(matches),
        words=(words - furniture + added(pair, covered)) / scale,
        taken=added(pair, end - taken) / scale,
        replaced=_replaced(texts, text, other, firm, begins) / scale,
        own=own_words(np.ones(len(own_pair), bool)),
        own_first=own_words(own_start < first_word[own_pair]),
        own_last=own_words(own_start > last_word[own_pair]),
        own_longest=longest / scale,
        passages=passages,
        forward=np.where(
            passages > 1,
            np.bincount(pair[1:][follows], minlength=len(text)) / np.maximum(passages - 1, 1),
            1.0,
        ),
        firm=firm_length,
        firm_weight=firm_weight,
        inside=added(pair, between(texts.kept_before, *inner)),
        inside_weight=added(pair, between(texts.weight_before, *inner)) * WEIGHT_UNIT,
        figures=np.bincount(figure_pair, minlength=len(text)).astype(float),
        figures_kept=np.bincount(figure_pair[is_kept], minlength=len(text)).astype(float),
        edits=np.bincount(edit_pair, minlength=len(text)).astype(float),
        one_sided=np.bincount(edit_pair[is_one_sided], minlength=len(text)).astype(float),
    )


def _passages(matches: _Matches, size: Ints) -> tuple[_Matches, NDArray[np.bool_]]:
    """The matches that lie in passages, and for each whether a passage begins with it. ``size`` is that of a shingle, by pair."""
    here = matches.start[1:] - matches.last[:-1]
    there = matches.place[1:] - matches.last_place[:-1]
    is_linked = (
        (np.diff(matches.pair) == 0)
        & (here <= GAP_WORDS * size[matches.pair[1:]] / 3)
        & (there > 0)
        & (there <= 1.5 * here + 5)
        & (here <= 1.5 * there + 5)
    )
    begins = np.ones(len(matches.pair), bool)
    begins[1:] = ~is_linked
    passage = np.cumsum(begins) - 1
    is_firm = (np.bincount(passage, matches.length) >= PASSAGE)[passage]
    return matches.at(is_firm), begins[is_firm]


def _own_runs(texts: Texts, text: Ints, taken: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints]:
    """The pair, the first word and the number of words of each long run of words outside passages and furniture.

    ``taken`` has the pair, the first word and the end of each stretch of words in passages.
    """
    pair, begin, end = taken
    stretches = np.bincount(pair, minlength=len(text))
    gap_pair = np.repeat(np.arange(len(text)), stretches + 1)
    gap_start, gap_end = np.zeros(len(gap_pair), np.int64), texts.words[text][gap_pair]
    number = np.arange(len(pair)) + pair
    gap_end[number], gap_start[number + 1] = begin, end
    least = np.where(texts.size[text] > 3, 20, RUN_WORDS)
    is_long = gap_end - gap_start >= least[gap_pair]
    gap_pair = gap_pair[is_long]
    base = texts.word_starts[text][gap_pair]
    gap_start, gap_end = base + gap_start[is_long], base + gap_end[is_long]
    # What of each gap is no furniture.
    first = np.searchsorted(texts.open_ends, gap_start, side="right")
    counts = np.searchsorted(texts.open_starts, gap_end, side="left") - first
    runs, of_gap = ranges(first, counts), np.repeat(np.arange(len(gap_pair)), counts)
    start = np.maximum(texts.open_starts[runs], gap_start[of_gap])
    length = np.minimum(texts.open_ends[runs], gap_end[of_gap]) - start
    run_pair = gap_pair[of_gap]
    is_own = length >= least[run_pair]
    return run_pair[is_own], (start - base[of_gap])[is_own], length[is_own]


def _replaced(texts: Texts, text: Ints, other: Ints, firm: _Matches, begins: NDArray[np.bool_]) -> Floats:
    """The number of words of edits that stand in a long run of words that the other text does not have in the same edit, by pair.

    An edit is what lies between two matches of a passage. ``begins`` is true for a match with which a passage begins.
    """
    size = texts.size[text][firm.pair]
    edits = np.flatnonzero(~begins[1:] & (firm.start[1:] - firm.last[:-1] >= size[1:] + REPLACED_WORDS))
    pair = firm.pair[edits]
    here, there = firm.last[edits] + size[edits], firm.last_place[edits] + size[edits]
    here_counts, there_counts = firm.start[edits + 1] - here, np.maximum(firm.place[edits + 1] - there, 0)
    own_words = texts.all_words[ranges(texts.word_starts[text[pair]] + here, here_counts)]
    other_words = texts.all_words[ranges(texts.word_starts[other[pair]] + there, there_counts)]
    edit = np.repeat(np.arange(len(edits)), here_counts)
    stock = np.sort(keyed(np.repeat(np.arange(len(edits)), there_counts), other_words))
    is_new = ~_are_in(stock, keyed(edit, own_words))
    is_edge = np.ones(len(edit) + 1, bool)
    is_edge[1:-1] = (is_new[1:] != is_new[:-1]) | (np.diff(edit) != 0)
    bounds = np.flatnonzero(is_edge)
    starts, lengths = bounds[:-1], np.diff(bounds)
    chosen = is_new[starts] & (lengths >= REPLACED_WORDS)
    return np.bincount(pair[edit[starts[chosen]]], lengths[chosen], len(text)).astype(float)


def _edits(
    texts: Texts, text: Ints, other: Ints, matches: tuple[_Matches, NDArray[np.bool_]], weight: Floats
) -> tuple[Ints, NDArray[np.bool_]]:
    """The pair of each edit that has shingles in both texts, and whether it is one-sided.

    ``matches`` are those in passages, and whether a passage begins with each. ``weight`` is their mean weight, by pair.
    """
    firm, begins = matches
    edits = np.flatnonzero(
        ~begins[1:] & (firm.start[1:] - firm.last[:-1] > 1) & (firm.place[1:] - firm.last_place[:-1] > 1)
    )
    pair = firm.pair[edits]
    here = texts.starts[text[pair]] + firm.last[edits] + 1, texts.starts[text[pair]] + firm.start[edits + 1]
    there = texts.starts[other[pair]] + firm.last_place[edits] + 1, texts.starts[other[pair]] + firm.place[edits + 1]
    excess = [
        (texts.weight_before[end] - texts.weight_before[first]) * WEIGHT_UNIT / (end - first) - weight[pair]
        for first, end in (here, there)
    ]
    return pair, (np.minimum(*excess) <= AS_COMMON) & (np.maximum(*excess) >= RARER)


def _figures(texts: Texts, text: Ints, other: Ints, taken: tuple[Ints, Ints, Ints]) -> tuple[Ints, NDArray[np.bool_]]:
    """The pair of each figure in a passage, and whether the other text has it somewhere. ``taken`` is that of ``_own_runs``."""
    pair, begin, end = taken
    base = texts.word_starts[text[pair]]
    first, stop = (np.searchsorted(texts.figure_words, base + each) for each in (begin, end))
    figure_pair = np.repeat(pair, stop - first)
    keys = keyed(other[figure_pair], texts.figures[ranges(first, stop - first)])
    return figure_pair, _are_in(texts.figure_keys, keys)


def _are_in(stock: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """True for each key that is in the stock, which is sorted."""
    if not len(stock):
        return np.zeros(len(keys), bool)
    found: NDArray[np.bool_] = stock[np.minimum(np.searchsorted(stock, keys), len(stock) - 1)] == keys
    return found

"""The words of the blocks of a page as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.block_structure import Column, Places
from transforms.extraction.words import are_of_words
from transforms.run_hashes import codes_of, hashes_of_runs

Hashes = NDArray[np.uint64]

_HALF = np.uint64(32)
_FIRST_BITS, _OTHER_BITS = 12, np.uint64(52)
_BREAK = ord("\n")


class Words:
    """The words of each block in lower case, in the order of the page. A word is a run of letters, digits and underscores."""

    def __init__(self, texts: Sequence[str], headline: str, summary: str) -> None:
        lines = [*texts, *(text.replace("\n", " ") for text in (headline, summary))]
        numbers, counts = _words_of_lines("\n".join(lines))
        of_headline, of_summary = counts[-2:].tolist()
        self.summary = numbers[len(numbers) - of_summary :]
        """A number for each word of the summary: the same word has the same number everywhere in here."""
        self.headline = numbers[len(numbers) - of_summary - of_headline : len(numbers) - of_summary]
        self.numbers = numbers[: len(numbers) - of_summary - of_headline]
        """The numbers of all words of the page."""
        self.counts = counts[:-2]
        """How many words each block has."""
        self.block = np.repeat(np.arange(len(texts)), self.counts)
        """For each word the block that it is in."""

    def of_blocks(self, values: NDArray[Any]) -> Column:
        """The sum of the values of the words of each block."""
        return np.bincount(self.block, values, minlength=len(self.counts)).astype(float, copy=False)

    def whole_blocks(self) -> Hashes:
        """A number for all words of each block."""
        ends = np.cumsum(self.counts)
        return hashes_of_runs(self.numbers, ends - self.counts, ends)

    def repeated_passages(self, size: int) -> tuple[Hashes, Places]:
        """A number for each passage of so many words that the page has twice within blocks, and the block."""
        starts = np.flatnonzero(self.block[: 1 - size] == self.block[size - 1 :])
        passages = hashes_of_runs(self.numbers, starts, starts + size)
        ordered = np.sort(passages)
        are_repeated = are_among(passages, ordered[1:][ordered[1:] == ordered[:-1]])
        return passages[are_repeated], self.block[starts[are_repeated]]


def are_among(numbers: Hashes, wanted: Hashes) -> NDArray[np.bool_]:
    """For each number whether it is wanted."""
    are_wanted = np.zeros(len(numbers), dtype=bool)
    if len(wanted):
        # Most numbers differ from all that are wanted in their first bits.
        begins = np.zeros(1 << _FIRST_BITS, dtype=bool)
        begins[wanted >> _OTHER_BITS] = True
        places = np.flatnonzero(begins[numbers >> _OTHER_BITS])
        found, known = numbers[places], np.sort(wanted)
        are_wanted[places] = known.take(known.searchsorted(found), mode="clip") == found
    return are_wanted


def _words_of_lines(lines: str) -> tuple[Hashes, Places]:
    """A number for each word in lower case, and how many words each line has."""
    codes = codes_of(f"\n{lines.casefold()}\n")
    is_of_word = are_of_words().take(codes, mode="clip")
    edges = np.flatnonzero(is_of_word[1:] != is_of_word[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    counts = np.diff(starts.searchsorted(np.flatnonzero(codes == _BREAK)))
    hashes = hashes_of_runs(codes, starts, ends)
    # Mixed, because else a passage of letters would have the number of the word that they form.
    return hashes ^ (hashes >> _HALF), counts

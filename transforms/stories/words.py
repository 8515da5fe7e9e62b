"""Texts to words, and words to shingles, as arrays of hashes. Vectorized: a core reads several thousand articles a second.

A word is a run of letters, digits and marks after NFKC and case folding. Where a script has no spaces between words, each
character is a word. No word becomes a Python string (``run_hashes``).
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from schemas.safe_text import normalize
from transforms.run_hashes import codes_of, hashes_of_runs

Hashes = NDArray[np.uint32]
"""Hashes of words or of shingles, in the order of the text."""

_BASE = 0x9E3779B97F4A7C15
"""Base of the hash of a shingle."""
_LETTER, _CHARACTER = 1, 2
_FEW_MARKS = 30
"""Combining marks that are sorted in no time, even if they stand in a row."""
_TABLE_SIZE = 0x30000
"""Code points with a class of their own. Those above are rare ideographs, tags and private characters."""
_NO_SPACES = (
    *((0x0E01, 0x0EFF), (0x0F40, 0x0FBC), (0x1000, 0x109F), (0x1780, 0x17DD)),  # Thai, Lao, Tibetan, Burmese, Khmer
    *((0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF)),  # iteration marks, Hiragana, Katakana
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFF)),  # ideographs
)
"""First and last code point of the scripts that are written without spaces between words."""


def word_hashes(text: str) -> Hashes:
    """The hash of each word of a text, in order. The lowest bit tells whether the word has a digit (see ``are_figures``)."""
    return words_and_lines(text)[0]


def hashes_of_lines(words: Hashes, line: NDArray[np.int64], count: int) -> Hashes:
    """The hash of the words of each of ``count`` lines, from what ``words_and_lines`` returns.

    Case, punctuation and spacing do not count.
    """
    bounds = np.searchsorted(line, np.arange(count + 1))
    place = np.arange(len(words)) - bounds[line]
    mixed = _mixed(words | (place.astype(np.uint64) << np.uint64(32)))
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)))[bounds]
    return _mixed(sums[1:] - sums[:-1])


def words_and_lines(text: str) -> tuple[Hashes, NDArray[np.int64]]:
    """The hash of each word of a text, and the number of its line."""
    codes = codes_of(_normalized(text).casefold())
    if not len(codes):
        return np.empty(0, np.uint32), np.empty(0, np.int64)
    classes = _classes()[np.minimum(codes, _TABLE_SIZE - 1)]
    letter = np.concatenate(([False], classes == _LETTER, [False]))
    single = classes == _CHARACTER
    starts = np.flatnonzero((letter[1:-1] & ~letter[:-2]) | single)
    ends = np.flatnonzero((letter[1:-1] & ~letter[2:]) | single) + 1
    hashes = _mixed(hashes_of_runs(codes.astype(np.uint64) + np.uint64(1), starts, ends))
    digits = np.concatenate(([0], np.cumsum((codes >= ord("0")) & (codes <= ord("9")))))
    line = np.searchsorted(np.flatnonzero(codes == ord("\n")), starts)
    return (hashes & ~np.uint32(1)) | (digits[ends] > digits[starts]), line


def _normalized(text: str) -> str:
    """The text in NFKC. Only where it has many combining marks, those in a row must be counted first, which takes longer."""
    if text.isascii():
        return text
    marks = np.count_nonzero(_marks()[np.minimum(codes_of(text), _TABLE_SIZE - 1)])
    return unicodedata.normalize("NFKC", text) if marks <= _FEW_MARKS else normalize("NFKC", text)


def are_figures(words: Hashes) -> NDArray[np.bool_]:
    """True for each word that has a digit."""
    return (words & np.uint32(1)).astype(bool)


def without_spaces(text: str) -> bool:
    """True when most of a text is in scripts without spaces between words. Five of its characters say as much as three words."""
    if text.isascii():
        return False
    codes = codes_of(text)
    classes = _classes()[np.minimum(codes, _TABLE_SIZE - 1)]
    return bool(2 * np.count_nonzero(classes == _CHARACTER) > np.count_nonzero(classes))


def shingles(words: Hashes, size: int) -> Hashes:
    """The hash of each ``size`` words in a row, in order. A text with fewer words has none."""
    count = max(0, len(words) - size + 1)
    total = np.zeros(count, np.uint64)
    for place in range(size):
        total = (total + words[place : place + count]) * np.uint64(_BASE)
        total ^= total >> np.uint64(29)
    return _mixed(total)


def _mixed(values: NDArray[np.uint64]) -> Hashes:
    """The upper half of the finalizer of SplitMix64."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((values ^ (values >> np.uint64(31))) >> np.uint64(32)).astype(np.uint32)


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of each code point: 0 for what stands between words."""
    characters = list(map(chr, range(_TABLE_SIZE)))
    is_letter = np.fromiter(map(str.isalnum, characters), bool, _TABLE_SIZE)
    is_mark = np.array(list(map(unicodedata.category, characters))).astype("U1") == "M"
    table = np.where(is_letter | is_mark, _LETTER, 0).astype(np.uint8)
    for first, last in _NO_SPACES:
        table[first : last + 1][table[first : last + 1] == _LETTER] = _CHARACTER
    return table


@cache
def _marks() -> NDArray[np.bool_]:
    """True for each code point that is a combining mark."""
    return np.fromiter(map(unicodedata.combining, map(chr, range(_TABLE_SIZE))), np.uint8, _TABLE_SIZE) > 0

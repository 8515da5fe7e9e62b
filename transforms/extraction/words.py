"""The words of a body: their number, and the hash by which exact copies are known. For speed no word becomes a string of its own."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from schemas.safe_text import normalize
from transforms.run_hashes import codes_of
from transforms.urls import digest

_SPACE = ord(" ")
_LETTERS_END = 0x323B0
"""No character from here on is a letter or digit."""
_BETWEEN, _LETTER, _UNSPACED, _MARK = range(4)
"""Classes of characters: what stands between words, letters of words, letters that are words, and what belongs to the letter before it."""
_JOINERS = (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
"""Characters without width that stand inside words."""
_SCRIPTS_WITHOUT_SPACES = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3041, 0x30FF), (0x3400, 0x4DBF)),
    *((0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF)),
)
"""First and last character of each."""
_MARKS_END = 0xE01F0


def content_hash(body: str) -> str:
    """Hash of a body's words: 32 hex digits. Case, punctuation, spacing and width of characters do not count."""
    codes = codes_of(f"{normalize('NFKC', body).casefold()} ")
    is_of_word = are_of_words().take(codes, mode="clip")
    is_kept = is_of_word.copy()
    is_kept[1:] |= is_of_word[:-1]  # one character between two words, as a space
    words = np.where(is_of_word, codes, np.uint32(_SPACE))[is_kept]
    return digest(words.tobytes().decode("utf-32-le", "surrogatepass").removesuffix(" "))


def word_count(body: str) -> int:
    """Number of words. In scripts without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese), each letter counts as one.

    Vowel signs, accents and joiners belong to the letter before them.
    """
    classes = _classes().take(codes_of(f" {body}"), mode="clip")
    if not body.isascii():
        classes = classes[classes != _MARK]
    is_letter = classes == _LETTER
    begun = np.count_nonzero(is_letter[1:] > is_letter[:-1])
    return int(begun + np.count_nonzero(classes == _UNSPACED))


@cache
def are_of_words() -> NDArray[np.bool_]:
    """For each code of a character whether ``\\w`` finds it; the last one is for all codes from there on."""
    are_of_words = np.zeros(_LETTERS_END + 1, dtype=bool)
    are_of_words[:-1] = np.fromiter(map(str.isalnum, map(chr, range(_LETTERS_END))), bool, _LETTERS_END)
    are_of_words[ord("_")] = True
    return are_of_words


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of each code of a character; the last one is for all codes from there on."""
    classes = np.zeros(_MARKS_END + 1, dtype=np.uint8)
    classes[: _LETTERS_END + 1][are_of_words()] = _LETTER
    for first, last in _SCRIPTS_WITHOUT_SPACES:
        classes[first : last + 1] = _UNSPACED
    classes[[code for code in range(0x20000) if unicodedata.category(chr(code)).startswith("M")]] = _MARK
    classes[[*_JOINERS]] = _MARK
    classes[0xE0100:_MARKS_END] = _MARK  # selectors of variants
    return classes

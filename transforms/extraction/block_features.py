"""What a model knows of each block of a page: its text, the elements around it, its place, what is repeated, and its neighbours.

All are numbers that say nothing about a language or a site. ``block_model`` names those that its table uses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.block_structure import Column, Places, Structure, numbered, sums_of
from transforms.extraction.blocks import Blocks
from transforms.extraction.element_kinds import BIT

_WORDS = re.compile(r"\w+")
_SENTENCE_ENDS = tuple(".!?…。！？।؟:;")
_CLOSING = "\"'”’»)]“"
_LIKE_HEADLINE = 0.5
_RUN = 5
"""Words of a passage that is a copy of another one if they are the same."""
_START = 200
"""Characters of a block whose capitals are counted."""
_LARGEST_NUMBER = 2**63 - 1
_CAPITALS_END = 0x20000
"""No character from here on is a capital letter."""


def block_features(page: Blocks, headline: str | None, description: str | None) -> dict[str, Column]:
    """Named columns with a number for each block. ``page`` has at least one block."""
    words = _Words([block.text for block in page.blocks])
    own = np.array([node.kinds for node in page.nodes], dtype=np.int64)
    owner = np.array([block.node for block in page.blocks], dtype=np.int64)
    kinds = own[owner] | np.array([block.kinds for block in page.blocks], dtype=np.int64)
    columns = _of_text(page, words)
    columns |= _of_title(words, headline, description)
    head = _head(columns, kinds, words, headline)
    columns |= Structure(page, own, owner, kinds, head).columns
    columns |= _of_copies(words)
    columns |= _of_neighbours(columns)
    return columns


class _Words:
    """The words of each block in lower case, and all of them as numbers: the same word has the same number."""

    def __init__(self, texts: Sequence[str]) -> None:
        find = _WORDS.findall
        self.lines: list[list[str]] = [find(text.casefold()) for text in texts]
        self.counts = np.array([len(line) for line in self.lines], dtype=np.int64)
        """Words of each block."""
        words = list(chain.from_iterable(self.lines))
        self.vocabulary, self.numbers = numbered(words)
        self.block = np.repeat(np.arange(len(texts)), self.counts)
        """For each word the block that it is in."""

    def of_blocks(self, values: NDArray[Any]) -> Column:
        """The sum of the values of the words of each block."""
        return np.bincount(self.block, values, minlength=len(self.counts)).astype(float, copy=False)


def _of_text(page: Blocks, words: _Words) -> dict[str, Column]:
    texts = [block.text for block in page.blocks]
    length = np.array([len(text) for text in texts], float)
    linked = np.minimum([block.linked for block in page.blocks], length)
    count = words.counts.astype(float)
    return {
        "length": length,
        "plain": length - linked,
        "linked": linked,
        "chars": np.log1p(length),
        "words": np.log1p(count),
        "word length": length / np.maximum(count, 1),
        "density": linked / length,
        "links": np.array([block.links for block in page.blocks], float),
        "bold": np.minimum([block.bold for block in page.blocks], length) / length,
        "terminal": np.array([text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) for text in texts], float),
        "capitals": _capitals([text[:_START] for text in texts]),
    }


def _capitals(starts: Sequence[str]) -> Column:
    """Share of the characters of each text that are capital letters."""
    codes = np.frombuffer("".join(starts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    sums = np.concatenate([[0], np.cumsum(_is_capital()[np.minimum(codes, _CAPITALS_END)])])
    lengths = np.array([len(start) for start in starts])
    last = np.cumsum(lengths)
    share: Column = (sums[last] - sums[last - lengths]) / lengths
    return share


@cache
def _is_capital() -> NDArray[np.bool_]:
    """For each code of a character whether it is a capital letter."""
    return np.array([chr(code).isupper() for code in range(_CAPITALS_END + 1)])


def _of_title(words: _Words, headline: str | None, description: str | None) -> dict[str, Column]:
    title, summary = (set(_WORDS.findall((text or "").casefold())) for text in (headline, description))
    in_title = _is_wanted(words, title)
    of_title = np.unique(words.block[in_title] * len(words.vocabulary) + words.numbers[in_title])  # each word once
    of_title //= max(1, len(words.vocabulary))
    return {
        "title words": _share(words, in_title),
        "words of title": np.bincount(of_title, minlength=len(words.counts)) / max(1, len(title)),
        "summary words": _share(words, _is_wanted(words, summary)),
    }


def _is_wanted(words: _Words, wanted: set[str]) -> NDArray[np.bool_]:
    """For each word of the page whether it is wanted."""
    is_wanted = np.zeros(len(words.vocabulary) + 1, dtype=bool)  # the last one is for words that the page does not have
    is_wanted[[words.vocabulary.get(word, -1) for word in wanted]] = True
    return is_wanted[words.numbers]


def _share(words: _Words, is_wanted: NDArray[np.bool_]) -> Column:
    """Share of the words of each block that are wanted."""
    return words.of_blocks(is_wanted) / np.maximum(words.counts, 1)


def _head(columns: dict[str, Column], kinds: Places, words: _Words, headline: str | None) -> int | None:
    """Index of the block that is the headline."""
    title = max(1, len(_WORDS.findall(headline or "")))
    likeness = columns["title words"] * np.minimum(1, words.counts / title) * (words.counts <= 3 * title)
    heading = 0.3 * ((kinds & (BIT["<h1>"] | BIT["<heading>"] | BIT["title"])) > 0) + 0.2 * ((kinds & BIT["<h1>"]) > 0)
    score = likeness + heading * (likeness > _LIKE_HEADLINE)
    best = int(np.argmax(score))
    return best if score[best] > _LIKE_HEADLINE else None


def _of_copies(words: _Words) -> dict[str, Column]:
    """Which blocks the page has twice, as a whole or in part."""
    keys = [" ".join(line) for line in words.lines]
    times = Counter(keys)
    first_place: dict[str, int] = {}
    again = [first_place.setdefault(key, place) != place for place, key in enumerate(keys)]
    starts = np.flatnonzero(words.block[: 1 - _RUN] == words.block[_RUN - 1 :])  # passages that are within a block
    block = words.block[starts]
    passages, first = _numbered_passages(words, starts)
    count = words.counts[block]
    longest = np.zeros(len(first), dtype=np.int64)
    np.maximum.at(longest, passages, count)
    is_copy = np.arange(len(starts)) != first[passages]
    total = np.maximum(words.counts - (_RUN - 1), 1)
    return {
        "again": np.array(again, float),
        "times": np.log1p([times[key] for key in keys]),
        "part of other": np.bincount(block, longest[passages] > count, minlength=len(keys)) / total,
        "copied before": np.bincount(block, is_copy, minlength=len(keys)) / total,
    }


def _numbered_passages(words: _Words, starts: Places) -> tuple[Places, Places]:
    """A number for the passage that begins at each start, the same for the same words, and for each number its first passage."""
    passages, count, of_words = np.zeros(len(starts), dtype=np.int64), 1, len(words.vocabulary)
    for step in range(_RUN):
        if count * of_words > _LARGEST_NUMBER:
            known, passages = np.unique(passages, return_inverse=True)
            count = len(known)
        passages = passages * of_words + words.numbers[starts + step]
        count *= of_words
    _, first, passages = np.unique(passages, return_index=True, return_inverse=True)
    return passages, first


def _of_neighbours(columns: dict[str, Column]) -> dict[str, Column]:
    wanted = {"density": (-3, -2, -1, 1), "chars": (-1, 1), "terminal": (-1, 1)}
    near = {f"{name} {by:+}": _shifted(columns[name], by) for name, steps in wanted.items() for by in steps}
    for name in ("plain", "linked"):
        sums = sums_of(columns[name])
        for width in (4, 10):
            padded = np.concatenate([np.zeros(width), sums, np.full(width, sums[-1])])
            before, after = sums[:-1] - padded[: -2 * width - 1], padded[2 * width + 1 :] - sums[1:]
            near[f"{name} before {width}"], near[f"{name} after {width}"] = np.log1p(before), np.log1p(after)
    return near


def _shifted(column: Column, by: int) -> Column:
    """The value of the block ``by`` places after each; -1 where there is none."""
    shifted = np.full(len(column), -1.0)
    if by > 0:
        shifted[:-by] = column[by:]
    else:
        shifted[-by:] = column[:by]
    return shifted

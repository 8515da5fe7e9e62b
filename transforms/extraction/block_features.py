"""What a model knows of each block of a page: its text, the elements around it, its place, what is repeated, and its neighbours.

All are numbers that say nothing about a language or a site. ``block_model`` names those that its table uses.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.block_structure import GROUPS, Column, Columns, Places, Structure
from transforms.extraction.block_words import Words, are_among
from transforms.extraction.blocks import Block, Blocks
from transforms.extraction.element_kinds import BIT
from transforms.run_hashes import codes_of

_SENTENCE_ENDS = tuple(".!?…。！？।؟:;")
_CLOSING = "\"'”’»)]“"
_LIKE_HEADLINE = 0.5
_RUN = 5
"""Words of a passage that is a copy of another one if they are the same."""
_START = 200
"""Characters of a block whose capitals are counted."""
_CAPITALS_END = 0x20000
"""No character from here on is a capital letter."""
_NEIGHBOURS = {"density": (-3, -2, -1, 1), "chars": (-1, 1), "terminal": (-1, 1)}
"""How far away the neighbours are whose values a block has too."""
_WIDTHS = (4, 10)
"""Numbers of blocks before and after each whose characters are counted."""
_GROUPS = {
    **GROUPS,
    "shifted": tuple(f"{name} {by:+}" for name, steps in _NEIGHBOURS.items() for by in steps),
    "around": tuple(
        f"{name} {side} {width}" for width in _WIDTHS for side in ("before", "after") for name in ("plain", "linked")
    ),
}
_SINGLE = (
    *("chars", "words", "word length", "density", "links", "bold", "terminal", "capitals"),
    *("title words", "words of title", "summary words"),
    *("aside", "depth", "below", "holder share", "in holder", "holder begun", "holder rest", "to head"),
    *("article no", "body no", "articles", "bodies", "in article of head"),
    *("alike", "alike mean", "alike density", "alike share"),
    *("place", "blocks before", "before", "after", "n blocks", "n long", "text"),
    *("h1 before", "from head", "text from head"),
    *("to long before", "to long after", "again", "times", "part of other", "copied before"),
)
FEATURES = (*_SINGLE, *(name for names in _GROUPS.values() for name in names))
"""The name of each row of ``block_features``."""
_ROWS = {name: slice(row, row + 1) for row, name in enumerate(_SINGLE)} | {
    group: slice(FEATURES.index(names[0]), FEATURES.index(names[-1]) + 1) for group, names in _GROUPS.items()
}
"""The rows of each column, and of each group of columns."""


def block_features(page: Blocks, headline: str | None, description: str | None) -> NDArray[np.float32]:
    """For each of FEATURES a row with a number for each block. ``page`` has at least one block."""
    blocks = page.blocks
    words = Words([block.text for block in blocks], headline or "", description or "")
    length = np.array([len(block.text) for block in blocks])
    plain = length - np.minimum([block.linked for block in blocks], length)
    own = np.array([node.kinds for node in page.nodes])
    owner = np.array([block.node for block in blocks])
    kinds = own[owner] | np.array([block.kinds for block in blocks])
    columns = _of_text(blocks, words, length, plain) | _of_title(words)
    head = _head(columns, kinds, words)
    columns |= Structure(page, length, plain, own, owner, kinds, head).columns
    columns |= _of_copies(words) | _of_neighbours(columns, length, plain)
    features = np.empty((len(FEATURES), len(blocks)), dtype=np.float32)
    for name, rows in _ROWS.items():
        features[rows] = columns[name]
    return features


def _of_text(blocks: list[Block], words: Words, length: Places, plain: Column) -> Columns:
    return {
        "chars": np.log1p(length),
        "words": np.log1p(words.counts),
        "word length": length / np.maximum(words.counts, 1),
        "density": (length - plain) / length,
        "links": np.array([block.links for block in blocks]),
        "bold": np.minimum([block.bold for block in blocks], length) / length,
        "terminal": np.array([block.text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) for block in blocks], float),
        "capitals": _capitals("".join([block.text for block in blocks]), length),
    }


def _capitals(text: str, length: Places) -> Column:
    """Share of the first characters of each block that are capital letters. ``text`` is that of all blocks together."""
    places = np.flatnonzero(_are_capitals().take(codes_of(text), mode="clip"))
    ends, counted = np.cumsum(length), np.minimum(length, _START)
    starts = ends - length
    share: Column = (places.searchsorted(starts + counted) - places.searchsorted(starts)) / counted
    return share


@cache
def _are_capitals() -> NDArray[np.bool_]:
    """For each code of a character whether it is a capital letter; the last one is for all codes from there on."""
    return np.array([chr(code).isupper() for code in range(_CAPITALS_END)] + [False])


def _of_title(words: Words) -> Columns:
    in_title = are_among(words.numbers, words.headline)
    once = {*zip(words.block[in_title].tolist(), words.numbers[in_title].tolist(), strict=True)}
    blocks = np.array([block for block, _ in once], dtype=np.int64)
    return {
        "title words": _share(words, in_title),
        "words of title": np.bincount(blocks, minlength=len(words.counts)) / max(1, len({*words.headline.tolist()})),
        "summary words": _share(words, are_among(words.numbers, words.summary)),
    }


def _share(words: Words, are_wanted: NDArray[np.bool_]) -> Column:
    """Share of the words of each block that are wanted."""
    return words.of_blocks(are_wanted) / np.maximum(words.counts, 1)


def _head(columns: Columns, kinds: Places, words: Words) -> int | None:
    """Index of the block that is the headline."""
    title = max(1, len(words.headline))
    likeness = columns["title words"] * np.minimum(1, words.counts / title) * (words.counts <= 3 * title)
    heading = 0.3 * ((kinds & (BIT["<h1>"] | BIT["<heading>"] | BIT["title"])) > 0) + 0.2 * ((kinds & BIT["<h1>"]) > 0)
    score = likeness + heading * (likeness > _LIKE_HEADLINE)
    best = int(np.argmax(score))
    return best if score[best] > _LIKE_HEADLINE else None


def _of_copies(words: Words) -> Columns:
    """Which blocks the page has twice, as a whole or in part."""
    _, first, same, times = np.unique(words.whole_blocks(), return_index=True, return_inverse=True, return_counts=True)
    passages, block = words.repeated_passages(_RUN)
    _, first_passage, same_passage = np.unique(passages, return_index=True, return_inverse=True)
    longest = np.zeros(len(first_passage), dtype=np.int64)
    np.maximum.at(longest, same_passage, words.counts[block])
    in_longer = longest[same_passage] > words.counts[block]
    is_copy = np.arange(len(block)) != first_passage[same_passage]
    total, count = np.maximum(words.counts - (_RUN - 1), 1), len(words.counts)
    return {
        "again": np.arange(count) != first[same],
        "times": np.log1p(times)[same],
        "part of other": np.bincount(block, in_longer, minlength=count) / total,
        "copied before": np.bincount(block, is_copy, minlength=count) / total,
    }


def _of_neighbours(columns: Columns, length: Places, plain: Column) -> Columns:
    count = len(length)
    sums = np.zeros((2, count + 1))
    np.cumsum([plain, length - plain], axis=1, out=sums[:, 1:])
    place = np.arange(count)
    around = []
    for width in _WIDTHS:
        around.append(sums[:, :-1] - sums[:, np.maximum(place - width, 0)])
        around.append(sums[:, np.minimum(place + width + 1, count)] - sums[:, 1:])
    shifted = [_shifted(columns[name], by) for name, steps in _NEIGHBOURS.items() for by in steps]
    return {"around": np.log1p(np.concatenate(around)), "shifted": np.array(shifted)}


def _shifted(column: Column, by: int) -> Column:
    """The value of the block ``by`` places after each; -1 where there is none."""
    shifted = np.full(len(column), -1.0)
    if by > 0:
        shifted[:-by] = column[by:]
    else:
        shifted[-by:] = column[:by]
    return shifted

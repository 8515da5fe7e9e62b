"""The words of blocks as numbers, against words as strings."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.extraction.block_words import Words, are_among

_WORDS = re.compile(r"\w+")
_lines = st.text(st.characters(codec="utf-8", exclude_characters="\n") | st.sampled_from("aAß_1' -."), max_size=30)
"""One line of any script, often with the same letters."""


def _split(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


@given(st.lists(_lines, min_size=1, max_size=8), _lines, _lines)
def test_the_same_words_have_the_same_number(texts: list[str], headline: str, summary: str) -> None:
    words = Words(texts, headline, summary)
    strings = [word for text in (*texts, headline, summary) for word in _split(text)]
    numbers = [*words.numbers.tolist(), *words.headline.tolist(), *words.summary.tolist()]
    assert words.counts.tolist() == [len(_split(text)) for text in texts]
    assert words.block.tolist() == [place for place, text in enumerate(texts) for _ in _split(text)]
    assert len(words.headline) == len(_split(headline))
    assert len(strings) == len(numbers)
    assert len({*zip(strings, numbers, strict=True)}) == len({*strings}) == len({*numbers})


@given(st.lists(_lines, min_size=1, max_size=8))
def test_blocks_of_the_same_words_have_the_same_number(texts: list[str]) -> None:
    keys = [tuple(_split(text)) for text in texts]
    numbers = Words(texts, "", "").whole_blocks().tolist()
    assert len({*zip(keys, numbers, strict=True)}) == len({*keys}) == len({*numbers})


def test_letters_are_not_the_word_that_they_form() -> None:
    word, letters = Words(["US", "U.S."], "", "").whole_blocks().tolist()
    assert word != letters


@given(st.lists(st.text("ab c", max_size=20), min_size=1, max_size=8))
def test_passages_that_the_page_has_twice(texts: list[str]) -> None:
    passages = [
        (line[start : start + 3], block)
        for block, line in enumerate(map(_split, texts))
        for start in range(len(line) - 2)
    ]
    alone = [passage for passage, _ in passages]
    expected = [(tuple(passage), block) for passage, block in passages if alone.count(passage) > 1]
    numbers, blocks = Words(texts, "", "").repeated_passages(3)
    found = list(zip(numbers.tolist(), blocks.tolist(), strict=True))
    assert [block for _, block in found] == [block for _, block in expected]
    pairs = {(number, passage) for (number, _), (passage, _) in zip(found, expected, strict=True)}
    assert len(pairs) == len({number for number, _ in found}) == len({passage for passage, _ in expected})


@given(st.lists(st.integers(0, 2**64 - 1)), st.lists(st.integers(0, 2**64 - 1)), st.integers(0, 9))
def test_numbers_among_others(numbers: list[int], wanted: list[int], shared: int) -> None:
    wanted += numbers[:shared]
    found = are_among(np.array(numbers, dtype=np.uint64), np.array(wanted, dtype=np.uint64))
    assert found.tolist() == [number in wanted for number in numbers]

"""Two texts side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.stories.compare import MOST_WORDS, Comparison, Piece, compare

WIRE = """\
The river rose by two metres on Monday night, officials said.
Some 300 people left their homes in the old town, where the water stood a metre high.
"We have never seen this," said Ana Ruiz, the mayor.
The rain is expected to end on Thursday."""
COPY = """\
The river rose by two meters on Monday night, officials said.
"We have never seen this," said Ana Ruiz, the mayor.
Our reporter saw boats in the market place."""
WORDS = st.sampled_from(["river", "rose", "mayor", "said", "the", "rain", "水", "Ana.", "“two”"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), max_size=8).map("\n".join)


def kinds(comparison: Comparison) -> list[str]:
    return [line.kind for line in comparison.lines]


def text_of(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def test_paragraphs_that_belong_together_stand_in_one_line() -> None:
    comparison = compare(WIRE, COPY)
    assert kinds(comparison) == ["changed", "cut", "same", "cut", "added"]
    first = comparison.lines[0]
    assert [piece.text for piece in first.first if not piece.shared] == [" metres"]
    assert [piece.text for piece in first.second if not piece.shared] == [" meters"]
    assert comparison.lines[1].second == ()
    assert text_of(comparison.lines[4].second) == "Our reporter saw boats in the market place."


def test_shares_are_of_words() -> None:
    comparison = compare("one two three four five six seven eight", "one two three four nine ten")
    assert comparison.kept == 4 / 8
    assert comparison.own == pytest.approx(2 / 6)


def test_the_same_text_in_another_dress_is_the_same() -> None:
    comparison = compare(WIRE, WIRE.upper().replace(",", " ,"))
    assert comparison.kept > 0.9
    assert "cut" not in kinds(comparison)
    assert kinds(compare(WIRE, WIRE)) == ["same"] * 4
    assert (compare(WIRE, WIRE).kept, compare(WIRE, WIRE).own) == (1.0, 0.0)


def test_a_paragraph_that_was_split_stays_in_one_line() -> None:
    text = "The river rose by two metres on Monday. Some 300 people left their homes in town."
    split = text.replace(". ", ".\n")
    (line,) = compare(text, split).lines
    assert text_of(line.second) == split
    (line,) = compare(split, text).lines
    assert text_of(line.first) == split


def test_words_that_any_two_texts_share_do_not_join_them() -> None:
    comparison = compare(
        "The mayor of the town said that the bridge is safe.", "In the end, all of the shops were sold by the bank."
    )
    assert kinds(comparison) == ["cut", "added"]
    assert (comparison.kept, comparison.own) == (0.0, 1.0)


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    comparison = compare("東京で強い地震があった。けが人はいない。", "東京で強い地震があった。津波の心配はない。")
    (line,) = comparison.lines
    assert line.first[0] == Piece("東京で強い地震があった。", True)
    assert comparison.kept > 0.6


@pytest.mark.parametrize(("first", "second"), [("", ""), ("", WIRE), (WIRE, ""), (" \n \n", "\n")])
def test_an_empty_text_has_nothing_in_common(first: str, second: str) -> None:
    comparison = compare(first, second)
    assert (comparison.kept, comparison.own) == (0.0, float(bool(second.strip())))


def test_the_end_of_a_very_long_text_is_not_compared() -> None:
    long = "word " * (MOST_WORDS + 1)
    assert not compare(long, "word").whole
    assert compare("word " * MOST_WORDS, long[:5000]).whole


@given(TEXTS, TEXTS)
def test_no_word_is_lost_or_moved(first: str, second: str) -> None:
    comparison = compare(first, second)

    def joined(side: list[tuple[Piece, ...]]) -> str:
        return " ".join(text_of(pieces) for pieces in side if pieces)

    assert joined([line.first for line in comparison.lines]).split() == first.split()
    assert joined([line.second for line in comparison.lines]).split() == second.split()
    assert all(line.first or line.second for line in comparison.lines)
    shared_first = [piece for line in comparison.lines for piece in line.first if piece.shared]
    shared_second = [piece for line in comparison.lines for piece in line.second if piece.shared]
    assert bool(shared_first) == bool(shared_second)

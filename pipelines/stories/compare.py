"""Two texts side by side: what the second kept of the first, what it cut, and what it added."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from rapidfuzz.distance import Indel

LineKind = Literal["same", "changed", "cut", "added"]

MOST_WORDS = 20_000
"""Words of each text that are compared: the time grows with the product of both lengths."""
_MIN_RUN = 3
"""Words in a row that show that two paragraphs belong together. Shorter runs are in any two texts ("of the")."""
_MIN_SHARE = 0.2
"""Share of the shorter paragraph that such runs must cover."""
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"\s*(?:[{_UNSPACED}]|[^\s{_UNSPACED}]+)")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a paragraph."""

    text: str
    shared: bool
    """True if the other text has it too."""


@dataclass(frozen=True, slots=True)
class Line:
    """Paragraphs of both texts that belong together."""

    kind: LineKind
    first: tuple[Piece, ...]
    """Empty if the line is added."""
    second: tuple[Piece, ...]
    """Empty if the line is cut."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the second text differs from the first."""

    lines: tuple[Line, ...]
    kept: float
    """Share of the first text's words that the second has too, in the same order; from 0 to 1."""
    own: float
    """Share of the second text's words that the first does not have."""
    whole: bool
    """False if a text was longer than MOST_WORDS, and its end was not compared."""


def compare(first: str, second: str) -> Comparison:
    """Compares two texts with one paragraph a line. Case, punctuation and spacing make no difference."""
    one, two = _Text(first), _Text(second)
    blocks = [block for block in Indel.opcodes(one.keys, two.keys) if block.tag == "equal"]
    rows = list(_rows(one, two, [(b.src_start, b.dest_start, b.src_end - b.src_start) for b in blocks]))
    shared_one = {index for row in rows for index in row.shared_one}
    shared_two = {index for row in rows for index in row.shared_two}
    return Comparison(
        tuple(_line(one, two, row) for row in rows),
        kept=len(shared_one) / len(one.words) if one.words else 0.0,
        own=1 - len(shared_two) / len(two.words) if two.words else 0.0,
        whole=one.whole and two.whole,
    )


class _Text:
    """The words of a text, and the paragraph of each."""

    def __init__(self, text: str) -> None:
        paragraphs = [paragraph for paragraph in text.split("\n") if paragraph.strip()]
        found = [(word, number) for number, paragraph in enumerate(paragraphs) for word in _WORD.findall(paragraph)]
        self.whole = len(found) <= MOST_WORDS
        self.words = [word for word, _ in found[:MOST_WORDS]]
        self.paragraph_of = [number for _, number in found[:MOST_WORDS]]
        self.keys = [_NO_WORD.sub("", word).casefold() or word.strip() for word in self.words]
        self.sizes: dict[int, int] = defaultdict(int)
        self.starts: dict[int, int] = {}
        for index, number in enumerate(self.paragraph_of):
            self.sizes[number] += 1
            self.starts.setdefault(number, index)

    def words_of(self, paragraphs: range) -> range:
        """The indexes of the words of some paragraphs."""
        if not paragraphs:
            return range(0)
        last = paragraphs[-1]
        return range(self.starts[paragraphs[0]], self.starts[last] + self.sizes[last])


@dataclass(slots=True)
class _Row:
    first: range
    """Paragraphs of the first text."""
    second: range
    shared_one: set[int]
    """Indexes of its words that the second text has too."""
    shared_two: set[int]


def _rows(one: _Text, two: _Text, blocks: Sequence[tuple[int, int, int]]) -> Iterator[_Row]:
    """Yields the paragraphs of both texts in order, those that belong together in one row."""
    done_one = done_two = 0
    matched, next_match = list(_matched(blocks)), 0
    for first, second in _pairs(one, two, blocks):
        yield from (_Row(range(number, number + 1), range(0), set(), set()) for number in range(done_one, first.start))
        yield from (_Row(range(0), range(number, number + 1), set(), set()) for number in range(done_two, second.start))
        inside_one, inside_two = one.words_of(first), two.words_of(second)
        row = _Row(first, second, set(), set())
        while next_match < len(matched) and matched[next_match][0] < inside_one.stop:
            left, right = matched[next_match]
            next_match += 1
            if left in inside_one and right in inside_two:
                row.shared_one.add(left)
                row.shared_two.add(right)
        yield row
        done_one, done_two = first.stop, second.stop
    yield from (_Row(range(number, number + 1), range(0), set(), set()) for number in range(done_one, len(one.sizes)))
    yield from (_Row(range(0), range(number, number + 1), set(), set()) for number in range(done_two, len(two.sizes)))


def _matched(blocks: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    return chain.from_iterable(zip(range(a, a + size), range(b, b + size), strict=True) for a, b, size in blocks)


def _pairs(one: _Text, two: _Text, blocks: Sequence[tuple[int, int, int]]) -> list[tuple[range, range]]:
    """Paragraphs that belong together, in order. Matches move forward in both texts, so the ranges do not overlap once joined."""
    common: dict[tuple[int, int], int] = defaultdict(int)
    for a, b, size in blocks:
        if size >= _MIN_RUN:
            for index in range(size):
                common[one.paragraph_of[a + index], two.paragraph_of[b + index]] += 1
    joined: list[tuple[range, range]] = []
    for (left, right), size in sorted(common.items()):
        if size < max(_MIN_RUN, _MIN_SHARE * min(one.sizes[left], two.sizes[right])):
            continue
        if joined and (left < joined[-1][0].stop or right < joined[-1][1].stop):
            first, second = joined[-1]
            joined[-1] = range(first.start, max(first.stop, left + 1)), range(second.start, max(second.stop, right + 1))
        else:
            joined.append((range(left, left + 1), range(right, right + 1)))
    return joined


def _line(one: _Text, two: _Text, row: _Row) -> Line:
    first = _pieces(one, row.first, row.shared_one)
    second = _pieces(two, row.second, row.shared_two)
    if not second:
        return Line("cut", first, ())
    if not first:
        return Line("added", (), second)
    same = all(piece.shared for piece in (*first, *second))
    return Line("same" if same else "changed", first, second)


def _pieces(text: _Text, paragraphs: range, shared: set[int]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    run: list[str] = []
    indexes = text.words_of(paragraphs)
    for index in indexes:
        starts_paragraph = index > indexes.start and text.paragraph_of[index] != text.paragraph_of[index - 1]
        run.append("\n" + text.words[index].lstrip() if starts_paragraph else text.words[index])
        if index + 1 == indexes.stop or (index + 1 in shared) != (index in shared):
            pieces.append(Piece("".join(run), index in shared))
            run = []
    return tuple(pieces)

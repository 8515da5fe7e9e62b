"""The elements around the blocks of a page: how much of its text they hold, what kinds they are, and where blocks lie in them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.blocks import Blocks
from transforms.extraction.element_kinds import BIT

Column = NDArray[np.float64]
Places = NDArray[np.int64]

_LONG_PARAGRAPH = 80
"""Characters outside links of a paragraph that is no label."""
_LEAST_SEEN = 0.15
"""Share of long paragraphs that must be outside of asides. If less is, the page marks its article as an aside."""
_DOMINANT = 0.5
"""Share of the page's long paragraphs that the element around an article holds."""
_FAR = 99.0

_ASIDE = BIT["comment"] | BIT["<nav>"] | BIT["<aside>"] | BIT["<footer>"] | BIT["<form>"] | BIT["unseen"]
_MAY_BE_BODY = BIT["articleBody"] | BIT["body"]
_KINDS = {
    "own": ("<div>", "<p>", "<heading>", "<li>", "caption"),
    "near": ("chrome", "body", "media", "box", "<list>"),
    "inner": ("<div>", "<heading>", "<main>", "chrome", "body", "articleBody", "hidden", "offer", "caption", "related"),
    "outer": ("<article>", "<main>", "related", "body"),
}
"""Of which elements a kind counts: the block's own, the two around it, all those that hold less than half of the text, the others."""
_COLUMNS_OF_KINDS = {
    group: ([f"{group} {name}" for name in names], np.array([[BIT[name]] for name in names]))
    for group, names in _KINDS.items()
}
"""The names of the columns of each group, and the bits that they tell of."""


def numbered(texts: Sequence[str]) -> tuple[dict[str, int], Places]:
    """A number for each text, from 0 on, the same for the same text; and the numbers of all texts."""
    numbers = dict(zip(dict.fromkeys(texts), range(len(texts)), strict=False))
    return numbers, np.fromiter(map(numbers.__getitem__, texts), np.int64, len(texts))


class Structure:
    """The elements around blocks: how much of the page's text they hold, and what they are."""

    def __init__(self, page: Blocks, own: Places, owner: Places, kinds: Places, head: int | None) -> None:
        self._page, self._own, self._owner, self._kinds, self._head = page, own, owner, kinds, head
        nodes, blocks = page.nodes, page.blocks
        count = len(blocks)
        length = np.array([len(block.text) for block in blocks], float)
        self._plain = length - np.minimum([block.linked for block in blocks], length)
        self._up = np.array([node.parent for node in nodes], dtype=np.int64)
        self._parent = np.maximum(self._up, 0)
        _, self._names = numbered([node.name for node in nodes])
        self._first = np.array([node.first for node in nodes], dtype=np.int64)
        self._last = np.array([node.last for node in nodes], dtype=np.int64)
        aside = self._asides()
        long = self._long(length, aside)
        self._sums = {
            "chars": sums_of(length),
            "plain": sums_of(self._plain),
            "long": sums_of(np.where(long, self._plain, 0)),
            "paragraphs": sums_of(long.astype(float)),
        }
        self._inside = (self._last - self._first).astype(float)
        has_long = bool(self._sums["long"][-1])
        self._whole = max(1.0, self._sums["long" if has_long else "plain"][-1])
        self._share = self._of_nodes("long" if has_long else "plain") / self._whole
        self.columns: dict[str, Column] = {"aside": aside.astype(float)}
        self._add_inherited()
        self._add_alike(length)
        self._add_places(count)
        self.columns["to long before"], self.columns["to long after"] = _distances(long)

    def _of_nodes(self, what: str) -> Column:
        sums = self._sums[what]
        difference: Column = sums[self._last] - sums[self._first]
        return difference

    def _asides(self) -> NDArray[np.bool_]:
        """Which blocks are inside of asides."""
        asides, size = (self._own & _ASIDE) > 0, len(self._owner) + 1
        begun = np.bincount(self._first[asides], minlength=size)
        ended = np.bincount(self._last[asides], minlength=size)
        inside: NDArray[np.bool_] = np.cumsum(begun - ended)[:-1] > 0
        return inside

    def _long(self, length: Column, aside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which blocks are long paragraphs outside of asides."""
        long = (self._plain >= _LONG_PARAGRAPH) & (self._plain > length / 2)
        seen = long & ~aside
        is_enough = bool(self._plain[seen].sum() >= _LEAST_SEEN * self._plain[long].sum())
        return np.asarray(seen if is_enough else long)

    def _add_inherited(self) -> None:
        """What elements get from those around them.

        An element that holds more than half of the text is around elements that hold less, so all that hold less are below all that hold
        more.
        """
        nodes, owner, columns = self._page.nodes, self._owner, self.columns
        is_top = ((self._share >= _DOMINANT) | (self._up < 0)).tolist()
        inner, outer, holder, branch = ([0] * len(nodes) for _ in range(4))
        for place, (up, kinds) in enumerate(zip(self._up.tolist(), self._own.tolist(), strict=True)):
            if is_top[place]:
                holder[place] = branch[place] = place
                outer[place] = kinds if up < 0 else outer[up] | kinds
            elif is_top[up]:
                holder[place], branch[place], inner[place] = up, place, kinds
            else:
                holder[place], branch[place], inner[place] = holder[up], branch[up], inner[up] | kinds
        around = np.array(holder)[owner]
        up1 = self._parent
        up2 = up1[up1]
        of_groups = {"inner": np.array(inner, dtype=np.int64)[owner], "outer": np.array(outer, dtype=np.int64)[around]}
        of_groups |= {"own": self._kinds, "near": self._own[up1[owner]] | self._own[up2[owner]]}
        for group, (names, bits) in _COLUMNS_OF_KINDS.items():
            columns |= zip(names, ((of_groups[group] & bits) > 0).astype(float), strict=True)
        depth = np.array([node.depth for node in nodes], float)
        columns["depth"] = depth[owner]
        columns["below"] = columns["depth"] - depth[around]
        place_of_block = np.arange(len(owner))
        columns["holder share"] = self._share[around]
        columns["in holder"] = (place_of_block - self._first[around]) / np.maximum(self._inside[around], 1)
        columns["holder begun"] = np.log1p(place_of_block - self._first[around])
        columns["holder rest"] = np.log1p(self._last[around] - place_of_block)
        columns["to head"] = self._to_head()
        articles, bodies = np.flatnonzero(self._own & BIT["<article>"]).tolist(), self._bodies()
        columns["article no"], columns["body no"] = self._numbers(articles), self._numbers(bodies)
        columns["articles"] = np.full(len(owner), float(len(articles)))
        columns["bodies"] = np.full(len(owner), float(len(bodies)))
        number = columns["article no"]
        columns["in article of head"] = (
            np.full(len(owner), -1.0) if self._head is None else (number == number[self._head]).astype(float)
        )
        levels = {"node": owner, "parent": up1[owner], "grand": up2[owner], "great": up1[up2][owner]}
        self._add_shares(levels | {"branch": np.array(branch)[owner]})

    def _around(self, place: int) -> Iterator[int]:
        """The element and those around it, from the inside."""
        while place >= 0:
            yield place
            place = self._page.nodes[place].parent

    def _bodies(self) -> list[int]:
        """The elements that are the text of an article by their class, without those inside of others."""
        found: set[int] = set()
        for place in np.flatnonzero(self._own & _MAY_BE_BODY).tolist():
            node = self._page.nodes[place]
            if node.tag != "body" and _is_body(node.kinds) and found.isdisjoint(self._around(place)):
                found.add(place)
        return sorted(found)

    def _numbers(self, places: Sequence[int]) -> Column:
        """For each block the number of the last such element that it is in, from 1 on; 0 if it is in none."""
        numbers = np.zeros(len(self._owner))
        for number, place in enumerate(places, start=1):
            numbers[self._page.nodes[place].first : self._page.nodes[place].last] = number
        return numbers

    def _to_head(self) -> Column:
        """How many elements the first one around both a block and the headline is above the headline."""
        distance = np.full(len(self._owner), _FAR)
        around = [] if self._head is None else [*self._around(self._page.blocks[self._head].node)]
        for steps, place in reversed([*enumerate(around)]):
            distance[self._page.nodes[place].first : self._page.nodes[place].last] = steps
        return distance

    def _add_shares(self, levels: dict[str, Places]) -> None:
        chars, plain, paragraphs = self._of_nodes("chars"), self._of_nodes("plain"), self._of_nodes("paragraphs")
        of_nodes = np.stack(
            [
                self._share,
                1 - plain / np.maximum(chars, 1),
                np.log1p(self._inside),
                np.log1p(paragraphs),
                paragraphs / np.maximum(self._inside, 1),
                np.log1p(np.bincount(self._names)[self._names]),
            ]
        )
        for level, index in levels.items():
            columns = (f"{level} {name}" for name in ("share", "density", "blocks", "long", "long share", "repeats"))
            self.columns |= zip(columns, of_nodes[:, index], strict=True)

    def _add_alike(self, length: Column) -> None:
        """All blocks of the page whose element and its parent have the same tags and classes."""
        pairs = self._names * len(self._names) + self._names[self._parent]
        _, group = np.unique(pairs[self._owner], return_inverse=True)
        size = np.bincount(group)
        chars = np.bincount(group, length)
        plain = np.bincount(group, self._plain)
        self.columns["alike"] = np.log1p(size[group])
        self.columns["alike mean"] = np.log1p(chars[group] / size[group])
        self.columns["alike density"] = 1 - plain[group] / np.maximum(chars[group], 1)
        self.columns["alike share"] = plain[group] / max(1.0, self._sums["plain"][-1])

    def _add_places(self, count: int) -> None:
        place = np.arange(count, dtype=float)
        long, plain = self._sums["long"], self._sums["plain"]
        self.columns |= {
            "place": place / count,
            "blocks before": np.log1p(place),
            "before": long[:-1] / self._whole,
            "after": (long[-1] - long[1:]) / self._whole,
            "n blocks": np.full(count, math.log1p(count)),
            "n long": np.full(count, math.log1p(self._sums["paragraphs"][-1])),
            "text": np.full(count, math.log1p(plain[-1])),
            "h1 before": np.cumsum((self._kinds & BIT["<h1>"]) > 0).astype(float),
        }
        head = self._head
        self.columns["from head"] = np.full(count, -_FAR) if head is None else _signed(place - head)
        self.columns["text from head"] = (
            np.full(count, -_FAR) if head is None else np.sign(place - head) * np.log1p(abs(plain[:-1] - plain[head]))
        )


def _is_body(kinds: int) -> bool:
    """True for an element that is the text of an article by its class."""
    return bool(kinds & BIT["articleBody"] or (kinds & BIT["body"] and kinds & BIT["content"]))


def _signed(distance: Column) -> Column:
    return np.sign(distance) * np.log1p(abs(distance))


def sums_of(column: Column) -> Column:
    """The sum of all values before each place, and of all of them at the end."""
    return np.concatenate([[0.0], np.cumsum(column)])


def _distances(marked: NDArray[np.bool_]) -> tuple[Column, Column]:
    """How many blocks the marked one before each, and the one after it, are away."""
    count = len(marked)
    place = np.arange(count)
    before = np.concatenate([[-100], np.maximum.accumulate(np.where(marked, place, -100))[:-1]])
    after = np.minimum.accumulate(np.where(marked, place, count + 100)[::-1])[::-1]
    after = np.concatenate([after[1:], [count + 100]])
    return np.log1p(place - before), np.log1p(after - place)

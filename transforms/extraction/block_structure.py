"""The elements around the blocks of a page: how much of its text they hold, what kinds they are, and where blocks lie in them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.blocks import Blocks
from transforms.extraction.element_kinds import BIT

Column = NDArray[np.float64]
"""A number for each block."""
Columns = dict[str, Any]
"""Columns by name; a number for one that is the same for all blocks; and rows of columns by the name of their group."""
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
_BITS = {group: np.array([[BIT[name]] for name in names]) for group, names in _KINDS.items()}
_LEVELS = ("node", "parent", "grand", "great", "branch")
"""The element of a block, the three around it, and the outermost one that holds less than half of the text."""
_SHARES = ("share", "density", "blocks", "long", "long share", "repeats")
GROUPS = {
    **{group: tuple(f"{group} {name}" for name in names) for group, names in _KINDS.items()},
    "levels": tuple(f"{level} {name}" for name in _SHARES for level in _LEVELS),
}
"""The names of the columns of each group."""


def numbered(texts: Iterable[str], count: int) -> Places:
    """A number for each of so many texts, from 0 on, the same for the same text."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a text that is new gets the number of those before it
    return np.fromiter(map(numbers.__getitem__, texts), np.int64, count)


class Structure:
    """The elements around blocks: how much of the page's text they hold, and what they are."""

    def __init__(
        self, page: Blocks, length: Places, plain: Column, own: Places, owner: Places, kinds: Places, head: int | None
    ) -> None:
        self._page, self._own, self._owner, self._kinds, self._head = page, own, owner, kinds, head
        nodes = page.nodes
        self._place = np.arange(len(owner))
        self._up = [node.parent for node in nodes]
        self._parent = np.maximum(self._up, 0)
        self._names = numbered([node.name for node in nodes], len(nodes))
        self._first = np.array([node.first for node in nodes])
        self._last = np.array([node.last for node in nodes])
        aside = self._asides()
        long = _long(length, plain, aside)
        self._sums = np.zeros((4, len(owner) + 1))
        """Of the blocks before each place: characters, those outside links, those of long paragraphs; and number of long paragraphs."""
        np.cumsum([length, plain, plain * long, long], axis=1, out=self._sums[:, 1:])
        self._of_nodes = self._sums[:, self._last] - self._sums[:, self._first]
        self._inside = (self._last - self._first).astype(float)
        has_long = bool(self._sums[2, -1])
        self._whole = max(1.0, self._sums[2 if has_long else 1, -1])
        self._share = self._of_nodes[2 if has_long else 1] / self._whole
        self.columns: Columns = {"aside": aside}
        self._add_inherited()
        self._add_alike(length, plain)
        self._add_places()
        self.columns["to long before"], self.columns["to long after"] = _distances(long)

    def _asides(self) -> NDArray[np.bool_]:
        """Which blocks are inside of asides."""
        asides, size = (self._own & _ASIDE) > 0, len(self._owner) + 1
        begun = np.bincount(self._first[asides], minlength=size)
        ended = np.bincount(self._last[asides], minlength=size)
        inside: NDArray[np.bool_] = np.cumsum(begun - ended)[:-1] > 0
        return inside

    def _add_inherited(self) -> None:
        """What elements get from those around them.

        An element that holds more than half of the text is around elements that hold less, so all that hold less are below all that hold
        more.
        """
        nodes, owner, columns, place = self._page.nodes, self._owner, self.columns, self._place
        is_top = (self._share >= _DOMINANT).tolist()
        is_top[0] = True  # the first element is around all others
        inner, outer, holder, branch = ([0] * len(nodes) for _ in range(4))
        for at, (up, kinds) in enumerate(zip(self._up, self._own.tolist(), strict=True)):
            if is_top[at]:
                holder[at] = branch[at] = at
                outer[at] = outer[up] | kinds if at else kinds
            elif is_top[up]:
                holder[at], branch[at], inner[at] = up, at, kinds
            else:
                holder[at], branch[at], inner[at] = holder[up], branch[up], inner[up] | kinds
        around = np.array(holder)[owner]
        node_around = self._parent[owner]
        two_around = self._parent[node_around]
        of_groups = {
            "own": self._kinds,
            "near": self._own[node_around] | self._own[two_around],
            "inner": np.array(inner)[owner],
            "outer": np.array(outer)[around],
        }
        for group, kinds_of_blocks in of_groups.items():
            columns[group] = (kinds_of_blocks & _BITS[group]) > 0
        depth = np.array([node.depth for node in nodes])
        columns["depth"] = depth[owner]
        columns["below"] = depth[owner] - depth[around]
        columns["holder share"] = self._share[around]
        begun = place - self._first[around]
        columns["in holder"] = begun / np.maximum(self._inside[around], 1)
        columns["holder begun"] = np.log1p(begun)
        columns["holder rest"] = np.log1p(self._last[around] - place)
        columns["to head"] = self._to_head()
        articles, bodies = np.flatnonzero(self._own & BIT["<article>"]).tolist(), self._bodies()
        number = self._numbers(articles)
        columns["article no"], columns["body no"] = number, self._numbers(bodies)
        columns["articles"], columns["bodies"] = len(articles), len(bodies)
        columns["in article of head"] = -1 if self._head is None else number == number[self._head]
        levels = (owner, node_around, two_around, self._parent[two_around], np.array(branch)[owner])
        columns["levels"] = self._of_levels(np.array(levels))

    def _around(self, place: int) -> Iterator[int]:
        """The element and those around it, from the inside."""
        while place >= 0:
            yield place
            place = self._up[place]

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

    def _of_levels(self, levels: Places) -> NDArray[np.float32]:
        """What the elements of each level hold, in the order of the group."""
        chars, plain, _, paragraphs = self._of_nodes
        of_nodes = np.array(
            [
                self._share,
                1 - plain / np.maximum(chars, 1),
                np.log1p(self._inside),
                np.log1p(paragraphs),
                paragraphs / np.maximum(self._inside, 1),
                np.log1p(np.bincount(self._names)[self._names]),
            ],
            dtype=np.float32,
        )
        return of_nodes[:, levels].reshape(-1, len(self._owner))

    def _add_alike(self, length: Places, plain: Column) -> None:
        """All blocks of the page whose element and its parent have the same tags and classes."""
        pairs = self._names * len(self._names) + self._names[self._parent]
        _, group = np.unique(pairs[self._owner], return_inverse=True)
        size, chars_of_group, plain_of_group = np.bincount(group), np.bincount(group, length), np.bincount(group, plain)
        self.columns["alike"] = np.log1p(size)[group]
        self.columns["alike mean"] = np.log1p(chars_of_group / size)[group]
        self.columns["alike density"] = (1 - plain_of_group / np.maximum(chars_of_group, 1))[group]
        self.columns["alike share"] = (plain_of_group / max(1.0, self._sums[1, -1]))[group]

    def _add_places(self) -> None:
        place, count = self._place, len(self._place)
        _, plain, long, paragraphs = self._sums
        self.columns |= {
            "place": place / count,
            "blocks before": np.log1p(place),
            "before": long[:-1] / self._whole,
            "after": (long[-1] - long[1:]) / self._whole,
            "n blocks": math.log1p(count),
            "n long": math.log1p(paragraphs[-1]),
            "text": math.log1p(plain[-1]),
            "h1 before": np.cumsum((self._kinds & BIT["<h1>"]) > 0),
            "from head": -_FAR,
            "text from head": -_FAR,
        }
        if self._head is not None:
            distance = place - self._head
            sign = np.sign(distance)
            self.columns["from head"] = sign * np.log1p(abs(distance))
            self.columns["text from head"] = sign * np.log1p(abs(plain[:-1] - plain[self._head]))


def _long(length: Places, plain: Column, aside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which blocks are long paragraphs outside of asides."""
    long = (plain >= _LONG_PARAGRAPH) & (plain > length / 2)
    seen = long & ~aside
    is_enough = bool(plain[seen].sum() >= _LEAST_SEEN * plain[long].sum())
    return np.asarray(seen if is_enough else long)


def _is_body(kinds: int) -> bool:
    """True for an element that is the text of an article by its class."""
    return bool(kinds & BIT["articleBody"] or (kinds & BIT["body"] and kinds & BIT["content"]))


def _distances(marked: NDArray[np.bool_]) -> tuple[Column, Column]:
    """How many blocks the marked one before each, and the one after it, are away."""
    count = len(marked)
    place = np.arange(count)
    before = np.concatenate([[-100], np.maximum.accumulate(np.where(marked, place, -100))[:-1]])
    after = np.minimum.accumulate(np.where(marked, place, count + 100)[::-1])[::-1]
    after = np.concatenate([after[1:], [count + 100]])
    return np.log1p(place - before), np.log1p(after - place)

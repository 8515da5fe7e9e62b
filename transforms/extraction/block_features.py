"""What a model knows of each block of a page: its text, the elements around it, its place, what is repeated, and its neighbours.

All are numbers that say nothing about a language or a site. ``block_model`` names those that its table uses.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.blocks import Blocks
from transforms.extraction.element_kinds import BIT

Column = NDArray[np.float64]
Places = NDArray[np.int64]

_WORDS = re.compile(r"\w+")
_SENTENCE_ENDS = tuple(".!?…。！？।؟:;")
_CLOSING = "\"'”’»)]“"
_LONG_PARAGRAPH = 80
"""Characters outside links of a paragraph that is no label."""
_LEAST_SEEN = 0.15
"""Share of long paragraphs that must be outside of asides. If less is, the page marks its article as an aside."""
_DOMINANT = 0.5
"""Share of the page's long paragraphs that the element around an article holds."""
_LIKE_HEADLINE = 0.5
_FAR = 99.0
_RUN = 5
"""Words of a passage that is a copy of another one if they are the same."""

_ASIDE = BIT["comment"] | BIT["<nav>"] | BIT["<aside>"] | BIT["<footer>"] | BIT["<form>"] | BIT["unseen"]
_KINDS = {
    "own": ("<div>", "<p>", "<heading>", "<li>", "caption"),
    "near": ("chrome", "body", "media", "box", "<list>"),
    "inner": ("<div>", "<heading>", "<main>", "chrome", "body", "articleBody", "hidden", "offer", "caption", "related"),
    "outer": ("<article>", "<main>", "related", "body"),
}
"""Of which elements a kind counts: the block's own, the two around it, all those that hold less than half of the text, the others."""


def block_features(page: Blocks, headline: str | None, description: str | None) -> dict[str, Column]:
    """Named columns with a number for each block. ``page`` has at least one block."""
    lines = [_WORDS.findall(block.text.casefold()) for block in page.blocks]
    own = np.array([node.kinds for node in page.nodes], dtype=np.int64)
    owner = np.array([block.node for block in page.blocks], dtype=np.int64)
    kinds = own[owner] | np.array([block.kinds for block in page.blocks], dtype=np.int64)
    columns = _of_text(page, lines)
    columns |= _of_title(lines, headline, description)
    head = _head(columns, kinds, lines, headline)
    columns |= _Structure(page, own, owner, kinds, head).columns
    columns |= _of_copies(lines)
    columns |= _of_neighbours(columns)
    return columns


def _of_text(page: Blocks, lines: Sequence[Sequence[str]]) -> dict[str, Column]:
    texts = [block.text for block in page.blocks]
    length = np.array([len(text) for text in texts], float)
    linked = np.minimum([block.linked for block in page.blocks], length)
    words = np.array([len(line) for line in lines], float)
    starts = [text[:200] for text in texts]
    return {
        "length": length,
        "plain": length - linked,
        "linked": linked,
        "chars": np.log1p(length),
        "words": np.log1p(words),
        "word length": length / np.maximum(words, 1),
        "density": linked / length,
        "links": np.array([block.links for block in page.blocks], float),
        "bold": np.minimum([block.bold for block in page.blocks], length) / length,
        "terminal": np.array([text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) for text in texts], float),
        "capitals": np.array([sum(map(str.isupper, start)) / len(start) for start in starts]),
    }


def _of_title(lines: Sequence[Sequence[str]], headline: str | None, description: str | None) -> dict[str, Column]:
    title, summary = (set(_WORDS.findall((text or "").casefold())) for text in (headline, description))
    return {
        "title words": np.array([_share(line, title) for line in lines]),
        "words of title": np.array([len(title.intersection(line)) for line in lines]) / max(1, len(title)),
        "summary words": np.array([_share(line, summary) for line in lines]),
    }


def _share(line: Sequence[str], words: set[str]) -> float:
    return sum(map(words.__contains__, line)) / len(line) if line and words else 0.0


def _head(
    columns: dict[str, Column], kinds: Places, lines: Sequence[Sequence[str]], headline: str | None
) -> int | None:
    """Index of the block that is the headline."""
    title = max(1, len(_WORDS.findall(headline or "")))
    words = np.array([len(line) for line in lines], float)
    likeness = columns["title words"] * np.minimum(1, words / title) * (words <= 3 * title)
    heading = 0.3 * ((kinds & (BIT["<h1>"] | BIT["<heading>"] | BIT["title"])) > 0) + 0.2 * ((kinds & BIT["<h1>"]) > 0)
    score = likeness + heading * (likeness > _LIKE_HEADLINE)
    best = int(np.argmax(score))
    return best if score[best] > _LIKE_HEADLINE else None


class _Structure:
    """The elements around blocks: how much of the page's text they hold, and what they are."""

    def __init__(self, page: Blocks, own: Places, owner: Places, kinds: Places, head: int | None) -> None:
        self._page, self._own, self._owner, self._kinds, self._head = page, own, owner, kinds, head
        nodes, blocks = page.nodes, page.blocks
        count = len(blocks)
        length = np.array([len(block.text) for block in blocks], float)
        self._plain = length - np.minimum([block.linked for block in blocks], length)
        self._parent = np.maximum(np.array([node.parent for node in nodes], dtype=np.int64), 0)
        self._first = np.array([node.first for node in nodes], dtype=np.int64)
        self._last = np.array([node.last for node in nodes], dtype=np.int64)
        aside = self._asides()
        long = self._long(length, aside)
        self._sums = {
            "chars": _sums(length),
            "plain": _sums(self._plain),
            "long": _sums(np.where(long, self._plain, 0)),
            "paragraphs": _sums(long.astype(float)),
        }
        self._inside = (self._last - self._first).astype(float)
        has_long = bool(self._sums["long"][-1])
        self._whole = max(1.0, self._sums["long" if has_long else "plain"][-1])
        self._share = self._of_nodes("long" if has_long else "plain") / self._whole
        self.columns: dict[str, Column] = {"aside": aside[owner].astype(float)}
        self._add_inherited()
        self._add_alike(length)
        self._add_places(count)
        self.columns["to long before"], self.columns["to long after"] = _distances(long)

    def _of_nodes(self, what: str) -> Column:
        sums = self._sums[what]
        difference: Column = sums[self._last] - sums[self._first]
        return difference

    def _asides(self) -> NDArray[np.bool_]:
        aside = [False] * len(self._page.nodes)
        for place, node in enumerate(self._page.nodes):
            aside[place] = bool(node.kinds & _ASIDE) or (node.parent >= 0 and aside[node.parent])
        return np.array(aside)

    def _long(self, length: Column, aside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which blocks are long paragraphs outside of asides."""
        long = (self._plain >= _LONG_PARAGRAPH) & (self._plain > length / 2)
        seen = long & ~aside[self._owner]
        is_enough = bool(self._plain[seen].sum() >= _LEAST_SEEN * self._plain[long].sum())
        return np.asarray(seen if is_enough else long)

    def _add_inherited(self) -> None:
        """What elements get from those around them."""
        nodes, size = self._page.nodes, len(self._page.nodes)
        dominant = self._share >= _DOMINANT
        inner, outer, below = [0] * size, [0] * size, [0] * size
        holder, branch, article, body, to_head = [0] * size, [0] * size, [0] * size, [0] * size, [_FAR] * size
        head_line = self._nodes_around_head()
        articles = bodies = 0
        for place, node in enumerate(nodes):
            up = node.parent
            if up >= 0:
                inner[place], outer[place], below[place] = inner[up], outer[up], below[up]
                holder[place], branch[place], to_head[place] = holder[up], branch[up], to_head[up]
                article[place], body[place] = article[up], body[up]
            if up < 0 or dominant[place]:
                outer[place] |= node.kinds
                holder[place] = place
            else:
                inner[place] |= node.kinds
                below[place] += 1
            if below[place] <= 1:
                branch[place] = place
            if place in head_line:
                to_head[place] = float(head_line[place])
            if node.tag == "article":
                articles += 1
                article[place] = articles
            if not body[place] and node.tag != "body" and _is_body(node.kinds):
                bodies += 1
                body[place] = bodies
        columns, owner = self.columns, self._owner
        up1 = self._parent
        up2 = up1[up1]
        of_groups = {"inner": np.array(inner, dtype=np.int64)[owner], "outer": np.array(outer, dtype=np.int64)[owner]}
        of_groups |= {"own": self._kinds, "near": self._own[up1[owner]] | self._own[up2[owner]]}
        for group, names in _KINDS.items():
            for name in names:
                columns[f"{group} {name}"] = ((of_groups[group] & BIT[name]) > 0).astype(float)
        columns["depth"] = np.array([node.depth for node in nodes], float)[owner]
        columns["below"] = np.array(below, float)[owner]
        around = np.array(holder)[owner]
        place_of_block = np.arange(len(owner))
        columns["holder share"] = self._share[around]
        columns["in holder"] = (place_of_block - self._first[around]) / np.maximum(self._inside[around], 1)
        columns["holder begun"] = np.log1p(place_of_block - self._first[around])
        columns["holder rest"] = np.log1p(self._last[around] - place_of_block)
        numbers = {
            "article no": np.array(article, float),
            "body no": np.array(body, float),
            "to head": np.array(to_head),
        }
        columns |= {name: values[owner] for name, values in numbers.items()}
        columns["articles"] = np.full(len(owner), float(articles))
        columns["bodies"] = np.full(len(owner), float(bodies))
        number = columns["article no"]
        columns["in article of head"] = (
            np.full(len(owner), -1.0) if self._head is None else (number == number[self._head]).astype(float)
        )
        self._add_shares({"node": owner, "parent": up1[owner], "grand": up2[owner], "great": up1[up2][owner]})
        self._add_shares({"branch": np.array(branch)[owner]})

    def _nodes_around_head(self) -> dict[int, int]:
        """The elements around the headline, each with its distance from it."""
        around: dict[int, int] = {}
        node = -1 if self._head is None else self._page.blocks[self._head].node
        while node >= 0:
            around[node] = len(around)
            node = self._page.nodes[node].parent
        return around

    def _add_shares(self, levels: dict[str, Places]) -> None:
        names = Counter(node.name for node in self._page.nodes)
        repeats = np.log1p([names[node.name] for node in self._page.nodes])
        chars, plain, paragraphs = self._of_nodes("chars"), self._of_nodes("plain"), self._of_nodes("paragraphs")
        density = 1 - plain / np.maximum(chars, 1)
        for level, index in levels.items():
            self.columns[f"{level} share"] = self._share[index]
            self.columns[f"{level} density"] = density[index]
            self.columns[f"{level} blocks"] = np.log1p(self._inside[index])
            self.columns[f"{level} long"] = np.log1p(paragraphs[index])
            self.columns[f"{level} long share"] = paragraphs[index] / np.maximum(self._inside[index], 1)
            self.columns[f"{level} repeats"] = repeats[index]

    def _add_alike(self, length: Column) -> None:
        """All blocks of the page whose element and its parent have the same tags and classes."""
        nodes = self._page.nodes
        numbers: dict[tuple[str, str], int] = {}
        pairs = [(nodes[node].name, nodes[max(0, nodes[node].parent)].name) for node in range(len(nodes))]
        of_nodes = np.array([numbers.setdefault(pair, len(numbers)) for pair in pairs], dtype=np.int64)
        group = of_nodes[self._owner]
        count = np.bincount(group, minlength=len(numbers))
        chars = np.bincount(group, length, minlength=len(numbers))
        plain = np.bincount(group, self._plain, minlength=len(numbers))
        self.columns["alike"] = np.log1p(count[group])
        self.columns["alike mean"] = np.log1p(chars[group] / count[group])
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


def _sums(column: Column) -> Column:
    return np.concatenate([[0.0], np.cumsum(column)])


def _distances(marked: NDArray[np.bool_]) -> tuple[Column, Column]:
    """How many blocks the marked one before each, and the one after it, are away."""
    count = len(marked)
    place = np.arange(count)
    before = np.concatenate([[-100], np.maximum.accumulate(np.where(marked, place, -100))[:-1]])
    after = np.minimum.accumulate(np.where(marked, place, count + 100)[::-1])[::-1]
    after = np.concatenate([after[1:], [count + 100]])
    return np.log1p(place - before), np.log1p(after - place)


def _of_copies(lines: Sequence[Sequence[str]]) -> dict[str, Column]:
    """Which blocks the page has twice, as a whole or in part."""
    keys = [" ".join(line) for line in lines]
    times = Counter(keys)
    seen: set[str] = set()
    again = []
    longest: dict[tuple[str, ...], int] = {}
    passages = []
    earlier = []
    for line, key in zip(lines, keys, strict=True):
        again.append(float(key in seen))
        seen.add(key)
        words = len(line)
        runs = list(zip(*(line[start:] for start in range(_RUN)), strict=False)) if words >= _RUN else []
        passages.append(runs)
        copied = 0
        for run in runs:
            known = longest.get(run)
            if known is None:
                longest[run] = words
            else:
                copied += 1
                if words > known:
                    longest[run] = words
        earlier.append(copied / len(runs) if runs else 0.0)
    within = [
        sum(longest[run] > len(line) for run in runs) / len(runs) if runs else 0.0
        for line, runs in zip(lines, passages, strict=True)
    ]
    return {
        "again": np.array(again),
        "times": np.log1p([times[key] for key in keys]),
        "part of other": np.array(within),
        "copied before": np.array(earlier),
    }


def _of_neighbours(columns: dict[str, Column]) -> dict[str, Column]:
    wanted = {"density": (-3, -2, -1, 1), "chars": (-1, 1), "terminal": (-1, 1)}
    near = {f"{name} {by:+}": _shifted(columns[name], by) for name, steps in wanted.items() for by in steps}
    for name, width in chain((("plain", 4), ("plain", 10)), (("linked", 4), ("linked", 10))):
        near[f"{name} before {width}"] = np.log1p(_window(columns[name], -width, 0))
        near[f"{name} after {width}"] = np.log1p(_window(columns[name], 1, width + 1))
    return near


def _shifted(column: Column, by: int) -> Column:
    """The value of the block ``by`` places after each; -1 where there is none."""
    none = np.full(min(abs(by), len(column)), -1.0)
    return np.concatenate([column[by:], none] if by > 0 else [none, column[: max(0, len(column) + by)]])


def _window(column: Column, start: int, stop: int) -> Column:
    """The sum of the values from ``start`` to ``stop`` places after each block."""
    sums = _sums(column)
    place = np.arange(len(column))
    return sums[np.clip(place + stop, 0, len(column))] - sums[np.clip(place + start, 0, len(column))]

"""New articles to members of stories, given the known articles that may be like them. Pure: the lake is read elsewhere (``resolve``).

1. Articles with the same words are one unit. 2. Units that share keys are compared. 3. The rule says which pairs are one story.
4. Each unit joins at most one longer unit. 5. Groups with many pairs across are joined.
6. A group that reaches a published story takes its id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np

from schemas import Sketch
from transforms.stories.arrays import Ints, distinct, packed
from transforms.stories.background import Background, background_of
from transforms.stories.candidates import Pairs, linked, pairs_with_known, pairs_within
from transforms.stories.comparer import Comparer
from transforms.stories.relations import Membership, memberships
from transforms.stories.rule import COMMON_KNOWLEDGE, FIRM, Facts, Verdict, judge
from transforms.stories.shingles import shingles_of
from transforms.stories.sketch import grams_of, hashes
from transforms.stories.units import Unit, are_within, units_of
from transforms.stories.words import Hashes

LOOK_BACK = timedelta(days=7)
"""Two articles that were published further apart are not compared."""
TIMES_COPIED = 6
"""Articles that an article copies for each one that it reuses. With fewer of them it reuses their story."""


def group_articles(
    new: Sequence[Sketch],
    known: Sequence[Sketch],
    sample: Sequence[Sketch],
    stories: Mapping[str, str],
    look_back: timedelta = LOOK_BACK,
) -> list[Membership]:
    """Makes new articles members of stories.

    ``known`` are the published articles that share keys or all words with a new one, ``sample`` some that show what is common. ``stories``
    has the story of each new article that is a revision, by article_id. The order of the arguments' elements does not matter.
    """
    units = units_of(new, known, stories, look_back)
    candidates = candidates_of(units, look_back)
    words = sum(len(unit.first.words) // 4 for unit in units)
    grams = packed((grams_of(unit.first) for unit in units), words)
    unlike = packed(map(distinct, grams), words)
    background = _background(units, unlike, sample, candidates)
    counts = np.array([len(each) for each in unlike], np.int64)
    del unlike
    shingles = shingles_of(grams, counts, [unit.first.source for unit in units], background)
    del grams
    comparer = Comparer(units, shingles, background)
    pairs = comparer.sharing(candidates, FIRM)
    compared = comparer.compare_pairs(pairs.left, pairs.right)
    verdict = judge(compared, _facts(units, pairs, background), background.counted)
    groups, merges = _groups_of(units, pairs, verdict)
    compared_pairs = (pairs.left, pairs.right, compared)
    return list(memberships(units, groups, merges, compared_pairs, comparer.compare_pairs, background))


def candidates_of(units: Sequence[Unit], look_back: timedelta) -> Pairs:
    """Pairs of units that share keys and lie within the look-back of each other; at least one of them is new."""
    new = np.array([n for n, unit in enumerate(units) if unit.any_new], np.int64)
    old = np.array([n for n, unit in enumerate(units) if not unit.any_new], np.int64)
    keys = [hashes(unit.first.keys) for unit in units]
    inner = pairs_within([keys[n] for n in new])
    outer = pairs_with_known([keys[n] for n in new], [keys[n] for n in old])
    left = np.concatenate((new[inner.left], new[outer.left]))
    right = np.concatenate((new[inner.right], old[outer.right]))
    shared = np.concatenate((inner.shared, outer.shared))
    size = np.array([unit.first.shingle for unit in units], np.int64)
    kept = (size[left] == size[right]) & are_within(units, left, right, look_back)
    return Pairs(left[kept], right[kept], shared[kept])


def _background(units: Sequence[Unit], unlike: Sequence[Hashes], sample: Sequence[Sketch], pairs: Pairs) -> Background:
    """The background: all units, and the sample.

    Units of one source that share half of their keys count as one story of it, also if only a chain of others links them: each of many
    copies is paired with a few of them only.
    """
    sizes = np.array([len(unit.first.keys) // 4 for unit in units], np.int64)
    alike = 2 * pairs.shared >= np.minimum(sizes[pairs.left], sizes[pairs.right])
    story = linked(len(units), pairs.left[alike], pairs.right[alike])
    number = {unit.first.content_hash: place for place, unit in enumerate(units)}
    texts = list(unlike)
    seen: list[tuple[str, object, int]] = []
    for place, unit in enumerate(units):
        name = unit.story or int(story[place])
        seen += [(member.source, name, place) for member in {m.source: m for m in unit.members}.values()]
    for sketch in sample:
        place = number.setdefault(sketch.content_hash, len(texts))
        if place == len(texts):
            texts.append(distinct(grams_of(sketch)))
        seen.append((sketch.source, sketch.story_id, place))
    return background_of(texts, seen)


def _facts(units: Sequence[Unit], pairs: Pairs, background: Background) -> Facts:
    source = np.unique([unit.first.source for unit in units], return_inverse=True)[1] if units else np.empty(0, int)
    wire = np.array([unit.wire for unit in units], bool)
    known = np.array([background.stories.get(unit.first.source, 0) >= COMMON_KNOWLEDGE for unit in units], bool)
    hours = np.array([unit.begins.timestamp() / 3600 if unit.begins else np.nan for unit in units], float)
    left, right = pairs.left, pairs.right
    return Facts(
        same_source=source[left] == source[right],
        left_wire=wire[left],
        right_wire=wire[right],
        hours=hours[right] - hours[left],
        left_known=known[left],
        right_known=known[right],
    )


def _groups_of(units: Sequence[Unit], pairs: Pairs, verdict: Verdict) -> tuple[Ints, dict[int, str]]:
    """The number of the group of each unit, and the published story that a unit may belong to beside its own, by unit."""
    short = np.where(verdict.left_short, pairs.left, pairs.right)
    long = np.where(verdict.left_short, pairs.right, pairs.left)
    edges = _without_reused(np.flatnonzero(verdict.joined), short, long, verdict)
    longest = _longest(units, edges, short, long)
    edges = edges[[units[short[e]].any_new or longest[units[short[e]].story or ""] == short[e] for e in edges]]
    # Those with the most articles in common first; of equals the most alike, then the senior pair, whatever the order of the pairs.
    edges = edges[np.lexsort((long[edges], short[edges], -verdict.score[edges], -_in_common(edges, short, long)))]
    groups = _Groups(units)
    has_parent: set[int] = set()
    for edge in edges.tolist():
        a, b = int(short[edge]), int(long[edge])
        if a not in has_parent:
            has_parent.add(a)
            groups.join(a, b)
    for a, b in _linked_groups(edges, short, long, np.array([groups.of(n) for n in range(len(units))], np.int64)):
        groups.join(a, b)
    return np.array([groups.of(n) for n in range(len(units))], np.int64), groups.merges


class _Groups:
    """Groups of units. Two of them with different published stories are not joined, but noted."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units
        self._group = list(range(len(units)))
        self._story = [unit.story for unit in units]
        self.merges: dict[int, str] = {}
        """The published story that a unit may belong to beside its own."""

    def of(self, number: int) -> int:
        """The number of the group of a unit: that of its senior unit."""
        group = self._group
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    def join(self, a: int, b: int) -> None:
        """Makes the groups of two units one."""
        x, y = sorted((self.of(a), self.of(b)))
        story, other = self._story[x], self._story[y]
        if x == y:
            return
        if story is not None and other is not None and story != other:
            for unit, its_other in ((a, self._story[self.of(b)]), (b, self._story[self.of(a)])):
                if self._units[unit].any_new and its_other is not None:
                    self.merges.setdefault(unit, its_other)
            return
        self._group[y] = x
        self._story[x] = story or other


def _in_common(edges: Ints, short: Ints, long: Ints) -> Ints:
    """The number of units that are paired with both units of each pair. Copies of one text have their other copies in common."""
    near: dict[int, set[int]] = defaultdict(set)
    for edge in edges.tolist():
        near[int(short[edge])].add(int(long[edge]))
        near[int(long[edge])].add(int(short[edge]))
    return np.array([len(near[int(short[edge])] & near[int(long[edge])]) for edge in edges.tolist()], np.int64)


def _linked_groups(edges: Ints, short: Ints, long: Ints, group: Ints) -> list[tuple[int, int]]:
    """Pairs of units of different groups that are one story: a third of each group, two units of a group of three, have pairs across.

    Copies that each keep another part of a text fall into several groups. An article that runs a text and much else has few such pairs.
    """
    across: dict[tuple[int, int], list[int]] = defaultdict(list)
    for edge in edges.tolist():
        a, b = sorted((int(group[short[edge]]), int(group[long[edge]])))
        if a != b:
            across[a, b].append(edge)
    size = np.bincount(group, minlength=len(group))
    found: list[tuple[int, int]] = []
    taken: set[int] = set()
    for (a, b), links in sorted(across.items(), key=lambda item: (-len(item[1]), item[0])):
        ends = np.unique(np.concatenate((short[links], long[links])))
        reached = {number: int(np.count_nonzero(group[ends] == number)) for number in (a, b)}
        if not {a, b} & taken and all(
            3 * reached[number] >= size[number] and (reached[number] > 1 or size[number] < 3) for number in (a, b)
        ):
            taken |= {a, b}
            found.append((int(short[links[0]]), int(long[links[0]])))
    return found


def _without_reused(edges: Ints, short: Ints, long: Ints, verdict: Verdict) -> Ints:
    """Leaves out a pair when articles that are more like the shorter text are reused by the longer one, if it copies few beside them.

    A brief is contained in its story and in every round-up that has it. The story as a whole tells which of the two it belongs to. An
    article that copies many texts of a story and reuses one of them is a copy, whose source has furniture that is not known yet.
    """
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for edge in edges.tolist():
        a, b, score = int(short[edge]), int(long[edge]), float(verdict.score[edge])
        near[a][b] = near[b][a] = score
    reused: dict[int, set[int]] = defaultdict(set)
    for one, by in zip(short[verdict.reuse].tolist(), long[verdict.reuse].tolist(), strict=True):
        reused[by].add(one)

    def is_reused(edge: int) -> bool:
        score = float(verdict.score[edge])
        like, parts = near[int(short[edge])], reused.get(int(long[edge]), set())
        # The smaller of the two: a text that is like 50,000 others must not be looked through for each of them.
        both = (
            (other for other in like if other in parts) if len(like) < len(parts) else (o for o in parts if o in like)
        )
        closer = sum(like[other] > score for other in both)
        return closer > 0 and TIMES_COPIED * closer > len(like.keys() & near[int(long[edge])].keys())

    return np.array([edge for edge in edges.tolist() if not is_reused(edge)], np.int64)


def _longest(units: Sequence[Unit], edges: Ints, short: Ints, long: Ints) -> dict[str, int]:
    """The longest known unit of each story. Only it may bring a longer article into its story: a brief is also part of round-ups."""
    longest: dict[str, int] = {}
    for number in sorted({*short[edges].tolist(), *long[edges].tolist()}):
        unit = units[number]
        if unit.any_new or unit.story is None:
            continue
        best = longest.setdefault(unit.story, number)
        if len(unit.first.words) > len(units[best].first.words):
            longest[unit.story] = number
    return longest

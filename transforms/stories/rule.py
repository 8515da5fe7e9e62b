"""The rule: which pairs of texts are one story, and what the one is to the other. docs/stories.md has the arithmetic of the thresholds."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from schemas.records import Relation
from transforms.stories.arrays import Floats
from transforms.stories.compare import Comparison, Side

OWN_WORDS, OWN_SHARE = 40, 0.25
"""Text of its own that a copy may have: a caption, a byline and a promotion, or a share of a longer text."""
SCATTERED_WORDS, SCATTERED_SHARE = 15, 0.16
"""Words in short runs between passages, and in long edits, that a copy may have. Edits and cuts leave few: all around them is the same."""
OUTSIDE_WORDS, OUTSIDE_SHARE = 60, 0.3
"""Words outside passages, in runs of any length."""
MUCH_OF_ITS_OWN, BESIDE_WORDS, BESIDE_SHARE = 0.4, 45, 0.12
"""Where so much of the longer text is its own, the shorter one has at most so many words outside passages: each of two reports has much."""
ADDED_WORDS, ADDED_SHARE = 120, 0.3
"""Text that a copy may add to what it copies. With more of it, it is an article of its own."""
FIRM = 12
"""Fewest matches in passages."""
RARE, LESS_RARE = 7.2, 6.0
"""Least mean weight of the shingles that two texts share, and that of two texts that are even."""
COPIES = 100
"""In a small background, so many texts may share what two texts share that are even."""
EVEN, EVEN_AT_MOST = 0.94, 1.03
"""Two texts are even when the mean weight of what they share is about that of all that stands in the passages of the longer one."""
EDITS, ONE_SIDED, MATCHED = 4, 0.6, 0.6
"""Fewest edits that tell whether two texts are copies of one much copied text, the share of them that must be one-sided, and the share of
the shorter text that must match."""
FIGURES, FIGURE_DENSITY, FIGURES_KEPT = 5, 0.03, 0.75
"""A text with so many figures is the same story only if so many of them agree: reports from one template differ in nothing else."""
NEW_OUTLET = 100
"""Words in passages of a copy in an outlet whose furniture is not known yet."""
COMMON_KNOWLEDGE = 4
"""Stories of a source from which on its furniture counts as known."""

ABRIDGED = 0.7
"""An article that keeps less of its reference is abridged."""
NEW_LEAD = 15
"""Words of its own before the first passage that make an article a new version, if its source's furniture is known."""
QUOTED_WORDS = 25
"""Fewest words in passages that count as reuse."""
REUSE_RARITY, REUSE_DENSITY = 7.8, 0.6
"""Least weight of a reused shingle: 1 text in 2,400 has it, or 4 texts of a small background. Least share of a passage that is the same."""
DERIVED = 0.42
"""Share of a text in passages of another that makes it derived rather than a quotation: background of a follow-up stays below."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Facts:
    """What else is known of pairs of texts."""

    same_source: Flags
    left_wire: Flags
    right_wire: Flags
    hours: Floats
    """Hours from the left to the right; not a number when either has no date."""
    left_known: Flags
    """True when the furniture of the left source is known."""
    right_known: Flags


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which of some pairs are one story. All arrays are by pair."""

    joined: Flags
    left_short: Flags
    """True where the left text is the shorter one, which runs the text of the other."""
    score: Floats
    """How alike the two are, from 0 to 1."""
    reuse: Flags
    """True where the longer text runs much of the shorter one, but is an article of its own."""


def judge(pairs: Comparison, facts: Facts, texts: int) -> Verdict:
    """Applies the rule. ``texts`` is the size of the background."""
    swap = pairs.left.shingles > pairs.right.shingles
    short, long = _chosen(pairs.left, pairs.right, swap), _chosen(pairs.right, pairs.left, swap)
    short_wire, long_wire = (
        np.where(swap, facts.right_wire, facts.left_wire),
        np.where(swap, facts.left_wire, facts.right_wire),
    )
    short_known = np.where(swap, facts.right_known, facts.left_known)
    long_known = np.where(swap, facts.left_known, facts.right_known)
    with np.errstate(invalid="ignore"):
        long_is_later = np.where(swap, -facts.hours, facts.hours) > 0
    # Edits that change one word in ten break 27% of the shingles of three words, but 41% of those of five characters.
    weighted = (short.matched_weight / np.maximum(short.weight, 1e-9)) ** (3 / pairs.shingle)
    rarity = short.matched_weight / np.maximum(short.matched, 1)
    jaccard = pairs.shared / np.maximum(pairs.union, 1)

    # 1. The shorter text has little of its own.
    little = short.own <= np.maximum(OWN_WORDS, OWN_SHARE * short.words)
    # Two reports of one event share statements, with short stretches of their own between, in as many words or not.
    outside = short.words - short.taken
    scattered = np.where(facts.same_source, 0.12, SCATTERED_SHARE)
    little &= outside - short.own + short.replaced <= np.maximum(SCATTERED_WORDS, scattered * short.words)
    little &= outside <= np.maximum(OUTSIDE_WORDS, OUTSIDE_SHARE * short.words)
    # Two articles around the same posts or speech each have much of their own. A copy of a part of a text has little.
    little &= (long.own <= MUCH_OF_ITS_OWN * long.words) | (
        outside <= np.maximum(BESIDE_WORDS, BESIDE_SHARE * short.words)
    )
    # Nobody knows yet what a new outlet puts around its articles: only what stands between the passages counts.
    unknown = ~short_known & long_known & ~facts.same_source
    between = short.own - short.own_first - short.own_last
    little |= unknown & (short.taken >= NEW_OUTLET) & (between <= np.maximum(OWN_WORDS, 0.2 * short.taken))
    # With all that a new outlet adds, its copy may be the longer one.
    between = long.own - long.own_first - long.own_last
    inner = short_known & ~long_known & ~facts.same_source & (long.taken >= NEW_OUTLET)
    inner &= (between <= np.maximum(OWN_WORDS, 0.2 * long.taken)) & (short.own - short.own_last <= OWN_WORDS)
    little |= inner
    # Two articles of one source share its ways of writing, and furniture that is not known yet.
    little &= ~facts.same_source | (short.own <= np.maximum(30, 0.12 * short.words))
    # 2. Enough of it is shared, and what is shared is not common property.
    inside = short.matched / np.maximum(short.taken, 1)
    enough = np.where(unknown | inner, inside, weighted)
    enough_shared = (enough >= 0.3) | ((rarity >= 7.0) & (enough >= 0.2))
    # What else a much copied text has is copied as much as what two copies share. Two reports from a template each have rare words between.
    rest = (
        long.firm_weight
        / np.maximum(long.inside_weight, 1e-9)
        / np.maximum(long.firm / np.maximum(long.inside, 1), 1e-9)
    )
    even = (rest >= EVEN) & (rest <= EVEN_AT_MOST) & (weighted >= 0.35)
    # The copies of one text come within days, so they are a large share of a small background.
    rare = (weighted >= 0.78) | (rarity >= RARE) | ((rarity >= min(LESS_RARE, float(np.log(texts / COPIES)))) & even)
    # A text of which there are hundreds of copies is common property, and their edits are rare. But at each difference between two of them,
    # one still has the common text. Where two reports from a template differ, each has something else.
    copied = (short.edits >= EDITS) & (short.one_sided >= ONE_SIDED * short.edits)
    copied &= short.matched >= MATCHED * short.shingles
    # 3. The figures agree.
    density = short.figures / np.maximum(short.taken, 1)
    kept = short.figures_kept / np.maximum(short.figures, 1)
    rare &= (
        ~facts.same_source
        | (weighted >= 0.6)
        | ((density >= 2 * FIGURE_DENSITY) & (kept >= FIGURES_KEPT) & (weighted >= 0.4))
    )
    few = (short.figures < FIGURES) | (density < FIGURE_DENSITY)
    agree = few | (kept >= FIGURES_KEPT) | ((density < 2 * FIGURE_DENSITY) & (kept >= 0.6))
    # 4. The longer text is not an article of its own that runs the shorter one.
    added = long.own / np.maximum(long.words, 1)
    # Its beginning, or its longest block before the end. A copy that drops sentences here and there leaves only short ones in the other.
    block = np.where(
        long.own_longest > long.own_last, long.own_longest, np.minimum(long.own_longest, long.own - long.own_last)
    )
    block = np.maximum(block, long.own_first) / np.maximum(long.words, 1)
    much = (long.own > ADDED_WORDS) & ~long_wire
    reuse = much & (block > ADDED_SHARE) & ~facts.same_source
    # A wire's text is whole, so more of it is an addition, unless it may be the furniture of a new outlet.
    reuse |= much & short_wire & long_is_later & long_known & (added > ADDED_SHARE)
    joined = little & ((enough_shared & rare) | copied) & agree & ~reuse & (short.firm >= FIRM)
    return Verdict(
        joined=joined,
        # Of many copies that are as long, the later ones join the senior ones, with which all are compared.
        left_short=~swap & ~(copied & (short.shingles == long.shingles)),
        score=(jaccard + weighted) / 2,
        reuse=reuse & (short.firm >= FIRM) & (short.taken >= 0.4 * short.words),
    )


def _chosen(side: Side, other: Side, swap: Flags) -> Side:
    return Side(**{f.name: np.where(swap, getattr(other, f.name), getattr(side, f.name)) for f in fields(Side)})


def relation_of(pairs: Comparison, place: int, revised: bool, known: bool) -> Relation:
    """What the left text of a pair is to the right one, its story's reference: ``abridged``, ``version`` or ``near``.

    ``revised`` is true when both have one source, or when the left one says that it is an update or a correction. ``known`` is true when
    the furniture of the left source is known.
    """
    text, reference = pairs.left, pairs.right
    if reference.taken[place] < ABRIDGED * reference.words[place]:
        return "abridged"
    return "version" if revised or (known and text.own_first[place] >= NEW_LEAD) else "near"


def reuse_of(pairs: Comparison, place: int, texts: int) -> Relation | None:
    """What the left text of a pair is to the right one of another story: ``derived``, ``quotes``, or None where too little is shared.

    ``texts`` is the size of the background. Common property is no reuse, nor are passages of which little is the same.
    """
    text = pairs.left
    rarity = text.firm_weight[place] / max(text.firm[place], 1)
    if rarity < min(REUSE_RARITY, float(np.log(texts / 4))) or text.firm[place] < REUSE_DENSITY * text.inside[place]:
        return None
    if text.firm[place] < FIRM or text.taken[place] < QUOTED_WORDS:
        return None
    return "derived" if text.taken[place] >= DERIVED * text.words[place] else "quotes"

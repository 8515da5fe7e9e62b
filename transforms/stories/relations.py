"""What each article is to the reference of its story, or to the article of another story that it reuses, and where the story came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from schemas import Sketch
from schemas.pickling import quickly_pickled
from schemas.records import Credit, Relation
from transforms.stories.arrays import Ints
from transforms.stories.background import Background
from transforms.stories.compare import Comparison
from transforms.stories.rule import COMMON_KNOWLEDGE, relation_of, reuse_of
from transforms.stories.units import Unit, seniority

FULL = 0.85
"""Share of the longest text of a story that a text as full has: edits and a paragraph of its own make less of a difference."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The place of a new article among the stories. The fields are those of StoryArticle, and ``repeated``."""

    article_id: str
    revision: int
    story_id: str
    relation: Relation
    matched_article_id: str | None = None
    similarity: float | None = None
    containment: float | None = None
    matched_containment: float | None = None
    origin_article_id: str | None = None
    origin_agency: str | None = None
    credit: Credit | None = None
    possible_merge: str | None = None
    repeated: bytes = b""
    """The numbers of its lines that its source repeats, packed; see ``repeated_lines``."""


@dataclass(frozen=True, slots=True)
class _Match:
    relation: Relation
    article_id: str
    similarity: float
    containment: float
    matched_containment: float


def memberships(
    units: Sequence[Unit],
    groups: Ints,
    merges: dict[int, str],
    pairs: tuple[Ints, Ints, Comparison],
    comparison: Callable[[Ints, Ints], Comparison],
    background: Background,
) -> Iterator[Membership]:
    """Yields the membership of each new article.

    ``groups`` has the group of each unit, ``merges`` the other story that a unit may belong to. ``pairs`` are the compared candidates, and
    ``comparison`` compares further ones.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(groups.tolist()):
        members[group].append(number)
    lengths = _lengths(units, pairs)
    references = {group: _reference(units, numbers, lengths) for group, numbers in members.items()}
    others = [n for n, group in enumerate(groups.tolist()) if units[n].any_new and references[group] != n]
    matches = _within_stories(units, others, [references[int(groups[n])] for n in others], comparison, background)
    roots = {n for n, group in enumerate(groups.tolist()) if units[n].any_new and references[group] == n}
    matches |= _reuse(units, roots, groups, pairs, background.counted)
    for numbers in members.values():
        articles = [(member, number) for number in numbers for member in units[number].members]
        origin = _origin([member for member, _ in articles])
        published = next((units[n].story for n in numbers if units[n].story), None)
        story = published or min((member for member, _ in articles), key=seniority).article_id
        for number in numbers:
            unit = units[number]
            for member, is_new in zip(unit.members, unit.is_new, strict=True):
                if is_new:
                    place = _membership(member, unit, story, matches.get(number), origin, merges.get(number))
                    yield _revised(place) if member.revision > 1 else place


def _membership(
    member: Sketch, unit: Unit, story: str, match: _Match | None, origin: Sketch, merge: str | None
) -> Membership:
    first = unit.first
    if first.article_id != member.article_id and (match is None or match.relation not in ("derived", "quotes")):
        match = _Match("exact", first.article_id, 1.0, 1.0, 1.0)
    agency = origin.agency
    reused = match is not None and match.relation in ("exact", "near", "abridged", "version")
    credit: Credit | None = None
    if agency is not None and (reused or member.article_id == origin.article_id):
        credit = "agrees" if member.agency == agency else "missing" if member.agency is None else "differs"
    return Membership(
        article_id=member.article_id,
        revision=member.revision,
        story_id=story,
        relation=match.relation if match else "original",
        matched_article_id=match.article_id if match else None,
        similarity=match.similarity if match else None,
        containment=match.containment if match else None,
        matched_containment=match.matched_containment if match else None,
        origin_article_id=origin.article_id,
        origin_agency=agency,
        credit=credit,
        possible_merge=merge,
    )


def _revised(place: Membership) -> Membership:
    """The membership of a revision. It stays in its story whatever its new text is."""
    if place.story_id == place.article_id:
        return replace(
            place,
            relation="original",
            matched_article_id=None,
            similarity=None,
            containment=None,
            matched_containment=None,
        )
    if place.relation in ("original", "derived", "quotes"):
        return replace(place, relation="version", matched_article_id=place.story_id)
    return place


def _lengths(units: Sequence[Unit], pairs: tuple[Ints, Ints, Comparison]) -> Ints:
    """Words of each unit, without the furniture of its source where it was compared."""
    left, right, compared = pairs
    lengths = np.zeros(len(units))
    np.maximum.at(lengths, left, compared.left.words)
    np.maximum.at(lengths, right, compared.right.words)
    whole = np.array([len(unit.first.words) // 4 for unit in units], np.int64)
    return np.where(lengths > 0, lengths.astype(np.int64), whole)


def _reference(units: Sequence[Unit], numbers: Sequence[int], lengths: Ints) -> int:
    """The unit that the others of a story are compared with: the earliest of a wire, else the earliest of the fullest.

    If the source of the fullest has revised it, the reference is the earliest of its versions.
    """
    wires = [n for n in numbers if units[n].wire]
    if wires:
        return min(wires)
    longest = max(int(lengths[n]) for n in numbers)
    fullest = min(n for n in numbers if lengths[n] >= FULL * longest)
    return min(n for n in numbers if units[n].first.source == units[fullest].first.source)


def _origin(articles: Sequence[Sketch]) -> Sketch:
    """Where a story came from: its earliest article of a wire or with an agency's credit, else its earliest."""
    of_agency = [each for each in articles if each.source_kind == "wire" or each.agency is not None]
    return min(of_agency or articles, key=seniority)


def _within_stories(
    units: Sequence[Unit],
    others: Sequence[int],
    references: Sequence[int],
    comparison: Callable[[Ints, Ints], Comparison],
    background: Background,
) -> dict[int, _Match]:
    compared = comparison(np.array(others, np.int64), np.array(references, np.int64))
    matches = {}
    for place, (number, reference) in enumerate(zip(others, references, strict=True)):
        unit, other = units[number].first, units[reference].first
        revised = unit.source == other.source or unit.pub_status in ("update", "correction")
        known = background.stories.get(unit.source, 0) >= COMMON_KNOWLEDGE
        relation = relation_of(compared, place, revised, known)
        matches[number] = _match(compared, place, relation, other.article_id)
    return matches


def _reuse(
    units: Sequence[Unit], roots: set[int], groups: Ints, pairs: tuple[Ints, Ints, Comparison], texts: int
) -> dict[int, _Match]:
    """The article of another story that each of these units reuses most, if it came before."""
    left, right, compared = pairs
    flipped = replace(compared, left=compared.right, right=compared.left)
    best: dict[int, tuple[tuple[bool, float, int], _Match]] = {}
    enough = np.flatnonzero((compared.left.taken >= 20) & (groups[left] != groups[right]))
    for place in enough.tolist():
        for number, source, sides in (
            (int(left[place]), int(right[place]), compared),
            (int(right[place]), int(left[place]), flipped),
        ):
            if number not in roots or not _before(units[source], units[number]):
                continue
            relation = reuse_of(sides, place, texts)
            if relation is None:
                continue
            rank = (units[source].wire, float(sides.left.taken[place]), -source)
            if number not in best or rank > best[number][0]:
                best[number] = rank, _match(sides, place, relation, units[source].first.article_id)
    return {number: match for number, (_, match) in best.items()}


def _before(source: Unit, unit: Unit) -> bool:
    return seniority(source.first) < seniority(unit.first)


def _match(compared: Comparison, place: int, relation: Relation, article_id: str) -> _Match:
    left, right = compared.left, compared.right
    return _Match(
        relation,
        article_id,
        _share(compared.shared[place], compared.union[place]),
        _share(left.matched[place], left.shingles[place]),
        _share(right.matched[place], right.shingles[place]),
    )


def _share(part: float, whole: float) -> float:
    return round(float(part / whole), 4) if whole else 0.0

"""How good predicted stories are, measured against a set with the truth. The metrics are those of the scorers beside the shared sets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.stories import Prediction

Truth = Mapping[str, Any]
"""A document of a set: doc_id, story_id, kind, and, where the set has them, relation, relation_alt, of_docs and lang."""
CLASSES = ("exact", "near", "abridged", "version", "derived", "quotes")
REUSE = ("derived", "quotes")
_UNCLEAR = {"distractor", "basil", "gallery", "gallery_widget", "liveblog"}
"""Kinds that may reuse text that nobody labelled."""
_STATED = {"tweets", "quote_share"}
"""Kinds whose first document quotes nothing yet."""


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class StoryScores:
    """Scores over pairs of documents. In the small ones each story of n documents counts n - 1, so that no large story decides them."""

    precision: float
    recall: float
    small_precision: float
    small_recall: float
    largest: int
    """Documents of the largest predicted story."""

    @property
    def f1(self) -> float:
        """Pairwise F1."""
        return f1(self.precision, self.recall)

    @property
    def small_f1(self) -> float:
        """F1 of the small scores."""
        return f1(self.small_precision, self.small_recall)


def story_scores(truth: Sequence[Truth], stories: Mapping[str, str]) -> StoryScores:
    """Scores ``stories``, the predicted story of each document. A document without one is a story of its own."""
    told = [(row["story_id"], _story(row, stories)) for row in truth]
    true, found, both = Counter(story for story, _ in told), Counter(story for _, story in told), Counter(told)
    right = sum(map(_pairs, both.values()))
    least = 1e-9
    return StoryScores(
        precision=right / max(least, sum(map(_pairs, found.values()))),
        recall=right / max(least, sum(map(_pairs, true.values()))),
        small_precision=sum(2 * _pairs(n) / found[story] for (_, story), n in both.items())
        / max(least, sum(n - 1 for n in found.values())),
        small_recall=sum(2 * _pairs(n) / true[story] for (story, _), n in both.items())
        / max(least, sum(n - 1 for n in true.values())),
        largest=max(found.values(), default=0),
    )


def _story(row: Truth, stories: Mapping[str, str]) -> str:
    name = str(row["doc_id"])
    return stories.get(name, f"alone {name}")


def recall_by_kind(truth: Sequence[Truth], stories: Mapping[str, str]) -> dict[str, tuple[int, float]]:
    """By kind: the number of documents that have others of their story, and the mean share of these others in the same predicted story."""
    true = Counter(row["story_id"] for row in truth)
    both = Counter((row["story_id"], _story(row, stories)) for row in truth)
    found: dict[str, list[float]] = defaultdict(list)
    for row in truth:
        others = true[row["story_id"]] - 1
        if others:
            found[row["kind"]].append((both[row["story_id"], _story(row, stories)] - 1) / others)
    return {kind: (len(shares), sum(shares) / len(shares)) for kind, shares in sorted(found.items())}


def false_pairs(truth: Sequence[Truth], stories: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """The number of pairs of two stories in one predicted story, by the kinds of the two."""
    groups: dict[str, list[Truth]] = defaultdict(list)
    for row in truth:
        groups[_story(row, stories)].append(row)
    found: Counter[tuple[str, str]] = Counter()
    for members in groups.values():
        for number, one in enumerate(members):
            for two in members[number + 1 :]:
                if one["story_id"] != two["story_id"]:
                    found[min(one["kind"], two["kind"]), max(one["kind"], two["kind"])] += 1
    return found


@dataclass(frozen=True, slots=True)
class RelationScores:
    """Scores of relations. By class, and for ``reuse`` (derived and quotes as one): precision and recall."""

    by_class: dict[str, tuple[float, float]]
    matched: float
    """Share of documents whose matched document is a right one."""

    @property
    def macro(self) -> float:
        """The mean recall of the classes."""
        return sum(self.by_class[name][1] for name in CLASSES) / len(CLASSES)


def relation_scores(truth: Sequence[Truth], predictions: Iterable[Prediction]) -> RelationScores:
    """Scores relations. A document whose source was published later (relation_alt ``any``) is left out."""
    told = {each.doc_id: each for each in predictions}
    story = {str(row["doc_id"]): row["story_id"] for row in truth}
    counts: Counter[tuple[str, str]] = Counter()
    for row in truth:
        if row["relation_alt"] == "any":
            continue
        said = told.get(str(row["doc_id"]))
        name, other = (said.relation, said.matched_doc_id) if said else (None, None)
        true, right = row["relation"], name is not None and name in (row["relation"], row["relation_alt"])
        clear = row["kind"] not in _UNCLEAR and not (row["kind"] in _STATED and true not in REUSE)
        if true in CLASSES:
            counts[true, "true"] += 1
            counts[true, "found"] += right
            same = true not in REUSE and other is not None and story.get(other) == row["story_id"]
            counts["all", "true"] += 1
            sources = {str(name) for name in row["of_docs"] or ()}
            counts["all", "matched"] += other in sources or (same and other != str(row["doc_id"]))
        if clear and name in CLASSES:
            counts[name, "claimed"] += 1
            counts[name, "right"] += right
        if true in REUSE:
            counts["reuse", "true"] += 1
            counts["reuse", "found"] += name in REUSE
        if clear and name in REUSE:
            counts["reuse", "claimed"] += 1
            counts["reuse", "right"] += true in REUSE

    def share(name: str, part: str, whole: str) -> float:
        return counts[name, part] / max(1, counts[name, whole])

    return RelationScores(
        by_class={
            name: (share(name, "right", "claimed"), share(name, "found", "true")) for name in (*CLASSES, "reuse")
        },
        matched=share("all", "matched", "true"),
    )


def groups_of(stories: Mapping[str, str]) -> set[frozenset[str]]:
    """The documents of each story, whatever the stories are called."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, story in stories.items():
        groups[story].append(name)
    return set(map(frozenset, groups.values()))

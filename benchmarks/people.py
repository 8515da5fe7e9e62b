"""How well authors, credits and agencies are found: figures of predictions against the truth of a corpus.

``benchmarks.quality`` prints them. Authors exact: the same names, ignoring case. Credited: the same names as the authors, or as authors and
credits together, because some truths list outlets and agencies among the authors. F1: of the words of the names, with or without the
credits, whichever is closer. Worst fold: the lowest share credited among five folds of registered domains, which shows a rule that serves
only a few sites.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.folds import fold_of
from transforms.urls import site

LABELS = Path(__file__).with_name("wire_labels.tsv")
_FOLDS = 5
_WORD = re.compile(r"\w+")


def people_figures(rows: Iterable[Mapping[str, Any]], predictions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A line for each set of a corpus that has authors as truth."""
    scores: dict[str, list[tuple[float, float, float, int]]] = defaultdict(list)
    for row in rows:
        if "authors" in row["truth"]:
            found = predictions[row["id"]]
            wanted = row["truth"]["authors"] or []
            wanted = [wanted] if isinstance(wanted, str) else wanted
            score = _score(wanted, found.get("authors") or [], found.get("credits") or [])
            scores[row["set"]].append((*score, fold_of(site(row["url"]), _FOLDS)))
    for name, pages in scores.items():
        exact, credited, f1, folds = zip(*pages, strict=True)
        by_fold = [fmean(it for it, own in zip(credited, folds, strict=True) if own == fold) for fold in set(folds)]
        yield (
            f"{name}: authors exact {fmean(exact):.3f}, credited {fmean(credited):.3f} (worst fold {min(by_fold):.3f}), "
            f"F1 {fmean(f1):.3f}, of {len(pages)} pages"
        )


def read_labels(path: Path = LABELS) -> dict[str, str]:
    """The agency of each labelled page; empty for a page that is no agency's copy."""
    pairs = (line.rsplit("\t", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return {page: "" if code == "-" else code for page, code in pairs}


def agency_figures(found: Mapping[str, str], labels: Mapping[str, str]) -> tuple[float, float, int]:
    """Precision and recall of the agencies found, and the number of pages that have a label."""
    pages = [page for page in found if page in labels]
    right = sum(bool(found[page]) and found[page] == labels[page] for page in pages)
    named = sum(bool(found[page]) for page in pages)
    wanted = sum(bool(labels[page]) for page in pages)
    return right / max(1, named), right / max(1, wanted), len(pages)


def _score(wanted: Sequence[str], authors: Sequence[str], credits: Sequence[str]) -> tuple[float, float, float]:
    names, found, credited = ({_name(it) for it in each} for each in (wanted, authors, credits))
    f1 = max(_f1(wanted, authors), _f1(wanted, [*authors, *credits]))
    return float(names == found), float(names in (found, found | credited)), f1


def _f1(wanted: Sequence[str], found: Sequence[str]) -> float:
    truth, words = (Counter(_WORD.findall(" ".join(map(_name, each)))) for each in (wanted, found))
    both = sum((truth & words).values())
    return 2 * both / (truth.total() + words.total()) if both else float(not truth and not words)


def _name(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).strip(" .,;|").casefold()

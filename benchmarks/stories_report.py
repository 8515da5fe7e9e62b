"""Prints how good and how fast stories are.

    python -m benchmarks.stories SET.parquet --out predictions.jsonl
    python -m benchmarks.stories_report SET.parquet predictions.jsonl [OTHER.jsonl ...] [--stages] [--rivals]

Quality needs the truth in the set: story_id, kind and, for relations, the columns of ``../shared/stories``. Documents without a prediction
do not count. Other predictions are compared with the first ones: with other shards, shuffled or on another engine, the groups are the same.
``--stages`` measures the stages, and ``--rivals`` MinHash LSH of datasketch and rensa, which must be installed. ``--labels PAIRS.jsonl``
scores pairs of documents with labels: D for one story and N for two. Other labels are only counted.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from benchmarks.stories import Prediction, documents
from benchmarks.story_rivals import rivals
from benchmarks.story_scores import Truth, f1, false_pairs, groups_of, recall_by_kind, relation_scores, story_scores
from benchmarks.story_stages import stages
from pipelines.memory import return_freed_memory

_COLUMNS = ["doc_id", "story_id", "kind", "relation", "relation_alt", "of_docs", "lang"]
_MOST_KINDS = 15
_CONSOLE = Console(width=120)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("predictions", nargs="+", type=Path)
    parser.add_argument("--look-back", type=float, default=7, metavar="DAYS", help="for --rivals; default 7")
    parser.add_argument("--stages", action="store_true", help="speed and memory of each stage, all documents at once")
    parser.add_argument("--rivals", action="store_true", help="datasketch and rensa over the same documents")
    parser.add_argument("--labels", type=Path, metavar="PAIRS.jsonl", help="pairs with labels, as in real_pairs.jsonl")
    options = parser.parse_args()
    return_freed_memory()
    predictions = [read(path) for path in options.predictions]
    stories = [{each.doc_id: each.story_id for each in found} for found in predictions]
    known = [name for name in _COLUMNS if name in pq.read_schema(options.set).names]
    truth = [row for row in pq.read_table(options.set, columns=known).to_pylist() if str(row["doc_id"]) in stories[0]]
    if options.labels:
        _print_labels(options.labels, stories[0])
    if {"story_id", "kind"} <= set(known):
        _print_quality({str(path): each for path, each in zip(options.predictions, stories, strict=True)}, truth)
        _print_kinds(truth, stories[0])
        if "lang" in known:
            _print_languages(truth, stories[0])
        if {"relation", "relation_alt", "of_docs"} <= set(known):
            _print_relations(truth, predictions[0])
    for path, other in zip(options.predictions[1:], stories[1:], strict=True):
        one, two = groups_of(stories[0]), groups_of(other)
        print(f"{path}: {len(one - two):,} of {len(one):,} groups differ from those of {options.predictions[0]}")
    if options.stages:
        _print_stages(options.set)
    if options.rivals:
        _print_rivals(options.set, truth, timedelta(days=options.look_back))


def read(path: Path) -> list[Prediction]:
    """The predictions in a file."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Prediction(*(line[name] for name in Prediction.__slots__)) for line in lines]


def _table(*columns: str) -> Table:
    table = Table(box=None)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _print_quality(stories: dict[str, dict[str, str]], truth: Sequence[Truth]) -> None:
    table = _table("stories", "P", "R", "F1", "small P", "small R", "small F1", "largest")
    for name, found in stories.items():
        table.add_row(name, *_scores(truth, found))
    _CONSOLE.print(table)


def _scores(truth: Sequence[Truth], found: dict[str, str]) -> list[str]:
    s = story_scores(truth, found)
    shares = (s.precision, s.recall, s.f1, s.small_precision, s.small_recall, s.small_f1)
    return [*(f"{share:.4f}" for share in shares), str(s.largest)]


def _print_kinds(truth: Sequence[Truth], stories: dict[str, str]) -> None:
    table = _table("kind", "documents in stories of two or more", "recall")
    for kind, (count, recall) in recall_by_kind(truth, stories).items():
        table.add_row(kind, f"{count:,}", f"{recall:.4f}")
    _CONSOLE.print(table)
    wrong = false_pairs(truth, stories)
    table = _table("false pairs", f"{sum(wrong.values()):,}")
    for (one, two), count in wrong.most_common(_MOST_KINDS):
        table.add_row(f"{one}, {two}", f"{count:,}")
    _CONSOLE.print(table)


def _print_languages(truth: Sequence[Truth], stories: dict[str, str]) -> None:
    table = _table("language", "documents", "P", "R", "F1")
    for language in sorted({row["lang"] for row in truth}):
        rows = [row for row in truth if row["lang"] == language]
        s = story_scores(rows, stories)
        table.add_row(language, f"{len(rows):,}", f"{s.precision:.4f}", f"{s.recall:.4f}", f"{s.f1:.4f}")
    _CONSOLE.print(table)


def _print_relations(truth: Sequence[Truth], predictions: Sequence[Prediction]) -> None:
    scores = relation_scores(truth, predictions)
    table = _table("relation", "P", "R")
    for name, (precision, recall) in scores.by_class.items():
        table.add_row(name, f"{precision:.4f}", f"{recall:.4f}")
    _CONSOLE.print(table)
    print(f"macro recall {scores.macro:.4f}; matched document right {scores.matched:.4f}")


def _print_labels(path: Path, stories: dict[str, str]) -> None:
    pairs = list(map(json.loads, path.read_text(encoding="utf-8").splitlines()))
    joined = [
        (pair["label"], stories.get(str(pair["a"]), str(pair["a"])) == stories.get(str(pair["b"]), str(pair["b"])))
        for pair in pairs
    ]
    true, found = (label == "D" for label, _ in joined), sum(both for label, both in joined if label == "D")
    wrong = sum(both for label, both in joined if label == "N")
    precision, recall = found / max(1, found + wrong), found / max(1, sum(true))
    print(f"labelled pairs: P {precision:.4f}, R {recall:.4f}, F1 {f1(precision, recall):.4f}")
    for label in sorted({label for label, _ in joined}):
        count = sum(each == label for each, _ in joined)
        print(f"  {label}: {sum(both for each, both in joined if each == label)} of {count} joined")


def _print_stages(path: Path) -> None:
    table = _table("stage", "CPU s", "items", "", "items a second", "peak MB")
    for stage in stages(list(documents(path))):
        rate = f"{stage.items / stage.seconds:,.0f}" if stage.seconds >= 0.01 else ""
        peak = "" if stage.peak_mb is None else f"{stage.peak_mb:,.0f}"
        table.add_row(stage.name, f"{stage.seconds:.1f}", f"{stage.items:,}", stage.unit, rate, peak)
    _CONSOLE.print(table)


def _print_rivals(path: Path, truth: Sequence[Truth], look_back: timedelta) -> None:
    articles = list(documents(path))
    table = _table(
        "library", "P", "R", "F1", "small P", "small R", "small F1", "largest", "CPU s", "documents a second"
    )
    for rival in rivals(articles, look_back):
        scores = _scores(truth, rival.stories)
        table.add_row(rival.name, *scores, f"{rival.seconds:.1f}", f"{len(articles) / rival.seconds:,.0f}")
    _CONSOLE.print(table)


if __name__ == "__main__":
    main()

"""Trains the table that tells article from furniture, ``transforms/extraction/block_model.json``.

    pip install catboost
    python -m benchmarks.train_body CORPUS [--folds 5 [--tables FOLDER]] [--out transforms/extraction/block_model.json]

CORPUS is a folder with ``pages.jsonl``, as in ``benchmarks.quality``. A line's ``truth`` has ``body`` (text), ``paragraphs`` (texts) or
``with`` and ``without`` (texts that must and must not appear). Blocks of which the truth says nothing get a label where trafilatura's
extractors agree, with a third of the weight: so sites count of which only the date is known.

With ``--folds`` the pages of each registered domain are scored by a model that has seen none of them. The figures are the mean over pages
of the share of characters that are right (precision), that are found (recall), and their F1. ``--tables`` keeps the tables of the folds:
``benchmarks.quality --tables`` reads them. Without ``--folds``, one model of all pages is written.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import trafilatura
from lxml.html import HtmlElement
from numpy.typing import NDArray

from benchmarks.folds import fold_of, table_path
from benchmarks.quality import read_page
from schemas import Rejected
from transforms.extraction import html
from transforms.extraction.block_features import FEATURES, block_features
from transforms.extraction.block_model import trees_of
from transforms.extraction.blocks import Block, read_blocks
from transforms.extraction.body import ENOUGH
from transforms.extraction.headline import pick_headline, stated_summary
from transforms.extraction.metadata import read_facts
from transforms.urls import site

DEPTH = 6
SETTINGS = {
    "loss_function": "CrossEntropy",
    "depth": DEPTH,
    "iterations": 200,
    "learning_rate": 0.1,
    "l2_leaf_reg": 6,
    "border_count": 64,
    "rsm": 0.4,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.7,
    "leaf_estimation_iterations": 2,
    "random_seed": 1,
    "thread_count": 2,
    "verbose": False,
    "allow_writing_files": False,
}
_WEIGHTS = {"fe": 1.5, "aeb": 1.0, "ft": 0.9, "fth": 0.5}
"""How far the truth of a set is trusted. Others: 0.6."""
_AGREED = 0.35
_WORDS = re.compile(r"\w+")


@dataclass(slots=True)
class Labelled:
    """The blocks of one page."""

    domain: str
    matrix: NDArray[np.float32]
    """FEATURES by blocks."""
    labels: NDArray[np.float64]
    """0 to 1; -1 where nothing is known."""
    weights: NDArray[np.float64]
    lengths: NDArray[np.float64]
    is_true: bool
    """False if no truth says what is the body."""


def label(corpus: Path, row: dict[str, Any]) -> Labelled | None:
    """One page of the corpus; None if it has no text."""
    page = read_page(corpus, row)
    try:
        tree = html.read_page(page.html, page.content_type)
    except Rejected:
        return None
    facts = read_facts(tree, page.url)
    headline = pick_headline(facts, None, ())
    summary = stated_summary(facts)
    read = read_blocks(tree)
    if not read.blocks:
        return None
    matrix = block_features(read, headline[0] if headline else None, summary[0] if summary else None)
    truth = row["truth"]
    text = [truth["body"]] if truth.get("body") else truth.get("paragraphs") or []
    blocks = read.blocks
    if text:
        labels, weights = _labels_of_text(blocks, text)
    else:
        labels, weights = _labels_of_chunks(blocks, truth.get("with") or [], truth.get("without") or [])
        _add_agreed(blocks, [_text(tree, page.url, **options) for options in _EXTRACTORS], labels, weights)
    return Labelled(
        domain=site(page.url),
        matrix=matrix,
        labels=labels,
        weights=(weights + 0.0005 * (weights > 0)) * _WEIGHTS.get(row["set"], 0.6),
        lengths=np.array([len(block.text) for block in blocks], float),
        is_true=bool(text),
    )


_EXTRACTORS: tuple[dict[str, Any], ...] = ({"fast": True}, {}, {"fast": True, "favor_precision": True})


def _text(tree: HtmlElement, url: str, **options: Any) -> str:
    document = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False, **options)
    return getattr(document, "text", None) or ""


def _labels_of_text(blocks: list[Block], text: list[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Blocks by the share of their four-word passages that the truth has too. Of copies those count that stand among other hits."""
    lines = [_WORDS.findall(line) for part in text for line in part.strip("[]").split("\n")]
    words = [word for line in lines for word in line]
    whole = Counter(" ".join(line) for line in lines)
    passages = set(_passages(words, 4))
    short = {size: set(_passages(words, size)) for size in (1, 2, 3)}
    found = [_WORDS.findall(block.text) for block in blocks]
    labels = np.array([_share(line, passages, whole, short) for line in found])
    sizes = np.array([len(line) for line in found], float)
    hits = np.maximum(labels, 0) * sizes
    sums = np.concatenate([[0.0], np.cumsum(hits)])
    place = np.arange(len(blocks))
    around = sums[np.minimum(place + 9, len(blocks))] - sums[np.maximum(place - 8, 0)] - hits
    copies: dict[str, list[int]] = {}
    for at, line in enumerate(found):
        if labels[at] > 0.5:
            copies.setdefault(" ".join(line), []).append(at)
    for key, places in copies.items():
        for at in sorted(places, key=lambda at: -around[at])[max(1, whole[key]) :]:
            labels[at] = 0.0 if sizes[at] > 3 or not around[at] else -1.0
    weights = np.where(labels >= 0, np.minimum(1, (sizes + 3) / max(20, len(words))), 0)
    return labels, weights


def _passages(words: list[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(size)), strict=False))


def _share(
    line: list[str], passages: set[tuple[str, ...]], whole: Counter[str], short: dict[int, set[tuple[str, ...]]]
) -> float:
    if len(line) >= 4:
        runs = _passages(line, 4)
        return sum(run in passages for run in runs) / len(runs)
    if line and " ".join(line) in whole:
        return 1.0
    return -1.0 if line and tuple(line) in short[len(line)] else 0.0


def _labels_of_chunks(
    blocks: list[Block], wanted: list[str], unwanted: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    labels, weights = np.full(len(blocks), -1.0), np.zeros(len(blocks))
    for at, block in enumerate(blocks):
        hits = sum(chunk in block.text for chunk in wanted)
        if hits or any(chunk in block.text for chunk in unwanted):
            labels[at], weights[at] = float(hits > 0), max(1, hits)
    return labels, weights / max(1, len(wanted) + len(unwanted))


def _add_agreed(
    blocks: list[Block], texts: list[str], labels: NDArray[np.float64], weights: NDArray[np.float64]
) -> None:
    """Labels where all of these texts have nine tenths of a block, or none has a tenth."""
    lines = [_WORDS.findall(block.text.casefold()) for block in blocks]
    held = np.array([_held(lines, text) for text in texts])
    sizes = np.array([len(line) for line in lines], float)
    yes, no = held.min(axis=0) >= 0.9, held.max(axis=0) <= 0.1
    if not yes.any():
        return
    unknown = (weights == 0) & (yes | no)
    labels[unknown] = yes[unknown]
    weights[unknown] = (np.minimum(1, (sizes + 3) / max(50, sizes[yes].sum())) * _AGREED)[unknown]


def _held(lines: list[list[str]], text: str) -> list[float]:
    others = [_WORDS.findall(line) for line in text.casefold().split("\n")]
    whole = {tuple(line) for line in others}
    passages = {run for line in others for run in _passages(line, 3)}
    return [
        1.0 if tuple(line) in whole else sum(run in passages for run in _passages(line, 3)) / max(1, len(line) - 2)
        for line in lines
    ]


def fit(pages: list[Labelled]) -> dict[str, Any]:
    """The table of a model of these pages."""
    from catboost import CatBoost, Pool

    known = [(page.labels >= 0) & (page.weights > 0) for page in pages]
    weights = np.concatenate([page.weights[rows] for page, rows in zip(pages, known, strict=True)])
    pool = Pool(
        np.concatenate([page.matrix[:, rows].T for page, rows in zip(pages, known, strict=True)]),
        np.concatenate([page.labels[rows] for page, rows in zip(pages, known, strict=True)]),
        weight=weights * (len(weights) / weights.sum()),
    )
    model = CatBoost(SETTINGS)
    model.fit(pool)
    path = Path("block_model.catboost.json")
    model.save_model(str(path), format="json")
    saved = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    scale, (bias,) = saved["scale_and_bias"]
    return {
        "features": FEATURES,
        "bias": round(bias, 6),
        "trees": [_tree(tree, scale) for tree in saved["oblivious_trees"]],
    }


def _tree(tree: dict[str, Any], scale: float) -> list[list[float]]:
    splits = [(split["float_feature_index"], split["border"]) for split in tree["splits"]]
    leaves = [round(value * scale, 5) for value in tree["leaf_values"]]
    while len(splits) < DEPTH:  # a tree that asks fewer questions: both answers lead to the same leaf
        splits.append((0, 0.0))
        leaves *= 2
    return [[column for column, _ in splits], [round(border, 6) for _, border in splits], leaves]


def quality(pages: list[Labelled], folds: int, tables: Path | None) -> dict[str, float]:
    """Precision, recall and F1 by characters, on pages whose domain the model has not seen. Writes the tables if a folder is given."""
    precisions, recalls = [], []
    for fold in range(folds):
        table = fit([page for page in pages if fold_of(page.domain, folds) != fold])
        if tables is not None:
            write_table(table, table_path(tables, fold))
        trees = trees_of(table)
        for page in pages:
            if page.is_true and fold_of(page.domain, folds) == fold:
                kept = trees.logits(page.matrix) > np.log(ENOUGH / (1 - ENOUGH))
                right = page.lengths * np.maximum(page.labels, 0)
                known = page.labels >= 0
                if kept.any():
                    precisions.append(right[kept].sum() / max(1.0, page.lengths[kept & known].sum()))
                recalls.append(right[kept].sum() / max(1.0, right.sum()))
        print(f"fold {fold + 1} of {folds}: {len(recalls)} pages", file=sys.stderr)
    precision, recall = fmean(precisions), fmean(recalls)
    return {"precision": precision, "recall": recall, "F1": 2 * precision * recall / (precision + recall)}


def write_table(table: dict[str, Any], path: Path) -> None:
    """Writes a table, one tree a line."""
    trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in table["trees"])
    head = json.dumps({name: value for name, value in table.items() if name != "trees"}, indent=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head[:-2] + f',\n"trees": [\n{trees}\n]\n}}\n', encoding="utf-8")


def main() -> None:
    """Trains, and writes the table or prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument(
        "--folds", type=int, default=0, help="cross-validate over so many folds of domains, write nothing"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("transforms/extraction/block_model.json"), help="default: %(default)s"
    )
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="keep the tables of the folds")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(sys.argv[1:] or ["--help"])
    with (options.corpus / "pages.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with ProcessPoolExecutor(options.processes) as pool:
        read = pool.map(partial(label, options.corpus), rows, chunksize=8)
        pages = [page for page in read if page is not None and page.weights.any()]
    print(f"{len(pages)} pages, {len({page.domain for page in pages})} domains", file=sys.stderr)
    if options.folds:
        print(json.dumps(quality(pages, options.folds, options.tables), indent=1))
    else:
        write_table(fit(pages), options.out)


if __name__ == "__main__":
    main()

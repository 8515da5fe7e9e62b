"""How likely each block of a page is part of the article: a table of decision trees over ``block_features``.

``block_model.json`` holds the trees. ``python -m benchmarks.train_body`` makes it from pages whose article is known, and shows how it does
on sites that it was not trained on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.block_features import FEATURES, block_features
from transforms.extraction.blocks import Blocks


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees of one depth, up to 8. All nodes of a level ask the same question, so a leaf is a number with a bit for each question."""

    rows: NDArray[np.int64]
    """The row of the features that each question is about: levels by trees."""
    borders: NDArray[np.float32]
    """The answer is yes if the value is greater: levels by trees."""
    leaves: NDArray[np.float64]
    """The value of each leaf: trees by leaves. The answer on the first level is the lowest bit of its number."""
    bias: float

    def logits(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of the leaves for each block of a matrix of features by blocks."""
        trees, leaves = self.leaves.shape
        leaf = np.zeros((trees, matrix.shape[1]), dtype=np.uint8)
        for rows, borders in zip(self.rows[::-1], self.borders[::-1], strict=True):
            leaf += leaf
            leaf |= (matrix.take(rows, axis=0) > borders[:, np.newaxis]).view(np.uint8)
        first = np.arange(0, trees * leaves, leaves)
        found: NDArray[np.float64] = self.leaves.take(leaf + first[:, np.newaxis]).sum(axis=0)
        return found + self.bias


@cache
def trained() -> Trees:
    """The table of this version."""
    table = json.loads(files("transforms.extraction").joinpath("block_model.json").read_text(encoding="utf-8"))
    return trees_of(table)


def trees_of(table: dict[str, Any]) -> Trees:
    """Trees from ``{"features": [names], "bias": number, "trees": [[columns, borders, leaves], …]}``."""
    columns, borders, leaves = zip(*table["trees"], strict=True)
    rows = np.array([FEATURES.index(name) for name in table["features"]])
    return Trees(
        rows=rows[np.array(columns)].T.copy(),
        borders=np.array(borders, dtype=np.float32).T.copy(),
        leaves=np.array(leaves, dtype=np.float32).astype(float),
        bias=table["bias"],
    )


def article_odds(page: Blocks, headline: str | None, description: str | None) -> NDArray[np.float64]:
    """For each block of a page the probability that it is part of the article, 0 to 1."""
    if not page.blocks:
        return np.zeros(0)
    logits = trained().logits(block_features(page, headline, description))
    odds: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return odds

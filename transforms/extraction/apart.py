"""Parts of an article's column that a page sets apart from it: galleries, and offers of a subscription."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.blocks import Blocks
from transforms.extraction.page_phrases import asks_for_login
from transforms.extraction.text import has_any

_GALLERY = re.compile(r"gallery|galleries|galeria|galerie|slide-?show|carousel", re.IGNORECASE)
_OFFER = re.compile(r"pay-?wall|reg-?wall|newsletter|subscri|sign-?up", re.IGNORECASE)
_STEMS = "galler galeri slide carousel wall newsletter subscri sign".split()
"""What names have that one of these patterns finds."""
_FEWEST_OF_GALLERY = 4
"""Blocks of a gallery. A single picture is in an element of that name too."""
_LEAST_BESIDE_GALLERY = 500
"""Characters of the article beside its gallery. With less the gallery is the article."""
_MOST_OF_OFFER, _LONGEST_OFFER = 6, 600
"""Blocks and characters of an offer. The text behind a paywall is often in an element of that name too."""
_LEAST_BESIDE_OFFER = 100
HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
"""Headings within an article. One just before such a part belongs to it."""


@lru_cache(maxsize=10_000)
def _mark(name: str) -> str | None:
    """ "gallery" or "offer" for an element that is one by its name."""
    if not has_any(name, _STEMS):
        return None
    return "gallery" if _GALLERY.search(name) else "offer" if _OFFER.search(name) else None


def set_apart(page: Blocks, kept: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The first block and the one after the last of each such part. ``kept`` are the blocks that count as the article."""
    marked = [(node, mark) for node in page.nodes if node.first < node.last and (mark := _mark(node.name))]
    if not marked:
        return
    lengths = np.array([len(block.text) for block in page.blocks], dtype=np.int64)
    sums = [0, *np.cumsum(lengths).tolist()]
    sums_kept = [0, *np.cumsum(lengths * kept).tolist()]
    left, done = sums_kept[-1], 0
    for node, mark in marked:
        first, last = node.first, node.last
        if first < done:
            continue
        beside = left - (sums_kept[last] - sums_kept[first])
        if mark == "gallery":
            is_apart = last - first >= _FEWEST_OF_GALLERY and beside >= _LEAST_BESIDE_GALLERY
        else:
            is_apart = (
                beside >= _LEAST_BESIDE_OFFER
                and last - first <= _MOST_OF_OFFER
                and sums[last] - sums[first] <= _LONGEST_OFFER
                and any(asks_for_login(block.text) for block in page.blocks[first:last])
            )
        if is_apart:
            has_heading = first > done and page.nodes[page.blocks[first - 1].node].tag in HEADINGS
            yield first - has_heading, last
            left, done = beside, last

"""Parts of an article's column that a page sets apart from it: galleries, and offers of a subscription."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from transforms.extraction.blocks import Blocks
from transforms.extraction.page_phrases import asks_for_login

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


def _marks(names: set[str]) -> dict[str, str]:
    """ "gallery" or "offer" for each of the names of elements that are one by their name."""
    together = "\n".join(names).lower()
    stems = [stem for stem in _STEMS if stem in together]  # most pages have none, or one
    possible = {name for stem in stems for name in names if stem in name.lower()}
    return {name: mark for name in possible if (mark := _mark(name))}


def _mark(name: str) -> str | None:
    return "gallery" if _GALLERY.search(name) else "offer" if _OFFER.search(name) else None


def set_apart(page: Blocks, kept: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The first block and the one after the last of each such part. ``kept`` are the blocks that count as the article."""
    marks = _marks({node.name for node in page.nodes})
    if not marks:
        return
    lengths = np.array([len(block.text) for block in page.blocks], dtype=np.int64)
    sums = [0, *np.cumsum(lengths).tolist()]
    sums_kept = [0, *np.cumsum(lengths * kept).tolist()]
    left, done = sums_kept[-1], 0
    for node in page.nodes:
        first, last = node.first, node.last
        if node.name not in marks or first < done or first == last:
            continue
        beside = left - (sums_kept[last] - sums_kept[first])
        if marks[node.name] == "gallery":
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

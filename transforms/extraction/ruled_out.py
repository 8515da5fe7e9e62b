"""A page without what is certainly not its article. Other extractors read it in half of the time, and are less distracted."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
from lxml import etree
from lxml.html import HtmlElement
from numpy.typing import NDArray

from transforms.extraction.blocks import Blocks
from transforms.extraction.html import drop_elements

_RULED_OUT = 0.02
"""Probability below which no block of an element may be part of the article."""
_NO_TEXT = ("style", "svg", "link", "meta")


def without_ruled_out(tree: HtmlElement, page: Blocks, odds: NDArray[np.float64]) -> HtmlElement:
    """A copy of the tree without scripts (but JSON-LD), pictures and the elements that the model rules out.

    ``page`` are the blocks of the tree, ``odds`` their probabilities.
    """
    gone: set[int] = set()
    elements: set[HtmlElement] = set()
    for place, node in enumerate(page.nodes):
        if node.parent in gone:
            gone.add(place)
        elif node.parent >= 0 and node.first < node.last and odds[node.first : node.last].max() < _RULED_OUT:
            gone.add(place)
            elements.add(node.element)
    places = [place for place, element in enumerate(tree.iter()) if element in elements]
    kept = deepcopy(tree)
    copies = list(kept.iter())
    scripts = [script for script in kept.iter("script") if "ld+json" not in (script.get("type") or "")]
    drop_elements(kept, (*(copies[place] for place in places), *scripts))
    etree.strip_elements(kept, *_NO_TEXT, with_tail=False)
    return kept

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
_MARK = "copydesk-ruled-out"
_MARKED = etree.XPath(f"//*[@{_MARK}]")
_SCRIPTS = etree.XPath("//script[not(contains(@type, 'ld+json'))]")
_NO_TEXT = ("style", "svg", "link", "meta")


def without_ruled_out(tree: HtmlElement, page: Blocks, odds: NDArray[np.float64]) -> HtmlElement:
    """A copy of the tree without scripts (but JSON-LD), styles, and the elements that have no text or that the model rules out.

    ``page`` are the blocks of the tree, ``odds`` their probabilities.
    """
    possible = [0, *np.cumsum(odds >= _RULED_OUT).tolist()]
    gone: set[int] = set()
    elements = []
    for place, node in enumerate(page.nodes):
        if node.parent in gone:
            gone.add(place)
        elif node.parent >= 0 and possible[node.first] == possible[node.last]:
            gone.add(place)
            elements.append(node.element)
    # A copy has no link to what it was made from, so these elements are marked while it is made.
    for element in elements:
        element.set(_MARK, "")
    kept = deepcopy(tree)
    for element in elements:
        del element.attrib[_MARK]
    drop_elements(kept, [*_MARKED(kept), *_SCRIPTS(kept)])
    etree.strip_elements(kept, *_NO_TEXT, with_tail=False)
    return kept

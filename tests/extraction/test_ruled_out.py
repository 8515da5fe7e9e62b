"""What other extractors get to read of a page."""

from __future__ import annotations

import numpy as np
from lxml.html import document_fromstring, tostring

from transforms.extraction.blocks import read_blocks
from transforms.extraction.ruled_out import without_ruled_out

PAGE = """<html><head><script>var a = 1</script><script type="application/ld+json">{"a": 1}</script></head><body>
<div class="menu"><ul><li>Politics</li><li>Sports</li></ul></div> between
<article><p>The council voted on Monday.</p><p>The mayor <b>agreed</b>.</p><div>Read more</div></article></body></html>"""


def test_elements_without_a_possible_block_are_left_out_of_the_copy_and_stay_in_the_page() -> None:
    tree = document_fromstring(PAGE)
    before = tostring(tree)
    page = read_blocks(tree)
    odds = np.array([{"Politics": 0.01, "Sports": 0.001, "Read more": 0.019}.get(it.text, 0.6) for it in page.blocks])

    kept = without_ruled_out(tree, page, odds)

    texts = [text for text in map(str.strip, kept.find("body").itertext()) if text]
    assert texts == ["between", "The council voted on Monday.", "The mayor", "agreed", "."]
    assert tostring(tree) == before
    assert [script.get("type") for script in kept.iter("script")] == ["application/ld+json"]


def test_an_element_stays_for_one_block_that_may_be_of_the_article() -> None:
    tree = document_fromstring(PAGE)
    page = read_blocks(tree)
    odds = np.array([0.03 if it.text == "Sports" else 0.001 for it in page.blocks])

    kept = without_ruled_out(tree, page, odds)

    assert kept.find("body").text_content().split() == ["Sports", "between"]

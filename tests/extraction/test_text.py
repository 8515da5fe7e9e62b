"""The text of elements."""

from __future__ import annotations

import pytest

from tests.support.pages import tree_of
from transforms.extraction.text import clean, element_text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a\n b ", "a b"),
        ("Tom &amp;amp; Ann", "Tom & Ann"),
        ("<b>bold</b> move", "bold move"),
        ("\u00ad\u200b", None),
        (None, None),
    ],
)
def test_text_is_cleaned_of_markup(text: str | None, cleaned: str | None) -> None:
    assert clean(text) == cleaned


def test_the_text_after_an_element_follows_the_text_inside_it() -> None:
    tree = tree_of("<p>Author: <b><a href='/jane'><span>Jane Doe</span></a></b> on 3 May, <i>in <u>Paris</u></i>.</p>")

    assert element_text(tree.find(".//p")) == "Author: Jane Doe on 3 May, in Paris."
    assert element_text(tree.find(".//p"), 100) == "Author: Jane Doe on 3 May, in Paris."
    assert element_text(tree.find(".//p"), 10) is None

"""The text of elements."""

from __future__ import annotations

import pytest

from transforms.extraction.text import clean


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

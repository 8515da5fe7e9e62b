"""Bylines as they are kept: as printed, without markup and date lines."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extraction.bylines import printed_byline


@pytest.mark.parametrize(
    ("printed", "byline"),
    [
        ("By Jane Doe · 2 Oct 2026, 7:05am ACST", "By Jane Doe"),
        ("By Jane Doe | Oct 2, 2026 7 a.m. PT", "By Jane Doe"),
        ("Jane Doe – Donnerstag, 2. Oktober 2026 um 19:05 Uhr", "Jane Doe"),
        ("By Jane Doe\n2026-10-02T07:05:00Z\n", "By Jane Doe"),
        ("2 October 2026 | By Jane Doe", "By Jane Doe"),
        (
            "Jane Doe · The Example · Posted: Aug 08, 2024 4:00 AM EDT | Last Updated: August 8",
            "Jane Doe · The Example",
        ),
        ("Jane Doe • 5 min read", "Jane Doe"),
        ("By Jane Doe | Sydney", "By Jane Doe | Sydney"),
        ("By Jane Doe 2 Oct 2026", "By Jane Doe 2 Oct 2026"),
        ("约翰·史密斯", "约翰·史密斯"),
        ("By <a href='/a'>Jane &amp;amp; Max</a>&nbsp;Doe", "By Jane & Max Doe"),
        ("2 Oct 2026", None),
        (" <br> ", None),
        ("Jane Doe, " * 1000, None),
    ],
)
def test_a_byline_is_kept_as_printed_but_without_its_date_line(printed: str, byline: str | None) -> None:
    assert printed_byline(printed) == byline


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(["&", "amp;", "lt;", "&gt;", "<b>", "<", ">", "Jane", " ", "|", "\n", "3 May 2024"]),
        max_size=20,
    ).map("".join)
)
def test_no_markup_is_left_in_a_byline(text: str) -> None:
    byline = printed_byline(text)
    assert byline is None or (byline == html.unescape(byline) and not re.search(r"<[^<>]*>|\s\s|^\s|\s$", byline))

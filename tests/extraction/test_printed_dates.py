"""Dates that stand on a page for people to read."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from tests.support.pages import article_of, document


def test_a_stamp_of_both_classes_is_of_publication() -> None:
    above = "<h1>Harbour bridge to close</h1><time class='entry-date published updated' datetime='2024-05-03T10:00:00Z'>3 May</time>"
    assert article_of(document(above=above)).published_from == "markup"


def test_the_only_time_of_an_article_counts_in_a_sidebar_too() -> None:
    sidebar = "<div class='sidebar'><time datetime='2024-05-03T10:00:00Z'>3 May</time></div>"
    article = article_of(document(above=f"<h1>Harbour bridge to close</h1>{sidebar}"))
    assert article.published_at == datetime(2024, 5, 3, 10, 0, tzinfo=timezone.utc)


def test_a_time_of_another_story_is_not_this_ones() -> None:
    aside = "<aside class='related'><h3>More</h3><time datetime='2024-05-09T10:00:00Z'>9 May</time></aside>"
    article = article_of(document(above=f"<h1>Harbour bridge to close</h1>{aside}"))
    assert (article.published_at, article.published_from) == (None, "first-seen")


@pytest.mark.parametrize(
    ("above", "origin"),
    [
        ("<h1>Harbour bridge to close</h1><time datetime='2024-05-03T10:00:00Z'>3 May</time>", "markup"),
        (
            "<h1>Harbour bridge to close</h1><span itemprop='datePublished' content='2024-05-03T10:00:00Z'></span>",
            "markup",
        ),
        ("<h1>Harbour bridge to close</h1><div>3 May 2024 10:00 GMT</div>", "page-text"),
    ],
)
def test_a_printed_time_is_found_beside_the_headline(above: str, origin: str) -> None:
    article = article_of(document(above=above))
    assert (article.published_at, article.published_from) == (datetime(2024, 5, 3, 10, 0, tzinfo=timezone.utc), origin)

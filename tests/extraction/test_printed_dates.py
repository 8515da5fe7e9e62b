"""Dates that stand on a page for people to read."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from tests.support.pages import PARAGRAPHS, article_of, document


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


def day_of(above: str = "", body: str = PARAGRAPHS, head: str = "", attributes: str = "") -> str | None:
    published = article_of(
        document(body=body, head=head, above=f"<h1>Harbour bridge to close</h1>{above}", attributes=attributes)
    ).published_at
    return published.isoformat()[:16] if published else None


@pytest.mark.parametrize(
    ("above", "instant"),
    [
        ("<span title='2024-05-03T10:00:00+02:00'>a week ago</span>", "2024-05-03T08:00"),
        ("<div class='teaser'><p>3 May 2024</p></div>", "2024-05-03T00:00"),
        ("<div><a href='/archive/'>3 May 2024</a></div>", "2024-05-03T00:00"),
        ("<table><tr><td>By Ana Ruiz</td><td>3 May 2024</td></tr></table>", "2024-05-03T00:00"),
        ("<p>Written: 3 May 2024. Updated: 5 May 2024</p>", "2024-05-03T00:00"),
        ("<p>Updated: 5 May 2024 | Published: 3 May 2024</p>", "2024-05-03T00:00"),
        ("<p>Edition of 1 May 2024</p><p>Posted 3 May 2024</p>", "2024-05-03T00:00"),
        ("<p>3 May 2024, published</p>", "2024-05-03T00:00"),
        (
            "<p>(3 May 2024) Farmers fear the plague, and with good reason, as experts of the ministry say.</p>",
            "2024-05-03T00:00",
        ),
    ],
)
def test_a_day_near_the_headline_is_found(above: str, instant: str) -> None:
    assert day_of(above) == instant


def test_a_label_of_publication_is_found_on_the_whole_page() -> None:
    foot = "<p>Last change: 5 May 2024<br>Published on: 3 May 2024<br>Readers: 61</p>"
    assert day_of(body=f"{PARAGRAPHS}{foot}") == "2024-05-03T00:00"


def test_the_data_of_scripts_are_read_if_they_tell_one_day() -> None:
    one = '<script>var page = {"publishedAt": "2024-05-03T10:00:00Z", "updatedAt": "2024-05-05T10:00:00Z"}</script>'
    two = '<script>var next = {"publishedAt": "2024-05-04T10:00:00Z"}</script>'
    assert day_of(head=one) == "2024-05-03T10:00"
    assert day_of(head=one + two) is None


def test_two_digits_of_a_year_are_read_where_the_language_writes_so() -> None:
    assert day_of("<p class='date'>03.05.24, 14:47 Uhr</p>", attributes="lang='de'") == "2024-05-03T12:47"
    assert day_of("<p class='date'>03.05.24, 14:47 Uhr</p>", attributes="lang='en'") is None


def test_a_label_of_publication_counts_in_a_footer_if_it_is_the_only_one() -> None:
    foot = "<div class='footer'><p>Last change: 5 May 2024<br>Published on: 3 May 2024</p></div>"
    assert day_of(body=f"{PARAGRAPHS}{foot}") == "2024-05-03T00:00"
    other = "<div class='footer'><p>Published on: 4 May 2024</p></div>"
    assert day_of(body=f"{PARAGRAPHS}{foot}{other}") is None

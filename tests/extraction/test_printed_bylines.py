"""Bylines that stand beside the headline."""

from __future__ import annotations

import pytest

from transforms.extraction.bylines import split_byline
from transforms.extraction.html import parse_page
from transforms.extraction.locales import Locale
from transforms.extraction.printed import Printed, read_beside_headline

HEADLINE = "Harbour bridge to close for lorries"


def beside(markup: str, headline: str = HEADLINE) -> Printed:
    page = f"<html><body><main><h1>{HEADLINE}</h1>{markup}</main></body></html>"
    return read_beside_headline(parse_page(page), headline, Locale())


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='byline'>Ana Ruiz</p>",
        "<a rel='author' href='/x'>Ana Ruiz</a>",
        "<a href='/authors/ana-ruiz'>Ana Ruiz</a>",
        "<span itemprop='author'>Ana Ruiz</span>",
        "<span>By</span> <span>Ana Ruiz</span>",
        "<p><b>Autor:</b> Ana Ruiz</p>",
        "<div><h4>Autor</h4><p>Ana Ruiz</p></div>",
        "<p><strong>Autoren</strong><br>Ana Ruiz</p>",
        "<div><p class='label'><b>By</b></p><p>Ana Ruiz</p></div>",
        "<div>" + "<p>A paragraph.</p>" * 200 + "<p>Auteur&nbsp;: Ana Ruiz</p></div>",
    ],
)
def test_a_byline_is_found_by_its_markup_or_its_label(markup: str) -> None:
    assert split_byline(beside(markup).bylines[0]) == ("Ana Ruiz",)


@pytest.mark.parametrize(
    "line", ["By Ana Ruiz", "Posted by Ana Ruiz", "Ein Beitrag von Ana Ruiz", "Escrito por Ana Ruiz", "Text: Ana Ruiz"]
)
def test_a_line_that_says_who_wrote_is_a_byline(line: str) -> None:
    assert beside(f"<p>{line}</p>").bylines == (line,)


def test_names_in_elements_of_their_own_are_parted() -> None:
    names = "<div class='byline'><span>Ana Ruiz</span> <span>Max Moe</span> <span>Bo de Vries</span></div>"
    assert beside(names).bylines[0] == "Ana Ruiz, Max Moe, Bo de Vries"


@pytest.mark.parametrize(
    "markup",
    [
        "<aside><p class='byline'>Ana Ruiz</p></aside>",
        "<div class='comments'><a rel='author' href='/x'>Ana Ruiz</a></div>",
        "<figure><span class='author'>Ana Ruiz</span></figure>",
        "<p>By the harbour. " + "The bridge will close. " * 20 + "</p>",
    ],
)
def test_an_authors_name_beside_something_else_is_no_byline(markup: str) -> None:
    assert beside(markup).bylines == ()


def test_a_subheading_of_the_headlines_words_is_not_taken_for_it() -> None:
    page = (
        "<html><body><h1>Bridge over the harbour to be closed for lorries</h1><p class='author'>By Ana Ruiz</p>"
        + "<p>A paragraph.</p>" * 200
        + "<h3>Harbour bridge</h3></body></html>"
    )
    assert read_beside_headline(parse_page(page), HEADLINE, Locale()).bylines[0] == "By Ana Ruiz"

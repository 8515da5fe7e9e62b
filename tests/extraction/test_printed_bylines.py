"""Bylines that stand beside the headline."""

from __future__ import annotations

import pytest

from tests.support.pages import tree_of
from transforms.extraction.bylines import split_byline
from transforms.extraction.locales import Locale
from transforms.extraction.printed import Printed, read_beside_headline

HEADLINE = "Harbour bridge to close for lorries"
TEXT = "<p>The harbour bridge will close on Monday, and lorry drivers have to take the long way over the hill until May.</p>"


def beside(markup: str, headline: str = HEADLINE) -> Printed:
    page = f"<html><body><main><h1>{HEADLINE}</h1>{markup}</main></body></html>"
    return read_beside_headline(tree_of(page), headline, Locale())


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
        "<ul><li><b>Autorin/Autor</b> Ana Ruiz</li></ul>",
        "<p>- Redaktion: Ana Ruiz (Pressestelle)</p>",
        "<p>Penulis: Ana Ruiz</p>",
        "<p>Автор: Ana Ruiz</p>",
        "<p>11.12.2026 - Ana Ruiz</p>",
        "<p>06.11.2026 13:30 von Ana Ruiz</p>",
        "<small>06.11.2026 | 13:30 Uhr | Ana Ruiz</small>",
        "<div class='author'><i>© Bo Lind</i> <b itemprop='name'>Ana Ruiz</b></div>",
        "<p><a href='/people/ana-ruiz'>Ana Ruiz</a></p>" + TEXT + "<a href='/people/bo-lind'>Bo Lind</a>",
        "<div itemprop='author'><img alt=''><i>© Bo Lind</i> <b itemprop='name'>Ana Ruiz</b></div>",
        "<div class='elementor-widget'><p class='author'>Ana Ruiz</p></div>",
        "<div class='post-footer'><a rel='author' href='/x'>Ana Ruiz</a></div>",
    ],
)
def test_a_byline_is_found_by_its_markup_or_its_label(markup: str) -> None:
    assert split_byline(beside(markup).bylines[0]) == ("Ana Ruiz",)


@pytest.mark.parametrize(
    "markup",
    [
        TEXT * 150 + "<p>Auteur&nbsp;: Ana Ruiz</p>",
        TEXT * 150 + "<p>Auteur <em>de texte</em>: Ana Ruiz</p>",
        TEXT * 150 + "<p><b>\n :\n &nbsp;Au&shy;teur\n   de&nbsp; l’article :\n</b> Ana Ruiz</p>",
        TEXT * 150 + "<a rel='author' href='/x'>Ana Ruiz</a>",
        TEXT * 150 + "<p class='author'>Ana Ruiz</p>",
        f"<p><strong>Ana Ruiz</strong></p>{TEXT * 4}",
        f"<p><strong>Ana Ruiz/Bo Lind</strong></p>{TEXT * 4}",
        f"{TEXT * 4}<p><em>Ana Ruiz</em></p>",
        f"{TEXT * 150}<p>ANA RUIZ</p>",
    ],
)
def test_a_byline_is_found_elsewhere(markup: str) -> None:
    printed = beside(markup)
    assert printed.bylines == ()
    assert split_byline(printed.bylines_elsewhere()[0])[0] == "Ana Ruiz"


@pytest.mark.parametrize(
    "markup",
    [
        f"<p><b>Harbour Bridge</b></p>{TEXT * 4}",
        f"{TEXT * 4}<p><b>Lorry Drivers</b></p>",
        f"{TEXT * 4}<p>Euer Hans</p>",
        f"{TEXT * 4}<p>Read More</p>",
        f"<p>Port Alder 2026</p>{TEXT * 4}",
        TEXT * 150 + "<div><p class='author'>Ana Ruiz</p></div><div><p class='author'>Bo Lind</p></div>",
        TEXT * 150 + "<p>Interview: Ana Ruiz</p>",
        "<p>Ana Ruiz</p>",
    ],
)
def test_a_heading_and_one_of_several_authors_are_no_byline(markup: str) -> None:
    printed = beside(markup)
    assert (printed.bylines, printed.bylines_elsewhere()) == ((), ())


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
    assert read_beside_headline(tree_of(page), HEADLINE, Locale()).bylines[0] == "By Ana Ruiz"


def test_an_agency_alone_between_headline_and_picture_is_a_byline() -> None:
    assert beside(f"<p>AFP</p><img src='a'>{TEXT}").bylines == ("AFP",)
    assert (
        beside(f"<div><a href='/agency/pti'>PTI</a> 20 November 2026</div>{TEXT}").bylines[0] == "PTI 20 November 2026"
    )
    assert beside(f"<img src='a'><p>AFP</p>{TEXT}").bylines == ()
    assert beside(f"{TEXT}<p>AFP</p>").bylines == ()


def test_names_with_dates_above_the_headline_are_of_other_articles() -> None:
    page = f"<html><body><p>Ana Ruiz 3 May 2026</p><h1>{HEADLINE}</h1><p>Bo Lind 4 May 2026</p>{TEXT}</body></html>"
    found = read_beside_headline(tree_of(page), HEADLINE, Locale())
    assert found.bylines == ("Bo Lind 4 May 2026",)


def test_authors_without_a_colon_are_labelled() -> None:
    assert split_byline(beside("<p>Autoren Ana Ruiz und Bo Lind</p>").bylines[0]) == ("Ana Ruiz", "Bo Lind")


def test_an_aside_with_the_authors_is_none() -> None:
    assert beside("<aside class='meta'><p class='authors'>Ana Ruiz</p></aside>").bylines == ("Ana Ruiz",)

"""Headlines, standfirsts, and what stands beside a headline."""

from __future__ import annotations

import pytest

from transforms.extraction.bylines import split_byline
from transforms.extraction.headline import pick_headline, pick_standfirst, publication_status, without_site
from transforms.extraction.html import parse_page
from transforms.extraction.metadata import read_facts
from transforms.extraction.printed import Printed, read_beside_headline

URL = "https://news.example/local/harbour-bridge"
HEADLINE = "Harbour bridge to close for lorries"


def beside(markup: str, headline: str = HEADLINE) -> Printed:
    page = f"<html><body><main><h1>{HEADLINE}</h1>{markup}</main></body></html>"
    return read_beside_headline(parse_page(page), headline, None)


def headline_of(head: str, feed_title: str | None = None, sites: tuple[str, ...] = ()) -> tuple[str, str] | None:
    return pick_headline(
        read_facts(parse_page(f"<html><head>{head}</head><body><p>x</p></body></html>"), URL), feed_title, sites
    )


@pytest.mark.parametrize(
    ("title", "names", "headline"),
    [
        ("Storm hits coast | The Gazette", ("The Gazette",), "Storm hits coast"),
        ("Storm hits coast - gazette.example", ("gazette.example",), "Storm hits coast"),
        ("The Gazette: storm hits coast", ("The Gazette",), "The Gazette: storm hits coast"),
        ("Gazette | Storm hits coast | News | Gazette", ("Gazette",), "Storm hits coast | News"),
        ("Storm - a love story", ("The Gazette",), "Storm - a love story"),
        ("Gazette", ("Gazette",), "Gazette"),
    ],
)
def test_the_sites_name_is_cut_from_a_headline(title: str, names: tuple[str, ...], headline: str) -> None:
    assert without_site(title, names) == headline


@pytest.mark.parametrize(
    ("headline", "body", "status"),
    [
        ("CORRECTED-Bank raises rates", "", "correction"),
        ("Correction: Bank Rates story", "", "correction"),
        ("UPDATE 3-Bank raises rates", "", "update"),
        ("WITHDRAWN: Bank raises rates", "", "withdrawn"),
        ("Kill the bill, say protesters", "", None),
        ("Update your phone now", "", None),
        ("Corrected maps show the island", "", None),
        ("Bank raises rates", "Text.\nAn earlier version of this article misstated the rate.", "correction"),
        ("Bank raises rates", "This story has been withdrawn by the agency.", "withdrawn"),
        ("Bank raises rates", "The bank raised its rate on Friday.", None),
        (None, "", None),
    ],
)
def test_the_publication_status_is_read_from_headline_and_notes(
    headline: str | None, body: str, status: str | None
) -> None:
    assert publication_status(headline, body) == status


def test_the_metadatas_headline_goes_before_the_pages() -> None:
    head = f"<meta property='og:title' content='{HEADLINE}'><title>Bridge closes | The Example</title>"
    assert headline_of(head) == (HEADLINE, "meta og:title")


def test_a_headline_that_was_cut_is_taken_whole_from_elsewhere() -> None:
    cut = f"<meta property='og:title' content='{HEADLINE} from Monday and until…'>"
    assert headline_of(cut, f"{HEADLINE} from Monday and until the end of the month") == (
        f"{HEADLINE} from Monday and until the end of the month",
        "feed",
    )


def test_a_heading_without_end_is_no_headline() -> None:
    assert headline_of(f"<meta property='og:title' content='{'Example | ' * 1000}'>", "Short") == ("Short", "feed")
    assert headline_of("") is None


def test_a_standfirst_is_what_neither_headline_nor_body_say() -> None:
    facts = read_facts(
        parse_page("<html><head><meta name='description' content='Take the ferry.'></head><body></body></html>"), URL
    )
    assert pick_standfirst(facts, HEADLINE, "Ferries will run.") == ("Take the ferry.", "meta description")
    assert pick_standfirst(facts, "Take the ferry!", "Ferries will run.") is None
    assert pick_standfirst(facts, HEADLINE, "Take the ferry, says the council.") is None


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
    assert read_beside_headline(parse_page(page), HEADLINE, None).bylines[0] == "By Ana Ruiz"

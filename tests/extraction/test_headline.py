"""Headlines, standfirsts and publication status."""

from __future__ import annotations

import pytest

from tests.support.pages import SENTENCES, URL, article_of, document, tree_of
from transforms.extraction.headline import pick_headline, pick_standfirst, publication_status, without_site
from transforms.extraction.metadata import read_facts

HEADLINE = "Harbour bridge to close for lorries"


def headline_of(head: str, feed_title: str | None = None, sites: tuple[str, ...] = ()) -> tuple[str, str] | None:
    return pick_headline(
        read_facts(tree_of(f"<html><head>{head}</head><body><p>x</p></body></html>"), URL), feed_title, sites
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
        (
            "Bank raises rates",
            "Text.\n\nCorrection: the rate is 3%.\n\nSubscribe.\n\nAll rights reserved.",
            "correction",
        ),
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
        tree_of("<html><head><meta name='description' content='Take the ferry.'></head><body></body></html>"), URL
    )
    assert pick_standfirst(facts, HEADLINE, "Ferries will run.") == ("Take the ferry.", "meta description")
    assert pick_standfirst(facts, "Take the ferry!", "Ferries will run.") is None
    assert pick_standfirst(facts, HEADLINE, "Take the ferry, says the council.") is None


def test_a_description_that_repeats_the_body_is_no_standfirst() -> None:
    head = f'<meta name="description" content="{SENTENCES[0][:80]}…">'
    assert article_of(document(head=head)).standfirst is None


@pytest.mark.parametrize(
    ("linked", "shared", "heading", "headline"),
    [
        ("Bridge closed: what you need to know", HEADLINE, HEADLINE, HEADLINE),
        ("Bridge closed: what you need to know", HEADLINE, "Lorries banned", "Bridge closed: what you need to know"),
        ("“Harbour bridge” to close for lorries", HEADLINE, HEADLINE, "“Harbour bridge” to close for lorries"),
        (f"{HEADLINE} | Traffic", f"{HEADLINE} | Traffic | Port", HEADLINE, HEADLINE),
        (f"{HEADLINE}: mayor speaks", f"{HEADLINE}: mayor speaks", HEADLINE, f"{HEADLINE}: mayor speaks"),
        (
            "Bridge - the story of a closure",
            "Bridge - the story of a closure",
            "Bridge",
            "Bridge - the story of a closure",
        ),
    ],
)
def test_places_that_agree_on_a_headline_are_believed(linked: str, shared: str, heading: str, headline: str) -> None:
    page = (
        f'<html><head><meta property="og:title" content="{shared}"><script type="application/ld+json">'
        f'{{"@type": "NewsArticle", "headline": "{linked}"}}</script></head><body><h1>{heading}</h1><p>x</p></body></html>'
    )
    picked = pick_headline(read_facts(tree_of(page), URL), None, ())
    assert picked is not None
    assert picked[0] == headline


@pytest.mark.parametrize(
    ("linked", "heading", "title", "address", "headline"),
    [
        # The title element has the words for search engines, so JSON-LD may have them too.
        (
            "Bridge closed: what drivers need to know",
            HEADLINE,
            "Bridge closed: what drivers need to know",
            "",
            HEADLINE,
        ),
        # The title element has those of the heading: JSON-LD has the first title of the article.
        ("Lorries banned from the bridge", HEADLINE, HEADLINE, "", "Lorries banned from the bridge"),
        ("Lorries banned from the bridge", HEADLINE, HEADLINE, "/harbour-bridge-to-close-for-lorries", HEADLINE),
        (
            "Lorries banned from the bridge",
            HEADLINE,
            HEADLINE,
            "/lorries-banned-bridge",
            "Lorries banned from the bridge",
        ),
        # JSON-LD has the beginning of the heading.
        ("Harbour bridge to close", HEADLINE, HEADLINE, "", HEADLINE),
    ],
)
def test_the_title_of_json_ld_counts_if_the_title_element_does_not_share_it(
    linked: str, heading: str, title: str, address: str, headline: str
) -> None:
    head = (
        f'<title>{title}</title><meta property="og:title" content="{heading}">'
        f'<link rel="canonical" href="https://gazette.example{address}">'
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{linked}"}}</script>'
    )
    tree = tree_of(f"<html><head>{head}</head><body><h1>{heading}</h1><p>x</p></body></html>")
    found = pick_headline(read_facts(tree, f"https://gazette.example{address}"), None, ())
    assert found is not None
    assert found[0] == headline


@pytest.mark.parametrize(
    ("shared", "headline"),
    [
        (f"Opinion | {HEADLINE}", HEADLINE),
        (f"Press release: {HEADLINE}", HEADLINE),
        (f"Why the {HEADLINE}", f"Why the {HEADLINE}"),
    ],
)
def test_what_stands_before_the_heading_in_a_meta_tag_is_no_part_of_the_headline(shared: str, headline: str) -> None:
    tree = tree_of(
        f'<html><head><meta property="og:title" content="{shared}"></head><body><h1>{HEADLINE}</h1></body></html>'
    )
    found = pick_headline(read_facts(tree, URL), None, ())
    assert found is not None
    assert found[0] == headline

"""Why an article is as it is: the candidates for each value, and the verdict on each block."""

from dataclasses import replace

import pytest

from schemas.sources import Selectors
from tests.support.pages import ENTRY, PARAGRAPHS, SENTENCES, SOURCE, document, linked, page_of
from transforms.extraction.article import extract_article
from transforms.extraction.explain import Choice, Explanation, Value, explain

HEAD = (
    linked(
        '{"@type": "NewsArticle", "headline": "Harbour bridge to close", "datePublished": "2024-05-03",'
        '"dateModified": "2024-05-02T09:00:00Z",'
        '"author": {"@type": "Person", "name": "Ana Ruiz"}, "articleSection": "Local"}'
    )
    + '<meta property="article:published_time" content="2024-05-03T08:30:00+02:00">'
    + '<meta property="og:title" content="Harbour bridge to close to lorries">'
    + '<meta property="article:section" content="Region"><meta name="author" content="The Example">'
    + '<link rel="canonical" href="https://other.example/bridge">'
)
OFFER = '<div class="related"><a href="/x">Read also: the ferry</a></div>'
PAGE = document(
    PARAGRAPHS + OFFER, HEAD, "<h1>Harbour bridge to close</h1><p class='byline'>By Ana Ruiz</p>", "lang='en-GB'"
)


def explained(html: str = PAGE) -> Explanation:
    return explain(page_of(html), "run-1")


def value(name: str, html: str = PAGE) -> Value:
    return next(value for value in explained(html).values if value.name == name)


def choices(name: str) -> list[tuple[str, bool, str]]:
    return [(choice.place, choice.is_chosen, choice.reason) for choice in value(name).choices]


def test_the_article_is_the_one_that_extraction_makes() -> None:
    assert explained().extraction == extract_article(page_of(PAGE), "run-1")


def test_the_titles_of_a_page() -> None:
    assert choices("headline") == [
        ("json-ld headline", True, "the most trusted place"),
        ("meta og:title", False, "another text, in a place that counts less here"),
        ("h1", False, "the same"),
        ("title", False, "the same"),
    ]


def test_the_stamps_of_a_page() -> None:
    assert choices("published_at") == [
        ("json-ld datePublished", False, "of the same day, not finer"),
        ("meta article:published_time", True, "of the same day as json-ld datePublished, and finer"),
    ]
    assert value("published_at").text == "2024-05-03T06:30:00+00:00"
    assert choices("modified_at") == [("json-ld dateModified", False, "before publication")]


def test_a_stamp_of_the_future() -> None:
    html = document(head='<meta property="article:published_time" content="2031-01-01T08:30:00+02:00">')
    (choice,) = value("published_at", html).choices
    assert choice == Choice(
        "2031-01-01T08:30:00+02:00", "meta article:published_time", False, "later than the page was fetched"
    )


def test_the_people_of_a_page() -> None:
    assert ("json-ld author", True, "the most trusted place that names them") in choices("authors")
    assert ("markup byline", False, "the same") in choices("authors")
    assert ("meta author", False, "names none") in choices("authors")
    assert ("markup byline", True, "the text in print that belongs to the chosen people") in choices("byline")


def test_other_values() -> None:
    assert choices("section") == [
        ("json-ld articleSection", True, "the most trusted place"),
        ("meta article:section", False, "a less trusted place"),
    ]
    assert choices("language") == [("html lang", True, "the most trusted place")]
    assert choices("canonical_url") == [
        ("link canonical, or og:url", False, "not this page's own"),
        ("final address", True, "no other was declared for this page"),
    ]


def test_every_value_that_has_offers_has_chosen_at_most_one() -> None:
    for each in explained().values:
        assert sum(choice.is_chosen for choice in each.choices) <= 1, each.name


def test_every_block_has_a_verdict() -> None:
    blocks = explained().blocks
    assert [block.text for block in blocks if block.is_kept] == list(SENTENCES)
    (offer,) = [block for block in blocks if block.text.startswith("Read also")]
    assert not offer.is_kept
    assert offer.reason in ("the model leaves it out", "a notice, a repeated line or a text from above")
    assert offer.place == "main > article > div.related"
    assert all(0 <= block.odds <= 1 for block in blocks)


def test_blocks_that_a_selector_picks() -> None:
    entry = replace(ENTRY, source=replace(SOURCE, selectors=Selectors(body="p:nth-of-type(2)")))
    reasons = {block.text: block.reason for block in explain(page_of(document(), entry=entry), "run-1").blocks}
    assert reasons[SENTENCES[1]] == "the selector picks it"
    assert reasons[SENTENCES[0]] == "the selector does not pick it"


def test_texts_of_the_page_lose_their_control_characters_and_are_limited() -> None:
    section = (
        f'<meta property="article:section" content="a&#27;[31m\u202eb"><meta name="rights" content="{"x " * 5000}">'
    )
    assert value("section", document(head=section)).choices[0].text == "a[31mb"
    assert len(value("rights", document(head=section)).choices[0].text) == 300


@pytest.mark.parametrize("html", [document(), document(head="<title></title>", above="")])
def test_a_page_that_states_nothing(html: str) -> None:
    assert {each.name for each in explained(html).values} >= {
        "headline",
        "published_at",
        "authors",
        "agency",
        "section",
    }

"""What pages state in meta tags: language, keywords, images."""

from __future__ import annotations

import pytest

from tests.support.pages import facts_of, linked
from transforms.extraction.metadata import image_offers, keywords_of, language_of, section_offers


def test_meta_tags_are_read_by_property_name_and_itemprop() -> None:
    facts = facts_of(
        '<meta property="og:title" content="A"><meta name="Author" content="Ana &amp; Bo">'
        '<meta itemprop="datePublished" content="2024-05-03">'
    )
    assert facts.first("og:title") == ("A", "og:title")
    assert facts.first("missing", "author") == ("Ana & Bo", "author")
    assert facts.first("datepublished") == ("2024-05-03", "datepublished")
    assert facts.first("missing") is None


def test_the_canonical_link_goes_before_the_graph_address() -> None:
    head = '<meta property="og:url" content="https://news.example/b">'
    assert facts_of(head).canonical == "https://news.example/b"
    assert facts_of(head + '<link rel="canonical" href="/a">').canonical == "/a"


@pytest.mark.parametrize(
    ("attributes", "head", "usual", "language"),
    [
        ('lang="en_us"', "", None, "en-US"),
        ('lang="zh-hant-HK"', "", None, "zh-Hant-HK"),
        ("", '<meta property="og:locale" content="de_DE">', "fr", "de-DE"),
        ("", "", "fr", "fr"),
        ('lang="english"', "", None, None),
        ('lang=""', "", None, None),
    ],
)
def test_the_language_is_the_pages_else_the_sources(
    attributes: str, head: str, usual: str | None, language: str | None
) -> None:
    found = language_of(facts_of(head, attributes=attributes), usual)
    assert (found[0] if found else None) == language


def test_keywords_are_gathered_once_each() -> None:
    facts = facts_of('<meta name="keywords" content="Flood, river; Rain"><meta property="article:tag" content="RIVER">')
    assert keywords_of(facts, ("Weather", "rain")) == ("RIVER", "Flood", "Rain", "Weather")


def test_the_image_is_the_one_for_sharing() -> None:
    facts = facts_of(
        '<meta property="og:image" content="/lead.jpg">'
        + linked('{"@type": "Article", "image": ["https://x.example/y.jpg"]}')
    )
    assert image_offers(facts)[0] == ("/lead.jpg", "meta og:image")


def crumbs(*items: str) -> str:
    return linked('{"@type": "BreadcrumbList", "itemListElement": [' + ", ".join(items) + "]}")


HOME = '{"@type": "ListItem", "position": 1, "name": "Home", "item": "https://news.example/"}'
SPORT = '{"@type": "ListItem", "position": 2, "item": {"@id": "https://news.example/sport", "name": "Sport"}}'
TENNIS = '{"@type": "ListItem", "position": 3, "name": "Tennis", "item": "https://news.example/sport/tennis"}'
OWN = '{"@type": "ListItem", "position": 4, "name": "Flood reaches the old town after dark"}'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            linked('{"@type": "NewsArticle", "articleSection": ["Local", "News"]}'),
            [("Local", "json-ld articleSection")],
        ),
        ('<meta property="article:section" content="Region">', [("Region", "meta article:section")]),
        ('<meta name="parsely-section" content="Region">', [("Region", "meta parsely-section")]),
        ('<meta property="article:section" content="https://news.example/local">', []),
        (crumbs(HOME, SPORT, TENNIS, OWN), [("Tennis", "json-ld BreadcrumbList")]),
        (crumbs(HOME, OWN), []),
        (crumbs("1", '{"name": {}}', "null"), []),
        (
            linked(
                f'{{"@type": "WebPage", "breadcrumb": {{"@type": "BreadcrumbList", "itemListElement": [{SPORT}]}}}}'
            ),
            [("Sport", "json-ld BreadcrumbList")],
        ),
        (linked('{"@type": "BreadcrumbList", "itemListElement": {"a": 1}}'), []),
    ],
)
def test_the_section_of_a_page(head: str, expected: list[tuple[str, str]]) -> None:
    assert section_offers(facts_of(head)) == expected


def test_the_languages_of_alternates() -> None:
    head = '<link rel="alternate" hreflang="de" href="/de"><link rel="alternate" hreflang="" href="/"><link rel="icon" href="/i">'
    assert facts_of(head).alternates == ("de",)

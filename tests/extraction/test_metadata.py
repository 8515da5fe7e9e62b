"""What pages state in meta tags: language, keywords, images."""

from __future__ import annotations

import pytest

from tests.support.pages import facts_of, linked
from transforms.extraction.metadata import image_offers, keywords_of, language_of


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

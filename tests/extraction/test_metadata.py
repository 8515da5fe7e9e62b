"""What pages state for machines: JSON-LD in its many shapes, meta tags, language, keywords."""

from __future__ import annotations

import pytest

from transforms.extraction.html import parse_page
from transforms.extraction.metadata import Facts, image_of, keywords_of, language_of, read_facts
from transforms.extraction.text import clean

URL = "https://news.example/2024/flood"


def facts_of(head: str, body: str = "<h1>Flood reaches the old town</h1>", attributes: str = "") -> Facts:
    return read_facts(parse_page(f"<html {attributes}><head>{head}</head><body>{body}</body></html>"), URL)


def linked(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


ARTICLE = '{"@type": "NewsArticle", "headline": "Flood reaches the old town", "datePublished": "2024-05-03"}'


@pytest.mark.parametrize(
    "json",
    [
        ARTICLE,
        f"[{ARTICLE}]",
        f'{{"@context": "https://schema.org", "@graph": [{{"@type": "WebSite", "name": "x"}}, {ARTICLE}]}}',
        f'{{"@type": "WebPage", "datePublished": "1999-01-01", "mainEntity": {ARTICLE}}}',
        ARTICLE.replace('"NewsArticle"', '["Article", "https://schema.org/ReportageNewsArticle"]'),
        ARTICLE.replace("NewsArticle", "LiveBlogPosting"),
        ARTICLE.replace('"2024-05-03"}', '"2024-05-03",}'),
        ARTICLE.replace("old town", "old\ttown\n"),
        ARTICLE.replace("old town", r"old\' town"),
        ARTICLE.replace('"', "&quot;"),
        f"<!-- {ARTICLE} -->",
        f"//<![CDATA[\n{ARTICLE}\n//]]>",
        f"{ARTICLE};",
        f"{ARTICLE} {ARTICLE}",
    ],
)
def test_an_article_block_is_found_in_every_common_shape(json: str) -> None:
    assert facts_of(linked(json)).article.published == "2024-05-03"


@pytest.mark.parametrize(
    "json", ["", "{", "[" * 100_000, "null", '"text"', "{}", '{"@type": 5}', '{"@type": "NewsArticle", "author": 7}']
)
def test_a_useless_block_states_nothing(json: str) -> None:
    article = facts_of(linked(json)).article
    assert (article.published, article.persons) == (None, ())


def test_the_block_of_a_related_article_does_not_win() -> None:
    related = (
        '{"@type": "NewsArticle", "url": "https://news.example/2020/fire", "headline": "Fire in a mill",'
        ' "datePublished": "2020-01-01"}'
    )
    own = f'{{"@type": "Article", "url": "{URL}", "datePublished": "2024-05-03"}}'
    assert facts_of(linked(f"[{related}, {own}]")).article.published == "2024-05-03"
    assert facts_of(linked(related)).article.published is None


def test_a_list_of_other_articles_is_not_read() -> None:
    items = f'{{"@type": "ItemList", "itemListElement": [{ARTICLE.replace("2024-05-03", "2001-01-01")}]}}'
    assert facts_of(linked(items)).article.published is None


@pytest.mark.parametrize(
    ("author", "persons", "organizations"),
    [
        ('"Ana Ruiz"', ("Ana Ruiz",), ()),
        ('{"@type": "Person", "name": "Ana Ruiz"}', ("Ana Ruiz",), ()),
        ('[{"@type": "Person", "name": "Ana Ruiz"}, {"@type": "Person", "name": "Bo Li"}]', ("Ana Ruiz", "Bo Li"), ()),
        ('{"@type": "Person", "name": ["Ana Ruiz", "Bo Li"]}', ("Ana Ruiz", "Bo Li"), ()),
        ('{"@type": "Organization", "name": "Example Wire"}', (), ("Example Wire",)),
        (
            '[{"@type": "Person", "name": "Ana Ruiz"}, {"@type": "NewsMediaOrganization", "name": "W"}]',
            ("Ana Ruiz",),
            ("W",),
        ),
        ('{"name": "Ana &amp; Bo"}', ("Ana & Bo",), ()),
    ],
)
def test_authors_are_told_from_organizations(
    author: str, persons: tuple[str, ...], organizations: tuple[str, ...]
) -> None:
    article = facts_of(linked(f'{{"@type": "NewsArticle", "author": {author}}}')).article
    assert (article.persons, article.organizations) == (persons, organizations)


def test_an_author_is_followed_by_reference() -> None:
    graph = '{"@graph": [{"@type": "Article", "author": {"@id": "#a"}}, {"@id": "#a", "@type": "Person", "name": "Ana Ruiz"}]}'
    assert facts_of(linked(graph)).article.persons == ("Ana Ruiz",)


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
    assert image_of(facts) == ("/lead.jpg", "meta og:image")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a\n b ", "a b"),
        ("Tom &amp;amp; Ann", "Tom & Ann"),
        ("<b>bold</b> move", "bold move"),
        ("\u00ad\u200b", None),
        (None, None),
    ],
)
def test_text_is_cleaned_of_markup(text: str | None, cleaned: str | None) -> None:
    assert clean(text) == cleaned

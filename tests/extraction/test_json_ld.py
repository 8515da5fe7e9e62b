"""JSON-LD in its many shapes."""

from __future__ import annotations

import pytest

from tests.support.pages import URL, facts_of, linked

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

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
        f"/* our article */ {ARTICLE}",
        f"// our article\n{ARTICLE} // that was it",
        ARTICLE.replace(', "date', ', /* first */ "date'),
        f'{{"@type": "Organization", "name": "x"}}{ARTICLE}',
        f'{{"@type": "WebSite", "name": "x"}};\n{ARTICLE};',
        ARTICLE.replace("the old town", 'the "old" town'),
        ARTICLE.replace('", "', '" "'),
        ARTICLE.removesuffix("}"),
        ARTICLE.replace("}", ', "author": {"name": "Ana Ruiz'),
        ARTICLE.replace('"@type": "NewsArticle"', "'@type': \"NewsArticle\""),
        ARTICLE.replace('{"@type"', '{"image": , "@type"'),
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
        ('{"@type": "Person", "givenName": "Ana", "familyName": "Ruiz"}', ("Ana Ruiz",), ()),
        ('{"@type": "Person", "familyName": "Ruiz", "additionalName": "B.", "givenName": "Ana"}', ("Ana B. Ruiz",), ()),
        ('["Ana Ruiz", {"name": "Bo Li"}, {"@type": "Organization", "name": "W"}]', ("Ana Ruiz", "Bo Li"), ("W",)),
        ('{"@type": ["Person", "Organization"], "name": "Ana Ruiz"}', ("Ana Ruiz",), ()),
        ('"https://news.example/author/ana-ruiz"', (), ()),
        ('{"@type": "Person", "name": "https://news.example/author/ana-ruiz"}', (), ()),
        ('{"@type": "Person", "name": ""}', (), ()),
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


def test_several_authors_are_followed_by_reference() -> None:
    people = (
        '{"@id": "#a", "@type": "Person", "name": "Ana Ruiz"}, {"@id": "#b", "givenName": "Bo", "familyName": "Li"}, '
        '{"@id": "#w", "@type": "NewsMediaOrganization", "name": "W"}'
    )
    article = '{"@type": "Article", "author": [{"@id": "#a"}, {"@id": "#b"}, {"@id": "#w"}]}'
    found = facts_of(linked(f'{{"@graph": [{people}, {article}]}}')).article
    assert (found.persons, found.stated_persons, found.organizations) == (("Ana Ruiz", "Bo Li"), ("Ana Ruiz",), ("W",))


def test_an_author_in_another_block_of_the_same_article_counts() -> None:
    own = f'{{"@type": "NewsArticle", "url": "{URL}", "datePublished": "2024-05-03"}}'
    page = f'{{"@type": "WebPage", "url": "{URL}", "author": {{"@type": "Person", "name": "Ana Ruiz"}}}}'
    other = '{"@type": "NewsArticle", "url": "https://news.example/2020/fire", "headline": "Fire", "author": "Bo Li"}'
    assert facts_of(linked(f"[{other}, {own}, {page}]")).article.persons == ("Ana Ruiz",)
    assert facts_of(linked(f"[{other}, {own}]")).article.persons == ()


def test_a_source_organization_is_no_author() -> None:
    block = '{"@type": "Article", "author": "Ana Ruiz", "sourceOrganization": {"@type": "Organization", "name": "W"}}'
    found = facts_of(linked(block)).article
    assert (found.persons, found.organizations, found.sources) == (("Ana Ruiz",), (), ("W",))

"""The publisher's own id of an article."""

import pytest

from tests.support.pages import tree_of
from transforms.extraction.metadata import read_facts
from transforms.extraction.publisher_ids import publisher_id


def id_of(head: str = "", body: str = "<p>Text</p>", attributes: str = "") -> tuple[str, str] | None:
    tree = tree_of(f"<html><head>{head}</head><body {attributes}>{body}</body></html>")
    return publisher_id(read_facts(tree, "https://post.example/a"))


def linked(identifier: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {identifier}}}</script>'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (linked('"identifier": 5928990'), "5928990"),
        (linked('"identifier": ["a-17", "b"]'), "a-17"),
        (linked('"identifier": {"@type": "PropertyValue", "propertyID": "uid", "value": "rc-121830"}'), "rc-121830"),
        (linked('"articleId": "x99"'), "x99"),
        ('<meta name="cms-article-id" content="5928990">', "5928990"),
        ('<meta property="cXenseParse:recs:articleid" content="34-56">', "34-56"),
        ('<meta name="parsely-post-id" content="Q4KeXv">', "Q4KeXv"),
        ('<meta itemprop="storyid" content="s-1">', "s-1"),
        ('<meta name="dcterms.identifier" content="urn:post:17">', "urn:post:17"),
        ('<link rel="shortlink" href="https://post.example/?p=78781">', "78781"),
        ('<link rel="shortlink" href="/node/123">', "123"),
    ],
)
def test_an_id_in_the_head(head: str, expected: str) -> None:
    found = id_of(head)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="fb:app_id" content="613">',
        '<meta name="twitter:account_id" content="613">',
        '<meta name="videoid" content="613">',
        '<meta name="dc.identifier" content="https://post.example/a">',
        '<meta name="dc.identifier" content="ISSN 041-9373">',
        '<meta itemprop="articleid" content="1"><meta itemprop="articleid" content="2">',
        '<link rel="shortlink" href="https://sho.example/abc">',
        linked('"identifier": "https://post.example/17"'),
        linked('"identifier": {"value": {"value": []}}'),
        f'<meta name="articleid" content="{"9" * 201}">',
    ],
)
def test_what_is_no_id_of_the_article(head: str) -> None:
    assert id_of(head) is None


def test_an_id_in_the_markup() -> None:
    assert id_of(body='<article data-article-id="17"><p>Text</p></article>') == ("17", "attribute data-article-id")
    assert id_of(attributes='class="single postid-33 wide"') == ("33", "class of the body")


def test_ids_of_several_articles_are_that_of_none() -> None:
    assert id_of(body='<article data-article-id="17">a</article><article data-article-id="18">b</article>') is None

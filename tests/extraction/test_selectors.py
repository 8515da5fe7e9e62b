"""A user's own selectors for the pages of a source."""

from dataclasses import replace
from datetime import datetime, timezone

import pytest
from lxml.html import document_fromstring

from schemas.sources import Selectors
from tests.support.pages import ENTRY, PARAGRAPHS, SENTENCES, SOURCE, document, linked, page_of
from transforms.extraction.article import extract_article
from transforms.extraction.extraction import Extraction
from transforms.extraction.locales import locale_of
from transforms.extraction.selectors import Selected, select

HEAD = linked(
    '{"@type": "NewsArticle", "datePublished": "2024-05-01T08:00:00Z", "author": {"@type": "Person", "name": "Wrong Person"}}'
)
PAGE = document(
    body=PARAGRAPHS
    + "<div class='text'><p>Hidden <b>text</b> that is the article,<!-- x --> all of it.<p>And more of it"
    "<ul><li>one<li>two</ul><script>1</script><div class='ad'>Buy</div></div><p class='who'>By <a>Ana Ruiz</a></p>"
    "<span class='when' title='2024-05-09T10:00:00+02:00'>yesterday</span>",
    head=HEAD,
)


def extracted(selectors: Selectors | None, html: str = PAGE) -> Extraction:
    source = replace(SOURCE, selectors=selectors)
    return extract_article(page_of(html, entry=replace(ENTRY, source=source)), "run-1")


def test_what_selectors_find_wins() -> None:
    found = extracted(Selectors(body=".text", published=".when", byline=".who", drop=(".ad",)))
    article = found.article
    assert article.body == "Hidden text that is the article, all of it.\nAnd more of it\none\ntwo"
    assert article.published_at == datetime(2024, 5, 9, 8, tzinfo=timezone.utc)
    assert article.published_from == "selector"
    assert (article.byline, article.authors) == ("By Ana Ruiz", ("Ana Ruiz",))
    assert {found.origins[name] for name in ("body", "byline", "authors")} == {"selector"}
    assert found.unmatched == ()


def test_selectors_that_find_nothing_change_nothing_and_are_reported() -> None:
    found = extracted(Selectors(body=".none", published=".none", byline=".none", drop=(".none",)))
    assert found.article == extracted(None).article
    assert found.unmatched == ("body", "published", "byline")
    assert extracted(None).unmatched == ()


def test_what_is_dropped_is_not_in_the_body() -> None:
    assert SENTENCES[4] in extracted(None).article.body
    assert SENTENCES[4] not in extracted(Selectors(drop=("main p:nth-of-type(5)",))).article.body


def test_an_element_within_another_counts_once() -> None:
    assert extracted(Selectors(body="article, .text, .text p")).article.body.count("And more of it") == 1


@pytest.mark.parametrize(
    ("html", "when"),
    [
        ("<time class=d datetime='2024-05-09T10:00:00Z'>x</time>", "2024-05-09T10:00:00+00:00"),
        ("<meta class=d content='2024-05-09T10:00'>", "2024-05-09T08:00:00+00:00"),
        ("<b class=d>9. Mai 2024, 10:00</b>", "2024-05-09T08:00:00+00:00"),
        ("<b class=d>soon</b>", None),
    ],
)
def test_times_are_read_from_attributes_and_text(html: str, when: str | None) -> None:
    tree = document_fromstring(f"<html><body><p>x{html}</p></body></html>")
    selected = select(tree, Selectors(published=".d"), locale_of("x.example", "de", "Europe/Berlin"))
    assert [candidate.stamp.instant.isoformat() for candidate in selected.published[:1]] == ([when] if when else [])
    assert selected.unmatched == (() if when else ("published",))


def test_without_selectors_nothing_is_selected() -> None:
    assert select(document_fromstring("<p>x"), None, locale_of("x.example", "de", None)) == Selected()

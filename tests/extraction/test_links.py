"""Links out of the text of an article."""

from dataclasses import replace

import pytest

from schemas import Link
from schemas.sources import Selectors
from tests.support.pages import ENTRY, PARAGRAPHS, SENTENCES, SOURCE, article_of, document, page_of, tree_of
from transforms.extraction import body
from transforms.extraction.article import extract_article
from transforms.extraction.blocks import read_blocks
from transforms.extraction.links import MOST_LINKS, links_of

BASE = "https://news.example/local/harbour-bridge"


def links_in(html: str) -> list[tuple[str, str]]:
    """The links of a page, all of whose blocks count."""
    page = read_blocks(tree_of(f"<html><body>{html}</body></html>"))
    return [(link.url, link.text) for link in links_of(page.blocks, BASE, (BASE,))]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="/reports/9">a report</a>', [("https://news.example/reports/9", "a report")]),
        ('<a href="//other.example/a">a <b>b</b>\n c</a>', [("https://other.example/a", "a b c")]),
        (
            '<a href="https://jane:secret@other.example/a?utm_source=x&id=7#top">it</a>',
            [("https://other.example/a?id=7", "it")],
        ),
        ('<a href="https://bücher.example/ä">it</a>', [("https://xn--bcher-kva.example/%C3%A4", "it")]),
        ('<a href="javascript:alert(1)">it</a>', []),
        ('<a href="mailto:jane@other.example">Jane</a>', []),
        ('<a href="tel:112">112</a>', []),
        ('<a href="data:text/html,x">it</a>', []),
        ('<a href="#notes">1</a>', []),
        (f'<a href="{BASE}#notes">1</a>', []),
        ('<a href="">it</a><a>it</a><a name="x">it</a>', []),
        ('<a href="http://[">it</a><a href="http://other.example:99999999/">it</a>', []),
        ('<a href="/a.jpg"><img src="/a.jpg"></a>', []),
        ('<a href="/a">first</a> and <a href="/a#b">second</a>', [("https://news.example/a", "first")]),
        ('<a href="/a"><h3>A heading</h3><p>and a line</p></a>', [("https://news.example/a", "A heading and a line")]),
        ('<a href="/a"><script>x()</script>&amp;amp; more</a>', [("https://news.example/a", "& more")]),
    ],
)
def test_a_link(link: str, expected: list[tuple[str, str]]) -> None:
    assert links_in(f"<p>See {link} for more.</p>") == expected


def test_links_are_limited_in_number_and_size() -> None:
    assert len(links_in("".join(f'<p><a href="/{n}">it</a></p>' for n in range(MOST_LINKS + 50)))) == MOST_LINKS
    long = links_in("".join(f'<p><a href="/{n}/{"x" * 5000}">it</a></p>' for n in range(50)))
    assert sum(len(url) + len(text) for url, text in long) <= 60_000
    assert links_in(f'<a href="/a">{"word " * 500}</a>') == []


def test_only_links_of_the_article_are_kept() -> None:
    linked = SENTENCES[1].replace("nine piers", '<a href="/piers">nine piers</a>')
    offer = '<div class="related"><h3>Related</h3><ul><li><a href="/other-1">Other story</a></li></ul></div>'
    article = article_of(document(PARAGRAPHS.replace(SENTENCES[1], linked) + offer))
    assert article.links == (Link(url="https://news.example/piers", text="nine piers"),)
    assert "nine piers" in article.body


def test_links_of_a_body_that_a_selector_picked() -> None:
    linked = PARAGRAPHS.replace("nine piers", '<a href="/piers">nine piers</a>')
    entry = replace(ENTRY, source=replace(SOURCE, selectors=Selectors(body="div.text")))
    more = '<nav><a href="/piers-again">nine piers</a></nav>'
    article = article_of(document(f'<div class="text">{linked}</div>{more}'), entry)
    assert article.links == (Link(url="https://news.example/piers", text="nine piers"),)


def test_links_of_a_body_that_trafilatura_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "_MOST_DOUBT", -1.0)
    linked = PARAGRAPHS.replace("nine piers", '<a href="/piers">nine piers</a>')
    extraction = extract_article(page_of(document(linked)), "run-1")
    assert extraction.origins["body"] == "trafilatura"
    assert extraction.article.links == (Link(url="https://news.example/piers", text="nine piers"),)


def test_a_page_may_state_what_its_addresses_are_relative_to() -> None:
    linked = PARAGRAPHS.replace("nine piers", '<a href="piers">nine</a> <a href="#notes">piers</a>')
    article = article_of(document(linked + '<img src="ferry.jpg">' + SENTENCES[0], head='<base href="/archive/2024/">'))
    assert [link.url for link in article.links or ()] == ["https://news.example/archive/2024/piers"]
    assert [image.url for image in article.images or ()] == ["https://news.example/archive/2024/ferry.jpg"]

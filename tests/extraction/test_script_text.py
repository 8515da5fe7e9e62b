"""Pages whose article is only in the data of a script, and AMP pages."""

import json
from typing import Any

import pytest

from schemas import Link, Reason, Rejected
from tests.support.pages import FETCHED, PARAGRAPHS, SENTENCES, linked, page_of
from transforms.extraction.article import extract_article
from transforms.extraction.extraction import Extraction

TITLE = "Harbour bridge to close"
TEXT = list(SENTENCES)
OTHER = [sentence.replace("harbour", "railway").replace("bridge", "tunnel") for sentence in SENTENCES]


def shell(scripts: str, title: str = TITLE) -> str:
    """A page that shows nothing without JavaScript."""
    return (
        f"<!doctype html><html lang='en'><head><title>{title} | The Example</title>{scripts}</head><body>"
        "<noscript>Please enable JavaScript to read this page.</noscript><div id='__next'></div></body></html>"
    )


def state(value: Any, head: str = '<script id="__NEXT_DATA__" type="application/json">') -> str:
    return head + json.dumps(value).replace("</", r"<\/") + "</script>"


def extracted(html: str) -> Extraction:
    return extract_article(page_of(html), "run-1")


def ld(body: str) -> str:
    return linked(
        json.dumps(
            {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2024-05-03T08:00:00Z", "articleBody": body}
        )
    )


STATES = {
    "one text in HTML": {"props": {"pageProps": {"post": {"title": TITLE, "html": PARAGRAPHS}}}},
    "escaped HTML": {"post": {"title": TITLE, "html": PARAGRAPHS.replace("<", "&lt;").replace(">", "&gt;")}},
    "one text in lines": {"post": {"title": TITLE, "text": "\n\n".join(TEXT)}},
    "a list of elements": {
        "headlines": {"basic": TITLE},
        "content_elements": [
            {"_id": f"X{n}9", "type": "text", "content": f"<p>{text}</p>"} for n, text in enumerate(TEXT)
        ],
    },
    "a tree of blocks": {
        "model": {"headline": TITLE},
        "blocks": [
            {"type": "paragraph", "model": {"text": text, "blocks": [{"model": {"text": text}}]}} for text in TEXT
        ],
    },
    "a list of texts": {"article": {"title": TITLE, "paragraphs": TEXT}},
    "beside other articles": {
        "related": [
            {"title": "Railway tunnel to close", "html": "".join(f"<p>{text} {text}</p>" for text in OTHER)[:900]}
        ],
        "current": {"title": TITLE, "description": TEXT[0], "html": PARAGRAPHS},
        "text": {"legal": "You agree to the terms of use of this site. " * 10},
    },
}


@pytest.mark.parametrize("kind", STATES)
def test_the_state_of_a_page_that_a_script_builds(kind: str) -> None:
    found = extracted(shell(state(STATES[kind])))
    assert found.article.body.split("\n") == TEXT
    assert found.article.headline == TITLE
    assert found.origins["body"] == "script __NEXT_DATA__"


def test_the_state_in_an_assignment() -> None:
    for head in ("<script>window.__INITIAL_STATE__ = ", '<script>window["__STATE__"]=', "<script>var appState ="):
        found = extracted(
            shell(state(STATES["a list of elements"], head).replace("</script>", ";(function(){})()</script>"))
        )
        assert found.article.body.split("\n") == TEXT


@pytest.mark.parametrize("text", ["\n\n".join(TEXT), "\r\n".join(TEXT), PARAGRAPHS, PARAGRAPHS.replace("<", "&lt;")])
def test_the_article_body_of_json_ld(text: str) -> None:
    found = extracted(shell(ld(text)))
    assert found.article.body.split("\n") == TEXT
    assert found.origins["body"] == "json-ld articleBody"
    assert found.article.published_at is not None


def test_links_and_images_of_a_text_in_a_script() -> None:
    html = PARAGRAPHS.replace("nine piers", '<a href="/piers">nine piers</a>') + "<figure><img src='/b.jpg'></figure>"
    article = extracted(shell(state({"title": TITLE, "html": html}))).article
    assert article.links == (Link(url="https://news.example/piers", text="nine piers"),)
    assert [image.url for image in article.images or ()] == ["https://news.example/b.jpg"]


def test_what_the_markup_has_comes_first() -> None:
    html = shell(ld("\n".join(OTHER)) + state({"title": TITLE, "html": "".join(f"<p>{text}</p>" for text in OTHER)}))
    html = html.replace("<div id='__next'></div>", f"<article><h1>{TITLE}</h1>{PARAGRAPHS}</article>")
    assert extracted(html).article.body.split("\n") == TEXT


@pytest.mark.parametrize(
    "scripts",
    [
        state({"title": "Another story of another day", "html": PARAGRAPHS}),
        state({"title": TITLE, "html": "<p>Too short to be an article.</p>"}),
        state({"title": TITLE, "css": ".a { color: red } " * 100, "url": "https://news.example/" + "a b" * 400}),
        '<script id="__NEXT_DATA__" type="application/json">{"title": "Harbour</script>',
        '<script type="application/json">' + "[" * 100_000 + "</script>",
        f'<script type="application/json">{{"a": {"9" * 100_000}}}</script>',
        '<script type="application/json">"' + "Harbour bridge to close " * 100 + '"</script>',
        "<script>window.__NUXT__ = (function(a, b) { return {} }('x', 'y'))</script>" + "<script></script>",
    ],
)
def test_scripts_without_the_article(scripts: str) -> None:
    with pytest.raises(Rejected) as caught:
        extracted(shell(scripts))
    assert caught.value.reason is Reason.NEEDS_JAVASCRIPT


@pytest.mark.parametrize(
    "value",
    [
        [[0] * 1_000] * 1_000,
        {"title": TITLE, "list": [{"pieces": [f"Piece {n} of one paragraph." for n in range(100_000)]}]},
        {"title": TITLE, "list": [[[[[f"Line {n} is one of very many.", TITLE]]]] for n in range(40_000)]},
        {
            "title": TITLE,
            "list": [
                {"title": TITLE, "text": f"A line of text number {n} that is long enough to count."}
                for n in range(20_000)
            ],
        },
        {"title": TITLE, "html": "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">" + PARAGRAPHS},
        {"title": TITLE, "html": "<div>" * 5_000 + PARAGRAPHS},
        {"title": TITLE, "html": "word " * 400_000},
    ],
)
def test_hostile_states_end_in_an_article_or_a_reject(value: Any) -> None:
    html = shell(state(value))
    assert outcome(html) in ("article", Reason.NEEDS_JAVASCRIPT, Reason.UNPARSABLE, Reason.NO_TEXT)


def outcome(html: str) -> str | Reason:
    try:
        return "article" if extracted(html).article.body else "nothing"
    except Rejected as rejected:
        return rejected.reason


AMP = f"""<!doctype html><html ⚡ lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>
<link rel="canonical" href="https://news.example/local/harbour-bridge"><script async src="https://cdn.ampproject.org/v0.js"></script>
<style amp-custom>p {{ color: red }}</style></head><body><amp-sidebar id="menu" layout="nodisplay"><ul><li><a href="/news">News</a></li>
<li><a href="/sport">Sport and much more of what happened in the harbour this week</a></li></ul></amp-sidebar>
<article><h1>{TITLE}</h1><figure><amp-img src="/bridge.jpg" srcset="/bridge-640.jpg 640w, /bridge-1280.jpg 1280w" width="16" height="9"
layout="responsive" alt="The bridge">
<noscript><img src="/bridge.jpg"></noscript></amp-img><figcaption>The bridge on Sunday.</figcaption></figure>
{PARAGRAPHS}<amp-ad width="300" height="250" type="x">Advertisement</amp-ad>
<amp-accordion>
<section expanded><h2>Read also</h2><p><a href="/other">Ferries are full for the third day in a row</a></p></section></amp-accordion>
</article>
<amp-analytics type="x"><script type="application/json">{{"vars": {{"title": "{TITLE}"}}}}</script></amp-analytics></body></html>"""


def test_an_amp_page() -> None:
    article = extract_article(page_of(AMP), "run-1").article
    assert article.body.split("\n")[: len(TEXT)] == TEXT
    assert "Advertisement" not in article.body
    assert article.headline == TITLE
    assert article.fetched_at == FETCHED
    assert [(image.url, image.caption, image.alt) for image in article.images or ()] == [
        ("https://news.example/bridge-1280.jpg", "The bridge on Sunday.", "The bridge")
    ]

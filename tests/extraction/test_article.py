"""Pages to articles, from good ones to hostile ones."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Page, Reason, Rejected
from schemas.plain_text import printable
from tests.support.pages import ENTRY, FETCHED, SENTENCES, SOURCE, URL, article_of, document, page_of
from transforms.extraction.article import extract_article
from transforms.extraction.body import LONGEST_BODY
from transforms.extraction.html import MOST_ELEMENTS


def outcome(page: Page) -> str:
    """``article`` for one with words and without NULs, else the reason."""
    try:
        article = extract_article(page, "run-1").article
    except Rejected as rejected:
        return rejected.reason
    return "article" if article.word_count and "\0" not in article.body else "broken article"


def rejection(page: Page) -> Reason:
    with pytest.raises(Rejected) as caught:
        extract_article(page, "run-1")
    return caught.value.reason


def test_a_full_page_becomes_a_full_article() -> None:
    head = """
        <link rel="canonical" href="/local/harbour-bridge?page=1">
        <meta property="og:image" content="/img/bridge.jpg"><meta name="keywords" content="Harbour, Bridges">
        <meta name="description" content="Lorries must take the ferry from Monday.">
        <script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
          "headline": "Harbour bridge to close", "datePublished": "2024-05-03T09:30:00+02:00", "dateModified": "2024-05-03T11:00:00+02:00",
          "author": [{"@type": "Person", "name": "Ana Ruiz"}], "articleSection": "Local"}</script>"""
    extraction = extract_article(page_of(document(head=head, attributes='lang="en-GB"')), "run-1")
    article = extraction.article
    assert article.headline == "Harbour bridge to close"
    assert article.standfirst == "Lorries must take the ferry from Monday."
    assert article.body == "\n".join(SENTENCES)
    assert article.published_at == datetime(2024, 5, 3, 7, 30, tzinfo=timezone.utc)
    assert article.modified_at == datetime(2024, 5, 3, 9, 0, tzinfo=timezone.utc)
    assert (article.published_raw, article.published_offset_minutes) == ("2024-05-03T09:30:00+02:00", 120)
    assert (article.published_precision, article.published_from) == ("second", "json-ld")
    assert (article.byline, article.authors, article.agency) == ("Ana Ruiz", ("Ana Ruiz",), None)
    assert (article.section, article.keywords, article.language) == ("Local", ("Harbour", "Bridges"), "en-GB")
    assert article.image_url == "https://news.example/img/bridge.jpg"
    assert article.canonical_url == "https://news.example/local/harbour-bridge?page=1"
    assert article.extractor.startswith("trafilatura ")
    assert (article.run_id, article.first_seen_at, article.entry_id) == ("run-1", FETCHED, "guid-1")
    assert extraction.origins["published_at"] == "json-ld datePublished"
    assert extraction.origins["standfirst"] == "meta description"


def test_a_page_without_metadata_is_read_as_people_read_it() -> None:
    above = """<div class="time">Published: 18:00, February 1, 2023 | Updated: 22:54, February 1, 2023</div>
        <h1>Harbour bridge to close</h1><div class="author">By ANA RUIZ</div>"""
    entry = replace(ENTRY, source=replace(SOURCE, zone="Asia/Hong_Kong"))
    article = article_of(document(above=above), entry)
    assert article.published_at == datetime(2023, 2, 1, 10, 0, tzinfo=timezone.utc)
    assert article.modified_at == datetime(2023, 2, 1, 14, 54, tzinfo=timezone.utc)
    assert (article.published_offset_minutes, article.published_from) == (480, "page-text")
    assert (article.byline, article.authors) == ("By ANA RUIZ", ("Ana Ruiz",))
    assert article.body == "\n".join(SENTENCES)


def test_the_byline_comes_without_the_date_line_beside_it() -> None:
    above = "<h1>Harbour bridge to close</h1><p class='byline'>By Ana Ruiz &middot; 2 Oct 2023, 7:05am ACST</p>"
    article = article_of(document(above=above))
    assert (article.byline, article.authors) == ("By Ana Ruiz", ("Ana Ruiz",))
    assert article.published_at == datetime(2023, 10, 1, 21, 35, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("html", "content_type", "reason"),
    [
        (b"", "text/html", Reason.NO_TEXT),
        (b" \n\t ", "text/html", Reason.NO_TEXT),
        (b"<html><body></body></html>", "text/html", Reason.NO_TEXT),
        (b"<html><body><p>Loading</p></body></html>", "text/html", Reason.NO_TEXT),
        (b"<!-- nothing but a comment -->", "text/html", Reason.NO_TEXT),
        (b"%PDF-1.7\n" + bytes(range(256)), "text/html", Reason.NOT_HTML),
        (b"%PDF-1.7\n", "application/pdf", Reason.NOT_HTML),
        (bytes(range(256)) * 64, None, Reason.NOT_HTML),
        (
            b"<html><title>Just a moment...</title><body>Checking your browser</body></html>",
            "text/html",
            Reason.BOT_WALL,
        ),
        (b"<p>x</p>" * (MOST_ELEMENTS + 1), "text/html", Reason.UNPARSABLE),
        (b"<p>" + b"word " * (LONGEST_BODY // 4), "text/html", Reason.UNPARSABLE),
        (b"<p " + b" ".join(b"a%d=b" % n for n in range(100_000)) + b">x", "text/html", Reason.UNPARSABLE),
        (b"<p " + b" ".join(b"a%d='>'" % n for n in range(100_000)) + b">x", "text/html", Reason.UNPARSABLE),
        ((b"<p " + b" ".join(b"a%d" % n for n in range(900)) + b">x") * 200, "text/html", Reason.UNPARSABLE),
        (b"<html><body>" + b"<div>" * 200_000 + b"</div>" * 200_000, "text/html", Reason.UNPARSABLE),
    ],
)
def test_what_is_no_article_is_rejected_with_its_reason(html: bytes, content_type: str | None, reason: Reason) -> None:
    assert rejection(page_of(html, content_type)) is reason


@pytest.mark.parametrize("link", ["http://[", "http://[::1", "//[", "https://exa mple", "javascript:void(0)"])
def test_addresses_on_a_page_that_are_none_do_no_harm(link: str) -> None:
    linked = json.dumps({"@type": "NewsArticle", "url": link, "headline": "Quite another story", "image": link})
    head = f"<link rel='canonical' href='{link}'><meta property='og:image' content='{link}'>"
    article = article_of(document(head=f"{head}<script type='application/ld+json'>{linked}</script>"))
    assert article.body == "\n".join(SENTENCES)
    assert article.canonical_url == URL


@pytest.mark.parametrize(
    "html",
    [
        b"<html><body>" + b"<div>" * 200_000 + document().encode() + b"</div>" * 200_000,
        b"<b>" * 500_000,
        b"<html><body><table><tr><td>x" * 100_000,
        b"<<<<>>>><a<b<c" * 50_000,
        b"<html><body><div " + b"a=b " * 500_000 + b">x</div>",
        b"<html><body>" + b"<p>ab</p>" * (MOST_ELEMENTS - 10),
        b"<html><body><h1>Harbour</h1>" + b"<div class='author'>" * 190 + b"word " * 1_000_000,
        b"<html><body>" + b"<h1>" * 80 + b"Example | " * 200_000,
        b"<html><body><div class='" + b"xy " * 1_000_000 + b"'>" + b"<time>2024-05-03</time><p>ab</p>" * 9_000,
        b"<html><head>" + b"<meta name='author' content='Jane Doe'>" * 25_000 + document().encode(),
        b"<html><body>" + document().encode() + b"<!--" * 1_000_000,
        b"<html><body>" + document().encode() + b'<a b="' * 500_000,
        b"<html><script type='application/ld+json'>" + b"[" * 500_000 + b"</script>" + document().encode(),
        b"<html><body><p>" + b"word and more " * 300_000,
    ],
    ids=[
        *(
            "nested",
            "bold",
            "tables",
            "garbage",
            "attributes",
            "paragraphs",
            "bylines",
            "headings",
            "a class",
            "meta tags",
        ),
        *("comments", "quotes", "json", "one paragraph"),
    ],
)
def test_hostile_pages_end_as_an_article_or_a_reject(html: bytes) -> None:
    assert outcome(page_of(html)) in ("article", Reason.NO_TEXT, Reason.UNPARSABLE)


@given(
    st.binary(max_size=400),
    st.sampled_from(["text/html", "text/html; charset=utf-16", "text/html; charset=nonsense", None]),
)
@settings(max_examples=60, deadline=None)
def test_any_bytes_end_as_an_article_or_a_reject(noise: bytes, content_type: str | None) -> None:
    half = document().encode()
    found = outcome(page_of(half[:300] + noise + half[300:], content_type))
    assert found in ("article", Reason.NO_TEXT, Reason.UNPARSABLE, Reason.NOT_HTML)


def test_bidirectional_controls_leave_headline_and_body() -> None:
    html = document(above="<h1>Flood \u202ereaches\u202c the old\u200f town</h1>")
    plain = document(above="<h1>Flood reaches the old town</h1>")
    marked = html.replace("<p>", "<p>\u2067\u200e")
    assert marked != html
    found, expected = article_of(marked), article_of(plain)
    assert (found.headline, found.body, found.content_hash) == (expected.headline, expected.body, expected.content_hash)


def test_control_characters_leave_whatever_is_shown_but_not_what_identifies_the_entry() -> None:
    linked = {
        "@type": "NewsArticle",
        "headline": "The \x1b[31mvote",
        "author": {"@type": "Person", "name": "Jane \x1b]8;;http://evil.example\x07Doe"},
        "articleSection": "City\u202e news",
        "keywords": ["vote\x9b2J"],
        "copyrightNotice": "\u2066\x08Harbour Post",
    }
    head = f"<script type='application/ld+json'>{json.dumps(linked)}</script><meta name=description content='Close&#27;[1m, said&#146;s'>"
    page = page_of(document(head=head, above="<h1>The &#x1b;[31mvote</h1>").replace("<p>", "<p>&#155;\u009b1m"))
    entry = replace(page.entry, entry_id="id\u200e\x1b")
    article = extract_article(replace(page, entry=entry), "run").article
    assert article.entry_id == entry.entry_id
    texts = [
        value
        for field in fields(article)
        if field.name != "entry_id" and isinstance(value := getattr(article, field.name), str)
    ]
    texts += [*article.authors, *article.keywords, *article.agency_evidence]
    assert [text for text in texts if printable(text) != text] == []
    assert article.headline == "The [31mvote"
    assert article.section == "City news"

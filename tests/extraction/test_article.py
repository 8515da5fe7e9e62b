"""Pages to articles, from good ones to hostile ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest
import trafilatura
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Article, Entry, Page, Reason, Rejected, Source
from transforms.extraction.article import extract_article
from transforms.extraction.body import LONGEST_BODY, content_hash, word_count
from transforms.extraction.boilerplate import clean_body
from transforms.extraction.html import MOST_ELEMENTS

FETCHED = datetime(2024, 5, 10, 12, 0, tzinfo=timezone.utc)
URL = "https://news.example/local/harbour-bridge"
SENTENCES = (
    "The harbour bridge will close to lorries on Monday, the port authority said after a night of inspections by divers.",
    "Cracks were found in two of the nine piers, and a third is being watched by engineers with sensors on its footing.",
    "Ferries will run every ten minutes from six in the morning, and the fare will be waived until the end of the month.",
    "Shopkeepers on the north bank said that they had been told nothing, and asked the council to answer for the delay.",
    "A decision on whether the bridge can be saved is expected by the autumn, when the second survey will be complete.",
)
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
SOURCE = Source(id="example", kind="outlet", feeds=("https://news.example/rss",), name="The Example")
ENTRY = Entry(
    entry_key="key",
    url_key="url",
    source=SOURCE,
    feed_url="https://news.example/rss",
    entry_id="guid-1",
    url=URL,
    fingerprint="",
    seen_at=FETCHED,
)


def page_of(html: bytes | str, content_type: str | None = "text/html; charset=utf-8", entry: Entry = ENTRY) -> Page:
    raw = html.encode() if isinstance(html, str) else html
    return Page(entry=entry, url=URL, http_status=200, content_type=content_type, html=raw, fetched_at=FETCHED)


def document(
    body: str = PARAGRAPHS, head: str = "", above: str = "<h1>Harbour bridge to close</h1>", attributes: str = ""
) -> str:
    return (
        f"<!doctype html><html {attributes}><head><title>Harbour bridge to close | The Example</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a></nav><main><article>{above}{body}</article></main><footer>The Example</footer></body></html>"
    )


def article_of(html: bytes | str, entry: Entry = ENTRY) -> Article:
    return extract_article(page_of(html, entry=entry), "run-1").article


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


def test_a_stamp_of_both_classes_is_of_publication() -> None:
    above = "<h1>Harbour bridge to close</h1><time class='entry-date published updated' datetime='2024-05-03T10:00:00Z'>3 May</time>"
    assert article_of(document(above=above)).published_from == "markup"


def test_the_only_time_of_an_article_counts_in_a_sidebar_too() -> None:
    sidebar = "<div class='sidebar'><time datetime='2024-05-03T10:00:00Z'>3 May</time></div>"
    article = article_of(document(above=f"<h1>Harbour bridge to close</h1>{sidebar}"))
    assert article.published_at == datetime(2024, 5, 3, 10, 0, tzinfo=timezone.utc)


def test_a_time_of_another_story_is_not_this_ones() -> None:
    aside = "<aside class='related'><h3>More</h3><time datetime='2024-05-09T10:00:00Z'>9 May</time></aside>"
    article = article_of(document(above=f"<h1>Harbour bridge to close</h1>{aside}"))
    assert (article.published_at, article.published_from) == (None, "first-seen")


@pytest.mark.parametrize(
    ("above", "origin"),
    [
        ("<h1>Harbour bridge to close</h1><time datetime='2024-05-03T10:00:00Z'>3 May</time>", "markup"),
        (
            "<h1>Harbour bridge to close</h1><span itemprop='datePublished' content='2024-05-03T10:00:00Z'></span>",
            "markup",
        ),
        ("<h1>Harbour bridge to close</h1><div>3 May 2024 10:00 GMT</div>", "page-text"),
    ],
)
def test_a_printed_time_is_found_beside_the_headline(above: str, origin: str) -> None:
    article = article_of(document(above=above))
    assert (article.published_at, article.published_from) == (datetime(2024, 5, 3, 10, 0, tzinfo=timezone.utc), origin)


def test_the_feeds_stamp_serves_a_page_that_prints_none() -> None:
    article = article_of(document(), replace(ENTRY, published_raw="Fri, 03 May 2024 10:00:00 -0400"))
    assert (article.published_at, article.published_from) == (datetime(2024, 5, 3, 14, 0, tzinfo=timezone.utc), "feed")


def test_a_day_in_the_address_is_better_than_none() -> None:
    page = replace(page_of(document()), url="https://news.example/2024/05/03/bridge")
    article = extract_article(page, "run-1").article
    assert (article.published_from, article.published_precision) == ("url", "day")


def test_lines_about_other_stories_and_of_promotion_are_dropped() -> None:
    extra = """<p><strong><a href="/1">READ MORE: Why the old bridge was never repaired</a></strong></p>
        <p><strong><a href="/2">MAYOR TELLS COUNCIL THAT HE IS WORKING ON A NEW BRIDGE</a></strong></p>
        <p><strong><a href="/3">CLICK HERE TO GET THE EXAMPLE APP</a></strong></p>
        <p>Cracks were found in two of the nine piers, and a third is being watched</p>"""
    assert article_of(document(PARAGRAPHS + extra + f"<p>{SENTENCES[0].upper()}</p>")).body.split("\n") == list(
        SENTENCES
    )


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("THE SECOND SURVEY", True),
        ("She asked readers to subscribe to the idea that a bridge is a promise.", True),
        ("Read more books, the minister told the pupils of the school.", True),
        ("Advertisement", False),
        ("See also: Bridges of the north", False),
        ("Photo: Ana Ruiz / Example Wire", False),
        ("Copyright 2024 The Example", False),
        ("Sign up for our daily newsletter and get the news in your inbox", False),
    ],
)
def test_only_notices_are_dropped_from_a_body(line: str, kept: bool) -> None:
    text = "\n".join((*SENTENCES[:2], line, *SENTENCES[2:]))
    assert (line in clean_body(text).split("\n")) is kept


def test_a_body_of_notices_stays_as_it_is() -> None:
    text = "See also: one thing\nRead more: another thing\nThe end."
    assert clean_body(text) == text


@given(st.lists(st.sampled_from([*SENTENCES, "READ MORE: x", "Advertisement", "A short line", ""]), max_size=12))
@settings(max_examples=100)
def test_cleaning_twice_is_cleaning_once_and_invents_nothing(lines: list[str]) -> None:
    once = clean_body("\n".join(lines))
    assert set(once.split("\n")) <= {*lines, ""}
    assert 2 * len(once) >= len("\n".join(line for line in lines if line)) - len(lines)


def test_a_description_that_repeats_the_body_is_no_standfirst() -> None:
    head = f'<meta name="description" content="{SENTENCES[0][:80]}…">'
    assert article_of(document(head=head)).standfirst is None


def test_the_hash_sees_words_only() -> None:
    assert content_hash("The  Bridge, closed!\n“Now”") == content_hash("the bridge closed: now")
    assert content_hash("ｆｕｌｌ width") == content_hash("full width")
    assert content_hash("the bridge closed") != content_hash("the bridges closed")
    assert len(content_hash("")) == 32


@pytest.mark.parametrize(
    ("text", "words"), [("two words", 2), ("橋が閉鎖", 4), ("the 橋 bridge", 3), ("다리 폐쇄", 2), ("", 0)]
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert word_count(text) == words


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=ascii", ""),
        ("utf-8", "text/html; charset=iso-8859-1", '<meta charset="latin-1">'),
        ("utf-8-sig", None, ""),
        ("utf-16", "text/html", ""),
        ("windows-1252", "text/html; charset=windows-1252", ""),
        ("windows-1252", "text/html", '<meta charset="windows-1252">'),
    ],
)
def test_the_charset_is_found_whatever_is_declared(encoding: str, content_type: str | None, meta: str) -> None:
    text = document(
        head=meta,
        body=PARAGRAPHS + "<p>Señora Muñoz crossed at noon, naïve as ever, and paid for a café crème über alles.</p>",
    )
    body = extract_article(page_of(text.encode(encoding), content_type), "run-1").article.body
    assert "Señora Muñoz crossed at noon, naïve as ever, and paid for a café crème" in body


def test_an_undeclared_charset_is_detected() -> None:
    russian = (
        "Мост через гавань закроют для грузовиков в понедельник, сообщили в порту после ночного осмотра опор. " * 5
    )
    page = page_of(document(body=f"<p>{russian}</p>", above="").encode("windows-1251"), None)
    assert extract_article(page, "run-1").article.body == russian.strip()


def test_nul_bytes_are_removed() -> None:
    assert article_of(document().replace("ferry", "fer\0ry").replace("bridge", "bri\0dge")).body == "\n".join(SENTENCES)


@pytest.mark.parametrize(
    ("html", "content_type", "reason"),
    [
        (b"", "text/html", Reason.NO_TEXT),
        (b" \n\t ", "text/html", Reason.NO_TEXT),
        (b"<html><body></body></html>", "text/html", Reason.NO_TEXT),
        (b"<html><body><p>Loading</p></body></html>", "text/html", Reason.NO_TEXT),
        (b"<!-- nothing but a comment -->", "text/html", Reason.UNPARSABLE),
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
        (b"<html><body>" + b"<div>" * 200_000 + b"</div>" * 200_000, "text/html", Reason.NO_TEXT),
    ],
)
def test_what_is_no_article_is_rejected_with_its_reason(html: bytes, content_type: str | None, reason: Reason) -> None:
    assert rejection(page_of(html, content_type)) is reason


def test_a_page_that_breaks_the_extractor_is_rejected_with_the_errors_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("at the page's end")

    monkeypatch.setattr(trafilatura, "bare_extraction", fail)
    with pytest.raises(Rejected) as caught:
        extract_article(page_of(document()), "run-1")
    assert caught.value.reason is Reason.UNPARSABLE
    assert caught.value.detail == "ZeroDivisionError in trafilatura: at the page's end"


@pytest.mark.parametrize("link", ["http://[", "http://[::1", "//[", "https://exa mple", "javascript:void(0)"])
def test_addresses_on_a_page_that_are_none_do_no_harm(link: str) -> None:
    linked = json.dumps({"@type": "NewsArticle", "url": link, "headline": "Quite another story", "image": link})
    head = f"<link rel='canonical' href='{link}'><meta property='og:image' content='{link}'>"
    article = article_of(document(head=f"{head}<script type='application/ld+json'>{linked}</script>"))
    assert article.body == "\n".join(SENTENCES)
    assert article.canonical_url == URL


def test_a_page_of_many_elements_is_an_article() -> None:
    article = article_of(document(PARAGRAPHS + "<table>" + "<tr><td>one</td></tr>" * 3_000 + "</table>"))
    assert set(SENTENCES) <= set(article.body.split("\n"))


def test_an_article_about_bot_walls_is_an_article() -> None:
    extra = "<p>Verify you are human, the page said, and checking your browser took an hour.</p>"
    assert "Verify you are human" in article_of(document(PARAGRAPHS * 5 + extra)).body


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

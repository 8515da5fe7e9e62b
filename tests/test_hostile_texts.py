"""Functions that read text from the web give a value or Rejected for any text, in a time that does not grow with its square.

``benchmarks.hostile`` measures the times. Here a hostile text of the size that took minutes, or failed, only has to end.
"""

import html
import json
import random
from contextlib import suppress
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import FEEDS, PAGES, Reader, kind_of, minimized, read_feed_bytes, read_page_bytes, seeds_of
from benchmarks.hostile_documents import feeds, pages
from benchmarks.hostile_texts import FUNCTIONS, MOTIFS, SOURCE
from benchmarks.mutations import mutated
from schemas import CopydeskError, Reason, Rejected
from schemas.safe_text import normalize, unescape
from tests.support.pages import tree_of
from transforms.extraction.agency import find_agency
from transforms.extraction.boilerplate import clean_body
from transforms.extraction.json_ld import linked_article
from transforms.feeds.autodiscovery import named_feeds
from transforms.feeds.items import LONGEST_BASE, MOST_AUTHORS
from transforms.feeds.markup import content_text
from transforms.feeds.parse import FeedContent, read_feed
from transforms.feeds.sitemaps import fresh_sitemaps
from transforms.urls import LONGEST_URL, absolute_url, normalize_url, site
from transforms.web.addresses import request_url

NOW = datetime(2026, 10, 1, tzinfo=timezone.utc)
HOSTILE = st.one_of(
    st.text(),
    st.text(alphabet=st.characters()),
    st.lists(st.sampled_from(MOTIFS), max_size=40).map("".join),
    st.tuples(st.sampled_from(MOTIFS), st.integers(0, 400), st.text(max_size=5)).map(lambda it: it[0] * it[1] + it[2]),
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_text_gives_a_value_or_is_rejected(name: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(HOSTILE)
    def check(text: str) -> None:
        with suppress(Rejected, CopydeskError):
            FUNCTIONS[name](text)

    check()


@pytest.mark.parametrize("shape", [name for name, _ in pages()])
def test_a_hostile_page_gives_an_article_or_is_rejected(shape: str) -> None:
    assert kind_of(read_page_bytes, dict(pages())[shape](300).encode(), 60) is None


@pytest.mark.parametrize("shape", [name for name, _ in feeds()])
def test_a_hostile_feed_gives_entries_or_is_rejected(shape: str) -> None:
    assert kind_of(read_feed_bytes, dict(feeds())[shape](300).encode(), 60) is None


@pytest.mark.parametrize("reader", [PAGES, FEEDS], ids=["pages", "feeds"])
def test_mutated_documents_are_read_or_rejected(reader: Reader) -> None:
    draw, seeds = random.Random(7), seeds_of(reader, None)
    bodies = [mutated(draw, draw.choice(seeds), seeds) for _ in range(40)]
    assert [kind for body in bodies if (kind := kind_of(reader.read, body, 60))] == []


def test_the_fuzzer_names_what_was_raised_and_minimizes_it() -> None:
    def read(body: bytes) -> object:
        return body.index(b"a") if b"!" in body else None

    kind = kind_of(read, b"xyz!xyz", 60)
    assert kind == "ValueError in nothing of ours"
    assert minimized(b"xyz!xyz", lambda body: kind_of(read, body, 60) == kind, 60) == b"!"


def test_rights_of_thousands_of_signs_end() -> None:
    credit = find_agency(source=SOURCE, byline=None, body="", rights="© " * 10_000 + "x AP")
    assert credit.agency is None
    assert find_agency(source=SOURCE, byline=None, body="", rights="© © 2026 AP").agency == "AP"


def test_a_last_paragraph_of_brackets_ends() -> None:
    body = ".(,,)" * 40_000 + "a AP"
    assert find_agency(source=SOURCE, byline=None, body=body).agency is None
    assert find_agency(source=SOURCE, byline=None, body="The vote. " * 1000 + "It was close. (AP)").agency == "AP"


def test_a_byline_of_agencies_ends() -> None:
    assert find_agency(source=SOURCE, byline="AP and " * 10_000, body="").agency == "AP"


def test_lines_with_one_beginning_end() -> None:
    start = "the council met on tuesday and the vote "
    lines = [start * 8_000, *(f"{start}{number}" for number in range(8_000))]
    assert clean_body("\n".join(lines)).startswith("the council")


def test_a_pull_quote_is_found_anywhere_in_its_line() -> None:
    quote = "We will not close the ferry this winter or any other"
    story = f"The mayor was clear on Tuesday. {quote}, she told the council, and nobody answered."
    assert clean_body("\n".join(["The vote was close.", quote, story, "Rain is expected on Friday."])).split("\n") == [
        "The vote was close.",
        story,
        "Rain is expected on Friday.",
    ]


def test_thousands_of_links_in_capitals_end() -> None:
    line = "THE VOTE OF THE DAY"
    markup = f"<p>{line}</p><p>" + f"<a href=/>{line}</a> " * 12_000 + "</p>"
    assert kind_of(read_page_bytes, f"<html><body><article>{markup}</article></body></html>".encode(), 60) is None


def test_names_that_are_referred_to_again_and_again_end() -> None:
    person = {"@id": "#a", "@type": "Person", "name": [f"Jane {number}" for number in range(10_000)]}
    authors = [[[{"@id": "#a"}] * 30] * 30] * 30
    text = json.dumps([person, {"@type": "NewsArticle", "headline": "The vote", "author": authors}])
    tree = tree_of(f"<html><script type='application/ld+json'>{text}</script></html>")
    assert len(linked_article(tree.iter("script"), [], ["The vote"]).persons) == 100


def test_a_headline_in_many_lists_is_none() -> None:
    text = '{"@type": "NewsArticle", "headline": ' + "[" * 400 + '"a"' + "]" * 400 + "}"
    tree = tree_of(f"<html><script type='application/ld+json'>{text}</script></html>")
    assert linked_article(tree.iter("script"), [], []).headline is None


def test_tags_without_an_end_end() -> None:
    assert content_text("<" + "a" * 50_000) == "<" + "a" * 49_999
    assert named_feeds((b"<link " + b"a" * 1990 + b">") * 150, "http://post.example/") == ()
    assert fresh_sitemaps(b"<sitemapindex ><loc>" + b" " * 100_000 + b"<x", NOW) == ()


@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_lines_without_end_before_a_feed_that_is_not_well_formed_cost_no_item(charset: str) -> None:
    feed = (
        f"<?xml version='1.0' encoding='{charset}'?>"
        + "\n" * 100_001
        + "<rss><channel><item><link>http://a.example/1</link></item></rss>"
    )
    found = read_feed(feed.encode(charset), {}, "http://post.example/", source=SOURCE, feed_url="f", seen_at=NOW)
    assert [entry.url for entry in found.entries] == ["http://a.example/1"]


def test_declarations_without_end_are_refused() -> None:
    feed = (
        "<!DOCTYPE a [" + "\n<!ENTITY a " * 100_000 + "<rss><channel><item><link>http://a.example/1</link></item></rss>"
    )
    with pytest.raises(Rejected, match="declarations"):
        read_feed(feed.encode(), {}, "http://post.example/", source=SOURCE, feed_url="f", seen_at=NOW)


def test_a_location_with_spaces_around_it_is_read() -> None:
    body = b"<sitemapindex ><sitemap><loc>\n  http://post.example/news.xml\n </loc></sitemap></sitemapindex>"
    assert fresh_sitemaps(body, NOW) == ("http://post.example/news.xml",)


def test_references_of_thousands_of_digits_are_no_characters() -> None:
    assert unescape("a&#" + "9" * 5_000 + ";b") == "a\ufffdb"
    assert unescape("&#" + "0" * 5_000 + "65;") == "A"
    assert unescape("&amp;&#65;") == "&A"


def test_combining_marks_are_sorted_up_to_thirty() -> None:
    text = "a" + "\u0301\u0323" * 50_000 + "b"
    assert len(normalize("NFKD", text)) == 32
    assert normalize("NFC", "e\u0301") == "é"


def test_long_addresses_are_rejected() -> None:
    long = "http://post.example/" + "a" * LONGEST_URL
    for read in (normalize_url, request_url, lambda url: absolute_url(url, "http://post.example/")):
        with pytest.raises(Rejected) as rejected:
            read(long)
        assert rejected.value.reason is Reason.BAD_URL
    assert site("http://[") == site(long) == ""


@pytest.mark.parametrize(
    "reference", ["&#x110000;", "&#99999999999;", "&#" + "9" * 5_000 + ";", "&#" + "0" * 5_000 + "9999999;"]
)
def test_a_reference_beyond_unicode_costs_its_character_only(reference: str) -> None:
    assert _titles(
        f"<rss version='2.0'><channel><item><title>A{reference}B</title><link>/a</link></item></channel></rss>"
    ) == ["A\ufffdB"]


@pytest.mark.parametrize(
    "body",
    ["<item<category</item>></category>", "</width>", "<>&#9999999999", f"<rss><a {'x ' * 20_000}></b>"],
)
def test_what_feedparser_fails_on_is_rejected(body: str) -> None:
    with pytest.raises(Rejected):
        _titles(body)


def test_an_item_that_is_not_well_formed_keeps_some_of_its_categories() -> None:
    item = (
        "<item><title>The vote</title>"
        + "".join(f"<category>a{number}</category>" for number in range(20_000))
        + "</item>"
    )
    content = _read(f"<rss version='2.0'><channel>{item}<a b=c>&")
    assert len(content.entries[0].categories) == 500


def test_authors_of_a_feed_count_for_each_item_up_to_a_bound() -> None:
    authors = [{"name": f"Jane {number}"} for number in range(20_000)]
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "authors": authors,
        "items": [{"id": str(at)} for at in range(5_000)],
    }
    content = _read(json.dumps(body))
    assert (content.entries[-1].byline or "").split(", ")[-1] == f"Jane {MOST_AUTHORS - 1}"


def test_a_long_base_is_ignored() -> None:
    base = "http://post.example/" + "a/" * LONGEST_BASE
    item = "<item><title>The vote</title><link>/vote</link></item>"
    content = _read(f"<rss version='2.0' xml:base='{base}'><channel>{item}</channel></rss>")
    assert content.entries[0].url == "http://post.example/vote"


def test_escaped_markup_is_escaped_once_more_and_ends() -> None:
    text = "<b>x</b>"
    for _ in range(50):
        text = html.escape(text)
    assert isinstance(FUNCTIONS["split_byline"](text[:2000]), tuple)


def _read(body: str) -> FeedContent:
    return read_feed(body.encode(), {}, "http://post.example/feed", source=SOURCE, feed_url="f", seen_at=NOW)


def _titles(body: str) -> list[str | None]:
    return [entry.title for entry in _read(body).entries]

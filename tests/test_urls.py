import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Reason, Rejected
from transforms.urls import absolute_url, canonical_url, digest, entry_key, normalize_url, url_key


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Example.COM:80/a/b/../c?b=2&a=1#frag", "http://example.com/a/c?b=2&a=1"),
        ("https://example.com:443", "https://example.com/"),
        ("http://example.com:8080/x", "http://example.com:8080/x"),
        ("http://bücher.example/é", "http://xn--bcher-kva.example/%C3%A9"),
        ("https://e.example/s?id=5&utm_source=rss&fbclid=9&xtor=1", "https://e.example/s?id=5"),
        ("https://e.example/s?utm_source=rss", "https://e.example/s"),
        ("https://e.example/s?cid=5&source=x&ref=y", "https://e.example/s?cid=5&source=x&ref=y"),
        ("https://user:secret@e.example/s", "https://e.example/s"),
        ("  http://e.example/a b ", "http://e.example/a%20b"),
        ("http://A.bücher.example/", "http://a.xn--bcher-kva.example/"),
    ],
)
def test_a_normalized_address_has_one_spelling_and_no_trackers(url: str, normal: str) -> None:
    assert normalize_url(url) == normal


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://e.example/x",
        "//e.example/x",
        "/x",
        "",
        "http:///x",
        "http://[::1",
        "http://[]@",
        "mailto:a@b.c",
    ],
)
def test_what_is_not_a_web_address_is_rejected(url: str) -> None:
    with pytest.raises(Rejected) as caught:
        normalize_url(url)
    assert caught.value.reason is Reason.BAD_URL


@given(st.text(max_size=60), st.sampled_from(["http://", "https://", ""]))
@settings(max_examples=300)
def test_normalization_is_idempotent_and_raises_only_rejected(text: str, scheme: str) -> None:
    try:
        once = normalize_url(scheme + text)
    except Rejected:
        return
    assert normalize_url(once) == once


@pytest.mark.parametrize(
    ("final", "declared", "canonical"),
    [
        ("http://www.e.example/a?utm_source=x", None, "http://www.e.example/a"),
        ("http://m.news.co.uk/a", "https://www.news.co.uk/a", "https://www.news.co.uk/a"),
        ("http://www.e.example/a", "/b?x=1", "http://www.e.example/b?x=1"),
        ("http://www.e.example/a", "https://www.e.example/", "http://www.e.example/a"),  # its front page
        ("http://www.news.co.uk/a", "https://www.other.co.uk/a", "http://www.news.co.uk/a"),  # another site
        ("http://www.e.example/a", "javascript:void(0)", "http://www.e.example/a"),
        ("http://www.e.example/", "http://www.e.example/", "http://www.e.example/"),
    ],
)
def test_a_declared_canonical_address_must_be_plausible(final: str, declared: str | None, canonical: str) -> None:
    assert canonical_url(final, declared) == canonical


def test_one_page_of_one_source_has_one_key() -> None:
    key = url_key("ap", "http://e.example/a/")
    assert key == url_key("ap", "https://E.example/a?utm_medium=rss#top")
    assert key != url_key("ap", "http://e.example/b")
    assert key != url_key("other", "http://e.example/a/")
    assert len(key) == 32


def test_entries_that_share_an_id_are_told_apart_by_their_address() -> None:
    assert entry_key("ap", "same", "http://e.example/a") != entry_key("ap", "same", "http://e.example/b")


def test_relative_links_are_resolved_against_the_feed() -> None:
    assert absolute_url("/story?a=1", "http://e.example/feeds/rss") == "http://e.example/story?a=1"
    assert (
        absolute_url("http://e.example/it%27s%c3%a9?q=%2c", "http://e.example/")
        == "http://e.example/it%27s%c3%a9?q=%2c"
    )


def test_a_digest_depends_on_the_parts_and_their_order_and_takes_text_as_utf8() -> None:
    assert digest("a", "é") == digest(b"a", "é".encode()) == hashlib.sha256("a\0é".encode()).hexdigest()[:32]
    assert len({digest("a", "b"), digest("b", "a"), digest("ab"), digest("a", "b", "")}) == 4

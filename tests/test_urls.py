import hashlib
from operator import itemgetter
from urllib.parse import urljoin

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from w3lib.url import safe_url_string
from yarl import URL

from schemas import Reason, Rejected
from transforms import urls
from transforms.urls import (
    absolute_url,
    canonical_url,
    digest,
    entry_key,
    is_front_page,
    normalize_url,
    url_key,
    without_credentials,
)


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
    ("address", "plain"),
    [
        ("https://user:secret@e.example/s", "https://e.example/s"),
        (" HTTPS://user@e.example:8443/s", " HTTPS://e.example:8443/s"),
        ("//a@b:c@e.example", "//e.example"),
        ("ftp://user:secret@e.example/s", "ftp://e.example/s"),
        ("https://e.example/@user:1", "https://e.example/@user:1"),
        ("https://e.example?a=b@c", "https://e.example?a=b@c"),
        ("https://e.example\\@f.example/", "https://e.example\\@f.example/"),
        ("mailto:desk@e.example", "mailto:desk@e.example"),
        ("", ""),
    ],
)
def test_credentials_are_cut_from_an_address(address: str, plain: str) -> None:
    assert without_credentials(address) == plain


HOSTS = (
    "e.example",
    "E.example",
    "xn--e-ga.example",
    "e..example",
    ".e",
    "127.0.0.1",
    "e_e.example",
    f"{'e' * 70}.example",
)


@given(
    st.sampled_from(("http", "https", "HTTP", "ftp")),
    st.sampled_from(HOSTS),
    st.text("ae.-~!$&*+,=:@%/?#;'|[] é\"<>2F", max_size=12),
)
@example("http", "e.example", "#<")
@example("http", "e.example", "a?b;>")
def test_clean_addresses_are_as_w3lib_makes_them(scheme: str, host: str, rest: str) -> None:
    link = f"{scheme}://{host}/{rest}".strip()
    try:
        right = without_credentials(safe_url_string(urljoin("https://e.example/feed", link)))
    except ValueError:
        return
    assert absolute_url(link, "https://e.example/feed") == right


@given(
    st.from_regex(r"/{1,3}[a-c./:?#;%&=@~ -]{0,20}", fullmatch=True),
    st.from_regex(r"(?:https|HTTP|file)://(?:u:p@)?[a-c.]{1,5}(?:/[a-c./?#:]{0,9})?", fullmatch=True),
)
def test_a_link_from_the_root_is_joined_as_any_other(link: str, base: str) -> None:
    try:
        right = without_credentials(safe_url_string(urljoin(base, link.strip())))
    except ValueError:
        return
    assert absolute_url(link, base) == right


@pytest.mark.parametrize("link", ["https://u:p@e.example/s", "//u:p@e.example/s", "/s"])
def test_a_link_has_no_credentials(link: str) -> None:
    assert absolute_url(link, "https://u:p@e.example/feed") == "https://e.example/s"


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


@given(st.from_regex(urls._NORMAL, fullmatch=True))
def test_an_address_in_its_normal_form_is_one(address: str) -> None:
    assert urls._normalized(URL(address)) == address == normalize_url(address)


@pytest.mark.parametrize(
    ("final", "declared", "canonical"),
    [
        ("http://www.e.example/a?utm_source=x", None, "http://www.e.example/a"),
        ("http://m.news.co.uk/a", "https://www.news.co.uk/a", "https://www.news.co.uk/a"),
        ("http://www.e.example/a", "/a?x=1", "http://www.e.example/a?x=1"),
        ("http://www.e.example/a", "https://www.e.example/", "http://www.e.example/a"),  # its front page
        ("http://www.news.co.uk/a", "https://www.other.co.uk/a", "http://www.news.co.uk/a"),  # another site
        ("http://www.e.example/a", "javascript:void(0)", "http://www.e.example/a"),
        ("http://www.e.example/", "http://www.e.example/", "http://www.e.example/"),
    ],
)
def test_a_declared_canonical_address_must_be_plausible(final: str, declared: str | None, canonical: str) -> None:
    assert canonical_url(final, declared) == canonical


SLUG = "http://www.e.org/2026/11/20/mayor-opens-new-hall"


@pytest.mark.parametrize(
    ("final", "declared"),
    [
        (SLUG, "/2026/11/20/mayor-opens-new-hall/"),
        (SLUG + "?ref=rss", "/2026/11/20/mayor-opens-new-hall"),
        (SLUG + "/amp", SLUG),
        (SLUG + ".amp.html", SLUG + ".html"),
        (SLUG + "?amp=1", SLUG),
        (SLUG.replace("www.", "amp."), SLUG),
        (SLUG.replace("www.", "m."), SLUG),
        (SLUG, "https://news.e.org/local/2026/11/20/mayor-opens-new-hall.html"),
        (SLUG, "www.e.org/2026/11/20/mayor-opens-new-hall"),
        (SLUG.replace("mayor", "ma%C3%BCor"), SLUG.replace("mayor", "mauor")),
        ("http://e.org/old-title-of-it-7654321", "http://e.org/news/new-title-of-it-7654321"),
        ("http://e.org/local/1234567.html?ticket=ST-9", "http://e.org/local/1234567.html"),
        ("http://m.e.org/a?id=10", "http://e.org/a?id=10"),
        ("http://e.org/article.php?id=10", "/article.php?id=10&full=1"),
        ("http://e.org/article.php?id=1234567", "/news/mayor-opens-hall-1234567"),
        ("http://e.org/sport/7", "http://e.org/en/sport/7"),
        ("http://e.org/", "http://e.org/2026/11/20/mayor-opens-new-hall"),
    ],
)
def test_another_address_of_the_same_page_is_its_canonical_address(final: str, declared: str) -> None:
    right = f"http://{declared}" if declared.startswith("www.") else absolute_url(declared, final)
    assert canonical_url(final, declared) == right


@pytest.mark.parametrize(
    ("final", "declared"),
    [
        (SLUG, "/index.html"),
        (SLUG, "/en/"),
        (SLUG, "/?from=rss"),
        (SLUG, "/2026/11/20/"),
        (SLUG, "/news/"),
        (SLUG, "null"),
        (SLUG, "undefined"),
        (SLUG, "/mayor-opens-new-hall"),  # the one of another day has the same slug
        (SLUG, "/2026/20/11/mayor-opens-new-hall"),
        (SLUG, "https%3A%2F%2Fwww.e.org%2F2026%2F11%2F20%2Fmayor-opens-new-hall"),
        (SLUG + "-2", SLUG),
        ("http://e.org/article.php?id=10", "/article.php"),
        ("http://e.org/article.php?id=10", "/article.php?id=11"),
        ("http://e.org/article.php?id=10", "/video.php?id=10"),
        ("http://e.org/articles-of-our-house.html?newsID=10", "/articles-of-our-house.html"),
        ("http://e.org/?p=10", "/?p=11"),
        ("http://e.org/?p=10", "/"),
        ("http://e.org/news/1.html", "/sport/1.html"),
        ("http://e.org/news/12", "/2026/12/hall"),
        ("http://one.e.org/1", "http://e.org/1"),
        ("http://e.org/local/hall", "/hall"),
        ("http://e.org/20261120/briefing", "/20261121/briefing"),
    ],
)
def test_an_address_that_may_be_of_several_pages_is_no_canonical_address(final: str, declared: str) -> None:
    assert canonical_url(final, declared) == normalize_url(final)


WORDS = st.sampled_from("mayor opens hall storm hits port bridge vote budget 2 3 2026".split())
FORMS = (
    "/{section}/{slug}-{number}",
    "/{section}/{slug}-{number}/amp",
    "/{section}/{number}.html",
    "/{section}/{number}/{slug}",
    "/2026/11/{day}/{slug}-{number}/",
    "/{slug}.php?id={number}",
    "/article.php?id={number}&x={slug}",
    "/?p={number}",
    "/{section}?newsid={number}",
)


@st.composite
def articles(draw: st.DrawFn) -> tuple[int, str]:
    """An article's number and its address, which has the number."""
    number = draw(st.integers(1, 99) | st.integers(1, 99_999_999))
    section = draw(st.sampled_from(["news", "sport", "news/local"]))
    slug, day = "-".join(draw(st.lists(WORDS, min_size=1, max_size=5))), draw(st.integers(1, 28))
    return number, draw(st.sampled_from(FORMS)).format(section=section, slug=slug, number=number, day=day)


@given(
    articles(),
    articles(),
    st.sampled_from(["/", "/index.php", "/news/", "/?x=1", "null", "#"]) | articles().map(itemgetter(1)),
)
@example((1, "/article.php?id=1&x=3"), (3, "/article.php?id=3&x=mayor"), "/")
@settings(max_examples=1000)
def test_different_articles_never_get_one_canonical_address(
    one: tuple[int, str], other: tuple[int, str], declared: str
) -> None:
    assume(one[0] != other[0])
    for address in (declared, one[1], other[1]):
        keys = {url_key("s", canonical_url(f"http://e.org{final}", address)) for _, final in (one, other)}
        assert len(keys) == 2


@pytest.mark.parametrize("url", ["http://e.org", "http://e.org/index.php", "https://e.org/en/?utm_source=x"])
def test_a_front_page_is_known_by_its_address(url: str) -> None:
    assert is_front_page(url)


@pytest.mark.parametrize("url", ["http://e.org/?p=1", "http://e.org/index.php?id=1", "http://e.org/news", "x"])
def test_any_other_address_is_no_front_page(url: str) -> None:
    assert not is_front_page(url)


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

"""Bytes to a tree: charsets, bot walls, and elements that would keep the parser busy for hours."""

from __future__ import annotations

import pytest

from tests.support.pages import PARAGRAPHS, SENTENCES, article_of, document, page_of
from transforms.extraction.article import extract_article
from transforms.extraction.html import MOST_ATTRIBUTES, has_too_many_attributes

ENDLESS = " ".join(f"a{number}" for number in range(MOST_ATTRIBUTES + 1))
VALUED = " ".join(f'a{number}=">"' for number in range(MOST_ATTRIBUTES + 1))
HONEST = " ".join(f'a{number}="1"' for number in range(MOST_ATTRIBUTES))


@pytest.mark.parametrize(
    "page",
    [
        f"<p {ENDLESS}>text</p>",
        f"<p {VALUED}>text</p>",
        f"<p\n{ENDLESS.replace(' ', '/')}>text</p>",
        f"<script {ENDLESS}>1</script>",
        f"<p>a < b</p><P {ENDLESS}",
        f"<!-- a --><p {ENDLESS}>",
        f"<!--><p {ENDLESS}>-->",
        f"<!-- --!><p {ENDLESS}>-->",
        f"<script>'<p>'</script><p {ENDLESS}>",
        f"<script></style></SCRIPT ><p {ENDLESS}>",
        f"<textarea><script></textarea><p {ENDLESS}></script>",
        f'<p ="><p {ENDLESS}>">',
    ],
)
def test_more_attributes_than_any_page_has(page: str) -> None:
    assert has_too_many_attributes(page)


@pytest.mark.parametrize(
    "page",
    [
        f"<p {HONEST}>text</p>",
        f"<!-- <p {ENDLESS}> -->",
        f"<script>x = '<p {ENDLESS}>'</script>",
        f"<p {HONEST}></p>" * 3,
        "<p>" + "a " * 5_000 + "</p>",
        "<img src='" + "a=b " * 5_000 + "'>",
        "a < b " * 5_000,
        "",
    ],
)
def test_attributes_as_pages_have_them(page: str) -> None:
    assert not has_too_many_attributes(page)


@pytest.mark.parametrize(
    "pattern", ["<", "= ", '=" ', "<p a='", "<!--", "a=1 ", "<script>", "<script><", '<p a="', "='", "<p ", "</script"]
)
def test_hostile_text_takes_neither_long_nor_much(pattern: str) -> None:
    """Ends at all: what takes the square of its length here would take hours."""
    has_too_many_attributes("<p " + pattern * (4_000_000 // len(pattern)))
    has_too_many_attributes(pattern * (4_000_000 // len(pattern)))


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


def test_a_page_of_many_elements_is_an_article() -> None:
    article = article_of(document(PARAGRAPHS + "<table>" + "<tr><td>one</td></tr>" * 3_000 + "</table>"))
    assert set(SENTENCES) <= set(article.body.split("\n"))


def test_an_article_about_bot_walls_is_an_article() -> None:
    extra = "<p>Verify you are human, the page said, and checking your browser took an hour.</p>"
    assert "Verify you are human" in article_of(document(PARAGRAPHS * 5 + extra)).body

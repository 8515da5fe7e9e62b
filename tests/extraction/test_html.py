"""Bytes to a tree: charsets, bot walls, and elements that would keep the parser busy for hours."""

from __future__ import annotations

from html import unescape

import pytest
from lxml.html import document_fromstring, tostring

from tests.support.pages import PARAGRAPHS, SENTENCES, article_of, document, page_of, tree_of
from transforms.extraction.article import extract_article
from transforms.extraction.html import (
    MOST_ATTRIBUTES,
    decode_page,
    drop_elements,
    has_too_many_attributes,
)

ENDLESS = " ".join(f"a{number}" for number in range(MOST_ATTRIBUTES + 1))
VALUED = " ".join(f'a{number}=">"' for number in range(MOST_ATTRIBUTES + 1))
LIKE_TAGS = " ".join(f"""a{number}='"><p class="b" id='""" for number in range(MOST_ATTRIBUTES + 1))
"""Values that look like the ends and beginnings of tags."""
HONEST = " ".join(f'a{number}="1"' for number in range(MOST_ATTRIBUTES))


@pytest.mark.parametrize(
    "page",
    [
        f"<p {ENDLESS}>text</p>",
        f"<p {VALUED}>text</p>",
        f"<p {LIKE_TAGS}>text</p>",
        f"<p class='a'>it's</p><p {LIKE_TAGS}>text</p>",
        f"<p>text</p>{'<b>a</b>' * 500}<p {ENDLESS}>text</p>{'<b>a</b>' * 500}",
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
    assert has_too_many_attributes(page.encode())


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
    assert not has_too_many_attributes(page.encode())


@pytest.mark.parametrize(
    "pattern", ["<", "= ", '=" ', "<p a='", "<!--", "a=1 ", "<script>", "<script><", '<p a="', "='", "<p ", "</script"]
)
def test_hostile_text_takes_neither_long_nor_much(pattern: str) -> None:
    """Ends at all: what takes the square of its length here would take hours."""
    has_too_many_attributes(("<p " + pattern * (4_000_000 // len(pattern))).encode())
    has_too_many_attributes((pattern * (4_000_000 // len(pattern))).encode())


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
        ("windows-1252", "text/html; charset=utf-8", '<meta charset="windows-1252">'),
    ],
)
def test_the_charset_is_found_whatever_is_declared(encoding: str, content_type: str | None, meta: str) -> None:
    text = document(
        head=meta,
        body=PARAGRAPHS + "<p>Señora Muñoz crossed at noon, naïve as ever, and paid for a café crème über alles.</p>",
    )
    body = extract_article(page_of(text.encode(encoding), content_type), "run-1").article.body
    assert "Señora Muñoz crossed at noon, naïve as ever, and paid for a café crème" in body


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "市議會星期二晚上批准了新的渡輪時刻表,居民對此表示歡迎。" * 8),
        ("shift_jis", "市議会は火曜日の夜、新しいフェリーの時刻表を承認した。" * 8),
        ("euc-kr", "시의회는 화요일 저녁 새로운 여객선 시간표를 승인했다. " * 8),
        ("windows-1251", "Городской совет во вторник утвердил новое расписание паромов. " * 8),
        ("iso-8859-9", "Belediye meclisi salı akşamı yeni vapur tarifesini onayladı, öğrenciler şaşırdı. " * 8),
    ],
)
@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/html;charset=UTF8"])
def test_a_header_that_says_utf8_yields_to_the_page_when_the_bytes_are_not(
    encoding: str, text: str, content_type: str
) -> None:
    html = document(head=f'<meta charset="{encoding}">', body=f"<p>{text}</p>", above="")
    assert text in decode_page(html.encode(encoding), content_type)


@pytest.mark.parametrize("meta", ["", '<meta charset="iso-8859-1">'])
def test_a_page_in_damaged_utf8_stays_utf8(meta: str) -> None:
    text = "Señora Muñoz crossed at noon, naïve as ever, and paid for a café crème über alles. " * 8
    damaged = document(head=meta, body=f"<p>{text}</p>").encode().replace(b"</p>", b"\xc3</p>", 1)
    assert text in decode_page(damaged, "text/html; charset=utf-8")


@pytest.mark.parametrize("content_type", [None, "text/html; charset=utf-8"])
def test_an_undeclared_charset_is_detected(content_type: str | None) -> None:
    russian = (
        "Мост через гавань закроют для грузовиков в понедельник, сообщили в порту после ночного осмотра опор. " * 5
    )
    page = page_of(document(body=f"<p>{russian}</p>", above="").encode("windows-1251"), content_type)
    assert extract_article(page, "run-1").article.body == russian.strip()


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "undefined", "unicode_escape", "rot13", "base64", "zlib", "utf-7", "mbcs"]
)
@pytest.mark.parametrize("place", ["header", "page"])
def test_a_codec_that_is_no_charset_of_pages_is_passed_over(charset: str, place: str) -> None:
    meta = f"<meta charset={charset}>" if place == "page" else ""
    page = document(head=meta).replace("port authority", "autorité du port").encode("cp1252")
    content_type = f"text/html; charset={charset}" if place == "header" else None
    assert "autorité du port" in extract_article(page_of(page, content_type), "run").article.body


def test_nul_bytes_are_removed() -> None:
    assert article_of(document().replace("ferry", "fer\0ry").replace("bridge", "bri\0dge")).body == "\n".join(SENTENCES)


def test_a_page_of_many_elements_is_an_article() -> None:
    article = article_of(document(PARAGRAPHS + "<table>" + "<tr><td>one</td></tr>" * 3_000 + "</table>"))
    assert set(SENTENCES) <= set(article.body.split("\n"))


def test_an_article_about_bot_walls_is_an_article() -> None:
    extra = "<p>Verify you are human, the page said, and checking your browser took an hour.</p>"
    assert "Verify you are human" in article_of(document(PARAGRAPHS * 5 + extra)).body


@pytest.mark.parametrize("reference", ["&#11;", "&#x1B;", "&#0008", "&#xFFFE;", "&#12;"])
def test_a_reference_to_a_forbidden_character_costs_that_character_only(reference: str) -> None:
    marked = document(above=f"<h1>The {reference}vote</h1>").replace("<p>", f"<p>{reference}")
    assert (article_of(marked).headline, article_of(marked).body) == (
        article_of(document(above="<h1>The vote</h1>")).headline,
        article_of(document(above="<h1>The vote</h1>")).body,
    )


@pytest.mark.parametrize("reference", ["&#10;", "&#13;", "&#112;", "&#x1F600;", "&#8364;", "&#655340;", "&#xb;ar"])
def test_other_references_stay(reference: str) -> None:
    text = "".join(tree_of(f"<p>a{reference}b</p>").itertext())
    assert text == "a" + unescape(reference.replace("&#xb;", "")) + "b"


def test_elements_are_dropped_with_all_that_they_hold_and_the_text_after_them_stays() -> None:
    tree = document_fromstring("<div>a<p>b<i>c</i>d</p>e<p><i>f</i></p>g<p>h</p></div>")
    drop_elements(tree, [tree, *tree.iter("i"), *list(tree.iter("p"))[:2]])
    assert tostring(tree.find("body/div")) == b"<div>aeg<p>h</p></div>"
    assert tree.tag == "html"

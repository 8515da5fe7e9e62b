"""Which answers are pages, by their media type and their first bytes."""

import pytest

from schemas import Reason, Rejected
from transforms.web.media_types import begins_like_html, is_page, may_be_page, media_type, require_page

PAGE = b"<!DOCTYPE html>\n<html><body><p>Story</p></body></html>"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        (None, ""),
        ("", ""),
        ("text/html", "text/html"),
        (" TEXT/HTML ; charset=utf-8", "text/html"),
        ("text/html charset=utf-8", "text/html"),
        ("text/html,charset=utf-8", "text/html"),
        ("text/plain, text/html; charset=utf-8", "text/html"),
        ("text/html, */*", "text/html"),
        ("*/*", ""),
        ("charset=utf-8", ""),
        ("; charset=utf-8", ""),
        ("html", ""),
    ],
)
def test_a_media_type_has_no_parameters_and_no_capitals(content_type: str | None, expected: str) -> None:
    assert media_type(content_type) == expected


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "text/htm",
        "HTML",
        "html; charset=utf-8",
        "application/xhtml+xml",
        "text/x-html",
        "application/html",
    ],
)
def test_some_types_state_html(content_type: str) -> None:
    assert may_be_page(content_type) is True


@pytest.mark.parametrize(
    "content_type",
    [
        "Application/PDF",
        "image/svg+xml",
        "video/mp4",
        "application/json",
        "application/ld+json",
        "application/rss+xml",
        "text/css",
        "text/javascript; charset=utf-8",
        "application/epub+zip",
    ],
)
def test_some_types_state_another_medium(content_type: str) -> None:
    assert may_be_page(content_type) is False
    with pytest.raises(Rejected) as caught:
        require_page(content_type, PAGE)
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_HTML, media_type(content_type))


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "*/*",
        "charset=utf-8",
        "text/plain",
        "text/xml",
        "application/xml",
        "application/octet-stream",
        "binary/octet-stream",
        "application/x-unknown-content-type",
        "unknown/unknown",
        "none",
        "utf-8",
        "httpd/unix-directory",
    ],
)
def test_where_no_medium_is_stated_the_content_decides(content_type: str | None) -> None:
    assert may_be_page(content_type) is None
    require_page(content_type, PAGE)
    for body in (
        b"%PDF-1.7",
        b"User-agent: *\nDisallow: /",
        b'{"html": "<html>"}',
        b"<rss version='2.0'><channel>",
    ):
        with pytest.raises(Rejected) as caught:
            require_page(content_type, body)
        assert caught.value.reason is Reason.NOT_HTML


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        b"\xef\xbb\xbf\r\n " + PAGE,
        PAGE.decode().encode("utf-16"),
        b'<?xml version="1.0"?>\n<!-- made by hand -->\n<html xmlns="http://www.w3.org/1999/xhtml">',
        b"<HEAD><title>x</title>",
        b"<meta charset=utf-8><p>x",
        b"<p>x</p>",
        b"Warning: undefined index in /a.php\n<!doctype HTML><html>",
        b"<article>x",
    ],
)
def test_html_is_known_by_its_first_bytes(body: bytes) -> None:
    assert begins_like_html(body)


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><urlset>',
        b'<?xml version="1.0"?><svg><body>',
        b"<pre-release>",
        b"<base64>",
        b"a < b and <html",
        b"[1]",
        b"\x89PNG\r\n",
        b"plain text",
    ],
)
def test_other_content_is_not(body: bytes) -> None:
    assert not begins_like_html(body)


def test_binary_content_is_no_page_whatever_is_stated() -> None:
    assert is_page("text/html", b"text")
    for body in (b"%PDF-1.4", b"\0\0\0\x20ftypisom", b" PK\x03\x04"):
        with pytest.raises(Rejected) as caught:
            require_page("text/html", body)
        assert caught.value.detail == "the content is binary"


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel><item><description>The vote was close.</description></item>",
        b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by hand -->\n<feed xmlns='http://www.w3.org/2005/Atom'>",
        b"<?xml version='1.0'?><RDF:RDF>",
        b"<?xml version='1.0'?><urlset><url>",
        b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>",
        b'{"error": "not found", "html": "<p>a</p>"}',
        b"{}",
        b'\n[{"text": "a"}]',
        b"[]",
        b"(function(){var a=1;window.b=function(){return a};})();",
        b"body{margin:0} .a > .b{color:red}",
        b"Just a line of text, and no markup: 1 < 2",
    ],
)
def test_what_is_called_html_and_is_none_is_no_page(body: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        require_page("text/html; charset=utf-8", body)
    assert caught.value.reason is Reason.NOT_HTML


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"Text first, <b>markup</b> later",
        b"[Updated] <p>The vote was close.</p>",
        b"{{ header }}<p>The vote was close.</p>",
        b"<svg style='display:none'></svg><p>The vote was close.</p>",
        b"<error-page><p>a</p></error-page>",
        "<p>The vote was close.</p>".encode("utf-16-le"),
        b"var a=1;\n</script><p>The vote was close.</p>",
    ],
)
def test_what_is_called_html_and_has_markup_is_a_page(body: bytes) -> None:
    require_page("text/html", body)


def test_an_empty_answer_is_a_page_without_text() -> None:
    require_page(None, b"\r\n ")

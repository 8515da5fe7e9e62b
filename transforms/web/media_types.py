"""Which answers are pages: by the media type that the Content-Type header states, else by the first bytes of the body."""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.reasons import Reason, Rejected

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
"""Media types of HTML."""

_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+")
_HTML = re.compile(r"(^|\W)x?html?($|\W)")
"""Names under which HTML is served: text/html, text/htm, html, application/vnd.wap.xhtml+xml."""
_OTHER_MEDIA = re.compile(
    r"(image|audio|video|font|model|message)/|text/(css|csv|calendar|vcard|(x-)?(java|ecma)script)$|.*[+/](json|zip)$|.*\+xml$"
)
_VAGUE_APPLICATIONS = re.compile(
    r"application/((x-)?unknown(-content-type)?|octet-stream|(x-)?(force-)?download|xml|text|x-httpd-php\d?|\*)$"
)
"""Types under application/ that say nothing about the content. All the others name a medium."""

_SNIFFED_BYTES = 4096
_BINARY = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"ID3")
"""First bytes of files that are no text."""
_PROLOGUE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:(?:<\?.*?\?>|<!--.*?-->)\s*)*", re.DOTALL)
_TAG = re.compile(
    rb"<(?:!doctype\s+html|!--|html|head|title|meta|link|base|script|style|iframe|body|header|main|article|section|nav"
    rb"|div|span|table|font|center|h[1-6]|ul|p|br|b|a|img)(?=[\s/>\[]|-|$)",
    re.IGNORECASE,
)
"""The tags of the WHATWG's MIME sniffing standard (7.1), and others that pages without a head begin with."""
_XML_ROOT = re.compile(rb"<((?:rss|feed|rdf:rdf|urlset|sitemapindex|opml|error)(?=[\s/>]))", re.IGNORECASE)
"""Roots of feeds, sitemaps, and of the errors of object stores."""
_JSON = re.compile(rb"""\{\s*(?:"[^"<>]{0,100}"\s*:|\})|\[\s*(?:[\[{"]|\])""")
_MARKUP = re.compile(rb"<[a-z!/?]", re.IGNORECASE)
_WIDE_TAG = re.compile(rb"(?:(?:\s\0)*(<\0[!?a-zA-Z]\0)|(?:\0\s)*\0<\0[!?a-zA-Z])")
_DOCUMENT = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)


@lru_cache(maxsize=256)
def media_type(content_type: str | None) -> str:
    """The media type that a Content-Type header states: lower-case, without parameters. Empty when it states none.

    Of several types in one header, the last one counts, as in browsers. ``*/*`` is no type, and neither is a word without a slash.
    """
    types = [_TYPE.match(part.strip()) for part in (content_type or "").split(",")]
    return next((found[0].lower() for found in reversed(types) if found and found[0] != "*/*"), "")


def may_be_page(content_type: str | None) -> bool | None:
    """True for a Content-Type that states HTML, False for one that states another medium, None when only the content can tell."""
    kind = media_type(content_type)
    if _HTML.search(kind or (content_type or "").partition(";")[0].strip().lower()):
        return True
    if _OTHER_MEDIA.match(kind) or (kind.startswith("application/") and not _VAGUE_APPLICATIONS.match(kind)):
        return False
    return None


def is_page(content_type: str | None, body: bytes) -> bool:
    """True for a page: its type states HTML, or its type states no medium and its content begins like HTML."""
    stated = may_be_page(content_type)
    return begins_like_html(body) if stated is None else stated


def begins_like_html(body: bytes) -> bool:
    """True when the first bytes are those of HTML: one of its tags, or a little text and then the beginning of a document."""
    start = body[:_SNIFFED_BYTES]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "ignore").encode()
    elif wide := utf16_without_mark(start):
        start = start.decode(wide, "ignore").encode()
    prologue = _PROLOGUE.match(start)
    start = start[prologue.end() :] if prologue else start
    if is_binary_file(start) or start.startswith((b"{", b"[")):
        return False
    return bool(_TAG.match(start) or (not start.startswith(b"<") and _DOCUMENT.search(start)))


def utf16_without_mark(body: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` for markup in UTF-16 without a byte-order mark, by its first tag; None for any other text."""
    found = _WIDE_TAG.match(body[:_SNIFFED_BYTES])
    return None if found is None else "utf-16-le" if found[1] else "utf-16-be"


def is_binary_file(body: bytes) -> bool:
    """True when the first bytes are those of a well-known format that is no text: PDF, PNG, ZIP, …"""
    start = body[:_SNIFFED_BYTES].lstrip()
    return start.startswith(_BINARY) or start[4:8] == b"ftyp"


def _other_than_stated(body: bytes) -> str | None:
    """What text is, in words, that servers call HTML although browsers could show nothing of it but its source; None for all other text."""
    start = body[:_SNIFFED_BYTES]
    prologue = _PROLOGUE.match(start)
    start = start[prologue.end() :] if prologue else start
    if root := _XML_ROOT.match(start):
        return f"XML ({root[1].decode()})"
    if _JSON.match(start):
        return "JSON"
    return "text without markup" if body.strip() and b"\0" not in start and _MARKUP.search(body) is None else None


def require_page_type(content_type: str | None) -> None:
    """Raises Rejected(NOT_HTML) when the header states another medium."""
    if may_be_page(content_type) is False:
        raise Rejected(Reason.NOT_HTML, media_type(content_type)[:100])


def require_page(content_type: str | None, body: bytes) -> None:
    """Raises Rejected(NOT_HTML) unless the answer is a page. An empty one is a page without text, whatever it is called."""
    require_page_type(content_type)
    if is_binary_file(body):
        raise Rejected(Reason.NOT_HTML, "the content is binary")
    if other := _other_than_stated(body):
        raise Rejected(Reason.NOT_HTML, f"the content is {other}")
    if body.strip() and not is_page(content_type, body):
        kind = media_type(content_type)[:100] or "no media type"
        raise Rejected(Reason.NOT_HTML, f"{kind}, and the content does not begin like HTML")

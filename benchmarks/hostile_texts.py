"""The functions that read hostile text, each as a function of one text, and the motifs that hostile texts repeat."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timezone
from itertools import product

from schemas import Source
from schemas.encodable import encodable
from schemas.plain_text import printable
from schemas.safe_text import normalize, unescape
from transforms.archives.entries import is_domain, site_source
from transforms.archives.warc import check_archive, read_records
from transforms.extraction.agency import find_agency
from transforms.extraction.agency_names import agency_names
from transforms.extraction.boilerplate import clean_body
from transforms.extraction.byline_labels import labelled_parts, names_writer
from transforms.extraction.bylines import is_cluttered, printed_byline, split_byline
from transforms.extraction.date_labels import kind_of
from transforms.extraction.dateline import read_dateline
from transforms.extraction.detected_language import detect_language
from transforms.extraction.folding import fold
from transforms.extraction.headline import publication_status, without_site
from transforms.extraction.html import decode_page, has_too_many_attributes, parse_page
from transforms.extraction.json_ld import linked_article, truth
from transforms.extraction.loose_json import read_loose_json
from transforms.extraction.page_kinds import reject_service_text
from transforms.extraction.scrambled import without_scrambled
from transforms.extraction.signatures import are_full_names
from transforms.extraction.text import clean, overlap, statement
from transforms.extraction.timestamps import find_stamps, parse_stamp
from transforms.extraction.words import content_hash, word_count
from transforms.feeds.autodiscovery import named_feeds
from transforms.feeds.entries import unwrapped
from transforms.feeds.json_feeds import read_json_items
from transforms.feeds.markup import body_text, content_text, title_text
from transforms.feeds.parse import read_feed
from transforms.feeds.sitemaps import fresh_sitemaps
from transforms.urls import (
    absolute_url,
    canonical_url,
    is_front_page,
    leads_to_section,
    normalize_url,
    path_names,
    site,
    url_key,
    without_credentials,
)
from transforms.web.addresses import literal_address, request_url
from transforms.web.decompress import codings_of
from transforms.web.heads import repaired
from transforms.web.media_types import begins_like_html, is_page, may_be_page
from transforms.web.refresh import refresh_target
from transforms.web.robots import Robots

NOW = datetime(2026, 10, 1, tzinfo=timezone.utc)
SOURCE = Source(id="post", kind="outlet", feeds=("http://post.example/feed",), name="Post")
_SITE = "http://post.example/"
_NAMES = agency_names()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decoded(text: str) -> str:
    """The text as it is after decoding: without lone surrogates."""
    return text.encode("utf-8", "replace").decode()


def _json_ld(text: str) -> object:
    tree = parse_page(
        f"<html><script type='application/ld+json'>{text}</script><p>a</p></html>".encode("utf-8", "replace")
    )
    return linked_article(tree.iter("script"), [_SITE], ["The vote"])


def _warc(text: str) -> object:
    content = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n" + _bytes(text)
    return sum(1 for _ in read_records(io.BytesIO(content), lambda _: True, 1 << 20))


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "split_byline": split_byline,
    "split_byline, outlets": lambda text: split_byline("Jane Doe", [text]),
    "labelled_parts": lambda text: labelled_parts(text[:2000]),
    "names_writer": names_writer,
    "are_full_names": lambda text: are_full_names(text[:200]),
    "read_loose_json": read_loose_json,
    "printed_byline": printed_byline,
    "is_cluttered": is_cluttered,
    "find_agency, byline": lambda text: find_agency(source=SOURCE, byline=text, body=""),
    "find_agency, body": lambda text: find_agency(source=SOURCE, byline=None, body=text),
    "find_agency, rights": lambda text: find_agency(source=SOURCE, byline=None, body="", rights=text),
    "find_agency, credit": lambda text: find_agency(source=SOURCE, byline=None, body="", credit=text),
    "agency_of": _NAMES.agency_of,
    "agencies_in": lambda text: list(_NAMES.agencies_in(text)),
    "agencies_of": _NAMES.agencies_of,
    "read_dateline": lambda text: read_dateline([text], _NAMES),
    "parse_stamp": parse_stamp,
    "find_stamps": find_stamps,
    "clean_body": clean_body,
    "clean_body, lines": lambda text: clean_body("\n".join(text[at : at + 60] for at in range(0, len(text), 60))),
    "clean_body, printed above": lambda text: clean_body("The vote\nThe mayor", [text]),
    "without_site": lambda text: without_site(text, ["Post"]),
    "without_site, names": lambda text: without_site("The vote | Post", [text]),
    "publication_status": lambda text: publication_status(text, text),
    "content_hash": content_hash,
    "word_count": word_count,
    "detect_language": detect_language,
    "kind_of": kind_of,
    "fold": fold,
    "without_scrambled": without_scrambled,
    "clean": clean,
    "statement": statement,
    "overlap": lambda text: overlap(text, text),
    "linked_article": _json_ld,
    "truth": truth,
    "decode_page": lambda text: decode_page(_bytes(text), "text/html"),
    "decode_page, latin-1": lambda text: decode_page(text.encode("latin-1", "replace") + b"\xe9", "text/html"),
    "has_too_many_attributes": lambda text: has_too_many_attributes(_bytes(text)),
    "has_too_many_attributes, tag": lambda text: has_too_many_attributes(_bytes(f"<a {text}")),
    "parse_page": lambda text: parse_page(text.encode("utf-8", "replace")),
    "reject_service_text": lambda text: reject_service_text(text, False),
    "read_feed": lambda text: read_feed(_bytes(text), {}, _SITE, source=SOURCE, feed_url="f", seen_at=NOW),
    "read_json_items": lambda text: read_json_items(_bytes(text), _SITE),
    "title_text": title_text,
    "body_text": body_text,
    "content_text": content_text,
    "named_feeds": lambda text: named_feeds(_bytes(text), _SITE),
    "named_feeds, link": lambda text: named_feeds(_bytes(f"<link {text[:1900]}>") * (len(text) // 1900), _SITE),
    "fresh_sitemaps": lambda text: fresh_sitemaps(b"<sitemapindex>" + _bytes(text), NOW),
    "fresh_sitemaps, loc": lambda text: fresh_sitemaps(b"<sitemapindex><loc>" + _bytes(text), NOW),
    "unwrapped": lambda text: unwrapped("http://www.google.com/url?url=" + text),
    "normalize_url": normalize_url,
    "normalize_url, path": lambda text: normalize_url(_SITE + text),
    "normalize_url, query": lambda text: normalize_url(_SITE + "?" + text),
    "normalize_url, host": lambda text: normalize_url("http://" + text),
    "absolute_url": lambda text: absolute_url(text, _SITE),
    "absolute_url, base": lambda text: absolute_url("a", _SITE + text),
    "canonical_url": lambda text: canonical_url(_SITE + text, "/" + text + "1"),
    "is_front_page": lambda text: is_front_page(_SITE + text),
    "leads_to_section": lambda text: leads_to_section(_SITE + text, _SITE + text[: len(text) // 2]),
    "path_names": lambda text: path_names(_SITE + text),
    "site": lambda text: site("http://" + text),
    "url_key": lambda text: url_key("post", _SITE + text),
    "without_credentials": lambda text: without_credentials("http://" + text),
    "request_url": request_url,
    "request_url, host": lambda text: request_url("http://" + text),
    "literal_address": literal_address,
    "Robots, rules": lambda text: Robots(f"User-agent: *\nDisallow: /{_decoded(text)}").allows(
        _SITE + _decoded(text[:2000])
    ),
    "Robots": lambda text: Robots(_decoded(text)).allows(_SITE),
    "may_be_page": may_be_page,
    "is_page": lambda text: is_page(text, _bytes(text)),
    "begins_like_html": lambda text: begins_like_html(_bytes(text)),
    "refresh_target": lambda text: refresh_target(_bytes("refresh" + text[:60_000])),
    "refresh_target, meta": lambda text: refresh_target(
        _bytes(f"<meta http-equiv=refresh content='{text[:900]}'>" * 60)
    ),
    "repaired": lambda text: repaired(b"HTTP/1.1 200 OK\r\n" + _bytes(text[: 64 << 10])),
    "codings_of": codings_of,
    "site_source": lambda text: site_source("http://" + text),
    "is_domain": is_domain,
    "check_archive": lambda text: check_archive(_bytes(text)),
    "read_records": _warc,
    "encodable": encodable,
    "printable": printable,
    "normalize": lambda text: normalize("NFKC", text),
    "unescape": unescape,
}
"""By name. Each may raise Rejected, or what its docstring says."""

_SIGNS = "aA1-/()[.,|–©'\"<>&;: \n\0@=é新\u0301\u200b\ud83d"
_WORDS = (
    *(
        "By ",
        "von ",
        "and ",
        "Dr. ",
        "J. ",
        "Jane Doe ",
        "Jane Doe, ",
        "JANE ",
        "l'",
        "d’",
        "a.",
        "Photo: ",
        "; photo ",
    ),
    *(
        "AP ",
        "(AP) ",
        ".(,,)",
        "Reuters/",
        "AP and ",
        "Associated Press ",
        "The Canadian Press/",
        "共同 ",
        "dpa/",
        "© 2026 ",
    ),
    *(
        "Copyright ",
        "(c) ",
        "January ",
        "1 January ",
        "1 May 2020 ",
        "2026-",
        "12:",
        "+0",
        "12:00 pm ",
        "年",
        "1月",
        "UTC ",
    ),
    *(
        "a | ",
        "KILL!",
        "UPDATED ",
        "404 ",
        "not found ",
        "cookies ",
        "we ",
        "subscribe to ",
        "read more ",
        "the page that you ",
    ),
    *(
        "<b>",
        "<b",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<title>",
        "<style",
        "<a b='",
        '="',
        "<link ",
        "<meta ",
        "<p>a</p>",
    ),
    *(
        "&amp;",
        "&lt;b&gt;",
        "&#9",
        "&#55357;",
        "&amp;#",
        "&#x0",
        "]]>",
        "<![CDATA[",
        "<loc>",
        "<loc> ",
        "</loc>",
        "<item>",
        "<?xml ",
    ),
    *(
        "http://a ",
        "www.a.b/",
        "../",
        "a/",
        "a=1&",
        "utm_=1&",
        "%",
        "%41",
        "a@b ",
        "//",
        "*a",
        "*",
        "$",
        "User-agent: a\n",
    ),
    *(
        '{"a":',
        "[",
        "[[]],",
        '[{"@id":"a"},',
        '"@graph":[',
        ", ",
        ",]",
        "\\",
        "\\u",
        "1e9",
        "Disallow: /*a\n",
        "a: b\r\n",
        " b\r\n",
    ),
    *(
        "\u0301\u0323",
        "a\u0301",
        "\ud83d\ude00",
        "ﷺ",
        "İ",
        "\x1f\x8b\x08",
        "WARC/1.0\r\n",
        "WARC/",
        "encoding=",
        "a b c d e f g h ",
    ),
)
_PAIRED = "aA1-/(.,<&; é\u0301"
MOTIFS: tuple[str, ...] = (
    *_SIGNS,
    *_WORDS,
    *("".join(pair) for pair in product(_PAIRED, repeat=2) if pair[0] != pair[1]),
)
"""One sign, the words that our expressions begin with, and two signs."""


def texts(motif: str, characters: int) -> dict[str, str]:
    """Texts of about so many characters that repeat a motif: alone, and before an end on which an expression fails."""
    repeated = motif * (characters // len(motif))
    endings = {"": repeated, " + x": f"{repeated}\0x"}
    return {**endings, " + 9…": motif + "9" * characters} if motif in ("&#9", "&amp;#", "a", "/") else endings

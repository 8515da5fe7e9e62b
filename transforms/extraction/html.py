"""Bytes of a page to text, and text to a tree, for whatever bytes come."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.utils import detect_encoding
from w3lib.encoding import html_body_declared_encoding, html_to_unicode, http_content_type_encoding, read_bom

from schemas import Reason, Rejected
from transforms.extraction.text import element_text
from transforms.web.media_types import require_page_type

MOST_ELEMENTS = 30_000
"""Above this a page is no article: of 1,376 real pages the largest has 6,066, and extraction takes seconds beyond it."""

_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"ID3",
    b"\x00\x00\x00\x18ftyp",
)
_CONTROLS = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))
_NO_TEXT = bytes(set(range(32)) - set(b"\t\n\r"))
_NO_CHARACTERS = "\uffff".encode()[:2]
"""Begins what U+FFFE and U+FFFF are in UTF-8, and little else."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ALL_ALIKE = etree.ElementDefaultClassLookup(element=HtmlElement)
"""lxml asks Python for the class of every element that it hands out, for the sake of forms: a tenth of the time of a page."""
_SELF_CLOSED_HTML = re.compile(r"(<html\b[^>]*?)/>", re.IGNORECASE)


def decode_page(html: bytes, content_type: str | None, detect: Callable[[bytes], str | None]) -> str:
    """The page's text: by byte-order mark, else as UTF-8 if it is valid UTF-8, else as declared, else as detected.

    UTF-8 goes before what is declared: text in another charset is hardly ever valid UTF-8, and many servers declare at random.
    ``detect`` names the charset of bytes that nothing declares. Raises Rejected(NOT_HTML) for other media.
    """
    require_page_type(content_type)
    start = html[:4096]
    bom, _ = read_bom(html)
    if bom is None:
        if start.lstrip().startswith(_MAGIC) or _is_binary(start, content_type):
            raise Rejected(Reason.NOT_HTML, "the content is binary")
        text = _as_utf8(html, content_type)
    else:
        text = None
    if text is None:
        _, text = html_to_unicode(content_type, html, auto_detect_fun=detect)
    elif not _has_controls(html):
        return text
    return _NOT_XML.sub("", text)


def parse_page(text: str) -> HtmlElement:
    """The page as a tree; raises Rejected(NO_TEXT) for an empty page, Rejected(UNPARSABLE) for one that holds no element.

    The parser gives up on what is nested too deeply and keeps the rest, so that no later step can run out of stack.
    """
    if not text.strip():
        raise Rejected(Reason.NO_TEXT, "the page is empty")
    head = _SELF_CLOSED_HTML.sub(r"\1>", text[:2000], count=1)  # <html/> would end the document before its head
    source = (head + text[2000:]).encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_ALL_ALIKE)
    try:
        tree = document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Rejected(Reason.UNPARSABLE, str(error)[:200]) from error
    if sum(1 for _ in islice(tree.iter(), MOST_ELEMENTS + 1)) > MOST_ELEMENTS:
        raise Rejected(Reason.UNPARSABLE, f"more than {MOST_ELEMENTS} elements")
    return tree


def _as_utf8(html: bytes, content_type: str | None) -> str | None:
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(html[:4096]) or ""
    if declared.startswith(("utf-16", "utf-32", "iso2022", "iso-2022", "hz")) and declared != "utf-8":
        return None  # made of bytes that are ASCII too
    try:
        return html.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _has_controls(html: bytes) -> bool:
    """False for UTF-8 without a character that XML forbids; far quicker than to look through its text."""
    return len(html.translate(None, _NO_TEXT)) < len(html) or _NO_CHARACTERS in html


def _is_binary(start: bytes, content_type: str | None) -> bool:
    if (http_content_type_encoding(content_type) or "").startswith(("utf-16", "utf-32")):
        return False
    return len(start) - len(start.translate(None, _CONTROLS)) > len(start) * 0.1


MOST_ATTRIBUTES = 1_000
"""Of one element. The parser takes the square of their number: 40,000 take it two seconds, a page full of them an hour."""

_ATTRIBUTE = re.compile(r"""[^\s/>][^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*))?""")
_TAG = re.compile(
    r"<(?:(!--)|(?:(script|style|textarea|title|iframe|noembed|noframes|xmp)\b|[a-z])[^\s/>]*"
    rf"""((?:[^>=]+|=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*)?){{0,{2 * MOST_ATTRIBUTES + 2}}}))""",
    re.IGNORECASE,
)
"""The beginning of a comment, or a tag with its attributes: stretches without and with an equals sign in turn."""
_END_OF_COMMENT = re.compile("--!?>")
_END_TAG = re.compile("</(?:script|style|textarea|title|iframe|noembed|noframes|xmp)", re.IGNORECASE)


def has_endless_attributes(text: str) -> bool:
    """True for a page on which an element has more than MOST_ATTRIBUTES. What comments and scripts hold is not of the page."""
    place = 0
    while tag := _TAG.search(text, place):
        place = tag.end()
        if tag[1]:
            closed = _END_OF_COMMENT.search(text, tag.start() + len("<!"))  # <!--> is a whole comment
            if closed is None:
                return False
            place = closed.end()
            continue
        if place - tag.start(3) > 2 * MOST_ATTRIBUTES and (text[place : place + 1] not in (">", "") or _many(tag[3])):
            return True
        if tag[2]:
            ends = (end for end in _END_TAG.finditer(text, place) if end[0][2:].lower() == tag[2].lower())
            closed = next(ends, None)
            if closed is None:
                return False
            place = closed.start()
    return False


def _many(attributes: str) -> bool:
    return sum(1 for _ in islice(_ATTRIBUTE.finditer(attributes), MOST_ATTRIBUTES + 1)) > MOST_ATTRIBUTES


_LONGEST_WALL = 2_000
"""Challenge pages say little: marks are looked for only in pages with fewer characters of text than this."""
_LARGEST_WALL = 400
"""Nor do they have as many elements."""
_WALL_MARKS = re.compile(
    r"checking your browser|just a moment\.\.\.|enable javascript and cookies|verify(?:ing)? (?:that "
    r")?you are (?:a )?human|are you a robot"
    r"|attention required! \| cloudflare|unusual (?:traffic|activity) from your|pardon our "
    r"interruption|press (?:&|and) hold|ddos protection by"
    r"|access to this page has been denied|complete the (?:security check|captcha)|request "
    r"unsuccessful\. incapsula|px-captcha|cf-chl-|datadome",
    re.IGNORECASE,
)

_MOST_IN_ALL = 150_000
"""Attributes of all elements: of 1,376 real pages none has more than 11,404."""
_MANY_ATTRIBUTES = 200_000
"""A page of fewer characters cannot have enough attributes to matter."""


def read_page(html: bytes, content_type: str | None) -> HtmlElement:
    """The tree of a page; raises Rejected(NOT_HTML, NO_TEXT or UNPARSABLE)."""
    text = decode_page(html, content_type, _detect)
    if len(text) > _MANY_ATTRIBUTES and has_endless_attributes(text):
        raise Rejected(Reason.UNPARSABLE, f"an element with more than {MOST_ATTRIBUTES} attributes")
    tree = parse_page(text)
    if len(text) > _MANY_ATTRIBUTES and tree.xpath("count(//@*)") > _MOST_IN_ALL:
        raise Rejected(Reason.UNPARSABLE, f"more than {_MOST_IN_ALL} attributes")
    return tree


def _detect(html: bytes) -> str | None:
    return next(iter(detect_encoding(html)), None)


def refuse_walls(tree: HtmlElement) -> None:
    """Raise Rejected(BOT_WALL) for a page that says little but that a browser is to be proven."""
    if len(list(islice(tree.iter(), _LARGEST_WALL))) == _LARGEST_WALL:
        return
    text = element_text(tree) or ""
    if len(text) < _LONGEST_WALL and (mark := _WALL_MARKS.search(text)):
        raise Rejected(Reason.BOT_WALL, mark[0][:100])

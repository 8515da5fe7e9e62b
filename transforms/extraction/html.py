"""The bytes of a page to a tree, whatever bytes a server sends: charset and limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.utils import detect_encoding
from w3lib.encoding import html_body_declared_encoding, html_to_unicode, http_content_type_encoding, read_bom

from schemas import Reason, Rejected
from transforms.web.media_types import require_page, utf16_without_mark

MOST_ELEMENTS = 30_000
"""Elements of an article's page: of 1,376 real pages the largest has 6,066. Extraction of more takes seconds."""
MOST_ATTRIBUTES = 1_000
"""Attributes of one element. The parser's time grows with their square: 40,000 take two seconds, a page full of them an hour."""
_MOST_ATTRIBUTES_IN_ALL = 150_000
"""Attributes of all elements: of 1,376 real pages the largest has 11,404."""
_MOST_OF_TAG = 4
"""Elements for one tag, at most: the parser adds paragraphs around text. The elements of a page with fewer tags need not be counted."""
_SHORT_PAGE = 60_000
"""Bytes of a page that is too short to have harmful numbers of attributes."""

_CONTROLS = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))
_FORBIDDEN_BYTES = bytes(set(range(32)) - set(b"\t\n\r"))
_INTACT_PER_BROKEN = 10
"""Intact characters outside ASCII per broken one, from which on text is damaged UTF-8 and not another charset."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML, and so lxml, does not allow."""
_FORBIDDEN_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[1-8bcefBCEF]|1[0-9a-fA-F]|[fF]{3}[efEF])(?![0-9a-fA-F])|0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d));?"
)
"""References to them. One of them in a tree makes trafilatura return no text at all."""
_SELF_CLOSED_HTML = re.compile(rb"(<html\b[^>]*?)/>", re.IGNORECASE)
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
"""By default lxml looks up a Python class for each element, because of forms. That takes a tenth of the time of a page."""

_ATTRIBUTE = re.compile(rb"""[^\s/>][^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*))?""")
_TAG = re.compile(
    rb"<(?:(!--)|(?:(script|style|textarea|title|iframe|noembed|noframes|xmp)\b|[a-z])[^\s/>]*"
    rb"""((?:[^>=]+|=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*)?){0,%d}))""" % (2 * MOST_ATTRIBUTES + 2),
    re.IGNORECASE,
)
"""The beginning of a comment, or a tag with its attributes: text without an equals sign and text with one, in turn."""
_PLAIN = re.compile(
    rb"""(?:[^<]*<(?:/|(?![sS][cC][rR]|[sS][tT][yY]|[tT][eEiI][xXtT]|[iI][fF][rR]|[nN][oO][eEfF]|[xX][mM][pP])[a-zA-Z][^<>="']{0,70}"""
    rb"""(?:=(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+(?=[\s>]))[^<>="']{0,70}){0,24}>)){1,500}"""
)
"""End tags, and tags with so few characters and equals signs that they cannot have too many attributes. Most tags of a page are such tags.

There is only one way to match each character, so nothing is tried twice.
"""
_TAG_BEGIN = re.compile(rb"<[a-zA-Z]")
_OPENS_VALUE = b"= \t\n\r\v\f"
"""What stands before the quotation mark that opens a value."""
_UNSURE_ENDS = 20
"""Uncertain ends of a tag, from which on the page is read tag by tag."""
_COMMENTS = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_END_OF_COMMENT = re.compile(rb"--!?>")
_DROPPED = "copydesk-dropped"
"""Tag of elements that are about to be removed."""


def read_page(html: bytes, content_type: str | None) -> HtmlElement:
    """The tree of a page. Raises Rejected(NOT_HTML, NO_TEXT or UNPARSABLE)."""
    require_page(content_type, html)
    # Most pages are valid UTF-8, which the parser takes as it is.
    text = html if _is_parsable_utf8(html, content_type) else _decoded(html, content_type).encode("utf-8", "replace")
    if len(text) > _SHORT_PAGE and has_too_many_attributes(text):
        raise Rejected(Reason.UNPARSABLE, f"an element with more than {MOST_ATTRIBUTES} attributes")
    tree = parse_page(text)
    # An attribute takes two characters at least, so few pages have to be counted.
    if len(text) > 2 * _MOST_ATTRIBUTES_IN_ALL and tree.xpath("count(//@*)") > _MOST_ATTRIBUTES_IN_ALL:
        raise Rejected(Reason.UNPARSABLE, f"more than {_MOST_ATTRIBUTES_IN_ALL} attributes")
    return tree


def decode_page(html: bytes, content_type: str | None) -> str:
    """The text of a page without forbidden characters. Raises Rejected(NOT_HTML) for other media.

    The charset is that of the byte-order mark, else UTF-16 if the first tag is in it, else UTF-8 if the bytes are valid UTF-8, else the
    declared one, else a detected one. UTF-8 comes before the declared charset: text in another charset is hardly ever valid UTF-8, and many
    servers declare a wrong one. For the same reason a declared UTF-8 counts only if few characters are broken.
    """
    require_page(content_type, html)
    return _decoded(html, content_type)


def _decoded(html: bytes, content_type: str | None) -> str:
    bom, _ = read_bom(html)
    if wide := utf16_without_mark(html):
        text: str | None = html.decode(wide, "replace")
    elif bom is not None:
        text = html_to_unicode(content_type, html)[1]
    else:
        if _is_binary(html[:4096], content_type):
            raise Rejected(Reason.NOT_HTML, "the content is binary")
        text = _as_utf8(html, content_type)
    return _FORBIDDEN.sub("", _by_declaration(html, content_type) if text is None else text)


def _is_parsable_utf8(html: bytes, content_type: str | None) -> bool:
    """True for UTF-8 without a byte-order mark and without a forbidden character. Translating is much faster than a search by a pattern."""
    if len(html.translate(None, _FORBIDDEN_BYTES)) < len(html) or read_bom(html)[0] is not None:
        return False
    text = _as_utf8(html, content_type)
    return text is not None and "\ufffe" not in text and "\uffff" not in text


def _is_binary(start: bytes, content_type: str | None) -> bool:
    if (http_content_type_encoding(content_type) or "").startswith(("utf-16", "utf-32")):
        return False
    return len(start) - len(start.translate(None, _CONTROLS)) > len(start) * 0.1


def _as_utf8(html: bytes, content_type: str | None) -> str | None:
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(html[:4096]) or ""
    if declared.startswith(("utf-16", "utf-32", "iso2022", "iso-2022", "hz")):
        return None  # their bytes can be valid UTF-8 too
    try:
        return html.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _by_declaration(html: bytes, content_type: str | None) -> str:
    """The text of bytes that are not valid UTF-8."""
    declared = http_content_type_encoding(content_type), html_body_declared_encoding(html[:4096])
    if "utf-8" in declared:
        text = html.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        intact = len(text) - len(text.encode("ascii", "ignore")) - broken
        if broken * _INTACT_PER_BROKEN < intact:
            return text
    charset = next((name for name in declared if name not in ("utf-8", None)), None) or _detected_charset(html)
    with suppress(UnicodeError, LookupError):  # Python has codecs that are no charsets of pages, such as punycode
        return html_to_unicode(f"text/html; charset={charset or 'utf-8'}", html)[1]
    return html_to_unicode(f"text/html; charset={_detected_charset(html) or 'utf-8'}", html)[1]


def _detected_charset(html: bytes) -> str | None:
    return next(iter(detect_encoding(html)), None)


def has_too_many_attributes(text: bytes) -> bool:
    """True for a page on which an element has more than MOST_ATTRIBUTES. Comments and scripts do not count."""
    if _has_few_attributes(text):
        return False
    place = 0
    while tag := _TAG.search(text, plain.end() if (plain := _PLAIN.match(text, place)) else place):
        place = tag.end()
        if tag[1]:
            closed = _END_OF_COMMENT.search(text, tag.start() + len("<!"))  # <!--> is a whole comment
            if closed is None:
                return False
            place = closed.end()
            continue
        if place - tag.start(3) > 2 * MOST_ATTRIBUTES and (text[place : place + 1] not in (b">", b"") or _many(tag[3])):
            return True
        if tag[2]:
            place = _end_tag(text, tag[2].lower(), place)
            if place < 0:
                return False
    return False


def _has_few_attributes(text: bytes) -> bool:
    """True for a page on which nothing that begins like a tag can have so many attributes. Nine of ten pages are such pages.

    It takes long to read each tag, so this goes from one certain end of tags to another one, some 2,000 bytes further on. A tag that begins
    between them ends between them.
    """
    place = 0
    while begin := _TAG_BEGIN.search(text, place):
        start = begin.start()
        end = text.rfind(b">", start, start + 2 * MOST_ATTRIBUTES)
        if end < 0 or _may_be_quoted(text, place, end):
            for _ in range(_UNSURE_ENDS):
                end = text.find(b">", max(start, end) + 1)
                if end < 0 or not _may_be_quoted(text, place, end):
                    break
            else:
                return False
            part = text[start : end if end >= 0 else len(text)]
            # A blank, a slash or a quotation mark stands before each attribute.
            if len(part.split()) + sum(map(part.count, (b"/", b'"', b"'"))) > MOST_ATTRIBUTES:
                return False
        place = end + 1 if end >= 0 else len(text)
    return True


def _may_be_quoted(text: bytes, start: int, place: int) -> bool:
    """True if the place may be inside of a value in quotation marks. No value is open at the start."""
    last = text.rfind(b'"', start, place), text.rfind(b"'", start, place)
    return any(mark > 0 and text[mark - 1] in _OPENS_VALUE for mark in last)


def _end_tag(text: bytes, name: bytes, start: int) -> int:
    """Place of the next end tag with this name; -1 if there is none."""
    place = text.find(b"</", start)
    while place >= 0 and text[place + 2 : place + 2 + len(name)].lower() != name:
        place = text.find(b"</", place + 2)
    return place


def _many(attributes: bytes) -> bool:
    return sum(1 for _ in islice(_ATTRIBUTE.finditer(attributes), MOST_ATTRIBUTES + 1)) > MOST_ATTRIBUTES


def parse_page(text: bytes) -> HtmlElement:
    """The text of a page, in UTF-8, as a tree.

    Raises Rejected(NO_TEXT) for an empty page, Rejected(UNPARSABLE) for one with no or too many elements.
    The parser drops elements that are nested too deeply and keeps the rest, so that no later step can exhaust the stack. Nothing may be
    left.
    """
    if not text or text.isspace():
        raise Rejected(Reason.NO_TEXT, "the page is empty")
    if closed := _SELF_CLOSED_HTML.search(text, 0, 2000):  # <html/> would end the document before its head
        text = text[: closed.end(1)] + text[closed.end() - 1 :]
    if _FORBIDDEN_REFERENCE.search(text):
        text = _FORBIDDEN_REFERENCE.sub(b"", text)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if not _COMMENTS.sub(b"", text).strip():
            raise Rejected(Reason.NO_TEXT, "the page has only comments") from error
        raise Rejected(Reason.UNPARSABLE, str(error)[:200]) from error
    if not any(text.strip() for text in tree.itertext()) and any(
        "depth" in error.message for error in parser.error_log
    ):
        raise Rejected(Reason.UNPARSABLE, "elements are nested too deeply")
    if text.count(b"<") > MOST_ELEMENTS // _MOST_OF_TAG and tree.xpath("count(//*)") > MOST_ELEMENTS:
        raise Rejected(Reason.UNPARSABLE, f"more than {MOST_ELEMENTS} elements")
    return tree


def drop_elements(tree: HtmlElement, elements: Iterable[HtmlElement]) -> None:
    """Removes elements below ``tree`` with all that they hold. The text after them stays.

    ``drop_tree`` copies the text before an element each time, so for many elements beside each other it takes quadratic time.
    """
    for element in elements:
        if element is not tree:
            element.tag = _DROPPED
    etree.strip_elements(tree, _DROPPED, with_tail=False)

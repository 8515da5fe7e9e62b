"""The address of an image: of several sizes the largest, also where a script loads it later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from schemas import Rejected
from transforms.extraction.text import has_any
from transforms.urls import absolute_url

_LONGEST_SET = 20_000
"""Characters of a list of sizes."""
_MOST_SIZES = 60
_MOST_SOURCES = 20
_LARGEST_OF_SHAPE = 21
_LAZY = (
    "data-src data-lazy-src data-original data-full-src data-hi-res-src data-large-file data-orig-file data-image data-url data-lazy "
    "data-echo data-srcs"
).split()
"""Attributes from which scripts take the address of an image when it comes into view."""
_SETS = "srcset data-srcset data-lazy-srcset data-src-set".split()
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:blank|spacer|placeholder|transparent|pixel|1x1|clear|dummy|loading|loader|lazy|grey|gray|empty)"
    r"(?:[-_.]?\w{0,12})?\.(?:gif|png|svg|jpe?g|webp)(?:$|\?)",
    re.IGNORECASE,
)
_PLACEHOLDER_STEMS = (
    "blank spacer placeholder transparent pixel 1x1 clear dummy loading loader lazy grey gray empty".split()
)
"""Letters in all addresses that the pattern matches. Most have none of them, and to find that takes a tenth of the time."""
_FILE = re.compile(r"https?://[^/?#]*(?:/+[^/?#]|.*\?)")
"""The beginning of an address with a path or a query."""
_SIZE = re.compile(r"^([\d.]{1,8})([wxh])(?:,(.*))?$")
_NUMBER = re.compile(r"\d{1,5}")
_CROP = re.compile(r"(?:[-_.@]?(?:w|h|x)?\d{2,4}x\d{2,4}|[-_]scaled|@\dx|[-_]\d{2,4}w)(?=\.|$)", re.IGNORECASE)
_MARK = re.compile(r"[a-z0-9]{8,}", re.IGNORECASE)
_DAY_OR_SIZE = re.compile(r"(?:19|20)\d{6}|\d+x\d+", re.IGNORECASE)
_FEWEST_DIGITS, _SHORTEST_NAME = 4, 4
_SIZE_NAMES = frozenset(
    "w h width height size quality q fit crop resize fm format auto dpr rect ar s ixlib strip".split()
)
"""Parameters that say in which size and quality an image is sent."""


def image_url(element: HtmlElement, base: str) -> str | None:
    """The absolute address of the largest size of an image; None if it has none that can be loaded."""
    offers = sorted(_offers(element), key=lambda offer: -offer[0])  # of equal widths the first stays first
    return next((url for _, link in offers if (url := _usable(link, base))), None)


def _offers(element: HtmlElement) -> Iterator[tuple[float, str]]:
    """Addresses with their widths; 0 for an unknown width. Of equal ones the first counts."""
    of_picture = [offer for source in _sources(element) for offer in _sized(dict(source.items()))]
    attributes = dict(element.items())  # to ask the element for each of 17 takes three times as long
    yield from _sized(attributes)
    yield from ((width, link) for width, link in of_picture if width > 1)
    yield from ((0.0, link) for name in (*_LAZY, "src") if (link := attributes.get(name)))
    yield from ((0.0, link) for _, link in of_picture)


def _sized(attributes: Mapping[str, str]) -> Iterator[tuple[float, str]]:
    for name in _SETS:
        if listed := attributes.get(name):
            yield from sizes(listed)


def _sources(element: HtmlElement) -> Iterator[HtmlElement]:
    """The sources of the picture element around an image. The parser takes ``source`` for an element with an end tag."""
    holder = element.getparent()
    for _ in range(_MOST_SOURCES):
        if holder is None or holder.tag != "source":
            break
        holder = holder.getparent()
    if holder is not None and holder.tag == "picture":
        yield from islice(holder.iter("source"), _MOST_SOURCES)


def sizes(listed: str) -> Iterator[tuple[float, str]]:
    """The addresses of a srcset, each with its width in pixels or, below 10, its density: ``a.jpg 400w, b.jpg 800w``."""
    waiting: str | None = None
    for word in listed[:_LONGEST_SET].split()[: 2 * _MOST_SIZES]:
        if waiting is None:
            waiting = word
        elif size := _SIZE.match(word):
            yield _number(size[1]) if size[2] != "h" else 0.0, waiting
            waiting = size[3] or None
        else:
            yield 0.0, waiting.rstrip(",")
            waiting = word
        if waiting is not None and waiting.endswith(","):
            yield 0.0, waiting.rstrip(",")
            waiting = None
    if waiting:
        yield 0.0, waiting


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # "1.2.3"
        return 0.0


def _usable(link: str, base: str) -> str | None:
    link = link.strip()
    if not link or link.startswith("#") or (has_any(link, _PLACEHOLDER_STEMS) and _PLACEHOLDER.search(link)):
        return None
    try:
        url = absolute_url(link, base)
    except Rejected:
        return None
    return url if _FILE.match(url) else None


def is_small(element: HtmlElement, least: int) -> bool:
    """True if the markup says that the image has fewer pixels than ``least`` in a direction. 16 and 9 are no pixels but a shape."""
    stated = (element.get("width") or "", element.get("height") or "")
    numbers = [int(number[0]) for text in stated if "%" not in text and (number := _NUMBER.match(text.strip()))]
    is_shape = len(numbers) > 1 and all(1 < number <= _LARGEST_OF_SHAPE for number in numbers)
    return not is_shape and any(number < least for number in numbers)


def picture_key(url: str) -> str:
    """What the addresses of a picture in several sizes have in common: its address without what says a size."""
    inner = _inner(url)
    address, _, query = inner.partition("?")
    kept = [part for part in query.split("&") if part.partition("=")[0].lower() not in _SIZE_NAMES]
    return f"{_CROP.sub('', address.partition('://')[2])}?{'&'.join(kept)}"


def same_picture(url: str, lead: str) -> bool:
    """True for two addresses that are probably one picture in two crops: the same name of a file, or a long id in common."""
    name, marks = _identity(lead)
    inner = _inner(url)
    if len(name) > _SHORTEST_NAME and _file_name(inner) == name:
        return True
    flat = inner.lower()
    return any(mark in flat for mark in marks) and not marks.isdisjoint(_marks(inner))


@lru_cache(maxsize=20)  # all images of a page are compared with its lead image
def _identity(url: str) -> tuple[str, set[str]]:
    """The name of the file of a picture, and its marks."""
    inner = _inner(url)
    return _file_name(inner), _marks(inner)


def _inner(url: str) -> str:
    """The address that a server of sizes was given, if there is one: ``/image?url=https%3A%2F%2Fa.example%2Fb.jpg``."""
    for _ in range(2):
        start = max(url.rfind("http://"), url.rfind("https://"))
        url = url[max(0, start) :]
        query = url.partition("?")[2]
        if "/" not in query and "%2" not in query:  # then no value is an address
            return url
        try:
            given = [value for _, value in parse_qsl(urlsplit(url).query) if "/" in value and "." in value]
        except ValueError:
            return url
        if not given:
            return url
        url = given[0]
    return url


def _file_name(url: str) -> str:
    path = url.partition("?")[0].rstrip("/")
    return _CROP.sub("", path.rpartition("/")[2]).rpartition(".")[0].lower()


def _marks(url: str) -> set[str]:
    """Parts of an address that no other picture has: long numbers, and mixtures of letters with many digits; no days and no sizes."""
    path = url.partition("://")[2].partition("/")[2]
    return {
        part.lower()
        for part in _MARK.findall(path)
        if sum(map(str.isdigit, part)) >= _FEWEST_DIGITS and not _DAY_OR_SIZE.fullmatch(part)
    }

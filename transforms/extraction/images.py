"""The images that a page shows with its article, with their captions and credits."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice
from operator import attrgetter

from lxml.html import HtmlElement

from schemas import Image
from transforms.extraction.blocks import Blocks, Node, Picture
from transforms.extraction.byline_labels import label_kind, labelled_parts
from transforms.extraction.element_kinds import BIT, LONGEST_NAME
from transforms.extraction.image_sources import image_url, is_small, picture_key, same_picture
from transforms.extraction.links import link_target
from transforms.extraction.text import clean, element_text
from transforms.urls import path_names

MOST_IMAGES = 100
"""Images of an article. Galleries have some dozens."""
_MOST_CHARACTERS = 60_000
"""Characters of all of them, addresses and texts together."""
_LONGEST_CAPTION, _LONGEST_CREDIT, _LONGEST_ALT = 2_000, 300, 1_000
_LEAST_PIXELS = 90
"""Images that are smaller in a direction are icons and portraits of authors."""
_MOST_OF_ARTICLE = 0.9
"""Share of the article's characters in the element that is taken for its container."""
_MOST_READ = 1_000
"""Images of a page that are looked at."""
_MOST_WITH_CAPTION = 2
"""Images in an element, other than a figure, with a caption that is theirs. A caption in an element with more is of one of them."""
_MOST_LEVELS = 6
"""Elements around an image in which its caption is looked for."""
_MOST_IN_CAPTION = 60
"""Elements of a caption that are read for a credit."""

_NOT_OF_ARTICLE = (
    BIT["related"] | BIT["comment"] | BIT["<nav>"] | BIT["<aside>"] | BIT["<footer>"] | BIT["<form>"] | BIT["offer"]
)
_MAY_HOLD_CAPTION = BIT["caption"] | BIT["media"]
_DECORATION = re.compile(
    r"(?:^|[\s_-])(?:avatars?|gravatar|authors?|byline|bio|logos?|icons?|emojis?|badges?|sprites?|flags?|social|share|sharing|sponsors?|"
    r"ads?|advert\w*|banner|tracking|pixel)(?:[\s_-]|$)",
    re.IGNORECASE,
)
"""Classes of images that belong to the page and its people, not to the article."""
_DECORATION_FILE = re.compile(
    r"gravatar\.com/|/(?:logos?|icons?|avatars?|emojis?|sprites?|flags?)/|[/_-](?:logo|icon|avatar|favicon)s?[._-]",
    re.IGNORECASE,
)
_CREDIT_CLASS = re.compile(
    r"credit|copyright|courtesy|photographer|fotograf|(?:^|[\s_-])(?:source|quelle|author|byline)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_CREDIT_PROPERTIES = frozenset("copyrightholder creator author credittext".split())
_CAPTION_CLASS = re.compile(r"caption|legend|description|bildunterschrift", re.IGNORECASE)
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#&/])", re.IGNORECASE)
_EDGES = " \t\n|/–—-·•,;:"


def images_of(
    page: Blocks, kept: Sequence[bool], base: str, headline: str | None, lead: str | None
) -> tuple[Image, ...]:
    """The images of the article, the lead image first, the others in the order of the page; each picture once.

    ``kept`` says of each block whether it is part of the article. ``base`` is the address of the page. ``lead`` is the address of the lead
    image that the page states, in any size.
    """
    if not page.pictures or not any(kept):
        return ()
    article = _Article(page, kept, headline)
    found: dict[str, Image] = {}
    left, place = _MOST_CHARACTERS, -1
    for picture in page.pictures[:_MOST_READ]:
        if picture.is_fallback and picture.place == place:
            continue
        url = article.address(picture, base, lead)
        if url is None or (key := picture_key(url)) in found:
            continue
        image = _image(picture.element, url, *article.caption(picture))
        left -= sum(len(text or "") for text in (image.url, image.caption, image.credit, image.alt))
        if left < 0 or len(found) == MOST_IMAGES:
            break
        found[key], place = image, picture.place
    images = list(found.values())
    if lead:
        images.sort(key=lambda image: not same_picture(image.url, lead))
    return tuple(images)


def _is_other(node: Node) -> bool:
    """True for an element that is no part of the article by its tag, class or id."""
    return bool(node.kinds & _NOT_OF_ARTICLE or _is_decoration(node.name))


_first_block = attrgetter("first")


class _Article:
    """Where the article is on its page."""

    def __init__(self, page: Blocks, kept: Sequence[bool], headline: str | None) -> None:
        self._page = page
        self._kept = [0, *accumulate(kept)]
        places = [place for place, is_kept in enumerate(kept) if is_kept]
        self._first, self._last = places[0], places[-1]
        lengths = [0, *accumulate(len(block.text) * is_kept for block, is_kept in zip(page.blocks, kept, strict=True))]
        least = _MOST_OF_ARTICLE * lengths[-1]
        # The nodes are in order of their first block, and one with most of the text has its middle.
        middle = max(0, bisect_left(lengths, lengths[-1] / 2) - 1)
        until = bisect_right(page.nodes, middle, key=_first_block)
        self._holder = next(
            index
            for index in range(until - 1, -1, -1)
            if lengths[page.nodes[index].last] - lengths[page.nodes[index].first] >= least
        )
        self._begin_with(headline)
        self._places = [picture.place for picture in page.pictures]
        self._known: dict[int, bool] = {}
        """For nodes in the holder, by their index, whether they belong to the article."""

    def _begin_with(self, headline: str | None) -> None:
        """The article begins with its headline, if that is before its text."""
        nodes, blocks = self._page.nodes, self._page.blocks
        for place in range(self._first - 1, -1, -1):
            if nodes[blocks[place].node].tag == "h1" or blocks[place].text == headline:
                while self._holder > 0 and nodes[self._holder].first > place:
                    self._holder = nodes[self._holder].parent
                self._first = place
                return

    def _is_inside(self, index: int) -> bool:
        """True if a node is in the holder, and in no part of it that belongs to something else."""
        if index <= self._holder:
            return index == self._holder
        if (known := self._known.get(index)) is None:
            node = self._page.nodes[index]
            known = self._is_inside(node.parent) and (self._has_text(node) or not _is_other(node))
            self._known[index] = known
        return known

    def _has_text(self, node: Node) -> bool:
        """True if a part of the article's text is in the node."""
        return self._kept[node.last] > self._kept[node.first]

    def address(self, picture: Picture, base: str, lead: str | None) -> str | None:
        """The address of a picture that belongs to the article; None for any other."""
        element = picture.element
        if not self._is_inside(picture.node) or is_small(element, _LEAST_PIXELS) or _is_decoration(_name(element)):
            return None
        url = image_url(element, base)
        if url is None or _DECORATION_FILE.search(url):
            return None
        if lead is not None and same_picture(url, lead):
            return url
        is_between = self._first <= picture.place <= self._last
        if not is_between and not any(node.tag == "figure" for node in self._around(picture)):
            return None
        return None if _is_teaser(element, base) else url

    def caption(self, picture: Picture) -> tuple[str | None, str | None]:
        """Caption and credit of a picture: of the figure around it, else of the nearest element with a caption."""
        for node in self._around(picture):
            if self._has_text(node):
                break
            if node.tag != "figure":
                images = bisect_right(self._places, node.last) - bisect_left(self._places, node.first)
                if images > _MOST_WITH_CAPTION or not node.kinds & _MAY_HOLD_CAPTION:
                    continue
            if node.first < node.last and (found := _parts(node.element)):
                return found
        return None, None

    def _around(self, picture: Picture) -> Iterator[Node]:
        """The node of a picture and those around it, from the inside."""
        index = picture.node
        for _ in range(_MOST_LEVELS):
            if index >= 0:
                yield self._page.nodes[index]
                index = self._page.nodes[index].parent


@lru_cache(maxsize=20_000)
def _is_decoration(name: str) -> bool:
    """True for a class of elements that belong to the page. Pages of a site have the same classes again and again."""
    return _DECORATION.search(name) is not None


def _name(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:LONGEST_NAME]


def _is_teaser(element: HtmlElement, base: str) -> bool:
    """True for an image that links to another page. Links to the image, to a gallery of the page and to nothing are none."""
    anchor = next(element.iterancestors("a"), None)
    href = anchor.get("href") if anchor is not None else None
    if anchor is None or not href or href.startswith("#") or _IMAGE_FILE.search(href):
        return False
    target = link_target(anchor, base)
    own = path_names(base)
    return target is not None and path_names(target)[: len(own)] != own


def _image(element: HtmlElement, url: str, caption: str | None, credit: str | None) -> Image:
    def stated(names: Sequence[str], longest: int) -> str | None:
        texts = (clean((element.get(name) or "")[:longest]) for name in names)
        return next(filter(None, texts), None)

    return Image(
        url=url,
        caption=caption or stated(("data-caption", "data-image-caption"), _LONGEST_CAPTION),
        credit=credit or stated(("data-credit", "data-copyright"), _LONGEST_CREDIT),
        alt=stated(("alt",), _LONGEST_ALT),
    )


def _parts(holder: HtmlElement) -> tuple[str | None, str | None] | None:
    """Caption and credit in an element; None if it has neither."""
    credits = [each for each in islice(holder.iter(), _MOST_IN_CAPTION) if each is not holder and _is_credit(each)]
    credit = next(filter(None, (element_text(each, _LONGEST_CREDIT) for each in credits)), None)
    root = next(holder.iter("figcaption"), None)
    if root is None:
        named = (
            each
            for each in islice(holder.iter("div", "p", "span", "dd", "em", "small"), _MOST_IN_CAPTION)
            if each is not holder
        )
        root = next((each for each in named if each not in credits and _CAPTION_CLASS.search(_name(each))), None)
    text = element_text(root, _LONGEST_CAPTION) if root is not None else None
    if text and credit:
        before, found, after = text.rpartition(credit)
        text = f"{before.strip(_EDGES + '(')} {after.strip(_EDGES + ')')}".strip() if found else text
    if credit:
        credit = _without_label(credit)
    elif text:
        text, credit = _split(text)
    return (text or None, credit) if text or credit else None


def _is_credit(element: HtmlElement) -> bool:
    itemprop = (element.get("itemprop") or "").lower()
    return itemprop in _CREDIT_PROPERTIES or bool(_CREDIT_CLASS.search(_name(element)))


def _without_label(credit: str) -> str:
    parts = labelled_parts(credit)
    label = parts[0][0] if len(parts) == 1 else None
    named = parts[0][1] if label and label_kind(label) == "other" else credit.removeprefix("©")
    return named.strip(_EDGES)


def _split(text: str) -> tuple[str, str | None]:
    """A caption and the credit at its end that has a label: ``The ferry on Monday. Photo: Ana Ruiz``."""
    before, mark, credit = text.rpartition("©")
    if mark and len(credit) <= _LONGEST_CREDIT:
        return before.strip(_EDGES + "("), credit.strip(_EDGES + ")") or None
    parts = labelled_parts(text)
    if len(parts) > 1 or (parts and parts[0][0]):
        label, credit = parts[-1]
        if label and label_kind(label) == "other" and len(credit) <= _LONGEST_CREDIT:
            start = text.rfind(label)
            return text[:start].strip(_EDGES + "("), credit.strip(_EDGES + ")") or None
    return text, None

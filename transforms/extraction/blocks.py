"""A page as blocks: its paragraphs, headings, list items and other lines, in the order of the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from transforms.extraction.element_kinds import BIT, LONGEST_NAME, KindsOfNames, has_hidden_style, read_element

MOST_BLOCKS = 8_000
"""Blocks of a page that are read: of 1,376 real pages the largest has 6,066 elements."""
_MOST_HEADINGS = 20

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike strong "
    "sub sup time tt u var wbr o:p ruby rb rt rp amp-link".split()
)
"""Elements that are part of a line. All others begin a block."""
_UNREAD = frozenset(
    "script style noscript template svg iframe select option textarea input button object embed video audio canvas head "
    "map applet dialog datalist progress meter amp-ad".split()
)
"""Elements whose text nobody reads as part of a page."""
_BOLD = frozenset("b strong em i u h1 h2 h3 h4 h5 h6".split())
_PICTURES = frozenset("img source picture".split())
"""Elements without text that stand within a line."""
_SPECIAL = _UNREAD | {"br", "img", "amp-img"}
"""Elements that are read in their own way."""
_MAY_HOLD_IMAGES = frozenset("img amp-img noscript".split())
"""Elements that show an image, and one that has it for browsers without scripts."""
_COMMENTS, _FOR_SCREEN_READERS = BIT["comments"], BIT["for screen readers"]
_MAY_BE_ASIDE = frozenset("div section ul ol li details aside form article amp-sidebar".split())


@dataclass(slots=True)
class Node:
    """An element that is no part of a line, and has text."""

    element: HtmlElement
    tag: str
    parent: int
    """Index of the node around it; -1 for the first one."""
    depth: int
    name: str
    """Tag, class and id: elements with the same purpose have the same name."""
    kinds: int
    """Bits of element_kinds.BIT."""
    first: int
    """Index of its first block."""
    last: int = 0
    """Index after its last block."""


@dataclass(slots=True)
class Block:
    """A line of the page."""

    text: str
    node: int
    """Index of the node that holds it."""
    linked: int
    """Characters inside links."""
    links: int
    """Number of links."""
    bold: int
    """Characters that are bold, emphasized or in a heading."""
    kinds: int
    """Bits of the elements inside the line, as in Node."""
    anchors: list[HtmlElement]
    """Links with words of the line, also one around more than the line."""


@dataclass(slots=True)
class Picture:
    """An image of the page."""

    element: HtmlElement
    node: int
    """Index of the node that holds it."""
    place: int
    """Number of blocks before it."""
    is_fallback: bool
    """True for the image of a noscript element, which may stand for the one before it."""


@dataclass(slots=True)
class Blocks:
    """All blocks of a page, the elements that hold them, and its images, each in the order of the page."""

    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


def read_blocks(tree: HtmlElement) -> Blocks:
    """The blocks of a page, without readers' comments and what a browser does not show.

    A line ends with an element that is not inline, and with two line breaks in a row.
    """
    body = tree.find("body")
    return _Reader(tree if body is None else body).page


class _Reader:
    """Walks a page once; keeps the line that it is in."""

    def __init__(self, root: HtmlElement) -> None:
        self.page = Blocks()
        self._node = -1
        self._open: list[HtmlElement] = []
        """The elements of the node and of those around it."""
        self._in_link = self._in_bold = 0
        self._open_link: HtmlElement | None = None
        self._new_line()
        self._root = root
        self._kinds_of_names = KindsOfNames()
        self._with_headings: set[HtmlElement] | None = None
        self._unread: HtmlElement | None = None
        """The element around what is not read."""
        self._read()

    def _read(self) -> None:
        blocks = self.page.blocks
        begun: list[HtmlElement] = []
        # lxml's walk with events for the beginnings and ends of elements takes several times as long as this iterator.
        for element in self._root.iter("*"):
            around = element.getparent()
            while begun and begun[-1] is not around:
                self._end(begun.pop())
            begun.append(element)
            if self._unread is not None:
                continue
            tag = element.tag
            if tag in _INLINE:
                is_read = self._begin_inline(element, tag)
            elif tag in _SPECIAL:
                is_read = self._begin_special(element, tag)
            else:
                is_read = self._begin_block(element, tag)
            if not is_read:
                self._unread = element
            elif len(blocks) >= MOST_BLOCKS:
                break
        else:
            while begun:
                self._end(begun.pop())
        while self._node >= 0:
            self._close_node()

    def _end(self, element: HtmlElement) -> None:
        """Leaves an element, and reads the text after it."""
        if self._unread is None:
            tag = element.tag
            if tag in _INLINE:
                if tag == "a":
                    self._in_link -= 1
                    self._open_link = None
                elif tag in _BOLD:
                    self._in_bold -= 1
            elif self._open and self._open[-1] is element:
                self._end_block(tag)
        elif element is self._unread:
            self._unread = None
        else:
            return
        if tail := element.tail:
            if self._parts or not tail.isspace():
                self._add(tail)
            else:
                self._is_begun = True  # as _add does with most tails: blanks between blocks

    def _begin_inline(self, element: HtmlElement, tag: str) -> bool:
        """Reads the element's own text. False for an element that is left out with all it contains, here and below."""
        attributes = element.keys()
        if "style" in attributes and has_hidden_style(element):
            return False
        if "class" in attributes and (name := element.get("class")):
            kinds = self._kinds_of_names[name[:LONGEST_NAME]]
            if kinds & _FOR_SCREEN_READERS:
                return False
            self._kinds |= kinds
        if tag == "a":
            self._links += 1
            self._in_link += 1
            self._open_link = element
            self._anchors.append(element)
        elif tag in _BOLD:
            self._in_bold += 1
        if text := element.text:
            self._add(text)
        return True

    def _begin_special(self, element: HtmlElement, tag: str) -> bool:
        if tag in _MAY_HOLD_IMAGES:
            self._add_picture(element, tag)
        if tag in _UNREAD:
            return False
        if tag != "br":
            return self._begin_block(element, tag)
        self._breaks += 1
        self._parts.append(" ")
        if self._breaks > 1:
            self._end_line()
        return True

    def _begin_block(self, element: HtmlElement, tag: str) -> bool:
        text = element.text
        if not len(element) and (not text or text.isspace()):
            if tag not in _PICTURES:
                self._end_line()
            return True
        if self._parts or self._is_begun:
            self._end_line()
        name, kinds, is_hidden = read_element(element, tag, self._kinds_of_names)
        if (is_hidden or kinds & _COMMENTS) and tag in _MAY_BE_ASIDE and not self._holds_heading(element):
            return False
        nodes, opened = self.page.nodes, self._open
        nodes.append(Node(element, tag, self._node, len(opened), f"{tag} {name}", kinds, len(self.page.blocks)))
        self._node = len(nodes) - 1
        opened.append(element)
        if tag in _BOLD:
            self._in_bold += 1
        if text and text.isspace():
            self._is_begun = True
        elif text:
            self._add(text)
        return True

    def _holds_heading(self, element: HtmlElement) -> bool:
        """True for an element around one of the first headings of the page. Few pages need to know that."""
        if next(element.iter("h1"), None) is None:
            return False
        if self._with_headings is None:
            headings = islice(self._root.iter("h1"), _MOST_HEADINGS)
            self._with_headings = {holder for heading in headings for holder in heading.iterancestors()}
        return element in self._with_headings

    def _end_block(self, tag: str) -> None:
        if self._parts or self._is_begun:
            self._end_line()
        self._close_node()
        if tag in _BOLD:
            self._in_bold -= 1

    def _close_node(self) -> None:
        self._open.pop()
        node = self.page.nodes[self._node]
        node.last = len(self.page.blocks)
        self._node = node.parent

    def _add(self, text: str) -> None:
        if text.isspace():
            if self._parts:
                self._parts.append(text)
            self._is_begun = True
            return
        self._parts.append(text)
        self._breaks = 0
        if self._in_link:
            self._linked += len(text)
        if self._in_bold:
            self._bold += len(text)

    def _add_picture(self, element: HtmlElement, tag: str) -> None:
        is_fallback = tag == "noscript"
        image = next(element.iter("img"), None) if is_fallback else element
        if image is not None:
            self.page.pictures.append(Picture(image, max(0, self._node), len(self.page.blocks), is_fallback))

    def _end_line(self) -> None:
        if self._parts:
            text = " ".join("".join(self._parts).split())
            if text:
                self.page.blocks.append(
                    Block(text, max(0, self._node), self._linked, self._links, self._bold, self._kinds, self._anchors)
                )
            self._new_line()
        elif self._links or self._kinds or self._anchors:  # of elements without text
            if self._is_begun:
                self._new_line()
        else:
            self._is_begun = False  # most lines begin with blanks, and end without more

    def _new_line(self) -> None:
        self._parts: list[str] = []
        self._is_begun = False
        self._anchors = [] if self._open_link is None else [self._open_link]
        self._linked = self._links = self._bold = self._kinds = self._breaks = 0

"""Elements with so many attributes that parsing them would not end, found before the parser sees them."""

from __future__ import annotations

import re
from itertools import islice

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

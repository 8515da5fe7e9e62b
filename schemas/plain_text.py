"""Removes characters that do not print, but change how other text is shown: they can hide or forge what a reader sees."""

from __future__ import annotations

import re
from typing import TypeVar, cast

from schemas.encodable import encodable, map_texts

T = TypeVar("T")

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""The characters with the Unicode property Bidi_Control. Joiners (U+200C, U+200D) are not among them: many scripts need those."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters, apart from tab and line feed. Terminals take some of them as commands."""


def without_bidi(value: T) -> T:
    """The value with texts without bidirectional control characters. Looks into records, tuples, lists and dictionaries.

    Text in right-to-left scripts is shown correctly without them: its letters have a direction.
    """
    return cast(T, map_texts(value, _without_bidi))


def _without_bidi(text: str) -> str:
    return _BIDI.sub("", text) if not text.isascii() and _BIDI.search(text) else text


def printable(text: str) -> str:
    """Text from files or the web that is safe to print or to show: without control characters, except for tabs and line feeds,
    and without bidirectional controls."""
    return _CONTROLS.sub("", without_bidi(encodable(text)))

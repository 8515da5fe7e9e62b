"""Removes characters that do not print, but change how other text is shown: they can hide or forge what a reader sees."""

from __future__ import annotations

import re
from typing import TypeVar, cast

from schemas.encodable import encodable, map_texts

T = TypeVar("T")

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, apart from tab and line feed: terminals take some of them as commands. And the characters with the Unicode property
Bidi_Control. Joiners (U+200C, U+200D) are not among them: many scripts need those."""
_MEANT = {chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
"""The characters that stand for U+0080 to U+009F in all real text: browsers read ``&#146;`` as an apostrophe too."""


def printable(value: T) -> T:
    """The value with texts that are safe to store, to print and to show. Looks into records, tuples, lists and dictionaries.

    Texts lose their control characters, except for tabs and line feeds, and their bidirectional controls. Text in right-to-left scripts
    is shown correctly without those: its letters have a direction. Lone surrogates become U+FFFD.
    """
    return cast(T, map_texts(value, _printable))


def _printable(text: str) -> str:
    if text.replace("\n", "").isprintable():  # then it has neither control characters nor surrogates
        return text
    text = encodable(text)
    return _UNSEEN.sub(_meant, text) if _UNSEEN.search(text) else text


def _meant(match: re.Match[str]) -> str:
    return _MEANT.get(match[0], "")

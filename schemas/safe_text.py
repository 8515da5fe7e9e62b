"""Functions of the standard library that fail on hostile text, or whose time grows with its square, made safe."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from itertools import groupby
from typing import Literal

_LONG_REFERENCE = re.compile(r"&#([0-9]{20,});?")
_MOST_MARKS = 30
"""Combining marks on one letter that are kept: the limit of Unicode's stream-safe text (UAX 15). No language needs more than five."""


def unescape(text: str) -> str:
    """``html.unescape``, also for references of thousands of digits, for which it raises ValueError."""
    if "&" not in text:
        return text
    return html.unescape(_LONG_REFERENCE.sub(_shortened, text) if "&#" in text else text)


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """``unicodedata.normalize`` with at most 30 combining marks in a row. It sorts them, in a time that grows with their square."""
    if text.isascii():
        return text
    mark, maybe, many = _many_marks()
    # A run of 31 marks has one at a place that is a multiple of 31: to look there takes a thirtieth of the time.
    has_many = mark.search(text[:: _MOST_MARKS + 1]) and maybe.search(text)
    return unicodedata.normalize(form, many.sub(r"\1", text) if has_many else text)


def _shortened(reference: re.Match[str]) -> str:
    digits = reference[1].lstrip("0")
    return f"&#{digits};" if len(digits) < 8 else "\ufffd"


@cache
def _many_marks() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What may be a mark, what may be too many, both for a quick look, and what is too many.

    Characters beyond the first plane have a class of their own: members of one class with both would be tried one by one.
    """
    marks = [number for number in range(0x20000) if unicodedata.combining(chr(number))]
    runs = [[number for _, number in run] for _, run in groupby(enumerate(marks), lambda pair: pair[1] - pair[0])]
    common, rare = (
        "".join(f"{re.escape(chr(run[0]))}-{re.escape(chr(run[-1]))}" for run in runs if (run[0] > 0xFFFF) is is_rare)
        for is_rare in (False, True)
    )
    mark = rf"(?:[{common}]|(?=[\U00010000-\U0010ffff])[{rare}])"
    maybe = rf"[{common}\U00010000-\U0010ffff]"
    many = rf"{maybe}{{{_MOST_MARKS + 1}}}"
    return re.compile(maybe), re.compile(many), re.compile(rf"({mark}{{{_MOST_MARKS}}}){mark}+")

"""The words of a body: their number, and the hash by which exact copies are known."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from schemas.safe_text import normalize
from transforms.urls import digest

_WORDS = re.compile(r"\w+")
_BEYOND_FIRST_PLANE = re.compile("[\U00010000-\U0010ffff]")
_JOINERS = (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
"""Characters without width that stand inside words."""
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


def content_hash(body: str) -> str:
    """Hash of a body's words: 32 hex digits. Case, punctuation, spacing and width of characters do not count."""
    return digest(" ".join(_WORDS.findall(normalize("NFKC", body).casefold())))


def word_count(body: str) -> int:
    """Number of words. In scripts without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese), each letter counts as one.

    Vowel signs, accents and joiners belong to the letter before them.
    """
    if body.isascii():
        return len(_WORDS.findall(body))
    common, rare = _marks()
    letters = common.sub("", body)
    if _BEYOND_FIRST_PLANE.search(letters):
        letters = rare.sub("", letters)
    spaced, characters = _UNSPACED.subn(" ", letters)
    return characters + len(_WORDS.findall(spaced))


@cache
def _marks() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Combining marks and joiners: those in the first plane of Unicode, and the others.

    A class of characters in both planes would be tried member by member.
    """
    codes = [code for code in range(0x20000) if unicodedata.category(chr(code)).startswith("M")]
    common = "".join(chr(code) for code in (*codes, *_JOINERS) if code < 0x10000)
    rare = "".join(chr(code) for code in codes if code >= 0x10000)
    return re.compile(f"[{common}]+"), re.compile(f"(?=[\U00010000-\U0010ffff])[{rare}\U000e0100-\U000e01ef]+")

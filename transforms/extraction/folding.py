"""Text as the patterns of stamps read it: one form for characters that mean the same in a date."""

from __future__ import annotations

from schemas.safe_text import normalize

_SAME = {
    ord(char): same
    for chars, same in (
        ("،、", ","),
        ("।٫॰", "."),
        ("׳״", ""),
        ("’ʼ`´", "'"),
        ("−–—‒‐‑―", "-"),
        ("·•・∙|", "|"),
        ("【〔〈", "["),
        ("】〕〉", "]"),
        ("يى", "ی"),
        ("ك", "ک"),
        ("ς", "σ"),
        ("ıİ", "i"),
        # Marks of direction, joiners and soft hyphens are not printed; Arabic letters may be stretched, and have signs of vowels.
        ("".join(map(chr, range(0x64B, 0x653))), ""),
        (
            "\u00ad\u061c\u0640\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
            "",
        ),
    )
    for char in chars
}

_MOST_KNOWN = 20_000


class _Folding(dict[int, str]):
    """What each character becomes, for str.translate. Characters are added as they come up, up to a limit that hostile text may reach."""

    moving: set[str]
    """Characters that become none or several."""

    def __init__(self) -> None:
        super().__init__()
        self.moving = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = str(int(char)) if char.isdecimal() else _folded(char)
        if len(self) < _MOST_KNOWN:
            self[code] = folded
            if len(folded) != 1:
                self.moving.add(char)
        return folded


_FOLDING = _Folding()


def fold(text: str) -> tuple[str, list[int] | None]:
    """The text in lower case, with compatibility characters and digits of every script replaced, and the place in ``text`` of each of
    its characters (None if nothing moved). ``text`` is in NFC."""
    if text.isascii():
        return text.lower(), None
    folded = text.translate(_FOLDING)
    if len(folded) == len(text) and _FOLDING.moving.isdisjoint(text):
        return folded, None
    return folded, [place for place, char in enumerate(text) for _ in _FOLDING[ord(char)]]


def _folded(char: str) -> str:
    return normalize("NFKC", char.translate(_SAME)).lower().translate(_SAME)

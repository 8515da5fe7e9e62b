"""Random mutations of pages and feeds, for ``benchmarks.fuzz``."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_TAG = re.compile(rb"<[^<>]{1,300}>")
_WORD = re.compile(rb"\w+")
_VALUE = re.compile(rb""">[^<>]+<|"[^"<>]*"|'[^'<>]*'""")
_UTF_8 = re.compile(rb"utf-8", re.IGNORECASE)
_MOST_STEPS = 6
_MOST_COPIES = 2_000
_MOST_BYTES = 400_000
"""Bytes that one repetition may give."""

_INSERTED = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        *(
            "\0",
            "\ufeff",
            "\ufffe",
            "\ud83d",
            "\u0301\u0323",
            "\u200b",
            "\u202e",
            "İ",
            "ß",
            "ﷺ",
            "𝔘",
            "\x1b[31m",
            "\x85",
        ),
        *(
            "&",
            "&amp;",
            "&amp;amp;",
            "&#0;",
            "&#55357;",
            "&#xD83D;&#xDE00;",
            "&#x110000;",
            "&#99999999999999999999;",
            "&nbsp;",
        ),
        *(
            "<",
            ">",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?xml version='1.0' encoding='utf-16'?>",
            "<?",
            "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        ),
        *(
            "<script>",
            "</script>",
            "<style>",
            "<title>",
            "<noscript>",
            "<svg>",
            "<math>",
            "<template>",
            "<table>",
            "<p>",
            "<a href='x'>",
        ),
        *(
            "© 2026 ",
            "By ",
            "Jane Doe, ",
            "(AP) ",
            "Reuters",
            "January 1, 2026 ",
            "12:00 ",
            "and ",
            "| ",
            "… ",
            "1" * 30,
            "9" * 5000,
        ),
        *('{"@id":"#a"}', '{"@graph":[', "]}", "[[[[[[[[", '"author":', "\\ud83d", "\\u0000", "1e999", "-", "NaN"),
        *(
            "http://[",
            "http://[]@",
            "//",
            "javascript:",
            "%",
            "%00",
            "../",
            "http://a.example:99999/",
            "mailto:a@b.example",
        ),
    )
)
_CHARSETS = (
    "utf-8",
    "utf-16",
    "utf-32",
    "latin-1",
    "cp1252",
    "koi8-r",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "iso2022_jp",
    "utf-7",
    "cp037",
)

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutated(draw: random.Random, body: bytes, seeds: Sequence[bytes]) -> bytes:
    """The body after one to six random mutations."""
    for _ in range(draw.randint(1, _MOST_STEPS)):
        body = draw.choice(_MUTATIONS)(draw, body, seeds)
    return body


def _span(draw: random.Random, body: bytes, longest: int = 5_000) -> tuple[int, int]:
    start = draw.randint(0, len(body))
    return start, min(len(body), start + int(longest ** draw.random()))


def _flip(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(body)
    for _number in range(draw.randint(1, 20) if changed else 0):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _delete(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _span(draw, body)
    return body[:start] + body[end:]


def _cut(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    return body[: draw.randint(0, len(body))]


def _insert(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    place = draw.randint(0, len(body))
    return body[:place] + draw.choice(_INSERTED) * int(_MOST_COPIES ** (draw.random() ** 2)) + body[place:]


def _repeat(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _span(draw, body)
    return body[:end] + _copies(draw, body[start:end]) + body[end:]


def _repeat_tag(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    """Repeats a tag where it stands, so that elements nest."""
    tags = list(_TAG.finditer(body))
    if not tags:
        return body
    tag = draw.choice(tags)
    return body[: tag.end()] + _copies(draw, tag[0]) + body[tag.end() :]


def _swap_tag(draw: random.Random, body: bytes, seeds: Sequence[bytes]) -> bytes:
    """Replaces a tag by another one, of this body or of another."""
    own = list(_TAG.finditer(body))
    others: list[bytes] = _TAG.findall(draw.choice((body, draw.choice(seeds)))[:100_000])
    if not own or not others:
        return body
    tag = draw.choice(own)
    return body[: tag.start()] + draw.choice(others) + body[tag.end() :]


def _fill_value(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    """Fills a text or an attribute with a repeated motif, or with its own words."""
    values = list(_VALUE.finditer(body))
    if not values:
        return body
    value = draw.choice(values)
    words = _WORD.findall(value[0]) or [b"x"]
    motif = draw.choice((draw.choice(_INSERTED), draw.choice(words) + b" ", value[0][1:-1]))
    return body[: value.start() + 1] + _copies(draw, motif) + body[value.end() - 1 :]


def _splice(draw: random.Random, body: bytes, seeds: Sequence[bytes]) -> bytes:
    other = draw.choice(seeds)
    start, end = _span(draw, other, 20_000)
    place = draw.randint(0, len(body))
    return body[:place] + other[start:end] + body[place:]


def _join(draw: random.Random, body: bytes, seeds: Sequence[bytes]) -> bytes:
    """The beginning of this body with the end of another."""
    other = draw.choice(seeds)
    return body[: draw.randint(0, len(body))] + other[draw.randint(0, len(other)) :]


def _recode(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    """The body in another charset; its declaration may be wrong then."""
    return body.decode("utf-8", "replace").encode(draw.choice(_CHARSETS), "replace")


def _redeclare(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    return _UTF_8.sub(draw.choice(_CHARSETS).encode(), body, count=draw.randint(1, 3))


def _declare_type(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    """A Content-Type header in front of the body."""
    kind = draw.choice(
        ("text/html", "text/xml", "application/rss+xml", "application/json", "application/octet-stream", "")
    )
    charset = draw.choice((*_CHARSETS, "utf8", "none", "x-user-defined", "punycode", "idna", "utf-8; charset=cp1252"))
    return f"Content-Type: {kind}; charset={charset}\n".encode() + body


def _shuffle(draw: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    """Some of the elements in another order."""
    parts = body.split(b"<")
    start = draw.randrange(len(parts))
    end = start + draw.randint(1, 50)
    some = parts[start:end]
    draw.shuffle(some)
    return b"<".join([*parts[:start], *some, *parts[end:]])


def _copies(draw: random.Random, motif: bytes) -> bytes:
    most = max(1, min(_MOST_COPIES * 10, _MOST_BYTES // max(1, len(motif))))
    return motif * int(most ** (draw.random() ** 2))


_MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _delete, _cut, _insert, _insert, _repeat, _repeat_tag, _repeat_tag, _swap_tag),
    *(_fill_value, _fill_value, _fill_value, _splice, _join, _recode, _redeclare, _declare_type, _shuffle),
)

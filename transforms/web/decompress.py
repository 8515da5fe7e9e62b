"""Undoes the content codings of a body, in bounded memory."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import brotli
import zstandard

from transforms.web.media_types import may_be_page

ACCEPTED = "gzip, deflate, br, zstd"
"""The content codings that we request."""

_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress"})
_GZIP, _ZSTD, _COMPRESS = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x1f\x9d"
_MOST_CODINGS = 5
_ZSTD_WINDOW = 8 << 20
"""Largest window of a zstd body in bytes (RFC 9659)."""
_PIECE = 256
"""Bytes of gzip and zstd to decompress at once. In zstd a block of four bytes may hold 128 KiB, so these give at most 8 MiB."""
_MOST_MEMBERS = 10_000
"""Gzip members or zstd frames of a body. Empty ones cost time and give nothing."""


class CodingError(ValueError):
    """A compressed body that is broken or incomplete. The message says how."""


def codings_of(header: str, content_type: str | None = None) -> list[str]:
    """The content codings in a Content-Encoding header, in the order in which they were applied.

    Other words (``identity``, ``utf-8``, ``none``) are no codings, as in browsers. A page may be gzipped without a word, or twice.
    """
    unnamed = ["gzip"] if may_be_page(content_type) else []
    return unnamed + [word for word in map(str.strip, header.lower().split(",")) if word in _CODINGS]


def decoded(body: bytes, codings: Sequence[str], max_bytes: int, *, partial: bool = False) -> bytes:
    """The body without its codings; longer than ``max_bytes`` if and only if the whole is. Raises CodingError.

    A coding that the body does not begin like is skipped: many servers and crawlers keep the header field when they decode the body.
    ``partial`` accepts a body that breaks off.
    """
    if len(codings) > _MOST_CODINGS:
        raise CodingError(f"{len(codings)} content codings")
    for coding in reversed(codings):
        body = _without(coding, body, max_bytes + 1, partial)
    return body


def _without(coding: str, body: bytes, room: int, partial: bool) -> bytes:
    """The body without one coding, at most ``room`` bytes. gzip and zstd are known by their first bytes, whatever the header says."""
    try:
        if body.startswith(_GZIP):
            return _unpacked(body, _GZIP, room, partial)
        if body.startswith(_ZSTD):
            return _unpacked(body, _ZSTD, room, partial)
        if coding == "deflate" or (coding in ("gzip", "x-gzip") and _is_zlib(body)):
            return _inflated(body, zlib.MAX_WBITS if _is_zlib(body) else -zlib.MAX_WBITS, room, partial)
        if coding == "br":
            return _unbrotli(body, room, partial)
        if body.startswith(_COMPRESS):
            raise CodingError("not supported")
    except (zlib.error, brotli.error, zstandard.ZstdError, CodingError) as error:
        if coding in ("deflate", "br") and _is_text(body):
            return body
        raise CodingError(f"{coding}: {error}") from error
    return body


def _inflated(body: bytes, window: int, room: int, partial: bool) -> bytes:
    """One zlib or deflate stream. Bytes after it are ignored, as in browsers."""
    stream = zlib.decompressobj(window)
    content = stream.decompress(body, room)
    _require_end(stream.eof or partial or len(content) >= room)
    return content


def _unbrotli(body: bytes, room: int, partial: bool) -> bytes:
    if not body:
        return body
    stream = brotli.Decompressor()
    content = bytes(stream.process(body, output_buffer_limit=room))
    _require_end(stream.is_finished() or partial or len(content) >= room)
    return content[:room]


def _unpacked(body: bytes, magic: bytes, room: int, partial: bool) -> bytes:
    """A file of gzip members or zstd frames, one after another. Bytes after them are ignored, as in browsers."""
    parts: list[bytes] = []
    place = members = 0
    while body.startswith(magic, place) and room > 0:
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16) if magic == _GZIP else _zstd_frame()
        while place < len(body) and room > 0 and not stream.eof:
            piece = body[place : place + _PIECE]
            parts.append(stream.decompress(piece))
            place += len(piece) - len(stream.unused_data)
            room -= len(parts[-1])
        _require_end(stream.eof or partial or room <= 0)
        members += 1
        if members > _MOST_MEMBERS:
            raise CodingError(f"more than {_MOST_MEMBERS} members")
    return b"".join(parts)


def _zstd_frame() -> zstandard.ZstdDecompressionObj:
    return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()


def _require_end(ended: bool) -> None:
    if not ended:
        raise CodingError("the compressed body breaks off")


def _is_zlib(body: bytes) -> bool:
    """True when the body begins with the header of zlib (RFC 1950). Some servers omit it under ``deflate``."""
    return len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _is_text(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"[") or body == b""

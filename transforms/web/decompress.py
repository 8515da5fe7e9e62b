"""Decompression of bodies, a bounded piece at a time."""

from __future__ import annotations

import zlib

SUPPORTED = frozenset({"gzip", "x-gzip", "deflate"})
"""Content codings that we ask for and decompress."""

UNSUPPORTED = frozenset({"br", "zstd", "compress", "x-compress"})
"""Content codings that we cannot read. Any other name (``identity``, ``utf-8``) is none, and is ignored as in browsers."""


class Decompressor:
    """One gzip or deflate stream. (aiohttp's own decompression takes a gzip stream that breaks off for a whole one.)"""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, as its first bytes say
        self._begun = False

    def decompress(self, chunk: bytes, room: int) -> bytes:
        """At most ``room`` more bytes, of a chunk that is not empty; raises zlib.error when it is no such stream.

        A result of ``room`` bytes may be incomplete. What follows the end of the stream is ignored, as in browsers.
        """
        if not self._begun and self._encoding == "deflate" and chunk[0] & 0x0F != 8:
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)  # without its zlib frame, as some servers send it
        self._begun = True
        return b"" if self._stream.eof else self._stream.decompress(chunk, room)

    @property
    def eof(self) -> bool:
        """True when the stream has come to its end."""
        return self._stream.eof

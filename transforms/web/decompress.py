"""Decompresses bodies in pieces of bounded size."""

from __future__ import annotations

import zlib

SUPPORTED = frozenset({"gzip", "x-gzip", "deflate"})
"""Content codings that we request and decompress."""

UNSUPPORTED = frozenset({"br", "zstd", "compress", "x-compress"})
"""Content codings that we cannot read. Any other name (``identity``, ``utf-8``) means no coding, as in browsers."""


class Decompressor:
    """One gzip or deflate stream. (The decompression of aiohttp takes a truncated gzip stream for a complete one.)"""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, by its first bytes
        self._begun = False

    def decompress(self, chunk: bytes, room: int) -> bytes:
        """The next bytes of the stream, at most ``room``. ``chunk`` must not be empty. Raises zlib.error for a broken stream.

        A result of ``room`` bytes may be incomplete. Bytes after the end of the stream are ignored, as in browsers.
        """
        if not self._begun and self._encoding == "deflate" and chunk[0] & 0x0F != 8:
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)  # some servers omit the zlib frame
        self._begun = True
        return b"" if self._stream.eof else self._stream.decompress(chunk, room)

    @property
    def eof(self) -> bool:
        """True after the end of the stream."""
        return self._stream.eof

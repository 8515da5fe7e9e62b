"""Feeds that are compressed without a Content-Encoding, such as sitemap.xml.gz."""

from __future__ import annotations

import zlib

from schemas import Reason, Rejected

MAX_BYTES = 50 << 20
"""Maximum bytes of a feed that is compressed without a Content-Encoding, after decompression."""


def inflated(body: bytes) -> bytes:
    """The body without gzip, which some servers send without saying so."""
    if body[:2] != b"\x1f\x8b":
        return body
    parts, left = list[bytes](), MAX_BYTES
    try:
        while body[:2] == b"\x1f\x8b" and left > 0:  # a file may have several members
            stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            parts.append(stream.decompress(body, left))
            left -= len(parts[-1])
            body = stream.unused_data
        return b"".join(parts)
    except zlib.error as error:
        raise Rejected(Reason.BAD_ENCODING, f"the body begins like gzip and is not: {error}") from error

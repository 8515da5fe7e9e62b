"""Feeds that are compressed without a Content-Encoding, such as sitemap.xml.gz."""

from __future__ import annotations

from schemas import Reason, Rejected
from transforms.web.decompress import CodingError, decoded

MAX_BYTES = 50 << 20
"""Maximum bytes of a feed that is compressed without a Content-Encoding, after decompression."""


def inflated(body: bytes) -> bytes:
    """The body without gzip, which some servers send without saying so."""
    try:
        return decoded(body, ["gzip"], MAX_BYTES, partial=True)[:MAX_BYTES]
    except CodingError as error:
        raise Rejected(Reason.BAD_ENCODING, f"the body begins like gzip and is not: {error}") from error

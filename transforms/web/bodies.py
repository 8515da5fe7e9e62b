"""Reads the body of an answer in bounded memory."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping

import aiohttp

from schemas.reasons import Reason, Rejected
from transforms.web.decompress import SUPPORTED, UNSUPPORTED, Decompressor


async def read_body(response: aiohttp.ClientResponse, headers: Mapping[str, str], max_bytes: int, cut: bool) -> bytes:
    """The decompressed body, of which at most ``max_bytes`` are held in memory.

    ``cut`` cuts a larger body off there; otherwise raises Rejected(TOO_LARGE). Raises Rejected(BAD_ENCODING) for a content coding that is
    broken, or that we cannot read.
    """
    if not cut and (response.content_length or 0) > max_bytes:
        raise Rejected(Reason.TOO_LARGE, f"Content-Length {response.content_length}", response.status)
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in UNSUPPORTED:
        raise Rejected(Reason.BAD_ENCODING, f"content coding {encoding}, which was not requested", response.status)
    decompressor = Decompressor(encoding) if encoding in SUPPORTED else None
    _end_with_connection(response)
    parts: list[bytes] = []
    received = size = 0
    async for chunk in response.content.iter_any():
        received += len(chunk)
        try:
            part = decompressor.decompress(chunk, max_bytes + 1 - size) if decompressor else chunk
        except zlib.error as error:
            raise Rejected(Reason.BAD_ENCODING, str(error), response.status) from error
        size += len(part)
        parts.append(part)
        if max(received, size) > max_bytes:
            if cut:
                return b"".join(parts)[:max_bytes]
            raise Rejected(Reason.TOO_LARGE, f"more than {max_bytes} bytes", response.status)
    if decompressor and received and not decompressor.eof:
        raise Rejected(Reason.BAD_ENCODING, "the compressed body breaks off", response.status)
    return b"".join(parts)


def _end_with_connection(response: aiohttp.ClientResponse) -> None:
    """Makes reading fail when the connection closes: aiohttp 3.14 waits for ever when a bad chunk follows a good one."""
    if response.connection is None or response.connection.protocol is None:
        return  # the whole body has arrived
    protocol, content = response.connection.protocol, response.content

    def fail(_: asyncio.Future[None]) -> None:
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError(str(protocol.exception())))

    if protocol.closed is not None:
        protocol.closed.add_done_callback(fail)

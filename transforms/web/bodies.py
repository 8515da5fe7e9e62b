"""The body of an answer, in bounded memory."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping

import aiohttp

from schemas.reasons import Reason, Rejected
from transforms.web.decompress import SUPPORTED, UNSUPPORTED, Decompressor


async def read_body(response: aiohttp.ClientResponse, fields: Mapping[str, str], max_bytes: int, cut: bool) -> bytes:
    """Read and decompress a body, never holding more than ``max_bytes`` of it; ``cut`` it there, or raise TOO_LARGE."""
    if not cut and (response.content_length or 0) > max_bytes:
        raise Rejected(Reason.TOO_LARGE, f"Content-Length {response.content_length}", response.status)
    encoding = fields.get("content-encoding", "").strip().lower()
    if encoding in UNSUPPORTED:
        raise Rejected(Reason.BAD_ENCODING, f"{encoding}, which we did not ask for", response.status)
    inflate = Decompressor(encoding) if encoding in SUPPORTED else None
    _end_with_connection(response)
    parts: list[bytes] = []
    received = size = 0
    async for chunk in response.content.iter_any():
        received += len(chunk)
        try:
            part = inflate.decompress(chunk, max_bytes + 1 - size) if inflate else chunk
        except zlib.error as error:
            raise Rejected(Reason.BAD_ENCODING, str(error), response.status) from error
        size += len(part)
        parts.append(part)
        if max(received, size) > max_bytes:
            if cut:
                return b"".join(parts)[:max_bytes]
            raise Rejected(Reason.TOO_LARGE, f"more than {max_bytes} bytes", response.status)
    if inflate and received and not inflate.eof:
        raise Rejected(Reason.BAD_ENCODING, "the compressed body breaks off", response.status)
    return b"".join(parts)


def _end_with_connection(response: aiohttp.ClientResponse) -> None:
    """Let reading fail when the connection goes: aiohttp 3.14 waits on after a bad chunk behind a good one."""
    if response.connection is None or response.connection.protocol is None:
        return  # the body is here already
    protocol, content = response.connection.protocol, response.content

    def fail(_: asyncio.Future[None]) -> None:
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError(str(protocol.exception())))

    if protocol.closed is not None:
        protocol.closed.add_done_callback(fail)

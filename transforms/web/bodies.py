"""Reads the body of an answer in bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import aiohttp

from schemas.reasons import Reason, Rejected
from transforms.web.decompress import CodingError, codings_of, decoded


async def read_body(response: aiohttp.ClientResponse, headers: Mapping[str, str], max_bytes: int, cut: bool) -> bytes:
    """The decompressed body. At most ``max_bytes`` are held in memory as received, and as many after each coding.

    ``cut`` cuts a larger body off there; otherwise raises Rejected(TOO_LARGE). Raises Rejected(BAD_ENCODING) for a content coding that is
    broken, or that we cannot read.
    """
    if not cut and (response.content_length or 0) > max_bytes:
        raise Rejected(Reason.TOO_LARGE, f"Content-Length {response.content_length}", response.status)
    try:
        codings = codings_of(headers.get("content-encoding", ""), headers.get("content-type"))
        received = await _received(response, max_bytes)
        _require_size(received, max_bytes, cut, response.status)
        body = decoded(received[:max_bytes], codings, max_bytes, partial=cut)
    except CodingError as error:
        raise Rejected(Reason.BAD_ENCODING, str(error), response.status) from error
    _require_size(body, max_bytes, cut, response.status)
    return body[:max_bytes]


async def _received(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """The body as it arrives; not much more than ``max_bytes`` of a larger one."""
    _end_with_connection(response)
    parts: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        parts.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            break
    return b"".join(parts)


def _require_size(body: bytes, max_bytes: int, cut: bool, status: int) -> None:
    if len(body) > max_bytes and not cut:
        raise Rejected(Reason.TOO_LARGE, f"more than {max_bytes} bytes", status)


def _end_with_connection(response: aiohttp.ClientResponse) -> None:
    """Makes reading fail when the connection closes: aiohttp 3.14 waits for ever when a bad chunk follows a good one."""
    if response.connection is None or response.connection.protocol is None:
        return  # the whole body has arrived
    protocol, content = response.connection.protocol, response.content

    def fail(closed: asyncio.Future[None]) -> None:
        if not closed.cancelled():
            closed.exception()  # asyncio logs what nobody asks for
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError(str(protocol.exception())))

    if protocol.closed is not None:
        protocol.closed.add_done_callback(fail)

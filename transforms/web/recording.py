"""Records the exchanges of the client in an archive."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from schemas.reasons import Reason, Rejected
from transforms.urls import without_credentials
from transforms.web.exchanges import Archive, Exchange, Fields

_SECRET = frozenset({"authorization", "proxy-authorization"})
"""Header fields of requests that do not go into archives."""
_WITHOUT_BODY = frozenset({204, 304})


class Response(aiohttp.ClientResponse):
    """A response that remembers its connection: aiohttp forgets it when the body has arrived."""

    began_at: datetime
    """When the request was sent."""
    began: float
    """The same, on time.monotonic()."""
    peer: str | None = None
    """IP address of the other end of the connection."""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Reads the header."""
        self.began_at, self.began = datetime.now(timezone.utc), time.monotonic()
        name = connection.transport.get_extra_info("peername") if connection.transport else None
        self.peer = name[0] if name else None
        return await super().start(connection)


@dataclass(slots=True)
class Recording:
    """The exchange under way."""

    body: bytes | None = None
    """The decoded body; None until it was read to its end."""
    cut: bool = False
    """True when the body is only a part."""


@contextmanager
def recording(
    archive: Archive | None,
    response: aiohttp.ClientResponse,
    requested_url: str,
    proxy: URL | None,
    secret: Collection[str] = (),
) -> Iterator[Recording]:
    """Records the exchange when the block ends, also when it raises. Records nothing without an archive, and when it is cancelled.

    ``secret`` are names of header fields of the request that are left out.
    """
    current = Recording()
    try:
        yield current
    except Exception as error:
        if archive is not None:
            archive.record(_exchange(response, requested_url, proxy, secret, current, error))
        raise
    if archive is not None:
        archive.record(_exchange(response, requested_url, proxy, secret, current, None))


def _exchange(
    response: aiohttp.ClientResponse,
    requested_url: str,
    proxy: URL | None,
    secret: Collection[str],
    current: Recording,
    error: Exception | None,
) -> Exchange:
    assert isinstance(response, Response)
    sent = response.request_info
    version = response.version or aiohttp.HttpVersion11
    return Exchange(
        url=str(sent.url.with_user(None).with_fragment(None)),
        requested_url=without_credentials(requested_url),
        began_at=response.began_at,
        seconds=time.monotonic() - response.began,
        ip_address=response.peer if proxy is None else None,
        request_line=f"{sent.method} {_target(sent.url)} HTTP/1.1".encode(),
        request_fields=_request_fields(sent, _SECRET.union(name.lower() for name in secret)),
        status_line=_bytes(f"HTTP/{version.major}.{version.minor} {response.status} {response.reason or ''}"),
        response_fields=tuple(response.raw_headers),
        body=current.body or b"",
        truncated=_truncated(response, current, error),
    )


def _target(url: URL) -> str:
    return url.raw_path_qs or "/"


def _request_fields(sent: aiohttp.RequestInfo, secret: Collection[str]) -> Fields:
    return tuple((_bytes(name), _bytes(value)) for name, value in sent.headers.items() if name.lower() not in secret)


def _truncated(response: aiohttp.ClientResponse, current: Recording, error: Exception | None) -> str | None:
    if current.body is not None:
        return "length" if current.cut else None
    if isinstance(error, Rejected) and error.reason is Reason.TOO_LARGE:
        return "length"
    if isinstance(error, asyncio.TimeoutError):
        return "time"
    if isinstance(error, (aiohttp.ClientError, OSError)):
        return "disconnect"
    is_empty = response.status in _WITHOUT_BODY or response.headers.get("Content-Length") == "0"
    return None if is_empty else "unspecified"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

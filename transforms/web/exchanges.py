"""Exchanges: one request and its response, as an archive stores them. Loads no aiohttp: the settings of the client import it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Fields = tuple[tuple[bytes, bytes], ...]
"""Header fields in their order: names and values as bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that was sent, and the response to it."""

    url: str
    """Address of this request, without credentials and fragment."""
    requested_url: str
    """Address with which the chain of redirects began, as the caller gave it, without credentials."""
    began_at: datetime
    """When the request began."""
    seconds: float
    """Seconds from the request to the end of the response."""
    ip_address: str | None
    """Address of the server; None behind a proxy."""
    request_line: bytes
    """Such as ``GET /story?page=2 HTTP/1.1``."""
    request_fields: Fields
    """Header fields of the request, without credentials."""
    status_line: bytes
    """Such as ``HTTP/1.1 200 OK``."""
    response_fields: Fields
    """Header fields of the response as received."""
    body: bytes
    """The body without its transfer and content codings; empty when it was not read to its end."""
    truncated: str | None
    """Why the body is not here, or not all of it, in the words of WARC-Truncated; None when it is complete."""


class Archive(Protocol):
    """Where the client records its exchanges. It is pickled to workers with the settings."""

    def record(self, exchange: Exchange) -> None:
        """Writes an exchange. Whatever it raises ends the pass, so it must not be an OSError: those count as failures of the site."""

    def flush(self) -> None:
        """Makes everything that was recorded durable."""

"""Turns a failed request into the error to raise: Rejected with exactly one reason, or RetryableError."""

from __future__ import annotations

import asyncio
import errno
import os
import ssl
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp.http_exceptions import LineTooLong
from yarl import URL

from schemas.reasons import Reason, Rejected
from transforms.web.addresses import redacted
from transforms.web.settings import HEADER_BYTES, Connect

_STATUS_REASONS = {
    **dict.fromkeys((404, 410, 451), Reason.HTTP_GONE),
    **dict.fromkeys((401, 402, 403, 407), Reason.HTTP_DENIED),
    **dict.fromkeys((408, 425, 429, 503), Reason.HTTP_BUSY),
    202: Reason.BOT_WALL,  # "Accepted" has no content yet. Firewalls answer so to a GET, with a page that runs a test and reloads itself.
}


_LONGEST_MESSAGE = 200
"""Characters of a message. Those of the parser span several lines, and quote all that it got."""


class RetryableError(Exception):
    """A failed request that may succeed if it is repeated. ``rejected`` is the error to raise when there are no more retries."""

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(rejected)
        self.rejected = rejected


class BrokenConnectionError(aiohttp.ClientConnectionError):
    """The connection broke before the answer began."""


def status_error(url: URL, status: int, headers: Mapping[str, str]) -> Rejected | RetryableError:
    """The error for an answer whose status is not a success. ``headers`` has lower-case names."""
    reason, detail = status_reason(status), f"{status} from {redacted(url)}"
    if reason not in (Reason.HTTP_BUSY, Reason.HTTP_SERVER_ERROR):
        return Rejected(reason, detail, status)
    wait = retry_after_seconds(headers.get("retry-after", ""), datetime.now(timezone.utc))
    return RetryableError(Rejected(reason, detail, status, wait))


def status_reason(status: int) -> Reason:
    """The reason for a status that is not a success."""
    if status in _STATUS_REASONS:
        return _STATUS_REASONS[status]
    return Reason.HTTP_SERVER_ERROR if 500 <= status < 600 else Reason.HTTP_OTHER


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None when it is neither."""
    try:
        if value.isascii() and value.isdigit():
            return float(value)
        until = parsedate_to_datetime(value)
        if until.tzinfo is None:  # "-0000": UTC, origin unknown
            until = until.replace(tzinfo=timezone.utc)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def connection_error(
    error: Exception, url: URL, proxy: URL | None, status: int | None, connect: Connect
) -> Rejected | RetryableError:
    """The error for an exception of aiohttp, asyncio or the system during a request for ``url``.

    ``status`` is that of the answer, if its header had arrived. ``connect`` has the timeouts, for the message.
    """
    chain = _causes(error)
    target = redacted(url) if proxy is None else f"{redacted(url)} through proxy {redacted(proxy)}"

    def rejected(reason: Reason, message: str) -> Rejected:
        return Rejected(reason, f"{target}: {' '.join(message[:_LONGEST_MESSAGE].split())}", status)

    if isinstance(error, aiohttp.InvalidURL):
        return rejected(Reason.BAD_URL, str(error))
    if proxy is not None and isinstance(error, aiohttp.ClientHttpProxyError):
        return Rejected(Reason.PROXY, f"proxy {redacted(proxy)} answered {error.status} {error.message}")
    if proxy is not None and isinstance(error, aiohttp.ClientConnectorError) and error.host == proxy.raw_host:
        return Rejected(Reason.PROXY, f"proxy {redacted(proxy)}: {_system_message(chain[-1])}")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return rejected(Reason.DNS, f"{error.host}: {_system_message(chain[-1])}")
    if any(isinstance(cause, ssl.SSLError) for cause in chain):
        return rejected(Reason.TLS, _system_message(chain[-1]))
    if isinstance(error, aiohttp.ConnectionTimeoutError) or getattr(error, "errno", None) == errno.ETIMEDOUT:
        return rejected(Reason.TIMEOUT, f"no connection within {connect.connect_seconds:g} s")
    if isinstance(error, asyncio.TimeoutError):
        return rejected(Reason.TIMEOUT, f"no complete answer within {connect.seconds:g} s")
    if isinstance(error, aiohttp.ClientConnectorError):
        return rejected(Reason.CONNECT, _system_message(chain[-1]))
    if any(isinstance(cause, LineTooLong) for cause in chain):
        return rejected(Reason.TOO_LARGE, f"a header field has more than {HEADER_BYTES} bytes")
    if isinstance(error, aiohttp.ClientResponseError):
        # An error of the HTTP parser, which has no type of its own for broken chunks.
        reason = Reason.BAD_ENCODING if "chunk" in error.message else Reason.CONNECT
        return rejected(reason, f"the answer is not HTTP: {error.message}")
    if isinstance(error, aiohttp.ClientPayloadError) and "Not enough data" not in str(error):
        return rejected(Reason.BAD_ENCODING, str(error))
    return RetryableError(rejected(Reason.CONNECT, "the connection broke off"))


def _causes(error: BaseException) -> list[BaseException]:
    """The error, its cause, the cause of that, and so on."""
    causes = [error]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    return causes


def _system_message(cause: BaseException) -> str:
    """The operating system's or OpenSSL's message for an error."""
    if isinstance(cause, ssl.SSLError):
        return getattr(cause, "verify_message", "") or cause.reason or str(cause)
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
        return os.strerror(cause.errno)
    return getattr(cause, "strerror", "") or str(cause) or "the connection broke off"

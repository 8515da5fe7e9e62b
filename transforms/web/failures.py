"""Gives each failure of a request its reason, and says which failures another attempt may mend."""

from __future__ import annotations

import os
import ssl
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import aiohttp

from schemas.reasons import Reason, Rejected

UNREACHABLE = frozenset({Reason.DNS, Reason.CONNECT, Reason.TLS, Reason.TIMEOUT})
"""Failures of the way to a host, as opposed to an answer that we did not like."""
_STATUS_REASONS = {
    **dict.fromkeys((404, 410, 451), Reason.HTTP_GONE),
    **dict.fromkeys((401, 402, 403, 407), Reason.HTTP_DENIED),
    **dict.fromkeys((408, 425, 429, 503), Reason.HTTP_BUSY),
}


def reason_of_status(status: int) -> Reason:
    """Why a status that is no success ends the matter."""
    if status in _STATUS_REASONS:
        return _STATUS_REASONS[status]
    return Reason.HTTP_SERVER_ERROR if 500 <= status < 600 else Reason.HTTP_OTHER


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None when it says neither."""
    try:
        if value.isascii() and value.isdigit():
            return float(value)
        until = parsedate_to_datetime(value)
        if until.tzinfo is None:  # "-0000": UTC, origin unknown
            until = until.replace(tzinfo=timezone.utc)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


class RetryableError(Exception):
    """A failure that another attempt may mend; ``rests`` when the host itself has said when."""

    def __init__(self, rejected: Rejected, *, rests: bool = False) -> None:
        super().__init__(rejected)
        self.rejected = rejected
        self.rests = rests


class BrokenConnectionError(aiohttp.ClientConnectionError):
    """A connection that broke before the answer began."""


def causes(error: BaseException) -> list[BaseException]:
    """The error, what it was raised from, and so on."""
    causes = [error]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    return causes


def system_message(error: Exception) -> str:
    """What the innermost cause says, in the system's words."""
    cause = causes(error)[-1]
    if isinstance(cause, ssl.SSLError):
        return getattr(cause, "verify_message", "") or cause.reason or str(cause)
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
        return os.strerror(cause.errno)
    return getattr(cause, "strerror", "") or str(cause)

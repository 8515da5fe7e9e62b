"""When a feed is polled next: one rule for passes and streams. The clock is the caller's.

The source's own interval (``poll_every``) always holds between two polls. This module decides what comes on top of it: the wishes of a feed
that answers, and the back-off of one that fails.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from schemas import Reason, Rejected, Source

LONGEST_WAIT = timedelta(hours=1)
"""Longest time between two polls that a feed which answers can ask for."""
LONGEST_BACK_OFF = timedelta(hours=6)
"""Longest time between two polls of a feed that keeps failing."""
LONGEST_RETRY_AFTER = timedelta(hours=24)
"""Longest Retry-After that is respected."""
GONE_REST = timedelta(days=7)
"""Time between two polls of a feed whose address answers 410 (Gone)."""
LONGEST_SKIP = timedelta(hours=24)
"""Time after which a feed is polled even in the hours and on the days that it skips: it may skip all of them."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHOLE_EVERY = 20
"""Of a feed that always answers 304, every poll of this number is sent without validators."""

_BELIEVED = timedelta(days=1)
"""A longer max-age, Expires or ttl is a setting for all files of a server, and says nothing about its feed."""
_OURS = frozenset({Reason.PROXY, Reason.HOST_DEFERRED})
"""Failures for which the feed is not to blame."""
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NOT_CACHED = re.compile(r"(?<![\w-])no-(?:cache|store)(?![\w-])", re.IGNORECASE)


def next_poll_after_answer(
    source: Source, polled_at: datetime, headers: Mapping[str, str], feed_wait: float
) -> datetime | None:
    """When a feed that answered wants to be polled again; None when it does not say, or when its source has an interval.

    ``headers`` are those of the answer, ``feed_wait`` is the wait in seconds that the feed itself asks for (ttl), 0 for none.
    """
    if source.poll_seconds is not None:
        return None
    feed = timedelta(seconds=min(feed_wait, 1e9))
    wait = max(*(wish if wish <= _BELIEVED else timedelta(0) for wish in (_cache_time(headers, polled_at), feed)))
    return polled_at + min(wait, LONGEST_WAIT) if wait > timedelta(0) else None


def next_poll_after_failure(failed_at: datetime, rejected: Rejected, failures: int) -> datetime | None:
    """When a feed that failed may be polled again; None: in the next pass. ``failures`` counts this failure.

    The first failure is retried in the next pass. From the second one on the wait doubles from a minute up to LONGEST_BACK_OFF.
    """
    wait = timedelta(0)
    if rejected.status == 410:
        wait = GONE_REST
    elif rejected.reason not in _OURS and failures > 1:
        wait = min(timedelta(minutes=2 ** min(failures - 2, 20)), LONGEST_BACK_OFF)
    if rejected.retry_after is not None:
        wait = max(wait, timedelta(seconds=min(rejected.retry_after, LONGEST_RETRY_AFTER.total_seconds())))
    return failed_at + wait if wait else None


def failures_after(rejected: Rejected, failures: int) -> int:
    """Failed polls in a row after a failure. Those of our proxy and of our own time limits do not count."""
    return failures if rejected.reason in _OURS and not rejected.retry_after else failures + 1


def due_at(
    source: Source,
    polled_at: datetime,
    failures: int,
    next_poll_at: datetime | None,
    *,
    every: float = 0.0,
    tolerance: float = 0.0,
) -> datetime:
    """When a feed is due, from its latest poll. ``every`` is the interval in seconds of a source that has none of its own.

    An interval may be cut short by ``tolerance`` seconds; a back-off may not. No wait is longer than the longest that this module gives:
    the clock may have been set back during that poll.
    """
    early = timedelta(seconds=tolerance)
    interval_end = polled_at + timedelta(seconds=source.poll_seconds or every) - early
    if next_poll_at is None:
        return interval_end
    next_poll_at = min(next_poll_at, polled_at + (GONE_REST if failures else LONGEST_WAIT))
    if failures:
        return max(interval_end, next_poll_at)
    # The user may have set poll_every after that poll.
    return interval_end if source.poll_seconds is not None else max(interval_end, next_poll_at - early)


def is_skipped(source: Source, skips: str | None, polled_at: datetime, moment: datetime) -> bool:
    """True while a feed does not want to be polled, by ``FeedPoll.skips`` of its latest poll. The source's own interval wins."""
    if not skips or source.poll_seconds is not None or moment - polled_at >= LONGEST_SKIP:
        return False
    moment = moment.astimezone(timezone.utc)
    return not {str(moment.hour), DAYS[moment.weekday()]}.isdisjoint(skips.split())


def _cache_time(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long the answer stays fresh by Cache-Control and Age, or by Expires (RFC 9111); 0 when it does not say."""
    control = headers.get("cache-control", "")
    if _NOT_CACHED.search(control):
        return timedelta(0)
    if max_age := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        seconds = int(max_age[1])
        if seconds > _BELIEVED.total_seconds():  # before its age is taken off
            return timedelta(0)
        return timedelta(seconds=seconds - int(age) if age.isascii() and age.isdigit() and len(age) < 12 else seconds)
    expires = _http_date(headers.get("expires", ""))
    # The server's clock may be wrong, so its own date counts.
    return expires - (_http_date(headers.get("date", "")) or now) if expires else timedelta(0)


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except (ValueError, TypeError, OverflowError):
        return None

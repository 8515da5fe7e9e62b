"""When a rejected entry is tried again, and what it takes: one rule for passes and streams. The clock is the caller's.

An entry whose page could not be had stays in line: its reject row has ``retry_at``, and what its feed said about it. So it is tried again
when its feed answers 304 or no longer lists it.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

from schemas import Entry, Medium, Reason, Rejected, Source

GIVE_UP = timedelta(hours=72)
"""How long an entry is tried after its first request that failed for a transient reason."""
OLDEST = timedelta(days=30)
"""How long after its feed listed it an entry is tried at all, also if it was never requested."""
FIRST_PAUSE = timedelta(minutes=5)
"""Pause before the first retry. Each further pause is half the time since the first failure."""
LONGEST_PAUSE = timedelta(hours=6)
"""Longest pause between two tries."""
LONGEST_ROBOTS_PAUSE = timedelta(hours=1)
"""Longest pause of an entry whose robots.txt cannot be read, unless the host asks for more. Each entry asks for the file again."""
EARLY_PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))
"""Pauses between the tries of a page for which we may have come too early (``Reason.early``)."""
LONGEST_RETRY_AFTER = timedelta(hours=24)
"""Longest Retry-After that is respected."""
_EARLY_STATUSES = frozenset({None, 403, 404})
_IN_COLUMNS = ("entry_key", "url_key", "source", "feed_url", "fingerprint", "article_id")
_PACKED = tuple(item.name for item in fields(Entry) if item.name not in _IN_COLUMNS)
"""Fields of an entry that have no column of their own in the index."""


def failed(entry: Entry, rejected: Rejected, now: datetime) -> Entry:
    """The entry after it was rejected ``now``, with its failed requests counted."""
    if not rejected.asked:
        return entry
    return replace(
        entry,
        attempts=entry.attempts + 1,
        failing_since=entry.failing_since or now,
        early_attempts=entry.early_attempts + _is_early(rejected),
    )


def next_try(entry: Entry, rejected: Rejected, now: datetime) -> datetime | None:
    """When an entry is tried again that was rejected ``now``; None when it is not. ``entry`` counts this failure (``failed``).

    Pauses are a little longer than the rule says, each by another share, so that not all entries of a site that was down come back at the
    same moment.
    """
    reason, age = rejected.reason, now - entry.seen_at
    wished = timedelta(seconds=min(rejected.retry_after or 0.0, LONGEST_RETRY_AFTER.total_seconds()))
    if reason is Reason.HOST_DEFERRED and rejected.retry_after == 0.0:
        return now  # our own time was up
    if age >= OLDEST:
        return None
    if _is_early(rejected):
        # The failures of an outage do not count: a site that comes back may say for a moment that it has none of its pages.
        if entry.early_attempts > len(EARLY_PAUSES):
            return None
        return now + max(EARLY_PAUSES[max(entry.early_attempts, 1) - 1] * _jitter(entry), wished)
    if not reason.transient:
        return None
    if reason is Reason.ROBOTS_UNAVAILABLE:
        return now + max(min(age / 8, LONGEST_ROBOTS_PAUSE) * _jitter(entry), wished)
    if entry.failing_since is not None:
        age = now - entry.failing_since
        if age >= GIVE_UP and entry.attempts > 1 and rejected.asked:
            return None
    return now + max(min(max(FIRST_PAUSE, age / 2), LONGEST_PAUSE) * _jitter(entry), wished)


def _is_early(rejected: Rejected) -> bool:
    reason = rejected.reason
    return reason.early and (rejected.status in _EARLY_STATUSES or reason not in (Reason.HTTP_GONE, Reason.HTTP_DENIED))


def _jitter(entry: Entry) -> float:
    """1 to 1.25, always the same for the same try."""
    return 1.0 + zlib.crc32(f"{entry.entry_key} {entry.attempts}".encode()) / 2**34


def packed_entry(entry: Entry) -> str:
    """What a row of the lake does not have in columns of its own, as JSON."""
    values = {name: value for name in _PACKED if (value := getattr(entry, name))}
    return json.dumps(values, ensure_ascii=False, default=_plain)


def _plain(value: datetime | Medium) -> Any:
    return value.isoformat() if isinstance(value, datetime) else asdict(value)


def unpacked_entry(packed: str, source: Source, **columns: Any) -> Entry:
    """The entry that ``packed_entry`` packed; ``columns`` has its other fields."""
    values = {name: value for name, value in json.loads(packed).items() if name in _PACKED}
    for name in ("seen_at", "failing_since"):
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    values["categories"] = tuple(values.get("categories", ()))
    values["media"] = tuple(Medium(**medium) for medium in values.get("media", ()))
    return Entry(source=source, **values, **columns)

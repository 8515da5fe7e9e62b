"""The instants of publication and of the latest change, chosen from the stamps of a page and its feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from schemas import Page
from schemas.records import ZoneFrom
from transforms.extraction.locales import Locale
from transforms.extraction.metadata import Facts, loose_stamps, modified_stamps, published_stamps
from transforms.extraction.printed import Printed
from transforms.extraction.timestamps import Candidate, Stamp, stamped

_URL_DAY = re.compile(
    r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/._-]|$)|"
    r"/((?:19|20)\d{2})/([1-9]|1[0-2])/([1-9]|[12]\d|3[01])/|"
    r"[/-]((?:19|20)\d{2})-(\d{2})-(\d{2})(?=\D|$)|"
    r"/(\d{2})-(\d{2})-((?:19|20)\d{2})(?=[/.?]|$)"
)
_FIRST_YEAR = 1990
"""A number in an address that would be an older day is something else."""
LATEST = timedelta(hours=24)
"""How far after its fetch a page may be dated. Clocks and zones are wrong by hours; scheduled articles are dated days ahead."""
_MIGRATED = timedelta(days=30)
"""A stamp that is later than the day in the address by more than this is of a move to another system, or of a new edition."""
_SAME_DAY = timedelta(hours=36)
"""Two stamps of one day, in whatever zones, are no further apart."""
_LATIN_NAME = re.compile(r"[a-z]{3}", re.IGNORECASE)
_SAME_INSTANT = timedelta(seconds=60)
_WESTMOST, _EASTMOST = -10 * 60, 13 * 60
"""Minutes from UTC between which nearly everybody lives."""


def published_candidates(facts: Facts, printed: Printed, page: Page, locale: Locale) -> list[Candidate]:
    """Stamps of publication, the most trusted first."""
    entry = page.entry
    certain = [candidate for candidate in printed.published if candidate.is_certain]
    return [
        *published_stamps(facts, locale),
        *(candidate for candidate in certain if candidate.origin == "markup"),
        *stamped("feed", "feed published", (entry.published_raw,), locale),
        *(candidate for candidate in certain if candidate.origin != "markup"),
        *loose_stamps(facts, locale),
        *_url_days((page.url, facts.canonical or ""), locale),
        *(candidate for candidate in printed.published if not candidate.is_certain),
        *stamped("feed", "feed updated", (entry.updated_raw,), locale),
    ]


def is_settled(facts: Facts, page: Page, locale: Locale) -> bool:
    """True if the head of the page states publication and latest change so well that no printed stamp is chosen instead."""
    stated = published_stamps(facts, locale)
    published = choose_published([*stated, *_url_days((page.url, facts.canonical or ""), locale)], page.fetched_at)
    if published not in stated or _coarseness(published.stamp) or not published.stamp.offset_minutes:
        return False  # the clock of a stamp in UTC may be a printed one
    modified = choose_published(modified_stamps(facts, locale), page.fetched_at)
    return modified is not None and not _coarseness(modified.stamp)


def modified_candidates(facts: Facts, printed: Printed, page: Page, locale: Locale) -> list[Candidate]:
    """Stamps of a change, the most trusted first."""
    feed = stamped("feed", "feed updated", (page.entry.updated_raw,), locale)
    return [*modified_stamps(facts, locale), *printed.modified, *feed]


def choose_published(candidates: Sequence[Candidate], fetched_at: datetime) -> Candidate | None:
    """The candidate for the first publication; None if there is none. ``candidates`` come in order of trust.

    The first candidate decides the day, unless the address has one that is more than a month earlier. A later one of the same day is
    chosen only if it is finer: a clock is better than none, then a printed offset is better than none.
    Candidates more than 24 hours after ``fetched_at`` are ignored.
    """
    possible = [candidate for candidate in candidates if candidate.stamp.instant <= fetched_at + LATEST]
    if not possible:
        return None
    first = possible[0].stamp.instant
    in_address = [candidate.stamp.instant for candidate in possible if candidate.origin == "url"]
    if in_address and first - min(in_address) > _MIGRATED:
        first = min(in_address)
    same_day = [candidate for candidate in possible if abs(candidate.stamp.instant - first) <= _SAME_DAY]
    return min(same_day, key=lambda candidate: _coarseness(candidate.stamp))


def choose_modified(candidates: Sequence[Candidate], published: Candidate | None, fetched_at: datetime) -> Stamp | None:
    """The latest change; None if no candidate states one, or if it is before publication.

    A change without a clock counts only if its day is later than that of publication.
    """
    chosen = choose_published(candidates, fetched_at)
    if chosen is None or (published is not None and chosen.stamp.instant < published.stamp.instant):
        return None
    return chosen.stamp


def with_local_clock(
    chosen: Candidate, candidates: Sequence[Candidate], locale: Locale
) -> tuple[Candidate, ZoneFrom | None]:
    """The chosen candidate with the offset of the place of publication, and where the offset comes from.

    Machines print UTC, whatever the clock on the wall. The local clock is that of another stamp of the same instant, else of a stamp
    without an offset that shows the same minutes at another hour, else of the zone of the source or the country, else the one that gives
    the day in the address. A stamp that says UTC, while the page prints the same clock for people in a country with another, is local time.
    """
    stamp = chosen.stamp
    if not stamp.zoned:
        return chosen, locale.zone_from
    if stamp.offset_minutes or not stamp.is_full:
        return chosen, "stamp"
    for other in candidates:
        if (
            other.stamp.zoned
            and other.stamp.offset_minutes
            and abs(other.stamp.instant - stamp.instant) < _SAME_INSTANT
        ):
            return _moved(chosen, other.stamp.offset_minutes), "page"
    usual = _offset(locale, stamp.instant)
    for other in (other for other in candidates if other.stamp.is_full and not other.stamp.zoned):
        minutes = round(
            (other.stamp.local.replace(tzinfo=None) - stamp.local.replace(tzinfo=None)).total_seconds() / 60
        )
        is_same_clock = _same_minute(other.stamp, stamp)
        if is_same_clock and minutes == 0 and usual and _is_for_people(other):
            return other, locale.zone_from
        if is_same_clock and minutes and minutes % 15 == 0 and _WESTMOST <= minutes <= _EASTMOST:
            return _moved(chosen, minutes), "page"
    if usual is not None:
        return (_moved(chosen, usual) if usual else chosen), locale.zone_from
    for other in (other for other in candidates if other.origin == "url"):
        days = (other.stamp.local.date() - stamp.local.date()).days
        midnight = stamp.local.hour * 60 + stamp.local.minute
        if days == -1 and (minutes := -60 * (midnight // 60 + 1)) >= _WESTMOST:
            return _moved(chosen, minutes), "url"
        if days == 1 and (minutes := 60 * -((midnight - 24 * 60) // 60)) <= _EASTMOST:
            return _moved(chosen, minutes), "url"
    return chosen, "stamp"


def _offset(locale: Locale, instant: datetime) -> int | None:
    """Minutes from UTC in the zone of the locale."""
    offset = instant.astimezone(ZoneInfo(locale.zone)).utcoffset() if locale.zone else None
    return None if offset is None else round(offset.total_seconds() / 60)


def _same_minute(stamp: Stamp, other: Stamp) -> bool:
    return stamp.instant.minute % 15 == other.instant.minute % 15 and (
        stamp.precision != "second" or stamp.instant.second == other.instant.second
    )


def _is_for_people(candidate: Candidate) -> bool:
    """True for a printed stamp without a name of a month: a server that prints names of its own also prints its own clock."""
    return candidate.origin in ("page-text", "markup") and not _LATIN_NAME.search(candidate.stamp.raw)


def _moved(candidate: Candidate, minutes: int) -> Candidate:
    return replace(candidate, stamp=replace(candidate.stamp, offset_minutes=minutes))


def _url_days(addresses: Sequence[str], locale: Locale) -> list[Candidate]:
    """The days in addresses: ``/2024/05/03/``, ``/20240503-``, ``-2024-05-03``."""
    found = []
    for address in addresses:
        if day := _URL_DAY.search(address):
            found += stamped("url", "url", ("-".join(part for part in day.groups() if part),), locale)
    return [candidate for candidate in found if candidate.stamp.local.year >= _FIRST_YEAR]


def _coarseness(stamp: Stamp) -> int:
    if not stamp.is_full:
        return 2
    return 0 if stamp.zoned else 1

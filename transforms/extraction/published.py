"""The instants of publication and of the latest change, chosen from the stamps of a page and its feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from schemas import Page
from transforms.extraction.locales import Locale
from transforms.extraction.metadata import Facts, modified_stamps, published_stamps
from transforms.extraction.printed import Printed
from transforms.extraction.timestamps import Candidate, Stamp, stamped

_URL_DAY = re.compile(
    r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/._-]|$)|"
    r"[/-]((?:19|20)\d{2})-(\d{2})-(\d{2})(?=\D|$)"
)
_LATEST = timedelta(hours=24)
"""How far after its fetch a page may be dated. Clocks and zones are wrong by hours; scheduled articles are dated days ahead."""
_SAME_DAY = timedelta(hours=36)
"""Two stamps of one day, in whatever zones, are no further apart."""


def published_candidates(facts: Facts, printed: Printed, page: Page, locale: Locale) -> list[Candidate]:
    """Stamps of publication, the most trusted first."""
    entry = page.entry
    candidates = [
        *published_stamps(facts, locale),
        *(candidate for candidate in printed.published if candidate.origin == "markup"),
        *stamped("feed", "feed published", (entry.published_raw,), locale),
        *(candidate for candidate in printed.published if candidate.origin != "markup"),
        *stamped("feed", "feed updated", (entry.updated_raw,), locale),
    ]
    for address in (page.url, facts.canonical or ""):
        if day := _URL_DAY.search(address):
            candidates.extend(stamped("url", "url", ("-".join(part for part in day.groups() if part),), locale))
    return candidates


def modified_candidates(facts: Facts, printed: Printed, page: Page, locale: Locale) -> list[Candidate]:
    """Stamps of a change, the most trusted first."""
    feed = stamped("feed", "feed updated", (page.entry.updated_raw,), locale)
    return [*modified_stamps(facts, locale), *printed.modified, *feed]


def choose_published(candidates: Sequence[Candidate], fetched_at: datetime) -> Candidate | None:
    """The candidate for the first publication; None if there is none. ``candidates`` come in order of trust.

    The first candidate decides the day. A later one of the same day is chosen only if it is finer: a clock is better than none, then a
    printed offset is better than none. Candidates more than 24 hours after ``fetched_at`` are ignored.
    """
    possible = [candidate for candidate in candidates if candidate.stamp.instant <= fetched_at + _LATEST]
    if not possible:
        return None
    first = possible[0].stamp.instant
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


def _coarseness(stamp: Stamp) -> int:
    if not stamp.is_full:
        return 2
    return 0 if stamp.zoned else 1

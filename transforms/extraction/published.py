"""Chooses the publication instant and the latest change among the stamps of a page and its feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from schemas import Page
from transforms.extraction.metadata import (
    Facts,
    modified_stamps,
    published_stamps,
)
from transforms.extraction.printed import Printed
from transforms.extraction.timestamps import Candidate, Stamp, stamped

_URL_DAY = re.compile(
    r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/._-]|$)|[/-]((?:19"
    r"|20)\d{2})-(\d{2})-(\d{2})(?=\D|$)"
)


# -- time ----------------------------------------------------------------------------------------------------------------------------


def published_candidates(facts: Facts, printed: Printed, page: Page) -> list[Candidate]:
    """In order of trust."""
    zone, entry = page.entry.source.zone, page.entry
    candidates = [
        *published_stamps(facts, zone),
        *(candidate for candidate in printed.published if candidate.origin == "markup"),
        *stamped("feed", "feed published", (entry.published_raw,), zone),
        *(candidate for candidate in printed.published if candidate.origin != "markup"),
        *stamped("feed", "feed updated", (entry.updated_raw,), zone),
    ]
    for address in (page.url, facts.canonical or ""):
        if found := _URL_DAY.search(address):
            candidates.extend(stamped("url", "url", ("-".join(part for part in found.groups() if part),), None))
    return candidates


def modified_candidates(facts: Facts, printed: Printed, page: Page) -> list[Candidate]:
    zone = page.entry.source.zone
    feed = stamped("feed", "feed updated", (page.entry.updated_raw,), zone)
    return [*modified_stamps(facts, zone), *printed.modified, *feed]


LATEST = timedelta(hours=24)
"""How far after fetching a stamp may lie: clocks and zones are off by hours, scheduled articles by days."""


def choose_published(candidates: Sequence[Candidate], fetched_at: datetime) -> Candidate | None:
    """The candidate that tells the instant of first publication; ``candidates`` are in order of trust.

    The first one says which day it was; a later one of that day (give or take one) is taken instead only if it is finer: a full stamp
    over a mere day, a printed offset over none. Nothing beyond fetched_at + 24 h counts.
    """
    possible = [candidate for candidate in candidates if candidate.stamp.instant <= fetched_at + LATEST]
    if not possible:
        return None
    lead = possible[0]
    near = [item for item in possible if abs(item.stamp.instant - lead.stamp.instant) <= timedelta(hours=36)]
    return min(near, key=lambda item: _coarseness(item.stamp))


def choose_modified(candidates: Sequence[Candidate], published: Candidate | None, fetched_at: datetime) -> Stamp | None:
    """The latest change that the page states; None when that lies before publication, or nobody says.

    Without a time of day only a later day is known to be a change.
    """
    chosen = choose_published(candidates, fetched_at)
    if chosen is None or (published is not None and chosen.stamp.instant < published.stamp.instant):
        return None
    return chosen.stamp


def _coarseness(stamp: Stamp) -> int:
    if not stamp.is_full:
        return 2
    return 0 if stamp.zoned else 1

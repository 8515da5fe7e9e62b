"""What a report tells of a lake: one small record per table or chart. All times are in UTC; see lake_figures for how they are found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The lake in a handful of numbers."""

    articles: int
    sources: int
    days: int
    """Days of publication that any article has."""
    outlet_articles: int
    """Articles of outlets, of which ``agency_articles`` are an agency's copy."""
    agency_articles: int
    exact: int
    """Articles whose body another source had run before."""
    rejects: int
    final_rejects: int
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Articles of one source that were published on one day (UTC)."""

    day: date
    source: str | None
    """None adds up the sources beyond the largest."""
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Seconds from publication to the poll that first saw the article."""

    source: str
    articles: int
    """Articles measured: those whose stamp has at least the minute."""
    median: float
    ninetieth: float
    """Nine of ten articles were seen within so many seconds."""
    backlog: bool
    """True when all of them were published before Copydesk first asked the feed, so that no poll could have been sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageCount:
    """Articles in one language."""

    language: str | None
    """Primary subtag of the BCP 47 tag; None when nobody said."""
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCopy:
    """Whose copy a source runs."""

    source: str
    kind: str
    articles: int
    agency: int
    """Articles that are an agency's copy."""
    main_agency: str | None
    """The agency with most of them."""
    exact: int
    """Articles whose body another source had run before."""
    related: int
    """Articles that join a story in any other way than with the very same body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCount:
    """Copy of one agency in outlets."""

    agency: str
    articles: int
    outlets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """Rejects for one reason."""

    reason: str
    rejects: int
    final: int
    """Those that no later pass tries again."""
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCount:
    """Rejects at one host."""

    host: str
    """Empty when there was no address to ask."""
    rejects: int
    main_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One article of a story."""

    source: str
    kind: str
    agency: str | None
    headline: str | None
    url: str
    relation: str
    instant: datetime
    """published_at, else first_seen_at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story that more than one source ran."""

    story_id: str
    sources: int
    members: tuple[Member, ...]
    """In order of time; the first one leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How a feed answered."""

    source: str
    feed_url: str
    last_polled_at: datetime
    last_outcome: str
    reason: str | None
    """Why the last poll failed; None unless it did."""
    polls: int
    failed: int
    entries: int
    """Entries that its polls listed."""
    seconds: float
    """Median time of an answer."""
    days_without_entries: int | None
    """Whole days from the last poll that listed entries to the last poll; None when none did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """One pass."""

    run_id: str
    started_at: datetime
    seconds: float
    entries: int
    articles: int
    seen: int
    rejects: int
    balanced: bool
    """True when every entry left exactly once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that a report tells; lists are ordered by weight."""

    since: datetime
    """Articles first seen, polls, rejects and runs from here on are counted."""
    until: datetime
    """End of the last run; the given moment when there was none."""
    totals: Totals
    days: tuple[DayCount, ...]
    """By day, within as many days as were asked for up to the latest one."""
    older: int
    """Articles that were published before those days."""
    freshness: tuple[Freshness, ...]
    languages: tuple[LanguageCount, ...]
    copy: tuple[SourceCopy, ...]
    agencies: tuple[AgencyCount, ...]
    stories: tuple[Story, ...]
    reasons: tuple[ReasonCount, ...]
    hosts: tuple[HostCount, ...]
    feeds: tuple[FeedHealth, ...]
    """Those in trouble first."""
    runs: tuple[RunFigures, ...]
    """The latest first; no more than the last few dozen."""

"""The figures of a report: one small record per table or chart. All times are in UTC. queries.read_figures reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The main numbers of a lake."""

    articles: int
    sources: int
    days: int
    """Days on which any article was published."""
    outlet_articles: int
    """Articles of outlets; ``agency_articles`` of them are an agency's copy."""
    agency_articles: int
    exact: int
    """Articles whose body another source had published before."""
    rejects: int
    final_rejects: int
    commits: int
    """Runs, each part of a pass and each compaction counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Articles of one source that were published on one day (UTC)."""

    day: date
    source: str | None
    """None for the sum of the sources that are not among the largest."""
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Seconds from publication to the poll that first saw the article."""

    source: str
    articles: int
    """Articles measured: those whose time of publication has minutes."""
    median: float
    ninetieth: float
    """Nine of ten articles were seen within these seconds."""
    backlog: bool
    """True when all of them were published before the feed's first poll, so that no poll could have been sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageCount:
    """Articles in one language."""

    language: str | None
    """Primary subtag of the BCP 47 tag; None when it is not known."""
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCopy:
    """How much agency copy a source has."""

    source: str
    kind: str
    articles: int
    agency: int
    """Articles that are an agency's copy."""
    main_agency: str | None
    """The agency of most of them."""
    exact: int
    """Articles whose body another source had published before."""
    related: int
    """Articles that belong to another article's story, with a different body."""


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
    """Rejects that no later pass tries again."""
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCount:
    """Rejects at one host."""

    host: str
    """Empty when there was no address."""
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
    """published_at, or else first_seen_at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story in more than one source."""

    story_id: str
    sources: int
    members: tuple[Member, ...]
    """In order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """The polls of one feed."""

    source: str
    feed_url: str
    last_polled_at: datetime
    last_outcome: str
    reason: str | None
    """Why the last poll failed; None when it did not."""
    polls: int
    failed: int
    entries: int
    """Entries in all polls."""
    seconds: float
    """Median time of a poll."""
    days_without_entries: int | None
    """Whole days from the last poll with entries to the last poll; None when no poll had entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """One pass with all its parts, or one window of a stream."""

    run_id: str
    """Of a pass of several parts, that of the last one."""
    started_at: datetime
    seconds: float
    entries: int
    articles: int
    seen: int
    rejects: int
    commits: int
    """Parts of the pass."""
    balanced: bool
    """True when the counts add up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of a report. Lists begin with the largest."""

    since: datetime
    """Articles first seen, polls, rejects and runs are counted from this time on."""
    until: datetime
    """End of the last pass; the time of the report when there was none."""
    totals: Totals
    days: tuple[DayCount, ...]
    """By day: the requested number of days, up to the latest day of publication."""
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
    """Failing and quiet feeds first."""
    runs: tuple[RunFigures, ...]
    """The latest first, at most runs.LAST_RUNS."""

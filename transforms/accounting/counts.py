"""The counts of a run, and the check that every entry is accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from schemas import FeedPoll, Reject, Row, StoryArticle
from schemas.pickling import quickly_pickled
from transforms.accounting.timings import Timing


@quickly_pickled
@dataclass(frozen=True, slots=True)
class Tally:
    """One count of one source, as a step emits it."""

    source: str
    """Id of the source; empty for timings, which belong to no source."""
    name: str
    """A field of Counts, ``reason/<reason>``, or a name from ``Timing.named_counts``."""
    count: int = 1
    """The number to add."""


@dataclass(slots=True)
class Counts:
    """Feeds and entries of one source, or of all sources, in one run."""

    feeds: int = 0
    """Feeds of the source."""
    feeds_not_due: int = 0
    """Feeds that were not polled, because the source's poll interval had not passed."""
    feeds_unchanged: int = 0
    """Feeds that had not changed since the last poll."""
    feeds_failed: int = 0
    """Feeds that were rejected."""
    entries: int = 0
    """Entries that the polled feeds listed, pages of the archives that were read, and entries in line that were tried again."""
    archived: int = 0
    """Those entries that are pages of archives."""
    retried: int = 0
    """Those entries that were in line for another try."""
    articles: int = 0
    """Entries that became articles in the lake."""
    revised: int = 0
    """Those articles that are a later revision of an article in the lake."""
    exact: int = 0
    """Those articles that have the same body as another article."""
    seen: int = 0
    """Entries that an earlier pass, or another entry of this one, had dealt with, and entries that are in line."""
    rejects: int = 0
    """Entries that were rejected."""
    waiting: int = 0
    """Entries waiting for their page at the end of a stream's window, or of a part of a pass, minus those waiting at its beginning."""
    refetched: int = 0
    """Those articles and seen entries that were fetched again, because the index has them only before the look-back."""

    unmatched: int = 0
    """Articles on whose page a selector of the source found nothing."""

    @classmethod
    def from_mapping(cls, counts: Mapping[str, int]) -> Counts:
        """Counts by field name. A missing name is 0; unknown names are ignored."""
        return cls(**{item.name: counts.get(item.name, 0) for item in fields(cls)})

    def above_zero(self) -> dict[str, int]:
        """The counts that are not 0, by field name."""
        return {name: count for name, count in asdict(self).items() if count}

    @classmethod
    def sum(cls, parts: Iterable[Counts]) -> Counts:
        """The sum of all parts."""
        total = cls()
        for counts in parts:
            total.add(counts)
        return total

    def add(self, other: Counts) -> None:
        """Adds every count of ``other``."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    @property
    def balanced(self) -> bool:
        """True when every entry left exactly once."""
        return self.entries == self.articles + self.seen + self.rejects + self.waiting


COUNT_NAMES = frozenset(item.name for item in fields(Counts))
"""The fields of Counts."""

TIMINGS = {
    "poll": "a request for a feed that answered",
    "fetch": "a page, with redirects, without the wait for the host's turn",
    "extract": "one page to its article or reject",
    "write": "the files of one partition",
    "commit-lag": "the time from the fetch of an article's page to just before its commit",
    "freshness": "the time from an article's publication until we first saw it; only for stamps with hours and minutes",
}
"""The kinds of timings, with the duration that each one measures."""


def tallies_of(row: Row) -> Iterator[Tally]:
    """The tallies of one row of the lake."""
    if isinstance(row, StoryArticle):
        yield Tally(row.source, "articles")
        if row.revision > 1:
            yield Tally(row.source, "revised")
        if row.relation == "exact":
            yield Tally(row.source, "exact")
        if row.revision == 1 and row.published_at is not None and row.published_precision in ("second", "minute"):
            yield from timed("freshness", (row.first_seen_at - row.published_at).total_seconds())
    elif isinstance(row, Reject):
        yield Tally(row.source, f"reason/{row.reason}")
        if row.entry_key is not None:
            yield Tally(row.source, "rejects")
    elif isinstance(row, FeedPoll):
        yield Tally(row.source, "entries", row.entries)
        if row.outcome != "failed":
            yield from timed("poll", row.seconds)


def timed(kind: str, *seconds: float) -> Iterator[Tally]:
    """Durations of one kind (see TIMINGS) as tallies."""
    timing = Timing()
    for duration in seconds:
        timing.add(duration)
    for name, count in timing.named_counts(kind):
        yield Tally("", name, count)


def commit_lags(fetched: Iterable[datetime], started_at: datetime, now: datetime) -> Iterator[Tally]:
    """The tallies of ``commit-lag`` for articles fetched at these times and committed ``now``.

    Times before ``started_at`` are left out: those pages come from an archive.
    """
    return timed("commit-lag", *((now - moment).total_seconds() for moment in fetched if moment >= started_at))

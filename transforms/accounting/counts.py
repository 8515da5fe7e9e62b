"""The counts of a run, and whether they add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas import FeedPoll, Reject, Row, StoryArticle
from transforms.accounting.timings import Timing


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of something at one source; ``name`` is a field of Counts, or ``reason/<reason>``, or a part of a timing."""

    source: str
    name: str
    count: int = 1


@dataclass(slots=True)
class Counts:
    """Feeds and entries of a source, or of all sources, in one run."""

    feeds: int = 0
    """Feeds of the source."""
    feeds_not_due: int = 0
    """Of these, not polled because of the source's poll interval."""
    feeds_unchanged: int = 0
    """Of these, unchanged since the last poll."""
    feeds_failed: int = 0
    """Of these, rejected."""
    entries: int = 0
    """Entries that the polled feeds listed, and pages of the archives that were read."""
    archived: int = 0
    """Entries among these that are pages of archives."""
    articles: int = 0
    """Entries that became articles in the lake."""
    revised: int = 0
    """Articles among these that are a later revision of one that the lake had."""
    exact: int = 0
    """Articles among these whose body another article has too."""
    seen: int = 0
    """Entries that an earlier pass, or another entry of this one, had dealt with."""
    rejects: int = 0
    """Entries that stopped on their way."""
    waiting: int = 0
    """Entries that wait for their page at the end of a stream's window, less those that waited at its beginning; 0 in a pass."""
    refetched: int = 0
    """Entries, among the articles and the already seen, that were fetched again because the index had them before the look-back only."""

    @property
    def balanced(self) -> bool:
        """True when every entry left exactly once."""
        return self.entries == self.articles + self.seen + self.rejects + self.waiting


TIMINGS = {
    "poll": "a visit to a feed that answered",
    "fetch": "a page, redirects included; its wait for the host's turn is not",
    "extract": "one page to its article, or its reject",
    "write": "the files of one partition",
    "commit-lag": "from an article's page fetched to its file about to be committed",
    "freshness": "from an article's publication to the first sight of it; only of stamps with hours and minutes",
}
"""What is timed."""


def tallies_of(row: Row) -> Iterator[Tally]:
    """What a row of the lake counts for."""
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
    """Durations of one of TIMINGS as tallies; they belong to no source."""
    timing = Timing()
    for duration in seconds:
        timing.add(duration)
    for name, count in timing.named_counts(kind):
        yield Tally("", name, count)


def commit_lags(fetched: Iterable[datetime], started_at: datetime, now: datetime) -> Iterator[Tally]:
    """How long articles wait for their commit, which comes next; those that were fetched before the run come from elsewhere."""
    return timed("commit-lag", *((now - moment).total_seconds() for moment in fetched if moment >= started_at))

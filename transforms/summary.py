"""The counts of a run, and whether they add up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from schemas import SCHEMA_VERSION, Written


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of something at one source; ``name`` is a field of Counts, or ``reason/<reason>``."""

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
    """Entries that the polled feeds listed."""
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

    @property
    def balanced(self) -> bool:
        """True when every entry left exactly once."""
        return self.entries == self.articles + self.seen + self.rejects


@dataclass(slots=True, kw_only=True)
class RunSummary:
    """The content of ``runs/<run>.json``."""

    run_id: str
    """Its name."""
    started_at: str
    """When it began, ISO 8601."""
    finished_at: str
    """When its files were complete, ISO 8601."""
    engine: str
    """What carried it."""
    total: Counts
    """All sources together."""
    sources: dict[str, Counts]
    """By source id."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Rejects, of feeds and of entries, by reason."""
    written: list[Written] = field(default_factory=list)
    """The files that it added."""
    removed: list[str] = field(default_factory=list)
    """Paths of the files that it replaced, relative to the lake."""
    schema_version: int = SCHEMA_VERSION
    """Version of the columns in its files."""

    @property
    def balanced(self) -> bool:
        """True when the counts of every source add up."""
        return all(counts.balanced for counts in self.sources.values())

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self) | {"balanced": self.balanced}

    @classmethod
    def from_json(cls, text: str) -> RunSummary:
        """The inverse of to_json, for ``runs/<run>.json``; keys of newer versions are passed over."""
        known = {item.name for item in fields(cls)}
        held = {key: value for key, value in json.loads(text).items() if key in known}
        held["total"] = _counts(held["total"])
        held["written"] = [Written(**written) for written in held.get("written", [])]
        held["sources"] = {source: _counts(counts) for source, counts in held["sources"].items()}
        return cls(**held)


def summarize(
    run_id: str,
    started_at: datetime,
    finished_at: datetime,
    engine: str,
    tallies: Iterable[Tally],
    written: Iterable[Written],
) -> RunSummary:
    """Adds up what the steps counted."""
    names = {item.name for item in fields(Counts)}
    total, reasons, sources = Counts(), Counter[str](), dict[str, Counts]()
    for tally in tallies:
        if tally.name not in names:
            reasons[tally.name.removeprefix("reason/")] += tally.count
            continue
        for counts in (total, sources.setdefault(tally.source, Counts())):
            setattr(counts, tally.name, getattr(counts, tally.name) + tally.count)
    return RunSummary(
        run_id=run_id,
        started_at=started_at.isoformat(),
        finished_at=finished_at.isoformat(),
        engine=engine,
        total=total,
        sources=dict(sorted(sources.items())),
        reasons=dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        written=sorted(written, key=lambda file: file.path),
    )


def _counts(held: Mapping[str, int]) -> Counts:
    return Counts(**{item.name: held.get(item.name, 0) for item in fields(Counts)})

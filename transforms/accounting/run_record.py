"""The record of a run (``runs/<run>.json``): what it counted, and which files it wrote."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from schemas import SCHEMA_VERSION, DataFile
from transforms.accounting.counts import TIMINGS, Counts, Tally
from transforms.accounting.timings import Timing, add_named, is_timing


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRead:
    """An archive, or a part of one, that a run read to its end."""

    path: str
    """Where it was."""
    size: int
    """Bytes of the whole file."""
    selection: str
    """Hash of what decided which pages were taken."""
    records: int
    """Its records: entries and what was passed over."""
    entries: int
    """Pages that were taken, and what was broken."""
    passed_over: dict[str, int]
    """Records that were not, by why: their kind (as in WARC-Type) when they are no response, ``domain`` (nobody asked for it), ``status``
    (no HTTP success), ``type`` (not HTML), ``front-page``, or ``feed``, of which the items were read."""
    begin: int = 0
    """First byte of the part; a record belongs to the part in which it begins."""
    end: int | None = None
    """The byte behind the part; None at the end of the file."""


@dataclass(slots=True, kw_only=True)
class RunRecord:
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
    metrics: dict[str, Timing] = field(default_factory=dict)
    """How long things took, by kind (see TIMINGS)."""
    written: list[DataFile] = field(default_factory=list)
    """The files that it added."""
    removed: list[str] = field(default_factory=list)
    """Paths of the files that it replaced, relative to the lake."""
    archives: list[ArchiveRead] = field(default_factory=list)
    """The archives that it read."""
    look_back_days: int | None = None
    """How far back entries were looked up in the index; None: to its first day."""
    index_days_unread: int = 0
    """Days of the index before that, in which they were not."""
    schema_version: int = SCHEMA_VERSION
    """Version of the columns in its files."""

    @property
    def balanced(self) -> bool:
        """True when the counts of every source add up."""
        return all(counts.balanced for counts in self.sources.values())

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        timings = {kind: timing.to_json() for kind, timing in self.metrics.items()}
        return asdict(self) | {"metrics": timings, "balanced": self.balanced}

    @classmethod
    def from_json(cls, text: str) -> RunRecord:
        """The inverse of to_json, for ``runs/<run>.json``; keys of newer versions are passed over."""
        known = {item.name for item in fields(cls)}
        held = {key: value for key, value in json.loads(text).items() if key in known}
        held["total"] = _counts(held["total"])
        held["written"] = [DataFile(**written) for written in held.get("written", [])]
        held["archives"] = [ArchiveRead(**archive) for archive in held.get("archives", [])]
        held["metrics"] = {kind: Timing.from_json(timing) for kind, timing in held.get("metrics", {}).items()}
        held["sources"] = {source: _counts(counts) for source, counts in held["sources"].items()}
        return cls(**held)


def summarize(
    run_id: str,
    started_at: datetime,
    finished_at: datetime,
    engine: str,
    tallies: Iterable[Tally],
    written: Iterable[DataFile],
) -> RunRecord:
    """Adds up what the steps counted."""
    names = {item.name for item in fields(Counts)}
    total, reasons, sources, timings = Counts(), Counter[str](), dict[str, Counts](), dict[str, Timing]()
    for tally in tallies:
        if is_timing(tally.name):
            add_named(timings, tally.name, tally.count)
            continue
        if tally.name not in names:
            reasons[tally.name.removeprefix("reason/")] += tally.count
            continue
        for counts in (total, sources.setdefault(tally.source, Counts())):
            setattr(counts, tally.name, getattr(counts, tally.name) + tally.count)
    return RunRecord(
        run_id=run_id,
        started_at=started_at.isoformat(),
        finished_at=finished_at.isoformat(),
        engine=engine,
        total=total,
        sources=dict(sorted(sources.items())),
        reasons=dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        metrics={kind: timings[kind] for kind in TIMINGS if kind in timings},
        written=sorted(written, key=lambda file: file.path),
    )


def combine(records: Sequence[RunRecord]) -> RunRecord:
    """What several runs of one command did, for people: counts, reasons, timings and archives, under the last one's name."""
    total, reasons, sources, timings = Counts(), Counter[str](), dict[str, Counts](), dict[str, Timing]()
    for record in records:
        for source, counts in record.sources.items():
            for item in fields(Counts):
                for sums in (total, sources.setdefault(source, Counts())):
                    setattr(sums, item.name, getattr(sums, item.name) + getattr(counts, item.name))
        reasons.update(record.reasons)
        for kind, timing in record.metrics.items():
            sum_of = timings.setdefault(kind, Timing())
            sum_of.milliseconds += timing.milliseconds
            sum_of.buckets.update(timing.buckets)
    return replace(
        records[-1],
        started_at=records[0].started_at,
        total=total,
        sources=dict(sorted(sources.items())),
        reasons=dict(reasons.most_common()),
        metrics=timings,
        written=[written for record in records for written in record.written],
        archives=[archive for record in records for archive in record.archives],
    )


def _counts(held: Mapping[str, int]) -> Counts:
    return Counts(**{item.name: held.get(item.name, 0) for item in fields(Counts)})

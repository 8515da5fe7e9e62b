"""RunRecord: the content of ``runs/<month>/<run>.json``, which says what a run counted and which files it wrote."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from schemas import SCHEMA_VERSION, DataFile
from transforms.accounting.counts import COUNT_NAMES, TIMINGS, Counts, Tally
from transforms.accounting.timings import Timing, add_named, is_timing


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRead:
    """An archive, or a part of one, that a run read to its end."""

    path: str
    """Path of the archive."""
    size: int
    """Bytes of the whole file."""
    selection: str
    """Hash of the selection: which pages were wanted."""
    records: int
    """Number of records: entries and skipped records."""
    entries: int
    """Number of pages taken and of broken records."""
    passed_over: dict[str, int]
    """Number of skipped records by cause: the WARC-Type of a record that is no response, ``domain`` (not wanted), ``status`` (no HTTP
    success), ``type`` (not HTML), ``front-page``, or ``feed`` (its items were read)."""
    begin: int = 0
    """First byte of the part. A record belongs to the part in which it begins."""
    end: int | None = None
    """First byte after the part; None for the end of the file."""


@dataclass(slots=True, kw_only=True)
class RunRecord:
    """The content of ``runs/<month>/<run>.json``."""

    run_id: str
    """Name of the run."""
    started_at: str
    """When it began, in ISO 8601."""
    finished_at: str
    """When its files were complete, in ISO 8601."""
    engine: str
    """The Beam runner, or the command, that did the work."""
    total: Counts
    """Counts of all sources together."""
    sources: dict[str, Counts]
    """Counts by source id."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Number of rejects, of feeds and of entries, by reason."""
    metrics: dict[str, Timing] = field(default_factory=dict)
    """Timings by kind (see TIMINGS)."""
    written: list[DataFile] = field(default_factory=list)
    """Files that the run added."""
    removed: list[str] = field(default_factory=list)
    """Files that the run replaced: paths relative to the lake."""
    archives: list[ArchiveRead] = field(default_factory=list)
    """Archives that the run read."""
    pass_runs: list[str] = field(default_factory=list)
    """Run ids of the parts of its pass, up to this one. Empty for a first part, and when the pass is one run."""
    look_back_days: int | None = None
    """Days of the index in which entries were looked up; None for all days."""
    index_days_unread: int = 0
    """Older days of the index, in which entries were not looked up."""
    schema_version: int = SCHEMA_VERSION
    """Version of the columns in its files."""

    @property
    def balanced(self) -> bool:
        """True when the counts of every source are balanced."""
        return all(counts.balanced for counts in self.sources.values())

    @classmethod
    def from_tallies(
        cls,
        run_id: str,
        started_at: datetime,
        finished_at: datetime,
        engine: str,
        tallies: Iterable[Tally],
        written: Iterable[DataFile],
    ) -> RunRecord:
        """The run record of a run that counted ``tallies`` and wrote these files."""
        counted, reasons, timings = defaultdict[str, Counter[str]](Counter), Counter[str](), dict[str, Timing]()
        for tally in tallies:
            if is_timing(tally.name):
                add_named(timings, tally.name, tally.count)
            elif tally.name in COUNT_NAMES:
                counted[tally.source][tally.name] += tally.count
            else:
                reasons[tally.name.removeprefix("reason/")] += tally.count
        sources = {source: Counts.from_mapping(counts) for source, counts in sorted(counted.items())}
        return cls(
            run_id=run_id,
            started_at=started_at.isoformat(),
            finished_at=finished_at.isoformat(),
            engine=engine,
            total=Counts.sum(sources.values()),
            sources=sources,
            reasons=dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
            metrics={kind: timings[kind] for kind in TIMINGS if kind in timings},
            written=sorted(written, key=lambda file: file.path),
        )

    @classmethod
    def combined(cls, records: Sequence[RunRecord]) -> RunRecord:
        """One record for several runs of one command, for people to read.

        Adds up counts, reasons and timings, and lists all files and archives. Everything else comes from the last record.
        """
        sources, reasons, timings = dict[str, Counts](), Counter[str](), dict[str, Timing]()
        for record in records:
            for source, counts in record.sources.items():
                sources.setdefault(source, Counts()).add(counts)
            reasons.update(record.reasons)
            for kind, timing in record.metrics.items():
                timings.setdefault(kind, Timing()).merge(timing)
        return replace(
            records[-1],
            started_at=records[0].started_at,
            total=Counts.sum(sources.values()),
            sources=dict(sorted(sources.items())),
            reasons=dict(reasons.most_common()),
            metrics=timings,
            written=[written for record in records for written in record.written],
            archives=[archive for record in records for archive in record.archives],
        )

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        timings = {kind: timing.to_json() for kind, timing in self.metrics.items()}
        return asdict(self) | {"metrics": timings, "balanced": self.balanced}

    def to_stored_json(self) -> dict[str, Any]:
        """As ``to_json``, without the counts of sources that are 0: the record of a run each minute may list a thousand sources."""
        return self.to_json() | {"sources": {source: counts.above_zero() for source, counts in self.sources.items()}}

    @classmethod
    def from_json(cls, text: str) -> RunRecord:
        """The record in the text of a JSON file. Keys that newer versions added are ignored."""
        known = {item.name for item in fields(cls)}
        values = {key: value for key, value in json.loads(text).items() if key in known}
        values["total"] = Counts.from_mapping(values["total"])
        values["sources"] = {source: Counts.from_mapping(counts) for source, counts in values["sources"].items()}
        values["metrics"] = {kind: Timing.from_json(timing) for kind, timing in values.get("metrics", {}).items()}
        values["written"] = [DataFile(**written) for written in values.get("written", [])]
        values["archives"] = [ArchiveRead(**archive) for archive in values.get("archives", [])]
        return cls(**values)

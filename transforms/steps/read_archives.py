"""ListArchives and ReadArchives: WARC archives to the entries of their pages, and entries to their pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import BinaryIO

import apache_beam as beam
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Entry, Page, Reason, Rejected, Stage
from transforms.accounting.counts import Tally
from transforms.accounting.rows import entry_reject, unwanted
from transforms.accounting.run_record import ArchiveRead
from transforms.accounting.runs import now
from transforms.archives.entries import (
    ArchivedEntry,
    Selection,
    SourceMatcher,
    WithdrawnPage,
    entry_of_feed,
    feed_entries,
    is_feed,
    join_key,
    needs_body,
    page_entry,
    with_feed_entry,
    withdrawn_page,
)
from transforms.archives.warc import ArchiveRecord, plain_body, read_records
from transforms.extraction.feed_text import full_text_page, page_instead
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.guarded import prepare_extraction, read_feed
from transforms.steps.ledger import Ledger
from transforms.web.settings import Connect

MAX_BYTES = Connect().max_bytes
"""Most bytes of a page, stored or decoded: the limit for pages that are fetched."""
STRETCH = 16 << 20
"""Bytes of an archive that one worker reads at a time, some 400 pages. So several workers share a large archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive, or a part of one: the records that begin in a range of bytes."""

    path: str
    """Path for Beam's FileSystems."""
    size: int
    """Size of the whole file in bytes."""
    begin: int = 0
    """Offset of the part's first byte."""
    end: int | None = None
    """Offset after the part's last byte; None at the end of the file."""

    @property
    def share(self) -> int:
        """Size of the part in bytes."""
        return (self.size if self.end is None else self.end) - self.begin

    @property
    def whole(self) -> Archive:
        """The whole file."""
        return replace(self, begin=0, end=None)

    def holds(self, offset: int) -> bool:
        """True for the place of a record of this part."""
        return self.begin <= offset and (self.end is None or offset < self.end)


def open_archive(path: str) -> BinaryIO:
    """Opens an archive on any filesystem, without decompressing it."""
    stream: BinaryIO = FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)
    return stream


class ListArchives(beam.PTransform):
    """Archives to an entry for each of their pages. Spreads archives over workers; groups entries and the items of feeds by address.

    An entry carries what the archives' feeds say about its page. Bodies of pages stay in the archive.
    """

    def __init__(self, run: RunContext, selection: Selection, ledger: Ledger) -> None:
        super().__init__()
        self._list = ListArchive(run, selection)
        self._ledger = ledger

    def expand(self, archives: PCollection[Archive]) -> PCollection[ArchivedEntry]:
        """Wires the step."""
        found = (
            archives
            | "Spread archives" >> beam.Reshuffle()
            | "List" >> beam.ParDo(self._list).with_outputs("archives", "tallies", main="entries")
        )
        self._ledger.archives.append(found["archives"])
        self._ledger.tallies.append(found["tallies"])
        joined = (
            found["entries"]
            | "Group by address" >> GroupRecords(_address)
            | "Join feeds" >> beam.FlatMap(_joined).with_outputs("tallies", main="entries")
        )
        self._ledger.tallies.append(joined["tallies"])
        return joined["entries"]


def _address(found: Entry | WithdrawnPage) -> str:
    return found.entry_key if isinstance(found, ArchivedEntry) and not found.url_key else join_key(found.url)


def _joined(group: tuple[str, Iterable[Entry | WithdrawnPage]]) -> Iterator[ArchivedEntry | TaggedOutput]:
    """Yields the entries of pages, with what feeds say about them. Without a page, the text in a feed is an entry; with its tallies."""
    found = list(group[1])
    pages = [entry for entry in found if isinstance(entry, ArchivedEntry)]
    listed = [entry for entry in found if isinstance(entry, Entry) and not isinstance(entry, ArchivedEntry)]
    yield from (with_feed_entry(page, listed) for page in pages)
    if not pages and not any(isinstance(each, WithdrawnPage) for each in found):
        entry = entry_of_feed(listed)
        if entry is not None:
            yield entry
            yield TaggedOutput("tallies", Tally(entry.source.id, "entries"))
            yield TaggedOutput("tallies", Tally(entry.source.id, "archived"))


class ListArchive(beam.DoFn):
    """Lists the pages and feeds of one archive. The feeds of the whole archive are read for each part: they may be anywhere."""

    def __init__(self, run: RunContext, selection: Selection) -> None:
        self._run = run
        self._selection = selection
        self._entries = Metrics.counter("archive", "entries")

    def setup(self) -> None:
        """Starts what the first page will need."""
        prepare_extraction()

    def process(self, archive: Archive) -> Iterator[Entry | WithdrawnPage | TaggedOutput]:
        """Yields an ArchivedEntry for each page, an Entry for each item of a feed, and withdrawn pages; in tagged outputs the ArchiveRead
        and the tallies."""
        matcher = SourceMatcher(self._selection)
        entries: Counter[str] = Counter()
        passed_over: Counter[str] = Counter()
        texts: set[tuple[str, str]] = set()
        with open_archive(archive.path) as stream:
            for record in read_records(stream, partial(needs_body, matcher=matcher), MAX_BYTES):
                is_ours = archive.holds(record.offset)
                found = page_entry(record, archive.path, archive.size, matcher, MAX_BYTES) if is_ours else "elsewhere"
                if isinstance(found, ArchivedEntry):
                    entries[found.source.id] += 1
                    self._entries.inc()
                    self._run.progress.add("entries")
                    yield found
                    continue
                items = feed_entries(record, matcher, MAX_BYTES, read_feed) if is_feed(record, matcher) else []
                if is_ours:
                    passed_over["feed" if items else found] += 1
                    if withdrawn := withdrawn_page(record, matcher):
                        yield withdrawn
                for item in items:
                    text = (item.entry_key, item.fingerprint)
                    # A feed is captured often, and each part of an archive reads all of them: each text is passed on once.
                    has_text = item.content is not None and is_ours and text not in texts
                    texts.add(text)
                    yield item if has_text else replace(item, content=None)
        for source, count in entries.items():
            yield TaggedOutput("tallies", Tally(source, "entries", count))
            yield TaggedOutput("tallies", Tally(source, "archived", count))
        yield TaggedOutput(
            "archives",
            ArchiveRead(
                path=archive.path,
                size=archive.size,
                begin=archive.begin,
                end=archive.end,
                selection=self._selection.fingerprint,
                records=entries.total() + passed_over.total(),
                entries=entries.total(),
                passed_over=dict(sorted(passed_over.items())),
            ),
        )
        self._run.progress.add("archives")
        self._run.progress.flush()


class ReadArchives(beam.PTransform):
    """Entries to their pages. Groups entries by stretch of their archive, and reads each stretch again. Raw pages never cross a shuffle."""

    def __init__(self, run: RunContext, ledger: Ledger) -> None:
        super().__init__()
        self._read = ReadArchive(run)
        self._ledger = ledger

    def expand(self, entries: PCollection[ArchivedEntry]) -> PCollection[Page]:
        """Wires the step."""
        read = (
            entries
            | "Group by stretch" >> GroupRecords(_stretch)
            | "Read" >> beam.ParDo(self._read).with_outputs("rejects", main="pages")
        )
        self._ledger.rejects.append(read["rejects"])
        return read["pages"]


def _stretch(entry: ArchivedEntry) -> str:
    return f"{entry.archive} {entry.offset // STRETCH}" if entry.has_page else f"feeds {entry.url_key[:2]}"


class ReadArchive(beam.DoFn):
    """Reads the selected pages of one stretch of an archive."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._pages = Metrics.counter("archive", "pages")
        self._rejects = Metrics.counter("archive", "rejects")

    def process(self, group: tuple[str, Iterable[ArchivedEntry]]) -> Iterator[Page | TaggedOutput]:
        """Yields pages; in a tagged output the rejects."""
        waiting: dict[int, ArchivedEntry] = {}
        for entry in group[1]:
            result = entry.flaw or unwanted(entry) or full_text_page(entry) or _text_instead(entry)
            if isinstance(result, Page):
                yield result
            elif result is not None:
                yield self._reject(entry, result)
            else:
                waiting[entry.number] = entry
        self._run.progress.add("to fetch", len(waiting))
        if waiting:
            first = min(waiting.values(), key=attrgetter("number"))
            with open_archive(first.archive) as stream:
                yield from self._pages_of(stream, first, waiting)
        self._run.progress.flush()

    def _pages_of(
        self, stream: BinaryIO, first: ArchivedEntry, waiting: dict[int, ArchivedEntry]
    ) -> Iterator[Page | TaggedOutput]:
        since = (first.offset, first.number)
        for record in read_records(stream, lambda record: record.number in waiting, MAX_BYTES, since):
            entry = waiting.pop(record.number, None)
            if entry is None:
                continue
            if record.body is None or record.captured_at is None:
                raise OSError(f"{first.archive} changed while it was read")
            self._run.progress.add("pages")
            try:
                html = plain_body(record, MAX_BYTES)
            except Rejected as rejected:
                yield self._reject(entry, rejected)
                continue
            self._pages.inc()
            yield _page(entry, record, html)
            if not waiting:
                return
        if waiting:
            raise OSError(f"{first.archive} changed while it was read")

    def _reject(self, entry: ArchivedEntry, rejected: Rejected) -> TaggedOutput:
        self._rejects.inc()
        self._run.progress.add("rejects")
        row = entry_reject(entry, Stage.READ, rejected, now(), self._run.run_id, from_archive=True)
        return TaggedOutput("rejects", row)


def _text_instead(entry: ArchivedEntry) -> Page | Rejected | None:
    """The text in the feed, for an entry whose page no archive has; None for an entry with a page."""
    if entry.has_page:
        return None
    missing = Rejected(Reason.NOT_ARCHIVED, "the archives have only a feed that lists it")
    return page_instead(entry, missing) or missing


def _page(entry: ArchivedEntry, record: ArchiveRecord, html: bytes) -> Page:
    assert record.status is not None
    assert record.captured_at is not None
    return Page(
        entry=entry,
        url=record.url,
        http_status=record.status,
        content_type=record.content_type,
        html=html,
        fetched_at=record.captured_at,
    )

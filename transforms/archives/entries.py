"""Records of an archive to entries: which pages are wanted, whose they are, and what the archive's feeds say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from schemas import Entry, Reason, Rejected, Source
from transforms.archives.warc import DAMAGE, ArchiveRecord, plain_body
from transforms.feeds.parse import read_feed
from transforms.urls import digest, entry_key, host, normalize_url, site, url_key

_UNKNOWN = Source(id="archive", kind="outlet", feeds=())
"""The source of what is broken so badly that nobody can tell whose it was."""

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_MAYBE_FEED_TYPES = frozenset({"text/xml", "application/xml"})
_FEED = re.compile(rb"<(?:\w+:)?(rss|feed|RDF)[\s>]")
_LONGEST_ID = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedEntry(Entry):
    """A page that an archive holds, as the entry that leads to it. Its feed_url is the archive's name unless a feed lists the page."""

    archive: str
    """Path of the archive."""
    number: int
    """How many records come before its own in the archive."""
    offset: int
    """Byte of the archive at which its record begins; 0 for all of an archive that can only be read from its beginning."""
    flaw: Rejected | None = None
    """Why its page cannot be read; None when it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which pages of an archive are wanted, and whose they are."""

    domains: tuple[str, ...] = ()
    """Only pages of these hosts and of those below them; empty for all."""
    sources: tuple[Source, ...] = ()
    """Only pages of these sources' sites; empty when each site is a source of its own."""

    @property
    def fingerprint(self) -> str:
        """Hash of what decides which pages are taken: an archive read for another selection is not done for this one."""
        told = (f"{source.id} {source.homepage} {' '.join(source.feeds)}" for source in self.sources)
        return digest(*sorted(self.domains), "", *told)


class SourceMatcher:
    """Whose page or feed an address is, under a selection."""

    def __init__(self, selection: Selection) -> None:
        self._domains = selection.domains
        self._sources = selection.sources
        self._hosts: dict[str, Source] = {}
        self._sites: dict[str, Source] = {}
        self._feeds: dict[str, Source] = {}
        self._known: dict[str, Source | None] = {}
        for source in selection.sources:
            for address in filter(None, (source.homepage, *source.feeds)):
                self._hosts.setdefault(host(address), source)
                self._sites.setdefault(site(address), source)
            for feed in source.feeds:
                self._feeds.setdefault(url_key("", feed), source)

    def page_source(self, url: str) -> Source | None:
        """The source of a page by its host, else by its registered domain; None when it is not wanted."""
        name = host(url)
        if name not in self._known:
            self._known[name] = self._of_host(name, url)
        return self._known[name]

    def feed_source(self, url: str) -> Source | None:
        """The source that has this feed; None when none has."""
        return self._feeds.get(url_key("", url))

    def _of_host(self, name: str, url: str) -> Source | None:
        if not name or (self._domains and not any(name == at or name.endswith(f".{at}") for at in self._domains)):
            return None
        if self._sources:
            return self._hosts.get(name) or self._sites.get(site(url))
        return site_source(url)


def site_source(url: str) -> Source:
    """The site of an address as a source of its own: ``bbc_co_uk`` for all hosts under bbc.co.uk."""
    domain = site(url).lower()
    # Domains have no underscore, so no two give the same id; the few names that do not fit get a hash.
    name = domain.replace(".", "_")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) or len(name) > _LONGEST_ID or "_" in domain:
        name = f"{re.sub(r'[^a-z0-9]+', '-', domain).strip('-')[:40] or 'site'}-{digest(domain)[:12]}"
    return Source(id=name, kind="outlet", feeds=())


def is_feed(record: ArchiveRecord) -> bool:
    """True when a response may be a feed, by its type; ``feed_entries`` looks inside."""
    return _is_success(record) and _type_of(record) in _FEED_TYPES | _MAYBE_FEED_TYPES


def _is_page(record: ArchiveRecord) -> bool:
    """True for a response that succeeded and says that it is HTML, or does not say what it is."""
    return _is_success(record) and _type_of(record) in _PAGE_TYPES


def _is_front_page(url: str) -> bool:
    """True for the first page of a host, which is of no article."""
    return re.fullmatch(r"https?://[^/?#]*/?", url, re.IGNORECASE) is not None


def page_entry(
    record: ArchiveRecord, archive: str, size: int, matcher: SourceMatcher, max_bytes: int
) -> ArchivedEntry | str:
    """The entry of a record's page, with its flaw if it has one; or why it is passed over: see ArchiveRead."""
    if record.kind == DAMAGE or (record.flaw is not None and not record.url):
        return _flawed(record, archive, size, _UNKNOWN, record.flaw)
    if record.kind != "response" and record.flaw is None:
        return record.kind
    source = matcher.page_source(record.url)
    if source is None:
        return "domain"
    if record.flaw is not None:
        return _flawed(record, archive, size, source, record.flaw)
    if not _is_success(record):
        return "status"
    if not _is_page(record):
        return "type"
    if _is_front_page(record.url):
        return "front-page"
    if record.truncated is not None:
        flaw = Rejected(
            Reason.ARCHIVE_TRUNCATED, f"its crawler stored a part only: {record.truncated[:100]}", record.status
        )
        return _flawed(record, archive, size, source, flaw)
    if record.captured_at is None:
        flaw = Rejected(Reason.ARCHIVE_DAMAGED, "it has no usable WARC-Date", record.status)
        return _flawed(record, archive, size, source, flaw)
    try:
        address = url_key(source.id, record.url)
    except Rejected as rejected:
        return _flawed(record, archive, size, source, rejected)
    too_large = Rejected(Reason.TOO_LARGE, f"{record.size} bytes in the archive", record.status)
    return ArchivedEntry(
        entry_key=entry_key(source.id, None, record.url),
        url_key=address,
        source=source,
        feed_url=name_of(archive),
        entry_id=None,
        url=record.url,
        seen_at=record.captured_at,
        archive=archive,
        number=record.number,
        offset=record.offset,
        flaw=too_large if record.size > max_bytes else None,
    )


def feed_entries(record: ArchiveRecord, matcher: SourceMatcher, max_bytes: int) -> list[Entry]:
    """What a feed in the archive says of pages, without its summaries; empty when the record turns out to be no feed."""
    try:
        body = plain_body(record, max_bytes)
        if _type_of(record) in _MAYBE_FEED_TYPES and not _FEED.search(body[:2000]):
            return []
        source = matcher.feed_source(record.url) or _UNKNOWN
        headers = {"content-type": record.content_type or ""}
        seen_at = record.captured_at or _EPOCH
        content = read_feed(body, headers, record.url, source=source, feed_url=record.url, seen_at=seen_at)
    except Rejected:
        return []
    return [replace(entry, summary=None) for entry in content.entries if entry.url_key]


def join_key(url: str) -> str:
    """By what pages and the items of feeds find each other; raises Rejected(BAD_URL)."""
    return url_key("", url)


def with_feed_entry(page: ArchivedEntry, told: Iterable[Entry]) -> ArchivedEntry:
    """The page's entry with what the feeds of the archives say of it; a feed of a configured source decides whose page it is."""
    said = min(told, key=_rank, default=None)
    if said is None or page.flaw is not None:
        return page
    source = said.source if said.source.feeds else page.source
    return replace(
        page,
        entry_key=entry_key(source.id, said.entry_id, said.url),
        url_key=url_key(source.id, said.url),
        source=source,
        feed_url=said.feed_url,
        entry_id=said.entry_id,
        url=said.url,
        title=said.title,
        byline=said.byline,
        credit=said.credit,
        categories=said.categories,
        published_raw=said.published_raw,
        updated_raw=said.updated_raw,
        fingerprint=said.fingerprint,
    )


def name_of(archive: str) -> str:
    """The file's name, which tells where a page came from wherever the archives are kept."""
    return re.split(r"[/\\]", archive)[-1]


def _rank(entry: Entry) -> tuple[object, ...]:
    return not entry.source.feeds, entry.seen_at, entry.feed_url, entry.entry_key


def _flawed(record: ArchiveRecord, archive: str, size: int, source: Source, flaw: Rejected | None) -> ArchivedEntry:
    """Known again by its place in this very file: a whole copy of the same page, elsewhere or later, is another entry."""
    key = digest("record", name_of(archive), str(size), str(record.number))
    return ArchivedEntry(
        entry_key=key,
        url_key="",
        source=source,
        feed_url=name_of(archive),
        entry_id=None,
        url=record.url,
        seen_at=record.captured_at or _EPOCH,
        archive=archive,
        number=record.number,
        offset=record.offset,
        flaw=flaw,
    )


def _is_success(record: ArchiveRecord) -> bool:
    return record.kind == "response" and record.status is not None and 200 <= record.status < 300


def _type_of(record: ArchiveRecord) -> str:
    return (record.content_type or "").partition(";")[0].strip().lower()


def is_host(text: str) -> bool:
    """True for what ``--domain`` takes: a host or a domain, without scheme, port and path."""
    try:
        return host(normalize_url(f"http://{text}/")) == text and re.fullmatch(r"[^/:@?#\s]+", text) is not None
    except Rejected:
        return False

"""Records of an archive to entries: which pages are wanted, which source they belong to, and what the archive's feeds say about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from yarl import URL

from schemas import Entry, Reason, Rejected, Source
from schemas.agencies import agency_of_host
from transforms.archives.warc import DAMAGE, ArchiveRecord, plain_body
from transforms.urls import digest, domain_id, entry_key, host, is_front_page, normalize_url, site, site_id, url_key
from transforms.web.addresses import request_url
from transforms.web.media_types import is_page, may_be_page, media_type
from transforms.web.refresh import MOST_BYTES, refresh_target

if TYPE_CHECKING:  # the parsers load where feeds are read, in another process
    from transforms.feeds.parse import FeedContent

_UNKNOWN = Source(id="archive", kind="outlet", feeds=())
"""The source of records so broken that their address is lost, and of feeds that no source has."""

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_MAYBE_FEED_TYPES = frozenset({"text/xml", "application/xml"})
_FEED = re.compile(rb"<(?:\w+:)?(rss|feed|RDF)[\s>]")
_ROBOTS = re.compile(r"https?://[^/]+/robots\.txt(\?.*)?", re.IGNORECASE)
_WITHDRAWN = frozenset({404, 410, 451})
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedEntry(Entry):
    """The entry of a page in an archive. Its feed_url is the archive's name, unless a feed lists the page."""

    archive: str
    """Path of the archive."""
    number: int
    """Number of records before its own in the archive."""
    offset: int
    """Byte offset of its record in the archive; 0 for an archive that can only be read from its beginning."""
    flaw: Rejected | None = None
    """Why its page cannot be read; None when it can."""
    has_page: bool = True
    """False when no archive has its page, and its text is that of a feed."""


class WithdrawnPage(NamedTuple):
    """An address at which the site had no page any more. The text that a feed has of it is not used."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which pages of an archive are wanted, and which sources they may belong to."""

    domains: tuple[str, ...] = ()
    """Hosts: only pages of these and of their subdomains are wanted. Empty for all."""
    sources: tuple[Source, ...] = ()
    """Only pages of these sources' sites are wanted. Empty when each site is a source of its own."""

    @property
    def fingerprint(self) -> str:
        """Hash of the selection. An archive that was read for another selection has to be read again for this one."""
        sources = (f"{source.id} {source.homepage} {' '.join(source.feeds)}" for source in self.sources)
        return digest(*sorted(self.domains), "", *sources)


class SourceMatcher:
    """Finds the source of a page or feed, under a selection."""

    def __init__(self, selection: Selection) -> None:
        self._domains = selection.domains
        self._sources = selection.sources
        self._hosts: dict[str, Source] = {}
        self._sites: dict[str, Source] = {}
        self._feeds: dict[str, Source] = {}
        self._matched: dict[str, Source | None] = {}
        for source in selection.sources:
            for address in filter(None, (source.homepage, *source.feeds)):
                self._hosts.setdefault(host(address), source)
                self._sites.setdefault(site(address), source)
            for feed in source.feeds:
                self._feeds.setdefault(url_key("", feed), source)

    def page_source(self, url: str) -> Source | None:
        """The source of a page: by its host, else by its registered domain. None when the page is not wanted."""
        name = host(url)
        if name not in self._matched:
            self._matched[name] = self._match(name, url)
        return self._matched[name]

    def feed_source(self, url: str) -> Source | None:
        """The source that has this feed; None when no source has it."""
        return self._feeds.get(url_key("", url))

    def _match(self, name: str, url: str) -> Source | None:
        if not name:
            return None
        if self._domains and not any(name == domain or name.endswith(f".{domain}") for domain in self._domains):
            return None
        if self._sources:
            return self._hosts.get(name) or self._sites.get(site(url))
        return site_source(url)


def site_source(url: str) -> Source:
    """The site of an address as a source of its own (see ``site_id``).

    An agency's own site is a wire, also if it is only a part of a domain: ``agenciabrasil_ebc_com_br``.
    """
    name = host(url)
    agency = agency_of_host(name)
    if agency is None:
        return Source(id=site_id(url), kind="outlet", feeds=())
    part = next(domain for domain in agency.domains if name == domain or name.endswith(f".{domain}"))
    return Source(id=domain_id(part), kind="wire", feeds=(), agency=agency.code)


def is_domain(text: str) -> bool:
    """True for a host or domain alone, without scheme, port and path: the values of ``--domain``."""
    try:
        return host(normalize_url(f"http://{text}/")) == text and re.fullmatch(r"[^/:@?#\s]+", text) is not None
    except Rejected:
        return False


# -- pages ---------------------------------------------------------------------------------------------------------------------------


def page_entry(
    record: ArchiveRecord, archive: str, size: int, matcher: SourceMatcher, max_bytes: int
) -> ArchivedEntry | str:
    """The entry of a record's page, or the cause for which the record is skipped (see ``ArchiveRead.passed_over``).

    ``archive`` and ``size`` are the path and the bytes of the archive. A page that cannot be read, or that has more than ``max_bytes``,
    gives an entry with a flaw.
    """
    if record.kind == DAMAGE or (record.flaw is not None and not record.url):
        return _flawed(record, archive, size, _UNKNOWN, record.flaw)
    if record.kind != "response" and record.flaw is None:
        return record.kind
    source = matcher.page_source(record.url) or matcher.page_source(record.first_url)
    if source is None:
        return "domain"
    if record.flaw is not None:
        return _flawed(record, archive, size, source, record.flaw)
    if not _is_success(record):
        return "status"
    if _ROBOTS.fullmatch(record.first_url):
        return "robots"
    if matcher.feed_source(record.first_url) is not None:
        return "feed"
    if not _is_page(record, max_bytes):
        return "type"
    if is_front_page(record.url):
        return "front-page"
    if _leads_on(record, max_bytes):
        return "refresh"
    if record.truncated is not None:
        detail = f"the crawler stored only a part: {record.truncated[:100]}"
        flaw = Rejected(Reason.ARCHIVE_TRUNCATED, detail, record.status)
        return _flawed(record, archive, size, source, flaw)
    if record.captured_at is None:
        flaw = Rejected(Reason.ARCHIVE_DAMAGED, "the record has no usable WARC-Date", record.status)
        return _flawed(record, archive, size, source, flaw)
    try:
        address_key = url_key(source.key_id, record.first_url)
    except Rejected as rejected:
        return _flawed(record, archive, size, source, rejected)
    too_large = Rejected(Reason.TOO_LARGE, f"{record.size} bytes in the archive", record.status)
    return ArchivedEntry(
        entry_key=entry_key(source.key_id, None, record.first_url),
        url_key=address_key,
        source=source,
        feed_url=_file_name(archive),
        entry_id=None,
        url=record.first_url,
        seen_at=record.captured_at,
        archive=archive,
        number=record.number,
        offset=record.offset,
        flaw=too_large if record.size > max_bytes else None,
    )


def withdrawn_page(record: ArchiveRecord, matcher: SourceMatcher) -> WithdrawnPage | None:
    """The address of a record that says that there is no page; None for any other record."""
    if record.kind != "response" or record.status not in _WITHDRAWN or matcher.page_source(record.first_url) is None:
        return None
    try:
        join_key(record.first_url)
    except Rejected:
        return None
    return WithdrawnPage(record.first_url)


def _flawed(record: ArchiveRecord, archive: str, size: int, source: Source, flaw: Rejected | None) -> ArchivedEntry:
    """An entry identified by its position in this very file: a good copy of the same page, elsewhere or later, is another entry."""
    return ArchivedEntry(
        entry_key=digest("record", _file_name(archive), str(size), str(record.number)),
        url_key="",
        source=source,
        feed_url=_file_name(archive),
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


def _is_page(record: ArchiveRecord, max_bytes: int) -> bool:
    """The rule for fetched pages. A record whose type states no medium is no page if its body was not read, or cannot be decoded."""
    if record.body is None:
        return may_be_page(record.content_type) is True
    try:
        return is_page(record.content_type, plain_body(record, max_bytes))
    except Rejected:
        return may_be_page(record.content_type) is True


def _leads_on(record: ArchiveRecord, max_bytes: int) -> bool:
    """True for a page that only leads on to another address: the page there is an entry of its own."""
    if record.body is None:
        return False
    try:
        target = refresh_target(plain_body(record, max_bytes), record.refresh)
        return target is not None and request_url(target, base=URL(record.url)) != request_url(record.url)
    except (Rejected, ValueError):
        return False


def _file_name(archive: str) -> str:
    """Name of the archive's file, which stays the same wherever the archive is stored."""
    return re.split(r"[/\\]", archive)[-1]


# -- feeds in the archive ------------------------------------------------------------------------------------------------------------


def needs_body(record: ArchiveRecord, matcher: SourceMatcher) -> bool:
    """True for a response whose body decides whether it is a page, whether it leads on to another one, or what a feed lists."""
    if not _is_success(record) or is_feed(record, matcher):
        return _is_success(record)
    stated = may_be_page(record.content_type)
    return stated is None or (stated and record.size <= MOST_BYTES)


def is_feed(record: ArchiveRecord, matcher: SourceMatcher) -> bool:
    """True for a response that may be a feed: by its media type, or because a source has it. ``feed_entries`` reads its body."""
    if not _is_success(record):
        return False
    return (
        media_type(record.content_type) in _FEED_TYPES | _MAYBE_FEED_TYPES
        or matcher.feed_source(record.first_url) is not None
    )


def feed_entries(
    record: ArchiveRecord, matcher: SourceMatcher, max_bytes: int, read: Callable[..., FeedContent]
) -> list[Entry]:
    """The entries of a feed in the archive, without their summaries; empty when the record is no feed after all. An entry of a feed that no
    source has belongs to the source of its page, if that is wanted.

    ``read`` is read_feed, or a guarded call of it.
    """
    try:
        body = plain_body(record, max_bytes)
        source = matcher.feed_source(record.first_url)
        is_maybe = source is None and media_type(record.content_type) in _MAYBE_FEED_TYPES
        if is_maybe and not _FEED.search(body[:2000]):
            return []
        headers = {"content-type": record.content_type or ""}
        seen_at = record.captured_at or _EPOCH
        feed_url = record.first_url
        content = read(body, headers, record.url, source=source or _UNKNOWN, feed_url=feed_url, seen_at=seen_at)
    except Rejected:
        return []
    return [
        replace(entry, summary=None, source=entry.source if source else matcher.page_source(entry.url) or _UNKNOWN)
        for entry in content.entries
        if entry.url_key
    ]


def join_key(url: str) -> str:
    """The key by which pages and the entries of feeds are joined. Raises Rejected(BAD_URL)."""
    return url_key("", url)


def with_feed_entry(page: ArchivedEntry, listed: Iterable[Entry]) -> ArchivedEntry:
    """The page's entry with what the archive's feeds say about it. ``listed`` are the feeds' entries for the page.

    A feed of a configured source goes first, and its source becomes that of the page; then the feed that was captured first.
    """
    entry = min(listed, key=_rank, default=None)
    if entry is None or page.flaw is not None:
        return page
    source = entry.source if entry.source.feeds else page.source
    return replace(
        page,
        entry_key=entry_key(source.key_id, entry.entry_id, entry.url),
        url_key=url_key(source.key_id, entry.url),
        source=source,
        feed_url=entry.feed_url,
        entry_id=entry.entry_id,
        url=entry.url,
        title=entry.title,
        byline=entry.byline,
        credit=entry.credit,
        categories=entry.categories,
        published_raw=entry.published_raw,
        updated_raw=entry.updated_raw,
        fingerprint=entry.fingerprint,
        content=entry.content,
        media=entry.media,
    )


def entry_of_feed(listed: Iterable[Entry]) -> ArchivedEntry | None:
    """The entry of a page that no archive has, if a feed has its text; None if not.

    ``listed`` are the feeds' entries for the page.
    """
    wanted = [entry for entry in listed if entry.source != _UNKNOWN and entry.content]
    entry = min(wanted, key=_rank, default=None)
    if entry is None:
        return None
    values = {field.name: getattr(entry, field.name) for field in fields(Entry)}
    keys = {
        "entry_key": entry_key(entry.source.key_id, entry.entry_id, entry.url),
        "url_key": url_key(entry.source.key_id, entry.url),
    }
    return ArchivedEntry(**values | keys, archive="", number=0, offset=0, has_page=False)


def _rank(entry: Entry) -> tuple[object, ...]:
    return not entry.source.feeds, entry.content is None, entry.seen_at, entry.feed_url, entry.entry_key

"""One frozen record per stage. The sentence under each field is its documentation: docs/fields.md is made from it.

Datetimes are aware and in UTC. ``None`` means that nobody said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SCHEMA_VERSION = 1
"""Version of the lake's columns; a new optional column raises it."""

SourceKind = Literal["wire", "outlet"]
Precision = Literal["second", "minute", "day"]
PublishedFrom = Literal["json-ld", "meta", "markup", "feed", "page-text", "url", "first-seen"]
PubStatus = Literal["update", "correction", "withdrawn"]
Relation = Literal["original", "exact", "near", "abridged", "version", "derived", "quotes"]
PollOutcome = Literal["ok", "unchanged", "failed"]
Dataset = Literal["articles", "rejects", "polls", "index"]
IndexOutcome = Literal["article", "duplicate", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One wire or outlet, as its user describes it in ``sources.toml`` or OPML."""

    id: str
    """Short unique name, safe as a directory name: lower-case letters, digits, ``-`` and ``_``."""
    kind: SourceKind
    """``wire`` supplies copy, ``outlet`` runs it."""
    feeds: tuple[str, ...]
    """Addresses of its RSS, Atom or RDF feeds."""
    name: str | None = None
    """The name that people know it by."""
    homepage: str | None = None
    """Address of its front page."""
    zone: str | None = None
    """IANA time zone that its clocks print, for stamps without an offset."""
    language: str | None = None
    """BCP 47 tag of its usual language, for pages that name none."""
    agency: str | None = None
    """Agency code (see agencies) when everything it publishes is that agency's copy."""
    poll_seconds: int | None = None
    """Least number of seconds between two polls of a feed; None polls on every pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, before its page was fetched."""

    entry_key: str
    """Hash of source, feed's own id and address: the identity of the entry in the index."""
    url_key: str
    """Hash of source and normalized address: two entries with the same one lead to the same page. Empty without a usable link."""
    source: Source
    """The source whose feed lists it."""
    feed_url: str
    """Address of the feed as configured."""
    entry_id: str | None
    """The feed's own id (guid, atom:id) as printed; None when the feed gives none."""
    url: str
    """Absolute address of the page; the link as printed, or empty, when it is not a usable one."""
    title: str | None = None
    """Title as the feed gives it, as plain text."""
    summary: str | None = None
    """Summary or description as the feed gives it, as plain text."""
    byline: str | None = None
    """Author as the feed prints it (author, dc:creator)."""
    credit: str | None = None
    """Name in the feed's source element: whose story it is, if not this source's."""
    categories: tuple[str, ...] = ()
    """Category terms of the entry."""
    published_raw: str | None = None
    """Publication stamp as the feed prints it."""
    updated_raw: str | None = None
    """Update stamp as the feed prints it."""
    fingerprint: str = ""
    """Hash of what the feed says of the entry (title, summary, update stamp): a new one means that the entry changed."""
    seen_at: datetime
    """When this pass polled the feed."""
    attempts: int = 0
    """Earlier passes that tried this entry and failed for a transient reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPoll:
    """One visit to one feed."""

    source: str
    """Id of the source."""
    feed_url: str
    """Address of the feed as configured."""
    polled_at: datetime
    """When the visit began."""
    outcome: PollOutcome
    """``ok`` (entries read), ``unchanged`` (304 or the same bytes as before), ``failed`` (see rejects)."""
    http_status: int | None
    """Status of the last answer; None when there was none."""
    etag: str | None
    """ETag to send with the next visit."""
    last_modified: str | None
    """Last-Modified to send with the next visit."""
    content_hash: str | None
    """Hash of the feed's bytes, to know an unchanged feed whose server sends no validators."""
    moved_to: str | None
    """Final address after redirects, when it is another one."""
    entries: int
    """Entries that the feed listed and that went on from here."""
    bytes: int
    """Size of the answer's body after decompression."""
    seconds: float
    """Seconds from the first request to the last byte."""
    run_id: str
    """The pass that made the visit."""
    schema_version: int = SCHEMA_VERSION
    """Version of these columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The answer behind an entry's address."""

    entry: Entry
    """The entry that led here."""
    url: str
    """Address of the answer, after redirects."""
    http_status: int
    """Status of the answer."""
    content_type: str | None
    """Content-Type header as sent, with its charset."""
    html: bytes
    """The body after decompression, not decoded."""
    fetched_at: datetime
    """When the answer was complete."""
    seconds: float | None = None
    """Seconds from the first request to the last byte; None when nobody measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article, as a page and its feed entry tell it."""

    article_id: str
    """Hash of source and canonical address: the same article has the same id in every run."""
    revision: int = 1
    """1 for the first text seen under this article_id, then 2, 3 and so on."""
    content_hash: str
    """Hash of the body's words, without case, punctuation or spacing: equal bodies are exact duplicates."""
    source: str
    """Id of the source."""
    source_kind: SourceKind
    """``wire`` or ``outlet``, from the sources file."""
    feed_url: str
    """Feed in which the article was first seen; the archive's name for a replayed page that no feed lists."""
    entry_id: str | None
    """The feed's own id for it."""
    url: str
    """Address that the feed gave."""
    canonical_url: str
    """The page's own canonical address if it names a plausible one, else the normalized final address."""
    headline: str | None
    """Headline without the site's name."""
    standfirst: str | None
    """The page's own summary line (description, deck), when it has one."""
    body: str
    """Article text: one paragraph a line, without captions, promotion or comments as far as they are known."""
    language: str | None
    """BCP 47 tag from the page, else from the source."""
    word_count: int
    """Words in the body; each character counts for scripts that do not space words."""
    section: str | None
    """Section of the site that ran it, as printed."""
    keywords: tuple[str, ...] = ()
    """Keywords or tags of page and feed, without repetition."""
    image_url: str | None
    """Address of the lead image."""
    rights: str | None = None
    """Copyright or licence line as printed in the page's metadata."""
    pub_status: PubStatus | None = None
    """``update``, ``correction`` or ``withdrawn`` when the headline or a note on the page says so."""
    published_at: datetime | None
    """Instant of first publication; None when only first-seen is known."""
    published_raw: str | None
    """The stamp as printed where published_at was found."""
    published_offset_minutes: int | None
    """Offset from UTC that the stamp printed, or that the source's zone had then, in minutes."""
    published_precision: Precision | None
    """How exact the stamp is."""
    published_from: PublishedFrom
    """Where published_at was found; ``first-seen`` when nowhere."""
    modified_at: datetime | None
    """Instant of the latest change that the page states."""
    first_seen_at: datetime
    """When a pass first saw the entry."""
    fetched_at: datetime
    """When the page was fetched."""
    byline: str | None
    """Byline as printed."""
    authors: tuple[str, ...] = ()
    """People named by the byline, in its order; never an agency, an outlet or a role."""
    agency: str | None = None
    """Code of the news agency whose copy this is."""
    agency_evidence: tuple[str, ...] = ()
    """Each piece of evidence for the agency, as ``where: what was printed``."""
    dateline: str | None = None
    """Place of the dateline as printed."""
    fingerprint: str
    """Hash of what the feed said of the entry that led here."""
    run_id: str
    """The pass that wrote this row."""
    extractor: str
    """Name and version of what extracted the body."""
    schema_version: int = SCHEMA_VERSION
    """Version of these columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle(Article):
    """An article with its place in a story; a row of ``lake/articles``."""

    story_id: str
    """article_id of the story's first-seen member; never rewritten."""
    relation: Relation
    """How the article relates to matched_article_id; ``original`` when it begins a story."""
    matched_article_id: str | None = None
    """The article that it was matched with; None for an original."""
    similarity: float | None = None
    """Share of text in common with the matched article, 0 to 1."""
    containment: float | None = None
    """Share of the shorter text that stands in the longer one, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A feed or an entry that stopped on its way; a row of ``lake/rejects``."""

    stage: str
    """Where it stopped (see Stage)."""
    reason: str
    """Why it stopped (see Reason)."""
    detail: str
    """What exactly was met, for people."""
    source: str
    """Id of the source."""
    feed_url: str
    """The feed as configured; the archive's name for a replayed page that no feed lists."""
    entry_key: str | None
    """Key of the entry; None when the feed itself was rejected."""
    url_key: str | None
    """Key of the entry's address; None without one."""
    entry_id: str | None
    """The feed's own id for the entry."""
    fingerprint: str | None
    """Hash of what the feed said of the entry; None when the feed itself was rejected."""
    url: str | None
    """Address that was asked for; None when the entry gave none."""
    http_status: int | None
    """HTTP status, when there was an answer."""
    attempts: int
    """Passes that have asked for it so far, this one included."""
    final: bool
    """True when no later pass will try again."""
    rejected_at: datetime
    """When it stopped."""
    run_id: str
    """The pass in which it stopped."""
    schema_version: int = SCHEMA_VERSION
    """Version of these columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """What became of an entry; a row of ``lake/index``, from which later passes know what they have seen."""

    entry_key: str
    """Key of the entry."""
    url_key: str | None
    """Key of the entry's address; None without one."""
    fingerprint: str | None
    """Hash of what the feed said of the entry then."""
    source: str
    """Id of the source."""
    feed_url: str
    """The feed as configured; the archive's name for a replayed page that no feed lists."""
    outcome: IndexOutcome
    """``article`` (written), ``duplicate`` (its page is an article that the lake has), ``reject``."""
    final: bool
    """False when a later pass tries the entry again."""
    attempts: int
    """Passes that have asked for it so far."""
    article_id: str | None
    """The article that it led to; None for a reject."""
    revision: int | None
    """The article's revision; None for a reject."""
    text_hash: str | None
    """Hash of the article's headline and body: a new one makes a revision. None for a reject."""
    content_hash: str | None
    """Hash of the article's body; None for a reject."""
    story_id: str | None
    """The article's story; None unless the outcome is ``article``."""
    published_at: datetime | None
    """The article's published_at."""
    first_seen_at: datetime | None
    """The article's first_seen_at; None for a reject."""
    seen_at: datetime
    """When the pass had fetched its page, or rejected it; the partition's day."""
    run_id: str
    """The pass."""
    schema_version: int = SCHEMA_VERSION
    """Version of these columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One file that a run staged for the lake."""

    dataset: Dataset
    """The part of the lake that it belongs to."""
    path: str
    """Where it goes, relative to the lake, with ``/``."""
    rows: int
    """Its rows."""
    bytes: int
    """Its size."""

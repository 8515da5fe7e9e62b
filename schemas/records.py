"""One frozen record per stage. The text under each field is its documentation; docs/fields.md is generated from it.

Datetimes are aware and in UTC. ``None`` means that no value was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Union

from schemas.pickling import quickly_pickled
from schemas.reasons import Rejected
from schemas.sources import Source, SourceKind

SCHEMA_VERSION = 4
"""Version of the lake's columns. A new optional column raises it."""

Precision = Literal["second", "minute", "day"]
PublishedFrom = Literal["selector", "json-ld", "meta", "markup", "feed", "page-text", "url", "first-seen"]
ZoneFrom = Literal["stamp", "page", "source", "country", "url"]
Access = Literal["free", "metered", "stub"]
BodyFrom = Literal["page", "feed"]
PubStatus = Literal["update", "correction", "withdrawn"]
Relation = Literal["original", "exact", "near", "abridged", "version", "derived", "quotes"]
PollOutcome = Literal["ok", "unchanged", "failed"]
Dataset = Literal["articles", "rejects", "polls", "index", "sketches"]
Credit = Literal["agrees", "missing", "differs"]
IndexOutcome = Literal["article", "duplicate", "reject", "waiting"]


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """An image, a video or a sound that belongs to an article."""

    url: str
    """Absolute address."""
    type: str | None = None
    """Media type, such as ``image/jpeg``, or its first part alone (``image``); None when it is not stated."""
    caption: str | None = None
    """Caption or description, as plain text."""
    credit: str | None = None
    """Whom it is credited to, as printed."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in the text of an article."""

    url: str
    """Absolute address, without credentials, fragment and tracking parameters."""
    text: str
    """The linked words."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image that a page shows with its article."""

    url: str
    """Absolute address. Of several sizes, the largest."""
    caption: str | None = None
    """Caption, as plain text."""
    credit: str | None = None
    """Whom it is credited to, as printed; None when it stands in the caption."""
    alt: str | None = None
    """Text for those who do not see the image."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item of a feed, before its page is fetched."""

    entry_key: str
    """Hash of the source, the feed's own id and the address: identifies the entry in the index."""
    url_key: str
    """Hash of the source and the normalized address: entries of the same page have the same key. Empty without a usable link."""
    source: Source
    """Source of the feed."""
    feed_url: str
    """Address of the feed, as configured."""
    entry_id: str | None
    """The feed's own id for the entry (guid, atom:id), as printed; None when there is none."""
    url: str
    """Absolute address of the page. If the link is not usable: the link as printed, or empty."""
    title: str | None = None
    """Title in the feed, as plain text."""
    summary: str | None = None
    """Summary or description in the feed, as plain text."""
    byline: str | None = None
    """Author in the feed (author, dc:creator), as printed."""
    credit: str | None = None
    """Name in the entry's source element: another publisher that the story comes from."""
    categories: tuple[str, ...] = ()
    """Categories in the feed."""
    published_raw: str | None = None
    """Publication time in the feed, as printed."""
    updated_raw: str | None = None
    """Update time in the feed, as printed."""
    fingerprint: str = ""
    """Hash of title, summary and update time in the feed; a new fingerprint means that the entry has changed."""
    content: str | None = None
    """The article's text in the feed, as HTML; None when the feed has none that is long enough to be an article."""
    media: tuple[Medium, ...] = ()
    """Images, videos and sounds in the feed."""
    article_id: str | None = None
    """The article that an earlier pass made from ``content``, when the page is tried again."""
    seen_at: datetime
    """When the feed was polled; for a page from an archive, when it was captured."""
    attempts: int = 0
    """Number of earlier requests for its page that failed. Requests that never left us do not count."""
    failing_since: datetime | None = None
    """When the first of these requests failed; None without one."""
    early_attempts: int = 0
    """Number of these requests for which we may have come too early (``Reason.early``)."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPoll:
    """One poll of one feed, or all polls of a feed in one day that is long past; a row of ``lake/polls``."""

    source: str
    """Id of the source."""
    feed_url: str
    """Address of the feed, as configured."""
    polled_at: datetime
    """When the poll began."""
    outcome: PollOutcome
    """``ok`` (entries were read), ``unchanged`` (304, or the same bytes as before) or ``failed`` (see rejects)."""
    http_status: int | None
    """HTTP status of the answer; None when there was none."""
    etag: str | None
    """ETag to send with the next poll."""
    last_modified: str | None
    """Last-Modified to send with the next poll."""
    content_hash: str | None
    """Hash of the feed's bytes, which detects an unchanged feed when its server sends no validators."""
    moved_to: str | None
    """Address that the feed has moved to, by permanent redirects (301, 308) only; None when it has not moved."""
    entries: int
    """Number of entries that the feed listed; 0 when it is unchanged or the poll failed."""
    bytes: int
    """Size of the body after decompression; 0 when the poll failed."""
    seconds: float
    """Seconds that the requests took; 0 when the poll failed."""
    failures: int | None = None
    """Failed polls in a row up to this one; 0 when it did not fail. ``proxy`` does not count, nor does ``host-deferred`` without a
    Retry-After."""
    next_poll_at: datetime | None = None
    """Not polled again before then; None: as soon as the source's own interval allows."""
    skips: str | None = None
    """Hours (UTC) and days in which the feed does not want to be polled, such as ``0 1 2 Saturday``; None when it does not say."""
    not_modified: int | None = None
    """Answers with status 304 in a row up to this one. From 19 on the feed is read whole; it stays 20 while its bytes change and its
    validators do not."""
    run_id: str
    """The run that made the poll."""
    schema_version: int = SCHEMA_VERSION
    """Schema version of the row."""
    polls: int | None = None
    """Number of polls that the row sums up; None: it is one poll. A compaction sums up days that are older than five weeks: ``entries``,
    ``bytes`` (2 GB at most) and ``seconds`` are sums then, ``run_id`` is that of the last run, and all else is that of the last poll."""
    polls_ok: int | None = None
    """How many of them read entries; None for one poll."""
    polls_failed: int | None = None
    """How many of them failed; None for one poll."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page at an entry's address."""

    entry: Entry
    """The entry."""
    url: str
    """Final address, after redirects."""
    http_status: int
    """HTTP status."""
    content_type: str | None
    """Content-Type header as sent, with its parameters; None when there was none."""
    html: bytes
    """Bytes of the body, after decompression."""
    fetched_at: datetime
    """When the body was complete."""
    seconds: float | None = None
    """Seconds that the requests took; None for a page from an archive."""
    body_from: BodyFrom = "page"
    """``feed`` when ``html`` is the text in the feed instead of the page."""
    missing: Rejected | None = None
    """Why the page could not be had, if ``html`` is the text in the feed for that reason."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A news article, from a page and its entry."""

    article_id: str
    """Hash of the source and the canonical address: the same article has the same id in every run."""
    revision: int = 1
    """1 for the first text under this article_id, 2 for the first changed text, and so on."""
    content_hash: str
    """Hash of the words of the body as it was extracted, with the lines in repeated_lines. Case, punctuation and spacing do not count:
    articles with the same hash are exact duplicates."""
    source: str
    """Id of the source."""
    source_alias: str | None = None
    """The source's oldest id, with which its keys are made, if it has been renamed; None if it has not."""
    source_kind: SourceKind
    """Kind of the source: ``wire`` or ``outlet``. An agency's own site is a wire, unless the sources file says otherwise."""
    feed_url: str
    """Feed that listed the entry, as configured; the archive's name for a replayed page that no feed lists."""
    entry_id: str | None
    """The feed's own id for the entry; None when there is none."""
    url: str
    """Address of the page in the feed."""
    canonical_url: str
    """Canonical address that the page declares, if it can be the page's own; else the normalized final address."""
    headline: str | None
    """Headline, without the site's name."""
    feed_title: str | None = None
    """Title of the entry in the feed; None when it has none."""
    standfirst: str | None
    """Summary line of the page (description, deck)."""
    body: str
    """Text of the article, one paragraph per line, without captions, promotion and comments as far as they are recognized."""
    body_from: BodyFrom | None = None
    """``page``, or ``feed`` when the body is the text that the feed has of the article; None before schema version 3."""
    page_reason: str | None = None
    """Why the page could not be had, when the body is from the feed (see Stages and reasons); None if it was had, or not asked for."""
    attempts: int | None = None
    """Number of tries so far that requested the page, including this one; None before schema version 3."""
    retry_at: datetime | None = None
    """When the page is tried again at the earliest, if the body is from the feed; None when it is not."""
    entry: str | None = None
    """What the feed says about the entry, as JSON, if the page could not be had; None otherwise."""
    language: str | None
    """BCP 47 tag of the language that the page declares, else of the source's language."""
    detected_language: str | None = None
    """ISO 639-1 code of the language that the body is in, whatever the page declares: one value for ``en-IE``, ``en-US`` and nothing. Both
    forms of Norwegian have their own (``no``, ``nn``)."""
    detected_language_confidence: float | None = None
    """How certain the detector is, from 0 to 1."""
    word_count: int
    """Number of words in the body. In scripts without spaces between words (Chinese, Japanese, Thai), each letter counts as one."""
    section: str | None
    """Section of the site, as printed; else the innermost one in the trail that leads to the page."""
    keywords: tuple[str, ...] = ()
    """Keywords and tags of the page and the feed, without duplicates."""
    image_url: str | None
    """Address of the lead image."""
    media: tuple[Medium, ...] | None = None
    """Images, videos and sounds that the feed gives with the article; None before schema version 3."""
    rights: str | None = None
    """Copyright or licence line in the page's metadata, as printed."""
    access: Access | None = None
    """How much of the article the page gives to readers without a subscription: ``free`` (the publisher says that it is free), ``metered``
    (reading is limited, but the page has the text) or ``stub`` (the body is only the beginning); None when the page does not say."""
    pub_status: PubStatus | None = None
    """``update``, ``correction`` or ``withdrawn``, if the headline or a note on the page says so."""
    published_at: datetime | None
    """Time of first publication; None when none was found."""
    published_raw: str | None
    """published_at as printed where it was found."""
    published_offset_minutes: int | None
    """Offset from UTC in minutes of the clock of the place of publication. Where only UTC is printed, other statements tell it (see
    published_zone_from)."""
    published_zone_from: ZoneFrom | None = None
    """Where the offset comes from: ``stamp`` (printed with published_at), ``page`` (another stamp of the same instant), ``source`` (the
    source's zone in the sources file), ``country`` (the one clock of the country of the site or its language) or ``url`` (the fewest hours
    that give the day in the address: only the local day is known); None when UTC was assumed."""
    published_precision: Precision | None
    """Precision of published_at: ``second``, ``minute`` or ``day``."""
    published_from: PublishedFrom
    """Where published_at was found; ``first-seen`` when it was not found."""
    modified_at: datetime | None
    """Time of the latest change that the page states."""
    first_seen_at: datetime
    """When an entry of the article was first seen; revisions keep the time of the first one."""
    fetched_at: datetime
    """When the page was fetched."""
    byline: str | None
    """Byline, as printed."""
    authors: tuple[str, ...] = ()
    """People named in the byline, in its order; never an agency, an outlet or a role."""
    credits: tuple[str, ...] | None = None
    """Organizations and desks named in the byline, as printed: agencies, outlets, newsrooms; None in rows of versions before 3."""
    agency: str | None = None
    """Code of the news agency whose copy the article is (see Agencies); None if an agency only contributed to it."""
    agency_evidence: tuple[str, ...] = ()
    """Evidence for the agency, each piece as ``where: printed text``; ``contribution`` is of an agency that only contributed."""
    dateline: str | None = None
    """Place in the dateline, as printed."""
    fingerprint: str
    """Fingerprint of the entry: hash of title, summary and update time in the feed."""
    removed_at: datetime | None = None
    """When ``copydesk remove`` removed the article. Its texts, addresses and people are then null or empty."""
    run_id: str
    """The run that wrote the row."""
    extractor: str
    """Name and version of the extractor of the body."""
    schema_version: int = SCHEMA_VERSION
    """Schema version of the row."""
    publisher_article_id: str | None = None
    """The publisher's own id of the article, as the page states it; None when it states none."""
    links: tuple[Link, ...] | None = None
    """Links out of the body to other addresses, each address once; None before schema version 4."""
    images: tuple[Image, ...] | None = None
    """Images that the page shows with the article, the lead image first, each once; None before schema version 4."""
    repeated_lines: tuple[str, ...] | None = None
    """Lines that were extracted, but are not in the body, because they stand in several stories of the source; None when there are none."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle(Article):
    """An article and its relation to other articles of the same story; a row of ``lake/articles``."""

    story_id: str
    """article_id of the story's first member; never changes."""
    relation: Relation
    """Relation to the article matched_article_id: ``exact`` (the same words), ``near`` (edited, or with a paragraph added), ``abridged``
    (a part of it), ``version`` (revised), ``derived`` (its text with much of its own) or ``quotes`` (some passages of it). The last two
    belong to another story. ``original`` for an article that runs no other's text."""
    matched_article_id: str | None = None
    """The article that this one was matched with; None for an original."""
    similarity: float | None = None
    """Distinct shingles that both texts have, as a share of those that either has (Jaccard), from 0 to 1."""
    containment: float | None = None
    """Share of this article's text that the matched article contains, from 0 to 1."""
    matched_containment: float | None = None
    """Share of the matched article's text that this article contains, from 0 to 1."""
    origin_article_id: str | None = None
    """Where the story came from, as far as was known in this run: its earliest article that a wire published or that credits an agency,
    else its earliest article."""
    origin_agency: str | None = None
    """Code of the agency that the origin's text comes from; None when no agency is known."""
    credit: Credit | None = None
    """Whether the article's own credit (``agency``) agrees with its text: ``agrees`` with the agency of the origin, ``missing`` (it runs
    the agency's text without credit) or ``differs``. None when the story's agency is not known."""
    possible_merge: str | None = None
    """Another published story that may be the same; published stories are never merged. Usually None."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A feed or an entry that was rejected; a row of ``lake/rejects``."""

    stage: str
    """The stage that rejected it (see Stages and reasons)."""
    reason: str
    """Why it was rejected (see Stages and reasons)."""
    detail: str
    """Details, for people to read."""
    source: str
    """Id of the source."""
    feed_url: str
    """Address of the feed, as configured; the archive's name for a replayed page that no feed lists."""
    entry_key: str | None
    """Key of the entry; None for a rejected feed."""
    url_key: str | None
    """Key of the entry's address; None without a usable address."""
    entry_id: str | None
    """The feed's own id for the entry; None when there is none."""
    fingerprint: str | None
    """Fingerprint of the entry; None for a rejected feed."""
    url: str | None
    """Address of the page or the feed; None for an entry without a link."""
    page_key: str | None = None
    """Key of the address at which the entry ended, if other entries end there too; None for all others."""
    http_status: int | None
    """HTTP status of the answer; None when there was none."""
    attempts: int
    """Number of tries so far that requested it, including this one."""
    final: bool
    """True when it is not tried again."""
    rejected_at: datetime
    """When it was rejected."""
    failing_since: datetime | None = None
    """When the first of these tries failed; None when it was never requested."""
    retry_at: datetime | None = None
    """When the entry is tried again at the earliest; None when it is not, and for a rejected feed."""
    entry: str | None = None
    """What the feed says about the entry, as JSON, so that it can be tried again without its feed; None for a rejected feed."""
    run_id: str
    """The run that rejected it."""
    schema_version: int = SCHEMA_VERSION
    """Schema version of the row."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """The outcome of an entry; a row of ``lake/index``, in which later passes look up the entries that they have seen."""

    entry_key: str
    """Key of the entry."""
    url_key: str | None
    """Key of the entry's address; None without a usable address."""
    fingerprint: str | None
    """Fingerprint of the entry at that time."""
    source: str
    """Id of the source."""
    feed_url: str
    """Address of the feed, as configured; the archive's name for a replayed page that no feed lists."""
    outcome: IndexOutcome
    """``article`` (written to the lake), ``duplicate`` (its page is an article that the lake has), ``reject``, or ``waiting`` (a pass has
    committed before it fetched the page)."""
    final: bool
    """False when a later pass tries the entry again."""
    attempts: int
    """Number of tries so far that requested the entry's page."""
    retry_at: datetime | None = None
    """When the entry is tried again at the earliest; None when it is not."""
    entry: str | None = None
    """What the feed says about an entry that waits, or is tried again although it is an article; None for all others (see rejects)."""
    article_id: str | None
    """The entry's article; None for a reject, and mostly for an entry that waits."""
    revision: int | None
    """The article's revision; None for a reject."""
    text_hash: str | None
    """Hash of the article's headline and body; a new hash makes a revision. None for a reject."""
    content_hash: str | None
    """Hash of the article's body; None for a reject."""
    body_from: BodyFrom | None = None
    """The article's body_from; None for a reject."""
    story_id: str | None
    """The article's story; None unless the outcome is ``article``."""
    page_key: str | None = None
    """Hash of the article's canonical address alone. Two sources may list one page, which is one article. None for a reject."""
    published_at: datetime | None
    """The article's published_at; None for a reject, or when the article has none."""
    first_seen_at: datetime | None
    """The article's first_seen_at; None for a reject."""
    removed_at: datetime | None = None
    """When ``copydesk remove`` removed the article: nothing is written under its article_id any more. None for any other row."""
    seen_at: datetime
    """When the page was fetched, the entry rejected, or the article removed; its day is the partition's date."""
    run_id: str
    """The run that wrote the row."""
    schema_version: int = SCHEMA_VERSION
    """Schema version of the row."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The hashed words and lines of an article, by which later runs find its copies and what its source repeats; a row of
    ``lake/sketches``."""

    article_id: str
    """The article."""
    revision: int
    """Its revision."""
    story_id: str
    """Its story."""
    source: str
    """Id of the source."""
    source_kind: SourceKind
    """Kind of the source."""
    agency: str | None
    """Code of the agency that the article credits."""
    pub_status: PubStatus | None
    """``update``, ``correction`` or ``withdrawn``, if the article says so."""
    content_hash: str
    """Hash of the words of the body."""
    published_at: datetime | None
    """Time of first publication."""
    first_seen_at: datetime
    """When an entry of the article was first seen."""
    words: bytes
    """The hash of each word of the body, in order: unsigned integers of four bytes, little-endian."""
    shingle: int
    """Words in a shingle: 3, or 5 where most of the text has no spaces between words and each character is a word."""
    keys: bytes
    """The hashed word sequences by which similar articles are looked up, sorted: unsigned integers of four bytes, little-endian."""
    scheme: int
    """Version of the hashing. Sketches of another version are ignored until ``copydesk stories --rebuild``."""
    run_id: str
    """The run that wrote the row."""
    schema_version: int = SCHEMA_VERSION
    """Schema version of the row."""
    lines: bytes | None = None
    """The hash of each line of the body as it was extracted, of at most 200: unsigned integers of four bytes, little-endian; None before
    schema version 4."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file that a run adds to the lake."""

    dataset: Dataset
    """Dataset of the lake: ``articles``, ``rejects``, ``polls``, ``index`` or ``sketches``."""
    path: str
    """Path relative to the lake, with ``/``."""
    rows: int
    """Number of rows."""
    bytes: int
    """Size of the file."""


Row = Union[StoryArticle, Reject, FeedPoll, IndexRow, Sketch]
"""A row of the lake, in the order of its datasets: articles, rejects, polls, index, sketches."""

"""What a user configures for one source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from schemas.pickling import quickly_pickled

SourceKind = Literal["wire", "outlet"]


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors for the pages of a source. What they find wins over what Copydesk would find by itself."""

    body: str | None = None
    """Elements whose text is the body."""
    published: str | None = None
    """Elements with the time of publication, in ``datetime``, ``content``, ``title`` or their text."""
    byline: str | None = None
    """Elements with the byline."""
    drop: tuple[str, ...] = ()
    """Elements that are removed before a page is read."""


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A wire or an outlet, as configured in ``sources.toml`` or OPML."""

    id: str
    """Short unique name, usable as a folder name: lower-case letters, digits, ``-`` and ``_``."""
    kind: SourceKind
    """``wire`` for a source that supplies copy, ``outlet`` for one that runs it."""
    feeds: tuple[str, ...]
    """Addresses of its feeds: RSS, Atom, RDF, JSON Feed or sitemaps."""
    name: str | None = None
    """Name for display."""
    homepage: str | None = None
    """Address of its front page."""
    zone: str | None = None
    """IANA time zone of its timestamps that have no offset."""
    language: str | None = None
    """BCP 47 tag of its usual language, for pages that declare none."""
    agency: str | None = None
    """Agency code (see agencies) if everything it publishes is copy of that agency."""
    tags: tuple[str, ...] = ()
    """The user's own labels; in OPML, the names of the folders around its feeds."""
    include: tuple[str, ...] = ()
    """Patterns of addresses (``*`` and ``?``). If there are any, an entry whose address matches none of them is rejected."""
    exclude: tuple[str, ...] = ()
    """Patterns of addresses. An entry whose address matches one of them is rejected, also if ``include`` has it."""
    full_text: bool = False
    """True when the text in its feeds is the article: its pages are not fetched."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Header fields, by name and value, that go with the requests for its feeds and pages; only to its own sites. They may be secret."""
    user_agent: str | None = None
    """What follows Copydesk's own User-Agent in the requests for its feeds and pages."""
    selectors: Selectors | None = None
    """What to take from its pages, and what to drop."""
    aliases: tuple[str, ...] = ()
    """Earlier ids of the source, the oldest first. The keys of its entries and articles are still made with the oldest one."""
    poll_seconds: int | None = None
    """Minimum seconds between two polls of a feed; None polls in every pass, unless the feed asks for time or fails."""

    @property
    def key_id(self) -> str:
        """The id with which keys are made: the oldest one."""
        return self.aliases[0] if self.aliases else self.id

"""Why something stopped on its way: the closed lists of stages and reasons, and the exception that carries one.

The values are what stands in ``rejects.stage`` and ``rejects.reason``; docs/fields.md lists them from here.
"""

from __future__ import annotations

from enum import Enum


class Stage(str, Enum):
    """The step at which a feed or an entry stopped."""

    POLL = "poll"
    """Fetching or reading a feed."""
    FETCH = "fetch"
    """Fetching the page behind an entry."""
    READ = "read"
    """Reading a page out of an archive."""
    EXTRACT = "extract"
    """Turning a page into an article."""


class Reason(str, Enum):
    """Why it stopped. ``transient`` reasons are tried again by later passes, the others are final."""

    # At the web: feeds and pages alike.
    BAD_URL = "bad-url"
    """The address is missing, is not http(s), or cannot be parsed."""
    PRIVATE_ADDRESS = "private-address"
    """The host is, or resolves to, a loopback, private, link-local or otherwise non-public address."""
    ROBOTS_DISALLOW = "robots-disallow"
    """The site's robots.txt forbids this page to us."""
    ROBOTS_UNAVAILABLE = "robots-unavailable"
    """The site's robots.txt could not be read, which counts as forbidden for now."""
    DNS = "dns"
    """The host name has no address."""
    CONNECT = "connect"
    """No connection: refused, reset, broken off, or not speaking HTTP."""
    TLS = "tls"
    """The certificate or the TLS handshake failed."""
    PROXY = "proxy"
    """The configured proxy refused or failed."""
    TIMEOUT = "timeout"
    """The whole answer did not arrive within the allowed seconds."""
    TOO_LARGE = "too-large"
    """The answer, after decompression, exceeds the allowed bytes."""
    TOO_MANY_REDIRECTS = "too-many-redirects"
    """More redirects than allowed, or a loop."""
    BAD_ENCODING = "bad-encoding"
    """The content encoding (gzip, chunks) is broken."""
    HTTP_GONE = "http-gone"
    """Status 404, 410 or 451: the site says that it is not there."""
    HTTP_DENIED = "http-denied"
    """Status 401, 402, 403 or 407: the site does not serve us."""
    HTTP_BUSY = "http-busy"
    """Status 408, 425, 429 or 503, also after retries: the site asks us to come later."""
    HTTP_SERVER_ERROR = "http-server-error"
    """Any other 5xx status, also after retries."""
    HTTP_OTHER = "http-other"
    """Any other status that is not a success."""
    HOST_DEFERRED = "host-deferred"
    """The host's time in this pass was up, or the host kept failing; left to the next pass without asking."""

    # At a feed.
    NOT_A_FEED = "not-a-feed"
    """The answer is not RSS, Atom or RDF, or breaks off before its first entry."""
    TOO_MANY_ENTRIES = "too-many-entries"
    """The feed lists more entries than are read from one feed; those beyond are left."""
    NO_LINK = "no-link"
    """The entry has no usable http(s) address."""

    # At a page.
    NOT_HTML = "not-html"
    """The page is of another content type (PDF, image, video, …)."""
    BOT_WALL = "bot-wall"
    """A challenge page stands where the article should be."""
    NO_TEXT = "no-text"
    """No article text was found on the page."""
    UNPARSABLE = "unparsable"
    """The page cannot be parsed as HTML within the limits (nesting, size, time)."""

    # In an archive.
    ARCHIVE_DAMAGED = "archive-damaged"
    """A stretch of the archive that is no record, or a record whose length, header or compression is broken."""
    ARCHIVE_TRUNCATED = "archive-truncated"
    """The record breaks off: the archive ends in it, or its crawler stored only a part of the page."""

    @property
    def transient(self) -> bool:
        """True when a later pass may find it otherwise."""
        return self in _TRANSIENT


_TRANSIENT = frozenset(
    {
        Reason.ROBOTS_UNAVAILABLE,
        Reason.DNS,
        Reason.CONNECT,
        Reason.TLS,
        Reason.PROXY,
        Reason.TIMEOUT,
        Reason.BAD_ENCODING,
        Reason.HTTP_BUSY,
        Reason.HTTP_SERVER_ERROR,
        Reason.HOST_DEFERRED,
    }
)


class Rejected(Exception):
    """Raised by plain functions for input that will never do, or not now; becomes one row in ``rejects``."""

    def __init__(self, reason: Reason, detail: str = "", status: int | None = None) -> None:
        super().__init__(reason, detail, status)
        self.reason = reason
        self.detail = detail
        self.status = status

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}" if self.detail else self.reason.value

"""Why a feed or an entry was rejected: the closed lists of stages and reasons, and the exception that carries a reason.

The values are those of ``rejects.stage`` and ``rejects.reason``. docs/fields.md is generated from the text under each member.
"""

from __future__ import annotations

from enum import Enum


class Stage(str, Enum):
    """The stage that rejected a feed or an entry."""

    POLL = "poll"
    """Requesting or reading a feed."""
    FETCH = "fetch"
    """Fetching the page of an entry."""
    READ = "read"
    """Reading a page from an archive."""
    EXTRACT = "extract"
    """Extracting the article from a page."""


class Reason(str, Enum):
    """Why a feed or an entry was rejected. Later passes try again for days after a transient reason, and for hours after an early one."""

    # Requests, for feeds and pages.
    BAD_URL = "bad-url"
    """The address is missing, is not http(s), or cannot be parsed."""
    PRIVATE_ADDRESS = "private-address"
    """The host is, or resolves to, an address that is not public: loopback, private, link-local and the like."""
    ROBOTS_DISALLOW = "robots-disallow"
    """The site's robots.txt disallows the page."""
    ROBOTS_UNAVAILABLE = "robots-unavailable"
    """The site's robots.txt could not be read, so the page is disallowed for now."""
    DNS = "dns"
    """The host name has no address."""
    CONNECT = "connect"
    """The connection was refused, reset or broken off, or the answer was not HTTP."""
    TLS = "tls"
    """The certificate is not valid, or the TLS handshake failed."""
    PROXY = "proxy"
    """The configured proxy refused or failed."""
    TIMEOUT = "timeout"
    """The answer was not complete within the timeout."""
    TOO_LARGE = "too-large"
    """The answer has more bytes than allowed, before or after decompression."""
    TOO_MANY_REDIRECTS = "too-many-redirects"
    """There are more redirects than allowed, or they form a loop."""
    BAD_ENCODING = "bad-encoding"
    """The content coding (gzip, chunks) is broken or not supported."""
    HTTP_GONE = "http-gone"
    """Status 404, 410 or 451: the site says that the address is not available."""
    HTTP_DENIED = "http-denied"
    """Status 401, 402, 403 or 407: the site denies access."""
    HTTP_BUSY = "http-busy"
    """Status 408, 425, 429 or 503, even after retries: the site asks us to come later."""
    HTTP_SERVER_ERROR = "http-server-error"
    """Another 5xx status, even after retries."""
    HTTP_OTHER = "http-other"
    """Any other status that comes without the page or feed, such as 206, or 304 to a request without validators."""
    HOST_DEFERRED = "host-deferred"
    """Not requested in this pass: the host, the source or the pass had used up its time, or the host had failed too often in a row."""

    # Feeds and their entries.
    NOT_A_FEED = "not-a-feed"
    """The answer is not RSS, Atom or RDF, or breaks off before the first entry."""
    TOO_MANY_ENTRIES = "too-many-entries"
    """The feed lists more entries than are read from one feed; the rest was ignored."""
    NO_LINK = "no-link"
    """The entry has no usable http(s) address."""
    EXCLUDED = "excluded"
    """The source's ``include`` and ``exclude`` patterns leave the entry's address out."""

    # Pages.
    NOT_HTML = "not-html"
    """The page is not HTML (PDF, image, video, …)."""
    BOT_WALL = "bot-wall"
    """The page is a challenge for bots instead of the article, or the status is 202: the content is not there yet."""
    CONSENT_WALL = "consent-wall"
    """The page asks for consent to cookies or the use of data instead of showing the article."""
    LOGIN_WALL = "login-wall"
    """The page asks for a login or a subscription, and has no text of the article."""
    SCRAMBLED_TEXT = "scrambled-text"
    """The letters of the text are scrambled for readers without a subscription."""
    NEEDS_JAVASCRIPT = "needs-javascript"
    """The page is empty until a script fills it, and the data of its scripts has no article."""
    SOFT_404 = "soft-404"
    """The page says that the article does not exist, although its status is a success."""
    REDIRECTED_AWAY = "redirected-away"
    """The address leads to a front page, a section, or a page at which other entries with other titles end too."""
    MAINTENANCE = "maintenance"
    """The site says that it is out of order for a while, although the status is a success."""
    NO_TEXT = "no-text"
    """The page has no article text."""
    UNPARSABLE = "unparsable"
    """The page, or the feed, cannot be parsed within the limits of nesting, size, time and memory."""

    # Archives.
    ARCHIVE_DAMAGED = "archive-damaged"
    """A part of the archive is no record, or the length, header or compression of a record is broken."""
    ARCHIVE_TRUNCATED = "archive-truncated"
    """The record is incomplete: the archive ends within it, or the crawler stored only a part of the page."""
    NOT_ARCHIVED = "not-archived"
    """The archives have a feed that lists the entry, but not its page."""

    @property
    def transient(self) -> bool:
        """True when the failure will pass: the entry is tried again for days."""
        return self in _TRANSIENT

    @property
    def leaves_feed_text(self) -> bool:
        """True when the text that the feed itself has of an article may be used instead of the page.

        It may not when the site has withdrawn the page, when something else is at its address, and when we have not asked for it yet.
        """
        return self in _LEAVES_FEED_TEXT

    @property
    def early(self) -> bool:
        """True when we may have come too early, as feeds are often ahead of their pages: the entry is tried again for some hours.

        Of HTTP_GONE and HTTP_DENIED only 404 and 403 are early.
        """
        return self in _EARLY


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
        Reason.MAINTENANCE,
        Reason.NOT_ARCHIVED,
    }
)

_LEAVES_FEED_TEXT = frozenset(
    {
        Reason.ROBOTS_DISALLOW,
        Reason.ROBOTS_UNAVAILABLE,
        Reason.DNS,
        Reason.CONNECT,
        Reason.TLS,
        Reason.PROXY,
        Reason.TIMEOUT,
        Reason.TOO_LARGE,
        Reason.TOO_MANY_REDIRECTS,
        Reason.BAD_ENCODING,
        Reason.HTTP_DENIED,
        Reason.HTTP_BUSY,
        Reason.HTTP_SERVER_ERROR,
        Reason.HTTP_OTHER,
        Reason.BOT_WALL,
        Reason.CONSENT_WALL,
        Reason.LOGIN_WALL,
        Reason.SCRAMBLED_TEXT,
        Reason.NEEDS_JAVASCRIPT,
        Reason.MAINTENANCE,
        Reason.NO_TEXT,
        Reason.UNPARSABLE,
        Reason.NOT_ARCHIVED,
    }
)


_EARLY = frozenset(
    {
        Reason.HTTP_GONE,
        Reason.HTTP_DENIED,
        Reason.BOT_WALL,
        Reason.SOFT_404,
        Reason.REDIRECTED_AWAY,
        Reason.NO_TEXT,
    }
)


_NEVER_ASKED = frozenset({Reason.HOST_DEFERRED, Reason.ROBOTS_UNAVAILABLE, Reason.PROXY})


class Rejected(Exception):
    """Raised by plain functions to reject a feed or an entry; becomes a row of ``lake/rejects``.

    ``detail`` is for people to read, ``status`` is the HTTP status of the answer, if there was one. ``retry_after`` is the time in seconds
    after which it should be tried again, because the host asked for it (Retry-After) or because we are to blame; None when that is open.
    ``asked`` is False when what was wanted was not requested at all.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        asked: bool = True,
    ) -> None:
        super().__init__(reason, detail, status, retry_after, asked)
        self.reason = reason
        self.detail = detail
        self.status = status
        self.retry_after = retry_after
        self.asked = asked and reason not in _NEVER_ASKED

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}" if self.detail else self.reason.value

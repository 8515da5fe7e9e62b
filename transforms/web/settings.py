"""The settings of the HTTP client. Apart from the client, because ``--help`` prints them and should not load aiohttp."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

from transforms.web.exchanges import Archive

PRODUCT = "copydesk"
"""Our product token: our name in robots.txt files, and the first word of the User-Agent."""
HEADER_BYTES = 32 << 10
"""Maximum bytes of one header field. Some sites' Content-Security-Policy exceeds the 8 KiB of aiohttp."""

HEADER_FIELDS = 1_000
"""Maximum number of header fields. Some sites set hundreds of cookies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """How to connect, and the limits of a request."""

    contact: str | None = None
    """E-mail or web address for the User-Agent, so that a site can reach the operator."""
    proxy: str | None = None
    """Address of an HTTP proxy for all requests; None follows http_proxy, https_proxy, all_proxy and no_proxy of the environment."""
    allow_networks: tuple[str, ...] = ()
    """Networks (CIDR) that may be requested although they are not public."""
    max_bytes: int = 10 << 20
    """Maximum bytes of a body, before and after decompression."""
    seconds: float = 30.0
    """Timeout of one request in seconds, from looking up the name to the last byte."""
    connect_seconds: float = 10.0
    """Timeout in seconds for connecting to one address of a host."""
    max_redirects: int = 5
    """Maximum redirects to follow."""
    retries: int = 2
    """Maximum retries of a request whose connection broke, or whose host was busy or failed (5xx)."""
    retry_wait: float = 30.0
    """Longest wait in seconds before a retry. A host that asks for more is HTTP_BUSY, and gets no more requests in this pass."""
    concurrency: int = 64
    """Maximum requests in flight, over all hosts."""
    archive: Archive | None = None
    """Records every request and its response; None records nothing."""

    @property
    def user_agent(self) -> str:
        """The User-Agent: our name, our version and the contact."""
        try:
            version = metadata.version(PRODUCT)
        except metadata.PackageNotFoundError:  # run from a checkout that is not installed
            version = "0"
        return f"{PRODUCT}/{version}" + (f" (+{self.contact})" if self.contact else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How often and for how long a host is asked in one pass."""

    pause: float = 1.0
    """Seconds between the end of a request and the next one to the same host. A crawl-delay in robots.txt raises it."""
    host_seconds: float = 600.0
    """Seconds of requests and pauses that a host gets in one pass. After that, its other requests are HOST_DEFERRED.

    A source gets eight times as many seconds of requests, over all hosts and redirects. A crawl-delay of any length is honoured: a host
    that wants a minute between requests gets ten requests in a pass. Waits on our side (for a free slot, for a slow reader) do not count.
    """
    max_failures: int = 3
    """Consecutive failures to reach a host (DNS, CONNECT, TLS, TIMEOUT) after which its other requests are HOST_DEFERRED."""
    rest_seconds: float = float("inf")
    """Seconds for which they are. After that, the host gets one more request. A pass ends sooner; a stream sets it."""
    pass_seconds: float = 3600.0
    """Seconds after the start of a pass at which its last request begins. After that, all others are HOST_DEFERRED."""

    @property
    def pages_of_a_host(self) -> int:
        """About as many pages as a pass fetches from one host."""
        return max(1, int(self.host_seconds / max(self.pause, 1.0)))

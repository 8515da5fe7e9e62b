"""The settings of the HTTP client. Without the client itself, because commands print them in their help."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

PRODUCT = "copydesk"
"""Our product token: our name in robots.txt files, and the first word of the User-Agent."""
HEADER_BYTES = 32 << 10
"""Maximum bytes of one header field. Some sites' Content-Security-Policy exceeds the 8 KiB of aiohttp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """How to connect, and the limits of a request."""

    contact: str | None = None
    """E-mail or web address for the User-Agent, so that a site can reach the operator."""
    proxy: str | None = None
    """Address of an HTTP proxy for all requests; None follows http_proxy, https_proxy and no_proxy of the environment."""
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

    @property
    def user_agent(self) -> str:
        """The User-Agent: our name, our version and the contact."""
        try:
            version = metadata.version(PRODUCT)
        except metadata.PackageNotFoundError:  # run from a checkout that is not installed
            version = "0"
        return f"{PRODUCT}/{version}" + (f" (+{self.contact})" if self.contact else "")

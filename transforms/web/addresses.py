"""Which addresses we go to: absolute http(s) URLs of public hosts, whatever spelling is meant to hide another one."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urljoin, urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from w3lib.url import safe_url_string
from yarl import URL

from schemas.reasons import Reason, Rejected

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LABEL = "[a-z0-9_-]{1,63}"
_HOST_NAME = re.compile(rf"(?=.{{1,254}}\Z){_LABEL}(\.{_LABEL})*\.?")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not public, but is_global calls them so, in some or all of our Pythons: local NAT64, site-local, IPv4-compatible.
_NOT_GLOBAL = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10", "::/96")))


def request_url(address: str, base: URL | None = None) -> URL:
    """The URL to ask for ``address``, which may be relative to ``base``; without fragment. Raises Rejected(BAD_URL)."""
    try:
        whole = safe_url_string(address if base is None else urljoin(str(base), address.strip()))
        parsed, raw = URL(whole), urlsplit(whole)
        # The host in its one spelling; path and query as they are, for servers may tell "%27" from "'".
        url = URL.build(
            scheme=parsed.scheme,
            authority=parsed.raw_authority,
            path=raw.path or "/",
            query_string=raw.query,
            encoded=True,
        )
        host = url.raw_host or ""
    except (
        ValueError,
        IndexError,
    ) as error:  # UnicodeError is a ValueError; IndexError is yarl's word for "http://[]@"
        raise Rejected(Reason.BAD_URL, f"{address[:200]}: {error}") from error
    if url.scheme not in ("http", "https"):
        raise Rejected(Reason.BAD_URL, f"{address[:200]} is not http(s)")
    if not _HOST_NAME.fullmatch(host) and literal_address(host) is None:
        raise Rejected(Reason.BAD_URL, f"{address[:200]} names no host")
    return url


def request_host(url: str | URL) -> str:
    """The host that a request for ``url`` goes to: lower-case ASCII, without brackets or trailing dot.

    Empty for a text that request_url refuses. (``urls.host`` gives the host as the address spells it, for people and for keys.)
    """
    if isinstance(url, str):
        try:
            url = request_url(url)
        except Rejected:
            return ""
    return (url.raw_host or "").rstrip(".")


def redacted(url: URL) -> str:
    """``url`` for people: without credentials, and not too long."""
    return str(url.with_user(None) if url.host else url)[:200]


def literal_address(host: str) -> Address | None:
    """The address that ``host`` is without being looked up: dotted, decimal, hexadecimal, IPv6, localhost."""
    host = host.rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433: what connect() takes
    except (OSError, ValueError):  # ValueError: a NUL, or what is no ASCII
        return None


def is_allowed(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """True for a public address, and for one in an ``allowed`` network; an IPv4 address within an IPv6 one counts."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = inner or address
    public = address.is_global and not address.is_multicast and not any(address in network for network in _NOT_GLOBAL)
    return public or any(address in network for network in allowed)


class PublicResolver(AbstractResolver):
    """Resolves names at the moment of connecting, and gives only addresses that we may reach."""

    def __init__(self, threads: ThreadPoolExecutor, allowed: Sequence[Network]) -> None:
        self._threads = threads  # the loop's own are a handful, and a thousand feeds would queue for them
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        look_up = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        public = [
            ResolveResult(hostname=host, host=str(at[0]), port=port, family=kind, proto=proto, flags=numeric)
            for kind, _, proto, _, at in found
            if is_allowed(ipaddress.ip_address(at[0]), self._allowed)
        ]
        if not public:
            raise Rejected(Reason.PRIVATE_ADDRESS, f"{host} is at {', '.join(sorted({str(at[4][0]) for at in found}))}")
        return public

    async def close(self) -> None:
        """Nothing to close: the threads belong to the Web."""

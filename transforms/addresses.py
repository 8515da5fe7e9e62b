"""Which addresses we go to: absolute http(s) URLs of public hosts, whatever spelling is meant to hide another one."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

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


def target(address: str, base: URL | None = None) -> URL:
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


def host_name(url: URL) -> str:
    """The host of a target: lower-case, ASCII, without brackets or trailing dot."""
    return (url.raw_host or "").rstrip(".")


def shown(url: URL) -> str:
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


def may_reach(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """True for a public address, and for one in an ``allowed`` network; an IPv4 address within an IPv6 one counts."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = inner or address
    public = address.is_global and not address.is_multicast and not any(address in network for network in _NOT_GLOBAL)
    return public or any(address in network for network in allowed)

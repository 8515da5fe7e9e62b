"""Which addresses may be requested: absolute http(s) URLs of public hosts, in whatever spelling."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string
from yarl import URL

from schemas.reasons import Reason, Rejected
from transforms.urls import LONGEST_URL, without_credentials

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LABEL = "[a-z0-9_-]{1,63}"
_HOST_NAME = re.compile(rf"(?=.{{1,254}}\Z){_LABEL}(\.{_LABEL})*\.?")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",  # the platform of Azure, reachable from each of its machines
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",  # with 192.0.0.192, where Oracle's machines find their metadata
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",  # with Teredo, which embeds addresses
            "2001:db8::/32",
            "3fff::/20",
        ),
    )
)
"""The special-purpose blocks of IANA that are not for hosts on the internet. ``is_global`` knows them all in no Python version."""


def request_url(address: str, base: URL | None = None) -> URL:
    """The URL to request for ``address``, without fragment. Raises Rejected(BAD_URL).

    ``address`` may be relative to ``base``. Then it is a redirect, and its own credentials are dropped. Those of ``base``, which the user
    configured, stay within the same origin.
    """
    return _first_url(address) if base is None else _url(address, base)


def _url(address: str, base: URL | None) -> URL:
    shown = without_credentials(address)[:200]
    try:
        if len(address) > LONGEST_URL:
            raise ValueError(f"{len(address)} characters")
        whole = safe_url_string(address if base is None else urljoin(str(base), address.strip()))
        parsed, raw = URL(whole), urlsplit(whole)
        # The host is normalized. Path and query stay as they are: servers may treat "%27" and "'" differently.
        url = URL.build(
            scheme=parsed.scheme,
            authority=parsed.raw_authority,
            path=raw.path or "/",
            query_string=raw.query,
            encoded=True,
        )
        host = url.raw_host or ""
    except (ValueError, IndexError) as error:  # yarl raises IndexError for "http://[]@"
        raise Rejected(Reason.BAD_URL, f"{shown}: {error}") from error
    if url.scheme not in ("http", "https"):
        raise Rejected(Reason.BAD_URL, f"{shown} is not http(s)")
    if not _HOST_NAME.fullmatch(host) and literal_address(host) is None:
        raise Rejected(Reason.BAD_URL, f"{shown} has no valid host")
    if base is None:
        return url
    return (
        url.with_user(base.user).with_password(base.password) if url.origin() == base.origin() else url.with_user(None)
    )


@lru_cache(maxsize=1024)  # a page's address is needed for its queue, its robots.txt and its request
def _first_url(address: str) -> URL:
    return _url(address, None)


def request_host(url: str | URL) -> str:
    """The host that a request for ``url`` goes to: lower-case ASCII, without brackets or trailing dot.

    Empty for a text that request_url rejects. (``urls.host`` is the readable host, which sources and shards are named by.)
    """
    if isinstance(url, str):
        try:
            url = request_url(url)
        except Rejected:
            return ""
    return (url.raw_host or "").rstrip(".")


def redacted(url: URL) -> str:
    """``url`` for messages: without credentials, at most 200 characters."""
    return str(url.with_user(None) if url.host else url)[:200]


def literal_address(host: str) -> Address | None:
    """The IP address that ``host`` spells out (dotted, decimal, hexadecimal, IPv6, localhost); None for a name to look up."""
    host = host.rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433: connect() accepts these
    except (OSError, ValueError):  # ValueError: a NUL, or not ASCII
        return None


def is_allowed(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """True for a public address, and for one in an ``allowed`` network. An IPv6 address that embeds an IPv4 address counts as that one."""
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is None and address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = embedded or address
    return _is_public(address) or any(address in network for network in allowed)


def _is_public(address: Address) -> bool:
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not any(address in network for network in _SPECIAL)

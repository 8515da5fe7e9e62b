"""What a source adds to its requests: header fields of its own, for its own hosts only, and the end of the User-Agent."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from yarl import URL

from schemas import Source
from transforms.urls import site


def added_headers(source: Source, url: URL) -> dict[str, str]:
    """The header fields of a source for a request to ``url``: none for another site, as they may be secret.

    Its sites are the registered domains of its feeds and its homepage. Without encryption they go only to a site whose configured address
    has none either.
    """
    if not source.headers:
        return {}
    schemes = _sites(filter(None, (*source.feeds, source.homepage))).get(site(str(url)), set())
    return dict(source.headers) if url.scheme in schemes or (schemes and url.scheme == "https") else {}


def _sites(addresses: Iterable[str]) -> dict[str, set[str]]:
    """The schemes of the addresses, by registered domain."""
    schemes: dict[str, set[str]] = {}
    for address in addresses:
        schemes.setdefault(site(address), set()).add(urlsplit(address).scheme.lower())
    return schemes

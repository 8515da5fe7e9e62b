"""Feeds that a web page names in its ``<link rel="alternate">`` elements (RSS autodiscovery)."""

from __future__ import annotations

import re

from schemas import Rejected
from schemas.safe_text import unescape
from transforms.urls import absolute_url

_LINK = re.compile(rb"<link\b[^<>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![a-z])([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_TYPES = frozenset("application/rss+xml application/atom+xml application/rdf+xml application/feed+json".split())
_READ = 300_000
_MOST = 10


def named_feeds(body: bytes, url: str) -> tuple[str, ...]:
    """Addresses of the feeds that the page at ``url`` names, at most ten, in order; those of comments come last."""
    found: dict[str, bool] = {}
    for link in _LINK.findall(body[:_READ]):
        text = unescape(link.decode("utf-8", "replace"))
        values = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(text)}
        is_feed = values.get("type", "").split(";")[0].strip().lower() in _TYPES
        if not is_feed or "alternate" not in values.get("rel", "").lower().split() or not values.get("href"):
            continue
        try:
            address = absolute_url(values["href"], url)
        except Rejected:
            continue
        if address.startswith(("http://", "https://")):
            found.setdefault(address, "comment" in (values.get("title", "") + address).lower())
    return tuple(sorted(found, key=lambda address: found[address]))[:_MOST]

"""A newsroom that publishes without an end: each source publishes one article at a fixed interval.

Everything follows from the clock and the number of the source, so any process knows what was published when. Every tenth source is a wire,
and the source after it runs the wire's copy.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import formatdate
from pathlib import Path

from aiohttp import web

_WORDS = (
    "council minister river bridge vote budget strike harbour school report storm market price union court judge appeal police fire "
    "hospital doctor train delay fare mayor office tax plan review water supply farm harvest export tariff bank rate loan house rent"
).split()


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Sources 0 to ``sources`` - 1. Each has published an article every ``every`` seconds since ``began`` (in seconds since 1970)."""

    sources: int
    every: float
    began: float
    listed: int = 25
    """Number of articles in a feed."""

    def published(self, source: int, until: float) -> range:
        """The numbers of the articles that a source has published by ``until``."""
        return range(max(0, int((until - self.began - self._phase(source)) // self.every) + 1))

    def published_at(self, source: int, number: int) -> float:
        """When an article was published, or will be."""
        return self.began + self._phase(source) + number * self.every

    def address(self, source: int, number: int) -> str:
        """The address of an article."""
        return f"http://h{source}.example/news/{number}"

    def title(self, source: int, number: int) -> str:
        """The title of an article. Copies of a wire's article have the wire's title."""
        return _sentence(_seed("title", self._writer(source), number), 7).rstrip(".")

    def write_sources(self, path: Path) -> None:
        """Writes a sources file with all sources."""
        entry = '[[source]]\nid = "h{0}"\nkind = "{1}"\nfeeds = ["http://h{0}.example/feed"]\n'
        path.write_text(
            "".join(entry.format(source, "outlet" if source % 10 else "wire") for source in range(self.sources))
        )

    def _phase(self, source: int) -> float:
        return self.every * source / self.sources

    def _writer(self, source: int) -> int:
        return source - 1 if source % 10 == 1 else source

    def feed(self, source: int, now: float) -> str:
        """The feed of a source at a moment, newest articles first."""
        items = "".join(
            f"<item><title>{self.title(source, number)}</title><link>{self.address(source, number)}</link>"
            f"<guid>{number}</guid><pubDate>{formatdate(self.published_at(source, number))}</pubDate></item>"
            for number in reversed(self.published(source, now)[-self.listed :])
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper {source}</title>{items}</channel></rss>'

    def page(self, source: int, number: int) -> str:
        """The page of an article."""
        rng = _seed("body", self._writer(source), number)
        body = "".join(f"<p>{' '.join(_sentence(rng, 14) for _ in range(4))}</p>" for _ in range(6))
        at = datetime.fromtimestamp(self.published_at(source, number), timezone.utc).isoformat()
        title = self.title(source, number)
        return (
            f'<!doctype html><html lang="en"><head><title>{title}</title><meta property="article:published_time" content="{at}">'
            f"</head><body><article><h1>{title}</h1><p class='byline'>By Ann Author</p>{body}</article></body></html>"
        )

    async def answer(self, source: int, request: web.Request) -> web.Response:
        """The response of a source's site now, as a Handler of benchmarks.feed_server."""
        now = datetime.now(timezone.utc).timestamp()
        if request.path == "/feed":
            text = self.feed(source, now)
            etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
            if request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers={"ETag": etag})
            return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": etag})
        number = request.path.rpartition("/")[2]
        if number.isdecimal() and int(number) in self.published(source, now):
            return web.Response(text=self.page(source, int(number)), content_type="text/html")
        return web.Response(status=404)


def _seed(*parts: object) -> random.Random:
    return random.Random("/".join(map(str, parts)))


def _sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(words)).capitalize() + "."

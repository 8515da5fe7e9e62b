"""A newsroom whose hosts fail, slow down and heal at random, as hosts on the web do.

Everything follows from a seed and the clock, as in ``benchmarks.publishing``: any process knows which host fails when, and how.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import formatdate
from functools import lru_cache

from aiohttp import web

from benchmarks.publishing import Newsroom

LONGEST = 480.0
"""Longest time in seconds for which a host fails without a pause."""
_LONGEST_GONE = 120.0
_LONGEST_EARLY = 240.0
_HANGS = 3600.0
_FAILURES = (
    *("503", "500", "502", "429", "429 and seconds", "503 and a date"),
    *("reset", "hangs", "breaks off", "slow", "flaky"),
)
_GONE = ("404", "403", "bot wall", "no text")
"""Ways in which pages are not there. They are believed after a few tries, so a host has one such spell in all."""
_BOT_WALL = (
    "<!doctype html><html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>"
)
_NO_TEXT = "<!doctype html><html><head><title>{}</title></head><body></body></html>"


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in seconds since 1970 in which a host fails in one way."""

    kind: str
    began: float
    ended: float
    path: str = "/"
    """What fails: all addresses whose path begins so."""


@dataclass(frozen=True, slots=True)
class UnsteadyNewsroom:
    """A newsroom that fails at random until ``heals_at``, in seconds since 1970, and then no more."""

    newsroom: Newsroom
    seed: int
    heals_at: float

    def spell(self, source: int, now: float) -> Spell | None:
        """How a host fails at a moment; None when it is well."""
        return next((spell for spell in spells(self, source) if spell.began <= now < spell.ended), None)

    def early(self, source: int, number: int) -> tuple[str, float]:
        """How the page of an article fails at first, and until when. Every other host lists a fifth of its articles before their pages."""
        draw = random.Random(f"{self.seed}/early/{source}/{number}")
        if source % 2 or draw.random() > 0.2:
            return "", 0.0
        until = self.newsroom.published_at(source, number) + draw.uniform(10.0, _LONGEST_EARLY)
        return draw.choice(_GONE), min(until, self.heals_at)

    async def answer(self, source: int, request: web.Request) -> web.Response:
        """The response of a source's site now, as a Handler of ``benchmarks.feed_server``."""
        now = datetime.now(timezone.utc).timestamp()
        spell = self.spell(source, now)
        what = spell.kind if spell and request.path.startswith(spell.path) else ""
        if what == "flaky":
            what = random.choice(("503", "reset", "breaks off", "slow", "", ""))
        number = request.path.rpartition("/")[2]
        if not what and number.isdecimal():
            kind, until = self.early(source, int(number))
            what = kind if now < until else ""
        return await self._fail(what, spell, request, now) or await self.newsroom.answer(source, request)

    async def _fail(self, what: str, spell: Spell | None, request: web.Request, now: float) -> web.Response | None:
        """The response in place of the right one; None for the right one."""
        left = spell.ended - now if spell else 0.0
        if what in ("reset", "breaks off"):
            if what == "breaks off":
                response = web.StreamResponse(headers={"Content-Length": "5000", "Content-Type": "text/html"})
                await response.prepare(request)
                await response.write(b"<!doctype html><html><head><title>Half")
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=500)  # nobody hears it
        if what in ("hangs", "slow"):
            await asyncio.sleep(_HANGS if what == "hangs" else random.uniform(0.5, 4.0))
            return None
        if what == "bot wall":
            return web.Response(text=_BOT_WALL, content_type="text/html")
        if what == "no text":
            return web.Response(text=_NO_TEXT.format("News"), content_type="text/html")
        status, _, wish = what.partition(" and ")
        if not status:
            return None
        headers = {
            "seconds": {"Retry-After": f"{left:.0f}"},
            "a date": {"Retry-After": formatdate(now + left, usegmt=True)},
        }
        return web.Response(status=int(status), headers=headers.get(wish, {}))


@lru_cache(maxsize=10_000)
def spells(unsteady: UnsteadyNewsroom, source: int) -> tuple[Spell, ...]:
    """All spells of a host, in order. In between it is well, for about as long."""
    draw = random.Random(f"{unsteady.seed}/spells/{source}")
    at, found, gone = unsteady.newsroom.began, list[Spell](), source % 2 == 0
    if source % 3 == 0:  # robots.txt is read at the beginning only, and then known for a day
        found.append(Spell(draw.choice(_FAILURES), at, at := at + draw.uniform(10.0, LONGEST), "/robots.txt"))
    while (at := at + draw.expovariate(1 / 240.0)) < unsteady.heals_at:
        kind, path = draw.choice(_FAILURES), draw.choice(("/", "/news/", "/feed"))
        if not gone and draw.random() < 0.3:
            gone, kind, path = True, draw.choice(_GONE), "/news/"
        lasts = draw.uniform(10.0, _LONGEST_GONE if kind in _GONE else LONGEST)
        found.append(Spell(kind, at, min(at + lasts, unsteady.heals_at), path))
        at += lasts
    return tuple(found)

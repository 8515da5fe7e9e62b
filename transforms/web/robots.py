"""robots.txt: what a site allows us to fetch, and how often."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable

from protego import Protego

from schemas.reasons import Reason, Rejected

PRODUCT = "copydesk"
"""Our product token: the name that robots.txt knows us by, and the first word of the User-Agent."""


ROBOTS_BYTES = 512 << 10
"""Bytes of a robots.txt that are read; what follows is ignored (RFC 9309, 2.5: at least 500 KiB)."""

_USER_AGENT = re.compile(r"\s*user(?:-|\s*)agent(?:\s*:|\s)(.*)", re.IGNORECASE)  # as loosely as Protego reads it
_NO_ROBOTS = frozenset({Reason.HTTP_GONE, Reason.HTTP_DENIED, Reason.TOO_MANY_REDIRECTS})
_FAILING_ROBOTS = frozenset(
    {Reason.HTTP_BUSY, Reason.HTTP_SERVER_ERROR, Reason.HTTP_OTHER, Reason.BAD_ENCODING, Reason.BAD_URL}
)


class Robots:
    """What one robots.txt says to us."""

    def __init__(self, text: str = "") -> None:
        self._rules = Protego.parse(_for_us(text))

    def allows(self, url: str) -> bool:
        """True when we may fetch ``url``, an absolute address at the host that the robots.txt belongs to."""
        return bool(self._rules.can_fetch(url, PRODUCT))

    @property
    def crawl_delay(self) -> float:
        """Seconds that the host wants between two requests; 0 when it does not say."""
        return float(self._rules.crawl_delay(PRODUCT) or 0.0)


def _for_us(text: str) -> str:
    """``text`` with all robots but us under one name: Protego keeps every rule once for each name in its group.

    Half a megabyte of names and rules would otherwise take gigabytes. It also keeps ``User-agent: copy`` from meaning
    us: Protego takes a name for a prefix, RFC 9309 (2.2.1) does not.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines):
        named = _USER_AGENT.match(line)
        if named is not None:
            name = named[1].partition("#")[0].strip().lower()
            lines[number] = f"User-agent: {name if name in ('*', PRODUCT) else 'others'}"
    return "\n".join(lines)


class RobotsFiles:
    """The robots.txt files of one pass, each read once, with ``read``: its address to its first ROBOTS_BYTES bytes."""

    def __init__(self, read: Callable[[str], Awaitable[bytes]]) -> None:
        self._read = read
        self._known: dict[str, Robots | Rejected] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def at(self, origin: str) -> Robots:
        """The rules of ``origin`` (scheme, host and port, without a slash behind).

        RFC 9309, 2.3.1: a site without robots.txt allows everything; a site that fails to serve it, or that asks us to
        come later, forbids everything for now: Rejected(ROBOTS_UNAVAILABLE). What would meet the page as well (DNS,
        TIMEOUT, PRIVATE_ADDRESS, …) is raised as it is, and not remembered.
        """
        async with self._locks[origin]:
            if origin not in self._known:
                self._known[origin] = await self._rules(f"{origin}/robots.txt")
        known = self._known[origin]
        if isinstance(known, Rejected):
            raise Rejected(known.reason, known.detail, known.status)
        return known

    async def _rules(self, address: str) -> Robots | Rejected:
        try:
            body = await self._read(address)
        except Rejected as rejected:
            other_4xx = rejected.reason is Reason.HTTP_OTHER and 400 <= (rejected.status or 0) < 500
            if other_4xx or rejected.reason in _NO_ROBOTS:
                return Robots()
            if rejected.reason in _FAILING_ROBOTS:
                return Rejected(Reason.ROBOTS_UNAVAILABLE, f"{address}: {rejected}", rejected.status)
            raise
        return Robots(body.decode("utf-8-sig", "replace"))

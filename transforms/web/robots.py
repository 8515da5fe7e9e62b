"""robots.txt: which pages a site allows us to fetch, and how often."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable

from protego import Protego

from schemas.reasons import Reason, Rejected
from transforms.web.settings import PRODUCT

ROBOTS_BYTES = 512 << 10
"""Bytes of a robots.txt that are read; the rest is ignored (RFC 9309, 2.5: at least 500 KiB)."""

_USER_AGENT = re.compile(r"\s*user(?:-|\s*)agent(?:\s*:|\s)(.*)", re.IGNORECASE)  # as tolerant as Protego
_NO_ROBOTS = frozenset({Reason.HTTP_GONE, Reason.HTTP_DENIED, Reason.TOO_MANY_REDIRECTS})
_FAILING_ROBOTS = frozenset(
    {Reason.HTTP_BUSY, Reason.HTTP_SERVER_ERROR, Reason.HTTP_OTHER, Reason.BAD_ENCODING, Reason.BAD_URL}
)


class Robots:
    """The rules of one robots.txt for us."""

    def __init__(self, text: str = "") -> None:
        self._rules = Protego.parse(_for_us(text))

    def allows(self, url: str) -> bool:
        """True when we may fetch ``url``, an absolute URL at the host of this robots.txt."""
        return bool(self._rules.can_fetch(url, PRODUCT))

    @property
    def crawl_delay(self) -> float:
        """Seconds that the host wants between two requests; 0 when it gives none."""
        return float(self._rules.crawl_delay(PRODUCT) or 0.0)


def _for_us(text: str) -> str:
    """``text`` with one name for all robots but us.

    Protego stores every rule once for each name in its group, so half a megabyte of names and rules could take gigabytes. Renaming also
    keeps ``User-agent: copy`` from matching us: Protego matches prefixes, RFC 9309 (2.2.1) does not.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines):
        named = _USER_AGENT.match(line)
        if named is not None:
            name = named[1].partition("#")[0].strip().lower()
            lines[number] = f"User-agent: {name if name in ('*', PRODUCT) else 'others'}"
    return "\n".join(lines)


class RobotsFiles:
    """The robots.txt files of one pass, each read once. ``read`` gives the first ROBOTS_BYTES bytes at an address."""

    def __init__(self, read: Callable[[str], Awaitable[bytes]]) -> None:
        self._read = read
        self._known: dict[str, Robots | Rejected] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def at(self, origin: str) -> Robots:
        """The rules of ``origin``: scheme, host and port, without a trailing slash.

        As in RFC 9309, 2.3.1, a site without robots.txt allows everything. A site that fails to serve it, or that asks us to come later,
        forbids everything for now: raises Rejected(ROBOTS_UNAVAILABLE). Failures that the page would meet as well (DNS, TIMEOUT,
        PRIVATE_ADDRESS, …) are raised as they are, and not remembered.
        """
        async with self._locks[origin]:
            if origin not in self._known:
                self._known[origin] = await self._load(f"{origin}/robots.txt")
        rules = self._known[origin]
        if isinstance(rules, Rejected):
            raise Rejected(rules.reason, rules.detail, rules.status)
        return rules

    async def _load(self, address: str) -> Robots | Rejected:
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

"""robots.txt: which pages a site allows us to fetch, and how often (RFC 9309)."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from protego import Protego

from schemas.reasons import Reason, Rejected
from transforms.web.settings import PRODUCT

ROBOTS_BYTES = 512 << 10
"""Bytes of a robots.txt that are read; the rest is ignored (RFC 9309, 2.5: at least 500 KiB)."""
FRESH_SECONDS = 24 * 3600.0
"""Seconds for which a robots.txt is known (RFC 9309, 2.4)."""
FIRST_PAUSE = 60.0
"""Seconds after which an unreadable robots.txt is requested again. The pause doubles up to LONGEST_PAUSE."""
LONGEST_PAUSE = 900.0

_USER_AGENT = re.compile(r"\s*user(?:-|\s*)agent(?:\s*:|\s)(.*)", re.IGNORECASE)  # as tolerant as Protego
_RULE = re.compile(r"\s*(?!site-?map|host\b)[^\s#]+\s*[:\s]", re.IGNORECASE)
"""A line that ends the list of names before it. Lines about the whole site do not."""
_NO_ROBOTS = frozenset({Reason.HTTP_GONE, Reason.HTTP_DENIED, Reason.TOO_MANY_REDIRECTS})
_FAILING_ROBOTS = frozenset(
    {
        Reason.HTTP_BUSY,
        Reason.HTTP_SERVER_ERROR,
        Reason.HTTP_OTHER,
        Reason.BOT_WALL,
        Reason.BAD_ENCODING,
        Reason.BAD_URL,
    }
)


class Robots:
    """The rules of one robots.txt for us."""

    def __init__(self, text: str = "") -> None:
        self._rules = Protego.parse(for_us(text))

    def allows(self, url: str) -> bool:
        """True when we may fetch ``url``, an absolute URL at the host of this robots.txt."""
        return bool(self._rules.can_fetch(url, PRODUCT))

    @property
    def crawl_delay(self) -> float:
        """Seconds that the host wants between two requests; 0 when it gives none."""
        return float(self._rules.crawl_delay(PRODUCT) or 0.0)


def for_us(text: str) -> str:
    """The groups of a robots.txt that concern us, with the names of other robots left out.

    Protego stores every rule once for each name in its group, so half a megabyte of names and rules could take gigabytes. This also keeps
    ``User-agent: copy`` from matching us: Protego matches prefixes, RFC 9309 (2.2.1) does not.
    """
    kept: list[str] = []
    is_ours = in_names = False
    for line in text.splitlines():
        named = _USER_AGENT.match(line)
        if named is None:
            in_names = in_names and not _RULE.match(line)
            if is_ours:
                kept.append(line)
            continue
        if not in_names:
            is_ours, in_names = False, True
        name = named[1].partition("#")[0].strip().lower()
        if name in ("*", PRODUCT):
            is_ours = True
            kept.append(f"User-agent: {name}")
    return "\n".join(kept)


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What is known of one robots.txt. The lake keeps it from pass to pass."""

    read_at: float
    """When it was requested last, in seconds since 1970."""
    text: str = ""
    """Its rules for us; empty when there are none, or when it could not be read."""
    failures: int = 0
    """Requests in a row for it that failed; 0 when it was read."""
    pause: float = 0.0
    """Seconds after which an unreadable one is requested again."""
    detail: str = ""
    """Why it could not be read."""
    status: int | None = None
    """HTTP status of the failure."""

    def is_known(self, now: float) -> bool:
        """True while it need not be requested. What was read in the future, by a wrong clock, does not count."""
        return 0.0 <= now - self.read_at < (self.pause if self.failures else FRESH_SECONDS)

    def unavailable(self, now: float) -> Rejected:
        """The reject of a page while it is unreadable."""
        left = max(0.0, self.read_at + self.pause - now)
        return Rejected(Reason.ROBOTS_UNAVAILABLE, self.detail, self.status, left)


class RobotsFiles:
    """The robots.txt files of a client, or of several clients one after the other."""

    def __init__(self, known: Iterable[tuple[str, RobotsFile]] = (), clock: Callable[[], float] = time.time) -> None:
        """``known`` has files by origin, from the lake. ``clock`` gives seconds since 1970."""
        self._clock = clock
        self.files = dict(known)
        """All files by origin."""
        self._rules: dict[str, tuple[RobotsFile, Robots]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.changed: dict[str, RobotsFile] = {}
        """The files that were requested here."""

    async def at(self, origin: str, read: Callable[[str], Awaitable[bytes]]) -> Robots:
        """The rules of ``origin``: scheme, host and port, without a trailing slash. ``read`` gives the first ROBOTS_BYTES at an address.

        As in RFC 9309, 2.3.1, a site without robots.txt allows everything. A site that fails to serve it, or that asks us to come later,
        forbids everything for now: raises Rejected(ROBOTS_UNAVAILABLE). Failures that the page would meet as well (DNS, TIMEOUT,
        PRIVATE_ADDRESS, …) are raised as they are, and not remembered.
        """
        if not self.has(origin):
            async with self._locks[origin]:
                if not self.has(origin):
                    self.files[origin] = self.changed[origin] = await self._load(origin, read)
        file = self.files[origin]
        if file.failures:
            raise file.unavailable(self._clock())
        parsed = self._rules.get(origin)
        if parsed is None or parsed[0] is not file:
            parsed = self._rules[origin] = file, Robots(file.text)
        return parsed[1]

    def has(self, origin: str) -> bool:
        """True when ``at`` will not read it."""
        file = self.files.get(origin)
        return file is not None and file.is_known(self._clock())

    async def _load(self, origin: str, read: Callable[[str], Awaitable[bytes]]) -> RobotsFile:
        address = f"{origin}/robots.txt"
        file = RobotsFile(self._clock())
        try:
            body = await read(address)
        except Rejected as rejected:
            other_4xx = rejected.reason is Reason.HTTP_OTHER and 400 <= (rejected.status or 0) < 500
            if other_4xx or rejected.reason in _NO_ROBOTS:
                return file
            if rejected.reason not in _FAILING_ROBOTS:
                raise
            before = self.files.get(origin)
            failures = 1 + (before.failures if before else 0)
            pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
            pause = min(max(pause, rejected.retry_after or 0.0), FRESH_SECONDS)
            return replace(
                file, failures=failures, pause=pause, detail=f"{address}: {rejected}", status=rejected.status
            )
        return replace(file, text=for_us(body.decode("utf-8-sig", "replace")))

"""How we behave at somebody else's host: robots.txt, one request at a time, pauses, and when to leave it alone."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from protego import Protego

from schemas.reasons import Reason, Rejected

PRODUCT = "copydesk"
"""Our product token: the name that robots.txt knows us by, and the first word of the User-Agent."""

UNREACHABLE = frozenset({Reason.DNS, Reason.CONNECT, Reason.TLS, Reason.TIMEOUT})
"""Failures of the way to a host, as opposed to an answer that we did not like."""


ROBOTS_BYTES = 512 << 10
"""Bytes of a robots.txt that are read; what follows is ignored (RFC 9309, 2.5: at least 500 KiB)."""

_USER_AGENT = re.compile(r"\s*user(?:-|\s*)agent(?:\s*:|\s)(.*)", re.IGNORECASE)  # as loosely as Protego reads it
_NO_ROBOTS = frozenset({Reason.HTTP_GONE, Reason.HTTP_DENIED, Reason.TOO_MANY_REDIRECTS})
_FAILING_ROBOTS = frozenset(
    {Reason.HTTP_BUSY, Reason.HTTP_SERVER_ERROR, Reason.HTTP_OTHER, Reason.BAD_ENCODING, Reason.BAD_URL}
)
_STATUS_REASONS = {
    **dict.fromkeys((404, 410, 451), Reason.HTTP_GONE),
    **dict.fromkeys((401, 402, 403, 407), Reason.HTTP_DENIED),
    **dict.fromkeys((408, 425, 429, 503), Reason.HTTP_BUSY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How often and how long a host is asked in one pass."""

    pause: float = 1.0
    """Seconds between the end of a request and the next one to the same host; a crawl-delay in robots.txt raises it."""
    host_seconds: float = 600.0
    """Seconds of requests and pauses that a host gets in one pass; what is left then is HOST_DEFERRED.

    A crawl-delay is honoured however long it is, so a host that wants a minute between requests serves ten in a pass.
    Waiting for ourselves (for a free slot, for a slow reader) is not counted.
    """
    max_failures: int = 3
    """Failures in a row to reach a host (DNS, CONNECT, TLS, TIMEOUT) after which what is left is HOST_DEFERRED."""


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


class Host:
    """The turns at one host in one pass.

    ``slots`` bounds the requests in flight at all hosts, and none begins while ``gate`` is closed. Both are waited for
    only when it is the host's turn, so a host that pauses keeps no other from being asked.
    """

    def __init__(self, manners: Manners, slots: asyncio.Semaphore, gate: asyncio.Event) -> None:
        self.pause = manners.pause
        self._manners = manners
        self._slots = slots
        self._gate = gate
        self._lock = asyncio.Lock()
        self._next = 0.0  # on the loop's clock: when the next request may begin
        self._spent = 0.0
        self._failures = 0
        self._closed = ""  # why nothing more is asked in this pass

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the host's turn and for a slot; hold both while the request inside runs.

        Raises ``Rejected(HOST_DEFERRED)``, without any waiting, when the host is closed or its time would be up.
        """
        clock = asyncio.get_running_loop().time
        async with self._lock:
            wait = max(0.0, self._next - clock())
            if self._closed:
                raise Rejected(Reason.HOST_DEFERRED, self._closed)
            if self._spent + wait > self._manners.host_seconds:
                raise Rejected(Reason.HOST_DEFERRED, f"its {self._manners.host_seconds:g} seconds of this pass are up")
            await asyncio.sleep(wait)
            self._spent += wait
            async with self._slots:
                await self._gate.wait()
                began = clock()
                try:
                    yield
                finally:
                    ended = clock()
                    self._spent += ended - began
                    self._next = max(self._next, ended + self.pause)

    def rest(self, seconds: float) -> None:
        """Ask nothing for so many seconds from now, as the host asked for (Retry-After)."""
        self._next = max(self._next, asyncio.get_running_loop().time() + seconds)

    def close(self, why: str) -> None:
        """Ask nothing more in this pass; ``why`` becomes the detail of the HOST_DEFERRED."""
        self._closed = why

    def note(self, failure: Rejected | None) -> None:
        """Count how a request ended: with any answer (None, or a refusal), or with a failure to reach the host."""
        if failure is None or failure.reason not in UNREACHABLE:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= self._manners.max_failures:
            self.close(f"{self._failures} failures in a row, the last one {failure}")


def reason_of_status(status: int) -> Reason:
    """Why a status that is no success ends the matter."""
    if status in _STATUS_REASONS:
        return _STATUS_REASONS[status]
    return Reason.HTTP_SERVER_ERROR if 500 <= status < 600 else Reason.HTTP_OTHER


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None when it says neither."""
    try:
        if value.isascii() and value.isdigit():
            return float(value)
        until = parsedate_to_datetime(value)
        if until.tzinfo is None:  # "-0000": UTC, origin unknown
            until = until.replace(tzinfo=timezone.utc)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None

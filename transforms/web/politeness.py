"""How we behave at somebody else's host: robots.txt, one request at a time, pauses, and when to leave it alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from schemas.reasons import Reason, Rejected
from transforms.web.failures import UNREACHABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
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


class Host:
    """The turns at one host in one pass.

    ``slots`` bounds the requests in flight at all hosts, and none begins while ``gate`` is closed. Both are waited for
    only when it is the host's turn, so a host that pauses keeps no other from being asked.
    """

    def __init__(self, politeness: Politeness, slots: asyncio.Semaphore, gate: asyncio.Event) -> None:
        self.pause = politeness.pause
        self._politeness = politeness
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
            if self._spent + wait > self._politeness.host_seconds:
                raise Rejected(
                    Reason.HOST_DEFERRED, f"its {self._politeness.host_seconds:g} seconds of this pass are up"
                )
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

    def back_off(self, seconds: float) -> None:
        """Ask nothing for so many seconds from now, as the host asked for (Retry-After)."""
        self._next = max(self._next, asyncio.get_running_loop().time() + seconds)

    def close(self, why: str) -> None:
        """Ask nothing more in this pass; ``why`` becomes the detail of the HOST_DEFERRED."""
        self._closed = why

    def record_result(self, failure: Rejected | None) -> None:
        """Count how a request ended: with any answer (None, or a refusal), or with a failure to reach the host."""
        if failure is None or failure.reason not in UNREACHABLE:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= self._politeness.max_failures:
            self.close(f"{self._failures} failures in a row, the last one {failure}")

"""How we treat a host: one request at a time, pauses between requests, and when to stop asking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from schemas.reasons import Reason, Rejected
from transforms.web.settings import Politeness

_UNREACHABLE = frozenset({Reason.DNS, Reason.CONNECT, Reason.TLS, Reason.TIMEOUT})
"""Reasons that say the host could not be reached, as opposed to an answer that we cannot use."""


class Host:
    """One host in one pass: gives out its turns, one after the other.

    ``slots`` bounds the requests in flight at all hosts, and no request begins while ``gate`` is closed. A host waits for both only when
    its pause is over, so a pausing host never blocks another one.
    """

    def __init__(self, politeness: Politeness, slots: asyncio.Semaphore, gate: asyncio.Event) -> None:
        self.pause = politeness.pause
        self._politeness = politeness
        self._slots = slots
        self._gate = gate
        self._lock = asyncio.Lock()
        self._next_at = 0.0  # time of the event loop at which the next request may begin
        self._spent = 0.0
        self._failures = 0  # in a row
        self._closed: Rejected | None = None  # why there are no more requests in this pass

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for the host's turn and for a slot, and holds both while the request inside runs.

        Raises Rejected(HOST_DEFERRED) at once when the host is closed, or when the wait would exceed its time.
        """
        clock = asyncio.get_running_loop().time
        async with self._lock:
            wait = max(0.0, self._next_at - clock())
            if self._closed:
                raise Rejected(*self._closed.args)  # a new one each time: an exception collects tracebacks
            if self._spent + wait > self._politeness.host_seconds:
                raise Rejected(
                    Reason.HOST_DEFERRED,
                    f"the host has used up its {self._politeness.host_seconds:g} seconds of this pass",
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
                    self._next_at = max(self._next_at, ended + self.pause)

    def back_off(self, seconds: float) -> None:
        """Delays the next request by at least ``seconds`` from now, as the host asked for (Retry-After)."""
        self._next_at = max(self._next_at, asyncio.get_running_loop().time() + seconds)

    def close(self, why: str, retry_after: float | None = None) -> None:
        """Refuses all further requests in this pass; ``why`` becomes the detail of their HOST_DEFERRED, with the host's Retry-After."""
        self._closed = Rejected(Reason.HOST_DEFERRED, why, None, retry_after)

    def record_result(self, failure: Rejected | None) -> None:
        """Counts failures to reach the host. Any answer (``failure`` is None, or has another reason) resets the count."""
        if failure is None or failure.reason not in _UNREACHABLE:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= self._politeness.max_failures:
            self.close(f"{self._failures} failures in a row, the latest: {failure}")

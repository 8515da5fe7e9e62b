"""How we share the web among sources, and how we treat a host: one request at a time, pauses between requests, and when to stop asking.

A request waits for its source's slot, its host's turn, a slot and the pace of its site, and a slot of all requests, in this order. A site
is a registered domain with all hosts below it. Redirects count for the source that listed the entry. So a source whose hosts or redirect
targets hang holds up itself only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType

from schemas.reasons import Reason, Rejected
from transforms.web.settings import Politeness
from transforms.web.use import HostUse, SourceUse

SOURCE_SLOTS = 8
"""Requests of one source in flight, over all hosts."""
SITE_SLOTS = 4
"""Requests in flight at one site, over all of its hosts and all sources; also, requests that may begin at one site in one pause."""
PATIENCE = 2.0
"""Seconds after which a request no longer counts against the slots of its site and of all requests: it hangs, and the others go on."""
_UNREACHABLE = frozenset({Reason.DNS, Reason.CONNECT, Reason.TLS, Reason.TIMEOUT})
"""Reasons that say the host could not be reached, as opposed to an answer that we cannot use."""


class TimeIsUpError(Rejected):
    """Raised in place of a request that would begin after the time of the client."""

    def __init__(self) -> None:
        super().__init__(Reason.HOST_DEFERRED, "the time of this pass is up", None, 0.0)

    def __reduce__(self) -> tuple[type[TimeIsUpError], tuple[()]]:
        return TimeIsUpError, ()


class Slots:
    """Bounds requests in flight, not counting those that take longer than PATIENCE."""

    def __init__(self, number: int) -> None:
        self._free = asyncio.Semaphore(number)

    async def take(self) -> Slot:
        """Waits for a slot. It must be given back."""
        await self._free.acquire()
        return Slot(self._free)


class Slot:
    """A slot that was taken, to be given back by the end of a ``with`` block. It frees itself after PATIENCE."""

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free: asyncio.Semaphore | None = free
        self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._give_back)

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._give_back()

    def _give_back(self) -> None:
        if self._free is not None:
            self._free.release()
            self._free = None


class Failures:
    """Failures in a row to reach a host. After ``most`` of them, and after each further one, there is a rest of ``rest`` seconds."""

    def __init__(self, most: int, rest: float, number: int = 0) -> None:
        self._most = most
        self._rest = rest
        self.number = number
        self._closed_at = 0.0

    @property
    def is_closed(self) -> bool:
        """True when no request may be made now."""
        return self.number >= self._most and asyncio.get_running_loop().time() - self._closed_at < self._rest

    def record_result(self, is_reached: bool) -> None:
        """Counts the result of a request."""
        self.number = 0 if is_reached else self.number + 1
        self._closed_at = asyncio.get_running_loop().time()


class SourceShare:
    """What one source may use, over all hosts: slots, time, and failures in a row."""

    def __init__(self, politeness: Politeness, before: SourceUse | None = None) -> None:
        before = before or SourceUse()
        self.slots = asyncio.Semaphore(SOURCE_SLOTS)
        self.failures = Failures(SOURCE_SLOTS * politeness.max_failures, politeness.rest_seconds, before.failures)
        """Of requests to all hosts."""
        self._seconds = SOURCE_SLOTS * politeness.host_seconds
        self._spent = before.seconds

    @property
    def use(self) -> SourceUse:
        """What the source has used so far."""
        return SourceUse(seconds=self._spent, failures=self.failures.number)

    def check(self) -> None:
        """Raises Rejected(HOST_DEFERRED) when the source gets no more requests in this pass."""
        if self._spent >= self._seconds:
            raise Rejected(Reason.HOST_DEFERRED, "the source has used up its time of this pass", None, 0.0)
        if self.failures.is_closed:
            detail = f"the last {self.failures.number} requests of the source reached no host"
            raise Rejected(Reason.HOST_DEFERRED, detail)

    def spend(self, seconds: float) -> None:
        """Counts the time of a request."""
        self._spent += seconds


class SourceShares(dict[str, SourceShare]):
    """The shares of sources by id, each made when it is asked for. ``before`` is what they used earlier in this pass."""

    def __init__(self, politeness: Politeness, before: Mapping[str, SourceUse]) -> None:
        super().__init__()
        self._politeness = politeness
        self._before = before

    def __missing__(self, source: str) -> SourceShare:
        share = self[source] = SourceShare(self._politeness, self._before.get(source))
        return share

    @property
    def use(self) -> dict[str, SourceUse]:
        """What each source has used in this pass so far."""
        return {**self._before, **{source: share.use for source, share in self.items()}}


class Site:
    """A registered domain with all hosts below it: bounds and paces their requests together."""

    def __init__(self, politeness: Politeness) -> None:
        self.slots = Slots(SITE_SLOTS)
        self._step = politeness.pause / SITE_SLOTS
        self._next_at = 0.0

    async def pace(self) -> None:
        """Waits until a request may begin."""
        if self._step:
            now = asyncio.get_running_loop().time()
            begins = max(now, self._next_at)
            self._next_at = begins + self._step
            if begins > now:
                await asyncio.sleep(begins - now)


class Host:
    """One host in one pass: gives out its turns, one after the other, in the order in which they were asked for.

    ``slots`` bounds the requests in flight at all hosts, and no request begins while ``gate`` is closed, or after ``until``, a time of the
    event loop. A host waits for them only when its pause is over, so a pausing host never blocks another one.
    """

    def __init__(
        self,
        politeness: Politeness,
        site: Site,
        slots: Slots,
        gate: asyncio.Event,
        until: float = float("inf"),
        before: HostUse | None = None,
    ) -> None:
        before, now = before or HostUse(), asyncio.get_running_loop().time()
        self.pause = politeness.pause
        self._politeness = politeness
        self._site = site
        self._slots = slots
        self._gate = gate
        self._until = until
        self._lock = asyncio.Lock()
        self._ended_at = 0.0  # end of the last request, a time of the event loop
        self._next_at = now + before.wait  # earliest begin of the next one
        self._spent = before.spent
        self._failures = {  # by source, with the latest one
            source: (self._failures_in_a_row(number), latest) for source, (number, latest) in before.failures.items()
        }
        self._resting: Rejected | None = None  # why nobody gets one before _rests_until
        self._rests_until = 0.0
        if before.rest:
            self.rest(before.rest_detail, before.rest)

    @property
    def use(self) -> HostUse:
        """What it was asked so far."""
        now = asyncio.get_running_loop().time()
        rest = max(0.0, self._rests_until - now)
        return HostUse(
            spent=self._spent,
            wait=max(0.0, self._next_at - now),
            failures={source: (failures.number, latest) for source, (failures, latest) in self._failures.items()},
            rest=rest,
            rest_detail=self._resting.detail if self._resting and rest else "",
        )

    def _failures_in_a_row(self, number: int = 0) -> Failures:
        return Failures(self._politeness.max_failures, self._politeness.rest_seconds, number)

    async def ready(self, source: str, share: SourceShare) -> None:
        """Waits until the host's pause is over; does not take the turn. Raises as ``turn`` does."""
        if wait := self._wait(source, share):
            await asyncio.sleep(wait)

    @asynccontextmanager
    async def turn(self, source: str, share: SourceShare, counts: bool = True) -> AsyncIterator[None]:
        """Waits for the host's turn and for slots, and holds them while the request inside runs. The caller has a slot of the source.

        ``counts`` is False for a request that a redirect led here: its time counts for its source, and not for the host. Raises
        Rejected(HOST_DEFERRED) at once when there will be no turn in this pass.
        """
        clock = asyncio.get_running_loop().time
        async with self._lock:
            await self.ready(source, share)
            with await self._site.slots.take(), await self._slots.take():
                await self._site.pace()
                await self._gate.wait()
                self._check_time(clock())
                began = clock()
                if counts:
                    self._spent += self._pause_at(began)
                try:
                    yield
                finally:
                    self._ended_at = clock()
                    self._next_at = max(self._next_at, self._ended_at + self.pause)
                    share.spend(self._ended_at - began)
                    if counts:
                        self._spent += self._ended_at - began

    def _wait(self, source: str, share: SourceShare) -> float:
        """Seconds until the host's turn may begin."""
        now = asyncio.get_running_loop().time()
        if source in self._failures:
            failures, latest = self._failures[source]
            if failures.is_closed:
                raise Rejected(Reason.HOST_DEFERRED, f"{failures.number} failures in a row, the latest: {latest}")
        if self._resting and now < self._rests_until:
            raise Rejected(*self._resting.args)  # a new one each time: an exception collects tracebacks
        share.check()
        if self._spent + self._pause_at(self._next_at) > self._politeness.host_seconds:
            detail = f"the host has used up its {self._politeness.host_seconds:g} seconds of this pass"
            raise Rejected(Reason.HOST_DEFERRED, detail, None, 0.0)
        self._check_time(max(now, self._next_at))
        return max(0.0, self._next_at - now)

    def _pause_at(self, moment: float) -> float:
        """Seconds of pause before a request that begins then. Waits on our side (for slots, for a slow reader) are no pause."""
        return max(0.0, min(moment, self._next_at) - self._ended_at) if self._ended_at else 0.0

    def _check_time(self, moment: float) -> None:
        if moment > self._until:
            raise TimeIsUpError

    def back_off(self, seconds: float) -> None:
        """Delays the next request by at least ``seconds`` from now, as the host asked for (Retry-After)."""
        self._next_at = max(self._next_at, asyncio.get_running_loop().time() + seconds)

    def rest(self, why: str, seconds: float) -> None:
        """Refuses all requests for so many seconds, as the host asked for (Retry-After). ``why`` becomes the detail of HOST_DEFERRED."""
        self._resting = Rejected(Reason.HOST_DEFERRED, why, None, seconds)
        self._rests_until = asyncio.get_running_loop().time() + seconds

    def record_result(self, source: str, share: SourceShare, failure: Rejected | None) -> None:
        """Counts failures to reach the host. Any answer (``failure`` is None, or has another reason) resets the count. A request that was
        not made says nothing.

        After ``max_failures`` of a source in a row it gets no more requests here for ``rest_seconds``. Other sources find out for
        themselves: they may ask for other pages.
        """
        if failure is not None and not failure.asked:
            return
        is_reached = failure is None or failure.reason not in _UNREACHABLE
        share.failures.record_result(is_reached)
        if failure is None or is_reached:
            self._failures.clear()
            return
        failures = self._failures[source][0] if source in self._failures else self._failures_in_a_row()
        failures.record_result(is_reached)
        self._failures[source] = failures, str(failure)

"""Turns at a host, and when it gets no more requests."""

import asyncio
import pickle
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from schemas import Reason, Rejected
from transforms.web.politeness import Host, Site, Slots, SourceShare, TimeIsUpError
from transforms.web.settings import Politeness
from transforms.web.use import HostUse

HASTE = Politeness(pause=0.0)


def host(politeness: Politeness, slots: int = 9, *, open_gate: bool = True) -> tuple[Host, asyncio.Event]:
    gate = asyncio.Event()
    if open_gate:
        gate.set()
    return Host(politeness, Site(politeness), Slots(slots), gate), gate


def share(politeness: Politeness = HASTE) -> SourceShare:
    return SourceShare(politeness)


def test_turns_of_one_host_never_overlap_and_keep_the_pause() -> None:
    pause = 0.03

    async def five() -> list[tuple[float, float]]:
        at, _ = host(Politeness(pause=pause))
        spans: list[tuple[float, float]] = []
        clock = asyncio.get_running_loop().time

        async def one() -> None:
            async with at.turn("post", share()):
                began = clock()
                await asyncio.sleep(0.005)
                spans.append((began, clock()))

        await asyncio.gather(*(one() for _ in range(5)))
        return spans

    spans = asyncio.run(five())
    # Timers may fire a clock tick early, so a millisecond is left open.
    assert all(later[0] - earlier[1] >= pause - 0.001 for earlier, later in pairwise(spans))


def test_a_host_that_waits_for_its_turn_holds_no_slot() -> None:
    async def both() -> list[str]:
        gate = asyncio.Event()
        gate.set()
        slots = Slots(1)
        slow = Host(Politeness(pause=0.2), Site(HASTE), slots, gate)
        other = Host(Politeness(), Site(HASTE), slots, gate)
        order: list[str] = []

        async def turn(at: Host, name: str) -> None:
            async with at.turn("post", share()):
                order.append(name)

        await turn(slow, "slow")
        await asyncio.gather(turn(slow, "slow again"), turn(other, "other"))
        return order

    assert asyncio.run(both()) == ["slow", "other", "slow again"]


def test_no_turn_begins_while_the_gate_is_closed() -> None:
    async def closed_then_open() -> list[str]:
        at, gate = host(Politeness(), open_gate=False)
        order: list[str] = []

        async def turn() -> None:
            async with at.turn("post", share()):
                order.append("turn")

        task = asyncio.ensure_future(turn())
        await asyncio.sleep(0.02)
        order.append("open")
        gate.set()
        await task
        return order

    assert asyncio.run(closed_then_open()) == ["open", "turn"]


def turns(politeness: Politeness, prepare: Callable[[Host], None] = lambda _: None, wanted: int = 2) -> int:
    """Takes ``wanted`` turns; returns how many there were before HOST_DEFERRED."""

    async def take() -> int:
        at, _ = host(politeness)
        for done in range(wanted):
            try:
                async with at.turn("post", share()):
                    prepare(at)
            except Rejected as rejected:
                return done if rejected.reason is Reason.HOST_DEFERRED else -1
        return wanted

    return asyncio.run(take())


def test_a_turn_beyond_the_hosts_time_is_deferred_without_waiting_for_it() -> None:
    assert turns(Politeness(pause=10_000.0)) == 1
    assert turns(Politeness(pause=0.01, host_seconds=10.0)) == 2
    assert turns(Politeness(pause=0.0), lambda at: at.back_off(10_000.0)) == 1


def test_a_long_crawl_delay_still_gives_one_page_a_pass() -> None:
    def slow(at: Host) -> None:
        at.pause = 86_400.0

    assert turns(Politeness(), slow) == 1


def test_a_host_that_closed_is_deferred() -> None:
    assert turns(Politeness(pause=0.0), lambda at: at.rest("come back tomorrow", 86_400.0)) == 1


FAILED = Rejected(Reason.TIMEOUT, "no answer")


@pytest.mark.parametrize(
    ("notes", "had"),
    [
        ([FAILED, FAILED, FAILED, FAILED], 3),
        ([FAILED, FAILED, None, FAILED, FAILED], 5),
        ([FAILED, FAILED, Rejected(Reason.HTTP_GONE, "404", 404), FAILED, FAILED], 5),
        ([FAILED, FAILED, Rejected(Reason.HOST_DEFERRED), FAILED, FAILED], 4),
        ([Rejected(Reason.HTTP_SERVER_ERROR, "500", 500)] * 5, 5),
        ([Rejected(Reason.DNS), Rejected(Reason.CONNECT), Rejected(Reason.TLS), None], 3),
    ],
)
def test_a_host_that_cannot_be_reached_three_times_in_a_row_is_closed(notes: list[Rejected | None], had: int) -> None:
    queue = iter(notes)
    assert (
        turns(Politeness(pause=0.0), lambda at: at.record_result("post", share(), next(queue)), wanted=len(notes))
        == had
    )


def test_politeness_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Politeness(pause=2.0))) == Politeness(pause=2.0)


def test_a_host_that_kept_failing_gets_another_request_after_its_rest() -> None:
    politeness = Politeness(pause=0.0, rest_seconds=0.05)

    async def asked() -> list[bool]:
        at, _ = host(politeness)
        ours, answers = share(politeness), []
        for wait in (0.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.1):
            await asyncio.sleep(wait)
            try:
                async with at.turn("post", ours):
                    answers.append(True)
            except Rejected:
                answers.append(False)
            else:
                at.record_result("post", ours, FAILED)
        at.record_result("post", ours, None)
        async with at.turn("post", ours):
            return answers

    assert asyncio.run(asked()) == [True, True, True, False, True, False, True]


def test_the_next_client_of_a_pass_goes_on_with_what_a_host_was_asked() -> None:
    limits = replace(HASTE, host_seconds=50.0, max_failures=2)
    dead = Rejected(Reason.CONNECT, "refused")

    def after(use: HostUse) -> Host:
        return Host(limits, Site(limits), Slots(9), asyncio.Event(), before=use)

    async def reason(at: Host, source: str) -> str:
        with pytest.raises(Rejected) as refused:
            await at.ready(source, share(limits))
        assert refused.value.reason is Reason.HOST_DEFERRED
        return refused.value.detail

    async def refusals() -> list[str]:
        closed, resting = after(HostUse()), after(HostUse())
        for _ in range(2):
            closed.record_result("post", share(limits), dead)
        resting.rest("the host answered 429", 1000.0)
        found = [await reason(after(at.use), "post") for at in (closed, resting)]
        await after(closed.use).ready("other", share(limits))
        return [*found, await reason(after(HostUse(spent=50.5)), "post")]

    assert asyncio.run(refusals()) == [
        "2 failures in a row, the latest: connect: refused",
        "the host answered 429",
        "the host has used up its 50 seconds of this pass",
    ]


def test_what_comes_too_late_is_told_apart_and_says_nothing_about_the_host() -> None:
    async def late() -> HostUse:
        at = Host(HASTE, Site(HASTE), Slots(9), asyncio.Event(), until=-1.0)
        at.record_result("post", share(), Rejected(Reason.TIMEOUT))
        with pytest.raises(TimeIsUpError) as refused:
            await at.ready("post", share())
        at.record_result("post", share(), refused.value)
        assert isinstance(pickle.loads(pickle.dumps(refused.value)), TimeIsUpError)
        return at.use

    assert asyncio.run(late()).failures == {"post": (1, "timeout")}

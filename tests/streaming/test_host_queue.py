import contextlib
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from schemas import Reason, Rejected
from tests.support.samples import OUTLET, WIRE, entry
from transforms.streaming.host_queue import RECENT, HostQueues

HOST = "post.example"
ONE, TWO = entry(url="http://post.example/1"), entry(url="http://post.example/2")


def test_a_host_serves_one_entry_at_a_time_in_order_and_at_its_pace() -> None:
    queues = HostQueues()
    assert queues.enqueue(HOST, ONE, 100.0, 10)
    assert queues.enqueue(HOST, TWO, 100.0, 10)
    assert list(queues.due(100.0)) == [(HOST, ONE)]
    queues.hosts[HOST].sent_at = 100.0
    assert list(queues.due(101.0)) == []
    assert list(queues.under_way()) == [(HOST, ONE)]
    queues.complete(HOST, next_at=105.0)
    assert list(queues.due(104.0)) == []
    assert list(queues.due(105.0)) == [(HOST, TWO)]


def test_a_slow_host_keeps_no_other_from_being_served() -> None:
    queues = HostQueues()
    other = entry(url="http://other.example/1")
    queues.enqueue(HOST, ONE, 100.0, 10)
    queues.enqueue("other.example", other, 100.0, 10)
    queues.hosts[HOST].sent_at = 100.0
    assert list(queues.due(100.0)) == [("other.example", other)]


def test_a_page_that_another_feed_lists_too_is_fetched_once() -> None:
    queues = HostQueues()
    assert queues.enqueue(HOST, ONE, 100.0, 10)
    twin = replace(ONE, entry_key="of another feed")
    assert not queues.enqueue(HOST, twin, 100.0, 10)
    queues.complete(HOST, 101.0)
    assert not queues.enqueue(HOST, twin, 100.0 + RECENT - 1, 10)
    assert queues.enqueue(HOST, twin, 100.0 + RECENT, 10)


def test_a_changed_entry_is_fetched_again_but_not_beside_itself() -> None:
    queues = HostQueues()
    queues.enqueue(HOST, ONE, 100.0, 10)
    changed = replace(ONE, fingerprint="f2")
    assert not queues.enqueue(HOST, changed, 101.0, 10)
    queues.complete(HOST, 101.0)
    assert queues.enqueue(HOST, changed, 102.0, 10)


def test_a_line_that_is_full_defers_what_comes() -> None:
    queues = HostQueues()
    queues.enqueue(HOST, ONE, 100.0, 1)
    with pytest.raises(Rejected) as caught:
        queues.enqueue(HOST, TWO, 100.0, 1)
    assert caught.value.reason is Reason.HOST_DEFERRED
    assert caught.value.reason.transient


def test_the_sources_of_a_host_take_turns() -> None:
    queues = HostQueues()
    theirs = [entry(WIRE, f"http://post.example/w{n}") for n in range(2)]
    for each in (ONE, TWO, *theirs):
        queues.enqueue(HOST, each, 100.0, 2)
    served = []
    for _ in range(4):
        ((_, first),) = queues.due(101.0)
        served.append(first)
        queues.complete(HOST, 101.0)
    assert served == [ONE, theirs[0], TWO, theirs[1]]


def test_hosts_that_have_waited_longest_come_first() -> None:
    queues = HostQueues()
    for number, next_at in enumerate((30.0, 10.0, 20.0)):
        queues.enqueue(f"h{number}", entry(url=f"http://h{number}.example/"), 1.0, 9)
        queues.hosts[f"h{number}"].next_at = next_at
    assert [host for host, _ in queues.due(40.0)] == ["h1", "h2", "h0"]


def test_an_ending_stream_takes_nothing_more_in() -> None:
    queues = HostQueues(closing=True)
    with pytest.raises(Rejected, match="host-deferred"):
        queues.enqueue(HOST, ONE, 100.0, 10)


def test_what_no_longer_matters_is_forgotten() -> None:
    queues = HostQueues()
    queues.enqueue(HOST, ONE, 100.0, 10)
    queues.complete(HOST, next_at=110.0)
    queues.expire(109.0)
    assert HOST in queues.hosts
    assert not queues.is_empty
    queues.expire(100.0 + RECENT)
    assert (queues.hosts, queues.recent) == ({}, {})
    assert queues.is_empty


def test_a_line_that_is_closing_is_not_as_good_as_new() -> None:
    assert not HostQueues(closing=True).is_empty


@pytest.mark.parametrize("jump", [3600.0, 1000 * 86400.0])
def test_a_clock_that_is_set_back_does_not_stop_a_host(jump: float) -> None:
    queues = HostQueues()
    queues.enqueue(HOST, ONE, 100.0 + jump, 10)
    queues.enqueue(HOST, TWO, 100.0 + jump, 10)
    queues.hosts[HOST].sent_at = 100.0 + jump
    queues.complete(HOST, next_at=105.0 + jump)
    assert queues.read_clock(100.0 + jump) == 0
    assert queues.read_clock(101.0) == jump - 1
    queues.move_back(jump - 1)
    assert list(queues.due(107.0)) == [(HOST, TWO)]
    queues.complete(HOST, next_at=107.0)
    assert queues.enqueue(HOST, replace(ONE, entry_key="of another feed"), 101.0 + RECENT, 10)


@pytest.mark.parametrize("seed", range(20))
def test_calls_made_again_give_the_same_queues(seed: int) -> None:
    """As state_log does: without ``expire`` and ``read_clock``, which only the process that has the queues in memory calls."""
    rng, now = random.Random(seed), 1e6
    queues, again = HostQueues(), HostQueues()

    def call(function: Callable[..., Any], *args: Any) -> None:
        with contextlib.suppress(Rejected):
            function(queues, *args)
            function(again, *args)

    for _ in range(400):
        now += rng.expovariate(0.05)
        queues.read_clock(now)
        number = rng.randrange(60)
        host, source = f"h{number % 5}", rng.choice((WIRE, OUTLET))
        if rng.random() < 0.5:
            made = entry(source, f"http://{host}.example/{number}", fingerprint=str(rng.random()))
            call(HostQueues.enqueue, host, made, now, 8)
        for name, _ in list(queues.due(now)):
            call(HostQueues.set_sent, name, now)
        under_way = [name for name, _ in queues.under_way()]
        if under_way:
            call(HostQueues.complete, rng.choice(under_way), now + rng.random() * 100)
        if rng.random() < 0.02:
            back = queues.read_clock(now - 5000)
            now -= 5000
            call(HostQueues.move_back, back)
        queues.expire(now)
    states = []
    for each in (queues, again):
        each.expire(now)
        # When a host that may be asked has waited since does not matter.
        hosts = {
            name: (list(queue.sources.items()), queue.sent_at, max(queue.next_at, now))
            for name, queue in each.hosts.items()
        }
        states.append((hosts, each.queued, each.recent))
    for one, other in zip(*states, strict=True):
        assert one == other

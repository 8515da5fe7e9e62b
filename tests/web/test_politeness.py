"""How we behave: what robots.txt means to us, whose turn it is, and when a host is left alone."""

import asyncio
import pickle
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Reason, Rejected
from transforms.web.failures import retry_after_seconds, status_reason
from transforms.web.politeness import Host, Politeness
from transforms.web.robots import Robots, RobotsFiles

NOON = datetime(2026, 10, 1, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/story", True),
        ("User-agent: *\nDisallow:", "/story", True),
        ("User-agent: *\nDisallow: /", "/story", False),
        ("User-agent: *\nDisallow: /private", "/story", True),
        ("User-agent: *\nDisallow: /private", "/private/story", False),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/story", True),
        ("User-agent: *\nDisallow: /*?print=", "/story?print=1", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: copydesk\nDisallow: /\n\nUser-agent: *\nAllow: /", "/story", False),
        ("User-agent: CopyDesk/0.1\nDisallow: /\n", "/story", True),  # a version is no part of a product token
        ("User-agent: *\nDisallow: /\n\nUser-agent: Copydesk\nAllow: /", "/story", True),
        ("User-agent: otherbot\nDisallow: /", "/story", True),
        ("User-agent: copy\nDisallow: /", "/story", True),
        ("User-agent: otherbot\nUser-agent: copydesk # us\nDisallow: /", "/story", False),
        ("useragent copydesk\nDisallow: /", "/story", False),
        ("<html>Not found</html>", "/story", True),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/café", False),
    ],
)
def test_robots_txt_is_read_as_search_engines_read_it(text: str, path: str, allowed: bool) -> None:
    assert Robots(text).allows(f"http://a.test{path}") is allowed


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("", 0.0),
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: copydesk\nCrawl-delay: 3", 3.0),
        ("User-agent: otherbot\nCrawl-delay: 9", 0.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: *\nCrawl-delay: -1", 0.0),
        ("User-agent: *\nCrawl-delay: inf", 0.0),
    ],
)
def test_a_crawl_delay_is_read(text: str, delay: float) -> None:
    assert Robots(text).crawl_delay == delay


DIRECTIVES = st.sampled_from(["User-agent: ", "Disallow: ", "Allow: ", "Crawl-delay: ", "Sitemap: ", "", "\ufeff"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(DIRECTIVES, st.text())), st.text())
def test_no_robots_txt_breaks_us(lines: list[tuple[str, str]], path: str) -> None:
    robots = Robots("\n".join(["User-agent: *", *(name + value for name, value in lines)]))
    assert robots.allows(f"http://a.test/{path}") in (True, False)
    assert robots.crawl_delay >= 0.0


def test_a_robots_txt_of_many_names_and_many_rules_costs_little_memory() -> None:
    names = "".join(f"User-agent: r{n}\n" for n in range(8_000))
    tracemalloc.start()
    try:
        robots = Robots(names + "User-agent: *\n" + "".join(f"Disallow: /{n}\n" for n in range(8_000)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not robots.allows("http://a.test/7999")
    assert peak < 64 << 20


def rules_when(read: Callable[[str], Awaitable[bytes]]) -> Robots:
    async def once() -> Robots:
        return await RobotsFiles(read).at("http://a.test")

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("reason", "status", "outcome"),
    [
        (Reason.HTTP_GONE, 404, None),
        (Reason.HTTP_DENIED, 403, None),
        (Reason.HTTP_OTHER, 418, None),
        (Reason.TOO_MANY_REDIRECTS, 302, None),
        (Reason.HTTP_OTHER, 300, Reason.ROBOTS_UNAVAILABLE),
        (Reason.HTTP_BUSY, 429, Reason.ROBOTS_UNAVAILABLE),
        (Reason.HTTP_BUSY, 503, Reason.ROBOTS_UNAVAILABLE),
        (Reason.HTTP_SERVER_ERROR, 500, Reason.ROBOTS_UNAVAILABLE),
        (Reason.BAD_ENCODING, 200, Reason.ROBOTS_UNAVAILABLE),
        (Reason.DNS, None, Reason.DNS),
        (Reason.CONNECT, None, Reason.CONNECT),
        (Reason.TIMEOUT, None, Reason.TIMEOUT),
        (Reason.TLS, None, Reason.TLS),
        (Reason.PROXY, None, Reason.PROXY),
        (Reason.PRIVATE_ADDRESS, None, Reason.PRIVATE_ADDRESS),
        (Reason.HOST_DEFERRED, None, Reason.HOST_DEFERRED),
    ],
)
def test_a_robots_txt_that_is_not_there_allows_and_one_that_fails_forbids(
    reason: Reason, status: int | None, outcome: Reason | None
) -> None:
    async def read(address: str) -> bytes:
        assert address == "http://a.test/robots.txt"
        raise Rejected(reason, "as told", status)

    if outcome is None:
        assert rules_when(read).allows("http://a.test/story")
    else:
        with pytest.raises(Rejected) as caught:
            rules_when(read)
        assert caught.value.reason is outcome


def test_a_robots_txt_with_a_byte_order_mark_or_bad_bytes_is_read() -> None:
    async def read(_: str) -> bytes:
        return b"\xef\xbb\xbfUser-agent: *\nDisallow: /private # caf\xe9\n"

    assert not rules_when(read).allows("http://a.test/private")


def test_a_robots_txt_is_read_once_for_all_who_ask_at_the_same_time() -> None:
    reads: list[str] = []

    async def read(address: str) -> bytes:
        reads.append(address)
        await asyncio.sleep(0.01)
        return b""

    async def ask() -> None:
        files = RobotsFiles(read)
        await asyncio.gather(*(files.at("http://a.test") for _ in range(5)), files.at("https://a.test"))

    asyncio.run(ask())
    assert sorted(reads) == ["http://a.test/robots.txt", "https://a.test/robots.txt"]


def test_an_unreachable_robots_txt_is_asked_for_again() -> None:
    reads: list[str] = []

    async def read(address: str) -> bytes:
        reads.append(address)
        if len(reads) == 1:
            raise Rejected(Reason.TIMEOUT, "as told")
        return b""

    async def ask() -> None:
        files = RobotsFiles(read)
        with pytest.raises(Rejected):
            await files.at("http://a.test")
        await files.at("http://a.test")

    asyncio.run(ask())
    assert len(reads) == 2


def host(politeness: Politeness, slots: int = 9, *, open_gate: bool = True) -> tuple[Host, asyncio.Event]:
    gate = asyncio.Event()
    if open_gate:
        gate.set()
    return Host(politeness, asyncio.Semaphore(slots), gate), gate


def test_turns_of_one_host_never_overlap_and_keep_the_pause() -> None:
    pause = 0.03

    async def five() -> list[tuple[float, float]]:
        at, _ = host(Politeness(pause=pause))
        spans: list[tuple[float, float]] = []
        clock = asyncio.get_running_loop().time

        async def one() -> None:
            async with at.turn():
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
        slots = asyncio.Semaphore(1)
        slow, other = Host(Politeness(pause=0.2), slots, gate), Host(Politeness(), slots, gate)
        order: list[str] = []

        async def turn(at: Host, name: str) -> None:
            async with at.turn():
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
            async with at.turn():
                order.append("turn")

        task = asyncio.ensure_future(turn())
        await asyncio.sleep(0.02)
        order.append("open")
        gate.set()
        await task
        return order

    assert asyncio.run(closed_then_open()) == ["open", "turn"]


def turns(politeness: Politeness, prepare: Callable[[Host], None] = lambda _: None, wanted: int = 2) -> int:
    """Take so many turns; return how many of them were had before HOST_DEFERRED."""

    async def take() -> int:
        at, _ = host(politeness)
        for done in range(wanted):
            try:
                async with at.turn():
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
    assert turns(Politeness(pause=0.0), lambda at: at.close("come back tomorrow")) == 1


FAILED = Rejected(Reason.TIMEOUT, "no answer")


@pytest.mark.parametrize(
    ("notes", "had"),
    [
        ([FAILED, FAILED, FAILED, FAILED], 3),
        ([FAILED, FAILED, None, FAILED, FAILED], 5),
        ([FAILED, FAILED, Rejected(Reason.HTTP_GONE, "404", 404), FAILED, FAILED], 5),
        ([Rejected(Reason.HTTP_SERVER_ERROR, "500", 500)] * 5, 5),
        ([Rejected(Reason.DNS), Rejected(Reason.CONNECT), Rejected(Reason.TLS), None], 3),
    ],
)
def test_a_host_that_cannot_be_reached_three_times_in_a_row_is_left_alone(
    notes: list[Rejected | None], had: int
) -> None:
    queue = iter(notes)
    assert turns(Politeness(pause=0.0), lambda at: at.record_result(next(queue)), wanted=len(notes)) == had


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("0", 0.0),
        ("120", 120.0),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 400, float("inf")),
        ("Thu, 01 Oct 2026 12:01:00 GMT", 60.0),
        ("Thu, 01 Oct 2026 12:01:00 -0000", 60.0),
        ("Thu, 01 Oct 2026 11:00:00 GMT", 0.0),
        ("Thu, 99 Oct 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOON) == seconds


@settings(max_examples=200, deadline=None)
@given(st.text(), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_no_retry_after_breaks_us(value: str, later: timedelta) -> None:
    seconds = retry_after_seconds(value, NOON + later)
    assert seconds is None or seconds >= 0.0


@given(st.integers(0, 999))
def test_every_status_has_a_reason(status: int) -> None:
    assert status_reason(status).value.startswith("http-")


def test_politeness_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Politeness(pause=2.0))) == Politeness(pause=2.0)

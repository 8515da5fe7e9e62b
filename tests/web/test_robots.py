"""How robots.txt files are read."""

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Reason, Rejected
from transforms.web.robots import Robots, RobotsFiles


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
def test_any_robots_txt_can_be_read(lines: list[tuple[str, str]], path: str) -> None:
    robots = Robots("\n".join(["User-agent: *", *(name + value for name, value in lines)]))
    assert robots.allows(f"http://a.test/{path}") in (True, False)
    assert robots.crawl_delay >= 0.0


def test_a_robots_txt_with_many_names_and_rules_needs_little_memory() -> None:
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
        return await RobotsFiles().at("http://a.test", read)

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("reason", "status", "outcome"),
    [
        (Reason.HTTP_GONE, 404, None),
        (Reason.HTTP_DENIED, 403, None),
        (Reason.HTTP_OTHER, 418, None),
        (Reason.TOO_MANY_REDIRECTS, 302, None),
        (Reason.HTTP_OTHER, 300, Reason.ROBOTS_UNAVAILABLE),
        (Reason.BOT_WALL, 202, Reason.ROBOTS_UNAVAILABLE),
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
def test_a_missing_robots_txt_allows_and_a_failing_one_disallows(
    reason: Reason, status: int | None, outcome: Reason | None
) -> None:
    async def read(address: str) -> bytes:
        assert address == "http://a.test/robots.txt"
        raise Rejected(reason, "on purpose", status)

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


def test_a_robots_txt_is_read_once_for_concurrent_requests() -> None:
    reads: list[str] = []

    async def read(address: str) -> bytes:
        reads.append(address)
        await asyncio.sleep(0.01)
        return b""

    async def ask() -> None:
        files = RobotsFiles()
        await asyncio.gather(*(files.at("http://a.test", read) for _ in range(5)), files.at("https://a.test", read))

    asyncio.run(ask())
    assert sorted(reads) == ["http://a.test/robots.txt", "https://a.test/robots.txt"]


def test_an_unreachable_robots_txt_is_requested_again() -> None:
    reads: list[str] = []

    async def read(address: str) -> bytes:
        reads.append(address)
        if len(reads) == 1:
            raise Rejected(Reason.TIMEOUT, "on purpose")
        return b""

    async def ask() -> None:
        files = RobotsFiles()
        with pytest.raises(Rejected):
            await files.at("http://a.test", read)
        await files.at("http://a.test", read)

    asyncio.run(ask())
    assert len(reads) == 2

"""Many pages and feeds at once: nothing lost, hosts in parallel, one request at a time at each."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from schemas import Entry, Page, Reason
from tests.support.samples import NOON, OUTLET, entry
from tests.support.web_server import NEVER, Asked, Reply, WebServer, serving
from transforms.feeds.requests import FeedRequest, FeedResponse, request_feeds
from transforms.web.client import Connect
from transforms.web.loop_thread import in_background
from transforms.web.pages import FailedPage, fetch_pages
from transforms.web.politeness import Politeness

HASTE = Politeness(pause=0.0)
HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(text: str = "story") -> Reply:
    return Reply(headers=HTML, body=f"<p>{text}</p>".encode())


def linking(url: str) -> Entry:
    """An entry that links to any text at all."""
    return replace(entry(), url=url)


def pages_of(
    web: WebServer, urls: list[str], politeness: Politeness = HASTE, **changes: Any
) -> list[Page | FailedPage]:
    connect = Connect(**{"proxy": web.proxy, "retries": 0, "seconds": 5.0, **changes})
    return list(in_background(lambda: fetch_pages([linking(url) for url in urls], connect, politeness, lambda: NOON)))


def visits_of(web: WebServer, visits: list[FeedRequest], politeness: Politeness = HASTE) -> list[FeedResponse]:
    connect = Connect(proxy=web.proxy, retries=0, seconds=5.0)
    return list(in_background(lambda: request_feeds(visits, connect, politeness, lambda: NOON)))


def outcomes(results: list[Page | FailedPage]) -> dict[str, Reason | int]:
    return {
        result.entry.url: result.http_status if isinstance(result, Page) else result.rejected.reason
        for result in results
    }


def test_a_page_carries_its_entry_and_what_the_server_said() -> None:
    moved = Reply(status=301, headers={"Location": "/story"})
    with serving({"http://a.test/old": moved, "http://a.test/story": page()}) as web:
        (result,) = pages_of(web, ["http://a.test/old"])
    assert isinstance(result, Page)
    assert (result.seconds or 0) > 0
    assert replace(result, seconds=None) == Page(
        entry=linking("http://a.test/old"),
        url="http://a.test/story",
        http_status=200,
        content_type="text/html; charset=utf-8",
        html=b"<p>story</p>",
        fetched_at=NOON,
    )


def test_every_entry_comes_out_once_with_its_page_or_its_reason() -> None:
    with serving(
        {
            "http://a.test/1": page(),
            "http://a.test/2": page(),
            "http://b.test/gone": Reply(status=410),
            "http://c.test/robots.txt": Reply(body=b"User-agent: *\nDisallow: /private"),
            "http://c.test/private": page(),
            "http://c.test/public": page(),
            "http://d.test/robots.txt": Reply(status=500),
            "http://e.test/broken": Reply(raw=(), reset=True),
        }
    ) as web:
        wanted: dict[str, Reason | int] = {
            "http://a.test/1": 200,
            "http://a.test/2": 200,
            "http://a.test/missing": Reason.HTTP_GONE,
            "http://b.test/gone": Reason.HTTP_GONE,
            "http://c.test/private": Reason.ROBOTS_DISALLOW,
            "http://c.test/public": 200,
            "http://d.test/any": Reason.ROBOTS_UNAVAILABLE,
            "http://d.test/other": Reason.ROBOTS_UNAVAILABLE,
            "http://e.test/broken": Reason.CONNECT,
            "http://127.0.0.1/admin": Reason.PRIVATE_ADDRESS,
            "javascript:alert(1)": Reason.BAD_URL,
            "http://": Reason.BAD_URL,
        }
        results = pages_of(web, list(wanted))
        assert len(results) == len(wanted)
        assert outcomes(results) == wanted
        assert web.paths("d.test") == ["/robots.txt"]
        assert "/private" not in web.paths("c.test")


def test_the_same_address_twice_is_two_entries() -> None:
    with serving({"http://a.test/1": page()}) as web:
        assert len(pages_of(web, ["http://a.test/1"] * 3)) == 3


def test_nothing_asked_is_nothing_got() -> None:
    with serving({}) as web:
        assert pages_of(web, []) == []
        assert web.asked == []


@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("text/html", True),
        ("TEXT/HTML;charset=utf-8", True),
        ("application/xhtml+xml", True),
        ("text/plain", True),
        ("", True),
        ("application/pdf", False),
        ("video/mp4", False),
        ("image/jpeg", False),
        ("application/json", False),
        ("application/rss+xml", False),
    ],
)
def test_what_is_no_page_is_left_without_reading_its_body(content_type: str, taken: bool) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + (f"Content-Type: {content_type}\r\n".encode() if content_type else b"")
    body = (b"Content-Length: 4\r\n\r\npage",) if taken else (b"\r\n", *NEVER)
    with serving({"http://a.test/1": Reply(raw=(head, *body))}) as web:
        (result,) = pages_of(web, ["http://a.test/1"])
    assert isinstance(result, Page) is taken
    if isinstance(result, FailedPage):
        assert (result.rejected.reason, result.rejected.detail) == (Reason.NOT_HTML, content_type)


def test_a_host_is_asked_one_request_at_a_time_in_order_with_pauses() -> None:
    pause = 0.05
    urls = [f"http://a.test/{n}" for n in range(4)]
    with serving({url: page() for url in urls}) as web:
        results = pages_of(web, urls, Politeness(pause=pause))
        began = [asked.began for asked in web.asked]
        assert web.paths("a.test") == ["/robots.txt", "/0", "/1", "/2", "/3"]
        assert all(asked.alone for asked in web.asked)
    assert [result.entry.url for result in results] == urls
    assert all(later - earlier >= pause - 0.001 for earlier, later in pairwise(began))


def test_hosts_are_asked_at_the_same_time() -> None:
    # Each robots.txt is answered only when all eight have been asked for.
    answers = {f"http://h{n}.test/robots.txt": Reply(status=404, together=8) for n in range(8)}
    with serving({**answers, **{f"http://h{n}.test/": page() for n in range(8)}}) as web:
        results = pages_of(web, [f"http://h{n}.test/" for n in range(8)])
    assert set(outcomes(results).values()) == {200}


def test_a_crawl_delay_is_kept_from_the_first_page_on() -> None:
    robots = Reply(body=b"User-agent: *\nCrawl-delay: 86400")
    with serving({"http://a.test/robots.txt": robots, "http://a.test/1": page(), "http://a.test/2": page()}) as web:
        results = pages_of(web, ["http://a.test/1", "http://a.test/2"])
        assert outcomes(results) == {"http://a.test/1": 200, "http://a.test/2": Reason.HOST_DEFERRED}
        assert web.paths("a.test") == ["/robots.txt", "/1"]


def test_a_host_that_keeps_failing_is_left_alone_and_others_are_not() -> None:
    urls = [f"http://dead.test/{n}" for n in range(6)]
    dead = {url: Reply(raw=(), reset=True) for url in urls}
    with serving({**dead, "http://a.test/1": page()}) as web:
        results = pages_of(web, [*urls, "http://a.test/1"])
        reasons = outcomes(results)
        assert [reasons[url] for url in urls] == [Reason.CONNECT] * 3 + [Reason.HOST_DEFERRED] * 3
        assert reasons["http://a.test/1"] == 200
        assert web.paths("dead.test") == ["/robots.txt", "/0", "/1", "/2"]


def test_a_redirect_waits_for_the_turn_of_the_host_it_leads_to() -> None:
    short = {f"http://s{n}.test/": Reply(status=302, headers={"Location": f"http://a.test/{n}"}) for n in range(4)}
    with serving({**short, **{f"http://a.test/{n}": page() for n in range(4)}}) as web:
        results = pages_of(web, list(short))
        assert all(asked.alone for asked in web.asked if asked.host == "a.test")
        assert web.paths("a.test").count("/robots.txt") == 1
    assert set(outcomes(results).values()) == {200}


def test_robots_txt_of_the_host_that_a_redirect_leads_to_is_obeyed() -> None:
    with serving(
        {
            "http://s.test/": Reply(status=302, headers={"Location": "http://a.test/private"}),
            "http://a.test/robots.txt": Reply(body=b"User-agent: *\nDisallow: /private"),
            "http://a.test/private": page(),
        }
    ) as web:
        results = pages_of(web, ["http://s.test/"])
        assert outcomes(results) == {"http://s.test/": Reason.ROBOTS_DISALLOW}
        assert web.paths("a.test") == ["/robots.txt"]


def test_a_slow_consumer_stops_the_requests_and_loses_nothing() -> None:
    urls = [f"http://h{n}.test/" for n in range(60)]
    with serving({url: page() for url in urls}) as web:

        async def slowly() -> tuple[int, int]:
            connect = Connect(proxy=web.proxy, concurrency=4)
            results = fetch_pages([linking(url) for url in urls], connect, HASTE, lambda: NOON)
            await results.__anext__()
            before = -1
            while before != len(web.asked):  # until nothing more is asked for
                before = len(web.asked)
                await asyncio.sleep(0.1)
            got = 1
            async for _ in results:
                got += 1
            return before, got

        before, got = asyncio.run(slowly())
    assert got == 60
    fetched = before - 60  # each host's robots.txt, then its page
    assert fetched <= 16 + 4


def test_closing_early_stops_the_work() -> None:
    urls = [f"http://h{n}.test/" for n in range(20)]
    with serving({**{url: Reply(raw=NEVER) for url in urls}, "http://h0.test/": page()}) as web:
        connect = Connect(proxy=web.proxy, concurrency=2, seconds=1.0)
        results = in_background(lambda: fetch_pages([linking(url) for url in urls], connect, HASTE, lambda: NOON))
        assert isinstance(next(results), Page)
        results.close()  # type: ignore[attr-defined]
        assert [asked.path for asked in web.asked].count("/") < len(urls)
    assert not any(thread.name == "copydesk-background" for thread in threading.enumerate())


def feed(asked: Asked) -> Reply:
    fields = {"ETag": '"1"', "Last-Modified": "Thu, 01 Oct 2026 12:00:00 GMT"}
    known = (asked.headers.get("if-none-match"), asked.headers.get("if-modified-since"))
    return (
        Reply(status=304, headers=fields) if known == tuple(fields.values()) else Reply(headers=fields, body=b"<rss/>")
    )


def test_a_feed_is_asked_conditionally_and_robots_txt_is_not_consulted() -> None:
    forbids = Reply(body=b"User-agent: *\nDisallow: /")
    with serving({"http://a.test/feed.xml": feed, "http://a.test/robots.txt": forbids}) as web:
        (first,) = visits_of(web, [FeedRequest(source=OUTLET, feed_url="http://a.test/feed.xml")])
        assert first.answer is not None
        headers = first.answer.headers
        again = FeedRequest(
            source=OUTLET,
            feed_url="http://a.test/feed.xml",
            etag=headers["etag"],
            last_modified=headers["last-modified"],
        )
        (second,) = visits_of(web, [again])
        assert web.paths("a.test") == ["/feed.xml", "/feed.xml"]
        assert "application/rss+xml" in web.asked[0].headers["accept"]
        assert "if-none-match" not in web.asked[0].headers
    assert (first.answer.status, first.answer.body, first.polled_at) == (200, b"<rss/>", NOON)
    assert second.answer is not None
    assert (second.request, second.answer.status, second.rejected) == (again, 304, None)


def test_every_visit_comes_out_once_with_its_answer_or_its_reason() -> None:
    with serving(
        {"http://a.test/1.xml": feed, "http://a.test/2.xml": feed, "http://b.test/gone": Reply(status=410)}
    ) as web:
        urls = ["http://a.test/1.xml", "http://a.test/2.xml", "http://b.test/gone", "no address"]
        visited = visits_of(web, [FeedRequest(source=OUTLET, feed_url=url) for url in urls])
    found = {
        done.request.feed_url: done.answer.status if done.answer else done.rejected and done.rejected.reason
        for done in visited
    }
    assert len(visited) == 4
    assert list(map(found.get, urls)) == [200, 200, Reason.HTTP_GONE, Reason.BAD_URL]


def test_the_clock_is_read_when_the_page_is_complete() -> None:
    ticks = iter(NOON + timedelta(seconds=n) for n in range(9))
    with serving({"http://a.test/1": page(), "http://a.test/2": page()}) as web:
        entries = [linking("http://a.test/1"), linking("http://a.test/2")]
        connect = Connect(proxy=web.proxy)
        results = list(in_background(lambda: fetch_pages(entries, connect, HASTE, lambda: next(ticks))))
    stamps = [result.fetched_at for result in results if isinstance(result, Page)]
    assert stamps == [NOON, NOON + timedelta(seconds=1)]


async def numbers(until: int) -> AsyncIterator[int]:
    for number in range(until):
        await asyncio.sleep(0)
        yield number


def test_in_the_background_gives_the_same_items_in_order() -> None:
    assert list(in_background(lambda: numbers(100), ahead=3)) == list(range(100))
    assert list(in_background(lambda: numbers(0))) == []


def test_an_exception_in_the_background_comes_after_the_items_before_it() -> None:
    async def fails() -> AsyncIterator[int]:
        yield 1
        raise LookupError("as told")

    items = in_background(fails)
    assert next(items) == 1
    with pytest.raises(LookupError, match="as told"):
        next(items)


def test_an_iterator_that_cannot_be_made_is_an_exception_too() -> None:
    def fails() -> AsyncIterator[int]:
        raise LookupError("as told")

    with pytest.raises(LookupError, match="as told"):
        list(in_background(fails))


def test_the_background_runs_only_so_far_ahead() -> None:
    made: list[int] = []
    caught_up = threading.Event()

    async def many() -> AsyncIterator[int]:
        for number in range(50):
            made.append(number)
            if number == 4:
                caught_up.set()
            yield number

    items = in_background(many, ahead=4)
    assert next(items) == 0
    caught_up.wait()  # one taken and four waiting
    assert made == [0, 1, 2, 3, 4]
    assert list(items) == list(range(1, 50))


def test_closing_the_background_early_closes_the_iterator_and_ends_its_thread() -> None:
    closed: list[str] = []

    async def endless() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            closed.append("closed")

    items = in_background(endless)
    assert next(items) == 1
    items.close()  # type: ignore[attr-defined]
    assert closed == ["closed"]
    assert not any(thread.name == "copydesk-background" for thread in threading.enumerate())

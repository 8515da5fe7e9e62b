"""Many pages at once: every entry comes out once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas import Page, Reason
from tests.support.client import HASTE, linking, outcomes, page, pages_of
from tests.support.samples import NOON
from tests.support.web_server import NEVER, Reply, serving
from transforms.web.crawl import Crawl
from transforms.web.pages import FailedPage, page_request
from transforms.web.settings import Connect


def test_a_page_has_its_entry_and_the_answer() -> None:
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


def test_no_entries_give_no_results() -> None:
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
def test_other_media_are_rejected_without_reading_the_body(content_type: str, taken: bool) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + (f"Content-Type: {content_type}\r\n".encode() if content_type else b"")
    body = (b"Content-Length: 4\r\n\r\npage",) if taken else (b"\r\n", *NEVER)
    with serving({"http://a.test/1": Reply(raw=(head, *body))}) as web:
        (result,) = pages_of(web, ["http://a.test/1"])
    assert isinstance(result, Page) is taken
    if isinstance(result, FailedPage):
        assert (result.rejected.reason, result.rejected.detail) == (Reason.NOT_HTML, content_type)


def test_the_clock_is_read_when_the_page_is_complete() -> None:
    ticks = iter(NOON + timedelta(seconds=n) for n in range(9))
    with serving({"http://a.test/1": page(), "http://a.test/2": page()}) as web:
        entries = [linking("http://a.test/1"), linking("http://a.test/2")]
        connect = Connect(proxy=web.proxy)
        with Crawl[Page | FailedPage](connect, HASTE) as crawl:
            crawl.add(page_request(entry, lambda: next(ticks)) for entry in entries)
            results = list(crawl.results())
    stamps = [result.fetched_at for result in results if isinstance(result, Page)]
    assert stamps == [NOON, NOON + timedelta(seconds=1)]

"""Requests for many feeds at once."""

from datetime import timedelta

from schemas import Reason
from tests.support.client import HASTE
from tests.support.samples import NOON, OUTLET
from tests.support.web_server import Asked, Reply, WebServer, serving
from transforms.feeds.requests import FeedRequest, FeedResponse, feed_request
from transforms.web.crawl import Crawl
from transforms.web.settings import Connect, Politeness


def responses_to(web: WebServer, requests: list[FeedRequest], politeness: Politeness = HASTE) -> list[FeedResponse]:
    connect = Connect(proxy=web.proxy, retries=0, seconds=5.0)
    with Crawl[FeedResponse](connect, politeness) as crawl:
        crawl.add(feed_request(request, lambda: NOON) for request in requests)
        return list(crawl.results())


def feed(asked: Asked) -> Reply:
    fields = {"ETag": '"1"', "Last-Modified": "Thu, 01 Oct 2026 12:00:00 GMT"}
    known = (asked.headers.get("if-none-match"), asked.headers.get("if-modified-since"))
    return (
        Reply(status=304, headers=fields) if known == tuple(fields.values()) else Reply(headers=fields, body=b"<rss/>")
    )


def test_a_feed_is_requested_conditionally_and_without_robots_txt() -> None:
    forbids = Reply(body=b"User-agent: *\nDisallow: /")
    with serving({"http://a.test/feed.xml": feed, "http://a.test/robots.txt": forbids}) as web:
        (first,) = responses_to(web, [FeedRequest(source=OUTLET, feed_url="http://a.test/feed.xml")])
        assert first.answer is not None
        headers = first.answer.headers
        again = FeedRequest(
            source=OUTLET,
            feed_url="http://a.test/feed.xml",
            etag=headers["etag"],
            last_modified=headers["last-modified"],
        )
        (second,) = responses_to(web, [again])
        assert web.paths("a.test") == ["/feed.xml", "/feed.xml"]
        assert "application/rss+xml" in web.asked[0].headers["accept"]
        assert "if-none-match" not in web.asked[0].headers
    assert (first.answer.status, first.answer.body, first.polled_at) == (200, b"<rss/>", NOON)
    assert second.answer is not None
    assert (second.request, second.answer.status, second.rejected) == (again, 304, None)


def test_every_request_comes_out_once_with_its_answer_or_its_reason() -> None:
    with serving(
        {"http://a.test/1.xml": feed, "http://a.test/2.xml": feed, "http://b.test/gone": Reply(status=410)}
    ) as web:
        urls = ["http://a.test/1.xml", "http://a.test/2.xml", "http://b.test/gone", "no address"]
        responses = responses_to(web, [FeedRequest(source=OUTLET, feed_url=url) for url in urls])
    outcomes = {
        done.request.feed_url: done.answer.status if done.answer else done.rejected and done.rejected.reason
        for done in responses
    }
    assert len(responses) == 4
    assert list(map(outcomes.get, urls)) == [200, 200, Reason.HTTP_GONE, Reason.BAD_URL]


def test_a_feed_that_was_never_read_cannot_be_unchanged() -> None:
    with serving({"http://a.test/feed.xml": Reply(status=304)}) as web:
        (response,) = responses_to(web, [FeedRequest(source=OUTLET, feed_url="http://a.test/feed.xml")])
    assert response.rejected is not None
    assert (response.rejected.reason, response.rejected.status) == (Reason.HTTP_OTHER, 304)


def test_feeds_get_the_cookies_of_their_redirects() -> None:
    def gate(asked: Asked) -> Reply:
        known = "seen=1" in asked.headers.get("cookie", "")
        return feed(asked) if known else Reply(status=302, headers={"Location": asked.path, "Set-Cookie": "seen=1"})

    with serving({"http://a.test/1.xml": gate, "http://a.test/2.xml": gate}) as web:
        requests = [FeedRequest(source=OUTLET, feed_url=f"http://a.test/{n}.xml") for n in (1, 2)]
        assert [response.answer and response.answer.body for response in responses_to(web, requests)] == [b"<rss/>"] * 2
        assert [asked.headers.get("cookie") for asked in web.asked] == [None, "seen=1", None, "seen=1"]


def test_a_clock_that_is_set_forward_within_a_request_does_not_put_off_the_next_one() -> None:
    clock = iter([NOON, NOON + timedelta(days=1000)])
    connect = Connect(retries=0, seconds=5.0)
    request = FeedRequest(source=OUTLET, feed_url="http://127.0.0.1:9/")
    with Crawl[FeedResponse](connect, HASTE) as crawl:
        crawl.add([feed_request(request, lambda: next(clock))])
        (response,) = crawl.results()
    assert response.answered_at - NOON < timedelta(minutes=1)

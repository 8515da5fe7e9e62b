"""Many requests at once: hosts in parallel, one request at a time to each."""

import threading
import time
from itertools import pairwise
from typing import Any

import pytest

from schemas import Page, Reason
from tests.support.client import HASTE, connect, linking, outcomes, page, pages_of
from tests.support.samples import NOON
from tests.support.web_server import NEVER, Reply, WebServer, serving
from transforms.web.client import Web
from transforms.web.crawl import AHEAD, Crawl, CrawlRequest
from transforms.web.pages import FailedPage, page_request
from transforms.web.politeness import SITE_SLOTS, SOURCE_SLOTS
from transforms.web.settings import Connect, Politeness


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


def test_a_host_that_keeps_failing_gets_no_more_requests_and_others_do() -> None:
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
        how = connect(web, concurrency=4)
        with Crawl[Page | FailedPage](how, HASTE) as crawl:
            crawl.add(page_request(linking(url), lambda: NOON) for url in urls)
            assert crawl.get(30.0) is not None
            before = -1
            while before != len(web.asked):  # until nothing more is asked for
                before = len(web.asked)
                time.sleep(0.1)
            got = 1 + len(list(crawl.results()))
    assert got == 60
    fetched = before - 60  # each host's robots.txt, then its page
    assert fetched <= AHEAD + 4


def test_leaving_early_stops_the_work() -> None:
    urls = [f"http://h{n}.test/" for n in range(20)]
    with serving({**{url: Reply(raw=NEVER) for url in urls}, "http://h0.test/": page()}) as web:
        with Crawl[Page | FailedPage](Connect(proxy=web.proxy, concurrency=2, seconds=1.0), HASTE) as crawl:
            crawl.add(page_request(linking(url), lambda: NOON) for url in urls)
            assert isinstance(crawl.get(30.0), Page)
        assert [asked.path for asked in web.asked].count("/") < len(urls)
    assert not any(thread.name == "copydesk-crawl" for thread in threading.enumerate())


def test_a_bug_in_a_request_is_raised() -> None:
    async def fails(_: Web) -> Page:
        raise ZeroDivisionError

    with Crawl[Page](Connect(), HASTE) as crawl:
        crawl.add([CrawlRequest("http://a.test/", "post", fails)])
        with pytest.raises(ZeroDivisionError):
            list(crawl.results())


def hanging(*urls: str) -> dict[str, Reply]:
    return dict.fromkeys(urls, Reply(raw=NEVER))


def crawled(web: WebServer, bad: list[str], good: list[str], **changes: Any) -> list[Page | FailedPage]:
    """The results of the good source, requested after the bad one. Nothing of the bad one may come before them."""
    with Crawl[Page | FailedPage](connect(web, seconds=300.0, **changes), HASTE) as crawl:
        for source, urls in (("bad", bad), ("good", good)):
            crawl.add(page_request(linking(url, source), lambda: NOON) for url in urls)
        return [result for _ in good if (result := crawl.get(60.0)) is not None]


def test_a_source_whose_hosts_hang_does_not_hold_up_others() -> None:
    bad = [f"http://s{n}.bad.test/" for n in range(600)]
    good = [f"http://h{n}.test/" for n in range(30)]
    robots = hanging(*(f"{url}robots.txt" for url in bad))
    with serving({**robots, **{url: page() for url in good}}) as web:
        results = crawled(web, bad, good, concurrency=8)
        assert sum(count for host, count in web.in_flight.items() if host.endswith("bad.test")) <= SOURCE_SLOTS
    assert {result.entry.url for result in results} == set(good)


def test_redirect_targets_that_hang_count_for_the_source_that_listed_them() -> None:
    bad = [f"http://s{n}.test/" for n in range(25)]
    redirects = {url: Reply(status=302, headers={"Location": f"http://t{n}.test/"}) for n, url in enumerate(bad)}
    good = [f"http://h{n}.test/" for n in range(30)] + ["http://t0.test/own"]
    targets = hanging(*(f"http://t{n}.test/" for n in range(25)))
    with serving({**redirects, **targets, **{url: page() for url in good}}) as web:
        results = crawled(web, bad, good[:-1], concurrency=8)
        assert sum(count for host, count in web.in_flight.items() if host.startswith("t")) <= SOURCE_SLOTS
    assert {result.entry.url for result in results} == set(good[:-1])


def test_a_source_with_many_pages_shares_a_host_with_others() -> None:
    bad, good = ([f"http://a.test/{name}{n}" for n in range(count)] for name, count in (("bad", 500), ("good", 5)))
    with serving({url: page() for url in (*bad, *good)}) as web:
        with Crawl[Page | FailedPage](connect(web), HASTE) as crawl:
            for source, urls in (("bad", bad), ("good", good)):
                crawl.add(page_request(linking(url, source), lambda: NOON) for url in urls)
            while len([path for path in web.paths("a.test") if "good" in path]) < len(good):
                assert crawl.get(60.0) is not None
        before = web.paths("a.test")[: web.paths("a.test").index("/good4")]
    assert len([path for path in before if "bad" in path]) < 30


def test_failures_of_one_source_do_not_close_a_host_for_another() -> None:
    dead = {f"http://a.test/{n}": Reply(raw=(), reset=True) for n in range(5)}
    with (
        serving({**dead, "http://a.test/good": page()}) as web,
        Crawl[Page | FailedPage](connect(web, retries=0), HASTE) as crawl,
    ):
        crawl.add(page_request(linking(url, "bad"), lambda: NOON) for url in dead)
        reasons = [result.rejected.reason for result in crawl.results() if isinstance(result, FailedPage)]
        crawl.add([page_request(linking("http://a.test/good", "good"), lambda: NOON)])
        assert [type(result) for result in crawl.results()] == [Page]
    assert reasons == [Reason.CONNECT] * 3 + [Reason.HOST_DEFERRED] * 2


def test_the_hosts_of_a_site_are_paced_together() -> None:
    pause = 0.4
    urls = [f"http://s{n}.a.test/" for n in range(8)]
    with serving({url: page() for url in urls}) as web:
        pages_of(web, urls, Politeness(pause=pause))
        began = sorted(asked.began for asked in web.asked)
    assert len(began) == 16
    # Timers may fire a clock tick early, and the server may notice a request a little late.
    assert all(later - earlier >= pause for earlier, later in zip(began, began[SITE_SLOTS + 1 :], strict=False))


def test_no_request_begins_after_the_time_is_up() -> None:
    urls = [f"http://a.test/{n}" for n in range(3)]
    with serving({url: page() for url in urls}) as web:
        with Crawl[Page | FailedPage](connect(web), Politeness(pause=60.0), seconds=30.0) as crawl:
            crawl.add(page_request(linking(url), lambda: NOON) for url in urls)
            results = list(crawl.results())
        assert web.paths("a.test") == ["/robots.txt"]
    assert {result.rejected.retry_after for result in results if isinstance(result, FailedPage)} == {0.0}
    assert outcomes(results) == dict.fromkeys(urls, Reason.HOST_DEFERRED)

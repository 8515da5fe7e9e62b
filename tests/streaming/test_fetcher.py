from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timezone
from functools import partial

import pytest

from schemas import Page
from tests.support.samples import entry
from tests.support.web_server import NEVER, Reply, serving
from transforms.streaming.fetcher import BackgroundFetcher, shared_fetcher
from transforms.web.client import Web
from transforms.web.pages import fetch_page
from transforms.web.settings import Connect, Politeness

PAGE = Reply(headers={"Content-Type": "text/html"}, body=b"<p>here</p>")
ONE, SLOW = "http://one.test/", "http://slow.test/"


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture
def fetchers() -> Iterator[list[BackgroundFetcher]]:
    made: list[BackgroundFetcher] = []
    yield made
    for fetcher in made:
        fetcher.close()


def fetch(url: str) -> Callable[[Web], Awaitable[object]]:
    return partial(_fetch, url=url)


async def _fetch(web: Web, url: str) -> object:
    return await fetch_page(web, entry(url=url), now)


def test_what_comes_is_taken_once_and_a_slow_site_holds_nobody_up(fetchers: list[BackgroundFetcher]) -> None:
    with serving({ONE: PAGE, SLOW: Reply(raw=NEVER)}) as web:
        fetcher = BackgroundFetcher(Connect(proxy=web.proxy, seconds=60), Politeness(pause=0))
        fetchers.append(fetcher)
        assert fetcher.submit("slow", fetch(SLOW))
        assert fetcher.submit("one", fetch(ONE))
        came = fetcher.collect(["one"], wait_seconds=30)
        assert isinstance(came["one"], Page)
        assert fetcher.collect(["one", "slow"]) == {}
        assert not fetcher.has("one")
        assert fetcher.has("slow")


def test_hands_that_are_full_take_nothing_on(fetchers: list[BackgroundFetcher]) -> None:
    with serving({SLOW: Reply(raw=NEVER)}) as web:
        fetcher = BackgroundFetcher(Connect(proxy=web.proxy, concurrency=1), Politeness(pause=0))
        fetchers.append(fetcher)
        assert fetcher.submit("slow", fetch(SLOW))
        assert not fetcher.submit("one", fetch(ONE))


@pytest.mark.parametrize(("client_seconds", "read"), [(900.0, 1), (0.0, 2)])
def test_robots_txt_is_read_once_in_a_shift(
    fetchers: list[BackgroundFetcher], monkeypatch: pytest.MonkeyPatch, client_seconds: float, read: int
) -> None:
    monkeypatch.setattr("transforms.streaming.fetcher.CLIENT_SECONDS", client_seconds)
    with serving({ONE: PAGE}) as web:
        fetcher = BackgroundFetcher(Connect(proxy=web.proxy), Politeness(pause=0))
        fetchers.append(fetcher)
        for number in range(2):
            fetcher.submit(f"{number}", fetch(ONE))
            fetcher.collect([f"{number}"], wait_seconds=30)
        assert web.paths("one.test").count("/robots.txt") == read
        assert web.paths("one.test").count("/") == 2


def test_the_steps_of_a_job_share_one_courier() -> None:
    one = shared_fetcher("job", Connect(), Politeness())
    assert shared_fetcher("job", Connect(), Politeness()) is one
    assert shared_fetcher("another job", Connect(), Politeness()) is not one

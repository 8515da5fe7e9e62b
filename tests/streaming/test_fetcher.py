from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import pytest

from schemas import Page
from tests.support.samples import OUTLET, entry
from tests.support.steps import run_of
from tests.support.web_server import NEVER, Reply, serving
from transforms.lake.opening import open_lake
from transforms.streaming.fetcher import BackgroundFetcher, shared_fetcher
from transforms.web.client import MAX_CONNECTIONS, Web
from transforms.web.pages import fetch_page
from transforms.web.politeness import SOURCE_SLOTS
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
    source = replace(OUTLET, id=url.partition("//")[2].partition(".")[0])
    return await fetch_page(web, entry(source, url), now)


def test_what_comes_is_taken_once_and_a_slow_site_holds_nobody_up(
    fetchers: list[BackgroundFetcher], tmp_path: Path
) -> None:
    with serving({ONE: PAGE, SLOW: Reply(raw=NEVER)}) as web:
        fetcher = BackgroundFetcher(
            open_lake(tmp_path / "lake"), Connect(proxy=web.proxy, seconds=60), Politeness(pause=0)
        )
        fetchers.append(fetcher)
        assert fetcher.submit("slow", "slow", fetch(SLOW))
        assert fetcher.submit("one", "one", fetch(ONE))
        came = fetcher.collect(["one"], wait_seconds=30)
        assert isinstance(came["one"], Page)
        assert fetcher.collect(["one", "slow"]) == {}
        assert not fetcher.has("one")
        assert fetcher.has("slow")


def test_a_source_has_a_share_of_the_hands_and_others_go_on(fetchers: list[BackgroundFetcher], tmp_path: Path) -> None:
    with serving({SLOW: Reply(raw=NEVER), ONE: PAGE}) as web:
        fetcher = BackgroundFetcher(open_lake(tmp_path / "lake"), Connect(proxy=web.proxy), Politeness(pause=0))
        fetchers.append(fetcher)
        assert all(fetcher.submit(f"slow {number}", "slow", fetch(SLOW)) for number in range(SOURCE_SLOTS))
        assert not fetcher.submit("one more", "slow", fetch(SLOW))
        assert fetcher.submit("one", "other", fetch(ONE))
        assert isinstance(fetcher.collect(["one"], wait_seconds=30)["one"], Page)


def test_hands_that_are_full_take_nothing_on(fetchers: list[BackgroundFetcher], tmp_path: Path) -> None:
    with serving({SLOW: Reply(raw=NEVER)}) as web:
        connect = Connect(proxy=web.proxy, concurrency=1)
        fetcher = BackgroundFetcher(open_lake(tmp_path / "lake"), connect, Politeness(pause=0))
        fetchers.append(fetcher)
        assert all(fetcher.submit(f"{number}", f"{number}", fetch(SLOW)) for number in range(MAX_CONNECTIONS))
        assert not fetcher.submit("one", "one", fetch(ONE))


@pytest.mark.parametrize("client_seconds", [900.0, 0.0])
def test_robots_txt_outlives_clients_and_fetchers(
    fetchers: list[BackgroundFetcher], monkeypatch: pytest.MonkeyPatch, client_seconds: float, tmp_path: Path
) -> None:
    monkeypatch.setattr("transforms.streaming.fetcher.CLIENT_SECONDS", client_seconds)
    with serving({ONE: PAGE}) as web:
        fetcher = BackgroundFetcher(open_lake(tmp_path / "lake"), Connect(proxy=web.proxy), Politeness(pause=0))
        fetchers.append(fetcher)
        for number in range(2):
            fetcher.submit(f"{number}", f"{number}", fetch(ONE))
            fetcher.collect([f"{number}"], wait_seconds=30)
        assert web.paths("one.test").count("/robots.txt") == 1
        assert web.paths("one.test").count("/") == 2


def test_the_steps_of_a_job_share_one_courier(tmp_path: Path) -> None:
    run = run_of(open_lake(tmp_path / "lake"))
    one = shared_fetcher(run, Connect(), Politeness())
    assert shared_fetcher(run, Connect(), Politeness()) is one
    assert shared_fetcher(replace(run, run_id="another"), Connect(), Politeness()) is not one

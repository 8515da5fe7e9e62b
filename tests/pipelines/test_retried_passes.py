"""What passes do with entries whose pages could not be had: the lake holds them in line until they can."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines import cli
from tests.support.clock import Clock
from tests.support.passes import SITE, Desk
from tests.support.samples import NOON
from tests.support.site import FEED, feed, page
from tests.support.web_server import Answers, Asked, Reply, serving
from transforms.accounting.retries import GIVE_UP
from transforms.web.settings import Politeness

ONE, TWO = "http://site.example/one", "http://site.example/two"
ROBOTS = "http://site.example/robots.txt"
EMPTY = feed()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


Feed = Callable[[Asked], Reply]
"""A feed that answers 304 to whoever has its ETag."""


def without_etag(answer: Feed) -> Feed:
    """The feed by a server that knows no ETags."""
    return lambda asked: replace(answer(replace(asked, headers={})), headers={})


@pytest.mark.parametrize(
    "later", [feed("one", "two"), EMPTY, without_etag(feed("one", "two"))], ids=["304", "empty", "whole"]
)
def test_an_entry_that_failed_for_now_is_tried_again_whatever_its_feed_says(
    desk: Desk, clock: Clock, later: Feed
) -> None:
    failing = [Reply(status=500)] * 3  # asked once and twice again in the first pass
    answers: Answers = {
        FEED: feed("one", "two"),
        ONE: page("one"),
        TWO: [*failing, page("two")],
    }
    with serving(answers) as web:
        first = desk.record(web.proxy).total
        web.answers = {**answers, FEED: later}
        early = desk.record(web.proxy).total
        clock.advance(minutes=10)
        second = desk.record(web.proxy).total
        clock.advance(days=1)
        third = desk.record(web.proxy).total
    assert (first.entries, first.articles, first.rejects) == (2, 1, 1)
    assert (early.retried, early.articles, early.seen) == (0, 0, early.entries)
    assert (second.retried, second.articles) == (1, 1)
    assert (third.retried, third.articles) == (0, 0)
    assert Counter(web.paths("site.example"))["/one"] == 1
    assert cli.main(["verify", "--lake", str(desk.lake), "--quiet"]) == 0
    (row,) = (row for row in desk.rows("articles") if row["url"] == TWO)
    assert row["feed_url"] == FEED
    assert row["first_seen_at"] < NOON + timedelta(minutes=5)  # when its feed listed it


@pytest.mark.parametrize(
    ("status", "minutes"), [(503, (1,)), (503, (1, 29)), (503, (10, 50, 180, 120)), (404, (10, 80)), (403, (10, 80))]
)
def test_a_site_that_is_down_loses_nothing(desk: Desk, clock: Clock, status: int, minutes: tuple[int, ...]) -> None:
    names = ["one", "two"]
    down = True

    def story(asked: Asked) -> Reply:
        return Reply(status=status) if down else page(asked.path)

    answers: Answers = {FEED: feed(*names), **{f"http://site.example/{name}": story for name in names}}
    with serving(answers) as web:
        assert desk.record(web.proxy).total.rejects == 2
        web.answers = {**answers, FEED: EMPTY}
        for passed in minutes:
            clock.advance(minutes=passed)
            desk.record(web.proxy)
        down = False
        clock.advance(hours=8)
        desk.record(web.proxy)
    assert sorted(row["url"].rpartition("/")[2] for row in desk.rows("articles")) == names


def test_an_entry_that_never_works_is_given_up_after_days(desk: Desk, clock: Clock) -> None:
    with serving({FEED: feed("one"), ONE: Reply(status=500)}) as web:
        rejects = []
        for _ in range(8):
            rejects.append(desk.record(web.proxy).total.rejects)
            clock.advance(hours=15)
    rows = sorted(desk.rows("rejects"), key=lambda row: row["attempts"])
    assert [row["attempts"] for row in rows] == list(range(1, sum(rejects) + 1))
    assert [row["final"] for row in rows] == [False] * (len(rows) - 1) + [True]
    assert rows[-1]["rejected_at"] - rows[0]["rejected_at"] >= GIVE_UP
    assert {row["failing_since"] for row in rows} == {rows[0]["rejected_at"]}


def test_a_host_that_asks_for_time_is_left_alone_for_that_time(desk: Desk, clock: Clock) -> None:
    busy = Reply(status=503, headers={"Retry-After": "7200"})
    with serving({FEED: feed("one", "two"), ONE: [busy, page("one")], TWO: page("two")}) as web:
        desk.record(web.proxy)
        clock.advance(hours=1)
        assert desk.record(web.proxy).total.retried == 0
        clock.advance(hours=1.1)
        assert desk.record(web.proxy).total.articles == 2
    assert {row["reason"] for row in desk.rows("rejects")} == {"http-busy", "host-deferred"}


def test_a_robots_txt_that_cannot_be_read_is_asked_for_within_minutes_and_is_no_try(desk: Desk, clock: Clock) -> None:
    failing: list[Reply] = [Reply(status=503)] * 3
    with serving({FEED: feed("one"), ROBOTS: [*failing, Reply(status=404)], ONE: page("one")}) as web:
        assert desk.record(web.proxy).total.rejects == 1
        assert web.paths("site.example").count("/one") == 0
        clock.advance(minutes=3)
        assert desk.record(web.proxy).total.articles == 1
    (row,) = desk.rows("rejects")
    assert (row["reason"], row["attempts"], row["failing_since"]) == ("robots-unavailable", 0, None)


def test_a_robots_txt_is_known_for_a_day(desk: Desk, clock: Clock) -> None:
    names = ("one", "two", "three")
    answers: Answers = {f"http://site.example/{name}": page(name) for name in names}
    with serving({**answers, FEED: feed("one")}) as web:
        desk.record(web.proxy)
        clock.advance(hours=23)
        web.answers = {**answers, FEED: feed("one", "two")}
        desk.record(web.proxy)
        assert web.paths("site.example").count("/robots.txt") == 1
        clock.advance(hours=2)
        web.answers = {**answers, FEED: feed(*names)}
        desk.record(web.proxy)
    assert web.paths("site.example").count("/robots.txt") == 2
    assert len(desk.rows("articles")) == 3


def test_what_a_pass_has_no_time_for_is_taken_by_the_next_one(desk: Desk, clock: Clock) -> None:
    names = [f"n{number}" for number in range(6)]
    answers: Answers = {f"http://site.example/{name}": page(name) for name in names}
    with serving({**answers, FEED: feed(*names)}) as web:
        short = desk.record(web.proxy, Politeness(pause=300.0, pass_seconds=200.0)).total
        rest = desk.record(web.proxy).total
    assert (short.entries, short.rejects) == (6, 6)
    assert {row["detail"] for row in desk.rows("rejects")} == {"the time of this pass is up"}
    assert (rest.entries, rest.retried, rest.articles) == (short.rejects, short.rejects, short.rejects)


def test_an_entry_that_says_something_new_does_not_wait(desk: Desk, clock: Clock) -> None:
    def told(title: str) -> Reply:
        item = f"<item><title>{title}</title><link>{ONE}</link><guid>one</guid></item>"
        return Reply(body=f"<rss version='2.0'><channel><title>S</title>{item}</channel></rss>".encode())

    with serving({FEED: [told("One"), told("One, corrected")], ONE: [Reply(status=404), page("one")]}) as web:
        desk.record(web.proxy)
        second = desk.record(web.proxy).total
        clock.advance(days=1)
        third = desk.record(web.proxy).total
    assert (second.articles, second.retried) == (1, 0)
    assert (third.articles, third.retried) == (0, 0)


def test_a_source_that_left_the_file_is_not_tried(desk: Desk, clock: Clock) -> None:
    other = replace(SITE, id="other", feeds=("http://other.example/feed.xml",))
    with serving({FEED: feed("one"), ONE: [*[Reply(status=500)] * 3, page("one")], other.feeds[0]: EMPTY}) as web:
        desk.record(web.proxy)
        clock.advance(hours=1)
        assert desk.record(web.proxy, source=other).total.retried == 0
        assert desk.record(web.proxy).total.articles == 1

"""Passes poll a feed when it is due by what the lake has of its earlier polls."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipelines import passes
from schemas import Source
from tests.support.passes import SITE, Desk
from tests.support.samples import NOON
from tests.support.site import FEED, feed
from tests.support.web_server import Asked, Reply, WebServer, serving
from transforms.feeds import polls, requests
from transforms.steps import gather_pages, part_shard

MINUTE, DAY = 60, 86400
EMPTY = b"<rss version='2.0'><channel><title>S</title>%b</channel></rss>"


class Passes:
    """Passes at given times; ``polled`` says whether a pass polled the feed."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.at = NOON
        self.rows = 0

    def now(self) -> datetime:
        return self.at

    def polled(self, web: WebServer, seconds: float, source: Source = SITE, all_feeds: bool = False) -> int:
        """One pass so many seconds after NOON; how many feeds it polled."""
        self.at = NOON + timedelta(seconds=seconds)
        asked = len(web.asked)
        total = self.desk.record(web.proxy, source=source, all_feeds=all_feeds).total
        polled = total.feeds - total.feeds_not_due
        assert total.feeds == len(source.feeds)
        self.rows += polled
        assert len(self.desk.rows("polls")) == self.rows
        assert (len(web.asked) > asked) == (polled > 0)
        return polled

    def column(self, name: str) -> list[object]:
        return [row[name] for row in sorted(self.desk.rows("polls"), key=lambda row: row["polled_at"])]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Passes:
    """Passes with a clock of their own."""
    made = Passes(tmp_path)
    for module in (passes, gather_pages, part_shard):
        monkeypatch.setattr(module, "now", made.now)
    return made


def test_a_feed_that_fails_is_retried_at_once_then_less_and_less(made: Passes) -> None:
    with serving({FEED: [Reply(status=404)] * 5 + [Reply(body=EMPTY % b"")]}) as web:
        moments = {0: 1, 1: 1, 40: 0, 61: 1, 120: 0, 181: 1, 400: 0}
        assert {second: made.polled(web, second) for second in moments} == moments
        assert made.polled(web, 401, all_feeds=True) == 1
        assert made.polled(web, 402, all_feeds=True) == 1
        assert made.polled(web, 403) == 1
    assert made.column("failures") == [1, 2, 3, 4, 5, 0, 0]
    waits = [at and (at - NOON).total_seconds() for at in made.column("next_poll_at")]  # type: ignore[operator]
    assert waits == [None, 61, 181, 421, 881, None, None]


def test_an_address_that_is_gone_rests_for_a_week(made: Passes) -> None:
    with serving({FEED: Reply(status=410)}) as web:
        moments = {0: 1, DAY: 0, 7 * DAY - 1: 0, 7 * DAY: 1}
        assert {second: made.polled(web, second) for second in moments} == moments


def test_a_host_that_asks_for_time_gets_it_for_all_its_feeds(made: Passes) -> None:
    other = "http://site.example/other.xml"
    source = Source(id="site", kind="outlet", feeds=(FEED, other))
    busy = Reply(status=429, headers={"Retry-After": "1800"})
    with serving({FEED: [busy, Reply(body=EMPTY % b"")], other: Reply(body=EMPTY % b"")}) as web:
        moments = {0: 2, 1799: 0, 1800: 2, 1801: 2}
        assert {second: made.polled(web, second, source) for second in moments} == moments
        assert web.paths("site.example").count("/other.xml") == 2
    assert sorted(made.column("failures"), key=str) == [0, 0, 0, 0, 1, 1]


def test_a_feed_may_ask_for_fewer_polls_and_the_user_decides(made: Passes) -> None:
    reply = Reply(headers={"Cache-Control": "max-age=600"}, body=EMPTY % b"")
    with serving({FEED: reply}) as web:
        moments = {0: 1, 500: 0, 571: 1, 900: 0}
        assert {second: made.polled(web, second) for second in moments} == moments
        impatient = Source(id="site", kind="outlet", feeds=(FEED,), poll_seconds=60)
        assert made.polled(web, 901, impatient) == 1
    assert made.column("outcome") == ["ok", "unchanged", "unchanged"]


def test_the_ttl_of_a_feed_lasts_while_it_is_unchanged(made: Passes) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match"):
            return Reply(status=304)
        return Reply(headers={"ETag": '"1"'}, body=EMPTY % b"<ttl>10</ttl>")

    with serving({FEED: answer}) as web:
        moments = {0: 1, 500: 0, 600: 1, 1100: 0, 1200: 1, 1700: 0}
        assert {second: made.polled(web, second) for second in moments} == moments
    assert made.column("http_status") == [200, 304, 304]


def test_stuck_validators_are_found_out(made: Passes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed changes all the time, under one ETag."""
    for module in (polls, requests):
        monkeypatch.setattr(module, "WHOLE_EVERY", 3)
    sent: list[str | None] = []

    def answer(asked: Asked) -> Reply:
        sent.append(asked.headers.get("if-none-match"))
        if sent[-1]:
            return Reply(status=304)
        return Reply(headers={"ETag": '"1"' if len(sent) < 7 else '"2"'}, body=EMPTY % b"<!-- %d -->" % len(sent))

    with serving({FEED: answer}) as web:
        for second in range(10):
            made.polled(web, second)
    assert sent == [None, '"1"', '"1"', None, None, None, None, '"2"', '"2"', None]
    assert made.column("not_modified") == [0, 1, 2, 3, 3, 3, 0, 1, 2, 3]


@pytest.mark.parametrize(("status", "moved_to"), [(301, "http://site.example/new.xml"), (302, None)])
def test_only_a_permanent_redirect_is_recorded(made: Passes, status: int, moved_to: str | None) -> None:
    new = "http://site.example/new.xml"
    with serving({FEED: Reply(status=status, headers={"Location": new}), new: feed()}) as web:
        assert [made.polled(web, second) for second in (0, 1)] == [1, 1]
    assert made.column("moved_to") == [moved_to, moved_to]


SKIPS = b"<skipHours><hour>13</hour><hour>14</hour></skipHours><skipDays><day>Friday</day></skipDays>"
HOUR = 60 * MINUTE


def test_a_feed_is_not_polled_in_the_hours_and_on_the_days_that_it_skips(made: Passes) -> None:
    # NOON is a Thursday.
    with serving({FEED: [Reply(body=EMPTY % SKIPS), Reply(status=404), Reply(body=EMPTY % SKIPS)]}) as web:
        assert made.polled(web, 59 * MINUTE) == 1
        assert made.polled(web, HOUR) == 0
        assert made.polled(web, 3 * HOUR - 1) == 0
        assert made.polled(web, 3 * HOUR - 1, source=replace(SITE, poll_seconds=60)) == 1  # the user's word wins
        assert made.polled(web, 3 * HOUR) == 1
        assert made.polled(web, 12 * HOUR) == 0
    assert made.column("skips") == ["13 14 Friday"] * 3
    assert made.column("outcome") == ["ok", "failed", "unchanged"]


def test_a_feed_that_skips_all_hours_is_polled_once_a_day(made: Passes) -> None:
    hours = b"".join(b"<hour>%d</hour>" % hour for hour in range(1, 25))
    with serving({FEED: Reply(body=EMPTY % (b"<skipHours>%b</skipHours>" % hours))}) as web:
        moments = {0: 1, 6 * HOUR: 0, DAY - 1: 0, DAY: 1, DAY + HOUR: 0}
        assert {second: made.polled(web, second) for second in moments} == moments

"""Passes that commit several times: their parts add up to one pass, and what stops one keeps what was committed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.command.console import Terminal
from pipelines.report.runs import latest_runs
from pipelines.retry import final_rejects
from tests.support.clock import Clock
from tests.support.passes import SITE, Desk
from tests.support.site import FEED, OTHER_FEED, feed, page
from tests.support.web_server import Answers, Reply, serving
from transforms.accounting.counts import Counts
from transforms.lake.layout import PASS, Lake, read_record, run_ids
from transforms.lake.maintenance.check import check_lake
from transforms.lake.maintenance.inventory import take_inventory
from transforms.web.settings import Politeness

NAMES = [f"n{number}" for number in range(6)]
PAGES: Answers = {f"http://site.example/{name}": page(name) for name in NAMES}
SLOW = Politeness(pause=0.15)
OFTEN = 0.4
"""Seconds between two commits: a part gets three pages or so."""


class AfterTheFirstPart(Terminal):
    """Does something when the first part of a pass is in the lake."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(quiet=True)
        self._act, self._has_acted = act, False

    def say(self, line: str) -> None:
        if "it goes on" in line and not self._has_acted:
            self._has_acted = True
            self._act()


def stop_by(error: BaseException) -> Callable[[], object]:
    """Raises an error."""

    def stop() -> None:
        raise error

    return stop


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def check(desk: Desk) -> list[Counts]:
    """The total counts of each run. Checks that all of them are balanced, and that verify finds no problem."""
    lake = Lake(desk.lake)
    records = [read_record(lake, run_id) for run_id in run_ids(lake)]
    assert all(record.balanced for record in records)
    assert check_lake(take_inventory(lake, lambda: False)).problems == []
    return [record.total for record in records]


def titles(desk: Desk) -> list[str]:
    return sorted(row["headline"] for row in desk.rows("articles"))


def test_the_parts_of_a_pass_add_up_to_the_pass(desk: Desk, tmp_path: Path) -> None:
    gone = {"http://site.example/n4": Reply(status=410)}
    whole = Desk(tmp_path / "whole")
    with serving({FEED: feed(*NAMES), OTHER_FEED: feed("n0", "n5"), **PAGES, **gone}) as web:
        source = replace(SITE, feeds=(FEED, OTHER_FEED))
        at_once = whole.record(web.proxy, source=source)
        web.asked.clear()
        record = desk.record(web.proxy, SLOW, source=source, commit_every=OFTEN)
        asked = [f"{each.host}{each.path}" for each in web.asked]
    totals = check(desk)
    assert len(totals) == len(record.pass_runs) > 1
    assert Counts.sum(totals) == record.total == at_once.total
    assert record.total.waiting == 0 < totals[0].waiting
    assert record.reasons == at_once.reasons == {"http-gone": 1}
    for runs in (run_ids(Lake(desk.lake)), run_ids(Lake(desk.lake))[::-1]):
        (shown,) = latest_runs(Lake(desk.lake), runs)
        assert (shown.commits, shown.entries, shown.balanced) == (len(totals), record.total.entries, True)
    assert (record.run_id, at_once.pass_runs) == (record.pass_runs[-1], [])
    assert titles(desk) == titles(whole)
    assert len(asked) == len(set(asked))
    assert not (desk.lake / PASS).exists()
    assert [row["url"] for row in final_rejects(Lake(desk.lake))] == ["http://site.example/n4"]
    assert cli.main(["compact", "--lake", str(desk.lake), "--quiet"]) == 0
    assert {row["outcome"] for row in desk.rows("index")} == {"article", "reject"}


def test_a_pass_that_fits_in_one_part_is_one_run(desk: Desk) -> None:
    with serving({FEED: feed(*NAMES), **PAGES}) as web:
        record = desk.record(web.proxy)
    assert (len(check(desk)), record.pass_runs) == (1, [])
    assert {row["outcome"] for row in desk.rows("index")} == {"article"}


def test_feeds_that_a_part_has_no_time_for_are_polled_by_the_next_one(desk: Desk) -> None:
    feeds = {f"http://site.example/{name}.xml": feed(name) for name in NAMES}
    with serving({**feeds, **PAGES}) as web:
        record = desk.record(web.proxy, SLOW, source=replace(SITE, feeds=tuple(feeds)), commit_every=OFTEN)
        asked = web.paths("site.example")
    totals = check(desk)
    assert len(totals) > 1
    assert totals[0].feeds < len(feeds)
    assert (record.total.feeds, record.total.feeds_failed, record.total.articles) == (len(feeds), 0, len(NAMES))
    assert len(asked) == len(set(asked))


def test_feeds_that_are_not_due_count_once(desk: Desk) -> None:
    source = replace(SITE, feeds=(FEED, OTHER_FEED), poll_seconds=3600)
    with serving({FEED: feed(*NAMES), OTHER_FEED: feed(), **PAGES}) as web:
        desk.record(web.proxy, source=replace(source, feeds=(OTHER_FEED,)))
        record = desk.record(web.proxy, SLOW, source=source, commit_every=OFTEN)
    assert len(record.pass_runs) > 1
    assert (record.total.feeds, record.total.feeds_not_due) == (2, 1)
    assert web.paths("other.example") == ["/feed.xml"]


@pytest.mark.parametrize("shards", [("--direct_running_mode=multi_threading", "--direct_num_workers=3")])
def test_pages_of_other_shards_are_left_too(desk: Desk, shards: tuple[str, ...]) -> None:
    elsewhere = {f"http://{name}.example/feed.xml": feed(*NAMES) for name in ("one", "two")}
    source = replace(SITE, feeds=tuple(elsewhere))
    with serving({**elsewhere, **PAGES}) as web:
        record = desk.record(web.proxy, SLOW, source=source, commit_every=OFTEN, beam=shards)
        asked = web.paths("site.example")
    check(desk)
    assert len(record.pass_runs) > 1
    assert (record.total.articles, record.total.waiting) == (len(NAMES), 0)
    assert titles(desk) == NAMES
    assert set(asked) - {"/robots.txt"} == {f"/{name}" for name in NAMES}


def slowly(address: str) -> Reply:
    """The page at an address, by a host that takes a fifth of a second."""
    body = page(address.rpartition("/")[2]).body
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return Reply(raw=(head.encode(), 0.2, body))


def test_a_host_gets_no_more_time_in_a_pass_of_many_parts(desk: Desk) -> None:
    limited = replace(SLOW, host_seconds=1.0)
    with serving({FEED: feed(*NAMES), **{address: slowly(address) for address in PAGES}}) as web:
        record = desk.record(web.proxy, limited, commit_every=OFTEN)
    check(desk)
    assert len(record.pass_runs) > 1
    assert 0 < record.total.rejects == len(NAMES) - record.total.articles
    assert record.reasons == {"host-deferred": record.total.rejects}
    assert {row["detail"] for row in desk.rows("rejects")} == {"the host has used up its 1 seconds of this pass"}


def test_what_the_pass_has_no_time_for_is_deferred_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    with serving({FEED: feed(*NAMES), **PAGES}) as web:
        lets_hours_pass = AfterTheFirstPart(lambda: clock.advance(hours=2))
        record = desk.record(web.proxy, SLOW, commit_every=OFTEN, terminal=lets_hours_pass)
        rest = desk.record(web.proxy)
    check(desk)
    assert 0 < record.total.rejects == len(NAMES) - record.total.articles
    assert len(desk.rows("rejects")) == record.total.rejects
    assert (rest.total.retried, rest.total.articles) == (record.total.rejects, record.total.rejects)
    assert titles(desk) == NAMES


@pytest.mark.parametrize("hours", [2, 48, -2])
def test_a_clock_that_is_set_does_not_end_a_pass(desk: Desk, monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    clock = Clock(monkeypatch)
    with serving({FEED: feed(*NAMES), **PAGES}) as web:
        sets_the_clock = AfterTheFirstPart(lambda: clock.jump(hours=hours))
        record = desk.record(web.proxy, SLOW, commit_every=OFTEN, terminal=sets_the_clock)
    check(desk)
    assert len(record.pass_runs) > 1
    assert (record.total.articles, record.total.rejects, record.total.waiting) == (len(NAMES), 0, 0)


def test_a_failed_entry_that_was_left_is_a_retry_of_later_passes(desk: Desk) -> None:
    failing: Answers = {"http://site.example/n5": Reply(status=404)}
    with serving({FEED: feed(*NAMES), **PAGES, **failing}) as web:
        record = desk.record(web.proxy, SLOW, commit_every=OFTEN)
    (reject,) = desk.rows("rejects")
    assert (reject["reason"], reject["final"], record.total.retried) == ("http-gone", False, 0)
    assert reject["retry_at"] > reject["rejected_at"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_pass_that_is_stopped_keeps_its_parts_and_the_next_one_goes_on(desk: Desk, error: BaseException) -> None:
    with serving({FEED: feed(*NAMES), **PAGES}) as web:
        with pytest.raises((KeyboardInterrupt, Exception), match="What this pass had committed") as stopped:
            desk.record(web.proxy, SLOW, commit_every=OFTEN, terminal=AfterTheFirstPart(stop_by(error)))
        (first,) = check(desk)
        assert f", {first.articles} articles, is in the lake" in str(stopped.value)
        assert 0 < first.waiting == len(NAMES) - first.articles
        web.answers = {FEED: feed(), **PAGES}  # it no longer lists them
        rest = desk.record(web.proxy).total
        asked = web.paths("site.example")
    check(desk)
    assert (rest.retried, rest.articles) == (first.waiting, first.waiting)
    assert titles(desk) == NAMES
    assert sorted(asked).count("/feed.xml") == 2
    assert len(set(asked)) == len(asked) - 1

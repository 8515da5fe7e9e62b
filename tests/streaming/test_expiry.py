"""What a stream forgets as time goes on: by the event time of its ticks, for on Flink no watermark tells it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.samples import OUTLET, RUN, WIRE, entry
from tests.support.site import feed, page
from tests.support.steps import in_turn
from tests.support.web_server import WebServer, serving
from transforms.accounting.runs import now
from transforms.lake.opening import open_lake
from transforms.lake.polls import FeedKey
from transforms.steps.context import RunContext
from transforms.streaming.clock import PERIOD, Schedule, Tick
from transforms.streaming.feed_state import FeedState, update_feed_states
from transforms.streaming.fetch_due import FetchDueShard
from transforms.streaming.host_queue import RECENT
from transforms.streaming.poll_due import STATE_SECONDS, PollDueShard
from transforms.web.client import Connect
from transforms.web.politeness import Politeness

TICK = Tick(last=False)


def validators(web: WebServer) -> list[str | None]:
    return [asked.headers.get("if-none-match") for asked in web.asked if asked.path == "/feed.xml"]


def polling(tmp_path: Path, web: WebServer, items: Sequence[tuple[Tick, float]]) -> list[str | None]:
    """The validators that a feed was asked with."""
    run = RunContext(run_id=f"{RUN}{web.port}", lake=open_lake(tmp_path / "lake"), started_at=now())
    feeds: dict[str, dict[FeedKey, Any]] = {"0": {(OUTLET.id, OUTLET.feeds[0]): OUTLET}}
    schedule = Schedule(every=PERIOD / 10, window=60)
    in_turn(PollDueShard(run, feeds, schedule, Connect(proxy=web.proxy), Politeness(pause=0.0)), items)
    return validators(web)


def test_what_a_feed_said_is_kept_for_days_of_event_time_but_not_for_ever(tmp_path: Path) -> None:
    with serving({OUTLET.feeds[0]: feed("one")}) as web:
        moments = [0.0, STATE_SECONDS - 60, STATE_SECONDS + 60, 0.0]
        sent_for_and_taken_in = [(TICK, later) for later in moments for _ in range(2)]
        assert polling(tmp_path, web, sent_for_and_taken_in) == [None, '"1"', None, '"1"']


def test_a_job_that_goes_on_with_other_sources_watches_those(tmp_path: Path) -> None:
    lake, states = open_lake(tmp_path / "lake"), {("gone", "http://gone.example/"): FeedState(60)}
    feeds = {(OUTLET.id, OUTLET.feeds[0]): OUTLET, (WIRE.id, WIRE.feeds[0]): replace(WIRE, poll_seconds=300)}
    assert update_feed_states(feeds, states, 60, lake, now())
    assert {key: watch.interval for key, watch in states.items()} == dict(zip(feeds, (60, 300), strict=True))
    assert not update_feed_states(feeds, states, 60, lake, now())


def fetched(tmp_path: Path, web: WebServer, items: Sequence[tuple[Any, float]]) -> int:
    """How often a page was asked for."""
    run = RunContext(run_id=f"{RUN}{web.port}", lake=open_lake(tmp_path / "lake"), started_at=now())
    in_turn(FetchDueShard(run, Connect(proxy=web.proxy), Politeness(pause=0.0)), items)
    return web.paths("post.example").count("/one")


def test_a_page_is_fetched_for_another_feed_too_once_its_line_has_forgotten_it(tmp_path: Path) -> None:
    first, twin = entry(), entry(entry_key="of another feed")
    taken_in: list[tuple[Any, float]] = [((first,), 0.0), (TICK, 0.0), (TICK, 0.0), (TICK, 0.0)]
    again: list[tuple[Any, float]] = [((twin,), 0.0), (TICK, 0.0)]
    for later, times in ((RECENT - 60, 1), (RECENT + 60, 2)):
        with serving({entry().url: page("one")}) as web:
            assert fetched(tmp_path, web, [*taken_in, (TICK, later), *again]) == times

"""What a stream remembers of its feeds, by the event time of its ticks: on Flink no watermark tells the time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.samples import OUTLET, RUN
from tests.support.site import feed
from tests.support.steps import in_turn
from tests.support.web_server import WebServer, serving
from transforms.accounting.runs import now
from transforms.lake.opening import open_lake
from transforms.lake.polls import FeedKey
from transforms.steps.context import RunContext
from transforms.streaming.clock import PERIOD, Schedule, Tick
from transforms.streaming.poll_due import STATE_SECONDS, PollDueShard
from transforms.web.settings import Connect, Politeness

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

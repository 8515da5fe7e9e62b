"""What a stream remembers of its feeds, by the event time of its ticks: on Flink no watermark tells the time."""

from pathlib import Path

import pytest

from tests.support.samples import NOON, OUTLET, RUN
from tests.support.site import feed
from tests.support.steps import HURRIED, answered, in_turn, ticking
from tests.support.web_server import WebServer, serving
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.streaming import poll_due
from transforms.streaming.clock import Schedule, Tick
from transforms.streaming.poll_due import STATE_SECONDS, PollDueShard
from transforms.web.settings import Connect

TICK = Tick(last=False)


def validators(web: WebServer) -> list[str | None]:
    return [asked.headers.get("if-none-match") for asked in web.asked if asked.path == "/feed.xml"]


def test_what_a_feed_said_is_kept_for_days_of_event_time_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll_due, "now", ticking())
    feeds = {"0": {(OUTLET.id, OUTLET.feeds[0]): OUTLET}}
    with serving({OUTLET.feeds[0]: feed("one")}) as web:
        run = RunContext(run_id=f"{RUN}{web.port}", lake=open_lake(tmp_path / "lake"), started_at=NOON)
        shard = PollDueShard(run, feeds, Schedule(every=0.1, window=60), Connect(proxy=web.proxy), HURRIED)
        moments = [0.0, STATE_SECONDS - 60, STATE_SECONDS + 60, 0.0]
        in_turn(shard, [turn for later in moments for turn in ((TICK, later), (answered, later), (TICK, later))])
        assert validators(web) == [None, '"1"', None, '"1"']

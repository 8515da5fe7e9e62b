"""What a stream remembers of its feeds, by the event time of its ticks: on Flink no watermark tells the time."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schemas import Entry
from tests.support.samples import NOON, OUTLET, RUN, poll, story_article
from tests.support.site import feed
from tests.support.steps import HURRIED, answered, in_turn, put, ticking
from tests.support.web_server import Asked, Reply, WebServer, serving
from transforms.accounting.rows import article_index_row
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.streaming import outage, poll_due
from transforms.streaming.clock import Schedule, Tick
from transforms.streaming.poll_due import STATE_SECONDS, PollDueShard
from transforms.web.settings import Connect

TICK = Tick(last=False)
EMPTY = b"<rss version='2.0'><channel><title>S</title></channel></rss>"


class Clock:
    """A clock that stands still until it is moved. Module-level, because an engine pickles what it is given."""

    at = NOON

    def __call__(self) -> datetime:
        return Clock.at


def minutes(number: float) -> Callable[[], None]:
    """Moves the clock to so many minutes after NOON."""

    def move() -> None:
        Clock.at = NOON + timedelta(minutes=number)

    return move


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


@pytest.mark.parametrize(
    ("reply", "polled_at"),
    [
        (Reply(headers={"Cache-Control": "max-age=600"}, body=EMPTY), [0, 10, 20]),
        (Reply(body=EMPTY), [0, 1, 2, 3, 9, 10, 11, 19, 20, 21]),
        (Reply(status=404), [0, 1, 2, 9, 19]),
        (Reply(status=410), [0]),
    ],
)
def test_a_stream_asks_a_feed_by_its_schedule(
    reply: Reply, polled_at: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll_due, "now", Clock())
    asked_at = []

    def answer(asked: Asked) -> Reply:
        asked_at.append((Clock.at - NOON) / timedelta(minutes=1))
        return reply

    feeds = {"0": {(OUTLET.id, OUTLET.feeds[0]): OUTLET}}
    with serving({OUTLET.feeds[0]: answer}) as web:
        run = RunContext(run_id=f"{RUN}{web.port}", lake=open_lake(tmp_path / "lake"), started_at=NOON)
        shard = PollDueShard(run, feeds, Schedule(every=60, window=60), Connect(proxy=web.proxy), HURRIED)
        moments = (0, 1, 2, 3, 9, 10, 11, 19, 20, 21)
        in_turn(shard, [(turn, 0.0) for at in moments for turn in (minutes(at), TICK, answered, TICK)])
    assert asked_at == polled_at


def test_a_stream_goes_on_with_the_back_off_of_the_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll_due, "now", Clock())
    lake = open_lake(tmp_path / "lake")
    put(lake, poll(outcome="failed", failures=6, next_poll_at=NOON + timedelta(minutes=16)))
    feeds = {"0": {(OUTLET.id, OUTLET.feeds[0]): OUTLET}}
    with serving({OUTLET.feeds[0]: feed("one")}) as web:
        run = RunContext(run_id=f"{RUN}{web.port}", lake=lake, started_at=NOON)
        shard = PollDueShard(run, feeds, Schedule(every=60, window=60), Connect(proxy=web.proxy), HURRIED)
        in_turn(shard, [(turn, 0.0) for turn in (minutes(15), TICK, answered)])
        assert web.asked == []
        in_turn(shard, [(turn, 0.0) for turn in (minutes(16), TICK, answered, TICK)])
        assert validators(web) == ['"1"']


@pytest.mark.parametrize("longest", [3600.0, -1.0])
def test_a_stream_waits_for_a_lake_that_cannot_be_read_but_not_for_ever(
    longest: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll_due, "now", ticking())
    monkeypatch.setattr(outage, "LONGEST_WAIT", longest)
    sent = list[str]()
    batches = PollDueShard._batches

    def noted(self: PollDueShard, entries: Iterable[Entry]) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        found = list(entries)
        sent.extend(each.url for each in found)
        yield from batches(self, found)

    monkeypatch.setattr(PollDueShard, "_batches", noted)
    lake = open_lake(tmp_path / "lake")
    put(lake, article_index_row(story_article(url="http://post.example/other")))
    index, elsewhere = lake.root / "index", tmp_path / "elsewhere"

    def fail() -> None:
        index.rename(elsewhere)
        index.symlink_to(tmp_path / "a disk that is not mounted")

    def mend() -> None:
        assert sent == []
        index.unlink()
        elsewhere.rename(index)
        time.sleep(0.5)  # longer than the pause between two tries so far

    feeds = {"0": {(OUTLET.id, OUTLET.feeds[0]): OUTLET}}
    with serving({OUTLET.feeds[0]: feed("one", "two")}) as web:
        run = RunContext(run_id=f"{RUN}{web.port}", lake=lake, started_at=NOON)
        shard = PollDueShard(run, feeds, Schedule(every=1e6, window=60), Connect(proxy=web.proxy), HURRIED)
        turns = [TICK, answered, fail, TICK, TICK, mend, TICK, TICK]
        if longest < 0:
            with pytest.raises(Exception, match="Is its disk mounted"):
                in_turn(shard, [(turn, 0.0) for turn in turns])
        else:
            in_turn(shard, [(turn, 0.0) for turn in turns])
            assert sorted(sent) == ["http://site.example/one", "http://site.example/two"]
            assert len(validators(web)) == 1

"""What the last polls of a feed tell."""

import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import Row
from tests.support.samples import NOON, OUTLET, poll
from tests.support.small_lakes import lake_with
from transforms.lake import polls as feed_polls
from transforms.lake.feed_history import feed_histories
from transforms.lake.layout import Lake, LakeError
from transforms.lake.polls import FeedKey, last_polls

FEED = OUTLET.feeds[0]


def polls(lake: Lake, when: datetime = NOON) -> tuple[str | None, str | None]:
    last = last_polls(lake, [("post", FEED)], when)["post", FEED]
    return last.etag, last.content_hash


def test_the_latest_poll_gives_the_validators(tmp_path: Path) -> None:
    later = poll(polled_at=NOON + timedelta(minutes=5), etag='"2"', content_hash="bb")
    lake = lake_with(tmp_path, [later], [poll()])
    assert polls(lake, later.polled_at) == ('"2"', "bb")


def test_a_poll_of_a_pass_with_a_wrong_clock_does_not_count(tmp_path: Path) -> None:
    for ahead in (timedelta(hours=1), timedelta(days=1000)):
        wrong = poll(polled_at=NOON + ahead, etag='"2"', next_poll_at=NOON + ahead + timedelta(hours=1))
        lake = lake_with(tmp_path / str(ahead.days), [poll()], [wrong])
        last = last_polls(lake, [("post", FEED)], NOON)["post", FEED]
        assert (last.polled_at, last.etag, last.next_poll_at) == (NOON, '"1"', None)
        history = feed_histories(lake, [("post", FEED)], NOON)["post", FEED]
        assert [past.polled_at for past in history.polls] == [NOON]


def test_a_failed_poll_keeps_the_validators_of_the_one_before(tmp_path: Path) -> None:
    lake = lake_with(
        tmp_path, [poll(), poll(polled_at=NOON + timedelta(minutes=5), outcome="failed", etag=None, content_hash=None)]
    )
    assert polls(lake) == ('"1"', "aa")


def test_the_latest_poll_gives_the_back_off_and_the_latest_answer_the_wish(tmp_path: Path) -> None:
    wish, back_off = NOON + timedelta(minutes=7), NOON + timedelta(hours=2)
    outage = poll(polled_at=wish, outcome="failed", failures=3, next_poll_at=back_off, not_modified=1)
    lake = lake_with(tmp_path, [poll(failures=0, next_poll_at=wish, not_modified=4), outage])
    last = last_polls(lake, [("post", FEED)], wish)["post", FEED]
    assert (last.failures, last.next_poll_at, last.not_modified, last.wait) == (3, back_off, 4, 420)


def test_polls_of_the_first_schema_version_ask_for_nothing(tmp_path: Path) -> None:
    last = last_polls(lake_with(tmp_path, [poll()]), [("post", FEED)], NOON)["post", FEED]
    assert (last.failures, last.next_poll_at, last.not_modified, last.wait) == (0, None, 0, 0.0)


VISITS = st.tuples(
    st.sampled_from("pq"), st.sampled_from("ab"), st.sampled_from(["ok", "unchanged", "failed"]), st.integers(0, 12)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VISITS, max_size=40))
def test_the_polls_of_a_feeds_last_day_tell_as_much_as_all(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, visits: list[tuple[str, str, str, int]]
) -> None:
    monkeypatch.setattr("transforms.lake.reading._FILES_AT_ONCE", 2)
    expected: dict[FeedKey, tuple[datetime, str | None]] = {}
    made: list[Row] = []
    at = NOON
    for number, (source, feed, outcome, hours) in enumerate(visits):
        at += timedelta(hours=hours, seconds=1)
        _, sent = expected.get((source, feed), (None, None))
        etag = sent if outcome == "failed" else f'"{number}"'  # an outage does not spoil the validators
        made.append(poll(source=source, feed_url=feed, outcome=outcome, etag=etag, polled_at=at))
        expected[source, feed] = (at, etag)
    lake = lake_with(tmp_path_factory.mktemp("lake"), *[made[at::4] for at in range(4)])
    polls = last_polls(lake, list(itertools.product("pq", "ab")), at)
    assert {key: (last.polled_at, last.etag) for key, last in polls.items()} == expected


def test_days_before_the_last_poll_of_a_feed_are_not_read(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, [poll(polled_at=NOON - timedelta(days=1))], [poll()])
    lake.files("polls")[0].write_bytes(b"broken")
    assert last_polls(lake, [("post", FEED)], NOON)["post", FEED].polled_at == NOON
    with pytest.raises(LakeError, match="verify"):
        last_polls(lake, [("post", FEED), ("times", FEED)], NOON)


def test_few_of_many_polls_are_kept(tmp_path: Path) -> None:
    moments = [NOON + timedelta(seconds=number) for number in range(500)]
    lake = lake_with(tmp_path, [poll(polled_at=at, outcome="failed" if at == moments[7] else "ok") for at in moments])
    rows = feed_polls._sufficient(ds.dataset(lake.files("polls"), format="parquet").to_table())
    assert rows["polled_at"].to_pylist() == [moments[7], moments[-1]]

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import IndexRow, Row
from tests.support.samples import NOON, OUTLET, RUN, article, entry, poll, reject, story_article
from tests.support.small_lakes import lake_with
from transforms.accounting.rows import article_index_row, duplicate_index_row, entry_reject, reject_index_row, text_hash
from transforms.lake import polls as feed_polls
from transforms.lake.index import (
    MAX_CHECKS,
    STORY_MEMORY,
    EntryHistory,
    KnownArticle,
    SeenKeys,
    articles_known,
    bodies_known,
    is_settled,
    seen_keys,
)
from transforms.lake.layout import Lake, LakeError
from transforms.lake.opening import open_lake
from transforms.lake.polls import FeedKey, last_polls
from transforms.urls import entry_key

FEED = OUTLET.feeds[0]


def seen_of(row: object) -> IndexRow:
    seen = reject_index_row(row)  # type: ignore[arg-type]  # a Reject
    assert seen is not None
    return seen


def test_an_empty_lake_knows_nothing(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    assert seen_keys(lake, ["e"], ["u"]) == SeenKeys({}, set())
    assert articles_known(lake, ["a"]) == {}
    assert bodies_known(lake, ["h"], NOON) == {}
    assert last_polls(lake, [("post", FEED)], NOON) == {}


def test_an_article_is_seen_by_its_entry_and_by_its_address(tmp_path: Path) -> None:
    made = story_article()
    lake = lake_with(tmp_path, [article_index_row(made)])
    key = entry_key(made.source, made.entry_id, made.url)
    for found in (seen_keys(lake, [key], []), seen_keys(lake, [], [made.article_id])):
        assert found.entries[key].done == {"f1"}
        assert found.addresses == {made.article_id}
    assert seen_keys(lake, ["other"], ["another"]) == SeenKeys({}, set())
    known = KnownArticle(1, text_hash(made), made.story_id, NOON)
    assert articles_known(lake, [made.article_id, "other"]) == {made.article_id: known}


def test_the_latest_revision_of_an_article_is_known_with_the_first_time_it_was_seen(tmp_path: Path) -> None:
    first, second = story_article(), story_article(revision=2, headline="Two", fetched_at=NOON + timedelta(days=2))
    lake = lake_with(tmp_path, [article_index_row(second)], [article_index_row(first)])
    assert articles_known(lake, [first.article_id])[first.article_id] == KnownArticle(
        2, text_hash(second), first.story_id, NOON
    )


def test_an_entry_that_failed_for_now_is_not_done_with_but_its_attempts_are_known(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, [seen_of(reject())], [seen_of(reject(attempts=2))])
    found = seen_keys(lake, ["e1"], ["u1"])
    assert found == SeenKeys({"e1": EntryHistory(done=set(), attempts={"f1": 2}, asked=2)}, set())


def test_a_final_reject_is_done_with(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, [seen_of(reject())], [seen_of(reject(final=True, attempts=3))])
    found = seen_keys(lake, ["e1"], [])
    assert (found.entries["e1"].done, found.addresses) == ({"f1"}, {"u1"})


@pytest.mark.parametrize(
    ("history", "changes", "settled"),
    [
        (None, {}, False),
        (EntryHistory({"f1"}, {"f1": 1}, 1), {}, True),
        (EntryHistory({"f1"}, {"f1": 1}, 1), {"fingerprint": "f2"}, False),  # the feed says something new
        (EntryHistory({"f1", "f2"}, {"f1": 1, "f2": 1}, 2), {"fingerprint": "f2"}, True),
        (EntryHistory({"f1"}, {"f1": 1}, MAX_CHECKS), {"fingerprint": "f2"}, True),  # it does so every time
        (EntryHistory(set(), {"f1": 1}, 1), {}, False),  # waits for another try
        (EntryHistory({"f1"}, {"f1": 1}, 1), {"fingerprint": "f2", "url_key": ""}, True),  # nothing to fetch
    ],
)
def test_an_entry_is_settled_until_its_feed_says_something_new(
    history: EntryHistory | None, changes: dict[str, Any], settled: bool
) -> None:
    asked = replace(entry(), **changes)
    assert is_settled(asked, SeenKeys({asked.entry_key: history} if history else {}, set())) is settled


def test_an_entry_of_another_feed_is_settled_by_its_address() -> None:
    assert is_settled(entry(), SeenKeys({}, {entry().url_key}))


def test_a_body_is_known_by_its_first_article_within_the_memory(tmp_path: Path) -> None:
    first = story_article(article(url="http://post.example/1"), content_hash="h")
    second = story_article(article(url="http://post.example/2"), content_hash="h", fetched_at=NOON + timedelta(hours=1))
    duplicate = duplicate_index_row(
        article(url="http://post.example/0", content_hash="h", fetched_at=NOON - timedelta(hours=1))
    )
    lake = lake_with(tmp_path, [article_index_row(second)], [article_index_row(first), duplicate])
    assert bodies_known(lake, ["h", "x"], NOON)["h"].article_id == first.article_id
    assert bodies_known(lake, ["h"], NOON + STORY_MEMORY + timedelta(days=2)) == {}


def polls(lake: Lake, when: datetime = NOON) -> tuple[str | None, str | None]:
    last = last_polls(lake, [("post", FEED)], when)["post", FEED]
    return last.etag, last.content_hash


def test_the_latest_poll_gives_the_validators(tmp_path: Path) -> None:
    later = poll(polled_at=NOON + timedelta(minutes=5), etag='"2"', content_hash="bb")
    lake = lake_with(tmp_path, [later], [poll()])
    assert polls(lake) == ('"2"', "bb")


def test_a_failed_poll_keeps_the_validators_of_the_one_before(tmp_path: Path) -> None:
    lake = lake_with(
        tmp_path, [poll(), poll(polled_at=NOON + timedelta(minutes=5), outcome="failed", etag=None, content_hash=None)]
    )
    assert polls(lake) == ('"1"', "aa")


def test_a_feed_with_an_entry_waiting_for_another_try_is_read_whole(tmp_path: Path) -> None:
    waiting = seen_of(reject())
    assert polls(lake_with(tmp_path / "waiting", [poll(), waiting])) == (None, None)
    done = seen_of(reject(final=True))
    assert polls(lake_with(tmp_path / "done", [poll(), waiting], [done])) == ('"1"', "aa")


def test_attempts_count_passes_that_asked_and_end(tmp_path: Path) -> None:
    from schemas import Reason, Rejected, Stage

    timeout, deferred = Rejected(Reason.TIMEOUT, "slow"), Rejected(Reason.HOST_DEFERRED, "later")
    rows = [entry_reject(entry(attempts=n), Stage.FETCH, timeout, NOON, RUN) for n in range(3)]
    assert [(row.attempts, row.final) for row in rows] == [(1, False), (2, False), (3, True)]
    put_off = entry_reject(entry(attempts=2), Stage.FETCH, deferred, NOON, RUN)
    assert (put_off.attempts, put_off.final) == (2, False)
    gone = entry_reject(entry(), Stage.FETCH, Rejected(Reason.HTTP_GONE, "404", 404), NOON, RUN)
    assert (gone.final, gone.http_status) == (True, 404)


VISITS = st.tuples(
    st.sampled_from("pq"), st.sampled_from("ab"), st.sampled_from(["ok", "unchanged", "failed"]), st.integers(0, 12)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VISITS, max_size=40))
def test_the_polls_of_a_feeds_last_day_tell_as_much_as_all(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, visits: list[tuple[str, str, str, int]]
) -> None:
    monkeypatch.setattr("transforms.lake.reading._TOGETHER", 2)
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
    found = last_polls(lake, list(itertools.product("pq", "ab")), at)
    assert {key: (last.polled_at, last.etag) for key, last in found.items()} == expected


def test_days_before_the_last_poll_of_a_feed_are_not_read(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, [poll(polled_at=NOON - timedelta(days=1))], [poll()])
    lake.files("polls")[0].write_bytes(b"broken")
    assert last_polls(lake, [("post", FEED)], NOON)["post", FEED].polled_at == NOON
    with pytest.raises(LakeError, match="verify"):
        last_polls(lake, [("post", FEED), ("times", FEED)], NOON)


def test_of_many_polls_few_are_held(tmp_path: Path) -> None:
    moments = [NOON + timedelta(seconds=number) for number in range(500)]
    lake = lake_with(tmp_path, [poll(polled_at=at, outcome="failed" if at == moments[7] else "ok") for at in moments])
    rows = feed_polls._telling(ds.dataset(lake.files("polls"), format="parquet").to_table())
    assert rows["polled_at"].to_pylist() == [moments[7], moments[-1]]

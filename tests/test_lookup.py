from datetime import datetime, timedelta
from pathlib import Path

from schemas import Row, Seen
from tests.samples import NOON, OUTLET, RUN, article, poll, reject, story_article, summary
from transforms.commit import commit, partition, stage
from transforms.lake import Lake, open_lake
from transforms.lookup import STORY_MEMORY, articles_known, bodies_known, entries_seen, last_polls
from transforms.outcomes import reject_entry, seen_article, seen_duplicate, seen_reject
from transforms.urls import entry_key

FEED = OUTLET.feeds[0]


def lake_with(folder: Path, *passes: list[Row]) -> Lake:
    lake = open_lake(folder)
    for number, rows in enumerate(passes):
        run_id = f"{RUN}-{number}"
        folders: dict[str, list[Row]] = {}
        for row in rows:
            folders.setdefault(partition(row), []).append(row)
        commit(lake, summary(*(stage(lake, run_id, where, held) for where, held in folders.items()), run_id=run_id))
    return lake


def seen_of(row: object) -> Seen:
    seen = seen_reject(row)  # type: ignore[arg-type]  # a Reject
    assert seen is not None
    return seen


def test_an_empty_lake_knows_nothing(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    assert entries_seen(lake, ["e"], ["u"]) == (set(), {})
    assert articles_known(lake, ["a"]) == set()
    assert bodies_known(lake, ["h"], NOON) == {}
    assert last_polls(lake, [FEED], NOON) == {}


def test_an_article_is_seen_by_its_entry_and_by_its_address(tmp_path: Path) -> None:
    made = story_article()
    lake = lake_with(tmp_path, [seen_article(made)])
    key = entry_key(made.source, made.entry_id, made.url)
    assert key in entries_seen(lake, [key], [])[0]
    assert made.article_id in entries_seen(lake, [], [made.article_id])[0]
    assert entries_seen(lake, ["other"], ["another"])[0] == set()
    assert articles_known(lake, [made.article_id, "other"]) == {made.article_id}


def test_an_entry_that_failed_for_now_is_not_done_with_but_its_attempts_are_known(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, [seen_of(reject())], [seen_of(reject(attempts=2))])
    done, attempts = entries_seen(lake, ["e1"], ["u1"])
    assert done == set()
    assert attempts == {"e1": 2, "u1": 2}


def test_a_final_reject_is_done_with(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, [seen_of(reject())], [seen_of(reject(final=True, attempts=3))])
    assert entries_seen(lake, ["e1"], ["u1"])[0] == {"e1", "u1"}


def test_a_body_is_known_by_its_first_article_within_the_memory(tmp_path: Path) -> None:
    first = story_article(article(url="http://post.example/1"), content_hash="h")
    second = story_article(
        article(url="http://post.example/2"), content_hash="h", first_seen_at=NOON + timedelta(hours=1)
    )
    duplicate = seen_duplicate(
        article(url="http://post.example/0", content_hash="h", first_seen_at=NOON - timedelta(hours=1))
    )
    lake = lake_with(tmp_path, [seen_article(second)], [seen_article(first), duplicate])
    assert bodies_known(lake, ["h", "x"], NOON)["h"].article_id == first.article_id
    assert bodies_known(lake, ["h"], NOON + STORY_MEMORY + timedelta(days=2)) == {}


def polls(lake: Lake, when: datetime = NOON) -> tuple[str | None, str | None]:
    last = last_polls(lake, [FEED], when)["post", FEED]
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
    from tests.samples import entry

    timeout, deferred = Rejected(Reason.TIMEOUT, "slow"), Rejected(Reason.HOST_DEFERRED, "later")
    rows = [reject_entry(entry(attempts=n), Stage.FETCH, timeout, NOON, RUN) for n in range(3)]
    assert [(row.attempts, row.final) for row in rows] == [(1, False), (2, False), (3, True)]
    put_off = reject_entry(entry(attempts=2), Stage.FETCH, deferred, NOON, RUN)
    assert (put_off.attempts, put_off.final) == (2, False)
    gone = reject_entry(entry(), Stage.FETCH, Rejected(Reason.HTTP_GONE, "404", 404), NOON, RUN)
    assert (gone.final, gone.http_status) == (True, 404)

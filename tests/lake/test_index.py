"""What the index knows of entries, articles and bodies."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas import Row
from tests.support.samples import NOON, OUTLET, article, entry, reject, story_article
from tests.support.small_lakes import lake_with, seen_of
from transforms.accounting import runs
from transforms.accounting.rows import article_index_row, duplicate_index_row, text_hash
from transforms.accounting.runs import now
from transforms.lake.index import (
    MAX_CHECKS,
    EntryHistory,
    KnownArticle,
    SeenKeys,
    articles_known,
    bodies_known,
    days_before,
    is_settled,
    seen_keys,
)
from transforms.lake.layout import LakeError, partition
from transforms.lake.opening import open_lake
from transforms.lake.polls import last_polls
from transforms.urls import entry_key

FEED = OUTLET.feeds[0]


def test_an_empty_lake_knows_nothing(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    assert seen_keys(lake, ["e"], ["u"]) == SeenKeys({}, set())
    assert articles_known(lake, ["a"]) == {}
    assert bodies_known(lake, ["h"], NOON) == []
    assert last_polls(lake, [("post", FEED)], NOON) == {}


def test_an_article_is_seen_by_its_entry_and_by_its_address(tmp_path: Path) -> None:
    made = story_article()
    lake = lake_with(tmp_path, [article_index_row(made)])
    key = entry_key(made.source, made.entry_id, made.url)
    for seen in (seen_keys(lake, [key], []), seen_keys(lake, [], [made.article_id])):
        assert seen.entries[key].done == {"f1"}
        assert seen.addresses == {made.article_id}
    assert seen_keys(lake, ["other"], ["another"]) == SeenKeys({}, set())
    known = KnownArticle(1, text_hash(made), None, made.story_id, NOON)
    assert articles_known(lake, [made.article_id, "other"]) == {made.article_id: known}


def test_the_latest_revision_of_an_article_is_known_with_the_first_time_it_was_seen(tmp_path: Path) -> None:
    first, second = story_article(), story_article(revision=2, headline="Two", fetched_at=NOON + timedelta(days=2))
    lake = lake_with(tmp_path, [article_index_row(second)], [article_index_row(first)])
    assert articles_known(lake, [first.article_id])[first.article_id] == KnownArticle(
        2, text_hash(second), None, first.story_id, NOON
    )


def test_an_entry_that_failed_for_now_is_in_line_until_nobody_looks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = reject(retry_at=NOON + timedelta(hours=1))
    lake = lake_with(tmp_path, [seen_of(reject(rejected_at=NOON - timedelta(hours=1)))], [seen_of(waiting)])
    cases: list[tuple[datetime, set[str | None]]] = [
        (NOON + timedelta(days=6), {"f1"}),
        (NOON + timedelta(days=8), set()),
    ]
    for moment, in_line in cases:
        monkeypatch.setattr(runs, "clock", lambda moment=moment: moment)
        seen = seen_keys(lake, ["e1"], ["u1"])
        history = EntryHistory(in_line=in_line, latest={"f1": NOON}, asked=2)
        assert seen == SeenKeys({"e1": history}, set(), {("u1", "http://post.example/feed.xml"): history})


def test_the_latest_outcome_counts(tmp_path: Path) -> None:
    again = reject(rejected_at=NOON + timedelta(hours=1), retry_at=NOON + timedelta(hours=1))
    lake = lake_with(tmp_path, [seen_of(again)], [seen_of(reject(final=True))])
    assert seen_keys(lake, ["e1"], []).addresses == set()
    assert not seen_keys(lake, ["e1"], []).entries["e1"].done


def test_a_final_reject_is_done_with(tmp_path: Path) -> None:
    lake = lake_with(
        tmp_path, [seen_of(reject())], [seen_of(reject(final=True, attempts=3, rejected_at=NOON + timedelta(hours=1)))]
    )
    seen = seen_keys(lake, ["e1"], [])
    assert (seen.entries["e1"].done, seen.addresses) == ({"f1"}, {"u1"})


@pytest.mark.parametrize(
    ("history", "changes", "settled"),
    [
        (None, {}, False),
        (EntryHistory({"f1"}, asked=1), {}, True),
        (EntryHistory({"f1"}, asked=1), {"fingerprint": "f2"}, False),  # the feed says something new
        (EntryHistory({"f1", "f2"}, asked=2), {"fingerprint": "f2"}, True),
        (EntryHistory({"f1"}, asked=MAX_CHECKS), {"fingerprint": "f2"}, True),  # it does so every time
        (EntryHistory(in_line={"f1"}, asked=1), {}, True),  # the lake tries it again
        (EntryHistory(in_line={"f1"}, asked=1), {"fingerprint": "f2"}, False),
        (EntryHistory(asked=1), {}, False),
        (EntryHistory({"f1"}, asked=1), {"fingerprint": "f2", "url_key": ""}, True),  # nothing to fetch
    ],
)
def test_an_entry_is_settled_until_its_feed_says_something_new(
    history: EntryHistory | None, changes: dict[str, Any], settled: bool
) -> None:
    asked = replace(entry(), **changes)
    assert is_settled(asked, SeenKeys({asked.entry_key: history} if history else {}, set())) is settled


def test_an_entry_with_a_new_id_for_a_known_page_is_settled_unless_its_feed_says_something_new() -> None:
    pages = {(entry().url_key, entry().feed_url): EntryHistory({"f1"}, asked=1)}
    seen = SeenKeys({}, {entry().url_key}, pages)
    assert is_settled(replace(entry(), entry_key="new", fingerprint="f1"), seen)
    assert not is_settled(replace(entry(), entry_key="new", fingerprint="f2"), seen)
    assert is_settled(
        replace(entry(), entry_key="new", fingerprint="f2", feed_url="http://post.example/other.xml"), seen
    )
    pages[entry().url_key, entry().feed_url].asked = MAX_CHECKS
    assert is_settled(replace(entry(), entry_key="new", fingerprint="f2"), seen)


def test_an_entry_of_another_feed_is_settled_by_its_address() -> None:
    assert is_settled(entry(), SeenKeys({}, {entry().url_key}))


def test_a_body_is_known_by_its_articles_in_the_order_of_their_fetch(tmp_path: Path) -> None:
    first = story_article(article(url="http://post.example/1"), content_hash="h")
    second = story_article(article(url="http://post.example/2"), content_hash="h", fetched_at=NOON + timedelta(hours=1))
    duplicate = duplicate_index_row(
        article(url="http://post.example/0", content_hash="h", fetched_at=NOON - timedelta(hours=1))
    )
    lake = lake_with(tmp_path, [article_index_row(second)], [article_index_row(first), duplicate])
    assert [body.article_id for body in bodies_known(lake, ["h", "x"], NOON)] == [first.article_id, second.article_id]
    assert bodies_known(lake, ["h"], NOON + timedelta(days=2)) == []


def test_a_day_of_the_index_may_be_a_link_to_another_disk(tmp_path: Path) -> None:
    made = story_article()
    lake = lake_with(tmp_path / "lake", [article_index_row(made)])
    (day,) = (lake.root / "index").iterdir()
    day.rename(tmp_path / "elsewhere")
    day.symlink_to(tmp_path / "elsewhere")
    (day / "round").symlink_to(lake.root / "index")
    assert articles_known(lake, [made.article_id]).keys() == {made.article_id}
    assert list(lake.listing("index")) == lake.paths("index")


def test_only_the_days_of_the_look_back_are_read(tmp_path: Path) -> None:
    seen = [article_index_row(story_article(article(fetched_at=NOON - timedelta(days=days)))) for days in (0, 9, 40)]
    passes: list[list[Row]] = [[row] for row in seen]
    lake = lake_with(tmp_path, *passes)
    for row in seen[1:]:
        (file,) = (lake.root / partition(row)).iterdir()
        file.write_bytes(b"not Parquet")
    since = NOON - timedelta(days=8)
    assert seen_keys(lake, [seen[0].entry_key], [], since).entries[seen[0].entry_key].asked == 1
    assert days_before(lake, since) == 2
    with pytest.raises(LakeError, match="part-"):
        seen_keys(lake, [seen[0].entry_key], [])


def test_no_article_was_first_seen_in_the_future(tmp_path: Path) -> None:
    seen = now() + timedelta(days=1000)
    made = story_article(first_seen_at=seen, fetched_at=seen)
    lake = lake_with(tmp_path, [article_index_row(made)])
    assert articles_known(lake, [made.article_id])[made.article_id].first_seen_at < seen - timedelta(days=999)

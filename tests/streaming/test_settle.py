from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from schemas import Article, FeedPoll, IndexRow, Reject, Row, StoryArticle
from tests.support.samples import NOON, OUTLET, RUN, WIRE, article, poll, reject, summary
from tests.support.small_lakes import stage_all
from transforms.accounting.counts import Tally
from transforms.lake.commit import commit
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake
from transforms.streaming.settle import WindowRows, resolve_window

AGAIN = "20261001T120100Z-abcdef"


def committed(lake: Lake, settled: WindowRows, run_id: str) -> None:
    commit(lake, summary(*stage_all(lake, run_id, settled.rows), run_id=run_id))


def kinds(settled: WindowRows, kind: type[Row]) -> list[Row]:
    return [row for row in settled.rows if isinstance(row, kind)]


def test_articles_rejects_and_polls_get_their_rows_under_the_name_of_the_window(tmp_path: Path) -> None:
    settled = resolve_window([article(), reject(), poll(), Tally("post", "feeds")], open_lake(tmp_path), AGAIN, NOON)
    assert [len(kinds(settled, kind)) for kind in (StoryArticle, Reject, FeedPoll, IndexRow)] == [1, 1, 1, 2]
    assert {row.run_id for row in settled.rows} == {AGAIN}
    assert settled.tallies == [Tally("post", "feeds")]


def test_a_window_brought_again_changes_nothing(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    brought: list[Article | Reject | FeedPoll | Tally] = [
        article(),
        article(WIRE, "http://wire.example/2", body="other " * 30),
        reject(),
    ]
    committed(lake, resolve_window(brought, lake, RUN, NOON), RUN)
    settled = resolve_window(brought, lake, AGAIN, NOON)
    assert settled.rows == []
    assert Counter(settled.tallies) == {Tally("post", "seen"): 2, Tally("meridian", "seen"): 1}


def test_what_another_entry_led_to_before_is_a_duplicate_row(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    committed(lake, resolve_window([article()], lake, RUN, NOON), RUN)
    settled = resolve_window([article(entry_id="of another feed")], lake, AGAIN, NOON)
    (row,) = settled.rows
    assert isinstance(row, IndexRow)
    assert row.outcome == "duplicate"
    assert settled.tallies == [Tally("post", "seen")]


def test_stories_join_across_windows_and_within_one(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    first = article(WIRE, "http://wire.example/1")
    committed(lake, resolve_window([first], lake, RUN, NOON), RUN)
    settled = resolve_window(
        [article(OUTLET, "http://post.example/1"), article(OUTLET, "http://post.example/2")], lake, AGAIN, NOON
    )
    members = kinds(settled, StoryArticle)
    assert {(row.relation, row.story_id) for row in members if isinstance(row, StoryArticle)} == {
        ("exact", first.article_id)
    }


def test_a_changed_text_is_the_next_revision_in_the_same_story(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    committed(lake, resolve_window([article()], lake, RUN, NOON), RUN)
    (row,) = kinds(resolve_window([article(body="new " * 30, fingerprint="f2")], lake, AGAIN, NOON), StoryArticle)
    assert isinstance(row, StoryArticle)
    assert (row.revision, row.story_id) == (2, row.article_id)


def test_a_later_reject_is_a_row_of_its_own(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    committed(lake, resolve_window([reject()], lake, RUN, NOON), RUN)
    assert kinds(resolve_window([reject(attempts=1)], lake, AGAIN, NOON), Reject) == []
    later = reject(rejected_at=NOON + timedelta(minutes=5))
    assert len(kinds(resolve_window([later], lake, AGAIN, NOON), Reject)) == 1


def test_a_feed_that_failed_twice_is_told_twice(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    feed = reject(stage="poll", entry_key=None, url_key=None, entry_id=None, fingerprint=None)
    committed(lake, resolve_window([feed], lake, RUN, NOON), RUN)
    assert len(kinds(resolve_window([feed], lake, AGAIN, NOON), Reject)) == 1


def test_entries_that_all_end_at_one_address_are_rejects_across_windows(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    offer = article(OUTLET, "http://post.example/offer", headline="Our offer of the autumn")
    titles = ("Council votes on the budget", "The ferry is late again", "Rain for three days")
    strayed = [
        replace(offer, url=f"http://post.example/news/{title.replace(' ', '-')}", entry_id=title, feed_title=title)
        for title in titles
    ]
    committed(lake, resolve_window(strayed[:2], lake, RUN, NOON), RUN)
    settled = resolve_window(strayed[2:], lake, AGAIN, NOON)
    (row,) = kinds(settled, Reject)
    assert isinstance(row, Reject)
    assert (row.reason, row.final, row.entry_id, row.run_id) == ("redirected-away", True, titles[2], AGAIN)
    assert len(kinds(settled, IndexRow)) == 1
    assert settled.tallies == []
    committed(lake, settled, AGAIN)
    assert resolve_window(strayed[2:], lake, f"{AGAIN}-2", NOON).tallies == [Tally("post", "seen")]

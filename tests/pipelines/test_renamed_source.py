"""One site under two ids: a source that is renamed, and two sources that list one page."""

from dataclasses import replace
from pathlib import Path

from pipelines.verify import main as verify
from tests.support.passes import SITE, Desk
from tests.support.site import FEED, OTHER_FEED, feed, page
from tests.support.web_server import Answers, serving

PAGES: Answers = {f"http://site.example/{name}": page(name) for name in ("one", "two", "three")}


def test_a_renamed_source_fetches_nothing_again_and_copies_nothing(tmp_path: Path) -> None:
    desk, renamed = Desk(tmp_path), replace(SITE, id="the-site", aliases=("site",))
    with serving({FEED: feed("one", "two"), **PAGES}) as web:
        desk.record(web.proxy)
    with serving({FEED: feed("one", "two", "three"), **PAGES}) as web:
        total = desk.record(web.proxy, source=renamed).total
        assert (total.entries, total.seen, total.articles) == (3, 2, 1)
        assert web.paths("site.example").count("/one") == 0
    changed = {**PAGES, "http://site.example/one": page("one, corrected")}
    again = {**changed, FEED: feed("one", "two", "three", "four")}
    assert [row["source_alias"] for row in desk.rows("articles")] == [None, None, "site"]
    # The pages of this site look alike, so they may be of one story. But none is a copy of itself.
    assert "exact" not in {row["relation"] for row in desk.rows("articles")}
    assert len({row["canonical_url"] for row in desk.rows("articles")}) == 3
    assert verify(["--lake", str(desk.lake), "--quiet"]) == 0
    with serving(again) as web:
        assert desk.record(web.proxy, source=renamed).total.seen == 3


def test_a_page_that_two_sources_list_is_one_article(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with serving({FEED: feed("one"), OTHER_FEED: feed("one", "two"), **PAGES}) as web:
        desk.record(web.proxy)
        total = desk.record(web.proxy, source=replace(SITE, id="digest", feeds=(OTHER_FEED,))).total
        assert (total.entries, total.articles, total.seen) == (2, 1, 1)
        total = desk.record(web.proxy, source=replace(SITE, id="digest", feeds=(OTHER_FEED,)), all_feeds=True).total
        assert web.paths("site.example").count("/one") == 2  # once for each of the two sources
    rows = desk.rows("articles")
    assert sorted((row["source"], row["canonical_url"]) for row in rows) == [
        ("digest", "http://site.example/two"),
        ("site", "http://site.example/one"),
    ]
    assert "exact" not in {row["relation"] for row in rows}
    assert verify(["--lake", str(desk.lake), "--quiet"]) == 0

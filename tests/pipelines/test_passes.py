"""What several passes over sites that change and fail do to one lake."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pipelines.sources import load_sources
from tests.support.passes import SITE, Desk
from tests.support.site import FEED, feed, page
from tests.support.web_server import Answers, Asked, Reply, serving
from transforms.lake import index
from transforms.web.settings import Politeness

NOBODY = Asked(method="GET", host="", path="", headers={}, began=0.0, alone=True)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_a_host_has_no_time_for_waits_for_the_next_pass(desk: Desk) -> None:
    names = ("one", "two", "three")
    answers: Answers = {FEED: feed(*names), **{f"http://site.example/{name}": page(name) for name in names}}
    with serving(answers) as web:
        first = desk.run(web.proxy, Politeness(pause=1.0, host_seconds=0.5))
        second = desk.run(web.proxy)
    assert first["articles"] + first["rejects"] == 3
    assert first["rejects"] >= 1
    assert {row["reason"] for row in desk.rows("rejects")} == {"host-deferred"}
    assert second["articles"] == first["rejects"]
    assert len({row["article_id"] for row in desk.rows("articles")}) == 3


def test_a_feed_that_goes_on_brings_only_its_new_entries(desk: Desk) -> None:
    pages = {f"http://site.example/{name}": page(name) for name in ("one", "two")}
    with serving({FEED: feed("one"), **pages}) as web:
        first = desk.run(web.proxy)
        web.answers = {FEED: feed("one", "two"), **pages}
        second = desk.run(web.proxy)
    assert (first["articles"], second["articles"], second["seen"]) == (1, 1, 1)
    assert Counter(web.paths("site.example"))["/one"] == 1


def test_two_addresses_of_one_article_are_one_article(desk: Desk) -> None:
    moved = Reply(status=301, headers={"Location": "http://site.example/one"})
    answers: Answers = {
        FEED: feed("one", "old"),
        "http://site.example/one": page("one"),
        "http://site.example/old": moved,
    }
    with serving(answers) as web:
        first = desk.run(web.proxy)
    assert first == {"entries": 2, "articles": 1, "seen": 1, "rejects": 0, "feeds_unchanged": 0}
    assert sorted(str(row["outcome"]) for row in desk.rows("index")) == ["article", "duplicate"]
    with serving({FEED: feed("one", "old", "three"), "http://site.example/three": page("three")}) as web:
        second = desk.run(web.proxy)
    assert (second["seen"], second["articles"]) == (2, 1)
    assert set(web.paths("site.example")) == {"/feed.xml", "/three"}


def test_a_copy_that_comes_later_joins_the_story_of_the_first(desk: Desk) -> None:
    copy = page("one")
    with serving({FEED: feed("one"), "http://site.example/one": page("one"), "http://site.example/copy": copy}) as web:
        desk.run(web.proxy)
        web.answers = {**web.answers, FEED: feed("one", "copy")}
        desk.run(web.proxy)
    original, later = sorted(desk.rows("articles"), key=lambda row: str(row["relation"]), reverse=True)
    assert (original["relation"], later["relation"]) == ("original", "exact")
    assert later["story_id"] == later["matched_article_id"] == original["article_id"]


def told(title: str, updated: str) -> Reply:
    """A feed of one entry with this title and update stamp."""
    item = f"<entry><id>one</id><title>{title}</title><updated>{updated}</updated><link href='http://site.example/one'/></entry>"
    return Reply(body=f"<feed xmlns='http://www.w3.org/2005/Atom'><title>S</title>{item}</feed>".encode())


def test_an_article_that_changed_gets_a_new_revision(desk: Desk) -> None:
    url = "http://site.example/one"
    with serving({FEED: told("One", "2026-10-01T10:00:00Z"), url: page("one")}) as web:
        first = desk.run(web.proxy)
        web.answers = {FEED: told("One", "2026-10-01T11:00:00Z"), url: page("one, corrected")}
        second = desk.run(web.proxy)
        web.answers = {FEED: told("One!", "2026-10-01T11:00:00Z"), url: page("one, corrected")}  # the feed only
        third = desk.run(web.proxy)
        fourth = desk.run(web.proxy)
    assert [count["articles"] for count in (first, second, third, fourth)] == [1, 1, 0, 0]
    assert (third["seen"], fourth["feeds_unchanged"]) == (1, 1)
    assert web.paths("site.example").count("/one") == 3
    old, new = sorted(desk.rows("articles"), key=lambda row: str(row["revision"]))
    assert (old["revision"], new["revision"]) == (1, 2)
    assert old["article_id"] == new["article_id"] == new["story_id"]
    assert old["first_seen_at"] == new["first_seen_at"]
    assert "corrected" in str(new["body"])
    assert "corrected" not in str(old["body"])


def test_a_feed_that_says_something_new_on_every_poll_is_checked_a_bounded_number_of_times(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://site.example/one"
    monkeypatch.setattr(index, "MAX_CHECKS", 3)
    with serving({FEED: [told("One", f"2026-10-01T10:00:{n:02d}Z") for n in range(20)], url: page("one")}) as web:
        for _ in range(6):
            desk.run(web.proxy)
    assert web.paths("site.example").count("/one") == 3
    assert len(desk.rows("articles")) == 1


@pytest.mark.parametrize(
    "later",
    [
        "<title>One, corrected</title><guid>one#1</guid><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>",
        "<title>One</title><guid>one#0</guid><pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate>",
        "<title>One</title><guid>one#0</guid><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><content:encoded>New</content:encoded>",
    ],
    ids=["a new id", "a later time", "a new text"],
)
def test_an_entry_whose_feed_says_something_new_is_looked_at_again(later: str, desk: Desk) -> None:
    first = "<title>One</title><guid>one#0</guid><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>"
    namespace = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'

    def rss(item: str) -> Reply:
        item = f"<item><link>http://site.example/one</link>{item}</item>"
        return Reply(body=f'<rss version="2.0" {namespace}><channel><title>S</title>{item}</channel></rss>'.encode())

    changed = Reply(
        headers={"Content-Type": "text/html"}, body=page("one").body.replace(b"the vote was close", b"all agreed")
    )
    answers: Answers = {FEED: [rss(first), rss(later)], "http://site.example/one": [page("one"), changed]}
    with serving(answers) as web:
        desk.run(web.proxy)
        desk.run(web.proxy)
        desk.run(web.proxy)
    assert sorted(row["revision"] for row in desk.rows("articles")) == [1, 2]
    assert Counter(web.paths("site.example"))["/one"] == 2


def test_a_sitemap_index_is_polled_with_its_fresh_sitemaps(desk: Desk) -> None:
    day = f"{datetime.now(timezone.utc):%Y-%m-%d}"
    listed = "".join(
        f"<sitemap><loc>http://site.example/{name}</loc><lastmod>{day}</lastmod></sitemap>" for name in ("gone", "news")
    )
    sitemap = f"<urlset><url><loc>http://site.example/one</loc><lastmod>{day}</lastmod></url></urlset>"
    more = sitemap.replace(
        "</urlset>", f"<url><loc>http://site.example/two</loc><lastmod>{day}</lastmod></url></urlset>"
    )
    answers: Answers = {
        FEED: Reply(body=f"<sitemapindex>{listed}</sitemapindex>".encode(), headers={"ETag": '"1"'}),
        "http://site.example/news": [
            Reply(body=sitemap.encode()),
            Reply(body=sitemap.encode()),
            Reply(body=more.encode()),
        ],
        **{f"http://site.example/{name}": page(name) for name in ("one", "two")},
    }
    with serving(answers) as web:
        counts = [desk.run(web.proxy) for _ in range(3)]
    assert [(count["entries"], count["articles"], count["feeds_unchanged"]) for count in counts] == [
        (1, 1, 0),
        (0, 0, 1),
        (2, 1, 0),
    ]


def test_excluded_entries_are_final_rejects_and_are_not_fetched(tmp_path: Path) -> None:
    names = ("news/one", "sport/two", "three")
    pages = {f"http://site.example/{name}": page(name) for name in names}
    toml = 'id = "site"\nkind = "outlet"\ninclude = ["*/news/*", "*/sport/*"]\nexclude = ["*/sport/*"]'
    (tmp_path / "sources.toml").write_text(f'[[source]]\n{toml}\nfeeds = ["{FEED}"]\n')
    (source,) = load_sources(tmp_path / "sources.toml").sources
    desk = Desk(tmp_path)
    with serving({FEED: feed(*names), **pages}) as web:
        first = desk.record(web.proxy, source=source).total
        web.answers = {FEED: feed(*names, "news/four"), "http://site.example/news/four": page("four")}
        second = desk.record(web.proxy, source=source).total
    assert (first.entries, first.articles, first.rejects) == (3, 1, 2)
    assert (second.entries, second.articles, second.seen, second.rejects) == (4, 1, 3, 0)
    assert {(row["reason"], row["final"]) for row in desk.rows("rejects")} == {("excluded", True)}
    assert not {"/sport/two", "/three"} & set(web.paths("site.example"))


def test_pages_are_fetched_while_other_feeds_are_still_being_polled(desk: Desk) -> None:
    # The slow feed is answered only when the page of the other one is being requested, and the other way round.
    slow = "http://slow.example/feed.xml"
    answers: Answers = {
        FEED: feed("one"),
        slow: replace(feed()(NOBODY), together=2),
        "http://site.example/one": replace(page("one"), together=2),
    }
    source = replace(SITE, feeds=(slow, FEED))
    with serving(answers) as web:
        total = desk.record(web.proxy, source=source).total
    assert (total.feeds, total.feeds_failed, total.articles) == (2, 0, 1)


def test_entries_that_all_end_at_one_address_are_rejects(desk: Desk) -> None:
    gone = ("council-votes-on-budget", "ferry-is-late-again", "rain-for-three-days")
    offer = Reply(status=302, headers={"Location": "/offers/autumn"})
    answers: Answers = {
        FEED: [feed(*gone, "one")(NOBODY), feed(*gone, "one", "mayor-opens-new-hall")(NOBODY)],
        "http://site.example/one": page("one"),
        "http://site.example/offers/autumn": page("Read on for one euro"),
        **{f"http://site.example/{name}": offer for name in (*gone, "mayor-opens-new-hall")},
    }
    with serving(answers) as web:
        first = desk.run(web.proxy)
        second = desk.record(web.proxy, all_feeds=True).total
        third = desk.record(web.proxy, all_feeds=True).total
    assert first == {"entries": 4, "articles": 1, "seen": 0, "rejects": 3, "feeds_unchanged": 0}
    assert {(row["reason"], row["final"]) for row in desk.rows("rejects")} == {("redirected-away", True)}
    assert (second.entries, second.articles, second.seen, second.rejects) == (5, 0, 4, 1)
    assert (third.articles, third.rejects) == (0, 0)

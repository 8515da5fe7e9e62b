"""The text that a feed has of an article, instead of a page that cannot be had: passes, a stream and a replay."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.passes import SITE, Desk
from tests.support.replays import put, replay
from tests.support.site import FEED
from tests.support.streams import Watcher
from tests.support.tables import rows
from tests.support.warc import http, record
from tests.support.web_server import Answers, Asked, Reply, serving

NAMESPACES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
ITEM = (
    "<item><title>{0} in the feed</title><link>http://site.example/{0}</link><guid>{0}</guid>"
    "<pubDate>Thu, 01 Oct 2026 09:30:00 GMT</pubDate><content:encoded><![CDATA[{1}]]></content:encoded>"
    '<media:content url="/{0}.jpg" type="image/jpeg"><media:credit>Jane Doe</media:credit></media:content></item>'
)
TEXT = "".join(
    f"<p>Paragraph {n} of the feed says that the council met on Monday, that few came, and that it will meet again.</p>"
    for n in range(8)
)
PAGE = "".join(
    f"<p>Paragraph {n} of the page says that the vote was close, that many came, and that it will be read again.</p>"
    for n in range(8)
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def feed(*names: str, text: str = TEXT) -> Reply:
    items = "".join(ITEM.format(name, text) for name in names)
    body = f"<rss version='2.0' {NAMESPACES}><channel><title>S</title>{items}</channel></rss>"
    return Reply(headers={"Content-Type": "application/rss+xml"}, body=body.encode())


def page(name: str, canonical: str = "") -> Reply:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    html = f"<html><head><title>{name}</title>{link}</head><body><article><h1>{name}</h1>{PAGE}</article>"
    return Reply(headers={"Content-Type": "text/html"}, body=html.encode())


def outcome(desk: Desk) -> list[tuple[Any, ...]]:
    names = ("url", "revision", "body_from", "page_reason", "attempts")
    found = [tuple(row[name] for name in names) for row in desk.rows("articles")]
    return sorted((url.rpartition("/")[2], *others) for url, *others in found)


STATUSES = {"denied": 403, "broken": 500, "gone": 404, "removed": 410, "busy": 503, "partial": 206}


def test_a_page_that_cannot_be_had_gives_the_text_of_its_feed_and_a_withdrawn_one_does_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    answers: dict[str, Reply] = {f"http://site.example/{name}": Reply(status=code) for name, code in STATUSES.items()}
    answers |= {
        FEED: feed(*STATUSES, "forbidden", "image", "wall", "fine"),
        "http://site.example/robots.txt": Reply(body=b"User-agent: *\nDisallow: /forbidden"),
        "http://site.example/image": Reply(headers={"Content-Type": "image/png"}, body=b"\x89PNG"),
        "http://site.example/wall": Reply(headers={"Content-Type": "text/html"}, body=b"<html><body><p>Hi</p></body>"),
        "http://site.example/fine": page("fine"),
    }
    with serving(answers) as web:
        counts = desk.run(web.proxy)
    assert (counts["entries"], counts["articles"], counts["rejects"]) == (10, 7, 3)
    assert outcome(desk) == [
        ("broken", 1, "feed", "http-server-error", 1),
        ("busy", 1, "feed", "http-busy", 1),
        ("denied", 1, "feed", "http-denied", 1),
        ("fine", 1, "page", None, 1),
        ("forbidden", 1, "feed", "robots-disallow", 1),
        ("partial", 1, "feed", "http-other", 1),
        ("wall", 1, "feed", "no-text", 1),
    ]
    assert {row["reason"] for row in desk.rows("rejects")} == {"http-gone", "not-html"}
    (denied,) = (row for row in desk.rows("articles") if row["page_reason"] == "http-denied")
    assert denied["headline"] == "denied in the feed"
    assert denied["body"].split("\n")[7].startswith("Paragraph 7 of the feed")
    assert denied["published_from"] == "feed"
    assert denied["media"] == [
        {"url": "http://site.example/denied.jpg", "type": "image/jpeg", "caption": None, "credit": "Jane Doe"}
    ]


def test_the_page_replaces_the_text_of_the_feed_as_a_revision_under_the_same_article(
    tmp_path: Path, clock: Clock
) -> None:
    desk = Desk(tmp_path)
    story = [Reply(status=500)] * 3 + [page("story", canonical="http://site.example/2026/story.html")]
    with serving({FEED: feed("story"), "http://site.example/story": story}) as web:
        assert desk.run(web.proxy)["articles"] == 1
        clock.advance(minutes=10)
        assert desk.run(web.proxy)["articles"] == 1
        assert desk.run(web.proxy)["articles"] == 0
    assert outcome(desk) == [("story", 1, "feed", "http-server-error", 1), ("story", 2, "page", None, 2)]
    first, second = sorted(desk.rows("articles"), key=lambda row: row["revision"])
    assert (first["article_id"], first["story_id"]) == (second["article_id"], second["story_id"])
    assert "of the page" in second["body"]


def test_a_page_is_tried_again_for_days_and_the_text_of_its_feed_is_kept_once(tmp_path: Path, clock: Clock) -> None:
    desk = Desk(tmp_path)
    answers = {FEED: feed("story"), "http://site.example/story": Reply(status=500)}
    with serving(answers) as web:
        counts = []
        for _ in range(6):
            counts.append(desk.run(web.proxy))
            clock.advance(days=1)
    assert [count["articles"] for count in counts] == [1, 0, 0, 0, 0, 0]
    finals = [row["final"] for row in sorted(desk.rows("index"), key=lambda row: row["seen_at"])]
    assert finals[-1]
    assert len(finals) >= 3
    assert not any(finals[:-1])


def test_the_text_of_a_feed_never_replaces_a_page(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    feeds = [feed("story"), feed("story", text=TEXT.replace("Monday", "Tuesday"))]
    with serving({FEED: feeds, "http://site.example/story": [page("story"), Reply(status=403)]}) as web:
        assert desk.run(web.proxy)["articles"] == 1
        assert desk.run(web.proxy)["seen"] == 1
    assert outcome(desk) == [("story", 1, "page", None, 1)]


def test_a_teaser_is_no_article(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    answers = {
        FEED: feed("story", text="<p>The council met on Monday.</p>"),
        "http://site.example/story": Reply(status=403),
    }
    with serving(answers) as web:
        assert desk.run(web.proxy)["rejects"] == 1
    assert desk.rows("rejects")[0]["reason"] == "http-denied"


def test_with_full_text_no_page_is_asked_for(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    source = replace(SITE, full_text=True, exclude=("*/advert",))
    with serving(
        {
            FEED: [
                feed("one", "two", "advert"),
                feed("one", text="<p>The council will meet once more on Friday morning.</p>"),
            ]
        }
    ) as web:
        first = desk.record(web.proxy, source=source).total
        second = desk.record(web.proxy, source=source).total
        assert {asked.path for asked in web.asked} == {"/feed.xml"}
    assert (first.articles, first.rejects, second.articles) == (2, 1, 1)
    assert {(row["body_from"], row["page_reason"]) for row in desk.rows("articles")} == {("feed", None)}


@pytest.fixture
def archived(tmp_path: Path) -> Callable[..., Path]:
    def make(*pages: bytes) -> Path:
        rss = http(feed("story", "kept", "gone").body, "application/rss+xml")
        return put(tmp_path, "crawl", record(FEED, rss), *pages)

    return make


def test_a_replay_reads_the_text_of_archived_feeds(archived: Callable[..., Path], tmp_path: Path) -> None:
    kept = record("http://site.example/kept", http(page("kept").body))
    gone = record("http://site.example/gone", http(b"none", status="404 Not Found"))
    lake = tmp_path / "lake"
    assert replay(lake, archived(kept, gone)) == 0
    found = sorted((row["url"], row["body_from"], row["page_reason"]) for row in rows(lake))
    assert found == [
        ("http://site.example/kept", "page", None),
        ("http://site.example/story", "feed", "not-archived"),
    ]


def test_a_replay_leaves_out_what_the_source_excludes(archived: Callable[..., Path], tmp_path: Path) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text(
        f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = ["{FEED}"]\nexclude = ["*/story"]\nfull_text = true\n'
    )
    kept = record("http://site.example/kept", http(page("kept").body))
    lake = tmp_path / "lake"
    assert replay(lake, archived(kept), "--sources", sources) == 0
    assert sorted((row["url"], row["body_from"]) for row in rows(lake)) == [
        ("http://site.example/gone", "feed"),
        ("http://site.example/kept", "feed"),
    ]
    assert [row["reason"] for row in rows(lake, "rejects")] == ["excluded"]


def test_a_stream_takes_the_text_of_the_feed_and_later_the_page(tmp_path: Path) -> None:
    down = [True]

    def story(asked: Asked) -> Reply:
        return Reply(status=403) if down[0] else page("story")

    answers: Answers = {
        FEED: lambda asked: feed("story", text=TEXT if down[0] else TEXT.replace("Monday", "Tuesday")),
        "http://other.example/feed.xml": feed(),
        "http://site.example/story": story,
    }
    with serving(answers) as web:
        watcher = Watcher(tmp_path, web.proxy)
        watcher.start()
        try:
            watcher.until(lambda: len(rows(watcher.lake.root)) == 1)
            down[0] = False
            watcher.until(lambda: len(rows(watcher.lake.root)) == 2)
            watcher.end()
        finally:
            watcher.kill()
    found = sorted(rows(watcher.lake.root), key=lambda row: row["revision"])
    assert [(row["revision"], row["body_from"]) for row in found] == [(1, "feed"), (2, "page")]
    assert len({row["article_id"] for row in found}) == 1

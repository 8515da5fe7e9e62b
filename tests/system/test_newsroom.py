"""The example newsroom is what its README says, its server is a polite one, and the curated sources are well-formed."""

from __future__ import annotations

import http.client
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pyarrow.parquet as pq
import pytest
import trafilatura
from lxml import html

from examples.demo import CreditedCopy, WireStory, credited_copies, wire_stories
from examples.serve_newsroom import NEWSROOM, Served, page_file, serving
from pipelines.sources import load_sources
from schemas import StoryArticle
from schemas.arrow import table
from tests.support.samples import story_article

MISSING = "http://www.lindmoorrecord.example/news/town/rope-works-fire"
NOT_ARTICLES = {
    "http://www.lindmoorrecord.example/members/planning-committee",  # a bot wall
    "http://www.lindmoorrecord.example/files/council-agenda.pdf",
    MISSING,
}
WIRE = "http://wire.meridian.example"
STRIKE = f"{WIRE}/2026/10/01/port-alder-dockers-walk-out"
FLOOD = f"{WIRE}/2026/10/02/orrin-valley-flood"
THEFT = f"{WIRE}/2026/10/02/lindmoor-museum-theft"
BRIDGE = f"{WIRE}/2026/10/03/tallow-ferry-bridge-opens"
WHOLE = (
    "http://www.harbourpost.example/business/2026/10/01/dockers-walk-out-over-unmanned-cranes/",
    "http://radiosandreach.example/stories/alder-port-strike",
)
CUT = "http://courier.kumori.example/news/20261002-01.html"
EDITED = "http://www.quillanledger.example/article/lindmoor-torc-stolen-8841"
TRANSLATED = "http://www.grauwinkler-tagblatt.example/wissen/satellit-wiegt-gletscher-id20417.html"

_BODY = "//*[@itemprop='articleBody' or @class='article-content' or @class='article-text' or @class='entry-content' or @class='text']/p"

FEEDS = [
    # address, feedparser's version, entries, entries without a link
    (f"{WIRE}/feed.xml", "rss20", 8, 0),
    ("http://www.harbourpost.example/feeds/news.xml", "rss20", 5, 0),
    ("http://www.harbourpost.example/feeds/top.xml", "rss20", 2, 0),
    ("http://courier.kumori.example/index.rdf", "rss10", 4, 0),
    ("http://www.quillanledger.example/news.atom", "atom10", 4, 0),
    ("http://www.grauwinkler-tagblatt.example/rss/alles.xml", "rss20", 4, 0),
    ("http://radiosandreach.example/feed.xml", "rss20", 3, 1),
    ("http://www.lindmoorrecord.example/rss.xml", "rss20", 6, 1),
]


def file_of(url: str) -> Path | None:
    """The newsroom's file behind an address."""
    parts = urlsplit(url)
    return page_file(NEWSROOM, parts.hostname or "", parts.path)


def content(url: str) -> bytes:
    """What the newsroom answers with."""
    file = file_of(url)
    assert file is not None, url
    return file.read_bytes()


def paragraphs(url: str) -> list[str]:
    """An article's text as its page's author marked it."""
    return [str(p.text_content()) for p in html.fromstring(content(url).decode()).xpath(_BODY)]


def words(url: str) -> list[str]:
    """The article's words."""
    return " ".join(paragraphs(url)).split()


def headline(url: str) -> str:
    """The page's first heading."""
    return str(html.fromstring(content(url).decode()).xpath("string(//h1)"))


def feed_links() -> set[str]:
    """Every page that a feed of the newsroom lists."""
    return {entry.link for url, *_ in FEEDS for entry in feedparser.parse(content(url)).entries if "link" in entry}


def ask(proxy: str, url: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """GET through the proxy: status, headers with lower-case names, body."""
    connection = http.client.HTTPConnection(proxy.removeprefix("http://"), timeout=30)
    try:
        connection.request("GET", url, headers={"Host": urlsplit(url).netloc, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(("url", "version", "entries", "without_link"), FEEDS)
def test_a_feed_parses_as_intended(url: str, version: str, entries: int, without_link: int) -> None:
    feed = feedparser.parse(content(url))
    assert (feed.version, len(feed.entries)) == (version, entries)
    assert sum("link" not in entry for entry in feed.entries) == without_link
    assert bool(feed.bozo) == (url == "http://radiosandreach.example/feed.xml")


def test_the_broken_feed_still_gives_its_first_two_entries() -> None:
    feed = feedparser.parse(content("http://radiosandreach.example/feed.xml"))
    assert [urlsplit(entry.link).path for entry in feed.entries[:2]] == [
        "/stories/lifeboat-kayaks",
        "/stories/alder-port-strike",
    ]


def test_the_sources_file_lists_exactly_these_feeds() -> None:
    sources = load_sources(NEWSROOM / "sources.toml").sources
    assert sorted(feed for source in sources for feed in source.feeds) == sorted(url for url, *_ in FEEDS)


def test_every_listed_page_is_there_but_the_one_that_is_missing() -> None:
    assert {url for url in feed_links() if file_of(url) is None} == {MISSING}


@pytest.mark.parametrize("url", sorted(feed_links() - NOT_ARTICLES))
def test_a_page_gives_its_article_and_nothing_else(url: str) -> None:
    extracted = trafilatura.extract(content(url), url=url, include_comments=False)
    assert (extracted or "").split() == words(url)
    assert len(words(url)) >= 140


def test_two_outlets_run_a_wire_story_whole() -> None:
    assert [words(url) for url in WHOLE] == [words(STRIKE)] * 2
    assert len({headline(url) for url in (STRIKE, *WHOLE)}) == 3


def test_an_outlet_runs_the_first_half_of_a_wire_story() -> None:
    cut, whole = words(CUT), words(FLOOD)
    assert whole[: len(cut)] == cut
    assert 0.4 <= len(cut) / len(whole) <= 0.5


def test_an_outlet_edits_a_wire_story() -> None:
    edited, wire = paragraphs(EDITED), paragraphs(THEFT)
    assert headline(EDITED) != headline(THEFT)
    assert len(edited) == len(wire) + 2  # a paragraph of its own and the credit line
    assert edited[-1] == "Additional reporting by Meridian Press Agency"
    assert len(set(edited) & set(wire)) == 5


def test_a_translated_wire_story_keeps_its_dateline() -> None:
    assert paragraphs(TRANSLATED)[0].startswith("CAPE MERROW (MPA) — ")


def test_the_wire_corrects_itself_in_headline_text_and_note() -> None:
    corrected = paragraphs(f"{BRIDGE}-corrected")
    assert headline(f"{BRIDGE}-corrected") == f"CORRECTED: {headline(BRIDGE)}"
    assert corrected[-1].startswith("Correction: ")
    assert sum(new != old for new, old in zip(corrected, paragraphs(BRIDGE), strict=False)) == 1


@pytest.mark.parametrize("url", [STRIKE, FLOOD, THEFT, BRIDGE])
def test_the_wire_marks_its_copy(url: str) -> None:
    assert " (MPA) — " in paragraphs(url)[0][:40]


@pytest.mark.parametrize("url", [url for url, *_ in FEEDS])
def test_an_unchanged_feed_is_answered_with_304(url: str) -> None:
    served: list[Served] = []
    with serving(served=served) as proxy:
        status, headers, body = ask(proxy, url)
        again = ask(proxy, url, {"If-None-Match": headers["etag"]})
        since = ask(proxy, url, {"If-Modified-Since": headers["last-modified"]})
    assert (status, body) == (200, content(url))
    assert [(answer[0], answer[2]) for answer in (again, since)] == [(304, b""), (304, b"")]
    parts = urlsplit(url)
    assert served == [Served(host=parts.netloc, path=parts.path, status=status) for status in (200, 304, 304)]


@pytest.mark.parametrize(
    ("url", "status", "content_type"),
    [
        (STRIKE, 200, "text/html"),
        (WHOLE[0], 200, "text/html"),
        ("http://www.quillanledger.example/news.atom", 200, "application/atom+xml"),
        ("http://courier.kumori.example/index.rdf", 200, "application/rdf+xml"),
        ("http://www.lindmoorrecord.example/files/council-agenda.pdf", 200, "application/pdf"),
        (f"{WIRE}/robots.txt", 200, "text/plain"),
        (MISSING, 404, "text/html"),
        ("http://nobody.example/", 404, "text/html"),
        ("http://nobody.example/robots.txt", 404, "text/html"),
    ],
)
def test_the_server_answers_by_host_and_path(url: str, status: int, content_type: str) -> None:
    with serving() as proxy:
        answer = ask(proxy, url)
    assert (answer[0], answer[1]["content-type"].split(";")[0]) == (status, content_type)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("..", "/sources.toml"),
        ("", "/wire.meridian.example/feed.xml"),
        (".", "/wire.meridian.example/feed.xml"),
        ("wire.meridian.example", "/../../sources.toml"),
        ("wire.meridian.example", "/../www.quillanledger.example/robots.txt"),
        ("wire.meridian.example", "//etc/passwd"),
    ],
)
def test_nothing_outside_a_host_is_served(host: str, path: str) -> None:
    assert page_file(NEWSROOM, host, path) is None


def test_one_host_asks_for_a_delay_and_forbids_nothing_that_is_listed() -> None:
    robots = content("http://www.quillanledger.example/robots.txt").decode()
    assert "Crawl-delay: 0.5" in robots
    forbidden = [line.split()[1] for line in robots.splitlines() if line.startswith("Disallow:")]
    assert forbidden == ["/notices/"]
    assert not any(urlsplit(url).path.startswith("/notices/") for url in feed_links())


def test_the_curated_sources_span_the_world() -> None:
    sources = load_sources(NEWSROOM.parents[1] / "sources.toml").sources
    assert len(sources) >= 45
    assert len({(source.language or "").split("-")[0] for source in sources}) >= 10
    assert len({source.zone for source in sources}) >= 24
    assert {source.kind for source in sources} == {"wire", "outlet"}
    assert all(source.name and source.homepage and source.zone and source.language for source in sources)


def test_the_demo_finds_who_ran_wire_copy_and_who_only_credits_it(tmp_path: Path) -> None:
    credit = ("dateline: (MPA)",)
    articles = (
        story_article(headline="Dockers out", article_id="w1", source="meridian", source_kind="wire", agency="MPA"),
        story_article(headline="A match", article_id="w2", source="meridian", source_kind="wire", agency="MPA"),
        story_article(headline="Cranes stop", article_id="h1", source="post", agency="MPA", revision=2),
        story_article(headline="Cranes", article_id="h1", source="post", agency="MPA"),
        story_article(headline="Floods", article_id="k1", source="kumori", agency="MPA", agency_evidence=credit),
        story_article(headline="Tram", article_id="k2", source="kumori"),
    )
    for article in articles:
        if article.article_id == "h1":
            placed = replace(article, story_id="w1", relation="exact")
        else:
            placed = replace(article, story_id=article.article_id)
        folder = tmp_path / "articles" / "date=2026-10-01" / f"source={article.source}"
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(table(StoryArticle, [placed]), folder / f"{article.article_id}-{article.revision}.parquet")
    assert wire_stories(tmp_path) == [
        WireStory("MPA", "Dockers out", ("post (exact)",)),
        WireStory("MPA", "A match", ()),
    ]
    assert credited_copies(tmp_path) == [CreditedCopy("MPA", "Floods", "kumori", credit)]

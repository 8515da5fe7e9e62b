"""The whole way, over real HTTP on loopback, beside the same functions called plainly."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from examples.serve_newsroom import NEWSROOM, Served, page_file, serving
from pipelines.batch import main
from pipelines.sources import load_sources
from schemas import Article, Entry, Page, Rejected
from tests.support.tables import OF_THE_RUN, articles, rows
from transforms.accounting.runs import now
from transforms.extraction.article import extract_article
from transforms.feeds.parse import read_feed
from transforms.stories.group import group_articles
from transforms.stories.resolve import story_article
from transforms.stories.sketch import sketch_of
from transforms.urls import host
from transforms.web.media_types import require_page_type

SOURCES = NEWSROOM / "sources.toml"


def run(lake: Path, proxy: str, *more: str) -> int:
    return main(["--sources", str(SOURCES), "--lake", str(lake), "--proxy", proxy, "--pause", "0", "--quiet", *more])


def records_of_runs(lake: Path) -> list[dict[str, object]]:
    return [json.loads(file.read_text()) for file in sorted((lake / "runs").rglob("*.json"))]


@pytest.fixture(scope="module")
def two_passes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Served], list[Served]]:
    """A lake after two passes over the bundled newsroom, and the requests of each."""
    lake = tmp_path_factory.mktemp("e2e") / "lake"
    first: list[Served] = []
    second: list[Served] = []
    for requests in (first, second):
        with serving(NEWSROOM, served=requests) as proxy:
            assert run(lake, proxy) == 0
    return lake, first, second


def answer_of(entry: Entry) -> Page:
    """The page that the server gives for an entry, read from its file."""
    file = page_file(NEWSROOM, host(entry.url), "/" + entry.url.split("/", 3)[3].partition("?")[0])
    assert file is not None
    content_type = {".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}[file.suffix]
    require_page_type(content_type)
    return Page(
        entry=entry, url=entry.url, http_status=200, content_type=content_type, html=file.read_bytes(), fetched_at=now()
    )


def plainly() -> tuple[int, dict[str, dict[str, object]]]:
    """The number of entries, and the articles by id, without Beam and HTTP."""
    entries: list[Entry] = []
    listed = load_sources(SOURCES)
    for source in listed.sources:
        for feed_url in source.feeds:
            file = page_file(NEWSROOM, host(feed_url), "/" + feed_url.split("/", 3)[3])
            assert file is not None
            content = read_feed(file.read_bytes(), {}, feed_url, source=source, feed_url=feed_url, seen_at=now())
            entries += content.entries
    articles: dict[str, Article] = {}
    for entry in sorted(entries, key=lambda entry: (entry.feed_url, entry.entry_key)):
        try:
            article = extract_article(answer_of(entry), "plain", listed.agencies).article
        except (Rejected, AssertionError, IndexError):
            continue
        articles.setdefault(article.article_id, article)
    places = group_articles([sketch_of(article) for article in articles.values()], [], [], {})
    members = [story_article(articles[place.article_id], place) for place in places]
    return len(entries), {
        member.article_id: {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(member).items()
        }
        for member in members
    }


def test_the_lake_holds_what_the_functions_give(two_passes: tuple[Path, list[Served], list[Served]]) -> None:
    lake, _, _ = two_passes
    _, expected = plainly()
    written = {str(row["article_id"]): row for row in rows(lake)}
    assert written.keys() == expected.keys()
    for article_id, row in written.items():
        for column, value in row.items():
            if column not in OF_THE_RUN and column != "date":
                assert value == expected[article_id][column], (row["url"], column)


def test_every_entry_is_accounted_for(two_passes: tuple[Path, list[Served], list[Served]]) -> None:
    lake, _, _ = two_passes
    entries, expected = plainly()
    first, second = records_of_runs(lake)
    total = first["total"]
    assert isinstance(total, dict)
    assert total["entries"] == entries
    assert total["articles"] == len(expected) == len(rows(lake))
    entry_rejects = [row for row in rows(lake, "rejects") if row["entry_key"] is not None]
    assert total["rejects"] == len(entry_rejects)
    assert total["entries"] == total["articles"] + total["seen"] + total["rejects"]
    assert first["balanced"] is second["balanced"] is True


def test_what_went_wrong_is_told_in_rejects(two_passes: tuple[Path, list[Served], list[Served]]) -> None:
    lake, _, _ = two_passes
    reasons = {str(row["reason"]) for row in rows(lake, "rejects")}
    assert reasons == {"http-gone", "not-html", "bot-wall", "no-link"}
    assert {row["source"] for row in rows(lake, "rejects")} == {"lindmoor", "sandreach"}
    assert all(row["detail"] for row in rows(lake, "rejects"))
    assert {str(row["reason"]) for row in rows(lake, "rejects") if row["final"]} == {"not-html", "no-link"}


def test_a_second_pass_fetches_no_page_and_writes_no_row(two_passes: tuple[Path, list[Served], list[Served]]) -> None:
    lake, first_requests, second_requests = two_passes
    feeds = {feed for source in load_sources(SOURCES).sources for feed in source.feeds}
    assert {f"http://{request.host}{request.path}" for request in second_requests} == feeds
    assert {request.status for request in second_requests} == {304}
    assert len(first_requests) > len(second_requests)
    first, second = records_of_runs(lake)
    for dataset in ("articles", "rejects", "index"):
        assert {row["run_id"] for row in rows(lake, dataset)} == {first["run_id"]}
    assert isinstance(second["total"], dict)
    assert second["total"]["feeds_unchanged"] == len(feeds)


def test_a_wire_story_and_its_copy_are_one_story(two_passes: tuple[Path, list[Served], list[Served]]) -> None:
    lake, _, _ = two_passes
    by_id = {row["article_id"]: row for row in rows(lake)}
    exact = [row for row in by_id.values() if row["relation"] == "exact"]
    assert exact
    for row in exact:
        original = by_id[row["matched_article_id"]]
        assert original["source"] == "meridian"
        assert row["story_id"] == original["story_id"] == original["article_id"]
        assert row["content_hash"] == original["content_hash"]


def test_naive_stamps_take_the_zone_of_their_source(two_passes: tuple[Path, list[Served], list[Served]]) -> None:
    lake, _, _ = two_passes
    kumori = [row for row in rows(lake) if row["source"] == "kumori"]
    assert kumori
    assert {row["published_offset_minutes"] for row in kumori} == {540}


def test_partitions_are_the_days_and_sources_of_their_rows(two_passes: tuple[Path, list[Served], list[Served]]) -> None:
    lake, _, _ = two_passes
    sources = {host(source.feeds[0]): source.id for source in load_sources(SOURCES).sources}
    for row in rows(lake):
        moment = row["published_at"] or row["first_seen_at"]
        assert isinstance(moment, datetime)
        assert row["date"] == f"{moment.date()}"
        assert row["source"] == sources[host(str(row["feed_url"]))]


def test_worker_processes_write_the_same_lake(
    two_passes: tuple[Path, list[Served], list[Served]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, _, _ = two_passes
    with serving(NEWSROOM) as proxy:
        # By the environment, which the workers and their gRPC see too.
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("no_grpc_proxy", raising=False)
        lake_option = ["--sources", str(SOURCES), "--lake", str(tmp_path / "lake"), "--pause", "0", "--quiet"]
        assert main([*lake_option, "--direct_running_mode=multi_processing", "--direct_num_workers=2"]) == 0

    assert articles(tmp_path / "lake") == articles(lake)

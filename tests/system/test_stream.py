"""Streams on Prism: a site that publishes while the stream watches, its end, and kill -9."""

import json
import signal
import socket
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from pipelines import batch
from pipelines.verify import main as verify
from tests.support.engines import needs_prism
from tests.support.site import FEED, OTHER_FEED, feed
from tests.support.streams import watching
from tests.support.tables import rows
from tests.support.web_server import NEVER, Answers, Asked, Reply, WebServer
from transforms.files import write_atomically
from transforms.lake.layout import Lake, read_record, run_ids
from transforms.lake.opening import open_lake


def scraped(port: int) -> str:
    """What Prometheus would read."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def totals(lake: Lake) -> Counter[str]:
    """Counts of all windows together, each of which must add up."""
    summed: Counter[str] = Counter()
    for run_id in run_ids(lake):
        summary = read_record(lake, run_id)
        assert summary.balanced, summary.sources
        for name in ("entries", "articles", "seen", "rejects", "waiting"):
            summed[name] += getattr(summary.total, name)
    return summed


@needs_prism
def test_a_stream_brings_what_is_published_while_it_runs_and_a_pass_over_the_same_feeds_the_same(
    tmp_path: Path, sites: tuple[WebServer, Answers], capsys: pytest.CaptureFixture[str]
) -> None:
    web, _ = sites
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with watching(tmp_path, web, "--metrics-port", str(port), "--json") as watcher:
        watcher.until(lambda: len(watcher.urls()) == 2)
        web.answers = {**web.answers, FEED: feed("one", "two", "three")}
        watcher.until(lambda: len(watcher.urls()) == 3)
        watcher.until(lambda: "copydesk_articles_total 3.0" in scraped(port))
        watcher.end()
    assert set(watcher.urls().values()) == {1}
    assert verify(["--lake", str(watcher.lake.root)]) == 0
    counts = totals(watcher.lake)
    told = [json.loads(line) for line in (tmp_path / "stdout").read_text().splitlines()]
    assert sorted(record["run_id"] for record in told) == run_ids(watcher.lake)
    assert counts["waiting"] == 0
    assert counts["entries"] == counts["articles"] + counts["seen"] + counts["rejects"]
    assert list((watcher.lake.root / "_staging").iterdir()) == []

    in_pass = tmp_path / "in a pass"
    arguments = ["--sources", str(watcher.sources), "--proxy", web.proxy, "--pause", "0", "--quiet", "--json"]
    assert batch.main([*arguments, "--lake", str(in_pass)]) == 0
    # Not story_id: it is the article_id of the member that came first, and windows may bring another one first.
    names = ("article_id", "source", "url", "canonical_url", "content_hash", "body", "headline", "revision")
    ours, theirs = (
        sorted(tuple(str(row[name]) for name in names) for row in rows(lake.root))
        for lake in (watcher.lake, open_lake(in_pass))
    )
    assert ours == theirs

    capsys.readouterr()
    assert batch.main([*arguments, "--lake", str(watcher.lake.root)]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["articles"] == 0


@needs_prism
def test_kill_9_loses_nothing_and_doubles_nothing(tmp_path: Path, sites: tuple[WebServer, Answers]) -> None:
    web, answers = sites
    web.answers = {**answers, "http://site.example/two": Reply(raw=NEVER)}
    with watching(tmp_path, web) as watcher:
        # One is in the lake, two is on its way, and the feed was polled: that must not count as heard.
        watcher.until(lambda: watcher.urls()["one"] == 1)
        watcher.kill()
        web.answers = {**answers, FEED: feed("one", "two", "three")}
        watcher.start()
        watcher.until(lambda: len(watcher.urls()) == 3)
        watcher.end(signal.SIGTERM)
    assert watcher.urls() == {"one": 1, "two": 1, "three": 1}
    assert verify(["--lake", str(watcher.lake.root)]) == 0


@needs_prism
def test_a_host_that_does_not_answer_holds_up_neither_the_others_nor_the_commits(
    tmp_path: Path, sites: tuple[WebServer, Answers]
) -> None:
    web, answers = sites
    hanging = (
        b"<rss version='2.0'><channel><title>S</title><item><link>http://never.example/x</link></item></channel></rss>"
    )
    web.answers = {**answers, OTHER_FEED: Reply(body=hanging), "http://never.example/robots.txt": Reply(raw=NEVER)}
    with watching(tmp_path, web, "--page-seconds", "60") as watcher:
        watcher.until(lambda: len(watcher.urls()) == 2)
        web.answers = {**web.answers, FEED: feed("one", "two", "three", "four")}
        watcher.until(lambda: len(watcher.urls()) == 4)
        watcher.end()
    deferred = [row for row in rows(watcher.lake.root, "rejects") if row["url"] == "http://never.example/x"]
    assert [(row["reason"], row["final"]) for row in deferred] == [("host-deferred", False)]
    assert totals(watcher.lake)["waiting"] == 0


@needs_prism
def test_a_feed_whose_entries_are_all_in_the_lake_is_asked_with_its_validators_and_by_the_next_stream_too(
    tmp_path: Path, sites: tuple[WebServer, Answers]
) -> None:
    web, _ = sites

    def asked() -> list[Asked]:
        return [asked for asked in web.asked if asked.path == "/feed.xml" and asked.host == "site.example"]

    with watching(tmp_path, web) as watcher:
        watcher.until(lambda: any(asked.headers.get("if-none-match") == '"2"' for asked in asked()))
        watcher.end()
        assert {row["etag"] for row in rows(watcher.lake.root, "polls") if row["source"] == "site"} == {None}
        before = len(asked())
        watcher.start()
        watcher.until(lambda: any(row["etag"] == '"2"' for row in rows(watcher.lake.root, "polls")))
        watcher.end()
        assert "if-none-match" not in asked()[before].headers
        before = len(asked())
        watcher.start()
        watcher.until(lambda: len(asked()) > before)
        watcher.end()
        assert asked()[before].headers["if-none-match"] == '"2"'
    assert set(watcher.urls().values()) == {1}


CLOCKED = """
import sys, time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from transforms.accounting import runs
ahead = Path(sys.argv.pop(1))
def clock():
    return datetime.now(timezone.utc) + timedelta(hours=float(ahead.read_text()))
runs.clock = clock
from transforms.streaming import retry_line
retry_line.LOOK_EVERY = 0.5
"""
"""A clock that is ahead by the hours in a file."""


@needs_prism
@pytest.mark.parametrize("hours", [1 / 60, 0.5, 6.0])
def test_a_site_that_is_down_for_hours_loses_nothing(
    tmp_path: Path, sites: tuple[WebServer, Answers], hours: float
) -> None:
    web, answers = sites
    ahead = tmp_path / "ahead"
    write_atomically(ahead, "0")
    down = {f"http://site.example/{name}": Reply(status=503) for name in ("one", "two")}
    web.answers = {**answers, **down}
    with watching(tmp_path, web, before=(CLOCKED, str(ahead))) as watcher:
        watcher.until(lambda: len(rows(watcher.lake.root, "rejects")) == 2)
        web.answers = {**answers, **down, FEED: feed()}  # it no longer lists them
        for step in range(1, 4):
            write_atomically(ahead, f"{hours * step / 3}")
            time.sleep(1.5)
        web.answers = {**answers, FEED: feed()}
        write_atomically(ahead, f"{hours + 7}")
        watcher.until(lambda: len(watcher.urls()) == 2)
        watcher.end()
    assert watcher.urls() == {"one": 1, "two": 1}
    assert not any(row["final"] for row in rows(watcher.lake.root, "rejects"))
    counts = totals(watcher.lake)
    assert counts["waiting"] == 0
    assert verify(["--lake", str(watcher.lake.root)]) == 0

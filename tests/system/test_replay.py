"""copydesk replay: archives to a lake, beside a live run over the same pages."""

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import pipelines.replay
from examples.serve_newsroom import serving
from pipelines import archive_selection, batch, verify
from pipelines.command.shell import PassError
from pipelines.replay import main
from tests.support.replays import SOURCES, STORY, feed, page, put, replay, summaries
from tests.support.tables import articles, rows
from tests.support.warc import PACKED, http, newsroom, record
from transforms.accounting.run_record import RunRecord
from transforms.steps import read_archives
from transforms.steps.read_archives import MAX_BYTES


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The newsroom in two archives, its feeds and pages mixed between them."""
    folder = tmp_path_factory.mktemp("archives")
    records = newsroom()
    return [put(folder, "one", *records[::2]), put(folder, "two", *records[1::2], ending=".warc.zst")]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake of a live run over the newsroom."""
    lake = tmp_path_factory.mktemp("live") / "lake"
    with serving() as proxy:
        arguments = ["--sources", SOURCES, "--lake", str(lake), "--proxy", proxy, "--pause", "0", "--quiet"]
        assert batch.main(arguments) == 0
    return lake


@pytest.fixture(scope="module")
def replayed(halves: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = tmp_path_factory.mktemp("replayed") / "lake"
    assert replay(lake, *halves, "--sources", SOURCES) == 0
    return lake


def test_a_replay_gives_the_articles_of_a_live_run(live: Path, replayed: Path) -> None:
    found = {row["article_id"]: row for row in articles(replayed)}
    expected = articles(live)
    assert len(expected) > 20
    assert [row["article_id"] for row in expected] == sorted(found)
    for row in expected:
        twin = found[row["article_id"]]
        assert {name: (row[name], twin[name]) for name in row if row[name] != twin[name]} == {}, row["url"]


def test_a_replayed_article_has_the_times_of_its_capture(replayed: Path) -> None:
    assert {f"{row['fetched_at']:%Y-%m-%dT%H:%M:%SZ}" for row in rows(replayed)} == {"2026-10-05T08:00:00Z"}
    assert all(row["first_seen_at"] == row["fetched_at"] for row in rows(replayed))


def test_every_record_is_accounted_for(halves: list[Path], replayed: Path) -> None:
    (summary,) = summaries(replayed)
    assert [(archive.path, archive.size) for archive in summary.archives] == [
        (str(file), file.stat().st_size) for file in halves
    ]
    for archive in summary.archives:
        assert archive.records == archive.entries + sum(archive.passed_over.values())
    assert sum(archive.records for archive in summary.archives) == len(newsroom())
    total = summary.total
    assert sum(archive.entries for archive in summary.archives) == total.entries == total.archived
    assert total.entries == total.articles + total.seen + total.rejects
    assert summary.balanced
    assert (total.articles, total.rejects) == (len(rows(replayed)), len(rows(replayed, "rejects")))


def test_a_replayed_lake_is_sound(replayed: Path) -> None:
    assert verify.main(["--lake", str(replayed), "--quiet"]) == 0


def test_the_same_archive_twice_is_read_once(
    halves: list[Path], replayed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*map(str, halves), "--lake", str(replayed), "--sources", SOURCES]) == 0
    assert "Nothing to do" in capsys.readouterr().err
    assert len(summaries(replayed)) == 1


def test_worker_processes_write_the_same_lake(halves: list[Path], replayed: Path, tmp_path: Path) -> None:
    two = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")
    assert replay(tmp_path / "lake", *halves, "--sources", SOURCES, *two) == 0
    assert articles(tmp_path / "lake") == articles(replayed)


def test_an_archive_read_in_many_stretches_gives_the_same_lake(
    halves: list[Path], replayed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_archives, "STRETCH", 1_000)
    assert replay(tmp_path / "lake", *halves, "--sources", SOURCES) == 0
    assert min(half.stat().st_size for half in halves) > 10 * read_archives.STRETCH
    assert articles(tmp_path / "lake") == articles(replayed)


def test_a_large_archive_is_committed_in_parts_and_gone_on_with(
    halves: list[Path],
    replayed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for module in (archive_selection, pipelines.replay):
        monkeypatch.setattr(module, "COMMIT_BYTES", 20_000)
    lake, commits = tmp_path / "lake", len(halves[0].read_bytes()) // 20_000 + len(halves[1].read_bytes()) // 20_000 + 2
    replaying = pipelines.replay._replay_group

    def stopped(*arguments: Any, **options: Any) -> RunRecord:
        if len(summaries(lake)) == 2:
            raise PassError("the machine is full")
        return replaying(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(pipelines.replay, "_replay_group", stopped)
        assert replay(lake, *halves, "--sources", SOURCES) == 1
    assert len(summaries(lake)) == 2
    assert replay(lake, *halves, "--sources", SOURCES) == 0
    runs = summaries(lake)
    assert len(runs) == commits
    assert all(run.balanced for run in runs)
    assert sum(archive.records for run in runs for archive in run.archives) == len(newsroom())
    whole = {row["url"]: row["body"] for row in articles(replayed)}
    assert {row["url"]: row["body"] for row in articles(lake)} == whole
    assert verify.main(["--lake", str(lake), "--quiet"]) == 0
    capsys.readouterr()
    assert main([*map(str, halves), "--lake", str(lake), "--sources", SOURCES, "--commit-every", "1"]) == 0
    assert "Nothing to do" in capsys.readouterr().err


def test_archives_read_again_or_overlapping_give_no_row_twice(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    records = [record(f"http://www.a.org/{n}", page(f"Title {n}", f"{STORY} {n}")) for n in range(3)]
    empty = record("http://www.a.org/empty", http(b"<html></html>"))
    gone = record("http://www.a.org/cut", page("Cut"), fields="WARC-Truncated: length\r\n")
    first = put(tmp_path, "first", *records[:2], empty, gone)
    assert replay(lake, first) == 0
    before = {dataset: rows(lake, dataset) for dataset in ("articles", "rejects", "index")}
    assert Counter(row["reason"] for row in before["rejects"]) == {"no-text": 1, "archive-truncated": 1}
    assert replay(lake, first, "--again") == 0
    assert {dataset: rows(lake, dataset) for dataset in ("articles", "rejects", "index")} == before
    assert replay(lake, first, put(tmp_path, "second", *records, empty)) == 0
    assert Counter(row["url"] for row in rows(lake)) == {f"http://www.a.org/{n}": 1 for n in range(3)}
    assert rows(lake, "rejects") == before["rejects"]
    assert [len(summary.archives) for summary in summaries(lake)] == [1, 1, 1]
    assert all(summary.balanced for summary in summaries(lake))


def test_what_is_no_page_is_passed_over_and_counted(tmp_path: Path) -> None:
    url = "http://www.a.org/story"
    archive = put(
        tmp_path,
        "mixed",
        record("", b"software: x\r\n", "warcinfo"),
        record(url, b"GET /story HTTP/1.1\r\n\r\n", "request"),
        record(url, page("Taken")),
        record(url, http(b""), "revisit"),
        record(url, b"fetchTimeMs: 12\r\n", "metadata"),
        record("http://www.a.org/moved", http(b"", status="301 Moved", fields="Location: /story\r\n")),
        record("http://www.a.org/gone", http(b"<p>gone", status="404 Not Found")),
        record("http://www.a.org/paper.pdf", http(b"%PDF-1.4", "application/pdf")),
        record("http://www.a.org/sitemap.xml", http(b"<urlset/>", "application/xml")),
        record("http://www.a.org/", page("Front page")),
        record("http://www.b.org/story", page("Another site")),
        record("dns:www.a.org", b"20261005 www.a.org. 300 IN A 192.0.2.1"),
        record("http://www.a.org/feed", feed(url)),
    )
    assert replay(tmp_path / "lake", archive, "--domain", "a.org") == 0
    (summary,) = summaries(tmp_path / "lake")
    assert summary.archives[0].passed_over == {
        "warcinfo": 1,
        "request": 1,
        "revisit": 1,
        "metadata": 1,
        "status": 2,
        "type": 2,
        "front-page": 1,
        "domain": 2,
        "feed": 1,
    }
    assert (summary.archives[0].records, summary.total.articles) == (13, 1)


def test_feeds_of_the_archives_give_their_dates_and_titles(tmp_path: Path) -> None:
    urls = [f"https://www.a.org/story-{n}" for n in range(3)]
    bare = http(f"<html><body><p>{STORY}</p></body></html>".encode())
    pages = put(tmp_path, "a-pages", *(record(url, bare) for url in urls))
    # In another file, behind the pages, with a tracker in a link, http for https and gzip as it came over the line.
    told = feed(f"{urls[0]}?utm_source=rss", urls[1].replace("https:", "http:"))
    head, _, body = told.partition(b"\r\n\r\n")
    packed = head + b"\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(body)
    feeds = put(tmp_path, "b-feeds", record("https://www.a.org/feed", packed))
    assert replay(tmp_path / "lake", pages, feeds) == 0
    found = {row["canonical_url"]: row for row in rows(tmp_path / "lake")}
    first, second, third = (found[url] for url in urls)
    assert (first["headline"], first["entry_id"], first["published_from"]) == ("Told by the feed 0", "g0", "feed")
    assert f"{first['published_at']:%Y-%m-%d %H:%M}" == "2026-10-01 00:30"
    assert (second["entry_id"], second["feed_url"]) == ("g1", "https://www.a.org/feed")
    assert (third["entry_id"], third["feed_url"], third["published_from"]) == (None, "a-pages.warc.gz", "first-seen")


def test_broken_records_are_rejects_and_the_rest_goes_on(tmp_path: Path) -> None:
    def url(name: str) -> str:
        return f"http://www.a.org/{name}"

    noise = random.Random(1).randbytes(3000)
    parts = [
        gzip.compress(record(url("one"), page("One", f"{STORY} one"))),
        gzip.compress(record(url("length"), page("Wrong length"), length=300)),
        b"garbage" * 100,
        gzip.compress(record(url("large"), http(b" " * (MAX_BYTES + 1)))),
        gzip.compress(
            record(url("bomb"), http(gzip.compress(b" " * (MAX_BYTES + 1)), fields="Content-Encoding: gzip\r\n"))
        ),
        gzip.compress(record(url("coding"), http(gzip.compress(b"<p>")[:-9], fields="Content-Encoding: gzip\r\n"))),
        gzip.compress(record(url("undated"), page("Undated"), when="tomorrow")),
        gzip.compress(record(url("two"), page("Two", f"{STORY} two"))),
        gzip.compress(record(url("end"), http(noise)))[:-500],
    ]
    (tmp_path / "broken.warc.gz").write_bytes(b"".join(parts))
    assert replay(tmp_path / "lake", tmp_path / "broken.warc.gz") == 0
    assert {row["url"] for row in rows(tmp_path / "lake")} == {url("one"), url("two")}
    rejects = rows(tmp_path / "lake", "rejects")
    assert {(row["url"], row["reason"]) for row in rejects} == {
        (url("length"), "archive-damaged"),
        (url("large"), "too-large"),
        (url("bomb"), "too-large"),
        (url("coding"), "bad-encoding"),
        (url("undated"), "archive-damaged"),
        (url("end"), "archive-truncated"),
    }
    assert {row["stage"] for row in rejects} == {"read"}
    assert {row["feed_url"] for row in rejects} == {"broken.warc.gz"}
    assert all(row["detail"] for row in rejects)


def test_a_stretch_that_is_nobodys_is_a_reject_too(tmp_path: Path) -> None:
    broken = bytearray(gzip.compress(record("http://www.a.org/2", page("Lost"))))
    broken[30:60] = b"\xff" * 30
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(record("http://www.a.org/1", page("One"))) + bytes(broken))
    assert replay(tmp_path / "lake", tmp_path / "a.warc.gz", "--domain", "a.org") == 0
    (reject,) = rows(tmp_path / "lake", "rejects")
    assert (reject["source"], reject["reason"], reject["url"]) == ("archive", "archive-damaged", None)
    assert len(rows(tmp_path / "lake")) == 1


def test_a_whole_copy_of_a_truncated_page_is_taken(tmp_path: Path) -> None:
    whole = PACKED[".warc"]([record("http://www.a.org/1", page("One"))])
    archive = tmp_path / "growing.warc"
    archive.write_bytes(whole[:-600])
    assert replay(tmp_path / "lake", archive) == 0
    assert rows(tmp_path / "lake") == []
    archive.write_bytes(whole)
    assert replay(tmp_path / "lake", archive) == 0
    assert [row["headline"] for row in rows(tmp_path / "lake")] == ["One"]


def test_the_earliest_capture_of_a_page_is_taken(tmp_path: Path) -> None:
    late = record("http://www.a.org/1", page("Late", f"{STORY} late"), when="2026-10-06T08:00:00Z")
    early = record("http://www.a.org/1", page("Early", f"{STORY} early"))
    assert replay(tmp_path / "lake", put(tmp_path, "a", late, early)) == 0
    assert [row["headline"] for row in rows(tmp_path / "lake")] == ["Early"]


def test_copies_of_long_ago_are_one_story_across_commits(tmp_path: Path) -> None:
    for name, when in (("a", "2019-03-01T10:00:00Z"), ("b", "2019-03-02T10:00:00Z"), ("c", "2019-06-01T10:00:00Z")):
        put(tmp_path, name, record(f"http://www.{name}.org/1", page("The same"), when=when))
    assert replay(tmp_path / "lake", tmp_path / "*.warc.gz", "--commit-every", 1) == 0
    assert len(summaries(tmp_path / "lake")) == 3
    found = {row["source"]: row for row in rows(tmp_path / "lake")}
    assert {name: row["relation"] for name, row in found.items()} == {
        "a_org": "original",
        "b_org": "exact",
        "c_org": "original",
    }
    assert found["b_org"]["story_id"] == found["a_org"]["article_id"]


def test_an_archive_done_for_one_selection_is_read_for_another(tmp_path: Path) -> None:
    archive = put(tmp_path, "a", *(record(f"http://www.{name}.org/1", page(name)) for name in "ab"))
    for domain in ("a.org", "b.org", "b.org"):
        assert replay(tmp_path / "lake", archive, "--domain", domain) == 0
    assert {row["source"] for row in rows(tmp_path / "lake")} == {"a_org", "b_org"}
    assert len(summaries(tmp_path / "lake")) == 2


def test_a_replay_killed_between_commits_goes_on_where_it_was(
    halves: list[Path], replayed: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    arguments = [*map(str, halves), "--lake", str(lake), "--sources", SOURCES, "--commit-every", "1"]
    command = [sys.executable, "-m", "pipelines.cli", "replay", *arguments]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        while process.poll() is None and not list((lake / "runs").rglob("2*.json")):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    (first,) = summaries(lake)
    assert len(first.archives) == 1
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "2 archives, 1 of them done before" in ended.stderr
    assert [len(summary.archives) for summary in summaries(lake)] == [1, 1]
    assert {row["article_id"] for row in rows(lake)} == {row["article_id"] for row in rows(replayed)}
    assert len(rows(lake)) == len(rows(replayed))

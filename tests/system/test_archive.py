"""``--archive``: what a pass or a stream fetched, replayed into another lake."""

import subprocess
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from examples.serve_newsroom import NEWSROOM, Served, serving
from pipelines import batch, cli
from schemas import Article, StoryArticle
from tests.support.engines import needs_prism
from tests.support.replays import SOURCES, replay
from tests.support.site import FEED, HTML, OTHER_FEED, feed, page
from tests.support.streams import watching
from tests.support.tables import OF_THE_RUN, articles, rows
from tests.support.waiting import wait_until
from tests.support.web_server import Answers, Reply
from tests.support.web_server import serving as site
from transforms.archives.write import OPEN

TWO = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")


def kinds(file: Path) -> list[str]:
    """The types of the records, as warcio reads them; raises for a digest that does not match."""
    with file.open("rb") as stream:
        return [str(record.rec_type) for record in ArchiveIterator(stream, check_digests="raise") if record.raw_stream]


def is_sound(file: Path) -> bool:
    """The verdict of ``warcio check``."""
    checked = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", file], capture_output=True, text=True, check=False
    )
    return checked.returncode == 0 and not checked.stdout


@pytest.mark.parametrize("workers", [(), TWO], ids=["one process", "two workers"])
def test_a_replay_of_the_archive_gives_the_articles_of_the_pass(tmp_path: Path, workers: tuple[str, ...]) -> None:
    lake, archive, served = tmp_path / "lake", tmp_path / "archive", list[Served]()
    with serving(served=served) as proxy:
        arguments = ["--sources", SOURCES, "--lake", str(lake), "--proxy", proxy, "--pause", "0", "--quiet"]
        assert batch.main([*arguments, "--archive", str(archive), *workers]) == 0
    (run_id,) = {row["run_id"] for row in rows(lake)}
    files = sorted(archive.iterdir())
    assert [file.name for file in files] == [f"copydesk-{run_id}-{n}.warc.gz" for n in range(len(workers) or 1)]
    assert all(map(is_sound, files))
    found = [kind for file in files for kind in kinds(file)]
    assert found.count("request") == found.count("response") == found.count("metadata") == len(served)
    assert replay(tmp_path / "other", *files, "--sources", SOURCES) == 0
    assert len(articles(lake)) > 20
    assert articles(tmp_path / "other") == articles(lake)


def test_pages_and_feeds_behind_redirects_are_replayed_under_the_address_of_the_feed(tmp_path: Path) -> None:
    """Also pages that lead on without a status, feeds without a feed's media type, and sites that answer everything with HTML."""
    there = "http://pages.example"
    answers: Answers = {
        FEED: Reply(status=302, headers={"Location": f"{there}/feed"}),
        f"{there}/feed": Reply(headers={"Content-Type": "text/html"}, body=_feed("one", "two", "three")),
        f"{there}/robots.txt": Reply(headers={"Content-Type": "text/html"}, body=HTML.format("Soft error").encode()),
        "http://site.example/one": Reply(status=301, headers={"Location": f"{there}/1"}),
        f"{there}/1": page("one"),
        "http://site.example/two": Reply(
            headers={"Content-Type": "text/html"}, body=b"<meta http-equiv=refresh content='0; url=/2'><p>Moved"
        ),
        "http://site.example/2": page("two"),
        "http://site.example/three": page("three"),
    }
    sources = tmp_path / "sources.toml"
    sources.write_text(f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = ["{FEED}"]\n')
    common = ["--sources", str(sources), "--quiet"]
    with site(answers) as web:
        arguments = ["--lake", str(tmp_path / "lake"), "--proxy", web.proxy, "--pause", "0"]
        assert batch.main([*common, *arguments, "--archive", str(tmp_path / "archive")]) == 0
    (file,) = (tmp_path / "archive").iterdir()
    assert replay(tmp_path / "other", file, "--sources", str(sources)) == 0
    expected = articles(tmp_path / "lake")
    assert [str(row["url"]).rpartition("/")[2] for row in sorted(expected, key=lambda row: row["headline"])] == [
        "one",
        "three",
        "two",
    ]
    for row, twin in zip(expected, articles(tmp_path / "other"), strict=True):
        assert {name: (row[name], twin[name]) for name in row if row[name] != twin[name]} == {}


def _feed(*names: str) -> bytes:
    items = "".join(
        f"<item><title>{n}</title><link>http://site.example/{n}</link><guid>{n}</guid>"
        "<pubDate>Thu, 01 Oct 2026 08:30:00 GMT</pubDate></item>"
        for n in names
    )
    return f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode()


def test_a_pass_that_is_killed_leaves_an_archive_that_can_be_replayed(tmp_path: Path) -> None:
    lake, archive = tmp_path / "lake", tmp_path / "archive"
    with serving() as proxy:
        arguments = ["--sources", SOURCES, "--lake", str(lake), "--proxy", proxy, "--pause", "0.3", "--quiet"]
        command = [sys.executable, "-m", "pipelines.cli", "run", *arguments, "--archive", str(archive)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            wait_until(lambda: sum(file.stat().st_size for file in archive.glob(f"*{OPEN}")) > 60_000, process)
            process.kill()
    (file,) = archive.iterdir()
    assert file.name.endswith(f".warc.gz{OPEN}")
    assert {"warcinfo", "request", "response", "metadata"} == set(kinds(file))
    assert replay(tmp_path / "other", file, "--sources", SOURCES) == 0
    found = articles(tmp_path / "other")
    assert len(found) > 3
    assert batch_of_the_newsroom(tmp_path / "whole") >= {(row["article_id"], row["body"]) for row in found}


def batch_of_the_newsroom(lake: Path) -> set[tuple[str, str]]:
    with serving() as proxy:
        assert batch.main(["--sources", SOURCES, "--lake", str(lake), "--proxy", proxy, "--pause", "0", "--quiet"]) == 0
    return {(row["article_id"], row["body"]) for row in articles(lake)}


@needs_prism
def test_a_stream_writes_an_archive_too(tmp_path: Path) -> None:
    answers: Answers = {
        FEED: feed("one", "two"),
        OTHER_FEED: feed(),
        **{f"http://site.example/{name}": page(name) for name in ("one", "two")},
    }
    with site(answers) as web, watching(tmp_path, web, "--archive", str(tmp_path / "archive")) as watcher:
        watcher.until(lambda: len(watcher.urls()) == 2)
        watcher.end()
    files = sorted((tmp_path / "archive").glob("*.warc.gz"))
    assert files
    assert all(map(is_sound, files))
    assert list((tmp_path / "archive").glob(f"*{OPEN}")) == []
    assert replay(tmp_path / "other", *files, "--sources", str(watcher.sources)) == 0
    # The pages differ in their names only. The first that a window commits begins the story; the replay has both in one commit.
    of_the_story = {name for name in StoryArticle.__slots__ if name not in Article.__dataclass_fields__}
    others = OF_THE_RUN | {"feed_url"} | of_the_story
    assert articles(tmp_path / "other", others) == articles(watcher.lake.root, others)


def test_a_folder_that_cannot_be_used_ends_the_command_before_a_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[Served] = []
    with serving(served=served) as proxy:
        arguments = ["--sources", str(NEWSROOM / "sources.toml"), "--lake", str(tmp_path / "lake"), "--proxy", proxy]
        assert cli.main(["run", *arguments, "--archive", "s3://bucket/archive"]) == 2
    assert "not a folder on this machine" in capsys.readouterr().err
    assert served == []

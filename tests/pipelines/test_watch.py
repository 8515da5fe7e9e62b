"""Pass after pass: what goes on, what is told, and how it ends."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from examples.serve_newsroom import NEWSROOM
from examples.serve_newsroom import serving as newsroom
from pipelines import cli
from tests.support.compacting import content, lake_of_passes
from tests.support.tables import rows
from tests.support.web_server import NEVER, Reply, serving
from transforms.lake.layout import run_ids
from transforms.lake.locking import writing
from transforms.lake.maintenance.compaction import partitions
from transforms.lake.opening import open_lake

SOURCES = NEWSROOM / "sources.toml"
FEED = b"<rss version='2.0'><channel><title>S</title></channel></rss>"


class Watching:
    """A running ``copydesk watch``, and what it has said so far."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []

    def until(self, words: str) -> str:
        """The next line with these words."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"it ended without {words!r}: {self.said}")

    def stop(self, signum: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        self.said += self.process.communicate(timeout=60)[1].splitlines()
        return self.process.returncode


@contextmanager
def watching(lake: Path, sources: Path, *more: str) -> Iterator[Watching]:
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "watch",
        "--sources",
        str(sources),
        "--lake",
        str(lake),
        "--pause",
        "0",
    ]
    with subprocess.Popen([*command, *more], stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Watching(process)
        finally:
            process.kill()


def sources_file(folder: Path, *feeds: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = {json.dumps(feeds)}\n')
    return path


def test_passes_follow_each_other_and_the_second_finds_nothing_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beat = tmp_path / "beat.json"
    arguments = ["--sources", str(SOURCES), "--lake", str(tmp_path / "lake"), "--pause", "0", "--every", "1s"]
    with newsroom() as proxy:
        more = ["--proxy", proxy, "--passes", "2", "--json", "--heartbeat", str(beat)]
        assert cli.main(["watch", *arguments, *more]) == 0
    told = capsys.readouterr()
    first, second = (json.loads(line) for line in told.out.splitlines())
    assert (first["total"]["articles"], second["total"]["articles"]) == (29, 0)
    assert second["total"]["feeds_unchanged"] == 8
    assert run_ids(open_lake(tmp_path / "lake")) == [first["run_id"], second["run_id"]]
    assert "36 entries, 29 articles, 2 already seen, 5 rejects" in told.err
    life = json.loads(beat.read_text())
    assert (life["state"], life["passes"], life["failed"]) == ("waiting", 2, 0)
    assert life["last_success"] <= life["at"]


@pytest.mark.system
def test_a_pass_that_fails_is_told_and_the_next_goes_on(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    proxy = f"http://127.0.0.1:{port}"
    with watching(tmp_path / "lake", SOURCES, "--proxy", proxy, "--every", "1s") as watch:
        watch.until(f"the proxy {proxy} cannot be reached")
        with newsroom(port=port):
            watch.until("29 articles")
        watch.until(f"the proxy {proxy} cannot be reached")
    assert len(run_ids(open_lake(tmp_path / "lake"))) >= 1


def test_passes_that_failed_show_in_the_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake = tmp_path / "lake"
    sources = sources_file(tmp_path, "http://127.0.0.1:9/feed")
    arguments = ["--sources", str(sources), "--lake", str(lake), "--pause", "0", "--allow-network", "127.0.0.0/8"]
    assert cli.main(["watch", *arguments, "--passes", "1", "--quiet"]) == 1
    assert "none of 1 feeds could be reached" in capsys.readouterr().err
    assert len(run_ids(open_lake(lake))) == 1


@pytest.mark.system
def test_a_lake_in_use_is_waited_for(tmp_path: Path) -> None:
    lake = open_lake(tmp_path / "lake")
    with (
        newsroom() as proxy,
        writing(lake, "the-other"),
        watching(lake.root, SOURCES, "--proxy", proxy, "--every", "1s") as watch,
    ):
        watch.until("Another run is writing")
        assert run_ids(lake) == []


@pytest.mark.system
def test_the_sources_file_is_read_anew_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    with serving({f"http://site.example/{n}": Reply(body=FEED) for n in (1, 2)}) as web:
        sources = sources_file(tmp_path, "http://site.example/1")
        with watching(tmp_path / "lake", sources, "--proxy", web.proxy, "--every", "1s") as watch:
            watch.until("Z  1 feeds")
            (tmp_path / "broken").write_text("[[source]\n")
            (tmp_path / "broken").replace(sources)  # at once: the watch must not find it half written
            watch.until("Until the file is corrected")
            watch.until("Z  1 feeds")
            sources_file(tmp_path, "http://site.example/1", "http://site.example/2")
            watch.until("The sources file has changed: 1 sources, 2 feeds.")
            watch.until("Z  2 feeds")
    assert any("is not valid TOML" in line for line in watch.said)


@pytest.mark.system
def test_a_pass_longer_than_the_interval_is_told_and_the_next_begins_at_once(tmp_path: Path) -> None:
    head = f"HTTP/1.1 200 X\r\nContent-Length: {len(FEED)}\r\n\r\n".encode()
    with serving({"http://site.example/1": Reply(raw=(2.0, head + FEED))}) as web:
        sources = sources_file(tmp_path, "http://site.example/1")
        with watching(tmp_path / "lake", sources, "--proxy", web.proxy, "--every", "1s", "--passes", "2") as watch:
            watch.until("longer than --every 1 s. The next one begins now")
            watch.until("Z  1 feeds")
            assert watch.process.wait(60) == 0
    first, second = (asked.began for asked in web.asked if asked.path == "/1")
    assert second > first + 2


@pytest.mark.system
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_between_two_passes_it_ends_at_once_with_0(tmp_path: Path, stop: signal.Signals) -> None:
    with serving({"http://site.example/1": Reply(body=FEED)}) as web:
        sources = sources_file(tmp_path, "http://site.example/1")
        with watching(
            tmp_path / "lake", sources, "--proxy", web.proxy, "--every", "1h", "--metrics-port", "0"
        ) as watch:
            watch.until("Metrics: http://127.0.0.1:")
            watch.until("Z  1 feeds")
            assert watch.stop(stop) == 0
    assert "Stopped between two passes" in watch.said[-1]


@pytest.mark.system
def test_during_a_pass_it_ends_with_130_and_leaves_a_clean_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with serving({"http://site.example/1": [Reply(body=FEED), Reply(raw=NEVER)]}) as web:
        sources = sources_file(tmp_path, "http://site.example/1")
        with watching(lake, sources, "--proxy", web.proxy, "--every", "1s") as watch:
            watch.until("Z  1 feeds")
            while len(web.paths("site.example")) < 2:
                assert watch.process.poll() is None
            assert watch.stop() == 130
    assert any("stopped. What this pass had not committed is discarded" in line for line in watch.said)
    assert list((lake / "_staging").iterdir()) == []
    assert len(run_ids(open_lake(lake))) == 1


OFTEN = ("--pause", "0.5", "--commit-every", "1s")


@pytest.mark.system
def test_a_pass_that_is_stopped_after_a_commit_keeps_it_and_says_so(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with newsroom() as proxy, watching(lake, SOURCES, "--proxy", proxy, *OFTEN) as watch:
        watch.until("it goes on")
        assert watch.stop() == 130
    kept = len(rows(lake, "articles"))
    assert any(f"stopped. What this pass had committed, {kept} articles, is in the lake" in line for line in watch.said)


def test_a_pass_of_several_parts_is_one_pass_for_whoever_watches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake, beat = tmp_path / "lake", tmp_path / "beat.json"
    with newsroom() as proxy:
        more = ["--proxy", proxy, "--passes", "1", "--json", "--heartbeat", str(beat), *OFTEN]
        assert cli.main(["watch", "--sources", str(SOURCES), "--lake", str(lake), *more]) == 0
    told = capsys.readouterr()
    record = json.loads(told.out)
    assert record["pass_runs"] == run_ids(open_lake(lake))
    assert len(record["pass_runs"]) > 1
    assert (record["total"]["entries"], record["total"]["articles"], record["total"]["waiting"]) == (36, 29, 0)
    assert "36 entries, 29 articles, 2 already seen, 5 rejects" in told.err
    assert json.loads(beat.read_text())["passes"] == 1


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--every", "0s"], 2, "not an interval"),
        (["--every", "soon"], 2, "such as 90s, 15m, 2h or 1d"),
        (["--passes", "0"], 2, "not a number of passes"),
        (["--metrics-port", "70000"], 2, "not a port"),
        (["--heartbeat", "/dev/null/beat"], 1, "Give --heartbeat a writable place"),
        (["--metrics-port", "TAKEN"], 1, "Address already in use"),
        (["--runner", "NoSuchRunner"], 2, "NoSuchRunner"),
    ],
)
def test_what_cannot_be_is_told_before_the_first_pass(
    arguments: list[str], status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        given = [argument.replace("TAKEN", str(taken.getsockname()[1])) for argument in arguments]
        try:
            ended = cli.main(["watch", "--sources", str(SOURCES), "--lake", str(tmp_path / "lake"), *given])
        except SystemExit as exit_:  # wrong usage
            ended = int(str(exit_.code))
    assert ended == status
    assert said in capsys.readouterr().err
    assert list((tmp_path / "lake").glob("runs/**/*.json")) == []


def test_an_unusable_sources_file_is_told_before_the_first_pass(tmp_path: Path) -> None:
    assert cli.main(["watch", "--sources", str(tmp_path / "none"), "--lake", str(tmp_path / "lake"), "--quiet"]) == 2


def test_the_lake_is_compacted_between_two_passes(tmp_path: Path) -> None:
    lake = lake_of_passes(tmp_path / "lake")
    before = [row["article_id"] for row in content(lake)["articles"]]
    often = ["--every", "1s", "--compact-every", "1s"]
    with newsroom() as proxy, watching(lake.root, SOURCES, "--proxy", proxy, *often) as watch:
        watch.until("29 articles")
        for _ in range(3):
            watch.until(" 0 articles")
        watch.stop()
    assert all("busy" not in line for line in watch.said)
    files = {
        partition.folder: len(partition.files) for partition in partitions(lake) if "source=post" in partition.folder
    }
    assert len(files) == 2
    assert set(files.values()) == {1}
    assert {row["article_id"] for row in content(lake)["articles"]} > set(before)


def test_a_strict_pass_fails_with_any_feed_and_the_next_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = sources_file(tmp_path, "http://site.example/1", "http://site.example/2")
    arguments = ["--sources", str(sources), "--pause", "0", "--every", "1s", "--passes", "2", "--quiet"]
    with serving({"http://site.example/1": Reply(body=FEED)}) as web:
        arguments += ["--proxy", web.proxy]
        assert cli.main(["watch", *arguments, "--lake", str(tmp_path / "lake")]) == 0
        assert capsys.readouterr().err == ""
        assert cli.main(["watch", *arguments, "--lake", str(tmp_path / "other"), "--strict"]) == 1
    told = capsys.readouterr().err
    assert "http-gone: 404 from http://site.example/2" in told
    assert told.count("--strict: 1 feeds failed. The pass is in the lake.") == 2

"""``copydesk run``: exit status, messages, and what is in the lake afterwards."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.serve_newsroom import NEWSROOM, serving
from pipelines import batch, cli
from tests.support.waiting import wait_until
from tests.support.web_server import NEVER, Reply
from tests.support.web_server import serving as serving_web
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake

SOURCES = str(NEWSROOM / "sources.toml")


def one_feed(folder: Path, feed: str = "http://site.example/feed.xml") -> str:
    path = folder / "sources.toml"
    path.write_text(f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = ["{feed}"]\n')
    return str(path)


@pytest.mark.parametrize(
    ("sources", "lake", "more", "said"),
    [
        ("none.toml", "lake", [], "there is no such file"),
        ("empty.toml", "lake", [], "lists no source"),
        (SOURCES, "a-file", [], "is a file"),
        (SOURCES, "/dev/null/lake", [], "Give --lake"),
        (SOURCES, "nosuch://bucket/lake", [], "Beam has no file system"),
        (SOURCES, "newer", [], "newer Copydesk"),
        (SOURCES, "lake", ["--runner=NoSuchRunner"], "NoSuchRunner"),
        (SOURCES, "lake", ["--direct_num_workers=2"], "multi_processing"),
    ],
)
def test_what_cannot_be_used_exits_with_2_before_work_begins(
    sources: str,
    lake: str,
    more: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.toml").write_text("")
    Path("a-file").write_text("")
    open_lake("newer")
    Path("newer/lake.json").write_text('{"format": "copydesk lake", "schema_version": 99}')
    assert cli.main(["run", "--sources", sources, "--lake", lake, *more]) == 2
    assert said in capsys.readouterr().err


def test_a_proxy_that_refuses_is_told_before_work_begins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake = tmp_path / "lake"
    assert cli.main(["run", "--sources", SOURCES, "--lake", str(lake), "--proxy", "http://127.0.0.1:9"]) == 1
    assert "the proxy http://127.0.0.1:9 cannot be reached" in capsys.readouterr().err
    assert list((lake / "runs").rglob("*.json")) == []


def test_a_pass_in_which_no_feed_can_be_reached_fails_and_keeps_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "--sources",
        one_feed(tmp_path, "http://127.0.0.1:9/feed"),
        "--lake",
        str(tmp_path / "lake"),
        "--allow-network",
        "127.0.0.0/8",
    ]
    assert batch.main([*arguments, "--pause", "0"]) == 1
    assert "none of 1 feeds could be reached" in capsys.readouterr().err
    assert len(list((tmp_path / "lake" / "rejects").rglob("*.parquet"))) == 1


def test_a_private_address_is_refused_unless_allowed(tmp_path: Path) -> None:
    arguments = [
        "--sources",
        one_feed(tmp_path, "http://127.0.0.1:9/feed"),
        "--lake",
        str(tmp_path / "lake"),
        "--quiet",
    ]
    assert batch.main(arguments) == 1
    (record,) = (tmp_path / "lake" / "runs").rglob("*.json")
    assert json.loads(record.read_text())["reasons"] == {"private-address": 1}


def test_two_runs_at_once_are_one_too_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake = open_lake(tmp_path / "lake")
    with writing(lake, "the-other"), serving() as proxy:
        assert cli.main(["run", "--sources", SOURCES, "--lake", str(lake.root), "--proxy", proxy]) == 1
    message = capsys.readouterr().err
    assert "Another run is writing" in message
    assert "the-other" in message


def test_json_gives_the_record_on_standard_output_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as proxy:
        arguments = [
            "run",
            "--sources",
            SOURCES,
            "--lake",
            str(tmp_path / "lake"),
            "--proxy",
            proxy,
            "--pause",
            "0",
            "--json",
        ]
        assert cli.main([*arguments, "--quiet"]) == 0
        quiet = capsys.readouterr()
        assert cli.main(arguments) == 0
        loud = capsys.readouterr()
    assert quiet.err == ""
    first, second = json.loads(quiet.out), json.loads(loud.out)
    assert first["balanced"]
    assert first["total"]["entries"] > first["total"]["articles"] > 0
    assert second["total"]["articles"] == 0
    assert "Nothing new." in loud.err
    assert "Entries: 0 = 0 articles + 0 already seen + 0 rejects" in loud.err
    assert "on DirectRunner (FnApiRunner, in this process)" in loud.err


@pytest.mark.system
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_a_clean_lake(tmp_path: Path, stop: signal.Signals) -> None:
    lake = tmp_path / "lake"
    with serving_web({"http://127.0.0.1/feed": Reply(raw=NEVER)}) as web:
        sources = one_feed(tmp_path, f"{web.direct}/feed")
        options = ["--sources", sources, "--lake", str(lake), "--allow-network", "127.0.0.0/8"]
        command = [sys.executable, "-m", "pipelines.cli", "run", *options]
        running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            wait_until(lambda: bool(web.asked), running)
            running.send_signal(stop)
            _, messages = running.communicate(timeout=30)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "stopped" in messages
    assert list((lake / "_staging").iterdir()) == []
    assert list((lake / "runs").rglob("*.json")) == []
    assert not (lake / "_owner.json").exists()


def test_a_killed_run_is_taken_up_by_the_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake = open_lake(tmp_path / "lake")
    (lake.staging / "20261001T000000Z-dead00" / "articles").mkdir(parents=True)
    with serving() as proxy:
        options = ["--sources", SOURCES, "--lake", str(lake.root), "--proxy", proxy, "--pause", "0"]
        assert cli.main(["run", *options]) == 0
    assert "Discarded the uncommitted work of run 20261001T000000Z-dead00" in capsys.readouterr().err
    assert list(lake.staging.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB; only root may mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a full disk needs a small one, and this user or machine cannot mount one")
    yield folder
    subprocess.run(["/bin/umount", str(folder)], check=True)


@pytest.mark.system
@pytest.mark.parametrize("when", ["while files are staged", "from the beginning"])
def test_a_full_disk_is_told_and_loses_nothing(small_disk: Path, when: str, capfd: pytest.CaptureFixture[str]) -> None:
    lake = open_lake(small_disk / "lake")
    if when == "from the beginning":
        with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"x" * 4096):
                pass
    options = ["--sources", SOURCES, "--lake", str(lake.root), "--pause", "0", "--proxy"]
    with serving() as proxy:
        assert cli.main(["run", *options, proxy]) == 1
        message = capfd.readouterr().err
        assert "disk is full" in message
        assert "Traceback" not in message
        assert list(lake.root.rglob("*.parquet")) == []
        subprocess.run(["/bin/mount", "-o", "remount,size=16m", str(small_disk)], check=True)
        assert cli.main(["run", *options, proxy]) == 0

"""``copydesk replay``: what it says, and what it refuses."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from pipelines.replay import main
from tests.support.replays import SOURCES, page, put, replay, summaries
from tests.support.tables import rows
from tests.support.warc import newsroom, record


def test_records_of_the_runs_are_printed_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archives = [put(tmp_path, name, record(f"http://www.{name}.org/1", page(name))) for name in "ab"]
    assert replay(tmp_path / "lake", *archives, "--json", "--commit-every", 1) == 0
    assert [run["archives"][0]["path"] for run in json.loads(capsys.readouterr().out)] == [
        str(file) for file in archives
    ]


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("missing.warc.gz", None, "there is no such file"),
        ("*.nothing", None, "there is no such file"),
        ("empty.warc", b"", "is empty"),
        ("page.html", b"<html>", "is not a WARC archive"),
        ("old.arc.gz", gzip.compress(b"filedesc://old.arc", mtime=0), "is not a WARC archive"),
        (".", None, "is a folder. Give its files"),
        ("nosuch://bucket/a.warc.gz", None, "nosuch"),
    ],
)
def test_what_is_no_archive_is_told_before_work_begins(
    name: str, written: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if written is not None:
        (tmp_path / name).write_bytes(written)
    good = put(tmp_path, "good", record("http://www.a.org/1", page("One")))
    assert replay(tmp_path / "lake", good, name if "://" in name else tmp_path / name) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert rows(tmp_path / "lake") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--domain", "https://a.org/x"], "is not a host; write it like example.org"),
        (["--domain", ""], "is not a host"),
        (["--commit-every", "0"], "is not a number of files, which is 1 or more"),
        (["--windows", "3"], "unknown option --windows"),
    ],
)
def test_wrong_usage_is_told(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        replay(tmp_path / "lake", "a.warc.gz", *arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_commands_of_the_docs_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "replay.md").read_text(encoding="utf-8")
    commands = documented.split("```sh\n")[1].split("```")[0].splitlines()
    (tmp_path / "archive").mkdir()
    put(tmp_path / "archive", "one", *newsroom()[::2])
    shutil.copy(SOURCES, tmp_path)
    monkeypatch.chdir(tmp_path)
    for command in commands[:3]:  # the fourth is test_worker_processes_write_the_same_lake
        assert command.startswith("copydesk replay archive/*.warc.gz --lake lake/")
        assert main(command.split()[2:]) == 0
    assert len(summaries(tmp_path / "lake")) == 3
    assert "Entries:" in capsys.readouterr().err

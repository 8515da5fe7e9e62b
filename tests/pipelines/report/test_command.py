"""``copydesk report``: what it writes, and when it cannot."""

import os
import sys
from pathlib import Path

import pytest
from lxml import html

from pipelines import cli
from transforms.lake.layout import Lake


def test_the_command_writes_the_page_and_leaves_the_lake_as_it_was(
    lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")}
    out = tmp_path / "page.html"
    assert cli.main(["report", "--lake", str(lake.root), "--out", str(out)]) == 0
    assert "5 articles of 2 sources" in capsys.readouterr().err
    assert html.document_fromstring(out.read_text(encoding="utf-8")).findtext(".//h1") == "lake"
    assert {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")} == before


@pytest.mark.parametrize(
    ("where", "out", "said"),
    [
        ("nowhere", "report.html", "nowhere is not a lake"),
        (".", "report.html", "is not a lake"),
        ("ftp://host/lake", "report.html", "Beam has no file system for ftp://"),
        ("lake", "no/such/folder/report.html", "cannot be written"),
        ("lake", ".", "cannot be written"),
    ],
)
def test_what_cannot_be_read_or_written_exits_with_2(
    lake: Lake, where: str, out: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lake.root.parent)
    assert cli.main(["report", "--lake", where, "--out", out]) == 2
    assert said in capsys.readouterr().err
    assert os.listdir() == ["lake"]


@pytest.mark.parametrize("days", ["0", "-3", "x", "99999"])
def test_a_wrong_number_of_days_exits_with_2(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["report", "--lake", "lake", "--days", days])
    assert caught.value.code == 2
    assert "not a number of days" in capsys.readouterr().err


def test_without_the_libraries_of_the_report_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.delitem(sys.modules, "pipelines.report.queries")
    assert cli.main(["report", "--lake", "lake"]) == 2
    assert "pip install '.[report]'" in capsys.readouterr().err

"""What the documents promise, run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from examples.demo import wire_stories
from examples.serve_newsroom import NEWSROOM, serving
from pipelines.batch import main

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "benchmarks" / "README.md",
]


def block(page: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the one that README's commands are called in: sources.toml and lake/ of the bundled newsroom."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(NEWSROOM / "sources.toml", folder)
    with serving() as proxy:
        arguments = ["--sources", str(folder / "sources.toml"), "--lake", str(folder / "lake"), "--proxy", proxy]
        assert main([*arguments, "--pause", "0", "--quiet"]) == 0
    return folder


def test_the_query_of_the_readme_answers(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    rows = duckdb.execute(block("README.md", "sql")).fetchall()
    assert {row[1] for row in rows} == {"MPA"}
    assert any("meridian" in row[2] and len(row[2]) > 1 for row in rows)


def test_the_demo_finds_who_ran_a_wire_story(desk: Path) -> None:
    most_run = wire_stories(desk / "lake")[0]
    assert most_run.agency == "MPA"
    assert len(most_run.outlets) == 2


def test_the_pipeline_of_ones_own_prints_headlines(desk: Path) -> None:
    with serving() as proxy:
        ended = subprocess.run(
            [sys.executable, "-c", block("docs/running.md", "python")],
            cwd=desk,
            env={**os.environ, "http_proxy": proxy, "no_proxy": "", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert len(ended.stdout.splitlines()) == 29


def test_the_sources_of_the_readme_are_read(tmp_path: Path) -> None:
    from pipelines.sources import load_sources

    (tmp_path / "sources.toml").write_text(block("README.md", "toml"))
    assert [source.id for source in load_sources(tmp_path / "sources.toml").sources] == ["meridian"]


def test_the_sources_file_of_its_page_is_read(tmp_path: Path) -> None:
    from pipelines.sources import load_sources

    (tmp_path / "sources.toml").write_text(block("docs/sources.md", "toml"))
    (source,) = load_sources(tmp_path / "sources.toml").sources
    assert (source.tags, source.exclude) == (("national",), ("*/video/*",))


def test_the_commands_of_the_page_of_sources_are_understood() -> None:
    from pipelines.command.parsers import sources_parser

    commands = re.findall(r"^    copydesk sources (.+)$", (ROOT / "docs" / "sources.md").read_text(), re.MULTILINE)
    assert len(commands) == 7
    for command in commands:
        arguments = re.sub(r"[\[\]]| > .*", "", command).split()
        assert sources_parser().parse_args(arguments).task == arguments[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


def test_make_prints_its_targets() -> None:
    told = subprocess.run(["make", "-C", str(ROOT), "--no-print-directory"], capture_output=True, text=True, check=True)
    for target in ("run", "test", "lint", "bench"):
        assert f"make {target}" in told.stdout

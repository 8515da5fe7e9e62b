"""Folders called schemas, transforms and pipelines in the working directory do not break the command, nor its worker processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.serve_newsroom import NEWSROOM, serving
from tests.support.engines import needs_prism

ROOT = Path(__file__).parents[2]
PAGE = NEWSROOM / "pages" / "wire.meridian.example" / "2026" / "10" / "02" / "orrin-valley-flood.html"
SCRIPT = "import sys\nfrom copydesk.__main__ import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
"""What pip writes into bin/copydesk."""
WORKERS = ["--direct_running_mode", "multi_processing", "--direct_num_workers", "2"]


class Desk:
    """A folder with packages of these names that cannot be imported, and the command called in it."""

    def __init__(self, folder: Path) -> None:
        for name in ("schemas", "transforms", "pipelines"):
            package = folder / "desk" / name / "__init__.py"
            package.parent.mkdir(parents=True)
            package.write_text(f"raise RuntimeError('{name} of the working directory')\n")
        self._folder = folder / "desk"
        self._script = folder / "bin" / "copydesk"
        self._script.parent.mkdir()
        self._script.write_text(SCRIPT)

    def call(self, path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command with this PYTHONPATH before that of Copydesk."""
        return self.start([str(self._script)], path, *arguments)

    def start(self, program: list[str], path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *program, *arguments],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}" if path != "none" else str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("path", ["none", ".", ""])  # an empty entry is the working directory too
def test_help_and_extract_work(desk: Desk, path: str) -> None:
    help_of = desk.call(path, "--help")
    assert "extract" in help_of.stdout, help_of.stderr
    extracted = desk.call(path, "extract", str(PAGE))
    assert json.loads(extracted.stdout)["headline"], extracted.stderr


def test_as_a_module_too(desk: Desk) -> None:
    assert "extract" in desk.start(["-m", "copydesk"], "none", "--help").stdout


@pytest.mark.parametrize(
    ("path", "engine"),
    [(".", []), ("none", WORKERS), (".", WORKERS), pytest.param(".", ["--runner=PrismRunner"], marks=needs_prism)],
    ids=["here", "workers", "workers of a path", "prism"],
)
def test_a_pass_works(desk: Desk, path: str, engine: list[str]) -> None:
    with serving() as proxy:
        options = ["--lake", "lake", "--proxy", proxy, "--pause", "0", "--quiet", "--json", *engine]
        ended = desk.call(path, "run", "--sources", str(NEWSROOM / "sources.toml"), *options)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["total"]["articles"] == 29


def test_without_care_they_do_break_a_worker(desk: Desk) -> None:
    """The tests above would show it: Beam starts its workers by python -m, and that looks into the working directory first."""
    ended = desk.start(["-m", "transforms.urls"], "none")
    assert "transforms of the working directory" in ended.stderr

"""The source distribution in a clean environment: the command, the import, and its types."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USE = """
import copydesk

article = copydesk.extract("<p>text", "https://www.example.org/story")
reveal_type(article.headline)
reveal_type(copydesk.run([], "lake").total.articles)
copydesk.extract(3)
copydesk.scrape("page")
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with nothing but the distribution and what it needs."""
    folder = tmp_path_factory.mktemp("distribution")
    build = [sys.executable, "-m", "build", "--sdist", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (sdist,) = folder.glob("copydesk-*.tar.gz")
    venv.create(folder / "clean", with_pip=True)
    python = folder / "clean" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    install = [*map(str, (python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", constraints, sdist))]
    subprocess.run(install, check=True, capture_output=True)
    return folder / "clean"


def test_the_command_answers_also_where_folders_have_the_names_of_its_packages(
    environment: Path, tmp_path: Path
) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "__init__.py").write_text("raise RuntimeError")
    for arguments, expected in ((["--help"], "extract"), (["run", "--help"], "--sources")):
        ended = subprocess.run(
            [environment / "bin" / "copydesk", *arguments],
            env={**os.environ, "PYTHONPATH": "."},
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        )
        assert expected in ended.stdout


def test_the_import_answers_and_type_checkers_know_its_types(environment: Path, tmp_path: Path) -> None:
    python = str(environment / "bin" / "python")
    version = [python, "-c", "import copydesk; print(copydesk.__version__)"]
    assert subprocess.run(version, cwd=tmp_path, check=True, capture_output=True).stdout == b"0.1.0\n"
    (tmp_path / "use.py").write_text(USE)
    check = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", "--python-executable", python, "use.py"]
    checked = subprocess.run(check, cwd=tmp_path, check=False, capture_output=True, text=True).stdout
    assert 'Revealed type is "str | None"' in checked
    assert 'Revealed type is "int"' in checked
    assert 'use.py:7: error: Argument 1 to "extract"' in checked
    assert 'use.py:8: error: Module has no attribute "scrape"' in checked
    assert "Found 2 errors in 1 file" in checked

"""The import contracts of pyproject.toml hold, and fail on a violation at any depth."""

import ast
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "transforms", "pipelines", "copydesk")
IMPORTERS = {
    "feedparser": {"transforms/feeds/loose_feeds.py"},
    "trafilatura": {"transforms/extraction/body.py", "transforms/extraction/html.py"},
    "aiohttp": {
        "transforms/web/bodies.py",
        "transforms/web/client.py",
        "transforms/web/cookies.py",
        "transforms/web/failures.py",
        "transforms/web/heads.py",
        "transforms/web/recording.py",
        "transforms/web/post.py",
        "transforms/web/resolver.py",
    },
    "brotli": {"transforms/web/decompress.py"},
    "fastwarc": {"transforms/archives/warc.py", "transforms/archives/write.py"},
}
"""The libraries that face the web, and the modules that may import them."""
VIOLATIONS = {
    "Packages import downwards only": [
        ("schemas/records.py", "from transforms.urls import digest"),
        ("transforms/urls.py", "from transforms.accounting.counts import Tally"),
        ("transforms/web/pages.py", "from transforms.accounting.counts import Tally"),
        ("transforms/lake/stores/local.py", "from transforms.extraction.text import clean"),
        ("transforms/lake/maintenance/merge.py", "from transforms.stories.sketch import MIN_WORDS"),
        ("transforms/steps/grouping.py", "from transforms.streaming.clock import PERIOD"),
        ("transforms/streaming/window.py", "from pipelines.command.durations import duration"),
    ],
    "Only steps, streaming and the store of objects import Beam": [
        ("transforms/urls.py", "import apache_beam"),
        ("transforms/lake/maintenance/problems.py", "from apache_beam.io.filesystems import FileSystems"),
        ("transforms/extraction/text.py", "def late() -> None:\n    import apache_beam"),
    ],
    "Only the layout imports the store of objects": [
        ("transforms/lake/stores/local.py", "from transforms.lake.stores.objects import EXTRAS"),
        ("pipelines/verify.py", "def late() -> None:\n    from transforms.lake.stores.objects import EXTRAS"),
    ],
    "Steps do not import each other": [
        ("transforms/steps/write_lake.py", "from transforms.steps.drop_seen import DropSeen"),
        ("transforms/streaming/ticks.py", "from transforms.steps.gather_pages import GatherPages"),
        ("transforms/steps/ledger.py", "from transforms.steps.gather_pages import GatherPages"),
    ],
}
"""What breaks each contract: a module, and the lines that are added to it."""


@cache
def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_the_contracts_hold() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.system
@pytest.mark.parametrize(
    ("contract", "module", "lines"), [(name, *case) for name, cases in VIOLATIONS.items() for case in cases]
)
def test_a_violation_breaks_its_contract(tmp_path: Path, contract: str, module: str, lines: str) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{lines}\n")
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert re.findall(r"^(.+) BROKEN", linted.stdout, re.MULTILINE) == [contract]


@pytest.mark.parametrize(("library", "importers"), IMPORTERS.items())
def test_a_library_that_faces_the_web_has_few_importers(library: str, importers: set[str]) -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if library in {name.partition(".")[0] for name in imports(path)}
    }
    assert found == importers


def test_no_test_module_imports_another() -> None:
    importing = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / "tests").rglob("*.py")
        for name in imports(path)
        if name.startswith("tests.") and name.rpartition(".")[2].startswith("test_")
    }
    assert importing == set(), "helpers that several modules share belong in tests/support/"


@pytest.mark.system
def test_a_local_lake_does_not_load_beam() -> None:
    late = "import sys, transforms.lake.commit, transforms.lake.index; sys.exit('apache_beam' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", late], cwd=ROOT, check=False).returncode == 0


@pytest.mark.system
@pytest.mark.parametrize(
    ("module", "libraries"),
    [
        ("schemas", "pyarrow numpy lxml"),
        ("transforms.extraction.article", "pyarrow aiohttp apache_beam"),
    ],
)
def test_a_module_does_not_load_libraries_that_it_does_not_need(module: str, libraries: str) -> None:
    script = f"import sys, {module}; print(*sorted(set({libraries.split()!r}) & sys.modules.keys()))"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""

"""The layers of docs/internals.md, read from the imports themselves."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OF_A_PASS = {
    "poll_feeds",
    "drop_seen",
    "fetch_pages",
    "read_archives",
    "extract_articles",
    "group_stories",
    "write_lake",
}
OF_A_STREAM = {"ticks", "poll_due", "fetch_due", "commit_windows"}
STAGES = OF_A_PASS | OF_A_STREAM
WITH_BEAM = STAGES | {"ledger", "grouping"}
OVER_BEAM_IO = "beam_store"
"""A plain module over Beam's FileSystems, which are input and output and no pipeline. ``lake`` imports it when it meets an address of an
object store, so that all others know the protocol of ``store`` only, and no local lake waits for the import of Beam."""
IMPORTERS = {
    "feedparser": {"transforms/feeds.py"},
    "trafilatura": {"transforms/extraction.py"},
    "aiohttp": {"transforms/web.py", "transforms/bodies.py", "transforms/resolver.py"},
    "fastwarc": {"transforms/archives.py"},
}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).glob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def test_layers_import_only_downwards() -> None:
    for path in modules("schemas"):
        assert not tops(path) & {"transforms", "pipelines", "apache_beam", "tests", "examples"}, path.name
    for path in modules("transforms"):
        assert not tops(path) & {"pipelines", "tests", "examples"}, path.name
    for path in modules("pipelines"):
        assert not tops(path) & {"tests", "examples"}, path.name


def test_plain_modules_do_not_know_beam_and_stages_do_not_know_each_other() -> None:
    assert {path.stem for path in modules("transforms")} >= WITH_BEAM
    for path in modules("transforms"):
        if path.stem not in WITH_BEAM and path.stem not in ("__init__", OVER_BEAM_IO):
            assert "apache_beam" not in tops(path), path.name
            assert not {f"transforms.{stage}" for stage in WITH_BEAM} & set(imports(path)), path.name
        if path.stem in STAGES:
            others = {f"transforms.{stage}" for stage in STAGES - {path.stem}}
            assert not others & set(imports(path)), path.name


def test_beams_file_systems_have_one_importer_and_it_imports_them_late() -> None:
    found = {
        path.stem
        for package in ("transforms", "pipelines")
        for path in modules(package)
        if f"transforms.{OVER_BEAM_IO}" in set(imports(path))
    }
    assert found == {"lake"}
    late = "import sys, transforms.commit, transforms.lookup; sys.exit('apache_beam' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", late], cwd=ROOT, check=False).returncode == 0
    beam = {name for name in imports(ROOT / "transforms" / f"{OVER_BEAM_IO}.py") if name.startswith("apache_beam")}
    assert {name.split(".")[1] for name in beam} == {"io", "options"}


@pytest.mark.parametrize(("library", "importers"), IMPORTERS.items())
def test_the_libraries_that_face_the_web_stay_in_one_place_each(library: str, importers: set[str]) -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in ("schemas", "transforms", "pipelines")
        for path in modules(package)
        if library in tops(path)
    }
    assert found == importers

"""The layers of docs/internals.md, read from the imports themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAGES = {"poll_feeds", "drop_seen", "fetch_pages", "extract_articles", "group_stories", "write_lake"}
WITH_BEAM = STAGES | {"ledger"}
SOLE_IMPORTERS = {
    "feedparser": "transforms/feeds.py",
    "trafilatura": "transforms/extraction.py",
    "aiohttp": "transforms/web.py",
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
        if path.stem not in WITH_BEAM and path.stem != "__init__":
            assert "apache_beam" not in tops(path), path.name
            assert not {f"transforms.{stage}" for stage in WITH_BEAM} & set(imports(path)), path.name
        if path.stem in STAGES:
            others = {f"transforms.{stage}" for stage in STAGES - {path.stem}}
            assert not others & set(imports(path)), path.name


@pytest.mark.parametrize(("library", "importer"), SOLE_IMPORTERS.items())
def test_the_libraries_that_face_the_web_have_one_importer_each(library: str, importer: str) -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in ("schemas", "transforms", "pipelines")
        for path in modules(package)
        if library in tops(path)
    }
    assert found == {importer}

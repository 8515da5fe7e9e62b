"""What docs/python.md and the notebook show, run in order on the bundled newsroom."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from examples.serve_newsroom import NEWSROOM, serving
from tests.support.notebook import code_cells, run_cells

ROOT = Path(__file__).parents[2]
SNIPPETS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.DOTALL)
README = ROOT / "README.md"
NOTEBOOK = ROOT / "examples" / "notebook.ipynb"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a page and the newsroom's sources, which the environment's proxy leads to."""
    shutil.copy(NEWSROOM / "sources.toml", tmp_path)
    page = NEWSROOM / "pages" / "wire.meridian.example" / "2026" / "10" / "02" / "orrin-valley-flood.html"
    shutil.copy(page, tmp_path / "page.html")
    monkeypatch.chdir(tmp_path)
    with serving() as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "")
        yield tmp_path


def test_the_snippets_of_the_page_run_in_order(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    shown = []
    for snippet in SNIPPETS:
        exec(snippet, names)
        shown.append(capsys.readouterr().out)
    assert shown[0].startswith("2026-10-02 ")
    assert shown[1].startswith("no-text ")
    assert "json-ld" in shown[2]
    assert shown[3].startswith("29 articles; 5 rejects: {")
    assert names["record"].balanced
    for name in ("articles", "stories", "rejects"):
        assert isinstance(names[name], pa.Table)
        assert names[name].num_rows
    assert "MPA" in shown[6]
    assert "headline" in shown[7]
    (of_the_readme,) = re.findall(
        r"```python\n(import copydesk\n.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    exec(of_the_readme, names | {"html": Path("page.html").read_text(encoding="utf-8")})


@pytest.mark.filterwarnings("ignore")
def test_the_notebook_shows_what_it_says() -> None:
    for cell, outputs in zip(code_cells(NOTEBOOK), run_cells(NOTEBOOK), strict=True):
        assert list(map(text_of, outputs)) == list(map(text_of, cell["outputs"])), "".join(cell["source"])


def text_of(output: dict[str, Any]) -> str:
    """What is printed or shown as text; a figure is only said to be one."""
    return "".join(output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"])

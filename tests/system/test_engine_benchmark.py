"""The comparison of engines: each page goes to each engine, and the corpus's own scorer judges."""

import gzip
import json
import sys
from pathlib import Path

import pytest

from benchmarks import engines
from tests.support.site import HTML

SCORER = '''
def score(pages, predictions):
    """The share of bodies that have the text of the truth."""
    if not pages:
        raise KeyError("P")
    found = [page["truth"] in (predictions[page["id"]].get("body") or "") for page in pages]
    return {"aeb": {"F1": sum(found) / len(found)}}
'''
ENGINE = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked["id"] == "bad":
        sys.exit("no memory")
    print(json.dumps({"body": asked["url"], "cpu": 0.5}), flush=True)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(engines, "ENVIRONMENTS", tmp_path / "environments")
    return tmp_path / "environments"


def test_copydesk_is_scored_by_the_scorer_of_the_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = {"plain.html": HTML.format("one").encode(), "packed.html.gz": gzip.compress(HTML.format("two").encode())}
    pages["none.html"] = b"<p>Nothing"
    rows = []
    for name, html in pages.items():
        (tmp_path / name).write_bytes(html)
        rows.append(
            {"id": name, "url": f"http://site.example/{name}", "html": name, "set": "aeb", "truth": "Paragraph 5 of"}
        )
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "score.py").write_text(SCORER)
    out = tmp_path / "out"
    monkeypatch.setattr(sys, "argv", ["engines", str(tmp_path), "--engines", "copydesk", "--out", str(out)])
    engines.main()
    printed = capsys.readouterr().out
    assert "| | copydesk |" in printed
    assert "| aeb F1 | 0.667 |" in printed
    assert "| pages on which it failed | 0 |" in printed
    found = [json.loads(line) for line in (out / "copydesk.jsonl").read_text().splitlines()]
    assert [line["id"] for line in found] == list(pages)


def test_an_engine_that_dies_at_a_page_is_started_again() -> None:
    engine = engines.Engine("test", [sys.executable, "-c", ENGINE], {})
    for name in ("first", "bad", "last"):
        engine.add({"id": name, "url": name})
    engine.close()
    assert engine.predictions["first"]["body"] == "first"
    assert engine.predictions["bad"] == {"id": "bad", "error": "ended at bad: no memory"}
    assert engine.predictions["last"]["body"] == "last"
    assert engine.seconds == [0.5, 0.5]


def test_an_environment_that_cannot_be_made_is_told(folder: Path) -> None:
    with pytest.raises(engines.EngineError, match="no-such-program"):
        engines.run(["no-such-program"], folder)
    with pytest.raises(engines.EngineError, match="because"):
        engines.run([sys.executable, "-c", "import sys; sys.exit('because')"], folder)

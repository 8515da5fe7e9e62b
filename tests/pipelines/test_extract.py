"""``copydesk extract``: an article and where its values came from, or why there is none."""

import json
from pathlib import Path

import pytest

from examples.serve_newsroom import NEWSROOM, serving
from pipelines import cli

SOURCES = str(NEWSROOM / "sources.toml")


def test_extract_prints_an_article_and_where_its_values_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    page = NEWSROOM / "pages" / "wire.meridian.example" / "2026" / "10" / "02" / "orrin-valley-flood.html"
    assert cli.main(["extract", str(page), "--source", "meridian", "--sources", SOURCES]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["source"] == "meridian"
    assert found["agency"] == "MPA"
    assert found["published_at"].startswith("2026-10-0")
    assert found["origins"]["published_at"].startswith("json-ld")
    assert found["canonical_url"].startswith("http://wire.meridian.example/")


def test_extract_knows_the_agencies_of_the_sources_file(capsys: pytest.CaptureFixture[str]) -> None:
    page = NEWSROOM / "pages" / "wire.meridian.example" / "2026" / "10" / "02" / "orrin-valley-flood.html"
    found = {}
    for more in ([], ["--sources", SOURCES]):
        assert cli.main(["extract", str(page), *more]) == 0
        article = json.loads(capsys.readouterr().out)
        found[len(more)] = (article["source"], article["source_kind"], article["agency"])
    assert found == {0: ("page", "outlet", None), 2: ("page", "wire", "MPA")}


def test_extract_fetches_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as proxy:
        url = "http://wire.meridian.example/2026/10/02/orrin-valley-flood.html"
        assert cli.main(["extract", url, "--proxy", proxy]) == 0
        assert json.loads(capsys.readouterr().out)["url"] == url
        assert cli.main(["extract", "http://wire.meridian.example/none", "--proxy", proxy]) == 1
        assert json.loads(capsys.readouterr().out)["rejected"]["reason"] == "http-gone"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["none.html"], 2, "none.html cannot be read"),
        (["empty.html"], 1, "no-text"),
        (["empty.html", "--source", "x", "--sources", SOURCES], 2, "has no source 'x'"),
        (["empty.html", "--url", "javascript:x"], 1, "bad-url"),
    ],
)
def test_extract_says_why_there_is_no_article(
    arguments: list[str],
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.html").write_text("")
    assert cli.main(["extract", *arguments]) == status
    told = capsys.readouterr()
    assert said in told.out + told.err


NASTY = """<html><head><title>Bridge &lt;script&gt;alert(1)&lt;/script&gt; \x1b[31m</title></head><body><article><h1>Bridge
&lt;script&gt;alert(1)&lt;/script&gt;</h1><div class="x&quot;&gt;&lt;img src=x onerror=alert(1)&gt;">{}</div></article></body></html>"""


def test_explain_prints_candidates_and_blocks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = NEWSROOM / "pages" / "wire.meridian.example" / "2026" / "10" / "02" / "orrin-valley-flood.html"
    out = tmp_path / "why.html"
    arguments = ["extract", str(page), "--source", "meridian", "--sources", SOURCES]
    assert cli.main([*arguments, "--explain", "--explain-html", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("published_at: 2026-10-02T") for line in lines)
    assert any(line.startswith("  > ") and "json-ld datePublished" in line for line in lines)
    assert any(line.startswith("  + ") for line in lines)
    assert any(line.startswith("  - ") for line in lines)
    assert max(map(len, lines)) <= 160
    html = out.read_text(encoding="utf-8")
    assert html.count('class="block kept"') == sum(line.startswith("  + ") for line in lines)
    assert html.count('class="block dropped"') == sum(line.startswith("  - ") for line in lines)
    assert cli.main([*arguments, "--explain-html", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["agency"] == "MPA"


def test_an_explanation_shows_what_pages_say_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, out = tmp_path / "page.html", tmp_path / "why.html"
    page.write_text(
        NASTY.format("<p>The harbour bridge will close on Monday for a year, the port said.</p>" * 3), encoding="utf-8"
    )
    assert cli.main(["extract", str(page), "--explain", "--explain-html", str(out)]) == 0
    assert "\x1b" not in capsys.readouterr().out
    html = out.read_text(encoding="utf-8")
    assert "alert(1)" in html
    assert "<script" not in html
    assert "<img" not in html


def test_explain_says_why_there_is_no_page_and_where_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = NEWSROOM / "pages" / "wire.meridian.example" / "2026" / "10" / "02" / "orrin-valley-flood.html"
    assert cli.main(["extract", str(page), "--explain-html", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    (tmp_path / "empty.html").write_text("")
    assert cli.main(["extract", str(tmp_path / "empty.html"), "--explain"]) == 1
    assert json.loads(capsys.readouterr().out)["rejected"]["reason"] == "no-text"

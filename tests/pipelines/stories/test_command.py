"""``copydesk stories``: lists, one story, one article beside its lead, and pages."""

import json
import sys
from pathlib import Path

import pytest
from lxml import html

from pipelines import cli
from tests.pipelines.stories.conftest import CUT, OWN, SILENT, WIRE_STORY
from tests.support.samples import RUN
from tests.support.small_lakes import COPY, ORIGINAL, add, rows_of
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake


def printed(lake: Lake, *options: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert cli.main(["stories", str(lake.root), *options]) == 0
    return capsys.readouterr().out


def listed(lake: Lake, *options: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [row["story_id"] for row in json.loads(printed(lake, "--json", *options, capsys=capsys))]


def test_the_story_of_most_sources_comes_first(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = json.loads(printed(lake, "--json", capsys=capsys))
    assert (first["story_id"], first["sources"], first["articles"]) == (WIRE_STORY.story_id, 3, 3)
    assert (first["agencies"], first["headline"]) == (["MPA"], "River rises")
    assert (first["first_at"], first["last_at"]) == ("2026-10-01T09:00:00Z", "2026-10-01T11:00:00Z")
    assert second["story_id"] == OWN.story_id
    table = printed(lake, capsys=capsys)
    assert "River rises" in table
    assert WIRE_STORY.story_id[:10] in table


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--agency", "mpa"], 1),
        (["--agency", "AP"], 0),
        (["--source", "beacon"], 2),
        (["--source", "meridian"], 1),
        (["--min-sources", "3"], 1),
        (["--limit", "1"], 1),
        (["--since", "2026-10-01"], 1),  # the article that began the other story was seen days before
        (["--since", "2026-10-02"], 0),
    ],
)
def test_options_choose_stories(lake: Lake, options: list[str], count: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(listed(lake, *options, capsys=capsys)) == count


def test_no_story_is_said_with_what_to_do(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stories", str(lake.root), "--min-sources", "9"]) == 0
    assert "lower --min-sources" in capsys.readouterr().err


def test_a_story_shows_who_ran_it_when_and_how_much(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    story = json.loads(printed(lake, WIRE_STORY.story_id[:8], "--json", capsys=capsys))
    assert story["compared_with"] == WIRE_STORY.article_id
    assert [(row["source"], row["relation"]) for row in story["articles"]] == [
        ("meridian", "original"),
        ("post", "exact"),
        ("beacon", "abridged"),
    ]
    lead, copy, cut = story["articles"]
    assert "kept" not in lead
    assert (copy["kept"], copy["own"]) == (1.0, 0.0)
    assert 0.5 < cut["kept"] < 0.7
    assert 0.2 < cut["own"] < 0.4
    text = printed(lake, WIRE_STORY.story_id, capsys=capsys)
    assert "+2 h" in text
    assert "[/red]Flood" in text
    assert "\x1b[31m" not in text


def test_an_article_stands_beside_its_lead(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(printed(lake, SILENT.article_id, capsys=capsys).split())
    assert "[-metres-]" in text
    assert "[+meters+]" in text
    assert "[+Our reporter saw boats in the market place.+]" in text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["nowhere"], "nowhere is not a lake"),
        (["lake", "zzz"], "has no story or article zzz"),
        (["lake", "--since", "x"], "neither a day"),
    ],
)
def test_wrong_usage_exits_with_2(
    lake: Lake, given: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lake.root.parent)
    try:
        status = cli.main(["stories", *given])
    except SystemExit as ended:
        status = int(ended.code or 0)
    assert status == 2
    assert message in capsys.readouterr().err


def test_an_id_that_begins_several_stories_is_refused(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.stories.queries import find_story
    from schemas import UsageError

    with pytest.raises(UsageError, match="several stories begin with"):
        find_story(lake, "")


def test_a_page_has_the_texts_side_by_side_and_loads_nothing(
    lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "stories.html"
    printed(lake, "--html", str(out), capsys=capsys)
    page = html.document_fromstring(out.read_text(encoding="utf-8"))
    assert len(page.xpath("//section")) == 2
    assert "metres" in {(element.text or "").strip() for element in page.iter("del")}
    assert [element.text for element in page.iter("ins")][-1] == CUT.split("\n")[-1]
    assert page.xpath("//b") == []
    assert page.xpath("//script | //iframe | //img | //form") == []
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_one_story_is_a_page_too(lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "story.html"
    printed(lake, WIRE_STORY.story_id, "--html", str(out), capsys=capsys)
    page = html.document_fromstring(out.read_text(encoding="utf-8"))
    assert page.findtext(".//h1") == "River rises"
    assert len(page.xpath("//details")) == 1  # the copy word for word has nothing to show
    assert cli.main(["stories", str(lake.root), "--html", str(tmp_path)]) == 2


def test_without_the_libraries_the_command_says_what_to_install(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    for module in ("pipelines.stories.queries", "pipelines.lake_queries"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    assert cli.main(["stories", str(lake.root)]) == 2
    assert "pip install '.[report]'" in capsys.readouterr().err


def test_sketches_are_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake = open_lake(tmp_path / "rebuilt")
    add(lake, rows_of(ORIGINAL, COPY), RUN)
    assert cli.main(["stories", str(lake.root), "--rebuild"]) == 0
    assert "Made 2 sketches of 1 days again." in capsys.readouterr().err

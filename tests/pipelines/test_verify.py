"""The command ``copydesk verify``: what it prints, how it ends, and what it repairs."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import cli
from tests.support.damaged_lakes import (
    damage_the_marker,
    leave_a_damaged_intent,
    leave_a_decided_run,
    leave_partial_files,
    leave_staged_files,
    let_the_lake_be_newer,
    lose_an_index_row,
    lose_the_record,
    put_a_copy_in,
    put_a_file_at_the_top,
    remove_the_index,
    remove_the_marker,
    repeat_an_article,
    truncate,
)
from tests.support.samples import RUN, article, story_article
from tests.support.small_lakes import LATER, add, filled, kinds, problems, rows_of
from transforms.lake.index import articles_known
from transforms.lake.layout import Lake, record_path
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("sound") / "lake").root


@pytest.fixture
def lake(sound: Path, tmp_path: Path) -> Lake:
    """A sound lake to be damaged."""
    return Lake(shutil.copytree(sound, tmp_path / "lake"))


def verify(lake: Lake, *options: str) -> int:
    return cli.main(["verify", "--lake", str(lake.root), *options])


def test_a_sound_lake_exits_with_0_and_says_what_was_read(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(lake) == 0
    told = capsys.readouterr()
    size = sum(file.stat().st_size for file in lake.root.rglob("*.parquet"))
    assert told.out == ""
    assert told.err == f"No problem in 5 files, 10 rows, {size:,} bytes.\n"
    assert verify(lake, "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_problems_exit_with_1_a_line_each(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    put_a_file_at_the_top(lake)
    assert verify(lake, "--quiet") == 1
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.splitlines() == [
        "unknown: old\\nlake: is not part of a lake: move it out",
        "unknown: thesis.doc: is not part of a lake: move it out",
    ]


def test_many_problems_of_a_kind_are_counted_and_all_are_in_the_json(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(23):
        (lake.root / f"{number:02}").touch()
    damage_the_marker(lake)
    assert verify(lake) == 1
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0].startswith("lake-record: lake.json: is damaged")
    assert lines[-1] == "unknown: and 3 more (all with --json)"
    assert len(lines) == 22
    assert told.err.startswith("24 problems in 5 files")
    assert verify(lake, "--json", "--quiet") == 1
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert (found["sound"], found["files"], found["rows"], found["busy"]) == (False, 5, 10, False)
    assert len(found["problems"]) == 24
    assert found["problems"][1]["kind"] == "unknown"
    assert told.err == ""


@pytest.mark.parametrize("name", ["none", "a-file", "empty", "ftp://host/lake", "other"])
def test_what_is_not_a_lake_exits_with_2(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a-file").touch()
    Path("empty").mkdir()
    Path("other").mkdir()
    Path("other/lake.json").write_text('{"format": "x", "schema_version": 1}')
    before = sorted(tmp_path.rglob("*"))
    for options in ([], ["--repair"]):
        assert cli.main(["verify", "--lake", name, *options]) == 2
        assert "lake" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("arguments", [[], ["--lake"], ["--lake", "x", "--repairs"]])
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["verify", *arguments])
    assert caught.value.code == 2
    assert "copydesk verify" in capsys.readouterr().err


def test_a_lake_is_checked_beside_a_running_run_but_not_repaired(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_staged_files(lake)
    with writing(lake, "the-other"):
        assert verify(lake) == 0
        assert "A run is writing" in capsys.readouterr().err
        assert verify(lake, "--repair") == 1
        assert "the-other" in capsys.readouterr().err
    assert (lake.staging / LATER).exists()
    assert verify(lake) == 1


def test_repair_sets_right_what_is_safe_and_a_second_check_finds_nothing(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    for damage in (lose_an_index_row, leave_staged_files, leave_partial_files):
        damage(lake)
    assert all(problem.repairable for problem in problems(lake))
    before = {path: path.read_bytes() for path in lake.root.rglob("part-*.parquet") if lake.staging not in path.parents}
    assert verify(lake) == 1
    assert "5 of these can be repaired with --repair." in capsys.readouterr().err
    assert verify(lake, "--repair") == 0
    said = capsys.readouterr().err
    for line in (
        f"Discarded the uncommitted work of run {LATER}",
        "Added 1 rows to the index.",
    ):
        assert line in said
    assert said.count("which was only partly written") == 2  # recovery had cleared that of runs/
    assert {path: path.read_bytes() for path in before} == before
    assert verify(lake, "--repair") == 0
    assert capsys.readouterr().err.startswith("No problem in 6 files")
    (added,) = (path for path in lake.runs.rglob("*.json") if path.name != f"{RUN}.json")
    assert json.loads(added.read_text())["engine"] == "verify --repair"


def test_a_repaired_index_row_is_the_one_that_a_pass_would_have_written(lake: Lake) -> None:
    def index() -> list[dict[str, object]]:
        tables = [pq.ParquetFile(path).read() for path in (lake.root / "index").rglob("*.parquet")]
        rows: list[dict[str, object]] = pa.concat_tables(tables).to_pylist()
        return sorted(rows, key=lambda row: (str(row["entry_key"]), str(row["article_id"])))

    before = index()
    lose_an_index_row(lake)
    assert len(index()) == len(before) - 1
    assert verify(lake, "--repair", "--quiet") == 0
    assert index() == before


def test_repair_makes_lake_json_anew(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    before = (lake.root / "lake.json").read_bytes()
    remove_the_marker(lake)
    assert verify(lake, "--repair") == 0
    assert "Restored lake.json." in capsys.readouterr().err
    assert (lake.root / "lake.json").read_bytes() == before


def test_repair_finishes_a_commit_that_was_cut_off(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    leave_a_decided_run(lake)
    assert verify(lake, "--repair", "--json", "--quiet") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["repaired"] == [f"Finished the commit of run {LATER}, which had been cut off."]
    assert (lake.root / record_path(LATER)).exists()


@pytest.mark.parametrize(
    "damage", [truncate, put_a_copy_in, remove_the_index, lose_the_record, repeat_an_article, leave_a_damaged_intent]
)
def test_repair_never_deletes_or_changes_data(lake: Lake, damage: Callable[[Lake], None]) -> None:
    damage(lake)
    before = {path: path.read_bytes() for path in lake.root.rglob("*.parquet")}
    assert verify(lake, "--repair", "--quiet") == 1
    after = {path: path.read_bytes() for path in lake.root.rglob("*.parquet")}
    assert {path: after.get(path) for path in before if lake.staging not in path.parents} == {
        path: content for path, content in before.items() if lake.staging not in path.parents
    }


@pytest.mark.parametrize("damage", [damage_the_marker, let_the_lake_be_newer, put_a_file_at_the_top])
def test_repair_leaves_a_lake_alone_that_it_does_not_know(
    lake: Lake, damage: Callable[[Lake], None], capsys: pytest.CaptureFixture[str]
) -> None:
    damage(lake)
    if damage is put_a_file_at_the_top:
        remove_the_marker(lake)
    leave_staged_files(lake)
    assert verify(lake, "--repair") == 1
    assert "nothing is repaired" in capsys.readouterr().err
    assert (lake.staging / LATER).exists()


def test_a_lost_index_is_made_anew_in_several_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.verify._ROWS_OF_A_REPAIR", 40)
    lake = open_lake(tmp_path)
    articles = [story_article(article(url=f"http://post.example/{number}", body=str(number))) for number in range(100)]
    add(lake, rows_of(*articles), RUN)
    remove_the_index(lake)
    assert verify(lake, "--repair", "--quiet") == 1
    assert kinds(lake) == ["missing"]
    assert len(list(lake.runs.rglob("*.json"))) == 4
    assert articles_known(lake, {item.article_id for item in articles}).keys() == {item.article_id for item in articles}

"""Folders that are or become lakes, and others."""

import json
from pathlib import Path

import pytest

from schemas import SCHEMA_VERSION
from transforms.lake.layout import LakeError
from transforms.lake.opening import existing_lake, open_lake


def test_a_new_folder_becomes_a_lake_and_opens_again(tmp_path: Path) -> None:
    lake = open_lake(tmp_path / "a" / "lake")
    assert json.loads((lake.root / "lake.json").read_text())["schema_version"] == SCHEMA_VERSION
    assert open_lake(lake.root) == lake


def test_a_lake_path_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("x")
    with pytest.raises(LakeError, match="is a file"):
        open_lake(tmp_path / "lake")


@pytest.mark.parametrize("path", ["/proc/copydesk-lake", "/dev/null/lake"])
def test_a_lake_path_that_cannot_be_written_says_so(path: str) -> None:
    with pytest.raises(LakeError, match=r"cannot be written|is a file"):
        open_lake(path)


def test_a_folder_of_other_files_is_not_taken_for_a_lake(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("x")
    with pytest.raises(LakeError, match=r"thesis\.doc"):
        open_lake(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_lake_whose_making_was_killed_is_made(tmp_path: Path) -> None:
    (tmp_path / ".lake.json.e117f71f").write_text("{")
    assert open_lake(tmp_path).staging.exists()


def test_a_lake_of_a_newer_schema_version_is_left_alone(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    (lake.root / "lake.json").write_text(json.dumps({"format": "copydesk lake", "schema_version": SCHEMA_VERSION + 1}))
    with pytest.raises(LakeError, match="newer Copydesk"):
        open_lake(tmp_path)


@pytest.mark.parametrize("marker", ["", '{"format": "copydesk la'])
def test_a_marker_that_was_cut_off_is_written_again(tmp_path: Path, marker: str) -> None:
    lake = open_lake(tmp_path)
    whole = (lake.root / "lake.json").read_text()
    (lake.root / "lake.json").write_text(marker)
    assert existing_lake(tmp_path) == lake
    assert (lake.root / "lake.json").read_text() == whole


@pytest.mark.parametrize("marker", ["{}", "[]", '{"format": "x", "schema_version": 1}'])
def test_a_damaged_marker_is_an_error(tmp_path: Path, marker: str) -> None:
    lake = open_lake(tmp_path)
    (lake.root / "lake.json").write_text(marker)
    with pytest.raises(LakeError, match=r"lake\.json"):
        open_lake(tmp_path)

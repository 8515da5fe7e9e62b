"""Days and sources on other disks, and files of other programs: every part of Copydesk sees the same lake."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipelines.compact import main as compact
from pipelines.report.queries import read_figures
from pipelines.verify import main as verify
from schemas import StoryArticle
from tests.support.samples import NOON
from tests.support.small_lakes import LATER, ORIGINAL, add, filled, kinds, rows_of
from transforms.lake.index import articles_known
from transforms.lake.layout import RECORDS, Lake
from transforms.lake.opening import open_lake
from transforms.lake.stores import local
from transforms.lake.tables import LakeReader

DAY = "date=2026-10-01"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another disk than the lake, or at least in another place."""
    with tempfile.TemporaryDirectory(dir=Path.home()) as folder:
        yield Path(folder)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return filled(tmp_path / "lake")


def move(lake: Lake, folder: str, elsewhere: Path) -> Path:
    """Moves a folder of the lake, and leaves a link."""
    target = elsewhere / folder.replace("/", " ")
    shutil.move(lake.root / folder, target)
    (lake.root / folder).symlink_to(target)
    return target


@pytest.mark.parametrize(
    "folder", [f"index/{DAY}", f"articles/{DAY}", f"articles/{DAY}/source=post", "articles", "index", "polls", "runs"]
)
def test_a_folder_on_another_disk_is_part_of_the_lake_for_all(
    folder: str, lake: Lake, elsewhere: Path, tmp_path: Path
) -> None:
    before = {dataset: len(lake.files(dataset)) for dataset in RECORDS}
    move(lake, folder, elsewhere)
    assert {dataset: len(lake.files(dataset)) for dataset in before} == before
    assert articles_known(lake, [ORIGINAL.article_id]).keys() == {ORIGINAL.article_id}
    assert LakeReader(lake).articles().num_rows == 3
    assert read_figures(lake, 30, NOON).totals.articles == 3
    assert kinds(lake) == []
    late = NOON + timedelta(minutes=10)
    add(lake, rows_of(*(_again(number, late) for number in range(3))))
    assert kinds(lake) == []
    assert compact(["--lake", str(lake.root), "--quiet"]) == 0
    assert (lake.root / folder).is_symlink()
    assert verify(["--lake", str(lake.root), "--quiet"]) == 0
    assert LakeReader(lake).articles().num_rows == 6
    assert not list(lake.staging.rglob("*"))


def _again(number: int, fetched_at: datetime) -> StoryArticle:
    return replace(
        ORIGINAL,
        article_id=f"{number:032x}",
        story_id=f"{number:032x}",
        source="post",
        content_hash=f"c{number}",
        fetched_at=fetched_at,
        run_id=LATER,
    )


def test_a_file_goes_to_another_disk_whole_or_not_at_all(tmp_path: Path, elsewhere: Path) -> None:
    old, new = tmp_path / "old", elsewhere / "new"
    if os.stat(tmp_path).st_dev == os.stat(elsewhere).st_dev:
        pytest.skip("there is no second disk")
    old.write_bytes(b"rows")
    local._move(old, new)
    assert new.read_bytes() == b"rows"
    assert not old.exists()
    assert [path.name for path in elsewhere.iterdir()] == ["new"]


def test_a_disk_that_is_not_there_is_an_error_and_not_an_empty_day(lake: Lake, elsewhere: Path) -> None:
    shutil.rmtree(move(lake, f"index/{DAY}", elsewhere))
    with pytest.raises(OSError, match="Is its disk mounted"):
        articles_known(lake, [ORIGINAL.article_id])
    assert {"unreadable", "missing-partition"} <= set(kinds(lake))


def test_files_of_other_programs_are_ignored_and_named(lake: Lake) -> None:
    (file,) = lake.files("articles")[:1]
    strangers = [
        file.with_name(f"._{file.name}"),
        lake.root / "articles" / "copy.parquet",
        lake.root / "articles" / DAY / "copy.parquet",
        lake.root / "index" / "date=today" / "copy.parquet",
        lake.root / "runs" / "._20261001T120000Z-abcdef.json",
        lake.root / "_staging" / ".AppleDouble",
        lake.root / "_staging" / "._intent.json",
    ]
    for stranger in strangers:
        stranger.parent.mkdir(parents=True, exist_ok=True)
        stranger.write_bytes(b"\0\5\x16\7")
    assert articles_known(lake, [ORIGINAL.article_id]).keys() == {ORIGINAL.article_id}
    assert LakeReader(lake).articles().num_rows == 3
    assert set(kinds(lake)) == {"orphan", "unknown"}
    assert len(kinds(lake)) == len(strangers)
    assert compact(["--lake", str(lake.root), "--quiet"]) == 0
    assert all(stranger.exists() for stranger in strangers)


def test_a_new_lake_may_be_made_where_a_system_left_its_files(tmp_path: Path) -> None:
    for name in (".DS_Store", "._lake"):
        (tmp_path / name).write_text("")
    (tmp_path / "lost+found").mkdir()
    assert open_lake(tmp_path).runs.is_dir()

"""Sketches that are made again from the articles of a lake."""

import itertools
import shutil
from datetime import timedelta
from pathlib import Path

from pipelines.verify import main as verify
from tests.support.samples import NOON, RUN
from tests.support.small_lakes import COPY, ORIGINAL, OTHER, add, rows_of
from tests.support.tables import rows
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.stories.rebuild import rebuild_sketches
from transforms.stories.sketch import sketch_of

ARTICLES = (ORIGINAL, COPY, OTHER)


def test_a_rebuild_gives_the_sketches_that_the_runs_wrote(tmp_path: Path) -> None:
    lake = open_lake(tmp_path / "lake")
    add(lake, [*rows_of(*ARTICLES), *(sketch_of(each, each.story_id) for each in ARTICLES)], RUN)
    before = rows(lake.root, "sketches")
    assert len(before) == 3
    seconds = itertools.count(1)
    for _ in range(2):
        with writing(lake, "rebuild"):
            days = list(rebuild_sketches(lake, lambda: NOON + timedelta(seconds=next(seconds))))
        assert sum(day.sketches for day in days) == 3
        assert rows(lake.root, "sketches") == before
    assert verify(["--lake", str(lake.root), "--quiet"]) == 0


def test_a_rebuild_adds_sketches_to_a_lake_without_them(tmp_path: Path) -> None:
    lake = open_lake(tmp_path / "lake")
    add(lake, rows_of(*ARTICLES), RUN)
    shutil.rmtree(lake.dataset("sketches"), ignore_errors=True)
    with writing(lake, "rebuild"):
        assert sum(day.sketches for day in rebuild_sketches(lake, lambda: NOON)) == 3
    assert {row["story_id"] for row in rows(lake.root, "sketches")} == {each.story_id for each in ARTICLES}
    assert verify(["--lake", str(lake.root), "--quiet"]) == 0

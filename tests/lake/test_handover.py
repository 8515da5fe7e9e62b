"""Rows that a step hands over to a later one in files."""

from dataclasses import replace
from pathlib import Path

import pytest

from schemas import Sketch
from tests.support.memory_store import MemoryFileSystem
from tests.support.samples import NOON, RUN, WIRE, article, summary
from transforms.lake.commit import commit, unstage
from transforms.lake.handover import hand_over, handed_over
from transforms.lake.layout import STAGING, Lake
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.stories.sketch import sketch_of

LONG = " ".join(f"word{number}" for number in range(300))
SKETCHES = [
    sketch_of(article(url="http://post.example/one", body=LONG, published_at=NOON)),
    sketch_of(article(WIRE, "http://wire.example/two", body="Short.", published_at=None)),
    replace(sketch_of(article(url="http://post.example/three")), story_id="story", revision=2),
]


@pytest.fixture(params=["disk", "objects"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    MemoryFileSystem.objects.clear()
    return open_lake(tmp_path / "lake" if request.param == "disk" else "memory://bucket/lake")


def test_what_is_handed_over_arrives_whole_from_all_files(lake: Lake) -> None:
    with writing(lake, RUN):
        paths = [hand_over(lake, RUN, SKETCHES[:2]), hand_over(lake, RUN, SKETCHES[2:])]
        found = handed_over(lake, Sketch, paths)
    assert sorted(found, key=lambda sketch: sketch.article_id) == sorted(SKETCHES, key=lambda one: one.article_id)


def test_a_bundle_that_is_tried_again_replaces_nothing_that_another_step_reads(lake: Lake) -> None:
    with writing(lake, RUN):
        first = hand_over(lake, RUN, SKETCHES[:1])
        hand_over(lake, RUN, SKETCHES[:1])
        assert handed_over(lake, Sketch, [first]) == SKETCHES[:1]


@pytest.mark.parametrize("is_committed", [True, False])
def test_the_files_go_with_the_run(lake: Lake, is_committed: bool) -> None:
    with writing(lake, RUN):
        hand_over(lake, RUN, SKETCHES)
        if is_committed:
            commit(lake, summary())
        else:
            unstage(lake, RUN)
    assert not [path for path in lake.store.files(STAGING) if path.endswith(".parquet")]

"""The index of sketches: with it the same earlier articles are found as without it, whatever happened to the lake or to the index."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import Row, Sketch
from tests.support.derived import (
    DAMAGE,
    Step,
    compact_all,
    do_damage,
    locked,
    refuse_to_read,
    steps,
)
from tests.support.memory_store import MemoryFileSystem
from tests.support.samples import NOON, OUTLET, WIRE, article, story_article
from tests.support.small_lakes import add, stage_all
from transforms.accounting import runs
from transforms.accounting.rows import article_index_row
from transforms.lake.layout import Lake
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.stories import known, sketch_index
from transforms.stories.candidates import HOT
from transforms.stories.group import LOOK_BACK
from transforms.stories.known import KnownSketches, known_sketches
from transforms.stories.sketch import sketch_of

PARTS = [" ".join(f"word{part}x{word}" for word in range(40)) for part in range(8)]
"""Passages that articles share."""
Found = tuple[set[Sketch], set[Sketch]]
_Result = TypeVar("_Result")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All lakes get an index of sketches, in a folder of the test, as if it were a day after the articles."""
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(known, "MIN_BYTES", 1)
    monkeypatch.setattr(known, "SAMPLE", 5)
    monkeypatch.setattr(runs, "clock", lambda: NOON + timedelta(days=1))
    sketch_index.sketch_index.cache_clear()
    return tmp_path / "cache"


def commit(lake: Lake, number: int, *, count: int = 3, body: str = "", day: int | None = None) -> None:
    """Commits articles of two sources, with this body or with passages that follow from the number."""
    draw = random.Random(number)
    run_id = f"20261001T12{number // 60:02}{number % 60:02}Z-{number:06x}"
    rows: list[Row] = []
    for item in range(count):
        moment = NOON + timedelta(
            days=draw.choice((0, 0, -1, -2, -6, -7, -8, -9, -30)) if day is None else day, minutes=draw.choice((0, 1))
        )
        text = body or "\n".join([*draw.sample(PARTS, 2), f"text {number} {item} of its own"])
        made = article(draw.choice((OUTLET, WIRE)), f"http://post.example/{number}/{item}", text)
        made = replace(made, published_at=draw.choice((moment, moment, None)), run_id=run_id)
        made = replace(made, first_seen_at=made.published_at or moment)
        member = story_article(made, story_id=made.article_id)
        rows += [member, article_index_row(member), sketch_of(made, made.article_id)]
    add(lake, rows, run_id, entries=count, articles=count)


def new_article(ago: int, *passages: str) -> Sketch:
    made = article(OUTLET, f"http://post.example/new/{ago}", "\n".join(passages))
    return sketch_of(replace(made, published_at=NOON - timedelta(days=ago), first_seen_at=NOON))


def found(lake: Lake) -> list[Found]:
    """What the lake has of new articles of several days."""
    news = [
        [new_article(0, *PARTS[:3])],
        [new_article(1, *PARTS[3:]), new_article(30, PARTS[1])],
        [new_article(6, *PARTS)],
    ]
    return [comparable(known_sketches(lake, new, LOOK_BACK)) for new in news]


def comparable(these: KnownSketches) -> Found:
    """The sketches, without their order and without the lines, which an index does not have."""
    alike, sample = ([replace(sketch, lines=None) for sketch in part] for part in (these.alike, these.sample))
    assert (len(alike), len(sample)) == (len(set(alike)), len(set(sample)))
    return set(alike), set(sample)


def without(lake: Lake, monkeypatch: pytest.MonkeyPatch, look: Callable[[Lake], _Result]) -> _Result:
    """The same, from the files."""
    with monkeypatch.context() as patch:
        patch.setattr(known, "MIN_BYTES", 1 << 60)
        return look(lake)


def stored(cache: Path) -> int:
    """Sketches in the index."""
    (file,) = cache.rglob("index.sqlite")
    with closing(sqlite3.connect(file)) as database:
        (count,) = database.execute("SELECT count(*) FROM sketches").fetchone()
    return int(count)


def forget(lake: Lake, number: int) -> None:
    """Another process goes on."""
    sketch_index.sketch_index.cache_clear()


def look(lake: Lake, number: int) -> None:
    found(lake)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps("sketches", commit, look, forget),
    st.sampled_from((1, 5_000, 1 << 20)),
)
def test_whatever_happened_the_same_articles_are_found(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, happened: list[Step], most_added: int
) -> None:
    lake = open_lake(tmp_path_factory.mktemp("lake"))
    monkeypatch.setattr(sketch_index.SketchIndex, "most_added", most_added)
    for number, step in enumerate(happened):
        step(lake, number)
    assert found(lake) == without(lake, monkeypatch, found)


def test_of_a_hot_key_the_first_texts_count_wherever_they_are(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    monkeypatch.setattr(sketch_index.SketchIndex, "most_added", 1)  # one file a lookup, from the second one on
    for number in range(4):
        commit(lake, number, count=HOT // 2, body=PARTS[0], day=-number)

    def alike(lake: Lake) -> set[Sketch]:
        return comparable(known_sketches(lake, [new_article(0, PARTS[0], PARTS[1])], LOOK_BACK))[0]

    expected = without(lake, monkeypatch, alike)
    assert 0 < len(expected) < HOT // 2
    sizes = []
    for _ in range(6):
        assert alike(lake) == expected
        sizes.append(stored(cache))
    assert sizes == [0, HOT // 2, HOT, 3 * HOT // 2, 2 * HOT, 2 * HOT]


def test_the_first_lookup_of_a_process_leaves_large_files(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 0, day=0)
    monkeypatch.setattr(sketch_index.SketchIndex, "most_added", 1)
    new = [new_article(0, *PARTS)]
    lookups, sizes = [], []
    for number in range(3):
        lookups.append(comparable(known_sketches(lake, new, LOOK_BACK)))
        sizes.append(stored(cache))
        if number == 0:
            forget(lake, 0)
    assert sizes == [0, 0, 3]
    assert lookups[0] == lookups[1] == lookups[2]


def test_days_that_are_too_old_leave_the_index_and_are_read_when_they_are_needed(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 1, day=-3)
    before = found(lake)
    assert stored(cache) == 3
    monkeypatch.setattr(runs, "clock", lambda: NOON + timedelta(days=80))
    commit(lake, 2, count=4, day=75)
    assert known_sketches(lake, [new_article(-74, *PARTS)], LOOK_BACK).alike
    assert stored(cache) == 4
    assert found(lake) == before


def test_files_of_a_compaction_are_not_read_again(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    for number in range(4):
        commit(lake, number, day=-number)
    new = [new_article(0, *PARTS)]
    before = comparable(known_sketches(lake, new, LOOK_BACK))
    compact_all(lake, 0)
    forget(lake, 0)
    monkeypatch.setattr(sketch_index, "read_batches", refuse_to_read)
    monkeypatch.setattr(known, "read_batches", refuse_to_read)
    assert comparable(known_sketches(lake, new, LOOK_BACK)) == before
    assert before[0]


def test_a_file_whose_commit_is_not_finished_is_read_each_time(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 1, count=1, day=0)
    run_id = "20261001T130000Z-000002"
    other = [article(url=f"http://post.example/other/{number}", body=PARTS[0]) for number in range(2)]
    for file in stage_all(lake, run_id, [sketch_of(each, each.article_id) for each in other]):
        (lake.root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (lake.staging / run_id / file.path).rename(lake.root / file.path)
    assert found(lake) == without(lake, monkeypatch, found)
    assert {sketch.article_id for sketch in found(lake)[0][0]} >= {each.article_id for each in other}
    assert stored(cache) == 1


@pytest.mark.parametrize("damage", DAMAGE)
def test_articles_are_found_without_it(
    damage: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 1)
    found(lake)
    (file,) = cache.rglob("index.sqlite")
    do_damage(damage, file, monkeypatch)
    sketch_index.sketch_index.cache_clear()
    commit(lake, 2)
    expected = without(lake, monkeypatch, found)
    assert expected[0][0]
    if damage == "locked":
        with locked(file, monkeypatch):
            assert found(lake) == expected
    for _ in range(2):
        assert found(lake) == expected


def test_a_lake_of_objects_has_it_on_this_machine(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MemoryFileSystem.objects.clear()
    lake = open_lake("memory://bucket/lake")
    run_id = "20261001T120001Z-000001"
    with writing(lake, run_id):
        commit(lake, 1, day=0)
    new = [new_article(0, *PARTS)]
    before = comparable(known_sketches(lake, new, LOOK_BACK))
    assert before[0]
    assert stored(cache) == 3
    monkeypatch.setattr(known, "read_batches", refuse_to_read)
    assert comparable(known_sketches(lake, new, LOOK_BACK)) == before

"""The index of lines: with it the same lines are repeated as without it, whatever happened to the lake or to the index."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from schemas import Row, Sketch
from tests.support.derived import (
    DAMAGE,
    Step,
    compact_all,
    do_damage,
    locked,
    lose_the_databases,
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
from transforms.stories import line_index, repeated
from transforms.stories.repeated import repeated_lines
from transforms.stories.sketch import sketch_of

OFFER, LEGAL = "Get the best of the harbour in your inbox", "Reproduction of this text is not allowed"
LINES = [OFFER, LEGAL, *(f"Subheading number {number} of the source" for number in range(8))]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All lakes get an index of lines, in a folder of the test, as if it were a day after the articles."""
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(repeated, "MIN_BYTES", 1)
    monkeypatch.setattr(runs, "clock", lambda: NOON + timedelta(days=1))
    line_index.line_index.cache_clear()
    return tmp_path / "cache"


def commit(lake: Lake, number: int, *lines: str, count: int = 3, day: int = 0) -> None:
    """Commits articles of two sources with these lines, or with some that follow from the number."""
    draw = random.Random(number)
    run_id = f"20261001T12{number // 60:02}{number % 60:02}Z-{number:06x}"
    rows: list[Row] = []
    for item in range(count):
        moment = NOON + timedelta(days=day if lines else -draw.choice((0, 0, 1, 2, 9, 29, 30, 31, 70)))
        body = "\n".join(lines or [*draw.sample(LINES, 3), draw.choice(LINES), f"text {number} {item}"])
        made = article(
            draw.choice((OUTLET, WIRE)) if not lines else OUTLET, f"http://post.example/{number}/{item}", body
        )
        made = replace(made, published_at=moment, run_id=run_id)
        story = draw.choice([made.article_id, "story a", "story b"]) if not lines else made.article_id
        member = story_article(made, story_id=story)
        rows += [member, article_index_row(member), sketch_of(made, story)]
    add(lake, rows, run_id, entries=count, articles=count)


def new_articles(ago: int = 0) -> list[Sketch]:
    """A new article of each source, with all the lines."""
    return [
        sketch_of(replace(article(source, "http://post.example/new", "\n".join(LINES)), published_at=at), "new")
        for source in (OUTLET, WIRE)
        for at in [NOON - timedelta(days=ago)]
    ]


def with_index(lake: Lake) -> list[dict[str, bytes]]:
    """The repeated lines of new articles of several days."""
    return [repeated_lines(new_articles(ago), lake) for ago in (0, 3, 30)]


def without(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, bytes]]:
    """The same, from the files."""
    with monkeypatch.context() as patch:
        patch.setattr(repeated, "MIN_BYTES", 1 << 60)
        return with_index(lake)


def counted(cache: Path) -> int:
    """Articles in the index."""
    (file,) = cache.rglob("index.sqlite")
    with closing(sqlite3.connect(file)) as database:
        (count,) = database.execute("SELECT coalesce(sum(articles), 0) FROM articles").fetchone()
    return int(count)


def forget(lake: Lake, number: int) -> None:
    """Another process goes on."""
    line_index.line_index.cache_clear()


def look(lake: Lake, number: int) -> None:
    with_index(lake)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps("sketches", commit, look, forget))
def test_whatever_happened_the_same_lines_are_repeated(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, happened: list[Step]
) -> None:
    lake = open_lake(tmp_path_factory.mktemp("lake"))
    for number, step in enumerate(happened):
        step(lake, number)
    assert with_index(lake) == without(lake, monkeypatch)


def test_counts_of_many_commits_are_those_of_the_files(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    results = []
    for number in range(12):
        commit(lake, number, count=5)
        results.append(with_index(lake))
        assert results[-1] == without(lake, monkeypatch)
    assert results[0] != results[-1]
    lose_the_databases(lake, 0)
    forget(lake, 0)
    assert with_index(lake) == results[-1]


@pytest.mark.parametrize(("articles", "is_repeated"), [(300, True), (301, False)])
def test_a_line_must_be_in_one_of_a_hundred_articles(
    articles: int, is_repeated: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 1, "Nothing of it", count=articles - 3)
    commit(lake, 2, OFFER, count=2)
    for read in (with_index, lambda lake: without(lake, monkeypatch)):
        assert bool(read(lake)[0]) == is_repeated


@pytest.mark.parametrize(("days", "is_repeated"), [(30, True), (31, False)])
def test_articles_that_were_published_long_ago_do_not_count(
    days: int, is_repeated: bool, tmp_path: Path, cache: Path
) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 1, OFFER, day=-days)
    commit(lake, 2, OFFER, count=1, day=-3)
    assert bool(repeated_lines(new_articles(), lake)) == is_repeated
    assert counted(cache) == 4


def test_days_that_are_too_old_leave_the_index_and_are_read_when_they_are_needed(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 1, OFFER, day=-20)
    before = with_index(lake)
    assert counted(cache) == 3
    monkeypatch.setattr(runs, "clock", lambda: NOON + timedelta(days=80))
    commit(lake, 2, LEGAL, count=4, day=75)
    assert repeated_lines(new_articles(-74), lake)
    assert counted(cache) == 4
    assert with_index(lake) == before


def test_files_of_a_compaction_are_not_read_again(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    for number in range(4):
        commit(lake, number)
    before = with_index(lake)
    compact_all(lake, 0)
    forget(lake, 0)
    monkeypatch.setattr(line_index, "read_batches", refuse_to_read)
    assert repeated_lines(new_articles(), lake) == before[0] != {}


def test_a_file_whose_commit_is_not_finished_is_read_each_time(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 1, OFFER, count=1)
    run_id = "20261001T130000Z-000002"
    other = [article(url=f"http://post.example/other/{number}", body=OFFER) for number in range(2)]
    for file in stage_all(lake, run_id, [sketch_of(each, each.article_id) for each in other]):
        (lake.root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (lake.staging / run_id / file.path).rename(lake.root / file.path)
    assert with_index(lake) == without(lake, monkeypatch)
    assert with_index(lake)[0]
    assert counted(cache) == 1


@pytest.mark.parametrize("damage", DAMAGE)
def test_lines_are_found_without_it(damage: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    commit(lake, 1)
    with_index(lake)
    (file,) = cache.rglob("index.sqlite")
    do_damage(damage, file, monkeypatch)
    line_index.line_index.cache_clear()
    commit(lake, 2)
    expected = without(lake, monkeypatch)
    assert expected[0]
    if damage == "locked":
        with locked(file, monkeypatch):
            assert with_index(lake) == expected
    for _ in range(2):
        assert with_index(lake) == expected


def test_a_lake_of_objects_has_it_on_this_machine(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MemoryFileSystem.objects.clear()
    lake = open_lake("memory://bucket/lake")
    run_id = "20261001T120001Z-000001"
    with writing(lake, run_id):
        commit(lake, 1, OFFER)
    found = with_index(lake)
    assert found[0]
    assert counted(cache) == 3
    monkeypatch.setattr(line_index, "read_batches", refuse_to_read)
    assert with_index(lake) == found

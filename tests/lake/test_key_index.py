"""The key index: it gives the rows that the files have, whatever happened to them, and lookups work without it."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.derived import DAMAGE, compact_all, do_damage, locked, lose_a_file, lose_the_databases
from tests.support.memory_store import MemoryFileSystem
from tests.support.samples import NOON, article, reject, story_article
from tests.support.small_lakes import add, rows_of, seen_of, stage_all
from transforms.lake import index, key_index
from transforms.lake.derived import UnusableError
from transforms.lake.index import articles_known, bodies_known, pages_known, rows_with, seen_keys, waiting_rows
from transforms.lake.key_index import KEYS
from transforms.lake.layout import Lake
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake

NAMES = [f"http://post.example/{number}" for number in range(12)]
_COLUMNS = [*KEYS, "outcome", "final", "attempts", "seen_at", "first_seen_at", "feed_url", "source", "revision"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All lakes get a key index, in a folder of the test."""
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(index, "MIN_BYTES", 1)
    key_index.key_index.cache_clear()
    return tmp_path / "cache"


def made(number: int, day: int = 0, **changes: Any) -> Any:
    at = NOON + timedelta(days=day)
    return story_article(
        article(url=NAMES[number], body=f"body {number} " * 20, fetched_at=at, first_seen_at=at), **changes
    )


def keys(numbers: range = range(12)) -> dict[str, list[str]]:
    rows = [row for number in numbers for row in rows_of(made(number)) if not isinstance(row, type(made(0)))]
    rows.append(seen_of(reject()))
    return {name: [value for row in rows if (value := getattr(row, name))] for name in KEYS}


def found(lake: Lake) -> list[tuple[Any, ...]]:
    """All rows that a lookup finds, by any key."""
    rows = rows_with(lake, _COLUMNS, keys())
    return sorted(tuple(map(str, row.values())) for row in rows)


def without(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The same, from the files."""
    with monkeypatch.context() as patch:
        patch.setattr(index, "MIN_BYTES", 1 << 60)
        return found(lake)


def database(cache: Path) -> sqlite3.Connection:
    (file,) = cache.rglob("index.sqlite")
    return sqlite3.connect(file)


def test_lookups_give_what_the_files_have(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    add(lake, [*rows_of(made(0), made(1, day=2)), reject(), seen_of(reject())], "20261001T120000Z-000001")
    assert len(found(lake)) == 3
    assert found(lake) == without(lake, monkeypatch)
    one = made(1, day=2)
    assert articles_known(lake, [one.article_id])[one.article_id].first_seen_at == one.first_seen_at
    assert [body.content_hash for body in bodies_known(lake, [one.content_hash], NOON)] == [one.content_hash]
    assert set(pages_known(lake, keys()["page_key"]).values()) == {made(0).article_id, one.article_id}
    assert len(rows_with(lake, ["entry_key"], keys(), since=NOON + timedelta(days=1))) == 1
    assert [row["attempts"] for row in waiting_rows(lake, ["attempts"], NOON)] == [1]
    assert database(cache).execute("SELECT count(*) FROM rows").fetchone() == (3,)


@pytest.mark.parametrize(
    "odd", [None, "short", "A" * 32, "g" * 32, f"{'1' * 15} {'1' * 16}", "1" * 32, "1" * 64, "ä" * 16]
)
def test_keys_that_are_no_hashes_come_back_as_they_were(
    odd: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    failed = seen_of(reject())
    rows = [
        replace(failed, entry_key=f"{number:032x}", fingerprint=f"{number:032x}", page_key=None) for number in range(4)
    ]
    rows[2] = replace(rows[2], fingerprint=odd, page_key=odd)
    add(lake, rows, entries=4)
    wanted = {"entry_key": [row.entry_key for row in rows], "page_key": [odd] if odd else []}
    columns = ["entry_key", "fingerprint", "page_key"]
    given = rows_with(lake, columns, wanted)
    assert sorted(given, key=itemgetter("entry_key")) == [
        {"entry_key": row.entry_key, "fingerprint": row.fingerprint, "page_key": row.page_key} for row in rows
    ]


def commit_one(lake: Lake, number: int) -> None:
    moment = NOON + timedelta(days=number % 3, seconds=number)
    article = made(number % 12, day=number % 3, revision=1 + number // 12)
    failure = seen_of(reject(rejected_at=moment, attempts=number + 1))
    add(lake, [*rows_of(article), failure], f"20261001T1200{number:02}Z-{number:06x}", entries=1, articles=1)


def forget(lake: Lake, number: int) -> None:
    """Another process goes on."""
    key_index.key_index.cache_clear()


def look(lake: Lake, number: int) -> None:
    found(lake)


STEPS: list[Callable[[Lake, int], None]] = [
    commit_one,
    compact_all,
    lose_a_file("index"),
    lose_the_databases,
    forget,
    look,
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 5]), min_size=4, max_size=12))
def test_whatever_happened_a_lookup_gives_what_the_files_have(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, steps: list[int]
) -> None:
    lake = open_lake(tmp_path_factory.mktemp("lake"))
    for number, step in enumerate(steps):
        STEPS[step](lake, number)
    articles, files = found(lake), without(lake, monkeypatch)
    # Rows of tries that another try followed are dropped by a compaction, and may stay here.
    final = _COLUMNS.index("final")
    assert [row for row in articles if row[final] == "True"] == [row for row in files if row[final] == "True"]
    assert set(files) <= set(articles)
    assert len(set(articles)) == len(articles)


def test_files_of_a_compaction_are_not_read_again(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    for number in range(4):
        commit_one(lake, 3 * number)
    before = found(lake)
    compact_all(lake, 0)
    monkeypatch.setattr(key_index, "read_rows", lambda *_: pytest.fail("the file was read again"))
    key_index.key_index.cache_clear()
    assert found(lake) == before
    assert database(cache).execute("SELECT count(*) FROM files").fetchone() == (len(lake.files("index")),)


def test_a_file_whose_commit_is_not_finished_is_read_each_time(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path / "lake")
    add(lake, rows_of(made(0)), "20261001T120000Z-000001")
    run_id = "20261001T130000Z-000002"
    for file in stage_all(lake, run_id, rows_of(made(1))):
        (lake.root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (lake.staging / run_id / file.path).rename(lake.root / file.path)
    assert len(found(lake)) == 2
    assert found(lake) == without(lake, monkeypatch)
    assert database(cache).execute("SELECT count(*) FROM rows").fetchone() == (1,)


@pytest.mark.parametrize("damage", DAMAGE)
def test_lookups_work_without_it(damage: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    add(lake, rows_of(made(0)), "20261001T120000Z-000001")
    before = found(lake)
    (file,) = cache.rglob("index.sqlite")
    do_damage(damage, file, monkeypatch)
    key_index.key_index.cache_clear()
    add(lake, rows_of(made(1)), "20261001T130000Z-000002")
    if damage == "locked":
        with locked(file, monkeypatch):
            assert len(found(lake)) == 2
    for _ in range(2):
        assert found(lake) == without(lake, monkeypatch)
    assert set(before) < set(found(lake))


def test_several_processes_share_it(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    for number in range(6):
        commit_one(lake, number)
    program = (
        "import sys; from pathlib import Path; from transforms.lake import index; index.MIN_BYTES = 1\n"
        "from transforms.lake.layout import Lake; from tests.lake.test_key_index import found\n"
        "print(len(found(Lake(Path(sys.argv[1])))))"
    )
    with ThreadPoolExecutor(3) as pool:
        command = [sys.executable, "-c", program, str(lake.root)]
        runs = [pool.submit(subprocess.run, command, capture_output=True, text=True, check=True) for _ in range(3)]
        counts = {run.result().stdout for run in runs}
    assert counts == {f"{len(without(lake, monkeypatch))}\n"}
    assert database(cache).execute("SELECT count(*) FROM files").fetchone() == (len(lake.files("index")),)


def test_a_lake_of_objects_has_it_on_this_machine(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MemoryFileSystem.objects.clear()
    lake = open_lake("memory://bucket/lake")
    run_id = "20261001T120000Z-000001"
    with writing(lake, run_id):
        add(lake, rows_of(made(0), made(1)), run_id)
    assert len(found(lake)) == 2
    monkeypatch.setattr(key_index, "read_rows", lambda *_: pytest.fail("an object was read again"))
    assert len(found(lake)) == 2
    assert seen_keys(lake, keys()["entry_key"], ()).entries.keys() == set(keys(range(2))["entry_key"][:2])


def test_an_index_that_cannot_keep_up_says_so(tmp_path: Path) -> None:
    lake = open_lake(tmp_path / "lake")
    add(lake, rows_of(made(0)), "20261001T120000Z-000001")
    (tmp_path / "file").write_text("")
    other = key_index.KeyIndex(lake, ("entry_key",), tmp_path / "file" / "none")
    with pytest.raises(UnusableError):
        other.find(lake.listing("index"), ["entry_key"], {"entry_key": ["a"]})


def test_indexes_of_lakes_that_nobody_uses_are_deleted(tmp_path: Path, cache: Path) -> None:
    for age, name in ((40 * 86400, "old"), (86400, "young")):
        (cache / name).mkdir(parents=True)
        (cache / name / "index.sqlite").touch()
        at = (cache / name / "index.sqlite").stat().st_mtime - age
        os.utime(cache / name / "index.sqlite", (at, at))
    lake = open_lake(tmp_path / "lake")
    add(lake, rows_of(replace(made(0))), "20261001T120000Z-000001")
    found(lake)
    assert not (cache / "old").exists()
    assert (cache / "young").exists()

"""Staged files become part of the lake all at once, and what recovery does after a death."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from schemas import SCHEMA_VERSION
from tests.support.samples import RUN, poll, reject, story_article, summary
from tests.support.small_lakes import stage_all
from transforms import files
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import DecidedError, commit, is_decided, recover, stage
from transforms.lake.layout import partition, record_path
from transforms.lake.opening import open_lake
from transforms.lake.stores import local
from transforms.lake.stores.local import write_json


def test_a_staged_file_is_in_the_lake_only_after_the_commit(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    late, early = story_article(article_id="b"), story_article(article_id="a")
    (written,) = stage(lake, RUN, partition(late), [late, early])
    assert written.rows == 2
    assert lake.files("articles") == []
    commit(lake, summary(written))
    (file,) = lake.files("articles")
    assert file == lake.root / written.path
    assert pq.read_table(file)["article_id"].to_pylist() == ["a", "b"]
    assert pq.read_schema(file).metadata[b"copydesk.schema_version"] == str(SCHEMA_VERSION).encode()
    assert RunRecord.from_json((lake.root / record_path(RUN)).read_text()) == summary(written)
    assert list(lake.staging.iterdir()) == []


def test_staging_again_gives_the_same_file(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    rows = [story_article(article_id=name) for name in "cab"]
    (first,) = stage(lake, RUN, partition(rows[0]), rows)
    bytes_before = (lake.staging / RUN / first.path).read_bytes()
    assert stage(lake, RUN, partition(rows[0]), rows[::-1]) == [first]
    assert (lake.staging / RUN / first.path).read_bytes() == bytes_before


def test_committing_again_changes_nothing(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    written = stage(lake, RUN, partition(poll()), [poll()])
    commit(lake, summary(*written))
    commit(lake, summary(*written))
    assert [file.relative_to(lake.root) for file in lake.runs.rglob("*.*")] == [Path(record_path(RUN))]
    assert len(lake.files("polls")) == 1


def test_a_run_that_died_before_its_intent_is_discarded(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    stage(lake, RUN, partition(poll()), [poll()])
    (message,) = recover(lake)
    assert RUN in message
    assert list(lake.staging.iterdir()) == []
    assert lake.files("polls") == []


@pytest.mark.parametrize("renamed_before_death", [0, 1, 2])
def test_a_run_that_died_within_its_commit_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renamed_before_death: int
) -> None:
    lake = open_lake(tmp_path)
    written = [file for row in (poll(), reject()) for file in stage(lake, RUN, partition(row), [row])]
    renames = 0
    true_replace = Path.replace

    def dying_replace(self: Path, target: Path) -> Path:
        nonlocal renames
        if self.suffix == ".parquet":
            if renames == renamed_before_death:
                raise KeyboardInterrupt
            renames += 1
        elif target.parent == (lake.root / record_path(RUN)).parent:
            raise KeyboardInterrupt
        return true_replace(self, target)

    monkeypatch.setattr(Path, "replace", dying_replace)
    with pytest.raises(KeyboardInterrupt):
        commit(lake, summary(*written))
    monkeypatch.undo()
    assert len(recover(lake)) == 1
    assert (len(lake.files("polls")), len(lake.files("rejects"))) == (1, 1)
    assert (lake.root / record_path(RUN)).exists()
    assert recover(lake) == []


def test_a_worker_that_outlives_its_run_cannot_commit_after_recovery(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    written = stage(lake, RUN, partition(poll()), [poll()])
    recover(lake)
    with pytest.raises(FileNotFoundError):
        commit(lake, summary(*written))
    assert lake.files("polls") == []
    assert recover(lake) == []


def test_files_that_a_run_replaces_go_when_its_own_are_there(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    (old,) = stage(lake, RUN, partition(poll()), [poll()])
    commit(lake, summary(old))
    later = f"{RUN}-later"
    (new,) = stage(lake, later, partition(poll()), [poll()])
    commit(lake, replace(summary(new, run_id=later), removed=[old.path]))
    assert lake.files("polls") == [lake.root / new.path]


def test_what_a_cut_off_write_of_json_left_behind_goes(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    (lake.root / "_streams").mkdir()
    (lake.runs / "2026-10").mkdir()
    partials = [
        lake.runs / f".{RUN}.json.0123abcd",
        lake.runs / "2026-10" / f".{RUN}.json.0123abcd",
        lake.root / "._owner.json.0123abcd",
        lake.root / ".lake.json.0123abcd",
        lake.root / "_streams" / f".{RUN}.end.0123abcd",
    ]
    for partial in partials:
        partial.write_text("{")
    recover(lake)
    # Another process may be writing the other two right now: both are written without the lock.
    assert [partial.exists() for partial in partials] == [False, False, False, True, True]
    for partial in partials[3:]:
        os.utime(partial, (0, 0))
    assert recover(lake) == []
    assert not any(partial.exists() for partial in partials)


def test_what_cannot_be_deleted_is_left_and_told(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    (lake.runs / f".{RUN}.json.0123abcd").mkdir()
    (message,) = recover(lake)
    assert f"runs/.{RUN}.json.0123abcd is left" in message


def test_a_folder_beside_one_that_a_recovery_had_taken_is_discarded_too(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    stage(lake, RUN, partition(poll()), [poll()])
    (lake.staging / RUN).rename(lake.staging / f"{RUN}.taken")
    stage(lake, RUN, partition(poll()), [poll()])
    assert len(recover(lake)) == 2
    assert list(lake.staging.iterdir()) == []


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"run_id": "x"}'])
def test_an_intent_that_cannot_be_read_stops_no_run(damaged: str, tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    written = stage(lake, RUN, partition(poll()), [poll()])
    (lake.staging / RUN / "intent.json").write_text(damaged)
    (message,) = recover(lake)
    assert "Its intent could not be read" in message
    assert list(lake.staging.iterdir()) == []  # nothing of it was in the lake
    stage(lake, RUN, partition(poll()), [poll()])
    stage(lake, RUN, partition(reject()), [reject()])
    (lake.staging / RUN / "intent.json").write_text(damaged)
    (lake.root / written[0].path).parent.mkdir(parents=True)
    (lake.staging / RUN / written[0].path).rename(lake.root / written[0].path)
    for _ in range(2):
        (message,) = recover(lake)
        assert "move them out of the lake" in message
    assert len(list(lake.staging.rglob("*.parquet"))) == 1


def test_a_commit_whose_staged_file_is_lost_is_finished_without_it(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    written = [*stage(lake, RUN, partition(poll()), [poll()]), *stage(lake, RUN, partition(reject()), [reject()])]
    write_json(lake.staging / RUN / "intent.json", summary(*written).to_json())
    (lake.staging / RUN / written[0].path).unlink()
    (message,) = recover(lake)
    assert message.endswith(f"1 of its files are lost, such as {written[0].path}.")
    assert lake.files("rejects") == [lake.root / written[1].path]
    assert recover(lake) == []


def test_after_the_decision_the_message_says_so(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    written = stage(lake, RUN, partition(poll()), [poll()])
    (lake.root / "polls").write_text("no folder can be made here")
    with pytest.raises(DecidedError, match=r"is committed, but .* The next run finishes this"):
        commit(lake, summary(*written))
    assert is_decided(lake, RUN)
    (lake.root / "polls").unlink()
    assert recover(lake) == [f"Finished the commit of run {RUN}, which had been cut off."]
    assert len(lake.files("polls")) == 1


def test_intents_and_records_are_synced_with_their_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a loss of power leaves: each entry of a folder is synced before the next step relies on it."""
    lake = open_lake(tmp_path)
    steps = list[str]()
    sync, replace_path = files.sync_folders, Path.replace

    def synced(folders: Iterable[Path], content: Iterable[Path] = ()) -> None:
        paths = [*folders, *content]
        steps.extend(f"sync {path.relative_to(lake.root)}" for path in paths)
        sync(paths)

    def renamed(path: Path, target: Path) -> Path:
        steps.append(f"rename {target.relative_to(lake.root)}")
        return replace_path(path, target)

    monkeypatch.setattr(files, "sync_folders", synced)
    monkeypatch.setattr(local, "sync_folders", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    (written,) = stage(lake, RUN, partition(poll()), [poll()])
    commit(lake, summary(written))
    folder = written.path.rpartition("/")[0]
    wanted = [
        f"rename _staging/{RUN}/{written.path}",
        f"sync _staging/{RUN}/{folder}",
        f"sync _staging/{RUN}/{written.path}",
        f"rename _staging/{RUN}/intent.json",
        f"sync _staging/{RUN}",
        f"rename {folder}",
        f"sync {folder}",
        f"rename runs/2026-10/{RUN}.json",
        "sync runs/2026-10",
        "sync runs",
    ]
    places = [len(steps) - 1 - steps[::-1].index(step) for step in wanted]
    assert places == sorted(places)


def counted(step: Callable[[Any], Any], calls: list[str]) -> Callable[[Any], Any]:
    def called(path: Any) -> Any:
        calls.append(step.__name__)
        return step(path)

    return called


def test_a_commit_of_many_partitions_needs_few_syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path)
    rows = [story_article(article_id=f"{number}", source=f"s{number}") for number in range(100)]
    calls = list[str]()
    for owner, name in ((os, "fsync"), (files, "_sync_file_system")):
        monkeypatch.setattr(owner, name, counted(getattr(owner, name), calls))
    commit(lake, summary(*stage_all(lake, RUN, rows)))
    assert len(lake.files("articles")) == 100
    assert len(calls) < 15


def test_without_a_sync_of_whole_file_systems_all_is_synced_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path)
    monkeypatch.setattr(files, "_sync_file_system", lambda path: False)
    synced = set[str]()
    sync = files._sync

    def noted(path: Path) -> None:
        synced.add(path.name)
        sync(path)

    monkeypatch.setattr(files, "_sync", noted)
    commit(lake, summary(*stage_all(lake, RUN, [story_article(source=f"s{number}") for number in range(9)])))
    assert {
        f"part-{RUN}.parquet",
        *(f"source=s{number}" for number in range(9)),
        "articles",
        "runs",
        "2026-10",
        RUN,
    } <= synced

"""Runs that die or are slow at any step of a commit to objects, and what a recovery makes of them."""

import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pyarrow.dataset as ds
import pytest

from tests.support.memory_store import MemoryFileSystem
from tests.support.samples import NOON, RUN, poll, summary
from tests.support.small_lakes import ORIGINAL, OTHER, rows_of, stage_all
from transforms.lake import leases
from transforms.lake.commit import commit, recover, stage
from transforms.lake.fences import LakeLostError
from transforms.lake.index import articles_known, bodies_known
from transforms.lake.layout import CLOSED, LEASES, STAGING, Lake, LakeBusyError, LakeError, has_record, partition
from transforms.lake.leases import SECONDS
from transforms.lake.locking import writing
from transforms.lake.maintenance.compaction import compact, partitions, to_compact
from transforms.lake.opening import open_lake
from transforms.lake.stores.objects import BeamStore

LATER = "20261002T120000Z-abcdef"


@pytest.fixture
def lake() -> Lake:
    """A new lake among objects."""
    MemoryFileSystem.objects.clear()
    return open_lake("memory://bucket/lake")


def objects(lake: Lake, below: str = "") -> list[str]:
    return sorted(lake.store.files(below))


def data(lake: Lake) -> list[str]:
    return [path for path in objects(lake) if path.endswith(".parquet") and not path.startswith(STAGING)]


class Killed(BaseException):
    """Stands for kill -9: nothing in the code under test catches it."""


def kill_after(patch: pytest.MonkeyPatch, steps: int) -> None:
    """Lets this many objects appear or go, and none after them: the code that tidies up is dead too."""
    left = steps

    def dying(step: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            nonlocal left
            left -= LEASES not in arguments[0]
            if left < 0:
                raise Killed
            return step(*arguments)

        return wrapped

    for name in ("put", "drop"):
        patch.setattr(MemoryFileSystem, name, dying(getattr(MemoryFileSystem, name)))


def work(lake: Lake) -> None:
    """A run of three partitions, then one that replaces two files by one."""
    rows = [*rows_of(replace(ORIGINAL, run_id=LATER, article_id="new", story_id="new")), poll(run_id=LATER)]
    commit(lake, summary(*stage_all(lake, LATER, rows), run_id=LATER))
    list(compact(lake, to_compact(partitions(lake)), lambda: NOON))


def content(lake: Lake) -> tuple[set[str], int]:
    """The articles that the index knows, and how many rows of articles there are."""
    known = articles_known(lake, [ORIGINAL.article_id, OTHER.article_id, "new"])
    with lake.store.arrow_paths(lake.paths("articles")) as (files, system):
        return set(known), int(ds.dataset(files, filesystem=system).count_rows())


@pytest.mark.usefixtures("lake")
def test_killed_at_any_step_the_next_run_makes_it_whole() -> None:
    outcomes = set()
    for steps in itertools.count():
        copy = open_lake(f"memory://bucket/{steps}")
        with writing(copy, RUN):
            commit(copy, summary(*stage_all(copy, RUN, rows_of(ORIGINAL))))
        survived = False
        with writing(copy, LATER), pytest.MonkeyPatch.context() as patch:
            kill_after(patch, steps)
            with suppress(Killed):
                work(copy)
                survived = True
        with writing(copy, "next"):
            recorded, messages = has_record(copy, LATER), recover(copy)
            outcomes |= {line.split()[0] for line in messages}
            assert not recorded or f"Discarded the uncommitted work of run {LATER}" not in "".join(messages)
            assert recover(copy) == []
            if not has_record(copy, LATER):
                assert content(copy) == ({ORIGINAL.article_id}, 1), f"killed after {steps} steps"
                work(copy)  # under the name of the run that was discarded
        assert content(copy) == ({ORIGINAL.article_id, "new"}, 2), f"killed after {steps} steps"
        assert objects(copy, STAGING) == []
        if survived:
            break
    assert steps > 12
    assert outcomes == {"Discarded", "Finished"}


def take_over(lake: Lake) -> list[str]:
    """Another process takes the lake after the leases have expired, and recovers it."""
    for path in lake.store.files(LEASES):
        content, updated = MemoryFileSystem.objects[f"{lake.place}/{path}"]
        MemoryFileSystem.objects[f"{lake.place}/{path}"] = (content, updated - SECONDS - 5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leases, "_held", {})
        with writing(lake, "the-other"):
            return recover(lake)


def test_a_run_that_lost_its_lease_writes_nothing(lake: Lake) -> None:
    with writing(lake, RUN):
        written = stage(lake, RUN, partition(poll()), [poll()])
        (message,) = take_over(lake)
        assert message == f"Discarded the uncommitted work of run {RUN}; its entries are taken up again."
        stage(lake, RUN, partition(poll()), [poll()])  # by a worker that does not know
        with pytest.raises(LakeLostError, match="gone or has expired"):
            commit(lake, summary(*written))
        with pytest.raises(LakeLostError):
            recover(lake)
    assert data(lake) == []
    with writing(lake, LATER):
        assert recover(lake) == []
    assert objects(lake, STAGING) == []


@pytest.mark.parametrize("late", [False, True], ids=["before its intent", "after its intent"])
def test_a_run_that_is_overtaken_within_its_commit_leaves_the_decision_to_the_other(
    lake: Lake, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stopped between the check of its lease and its intent, or right after its intent."""
    true_write, messages = BeamStore.write_json, list[str]()

    def slow_write(store: BeamStore, path: str, content: object) -> None:
        if not path.endswith("/intent.json"):
            true_write(store, path, content)
            return
        if late:
            true_write(store, path, content)
        messages.extend(take_over(lake))
        if not late:
            true_write(store, path, content)

    with writing(lake, RUN):
        written = stage(lake, RUN, partition(poll()), [poll()])
        monkeypatch.setattr(BeamStore, "write_json", slow_write)
        if late:
            with suppress(FileNotFoundError):  # all is done already
                commit(lake, summary(*written))
        else:
            with pytest.raises(LakeLostError, match="finishes or discards"):
                commit(lake, summary(*written))
        monkeypatch.undo()
    assert messages[0].startswith("Finished" if late else "Discarded")
    assert data(lake) == [written[0].path] * late
    with writing(lake, RUN):  # the same name again, as a stream does
        assert recover(lake) == []
        commit(lake, summary(*stage(lake, RUN, partition(poll()), [poll()])))
    assert data(lake) == [written[0].path]
    assert objects(lake, STAGING) == []


def test_a_run_that_writes_its_intent_just_after_a_recovery_looked_for_it_leaves_the_decision_to_the_recovery(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_write, true_exists = BeamStore.write_json, BeamStore.exists
    looked, go_on = threading.Event(), threading.Event()
    other = threading.Thread(target=take_over, args=(lake,))

    def slow_exists(store: BeamStore, path: str) -> bool:
        exists = true_exists(store, path)
        if path.endswith("/intent.json"):
            looked.set()
            go_on.wait(10)
        return exists

    def slow_write(store: BeamStore, path: str, content: object) -> None:
        if path.endswith("/intent.json"):
            other.start()
            looked.wait(10)
        true_write(store, path, content)

    with writing(lake, RUN):
        written = stage(lake, RUN, partition(poll()), [poll()])
        monkeypatch.setattr(BeamStore, "write_json", slow_write)
        monkeypatch.setattr(BeamStore, "exists", slow_exists)
        with pytest.raises(LakeLostError, match="finishes or discards"):
            commit(lake, summary(*written))
        go_on.set()
        other.join()
        monkeypatch.undo()
    assert data(lake) == []
    assert objects(lake, STAGING) == []


def test_a_commit_may_be_finished_by_two_at_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    true_rename, messages = MemoryFileSystem.rename, list[str]()

    def slow_rename(system: MemoryFileSystem, old: list[str], new: list[str]) -> None:
        monkeypatch.undo()
        messages.extend(take_over(lake))
        true_rename(system, old, new)

    with writing(lake, RUN):
        written = stage(lake, RUN, partition(poll()), [poll()])
        monkeypatch.setattr(MemoryFileSystem, "rename", slow_rename)
        commit(lake, summary(*written))
    assert messages == [f"Finished the commit of run {RUN}, which had been cut off."]
    assert data(lake) == [written[0].path]
    assert has_record(lake, RUN)
    assert objects(lake, STAGING) == []


def test_an_object_that_was_cut_off_while_it_was_staged_is_not_committed(lake: Lake) -> None:
    with writing(lake, RUN):
        written = stage(lake, RUN, partition(poll()), [poll()])
        with pytest.raises(LakeLostError):
            commit(lake, summary(replace(written[0], bytes=written[0].bytes + 1)))
        assert len(recover(lake)) == 1
    assert data(lake) == []


def test_a_note_of_a_run_that_was_discarded_is_kept_for_a_week(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(run_id: str) -> None:
        with writing(lake, run_id):
            stage(lake, run_id, partition(poll()), [poll()])
        with writing(lake, "next"):
            assert len(recover(lake)) == 1

    die(RUN)
    die(LATER)
    notes = objects(lake, CLOSED)
    assert len(notes) == 2
    for path in notes:
        content, updated = MemoryFileSystem.objects[f"{lake.place}/{path}"]
        MemoryFileSystem.objects[f"{lake.place}/{path}"] = (content, updated - 8 * 24 * 3600)
    die(f"{LATER}-again")
    assert len(objects(lake, CLOSED)) == 1


def test_a_process_that_does_not_hold_the_lake_can_neither_stage_nor_commit_nor_recover(lake: Lake) -> None:
    with pytest.raises(LakeLostError, match="no lease"):
        stage(lake, RUN, partition(poll()), [poll()])
    with pytest.raises(LakeLostError, match="no lease"):
        commit(lake, summary())
    with writing(lake, RUN):
        stage(lake, RUN, partition(poll()), [poll()])
    with pytest.raises(LakeLostError, match="no lease"):
        recover(lake)


def test_the_error_of_the_second_writer_names_the_first(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(lake, RUN):
        monkeypatch.setattr(leases, "_held", {})
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        with pytest.raises(LakeBusyError, match=f"run {RUN}, process"), writing(lake, LATER):
            pass
        monkeypatch.undo()
    assert objects(lake, LEASES) == []


def test_days_that_do_not_matter_are_not_read(lake: Lake) -> None:
    with writing(lake, RUN):
        commit(lake, summary(*stage_all(lake, RUN, rows_of(ORIGINAL))))
    MemoryFileSystem.put(f"{lake.place}/index/date=2026-01-01/part-old.parquet", b"no Parquet")
    assert [body.article_id for body in bodies_known(lake, [ORIGINAL.content_hash], NOON)] == [ORIGINAL.article_id]
    with pytest.raises(LakeError, match="part-old"):
        articles_known(lake, [ORIGINAL.article_id])

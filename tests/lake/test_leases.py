"""Leases, over files whose times can be set: which process holds one, gives way, or notices that it lost its own."""

import json
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from transforms.lake import leases
from transforms.lake.layout import LEASES, lease_path
from transforms.lake.leases import (
    LeaseHeldError,
    LeaseLostError,
    holding_lease,
    is_leased,
    lease_of,
    rename_lease,
    require_lease,
)
from transforms.lake.stores.local import LocalStore
from transforms.lake.stores.protocol import FileInfo


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


def other_lease(store: LocalStore, *, age: float = 0.0, holds: bool = True) -> Path:
    """The lease of another process, written ``age`` seconds ago."""
    path = store.root / lease_path("0123456789abcdef")
    holder = {"run_id": "the-other", "host": "elsewhere", "pid": 7, "since": "then", "holds": holds}
    expires = time.time() - age + leases.SECONDS
    store.write_json(lease_path(path.stem), holder | {"expires": "soon", "expires_at": expires})
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_a_lease_names_its_holder_and_is_deleted_at_the_end(store: LocalStore) -> None:
    with holding_lease(store, "mine"):
        (path,) = store.files(LEASES)
        lease = json.loads(store.read(path))
        assert (lease["run_id"], lease["pid"]) == ("mine", os.getpid())
        assert lease["since"] < lease["expires"]
        assert is_leased(store)
    assert store.names(LEASES) == []
    assert not is_leased(store)


def test_the_next_run_of_a_process_keeps_its_lease(store: LocalStore) -> None:
    with holding_lease(store, "first"):
        name = lease_of(store, "first")
        rename_lease(store, "other")
        (path,) = store.files(LEASES)
        assert (json.loads(store.read(path))["run_id"], path) == ("other", lease_path(name))
        require_lease(store, lease_of(store, "other"))
        with pytest.raises(LeaseHeldError, match="run other"):
            leases._acquire(store, "third")


def test_another_live_lease_is_named_and_left_alone(store: LocalStore) -> None:
    path = other_lease(store, age=leases.SECONDS - 5)
    with pytest.raises(
        LeaseHeldError, match="run the-other, process 7 on elsewhere, since then; its lease ends at soon"
    ):
        holding_lease(store, "mine").__enter__()
    assert store.names(LEASES) == [path.name]


def test_an_expired_lease_is_deleted_and_the_lake_taken_over(store: LocalStore) -> None:
    other_lease(store, age=leases.SECONDS + 5)
    assert not is_leased(store)
    with holding_lease(store, "mine"):
        assert list(store.files(LEASES)) == [lease_path(lease_of(store, "mine"))]


def test_the_clock_of_the_store_decides_not_that_of_a_host(store: LocalStore) -> None:
    path = other_lease(store)
    lease = json.loads(path.read_text()) | {"expires_at": 0.0}  # its host is in another year
    path.write_text(json.dumps(lease))
    with pytest.raises(LeaseHeldError, match="the-other"):
        holding_lease(store, "mine").__enter__()


def test_a_process_that_only_tries_to_take_the_lake_is_waited_for(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = other_lease(store, holds=False)
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            path.unlink()  # it gave way as well

    monkeypatch.setattr(time, "sleep", wait)
    with holding_lease(store, "mine"):
        assert len(waits) == 3


def test_a_lease_that_took_too_long_to_win_is_not_held(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    true_time, true_files, lists = time.time, LocalStore.files, 0

    def slow_files(self: LocalStore, folder: str) -> dict[str, FileInfo]:
        nonlocal lists
        lists += 1
        if lists == 1:  # the machine slept just then, and others have found the lease expired
            monkeypatch.setattr(time, "time", lambda: true_time() + leases.SECONDS)
        return true_files(self, folder)

    monkeypatch.setattr(LocalStore, "files", slow_files)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with holding_lease(store, "mine"):
        assert lists == 2


def test_processes_that_race_hold_the_store_one_after_the_other(store: LocalStore) -> None:
    inside, most, turns = 0, 0, 0

    def work(number: int) -> None:
        nonlocal inside, most, turns
        held = False
        while not held:
            with suppress(LeaseHeldError), holding_lease(store, f"run-{number}"):
                inside += 1
                most = max(most, inside)
                time.sleep(0.005)
                turns += 1
                inside -= 1
                held = True

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, turns) == (1, 8)
    assert store.names(LEASES) == []


def test_a_lease_keeps_its_length_so_that_readers_of_objects_never_get_a_part(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = set()
    for moment in (1_800_000_000.0, 1_800_000_000.5, 1_800_000_060.123456):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        for holds in (False, True):
            lease = leases._Lease(store, "mine")
            lease.write(holds)
            sizes.add(store.files(LEASES)[lease.path].bytes)
    assert len(sizes) == 1


def test_a_lease_is_renewed_while_it_is_held(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEWAL", 0.01)
    with holding_lease(store, "mine"):
        path = store.root / lease_path(lease_of(store, "mine"))
        os.utime(path, (0, 0))
        while not path.exists() or path.stat().st_mtime == 0:
            time.sleep(0.005)
        require_lease(store, lease_of(store, "mine"))


def test_a_process_that_was_stopped_for_too_long_notices_and_does_not_renew(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWAL", 0.01)
    true_time = time.time
    with holding_lease(store, "mine"):
        name = lease_of(store, "mine")
        require_lease(store, name)
        monkeypatch.setattr(time, "time", lambda: true_time() + leases.SECONDS)  # as after a sleep of the machine
        with pytest.raises(LeaseLostError, match="not renewed in time"):
            require_lease(store, name)
        leases._held[store.address].write(holds=True)  # a renewal that was under way
        with pytest.raises(LeaseLostError, match="not renewed in time"):
            require_lease(store, name)


def test_a_lease_that_was_deleted_is_lost(store: LocalStore) -> None:
    with holding_lease(store, "mine"):
        name = lease_of(store, "mine")
        while not json.loads(store.read(lease_path(name)))["holds"]:
            time.sleep(0.005)  # the first renewal is under way
        store.delete([lease_path(name)])
        with pytest.raises(LeaseLostError, match="gone"):
            require_lease(store, name)


def test_a_worker_finds_the_lease_of_its_run_and_no_other(store: LocalStore) -> None:
    path = other_lease(store)
    assert lease_of(store, "the-other") == path.stem
    require_lease(store, path.stem)
    with pytest.raises(LeaseLostError, match="no lease"):
        lease_of(store, "mine")
    other_lease(store, age=leases.SECONDS - 5)
    with pytest.raises(LeaseLostError, match="expired"):
        require_lease(store, path.stem)

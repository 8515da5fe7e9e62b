"""State as a snapshot and a log, with the state classes of Beam's own engine below it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from apache_beam.coders import PickleCoder, StrUtf8Coder
from apache_beam.runners.portability.fn_api_runner.worker_handlers import StateServicer
from apache_beam.runners.worker.bundle_processor import FnApiUserStateContext
from apache_beam.runners.worker.sdk_worker import GlobalCachingStateHandler
from apache_beam.runners.worker.statecache import StateCache
from apache_beam.transforms.userstate import BagStateSpec, ReadModifyWriteStateSpec
from apache_beam.transforms.window import GlobalWindow, GlobalWindows

from tests.support.samples import entry
from transforms.streaming import state_log
from transforms.streaming.host_queue import HostQueues
from transforms.streaming.state_log import SMALLEST_LOG, LogKey, StateLog

KEY = LogKey("20261001T120000Z-abcdef", "numbers", "0")
SPECS = (
    ReadModifyWriteStateSpec("numbers", PickleCoder()),
    ReadModifyWriteStateSpec("version", PickleCoder()),
    BagStateSpec("changes", PickleCoder()),
)


class Engine:
    """Bundles of one key. Their changes are kept when a bundle ends without an exception."""

    def __init__(self) -> None:
        self.servicer = StateServicer()

    def bundle(self, *actions: Callable[[Any, Any, Any], None]) -> None:
        handler = GlobalCachingStateHandler(StateCache(0), self.servicer)
        context = FnApiUserStateContext(handler, "step", StrUtf8Coder(), GlobalWindows().get_window_coder())
        with handler.process_instruction_id("bundle", []):
            cells = [context.get_state(spec, "0", GlobalWindow()) for spec in SPECS]
            for action in actions:
                action(*cells)
            context.commit()

    def value(self) -> Any:
        """The value, and what the engine stores of it."""
        found: list[Any] = []

        def read(snapshot: Any, version: Any, changes: Any) -> None:
            with StateLog[Any](KEY, list, snapshot, version, changes) as log:
                found.append(copy.deepcopy(log.value))

        self.bundle(read)
        return found[0]

    def stored(self) -> tuple[Any, Any, list[Any]]:
        """Snapshot, version and changes."""
        found: list[Any] = []
        self.bundle(lambda *cells: found.extend((cells[0].read(), cells[1].read(), list(cells[2].read()))))
        return found[0], found[1], found[2]


@pytest.fixture
def engine() -> Iterator[Engine]:
    state_log._held.clear()
    yield Engine()
    state_log._held.clear()


def appending(*items: Any) -> Callable[[Any, Any, Any], None]:
    def append(snapshot: Any, version: Any, changes: Any) -> None:
        with StateLog[list[Any]](KEY, list, snapshot, version, changes) as log:
            for item in items:
                log.change(list.append, item)

    return append


def clearing(snapshot: Any, version: Any, changes: Any) -> None:
    with StateLog[list[Any]](KEY, list, snapshot, version, changes) as log:
        log.clear()


def test_a_value_is_the_same_for_the_process_that_changed_it_and_for_another_one(engine: Engine) -> None:
    for number in range(5):
        engine.bundle(appending(number), appending(number + 0.5))
        remembered = engine.value()
        state_log._held.clear()
        assert engine.value() == remembered == [half / 2 for half in range(2 * number + 2)]


def test_a_change_is_stored_without_the_value(engine: Engine) -> None:
    engine.bundle(appending("x" * SMALLEST_LOG))
    snapshot, _, changes = engine.stored()
    assert (len(snapshot) > SMALLEST_LOG, changes) == (True, [])
    engine.bundle(appending(1))
    assert engine.stored()[0] == snapshot
    (change,) = engine.stored()[2]
    assert len(change) < 100


def test_the_log_does_not_grow_without_end(engine: Engine) -> None:
    for number in range(400):
        engine.bundle(appending(str(number) * 100))
    snapshot, _, changes = engine.stored()
    assert sum(map(len, changes)) <= max(SMALLEST_LOG, 2 * len(snapshot))
    state_log._held.clear()
    assert engine.value() == [str(number) * 100 for number in range(400)]


def test_a_snapshot_does_not_hold_what_the_same_bundle_changes_later(engine: Engine) -> None:
    engine.bundle(appending("x" * SMALLEST_LOG), appending(1))
    state_log._held.clear()
    assert engine.value() == ["x" * SMALLEST_LOG, 1]


def test_an_engine_that_goes_back_to_a_checkpoint_finds_the_value_of_that_time(engine: Engine) -> None:
    engine.bundle(appending(1))
    checkpoint = copy.deepcopy(engine.servicer._state)
    engine.bundle(appending(2))
    engine.servicer._state = checkpoint
    assert engine.value() == [1]
    engine.bundle(appending(3))
    assert engine.value() == [1, 3]


def test_what_a_failed_call_did_to_the_value_is_forgotten(engine: Engine) -> None:
    def fail(snapshot: Any, version: Any, changes: Any) -> None:
        with StateLog[list[Any]](KEY, list, snapshot, version, changes) as log:
            log.change(list.append, 2)
            raise OSError("no disk")

    engine.bundle(appending(1))
    with pytest.raises(OSError, match="no disk"):
        engine.bundle(fail)
    assert engine.value() == [1]


def test_a_call_that_raises_is_not_recorded(engine: Engine) -> None:
    def remove(snapshot: Any, version: Any, changes: Any) -> None:
        with StateLog[list[Any]](KEY, list, snapshot, version, changes) as log, pytest.raises(ValueError, match="not"):
            log.change(list.remove, 7)

    engine.bundle(remove, appending(1))
    state_log._held.clear()
    assert engine.value() == [1]


def test_a_cleared_state_leaves_nothing(engine: Engine) -> None:
    engine.bundle(appending(1))
    engine.bundle(clearing)
    assert engine.stored() == (None, None, [])
    assert engine.value() == []
    engine.bundle(appending(2))
    state_log._held.clear()
    assert engine.value() == [2]


def test_a_checkpoint_that_has_the_value_itself_goes_on(engine: Engine) -> None:
    queues = HostQueues()
    queues.enqueue("post.example", entry(), 100.0, 10)
    engine.bundle(lambda snapshot, *_: snapshot.write(queues))
    restored = engine.value()
    assert pickle.dumps(restored) == pickle.dumps(queues)

    def complete(snapshot: Any, version: Any, changes: Any) -> None:
        with StateLog[HostQueues](KEY, HostQueues, snapshot, version, changes) as log:
            log.change(HostQueues.complete, "post.example", 101.0)

    engine.bundle(complete)
    assert engine.value().count == 0
    state_log._held.clear()
    assert engine.value().count == 0

"""Keyed state as a snapshot and the changes after it, so that a tick costs what it changes and not what there is.

Values and bags are the only kinds of state that all engines have: Flink's portable runner has no map. A bag is appended to without being
read. So each change goes into a bag, and the value of a key is its last snapshot with all later changes applied. The process that made the
last change still has the value in memory, and reads nothing but a version. Another process, or this one after the engine went back to a
checkpoint, finds another version and reads the whole state.
"""

from __future__ import annotations

import pickle
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar
from uuid import uuid4

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")

SMALLEST_LOG = 16_384
"""Bytes of changes that are kept at least, before a snapshot replaces them. Otherwise one to two times as many as the last snapshot has,
by chance, so that not all shards make one at the same tick."""
IDLE_SECONDS = 600.0
"""Seconds after which the values of a stream that has ended are forgotten."""


class LogKey(NamedTuple):
    """Names one state in this process."""

    job_id: str
    """The stream."""
    step: str
    """The step and its state."""
    shard: str
    """The key of the state."""


@dataclass(slots=True)
class _Held:
    """The value of a state in memory."""

    value: Any
    version: str | None
    changes: int
    """Number of elements in the bag."""
    change_bytes: int
    snapshot_bytes: int
    spread: float = field(default_factory=lambda: random.uniform(1.0, 2.0))
    used: float = 0.0


_held: dict[LogKey, _Held] = {}


class StateLog(Generic[T]):
    """The state of one key during one call of ``process``: a context manager, which stores the changes if no exception leaves it.

    ``snapshot`` and ``version`` are value states, ``changes`` is a bag, or None if each change is a new snapshot. Values and arguments of
    changes are pickled at once, because a bundle may go on to change them.
    """

    def __init__(self, key: LogKey, new: Callable[[], T], snapshot: Any, version: Any, changes: Any = None) -> None:
        self._key = key
        self._new = new
        self._snapshot = snapshot
        self._version = version
        self._changes = changes
        self._recorded: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
        self._is_new = False

    def __enter__(self) -> StateLog[T]:
        version = self._version.read()
        # Nobody else has the value while this call changes it: a bundle that was given up may still run.
        held = _held.pop(self._key, None)
        self._state = held if held is not None and held.version == version else self._read(version)
        return self

    @property
    def value(self) -> T:
        """The value. Change it by ``change``, or call ``rewrite`` after other changes."""
        value: T = self._state.value
        return value

    def change(self, function: Callable[Concatenate[T, P], R], /, *args: P.args, **named: P.kwargs) -> R:
        """Calls a function with the value and ``args``, which changes the value, and records the call unless it raises.

        The function is of a module or a class, and does the same whenever it is called with equal values.
        """
        result = function(self.value, *args, **named)
        self._recorded.append((function, args, named))
        return result

    def rewrite(self) -> None:
        """Stores the whole value at the end."""
        self._is_new = True

    def clear(self) -> None:
        """Deletes the state. The next value is a new one."""
        self._recorded.clear()
        self._is_new = False
        if self._state.version is not None or self._state.snapshot_bytes:
            for cell in (self._snapshot, self._version, self._changes):
                if cell is not None:
                    cell.clear()
        self._state = _Held(self._new(), None, 0, 0, 0)

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            return
        if self._recorded or self._is_new:
            self._store()
        self._state.used = time.monotonic()
        _held[self._key] = self._state

    def _store(self) -> None:
        state = self._state
        packed = b"" if self._is_new else pickle.dumps((state.changes, self._recorded))
        log_bytes = state.change_bytes + len(packed)
        if self._is_new or self._changes is None or log_bytes > max(SMALLEST_LOG, state.spread * state.snapshot_bytes):
            whole = pickle.dumps(state.value)
            self._snapshot.write(whole)
            if self._changes is not None:
                self._changes.clear()
            state.snapshot_bytes, state.change_bytes, state.changes = len(whole), 0, 0
            state.spread = random.uniform(1.0, 2.0)
        else:
            self._changes.add(packed)
            state.change_bytes, state.changes = log_bytes, state.changes + 1
        state.version = uuid4().hex
        self._version.write(state.version)

    def _read(self, version: str | None) -> _Held:
        _forget_others(self._key.job_id)
        whole = self._snapshot.read()
        if isinstance(whole, bytes):
            value, size = pickle.loads(whole), len(whole)
        else:  # a checkpoint of before there were logs has the value itself, and no version
            value, size = (self._new(), 0) if whole is None else (whole, 1)
        packed = [] if self._changes is None else list(self._changes.read())
        for _, recorded in sorted(map(pickle.loads, packed), key=lambda change: change[0]):
            for function, args, named in recorded:
                function(value, *args, **named)
        return _Held(value, version, len(packed), sum(map(len, packed)), size)


def _forget_others(job_id: str) -> None:
    before = time.monotonic() - IDLE_SECONDS
    for key, held in list(_held.items()):
        if key.job_id != job_id and held.used < before:
            _held.pop(key, None)

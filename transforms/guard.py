"""Runs parsers in child processes, so that a parser that hangs, crashes or takes too much memory costs its input only.

Parsers of feeds and pages are native code and regular expressions over hostile input. They hold Python's lock, so neither a thread nor a
signal handler can end them. The kernel can: a child asks it to end the child when a call exceeds its limits. The caller then gets
Rejected(UNPARSABLE), and the next call starts a new child.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from io import FileIO
from types import ModuleType
from typing import Any

from schemas import Reason, Rejected
from schemas.encodable import encodable

try:
    import resource
except ImportError:  # not on this system; then memory is not limited
    resource = None  # type: ignore[assignment]

_HEADER_BYTES = 8
_PIPE_BYTES = 1 << 20
"""Room of a pipe. It holds almost every page, so that the two processes need not take turns at a part of one."""
_START = "import sys; sys.path[:] = {path!r}; import copydesk.own_packages; from transforms.guard import serve; serve()"
"""A child finds our packages like its parent, also if others on the path have their names."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take."""

    cpu_seconds: float = 20.0
    """Seconds of computing. They do not depend on what else the machine does."""
    seconds: float = 120.0
    """Seconds by the clock, against a call that waits."""
    memory_bytes: int = 4 << 30
    """Bytes of address space of the child, in all."""


class Guard:
    """Calls functions in child processes. A child serves one call at a time; as many start as threads call at once, at most one a core.

    There are at least two, so that a large feed does not hold up the pages.

    A function is named ``package.module:function``. The child imports the module, and calls its function ``prepare`` if it has one; this
    process does not. Arguments and results are pickled.
    """

    def __init__(self, limits: Limits | None = None, children: int | None = None) -> None:
        self._limits = limits or Limits()
        self._free = threading.BoundedSemaphore(children or max(2, os.cpu_count() or 1))
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._prepared: dict[str, threading.Event] = {}
        """Set for each module once the child that was to load it has done so."""

    def call(self, function: str, *arguments: Any, **named: Any) -> Any:
        """Returns what the function returns, and raises the Rejected that it raises.

        Any other exception becomes Rejected(UNPARSABLE), and so does a call that exceeds its limits or crashes its process. Raises
        ImportError when the function's module cannot be loaded: then every page would fail, and none should be rejected.
        """
        module = function.partition(":")[0]
        if prepared := self._prepared.get(module):
            prepared.wait()  # another child would take longer to load the module
        return self._call(module, function, arguments, named)

    def _call(self, module: str, function: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        call = pickle.dumps((function, arguments, named), protocol=5)
        with self._free:
            child = self._take(module)
            answer = child.ask(call)
            if answer is None:
                raise Rejected(Reason.UNPARSABLE, _why_ended(child.end(), self._limits))
            child.modules.add(module)
            with self._lock:
                self._idle.append(child)
        error, result = pickle.loads(answer)
        if error is not None:
            raise error
        return result

    def prepare(self, function: str) -> None:
        """Calls a function without arguments in the background, to have a child that has loaded its module when it is needed."""
        module = function.partition(":")[0]
        prepared = self._prepared.setdefault(module, threading.Event())

        def call() -> None:
            try:
                with suppress(Rejected, ImportError):  # the first real call fails in the same way
                    self._call(module, function, (), {})
            finally:
                prepared.set()

        threading.Thread(target=call, name="copydesk-prepare", daemon=True).start()

    def close(self) -> None:
        """Ends the children that are idle."""
        with self._lock:
            children, self._idle = self._idle, []
        for child in children:
            child.end()

    def _take(self, module: str) -> _Child:
        """An idle child, one that has loaded the module if there is one; or else a new child."""
        with self._lock:
            self._idle.sort(key=lambda child: module in child.modules)
            while self._idle:
                child = self._idle.pop()
                if child.is_alive:
                    return child
                child.end()  # it was ended from outside
        return _Child(self._limits)


class _Child:
    def __init__(self, limits: Limits) -> None:
        self.modules: set[str] = set()
        """Modules that it has loaded."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        assert isinstance(self._process.stdin, FileIO)  # not buffered
        assert isinstance(self._process.stdout, FileIO)
        self._calls, self._answers = self._process.stdin, self._process.stdout
        for pipe in (self._calls, self._answers):
            _widen(pipe)
        with suppress(OSError):  # the first call will notice
            _write(self._calls, pickle.dumps(limits, protocol=5))

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, call: bytes) -> bytearray | None:
        """The answer to a call; None if the child ended."""
        try:
            _write(self._calls, call)
        except OSError:
            return None
        return _read(self._answers)

    def end(self) -> int:
        """Ends the child, and returns its status."""
        for stream in (self._calls, self._answers):
            with suppress(OSError):
                stream.close()
        try:
            return self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def serve() -> None:
    """The main loop of a child: reads calls from standard input until it ends."""
    calls, answers = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    os.dup2(2, 1)  # what a parser prints must not get between the answers
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)  # they are for the command, which closes the pipe when it ends
    first = _read(calls)
    if first is None:
        return
    limits: Limits = pickle.loads(first)
    if resource is not None:
        with suppress(ValueError, OSError):  # a stricter limit is in force
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
    while (call := _read(calls)) is not None:
        function, arguments, named = pickle.loads(call)
        module, _, name = function.partition(":")
        try:
            loaded = getattr(_prepared(module), name)
        except ImportError as error:  # the installation is broken, and not the page
            _write(answers, pickle.dumps((error, None), protocol=5))
            continue
        _write(answers, _answer(loaded, arguments, named, limits))
    os._exit(0)  # Python would first free all that is loaded, which takes a tenth of a second


@cache
def _prepared(name: str) -> ModuleType:
    """The module, ready for calls. Raises ImportError, whatever keeps it from that."""
    module = import_module(name)
    try:
        if prepare := getattr(module, "prepare", None):
            prepare()
    except Exception as error:
        raise ImportError(f"{name} cannot be prepared: {type(error).__name__}: {error}"[:500]) from error
    return module


def _answer(function: Any, arguments: tuple[Any, ...], named: dict[str, Any], limits: Limits) -> bytes:
    # The kernel ends the process at the limit, whatever code runs: these signals keep their default action.
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    answer: tuple[Rejected | None, Any]
    try:
        answer = (None, function(*arguments, **named))
    except Rejected as rejected:
        answer = (rejected, None)
    except Exception as error:
        answer = (Rejected(Reason.UNPARSABLE, encodable(f"{type(error).__name__}: {error}"[:300])), None)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return pickle.dumps(answer, protocol=5)


def _why_ended(status: int, limits: Limits) -> str:
    if status == -signal.SIGPROF:
        return f"reading it took more than {limits.cpu_seconds:g} s of computing"
    if status == -signal.SIGALRM:
        return f"reading it took more than {limits.seconds:g} s"
    if status < 0:
        return f"reading it crashed the process ({signal.Signals(-status).name})"
    return f"the process that read it ended with status {status}"


def _widen(pipe: FileIO) -> None:
    """Gives a pipe _PIPE_BYTES of room where the system allows it."""
    with suppress(ImportError, OSError):
        from fcntl import F_SETPIPE_SZ, fcntl  # Linux has it

        fcntl(pipe, F_SETPIPE_SZ, _PIPE_BYTES)


def _write(stream: FileIO, content: bytes) -> None:
    left = memoryview(len(content).to_bytes(_HEADER_BYTES, "big") + content)
    while left:
        left = left[stream.write(left) :]


def _read(stream: FileIO) -> bytearray | None:
    """One message; None at the end of the stream."""
    header = _exactly(stream, _HEADER_BYTES)
    return None if header is None else _exactly(stream, int.from_bytes(header, "big"))


def _exactly(stream: FileIO, size: int) -> bytearray | None:
    content = bytearray(size)
    left = memoryview(content)
    while left:
        count = stream.readinto(left)
        if not count:
            return None
        left = left[count:]
    return content


PARSERS = Guard()
"""The children that read feeds and pages for this process. They stay between passes, and end with the process."""
atexit.register(PARSERS.close)

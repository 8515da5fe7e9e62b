"""Parsers in a child process: whatever one does costs its input only."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from schemas import Reason, Rejected
from transforms.guard import Guard, Limits

pytestmark = pytest.mark.system

Make = Callable[..., Callable[..., Any]]


@pytest.fixture
def guard() -> Iterator[Make]:
    made: list[Guard] = []

    def make(function: str, **limits: Any) -> Callable[..., Any]:
        made.append(Guard(Limits(**limits), children=1))
        return partial(made[-1].call, f"tests.test_guard:{function}")

    yield make
    for one in made:
        one.close()


def echo(value: object) -> object:
    print("a parser that prints")
    return value


def search(text: str) -> bool:
    import re

    return re.fullmatch("(a*)*b", text) is not None  # takes for ever, and holds Python's lock


def wait(seconds: float) -> str:
    time.sleep(seconds)
    return "awake"


def allocate(size: int) -> int:
    return len(bytearray(size))


def crash(signum: int | None) -> int:
    if signum:
        os.kill(os.getpid(), signum)
    return os.getpid()


def load() -> None:
    """Nothing to do but to load this module."""


def raise_it(kind: str) -> None:
    if kind == "rejected":
        raise Rejected(Reason.NO_TEXT, "nothing there", 200)
    if kind == "deep":
        raise_it(kind)
    raise ValueError(f"{kind}: \ud800")


def test_a_call_returns_what_the_function_returns(guard: Make) -> None:
    call = guard("echo")
    for value in ("text", b"x" * 3_000_000, {"a": (1, None)}):
        assert call(value) == value


@pytest.mark.parametrize(
    ("function", "argument", "limits", "detail"),
    [
        ("search", "a" * 50, {"cpu_seconds": 0.2}, "more than 0.2 s of computing"),
        ("wait", 60, {"seconds": 0.2}, "more than 0.2 s"),
        ("crash", signal.SIGSEGV, {}, "crashed the process (SIGSEGV)"),
        ("crash", signal.SIGKILL, {}, "crashed the process (SIGKILL)"),
        ("allocate", 8 << 30, {"memory_bytes": 1 << 30}, "MemoryError"),
        ("raise_it", "an odd error", {}, "ValueError: an odd error: \ufffd"),
        ("raise_it", "deep", {}, "RecursionError"),
    ],
)
def test_whatever_a_parser_does_is_one_reject_and_the_next_call_works(
    guard: Make, function: str, argument: object, limits: dict[str, Any], detail: str
) -> None:
    call = guard(function, **limits)
    harmless = {"search": "b", "wait": 0, "crash": None, "allocate": 10, "raise_it": "rejected"}[function]
    for _ in range(2):
        with pytest.raises(Rejected) as caught:
            call(argument)
        assert caught.value.reason is Reason.UNPARSABLE
        assert detail in caught.value.detail
        if function != "raise_it":
            assert call(harmless) is not None


def test_a_reject_comes_as_it_was_raised(guard: Make) -> None:
    with pytest.raises(Rejected) as caught:
        guard("raise_it")("rejected")
    assert (caught.value.reason, caught.value.detail, caught.value.status) == (Reason.NO_TEXT, "nothing there", 200)


def test_a_child_is_kept_and_one_that_died_while_idle_is_replaced(guard: Make) -> None:
    call = guard("crash")
    child = call(None)
    assert call(None) == child
    os.kill(child, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(child)] if psutil.pid_exists(child) else [], timeout=0.1)
    assert call(None) != child


def test_threads_take_turns(guard: Make) -> None:
    call, results = guard("echo"), list[object]()
    threads = [threading.Thread(target=lambda n=n: results.append(call(n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results, key=str) == list(range(8))


def test_no_child_outlives_its_parent_for_long() -> None:
    parent = (
        "from transforms.guard import Guard, Limits\nimport threading, time\n"
        "threading.Thread(target=Guard(Limits(seconds=1)).call, args=('tests.test_guard:wait', 60), daemon=True).start()\n"
        "print('started', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    while not (children := psutil.Process(process.pid).children()):
        time.sleep(0.01)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not alive


def test_a_module_that_cannot_be_loaded_is_no_fault_of_the_input() -> None:
    guard = Guard(Limits(), children=1)
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="no_such_module"):
            guard.call("tests.no_such_module:read", b"page")
    assert guard.call("tests.test_guard:echo", 1) == 1
    guard.close()


def test_a_module_that_cannot_be_prepared_is_no_fault_of_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unprepared.py").write_text(
        "def prepare():\n    raise OSError('the model is gone')\ndef read(page): ...\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    guard = Guard(Limits(), children=1)
    for _ in range(2):
        with pytest.raises(ImportError, match="unprepared cannot be prepared: OSError: the model is gone"):
            guard.call("unprepared:read", b"page")
    guard.close()


def test_a_child_can_be_prepared_in_the_background() -> None:
    guard = Guard(Limits(), children=1)
    before = {child.pid for child in psutil.Process().children()}
    guard.prepare("tests.test_guard:load")
    give_up = time.monotonic() + 30
    while not (prepared := {child.pid for child in psutil.Process().children()} - before):
        assert time.monotonic() < give_up
        time.sleep(0.01)
    assert {guard.call("tests.test_guard:crash", None)} == prepared
    guard.prepare("tests.no_such_module:load")
    with pytest.raises(ModuleNotFoundError):
        guard.call("tests.no_such_module:load")
    guard.close()

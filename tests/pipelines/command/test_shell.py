"""How commands end: the message and the exit status of every error."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from pipelines.command import shell
from pipelines.command.console import Terminal
from pipelines.command.shell import PassError, cause, run_command
from pipelines.engines.choose import EngineError
from pipelines.engines.flink import FlinkError
from pipelines.engines.job_servers import JobServerError
from pipelines.sources import SourcesError
from schemas import UsageError
from transforms.archives.warc import ArchiveError
from transforms.lake.fences import LakeLostError
from transforms.lake.layout import LakeBusyError, LakeError


@pytest.fixture(autouse=True)
def watchdog(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Keeps this process alive, and its signal handlers as they are."""
    watchdog = Mock()
    monkeypatch.setattr("threading.Timer", watchdog)
    monkeypatch.setattr("signal.signal", Mock())
    return watchdog


def raising(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (LakeError("no lake"), 2, "no lake"),
        (LakeBusyError("busy"), 1, "busy"),
        (LakeLostError("lost"), 1, "lost"),
        (SourcesError(Path("a.toml"), ["bad", "worse"]), 2, "a.toml: bad\na.toml: worse"),
        (EngineError("no engine"), 2, "no engine"),
        (FlinkError("no Flink"), 2, "no Flink"),
        (JobServerError("no server"), 1, "no server"),
        (ArchiveError("no archive"), 2, "no archive"),
        (UsageError("no file"), 2, "no file"),
        (PassError("the pass failed"), 1, "the pass failed"),
        (OSError(5, "Input/output error", "lake"), 1, "it failed: [Errno 5] Input/output error: 'lake'. Again."),
        (OSError(28, "No space left on device"), 1, "it failed: the lake's disk is full. Free some space. Again."),
        (KeyboardInterrupt(), 130, "stopped."),
    ],
)
def test_every_error_has_its_message_and_exit_status(
    error: BaseException, status: int, message: str, capsys: pytest.CaptureFixture[str], watchdog: Mock
) -> None:
    ended = run_command(raising(error), Terminal(quiet=True), stopped="stopped.", failed="it failed: {} Again.")
    assert ended == status
    assert capsys.readouterr().err == f"copydesk: {message}\n"
    assert watchdog.called == (status == 130)


def test_an_engine_that_cannot_sort_says_what_to_raise() -> None:
    told = cause(
        RuntimeError("java.io.IOException: The record exceeds the maximum size of a sort buffer (851968 bytes).")
    )
    assert "taskmanager.memory.managed.size" in told


def test_the_status_of_the_work_is_that_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(lambda: 0, Terminal(quiet=True)) == 0
    assert run_command(lambda: 1, Terminal(quiet=True)) == 1
    assert capsys.readouterr().err == ""


def test_a_pass_that_a_signal_made_fail_was_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shell, "stop_on_signals", lambda: Mock(is_set=lambda: True))
    assert run_command(raising(PassError("broken")), Terminal(quiet=True)) == 130
    assert run_command(raising(LakeError("no lake")), Terminal(quiet=True)) == 2
    assert [line.partition(". ")[0] for line in capsys.readouterr().err.splitlines()] == [
        "copydesk: stopped",
        "copydesk: no lake",
    ]


def test_another_error_is_a_bug_and_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run_command(lambda: 1 // 0, Terminal(quiet=True))

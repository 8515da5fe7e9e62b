"""A clock that tests set forward, so that hours pass between two passes."""

import time
from datetime import datetime, timedelta

import pytest

from tests.support.samples import NOON
from transforms.accounting import runs


class Clock:
    """Says NOON at first, and goes on from there. It is the clock of the whole process, and of its stopwatches."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._start, self._passed, self._jumped = time.monotonic(), timedelta(0), timedelta(0)
        monkeypatch.setattr(runs, "clock", self)
        monkeypatch.setattr(runs, "monotonic", lambda: time.monotonic() + self._passed.total_seconds())

    def __call__(self) -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - self._start) + self._passed + self._jumped

    def advance(self, **duration: float) -> None:
        """Lets a timedelta of these arguments pass."""
        self._passed += timedelta(**duration)

    def jump(self, **duration: float) -> None:
        """Somebody sets the clock. No time passes."""
        self._jumped += timedelta(**duration)

"""A clock that tests set forward, so that hours pass between two passes."""

import time
from datetime import datetime, timedelta

import pytest

from tests.support.samples import NOON
from transforms.accounting import runs


class Clock:
    """Says NOON at first, and goes on from there. It is the clock of the whole process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._start, self._passed = time.monotonic(), timedelta(0)
        monkeypatch.setattr(runs, "clock", self)

    def __call__(self) -> datetime:
        return NOON + timedelta(seconds=time.monotonic() - self._start) + self._passed

    def advance(self, **duration: float) -> None:
        """Lets a timedelta of these arguments pass."""
        self._passed += timedelta(**duration)

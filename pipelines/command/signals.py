"""Ctrl-C and SIGTERM, handled in the same way by every command."""

from __future__ import annotations

import signal
import threading
import time
from os import _exit as exit_at_once
from types import FrameType

_TWICE = 0.5
"""A second signal within this many seconds is ignored: ``timeout`` sends one to its command and one to the process group."""


def stop_on_signals() -> threading.Event:
    """Makes Ctrl-C and SIGTERM raise KeyboardInterrupt. A second signal ends the process at once.

    The returned event is set by the first signal.
    """
    stopped = threading.Event()
    first = 0.0

    def interrupt(signum: int, frame: FrameType | None) -> None:
        nonlocal first
        if not stopped.is_set():
            stopped.set()
            first = time.monotonic()
            raise KeyboardInterrupt
        if time.monotonic() - first > _TWICE:
            exit_at_once(128 + signum)

    if threading.current_thread() is threading.main_thread():  # only this thread may set handlers
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, interrupt)
    return stopped

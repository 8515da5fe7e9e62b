"""Ctrl-C and SIGTERM, alike for every command that writes."""

from __future__ import annotations

import signal
import threading
import time
from os import _exit as exit_at_once
from types import FrameType

_TWICE = 0.5
"""Seconds within which a second signal is taken for an echo of the first: ``timeout`` signals its command and its group."""


def stop_on_signals() -> threading.Event:
    """Lets SIGTERM, like Ctrl-C, raise KeyboardInterrupt; the event is set once either has come. A second one ends the process at once."""
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

    if threading.current_thread() is threading.main_thread():  # Python lets no other thread handle signals
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, interrupt)
    return stopped

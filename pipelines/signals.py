"""Ctrl-C and SIGTERM, alike for every command that writes."""

from __future__ import annotations

import signal
import threading
from types import FrameType


def stop_on_signals() -> threading.Event:
    """Lets SIGTERM, like Ctrl-C, raise KeyboardInterrupt; the event is set once either has come."""
    stopped = threading.Event()

    def interrupt(signum: int, frame: FrameType | None) -> None:
        stopped.set()
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():  # Python lets no other thread handle signals
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, interrupt)
    return stopped

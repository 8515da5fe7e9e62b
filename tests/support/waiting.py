"""Waiting for a condition."""

import subprocess
import time
from collections.abc import Callable
from typing import Any


def wait_until(
    met: Callable[[], object], process: "subprocess.Popen[Any] | None" = None, messages: Callable[[], str] = str
) -> None:
    """Returns when the condition is met. Fails after 90 seconds, or when the process ends before; ``messages`` goes into the failure."""
    give_up = time.monotonic() + 90
    while not met():
        assert process is None or process.poll() is None, f"the process ended by itself: {messages()}"
        assert time.monotonic() < give_up, f"the condition was not met: {messages()}"
        time.sleep(0.1)

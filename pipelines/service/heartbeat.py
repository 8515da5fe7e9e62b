"""The heartbeat of a long-running command: a file, ``/healthz``, and systemd's watchdog.

A loop that waits beats every few seconds. A pass beats when its counts have changed. A command that hangs does not beat.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines.command.shell import PassError
from transforms.accounting.progress import Progress
from transforms.accounting.runs import now
from transforms.files import write_atomically

EVERY = 10.0
"""Seconds between two beats."""


class Heartbeat:
    """Writes beats to a file and to systemd. ``stale_after`` is in seconds."""

    def __init__(self, file: Path | None, stale_after: float) -> None:
        self._file = file
        self._stale_after = stale_after
        self._last = time.monotonic()
        self._fields: dict[str, Any] = {}

    def begin(self) -> None:
        """The first beat. Raises PassError when the file cannot be written."""
        try:
            self._write()
        except OSError as error:
            raise PassError(
                f"the heartbeat file {self._file} cannot be written ({error.strerror or error}). Give --heartbeat a writable place."
            ) from error
        _notify_systemd("READY=1")

    def beat(self, **fields: object) -> None:
        """One beat. ``fields`` go into the file, and stay there until a later beat changes them."""
        self._fields |= fields
        self._last = time.monotonic()
        _notify_systemd("WATCHDOG=1")
        try:
            self._write()
        except OSError as error:  # the supervisor will see that the file grows old
            logging.getLogger(__name__).warning("the heartbeat file cannot be written: %s", error)

    def is_fresh(self) -> bool:
        """True when the last beat was less than ``stale_after`` seconds ago."""
        return time.monotonic() - self._last < self._stale_after

    @contextmanager
    def during(self, progress: Progress) -> Iterator[None]:
        """Beats during a pass whenever its counts have changed."""
        over = threading.Event()
        before = progress.read()

        def watch() -> None:
            nonlocal before
            while not over.wait(EVERY):
                if (counts := progress.read()) != before:
                    before = counts
                    self.beat()

        self.beat(state="pass")
        thread = threading.Thread(target=watch, name="copydesk-heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(timeout=5)

    def _write(self) -> None:
        if self._file is None:
            return
        content = {"at": now().isoformat(timespec="seconds"), "pid": os.getpid(), **self._fields}
        write_atomically(self._file, json.dumps(content) + "\n", sync=False)


def _notify_systemd(state: str) -> None:
    """Sends a state to systemd, which names a socket for it in the environment (see sd_notify(3)). Does nothing elsewhere."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)

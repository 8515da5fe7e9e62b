"""Signs of life of a command that runs on, for whoever watches it: a file, ``/healthz``, and systemd's watchdog.

A loop that waits gives one every few seconds; a pass gives one whenever it gets on. What hangs gives none.
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
"""Seconds between two signs of life while all is well."""


class Heartbeat:
    """Where signs of life go. ``stale_after`` is in seconds."""

    def __init__(self, file: Path | None, stale_after: float) -> None:
        self._file = file
        self._stale_after = stale_after
        self._last = time.monotonic()
        self._told: dict[str, Any] = {}

    def begin(self) -> None:
        """The first sign; raises PassError when the file cannot be written."""
        try:
            self._write()
        except OSError as error:
            raise PassError(
                f"the heartbeat file {self._file} cannot be written ({error.strerror or error}). Give --heartbeat a writable place."
            ) from error
        _notify_systemd("READY=1")

    def beat(self, **told: object) -> None:
        """One sign of life; what is told stays in the file until it is told anew."""
        self._told |= told
        self._last = time.monotonic()
        _notify_systemd("WATCHDOG=1")
        try:
            self._write()
        except OSError as error:  # whoever watches the file will see that it grows old
            logging.getLogger(__name__).warning("the heartbeat file cannot be written: %s", error)

    def is_fresh(self) -> bool:
        """True when the last sign of life is young enough."""
        return time.monotonic() - self._last < self._stale_after

    @contextmanager
    def during(self, progress: Progress) -> Iterator[None]:
        """Signs of life for as long as a pass gets on, which its counts tell."""
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
        told = {"at": now().isoformat(timespec="seconds"), "pid": os.getpid(), **self._told}
        write_atomically(self._file, json.dumps(told) + "\n", sync=False)


def _notify_systemd(what: str) -> None:
    """systemd names a socket where it wants to be told; elsewhere there is none (see sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.sendto(what.encode(), "\0" + address[1:] if address.startswith("@") else address)

"""What commands share: exit status, logging, and the check of the proxy."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Sequence
from os import _exit as exit_at_once
from urllib.parse import urlsplit
from urllib.request import getproxies

from pipelines.command.console import Terminal
from pipelines.command.signals import stop_on_signals
from pipelines.engines.choose import EngineError
from pipelines.sources import SourcesError
from transforms.archives.warc import ArchiveError
from transforms.lake.layout import LakeBusyError, LakeError


class PassError(Exception):
    """The pass failed; the message says why and what to do. Nothing of it is in the lake."""


def exit_status(work: Callable[[], int], terminal: Terminal) -> int:
    """What ``work`` returns; 1 when it failed, 2 for what it was given, 130 when it was stopped, each told in a sentence."""
    stopped = stop_on_signals()
    try:
        return work()
    except (SourcesError, EngineError, LakeError, ArchiveError) as error:
        terminal.error(str(error))
        return 1 if isinstance(error, LakeBusyError) else 2
    except OSError as error:  # from the lake's own small files; those of the pipeline come as a PassError
        terminal.error(failure(error))
        return 1
    except (PassError, KeyboardInterrupt) as error:
        # Beam may catch the interrupt in a worker of this process, and hands it on as a failure.
        if isinstance(error, PassError) and not stopped.is_set():
            terminal.error(str(error))
            return 1
        terminal.error("stopped. What this pass had not yet committed is discarded; run again to take it up.")
        # Beam's worker threads cannot be interrupted; they get a moment to notice, and then the process ends without them.
        watchdog = threading.Timer(3, exit_at_once, (130,))
        watchdog.daemon = True
        watchdog.start()
        return 130


def failure(error: Exception) -> str:
    """What is told of a pass that failed."""
    if isinstance(error, OSError):
        return f"the pass failed: {cause(error)} Nothing of it was written; run again to take it up."
    return str(error)


def cause(error: BaseException) -> str:
    """What an engine or the system said, as one sentence for people."""
    text = str(error)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return "the lake's disk is full. Free some space."
    # From a worker process the text is a whole traceback, whose last line says what happened.
    last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), type(error).__name__)
    return f"{last[:600]} (--log-level info prints the whole traceback)."


def check_proxy(explicit: str | None) -> None:
    """A proxy that is not there would reject every feed, one by one; better to say it once, before anything begins. Raises PassError."""
    proxies: Sequence[str] = (
        [explicit] if explicit else [url for scheme, url in getproxies().items() if scheme in ("http", "https")]
    )
    for proxy in proxies:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        try:
            socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10).close()
        except (OSError, ValueError) as error:
            raise PassError(
                f"the proxy {proxy} cannot be reached ({error}). Check --proxy, or http_proxy and https_proxy in the environment."
            ) from error


def set_up_logging(level: str) -> None:
    """The log of the command, without what it tells in a sentence of its own."""
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s: %(message)s", force=True)
    if level in ("warning", "error"):
        # Beam logs the whole traceback of what it also raises, and that we tell in one sentence.
        logging.getLogger("apache_beam.runners").setLevel(logging.CRITICAL)
        logging.getLogger().addFilter(_not_about_our_end)


def _not_about_our_end(record: logging.LogRecord) -> bool:
    """False for what Flink says of a stream that was ended: to cancel it is the only way, and it is an error there."""
    return not record.getMessage().startswith("org.apache.flink.runtime.client.JobCancellationException")

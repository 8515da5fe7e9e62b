"""How every command ends: one message and an exit status. Also logging, and the check of proxy and certificates."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from os import _exit as exit_at_once
from urllib.parse import urlsplit
from urllib.request import getproxies

from pipelines.command.console import Terminal
from pipelines.command.signals import stop_on_signals
from schemas import CopydeskError
from schemas.plain_text import printable
from transforms.web.certificates import tls_context

PASS_STOPPED = "stopped. What this pass had not committed is discarded; run again to fetch it."
PASS_LOST = "Nothing of it was written; run again to fetch it."
PASS_FAILED = f"the pass failed: {{}} {PASS_LOST}"
PASS_KEPT = "What this pass had committed, {} articles, is in the lake; run again to fetch the rest."
PASS_DECIDED = (
    "the pass is committed, but its files could not all be moved into the lake: {} The next run finishes this."
)
_LAST_SECONDS = 3.0


class PassError(CopydeskError):
    """The pass failed. Nothing of it is in the lake, unless the message says what is."""

    def __init__(self, message: str, stopped: str | None = None) -> None:
        """``stopped`` is the message if it was a signal that made it fail."""
        super().__init__(message)
        self.stopped = stopped


def run_command(
    work: Callable[[], int], terminal: Terminal, stopped: str = PASS_STOPPED, failed: str = PASS_FAILED
) -> int:
    """Runs ``work`` and returns the exit status of its command. An error becomes one message on standard error.

    0 or 1: what ``work`` returns. 1: it failed, or the lake is busy; 2: wrong usage or input (``CopydeskError.exit_status``).
    130: stopped by Ctrl-C or SIGTERM, with the message ``stopped``. For an OSError, ``failed`` is the message, with ``{}`` for the cause.
    """
    signalled = stop_on_signals()
    try:
        return work()
    except (CopydeskError, OSError) as error:
        # Beam may catch the interrupt in a worker of this process, and raise it as a failure of the pass.
        if not (isinstance(error, PassError) and signalled.is_set()):
            terminal.error(error_message(error, failed))
            return error.exit_status if isinstance(error, CopydeskError) else 1
        stopped = error.stopped or stopped
    except KeyboardInterrupt as interrupt:
        stopped = str(interrupt) or stopped
    terminal.error(stopped)
    # Beam's worker threads cannot be interrupted. They get a moment to end; after that, the process ends without them.
    watchdog = threading.Timer(_LAST_SECONDS, exit_at_once, (130,))
    watchdog.daemon = True
    watchdog.start()
    return 130


def error_message(error: CopydeskError | OSError, failed: str = PASS_FAILED) -> str:
    """The message for users; see ``run_command`` for ``failed``."""
    if isinstance(error, CopydeskError):
        return str(error)
    return failed.format(_advice(error) or f"{str(error).rstrip('.')}.")


def cause(error: BaseException) -> str:
    """What stopped an engine, as a sentence for users."""
    # From a worker process the text is a whole traceback. Its last line says what happened.
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    last = lines[-1] if lines else type(error).__name__
    return _advice(error) or f"{last[:600]} (--log-level info prints the whole traceback)."


def _advice(error: BaseException) -> str | None:
    """What happened and what to do about it, for causes that the error itself does not explain."""
    text = str(error)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return "the lake's disk is full. Free some space."
    if "exceeds the maximum size of a sort buffer" in text:
        return (
            "Flink's memory for sorting is too small for the articles of one source and day, or of one shard. Raise"
            " taskmanager.memory.managed.size, or make the parts smaller with --commit-every."
        )
    return None


def check_connection(explicit_proxy: str | None) -> None:
    """Raises PassError when the proxy cannot be reached, UsageError for CA bundles that cannot be read. Else every feed would fail."""
    tls_context()
    named = getproxies()
    proxies = (
        {explicit_proxy} if explicit_proxy else {named.get(scheme) or named.get("all") for scheme in ("http", "https")}
    )
    for proxy in filter(None, proxies):
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        try:
            socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10).close()
        except (OSError, ValueError) as error:
            raise PassError(
                f"the proxy {parts._replace(netloc=parts.netloc.rpartition('@')[2]).geturl()} cannot be reached ({error}). "
                "Check --proxy, or http_proxy, https_proxy and all_proxy in the environment."
            ) from error


def set_up_logging(level: str) -> None:
    """Logs to standard error, without the errors for which a command prints a message of its own."""
    handler = logging.StreamHandler()
    handler.setFormatter(_PrintableFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    if level in ("warning", "error"):
        # Beam logs the traceback of an error and raises it too; our message is enough.
        logging.getLogger("apache_beam.runners").setLevel(logging.CRITICAL)
        logging.getLogger().addFilter(_is_no_cancellation)


class _PrintableFormatter(logging.Formatter):
    """Messages may quote the web, and a terminal takes control characters as commands."""

    def format(self, record: logging.LogRecord) -> str:
        """The message, safe to print."""
        return printable(super().format(record))


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """False for Flink's error about a stream that we ended: Flink has no way to end one but to cancel it."""
    return not record.getMessage().startswith("org.apache.flink.runtime.client.JobCancellationException")

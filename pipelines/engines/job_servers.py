"""Job servers that a command starts for itself: Prism, and Beam's job server for Flink.

Beam can start them too. But then Ctrl-C reaches the server, and a stream must end before its engine does. The server also outlives a
command that is killed, and prints its log.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import grpc
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions, StandardOptions
from apache_beam.runners.portability.flink_runner import FlinkRunner
from apache_beam.runners.portability.portable_runner import PortableRunner
from apache_beam.runners.portability.prism_runner import PrismRunner
from apache_beam.runners.runner import PipelineResult
from apache_beam.utils.subprocess_server import pick_port

from schemas import CopydeskError

# Standard input is a pipe that only the command holds open. However the command ends, the pipe closes, and the shell ends the server.
_TIED = '"$@" </dev/null & server=$!; exec >/dev/null 2>&1; cat; kill "$server"; wait "$server"'
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


class JobServerError(CopydeskError):
    """The job server did not start. The message holds the last line of its output."""


class JobServer:
    """A job server in a child process, on a free port of this machine. It ends when this process ends, in whatever way."""

    def __init__(self, name: str, command: Callable[[int, str], Sequence[str]]) -> None:
        """Runs ``command(port, folder)`` and waits until the server answers. Raises JobServerError.

        ``folder`` is a temporary folder for its files.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="copydesk-engine-")
        (port,) = pick_port(None)
        self.endpoint = f"localhost:{port}"
        self._last_lines: deque[str] = deque(maxlen=20)
        self._process = subprocess.Popen(
            ["sh", "-c", _TIED, "sh", *command(port, self._folder.name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C in a terminal reaches the command only
        )
        self._log = threading.Thread(target=self._read, args=(logging.getLogger(f"{__name__}.{name}"),), daemon=True)
        self._log.start()
        try:
            self._wait(name)
        except BaseException:
            self.stop()
            raise

    def _read(self, logger: logging.Logger) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            text = line.decode(errors="replace").rstrip()
            self._last_lines.append(text)
            logger.info("%s", text)

    def _wait(self, name: str) -> None:
        until = time.monotonic() + _START_SECONDS
        with grpc.insecure_channel(self.endpoint) as channel:
            ready = grpc.channel_ready_future(channel)
            while time.monotonic() < until and self.runs():
                with contextlib.suppress(grpc.FutureTimeoutError):
                    ready.result(timeout=0.2)
                    return
            ready.cancel()
        line = next((line for line in reversed(self._last_lines) if line.strip()), "it printed nothing")
        raise JobServerError(f"{name} did not start: {line[:300]}")

    def runs(self) -> bool:
        """False when the server has ended."""
        return self._log.is_alive()

    def stop(self) -> None:
        """Ends the server and what it runs. Does nothing when called again."""
        if self._process.stdin is None or self._process.stdin.closed:
            return
        self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.join(_STOP_SECONDS)
        self._folder.cleanup()


class _Reusable(PortableRunner):
    """A portable runner, or a mixin for one, that restores the options.

    Beam removes --runner from them, and the next pass with the same options would run on another engine.
    """

    def run_portable_pipeline(self, pipeline: Any, options: PipelineOptions) -> PipelineResult:
        """As Beam's own."""
        standard = options.view_as(StandardOptions)
        runner = standard.runner
        try:
            return super().run_portable_pipeline(pipeline, options)
        finally:
            standard.runner = runner


class _OwnServer(_Reusable):
    """A mixin for a runner with a job server of its own. The server starts with the first pipeline and ends with the runner.

    It cannot end with the pipeline: counters are read from the server afterwards, and a thread of Beam holds the result until then.
    """

    def __init__(self, start: Callable[[], JobServer]) -> None:
        super().__init__()
        self._start = start
        self._server: JobServer | None = None

    def run_portable_pipeline(self, pipeline: Any, options: PipelineOptions) -> PipelineResult:
        """As Beam's own. Raises JobServerError when the server does not start."""
        if self._server is None or not self._server.runs():
            self._server = self._start()
            weakref.finalize(self, self._server.stop)
        portable = options.view_as(PortableOptions)
        portable.job_endpoint = self._server.endpoint
        try:
            return super().run_portable_pipeline(pipeline, options)
        finally:
            portable.job_endpoint = None


class ExternalRunner(_Reusable):
    """PortableRunner on a job server that somebody else started."""


class ExternalPrismRunner(_Reusable, PrismRunner):
    """PrismRunner on a Prism that somebody else started."""


class OwnPrismRunner(_OwnServer, PrismRunner):
    """PrismRunner on a Prism that this process started."""


class OwnFlinkRunner(_OwnServer, FlinkRunner):
    """FlinkRunner on a Beam job server that this process started."""

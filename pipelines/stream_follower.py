"""Follows a stream from the command that started it: prints each window when it is committed, and waits for the end."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from datetime import timedelta

from apache_beam.runners.runner import PipelineResult, PipelineState

from pipelines.command.console import Terminal, print_json, window_line
from pipelines.command.shell import PassError, cause
from pipelines.engines.choose import Engine
from pipelines.service.heartbeat import Heartbeat
from pipelines.service.metrics import Meters
from pipelines.service.upkeep import Upkeep
from transforms.accounting.runs import now
from transforms.lake.layout import latest_run_ids, read_record
from transforms.streaming.job import Job

_END_SECONDS = 5.0
"""Time for an engine to end a job whose last window is committed."""
_LOOK_SECONDS = 0.5
"""Time between two looks for new windows."""
_LIST_SECONDS = 10.0
"""The same for an object store, where each look is a request that costs money."""
_LOOK_SHARE = 0.02
"""Share of the time that looks take at most. There may be 40,000 runs in a month, and a store that lists them slowly."""
_MEMORY = timedelta(days=2)
"""Windows that ended longer ago are no longer looked for. It is longer than any outage that a stream survives."""
_COMPACT_SECONDS = 600.0
"""Time after which a compaction begins no further commit."""
_GO_ON = "What it had committed is in the lake; start it again to go on."


class StreamFollower:
    """Reports windows from their run records in the lake, whichever worker committed them."""

    def __init__(
        self, job: Job, terminal: Terminal, meters: Meters, heart: Heartbeat, as_json: bool, upkeep: Upkeep
    ) -> None:
        self._job = job
        self._terminal = terminal
        self._meters = meters
        self._heart = heart
        self._json = as_json
        self._upkeep = upkeep
        self._reported: set[str] = set()
        self._next_look = 0.0

    def follow(self, result: PipelineResult, engine: Engine) -> None:
        """Returns when the job has ended. Raises PassError when it failed."""
        end: Future[object] = Future()
        # A daemon, because some engines never report the end of a job that was ended from outside.
        threading.Thread(target=_wait, args=(result, end), name="copydesk-engine", daemon=True).start()
        ended_at: float | None = None
        try:
            while not end.done():
                if time.monotonic() >= self._next_look:
                    self._report()
                self._upkeep.begin_if_due(_COMPACT_SECONDS)
                if ended_at is None and self._job.has_ended():
                    ended_at = time.monotonic()
                if ended_at is not None and time.monotonic() - ended_at > _END_SECONDS:
                    engine.end(result)  # everything is committed, and this engine does not end jobs by itself
                    return
                time.sleep(_LOOK_SECONDS if self._job.lake.is_local else _LIST_SECONDS)
        except KeyboardInterrupt:
            engine.end(result)
            raise
        self._report()
        try:
            state = end.result()
        except Exception as error:
            logging.getLogger(__name__).info("the stream failed", exc_info=error)
            raise PassError(f"the stream failed: {cause(error)} {_GO_ON}") from error
        if state != PipelineState.DONE:
            raise PassError(f"the engine ended the stream as {state}. {_GO_ON}")

    def _report(self) -> None:
        began = time.monotonic()
        run_ids = latest_run_ids(self._job.lake, now() - _MEMORY, now())
        self._next_look = began + (time.monotonic() - began) / _LOOK_SHARE
        for run_id in run_ids:
            if run_id in self._reported or not self._job.is_of(run_id):
                continue
            self._reported.add(run_id)
            record = read_record(self._job.lake, run_id)
            self._meters.observe(record)
            self._heart.beat(last_window=run_id)
            self._terminal.say(window_line(record))
            if self._json:
                print_json(record.to_json(), indent=None)


def _wait(result: PipelineResult, end: Future[object]) -> None:
    try:
        end.set_result(result.wait_until_finish())
    except BaseException as error:  # follow() raises it
        end.set_exception(error)

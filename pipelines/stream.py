"""``copydesk stream``: the same steps without an end, on an engine that streams."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from types import FrameType

import apache_beam as beam
from apache_beam.options.pipeline_options import DebugOptions
from apache_beam.runners.runner import PipelineResult, PipelineState

from pipelines.command.console import Terminal
from pipelines.command.durations import duration
from pipelines.command.options import RunOptions, parse
from pipelines.command.shell import PassError, cause, check_proxy, exit_status, set_up_logging
from pipelines.engines.choose import Engine, choose_engine
from pipelines.engines.flink import Cluster, FlinkError
from pipelines.ingest import ingest_stream
from pipelines.passes import announce, connect_by
from pipelines.service.heartbeat import Heartbeat, declare_heartbeat
from pipelines.service.metrics import Meters, declare_metrics, serving
from pipelines.sources import load_sources
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import now
from transforms.lake.commit import recover
from transforms.lake.layout import Lake, LakeBusyError, read_record, run_ids
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.streaming.clock import Schedule
from transforms.streaming.job import Job, forget, new_job, registered
from transforms.web.politeness import Politeness

DESCRIPTION = (
    "Polls each feed when it is due and commits what is new to the lake, window by window, for as long as it runs. "
    "Ctrl-C commits what is open and ends; a second one ends at once, and loses nothing either."
)


_SLACK = 5.0
"""Seconds that an engine gets to end a job whose last window is committed."""
_LOOK_EVERY = 0.5
"""Seconds between two looks for windows that were committed."""
_LIST_EVERY = 10.0
"""The same where a look is a request that costs."""
_GO_ON = "What it had committed is in the lake; start it again to go on."


def main(argv: Sequence[str] | None = None, prog: str = "copydesk stream") -> int:
    """The command: 0 when it was asked to end and did; 1 when it failed; 2 for wrong usage; 130 when it had to end at once."""
    options = parse(sys.argv[1:] if argv is None else argv, prog, DESCRIPTION, _declare)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return exit_status(lambda: run_stream(options, terminal), terminal)


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--window",
        type=duration,
        default=60.0,
        metavar="TIME",
        help="how much goes into one commit, such as 30s or 5m (default: 1m)",
    )
    parser.add_argument(
        "--poll-every",
        type=duration,
        default=60.0,
        metavar="TIME",
        help="between two polls of a feed whose source has no poll_every of its own (default: 1m)",
    )
    parser.add_argument(
        "--stop-after", type=duration, metavar="TIME", help="end by itself after so long (default: never)"
    )
    declare_heartbeat(parser)
    declare_metrics(parser)


def run_stream(options: RunOptions, terminal: Terminal) -> int:
    """A stream from its options to its end; raises SourcesError, EngineError, LakeError, PassError, KeyboardInterrupt."""
    found = load_sources(options.sources)
    connect = connect_by(options, found)
    politeness = Politeness(pause=options.pause, host_seconds=options.host_seconds)
    schedule = Schedule(every=options.own.poll_every, window=options.own.window)
    engine = choose_engine(options.beam, streaming=True)
    lake = open_lake(options.lake)
    check_proxy(connect.proxy)
    end_what_died(lake, terminal)
    job = new_job(lake, now())
    run = RunContext(
        run_id=job.job_id,
        lake=lake,
        started_at=job.started_at,
        engine=engine.name,
        shards=engine.workers,
        look_back=options.look_back,
        agencies=found.agencies,
    )
    try:
        with writing(lake, job.job_id):
            for said in recover(lake):
                terminal.say(said)
    except LakeBusyError:
        terminal.say("Another run is writing to the lake; the windows of this stream wait for it.")
    announce(options, found, engine, terminal)
    terminal.say(
        f"Stream {job.job_id}: feeds every {schedule.every:g} s, a commit every {schedule.window:g} s. Ctrl-C ends it."
    )
    own = options.own
    heart = Heartbeat(own.heartbeat, own.hung_after)
    heart.begin()
    follower = _Follower(job, terminal, Meters(engine.name), heart, options.json)
    with (
        serving(follower.meters, own.metrics_host, own.metrics_port, heart.is_fresh) as address,
        _asking_to_end(job, terminal),
    ):
        if address:
            terminal.say(f"Metrics: {address}/metrics, health: {address}/healthz")
        # Prism 2.77 loses state when it splits a bundle: keys that others get on with meanwhile are set back at the end of the first.
        options.beam.view_as(DebugOptions).add_experiment("prism_disable_sdf_split")
        pipeline = beam.Pipeline(runner=engine.runner, options=options.beam)
        ingest_stream(
            pipeline, found.sources, job, run, schedule, connect, politeness, on_flink=engine.cluster is not None
        )
        job.register(engine.cluster.url if engine.cluster else None, engine.job_name)
        result = _started(pipeline)
        if own.stop_after:
            _later(own.stop_after, job)
        follower.follow(result, engine)
    job.forget()
    return 0


def end_what_died(lake: Lake, terminal: Terminal) -> None:
    """Ends the jobs that outlived their commands: a cluster goes on with them, and would poll each feed beside the next stream."""
    for left in registered(lake):
        if left.has_died:
            try:
                if left.cluster and left.job_name:
                    Cluster(left.cluster).end(left.job_name)
                    terminal.say(f"Ended {left.job_name} at {left.cluster}, a stream whose command was killed.")
            except FlinkError as error:
                terminal.say(f"Stream {left.job_id} was killed, and its job {left.job_name} may still run: {error}")
                continue
            forget(lake, left.job_id)
        elif left.cluster and not left.is_here:
            terminal.say(
                f"Stream {left.job_id} was begun on {left.host} and has not ended. If nothing follows it there any more, end its job"
                f" {left.job_name} at {left.cluster}: until then both poll. Nothing is doubled in the lake."
            )


def _started(pipeline: beam.Pipeline) -> PipelineResult:
    try:
        return pipeline.run()
    except Exception as error:
        logging.getLogger(__name__).info("the stream could not be started", exc_info=error)
        raise PassError(f"the stream could not be started: {cause(error)}") from error


def _later(seconds: float, job: Job) -> None:
    timer = threading.Timer(seconds, job.ask_to_end)
    timer.daemon = True
    timer.start()


@contextmanager
def _asking_to_end(job: Job, terminal: Terminal) -> Iterator[None]:
    """Lets the first Ctrl-C or SIGTERM ask the stream to end, and the second one interrupt it."""
    asked = threading.Event()

    def ask(signum: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        # Not here: a signal may have come in the middle of anything.
        threading.Thread(target=job.ask_to_end, daemon=True).start()
        terminal.say("Ending: what is open is being committed. Once more to end at once.")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {signum: signal.signal(signum, ask) for signum in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


class _Follower:
    """Tells of each window as it appears in the lake, whoever committed it."""

    def __init__(self, job: Job, terminal: Terminal, meters: Meters, heart: Heartbeat, as_json: bool) -> None:
        self.meters = meters
        self._job = job
        self._terminal = terminal
        self._heart = heart
        self._json = as_json
        self._told: set[str] = set()

    def follow(self, result: PipelineResult, engine: Engine) -> None:
        """Until the job has ended. Raises PassError when it failed."""
        end: Future[object] = Future()
        # A daemon, because some engines say nothing of a job that was ended from outside.
        threading.Thread(target=_wait, args=(result, end), name="copydesk-engine", daemon=True).start()
        ended_at: float | None = None
        try:
            while not end.done():
                self._tell()
                if ended_at is None and self._job.has_ended():
                    ended_at = time.monotonic()
                if ended_at is not None and time.monotonic() - ended_at > _SLACK:
                    engine.end(result)  # everything is committed, and this engine does not end jobs by itself
                    return
                time.sleep(_LOOK_EVERY if self._job.lake.is_local else _LIST_EVERY)
        except KeyboardInterrupt:
            engine.end(result)
            raise
        self._tell()
        try:
            state = end.result()
        except Exception as error:
            logging.getLogger(__name__).info("the stream failed", exc_info=error)
            raise PassError(f"the stream failed: {cause(error)} {_GO_ON}") from error
        if state != PipelineState.DONE:
            raise PassError(f"the engine ended the stream as {state}. {_GO_ON}")

    def _tell(self) -> None:
        for run_id in run_ids(self._job.lake, since=f"{self._job.started_at:%Y%m%dT%H%M%SZ}"):
            if run_id in self._told or not self._job.is_of(run_id):
                continue
            self._told.add(run_id)
            summary = read_record(self._job.lake, run_id)
            self.meters.observe(summary)
            self._heart.beat(last_window=run_id)
            self._terminal.say(_line(summary))
            if self._json:
                print(json.dumps(summary.to_json(), ensure_ascii=False), flush=True)


def _wait(result: PipelineResult, end: Future[object]) -> None:
    try:
        end.set_result(result.wait_until_finish())
    except BaseException as error:  # whatever it is, it belongs to who follows
        end.set_exception(error)


def _line(summary: RunRecord) -> str:
    total = summary.total
    parts = [
        f"{total.feeds} polls",
        f"{total.entries} entries",
        f"{total.articles} articles",
        f"{total.seen} already seen",
    ]
    parts += [f"{total.rejects} rejects"] if total.rejects else []
    parts += [f"{total.feeds_failed} feeds failed"] if total.feeds_failed else []
    return f"{summary.finished_at[11:19]}  {', '.join(parts)}"


if __name__ == "__main__":
    sys.exit(main(prog="python -m pipelines.stream"))

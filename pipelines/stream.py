"""``copydesk stream``: the same steps without an end, on an engine that streams."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import apache_beam as beam
from apache_beam.options.pipeline_options import DebugOptions
from apache_beam.runners.runner import PipelineResult

from pipelines.command.beam_options import RunOptions, parse
from pipelines.command.console import Terminal
from pipelines.command.parsers import stream_parser
from pipelines.command.shell import PassError, cause, check_connection, run_command, set_up_logging
from pipelines.engines.choose import choose_engine
from pipelines.engines.flink import Cluster, FlinkError
from pipelines.ingest_stream import ingest_stream
from pipelines.passes import announce, archiving, connect_settings
from pipelines.remote_sources import sources_of
from pipelines.service.heartbeat import Heartbeat
from pipelines.service.metrics import Meters, serving
from pipelines.service.upkeep import Upkeep
from pipelines.stream_follower import StreamFollower
from transforms.accounting.runs import now
from transforms.lake.commit import recover
from transforms.lake.layout import Lake, LakeBusyError
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.streaming.clock import Schedule
from transforms.streaming.job import Job, forget, new_job, registered
from transforms.web.settings import Politeness


def main(argv: Sequence[str]) -> int:
    """The command: 0 when it was asked to end and did; 1 when it failed; 2 for wrong usage; 130 when it had to end at once."""
    options = parse(stream_parser(), argv)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return run_command(lambda: run_stream(options, terminal), terminal)


def run_stream(options: RunOptions, terminal: Terminal) -> int:
    """Runs a stream from its options to its end. Raises CopydeskError, OSError and KeyboardInterrupt."""
    own = options.own
    sources = sources_of(options)
    connect = connect_settings(options, sources)
    politeness = Politeness(pause=options.pause, host_seconds=options.host_seconds)
    schedule = Schedule(every=own.poll_every, window=own.window)
    engine = choose_engine(options.beam, streaming=True)
    lake = open_lake(options.lake)
    check_connection(connect.proxy)
    end_dead_streams(lake, terminal)
    job = new_job(lake, now())
    run = RunContext(
        run_id=job.job_id,
        lake=lake,
        started_at=job.started_at,
        engine=engine.name,
        shards=engine.workers,
        look_back=options.look_back,
        agencies=sources.agencies,
    )
    _recover(job, terminal)
    announce(options, sources, engine, terminal)
    terminal.say(
        f"Stream {job.job_id}: polls every {schedule.every:g} s, commits every {schedule.window:g} s. Ctrl-C ends it."
    )
    heart = Heartbeat(own.heartbeat, own.hung_after)
    heart.begin()
    meters = Meters(engine.name)
    with (
        serving(meters, own.metrics_host, own.metrics_port, heart.is_fresh) as address,
        _ending_on_signals(job, terminal),
        archiving(connect, options.archive, job.job_id) as connect,
    ):
        if address:
            terminal.say(f"Metrics: {address}/metrics, health: {address}/healthz")
        # Prism 2.77 loses state when it splits a bundle: at the end of the first part, it resets keys that others have changed since.
        options.beam.view_as(DebugOptions).add_experiment("prism_disable_sdf_split")
        pipeline = beam.Pipeline(runner=engine.runner, options=options.beam)
        on_flink = engine.cluster is not None
        ingest_stream(pipeline, sources.sources, job, run, schedule, connect, politeness, on_flink=on_flink)
        job.register(engine.cluster.url if engine.cluster else None, engine.job_name)
        result = _start(pipeline)
        if own.stop_after:
            _ask_to_end_after(own.stop_after, job)
        upkeep = Upkeep(options.lake, own.compact_every, terminal)
        try:
            StreamFollower(job, terminal, meters, heart, options.json, upkeep).follow(result, engine)
        finally:
            upkeep.stop()
    job.forget()
    return 0


def end_dead_streams(lake: Lake, terminal: Terminal) -> None:
    """Ends jobs on a cluster whose commands have died: they would poll each feed too, besides the new stream."""
    for stream in registered(lake):
        if stream.has_died:
            try:
                if stream.cluster and stream.job_name:
                    Cluster(stream.cluster).end(stream.job_name)
                    terminal.say(f"Ended {stream.job_name} at {stream.cluster}, a stream whose command was killed.")
            except FlinkError as error:
                terminal.say(f"Stream {stream.job_id} was killed; its job {stream.job_name} may still run: {error}")
                continue
            forget(lake, stream.job_id)
        elif stream.cluster and not stream.is_here:
            terminal.say(
                f"Stream {stream.job_id} was started on {stream.host} and has not ended. If its command there no longer runs, end its job"
                f" {stream.job_name} at {stream.cluster}: until then both poll the feeds. Nothing is doubled in the lake."
            )


def _recover(job: Job, terminal: Terminal) -> None:
    try:
        with writing(job.lake, job.job_id):
            for line in recover(job.lake):
                terminal.say(line)
    except LakeBusyError:
        terminal.say("Another run is writing to the lake. The windows of this stream wait until it has ended.")


def _start(pipeline: beam.Pipeline) -> PipelineResult:
    try:
        return pipeline.run()
    except Exception as error:
        logging.getLogger(__name__).info("the stream could not be started", exc_info=error)
        raise PassError(f"the stream could not be started: {cause(error)}") from error


def _ask_to_end_after(seconds: float, job: Job) -> None:
    timer = threading.Timer(seconds, job.ask_to_end)
    timer.daemon = True
    timer.start()


@contextmanager
def _ending_on_signals(job: Job, terminal: Terminal) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM asks the stream to end. The second one raises KeyboardInterrupt."""
    asked = threading.Event()

    def ask(signum: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        # In a thread of its own: the signal may have interrupted anything.
        threading.Thread(target=job.ask_to_end, daemon=True).start()
        terminal.say("Ending: committing what is open. Press Ctrl-C again to end at once.")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {signum: signal.signal(signum, ask) for signum in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)

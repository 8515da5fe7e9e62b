"""Which engine runs a pipeline: chosen by rule, told to the user, and nothing downloaded unasked.

Beam's DirectRunner tries Prism, which it downloads, and falls back in silence, so the same command would run on different engines with and
without a network. Here DirectRunner means Beam's in-process FnApiRunner, always. What can be checked is checked before work begins.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

import grpc
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import (
    DirectOptions,
    PipelineOptions,
    PortableOptions,
    PrismRunnerOptions,
    SetupOptions,
    StandardOptions,
)
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator
from apache_beam.portability.api import beam_job_api_pb2, beam_job_api_pb2_grpc, beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.runners.portability.portable_runner import JobServiceHandle
from apache_beam.runners.runner import PipelineResult, PipelineRunner, create_runner
from apache_beam.version import __version__ as beam_version

from pipelines.engines import flink, prism
from pipelines.engines.job_servers import ServedFlink, ServedPrism, StandingPrism, StandingServer
from pipelines.memory import return_freed_memory
from schemas import UsageError

OWN_PACKAGES = "copydesk.own_packages"
"""What each worker process imports before anything else of ours."""
_SPREAD = 16
"""Groups of work on engines that split it as they see fit: enough for a small cluster, and each host stays in one hand."""


class EngineError(UsageError):
    """The engine that was asked for cannot be used."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A runner and how it is told to people."""

    name: str
    """Such as ``DirectRunner (FnApiRunner, in this process)``."""
    runner: PipelineRunner
    """What Beam runs the pipeline with."""
    workers: int
    """How many bundles work at the same time, as far as this side knows."""
    cluster: flink.Cluster | None = None
    """The Flink that does the work; None for another engine, and for one whose address was not given."""
    job_name: str | None = None
    """What the job is called on the cluster."""
    is_here: bool = False
    """True when its workers are this command and its children."""

    @property
    def at_once(self) -> int:
        """How many bundles are worth giving at the same time: on this machine no more than it has cores."""
        return min(self.workers, os.cpu_count() or 1) if self.is_here else self.workers

    def end(self, result: PipelineResult) -> None:
        """Ends a job for good, whatever is open in it; raises EngineError.

        Beam's own cancel leaves a job on Flink running. A stream there never ends by itself, so its last step is this.
        """
        if self.cluster is None or self.job_name is None:
            result.cancel()
            return
        try:
            self.cluster.end(self.job_name)
        except flink.FlinkError as error:
            raise EngineError(str(error)) from error


def choose_engine(options: PipelineOptions, streaming: bool = False) -> Engine:
    """The engine for ``--runner`` and its options; raises EngineError. Sets options that the engine needs and nobody gave."""
    FileSystems.set_options(options)  # a pipeline does that too, but a lake in an object store is opened before
    return_freed_memory()
    _let_workers_import_us(options)
    asked = options.view_as(StandardOptions).runner
    if streaming:
        options.view_as(StandardOptions).streaming = True
    if asked in (None, "DirectRunner", "FnApiRunner") and not (streaming and asked is None):
        if streaming:
            raise EngineError(
                f"--runner={asked} cannot stream: it would never wait, and give nothing before the end. Leave --runner out to stream"
                f" on Prism ({prism.install_hint()}), stream on Flink (docs/engines.md), or take copydesk watch, which needs neither."
            )
        return _direct(options)
    _keep_grpc_off_the_proxy()
    # Told to be the patience for one answer of the job server, but on Prism Beam's runner gives up the whole job after so long: 5 minutes.
    options.view_as(PortableOptions).job_server_timeout = None
    try:
        if asked in (None, "PrismRunner"):
            return _prism(options)
        if asked in ("FlinkRunner", "PortableRunner"):
            return _portable(options, asked, streaming)
    except flink.FlinkError as error:
        raise EngineError(f"--runner={asked} cannot be used: {error}") from error
    return _other(options, asked)


def _let_workers_import_us(options: PipelineOptions) -> None:
    """Worker processes find the working directory first on their path, and there may be other packages with the names of ours."""
    setup = options.view_as(SetupOptions)
    setup.beam_plugins = list(dict.fromkeys([*(setup.beam_plugins or ()), OWN_PACKAGES]))


def _other(options: PipelineOptions, asked: str) -> Engine:
    try:
        runner = create_runner(asked)
    except (ValueError, ImportError, AttributeError) as error:
        raise EngineError(f"--runner={asked} cannot be used: {error}") from error
    _validate(options, runner, asked)
    return Engine(asked, runner, workers=_SPREAD)


def _validate(options: PipelineOptions, runner: PipelineRunner, asked: str) -> None:
    """What Beam itself would find wrong with the options, but before anything else is done."""
    if errors := PipelineOptionsValidator(options, runner).validate():
        raise EngineError(f"--runner={asked} cannot be used: {' '.join(map(str, errors))}")


def _prism(options: PipelineOptions) -> Engine:
    if (endpoint := options.view_as(PortableOptions).job_endpoint) is not None:
        _ask_job_server(endpoint, "Start it (prism --job_port=8073), or leave --job_endpoint out and one is started.")
        return Engine(f"PrismRunner (at {endpoint})", StandingPrism(), workers=_SPREAD)
    given = options.view_as(PrismRunnerOptions).prism_location
    found = prism.find_prism(given)
    if found is None:
        where = f"there is none at {given}" if given else "there is none in .engines/bin or on the PATH"
        raise EngineError(
            f"Prism, the engine that streams on one machine, is a program of its own, and {where}. {prism.install_hint()}."
            " Without it: copydesk watch."
        )
    version = prism.version_of(found)
    if version not in (None, beam_version):
        raise EngineError(f"{found} is Prism {version}, and this is Beam {beam_version}. {prism.install_hint()}.")
    name = f"PrismRunner (Prism {version}, on this machine)" if version else f"PrismRunner ({found})"
    return Engine(name, ServedPrism(lambda: prism.start_prism(found)), workers=_SPREAD, is_here=True)


def _portable(options: PipelineOptions, asked: str, streaming: bool) -> Engine:
    """A job server that runs, or for FlinkRunner one that is started with each pipeline."""
    portable = options.view_as(PortableOptions)
    cluster = flink.cluster_of(options)
    endpoint = portable.job_endpoint
    if endpoint is None and asked == "PortableRunner":
        raise EngineError(
            "--runner=PortableRunner needs --job_endpoint=HOST:PORT, the address of a job server."
            " deploy/flink/cluster.py starts one on a small Flink, and prints the options for it."
        )
    server = ""
    if endpoint is None:
        jar = flink.find_jar(options, cluster)
        runner = ServedFlink(lambda: flink.start_job_server(jar, cluster.url if cluster else flink.LOCAL[0]))
        if cluster is None and portable.environment_type is None:
            portable.environment_type = "LOOPBACK"
    else:
        known = _ask_job_server(endpoint, "Start it (deploy/flink/cluster.py start), or correct --job_endpoint.")
        runner = StandingServer()
        if "flink_master" not in known:
            return _on_a_job_server(options, endpoint, runner)
        server = flink.check_job_server(known, options, cluster, endpoint)
    flink.check_workers(options, endpoint or (cluster.url if cluster else "localhost"))
    told = flink.prepare(options, cluster, streaming, standing=endpoint is not None)
    _validate(options, runner, asked)
    return Engine(f"{asked} ({told}{server})", runner, _SPREAD, cluster=cluster, job_name=flink.job_name(options))


def _on_a_job_server(options: PipelineOptions, endpoint: str, runner: PipelineRunner) -> Engine:
    """A job server of something else than Flink, such as a Prism that somebody started."""
    flink.check_workers(options, endpoint)
    return Engine(f"PortableRunner (job server at {endpoint})", runner, workers=_SPREAD)


def _ask_job_server(endpoint: str, remedy: str) -> dict[str, str]:
    """The options that a job server knows, with their defaults; raises EngineError when none answers."""
    with grpc.insecure_channel(endpoint) as channel:
        server = beam_job_api_pb2_grpc.JobServiceStub(channel)
        try:
            described = server.DescribePipelineOptions(beam_job_api_pb2.DescribePipelineOptionsRequest(), timeout=10)
        except grpc.RpcError as error:
            detail = ""
            with contextlib.suppress(AttributeError):
                detail = f" ({error.details()})"
            if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                raise EngineError(f"what answers at {endpoint} is no job server of Beam{detail}. {remedy}") from error
            raise EngineError(f"no job server answers at {endpoint}{detail}. {remedy}") from error
    return {option.name: option.default_value for option in described.options}


def _direct(options: PipelineOptions) -> Engine:
    direct = options.view_as(DirectOptions)
    mode = direct.direct_running_mode or "in_memory"
    workers = direct.direct_num_workers or 1
    place = {
        "in_memory": "in this process",
        "multi_threading": f"{workers} threads",
        "multi_processing": f"{workers} worker processes",
    }[mode]
    if mode == "in_memory" and workers > 1:
        raise EngineError(f"--direct_num_workers={workers} needs --direct_running_mode=multi_processing.")
    _keep_grpc_off_the_proxy()
    encoded = JobServiceHandle.encode_pipeline_options(options.get_all_options())
    provision = fn_runner.ExtendedProvisionInfo(beam_provision_api_pb2.ProvisionInfo(pipeline_options=encoded))
    return Engine(
        f"DirectRunner (FnApiRunner, {place})",
        fn_runner.FnApiRunner(provision_info=provision),
        workers=workers,
        is_here=True,
    )


def _keep_grpc_off_the_proxy() -> None:
    """Beam talks to its worker processes by gRPC on localhost, which gRPC would send through the http_proxy of the environment."""
    others = os.environ.get("no_grpc_proxy") or os.environ.get("no_proxy") or ""
    names = dict.fromkeys(
        [*filter(None, others.split(",")), "localhost", "127.0.0.1"]
    )  # once each, however often this is called
    os.environ["no_grpc_proxy"] = ",".join(names)

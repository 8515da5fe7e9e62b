"""Chooses the engine that runs a pipeline, by fixed rules. Nothing is downloaded. Problems are found before work begins, where possible.

Beam's DirectRunner downloads Prism and tries it, and falls back silently. The same command would then run on different engines with and
without a network. Here DirectRunner always means Beam's in-process FnApiRunner.
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
from pipelines.engines.job_servers import ExternalPrismRunner, ExternalRunner, OwnFlinkRunner, OwnPrismRunner
from pipelines.memory import return_freed_memory
from schemas import UsageError
from transforms.garbage import collect_garbage_less_often

_WORKER = "copydesk.worker"
"""What each worker process imports before anything else of ours."""
_SPREAD = 16
"""Shards on engines that distribute work themselves: enough for a small cluster. Each host belongs to one shard."""


class EngineError(UsageError):
    """The engine for --runner cannot be used."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A runner, and its name for people."""

    name: str
    """Such as ``DirectRunner (FnApiRunner, in this process)``."""
    runner: PipelineRunner
    """Beam's runner."""
    workers: int
    """Bundles that are processed at the same time, as far as this command knows."""
    cluster: flink.Cluster | None = None
    """The Flink cluster that runs the job; None for other engines, and for a Flink without --flink_master."""
    job_name: str | None = None
    """The job's name on the cluster."""
    is_local: bool = False
    """True when the workers are this process and its children."""

    @property
    def at_once(self) -> int:
        """Bundles worth running at the same time: on this machine, no more than it has cores."""
        return min(self.workers, os.cpu_count() or 1) if self.is_local else self.workers

    def end(self, result: PipelineResult) -> None:
        """Ends a job, even with open work. Raises EngineError.

        Beam's own cancel leaves a job on Flink running, and a stream there never ends by itself.
        """
        if self.cluster is None or self.job_name is None:
            result.cancel()
            return
        try:
            self.cluster.end(self.job_name)
        except flink.FlinkError as error:
            raise EngineError(str(error)) from error


def choose_engine(options: PipelineOptions, streaming: bool = False) -> Engine:
    """The engine for ``--runner`` and its options. Sets options that the engine needs and that were not given. Raises EngineError."""
    FileSystems.set_options(options)  # a pipeline does that too, but later than a lake in an object store is opened
    return_freed_memory()
    collect_garbage_less_often()
    _prepare_workers(options)
    runner = options.view_as(StandardOptions).runner
    if streaming:
        options.view_as(StandardOptions).streaming = True
    if runner in (None, "DirectRunner", "FnApiRunner") and not (streaming and runner is None):
        if streaming:
            raise EngineError(
                f"--runner={runner} cannot stream: it commits nothing before the end. Leave --runner out to stream on Prism"
                f" ({prism.install_hint()}), stream on Flink (docs/engines.md), or use copydesk watch, which needs neither."
            )
        return _direct(options)
    _keep_grpc_off_the_proxy()
    # Documented as the timeout for one answer of the job server. But on Prism, Beam's runner gives up the whole job after it: 5 minutes.
    options.view_as(PortableOptions).job_server_timeout = None
    try:
        if runner in (None, "PrismRunner"):
            return _prism(options)
        if runner in ("FlinkRunner", "PortableRunner"):
            return _portable(options, runner, streaming)
    except flink.FlinkError as error:
        raise EngineError(f"--runner={runner} cannot be used: {error}") from error
    return _other(options, runner)


def _prepare_workers(options: PipelineOptions) -> None:
    """Makes workers import our packages and not others of their names, which the working directory may have; see the module."""
    setup = options.view_as(SetupOptions)
    setup.beam_plugins = list(dict.fromkeys([*(setup.beam_plugins or ()), _WORKER]))


def _other(options: PipelineOptions, runner: str) -> Engine:
    try:
        beam_runner = create_runner(runner)
    except (ValueError, ImportError, AttributeError) as error:
        raise EngineError(f"--runner={runner} cannot be used: {error}") from error
    _validate(options, beam_runner, runner)
    return Engine(runner, beam_runner, workers=_SPREAD)


def _validate(options: PipelineOptions, runner: PipelineRunner, name: str) -> None:
    """Beam's own check of the options, before anything else is done. Raises EngineError."""
    if errors := PipelineOptionsValidator(options, runner).validate():
        raise EngineError(f"--runner={name} cannot be used: {' '.join(map(str, errors))}")


def _prism(options: PipelineOptions) -> Engine:
    if (endpoint := options.view_as(PortableOptions).job_endpoint) is not None:
        _ask_job_server(endpoint, "Start it (prism --job_port=8073), or leave --job_endpoint out and one is started.")
        return Engine(f"PrismRunner (at {endpoint})", ExternalPrismRunner(), workers=_SPREAD)
    given = options.view_as(PrismRunnerOptions).prism_location
    program = prism.find_prism(given)
    if program is None:
        where = f"there is none at {given}" if given else "there is none in .engines/bin or on the PATH"
        raise EngineError(
            f"Prism, the engine for streams on one machine, is a separate program, and {where}. {prism.install_hint()}."
            " Or use copydesk watch, which does not need it."
        )
    version = prism.version_of(program)
    if version not in (None, beam_version):
        raise EngineError(f"{program} is Prism {version}, and this is Beam {beam_version}. {prism.install_hint()}.")
    name = f"PrismRunner (Prism {version}, on this machine)" if version else f"PrismRunner ({program})"
    return Engine(name, OwnPrismRunner(lambda: prism.start_prism(program)), workers=_SPREAD, is_local=True)


def _portable(options: PipelineOptions, name: str, streaming: bool) -> Engine:
    """An engine on a job server that runs already, or for FlinkRunner on one that this command starts."""
    portable = options.view_as(PortableOptions)
    cluster = flink.cluster_of(options)
    endpoint = portable.job_endpoint
    if endpoint is None and name == "PortableRunner":
        raise EngineError(
            "--runner=PortableRunner needs --job_endpoint=HOST:PORT, the address of a job server."
            " deploy/flink/cluster.py starts one with a small Flink, and prints the options for it."
        )
    server = ""
    if endpoint is None:
        jar = flink.find_jar(options, cluster)
        runner = OwnFlinkRunner(lambda: flink.start_job_server(jar, cluster.url if cluster else flink.LOCAL[0]))
        if cluster is None and portable.environment_type is None:
            portable.environment_type = "LOOPBACK"
    else:
        known = _ask_job_server(endpoint, "Start it (deploy/flink/cluster.py start), or correct --job_endpoint.")
        runner = ExternalRunner()
        if "flink_master" not in known:
            return _on_a_job_server(options, endpoint, runner)
        server = flink.check_job_server(known, options, cluster, endpoint)
    flink.check_workers(options, endpoint or (cluster.url if cluster else "localhost"))
    description = flink.prepare(options, cluster, streaming, external=endpoint is not None)
    _validate(options, runner, name)
    return Engine(f"{name} ({description}{server})", runner, _SPREAD, cluster=cluster, job_name=flink.job_name(options))


def _on_a_job_server(options: PipelineOptions, endpoint: str, runner: PipelineRunner) -> Engine:
    """An engine on a job server of another kind than Flink's, such as a Prism that somebody started."""
    flink.check_workers(options, endpoint)
    return Engine(f"PortableRunner (job server at {endpoint})", runner, workers=_SPREAD)


def _ask_job_server(endpoint: str, remedy: str) -> dict[str, str]:
    """The options that a job server knows, with their defaults. Raises EngineError when none answers."""
    with grpc.insecure_channel(endpoint) as channel:
        server = beam_job_api_pb2_grpc.JobServiceStub(channel)
        try:
            described = server.DescribePipelineOptions(beam_job_api_pb2.DescribePipelineOptionsRequest(), timeout=10)
        except grpc.RpcError as error:
            detail = ""
            with contextlib.suppress(AttributeError):
                detail = f" ({error.details()})"
            if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                raise EngineError(f"{endpoint} is not a job server of Beam{detail}. {remedy}") from error
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
        is_local=True,
    )


def _keep_grpc_off_the_proxy() -> None:
    """Beam talks to its worker processes by gRPC on localhost. gRPC would use the http_proxy of the environment for that."""
    others = os.environ.get("no_grpc_proxy") or os.environ.get("no_proxy") or ""
    names = dict.fromkeys(
        [*filter(None, others.split(",")), "localhost", "127.0.0.1"]
    )  # once each, however often this is called
    os.environ["no_grpc_proxy"] = ",".join(names)

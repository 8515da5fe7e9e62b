"""Flink: options of Beam's runner, checks before a job begins, and how a job is ended."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import socket
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from apache_beam.options.pipeline_options import (
    FlinkRunnerOptions,
    GoogleCloudOptions,
    PipelineOptions,
    PortableOptions,
    WorkerOptions,
)
from apache_beam.version import __version__ as beam_version

from pipelines.engines.job_servers import JobServer
from pipelines.engines.prism import CHECKOUT
from schemas import UsageError

JAR = CHECKOUT / ".engines" / "flink" / "job-server.jar"
"""Beam's job server for Flink, as `make flink` builds it."""

LOCAL = ("[local]", "[auto]")
"""Values of --flink_master for a small Flink inside the job server."""

_SECONDS = 10.0
_END_SECONDS = 60.0
_SINCE_2_52 = "enable_stable_input_drain"
"""An option that Beam's runner for Flink has since Beam 2.52."""
_OVER = {"FINISHED", "CANCELED", "FAILED"}


class FlinkError(UsageError):
    """The Flink cluster cannot run the job as it is."""


class FlinkOptions(PipelineOptions):
    """Options of Beam's Flink runner that only its Java side declares. Without this, Python rejects them as unknown."""

    @classmethod
    def _add_argparse_args(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--checkpointing_interval", type=int, metavar="MS", help="time between two checkpoints")
        parser.add_argument(
            "--min_pause_between_checkpoints",
            type=int,
            metavar="MS",
            help="pause before each checkpoint",
        )
        parser.add_argument(
            "--checkpoint_timeout_millis", type=int, metavar="MS", help="time after which a checkpoint is given up"
        )
        parser.add_argument("--checkpointing_mode", help="EXACTLY_ONCE (default) or AT_LEAST_ONCE")
        parser.add_argument("--finish_bundle_before_checkpointing", action="store_true", default=None)
        parser.add_argument("--unaligned_checkpoint_enabled", action="store_true", default=None)
        parser.add_argument("--externalized_checkpoints_enabled", action="store_true", default=None)
        parser.add_argument("--retain_externalized_checkpoints_on_cancellation", action="store_true", default=None)
        parser.add_argument("--savepoint_path", metavar="URL", help="start from this checkpoint or savepoint")
        parser.add_argument("--allow_non_restored_state", action="store_true", default=None)
        parser.add_argument("--state_backend", help="filesystem or rocksdb (default: the cluster's)")
        parser.add_argument("--state_backend_storage_path", metavar="URL", help="folder for checkpoints")
        parser.add_argument("--max_bundle_size", type=int, metavar="N", help="elements per bundle")
        parser.add_argument("--max_bundle_time_mills", type=int, metavar="MS", help="time that a bundle stays open")
        parser.add_argument("--auto_watermark_interval", type=int, metavar="MS")
        parser.add_argument("--object_reuse", action="store_true", default=None)
        parser.add_argument("--execution_mode_for_batch", help="PIPELINED (default) or BATCH_FORCED")
        parser.add_argument("--number_of_execution_retries", type=int, metavar="N")
        parser.add_argument("--execution_retry_delay", type=int, metavar="MS")
        parser.add_argument("--shutdown_sources_after_idle_ms", type=int, metavar="MS")


_STREAMING_DEFAULTS = {
    "checkpointing_interval": 10_000,
    # A first checkpoint while the workers start can lose the impulse with which all sources begin.
    "min_pause_between_checkpoints": 20_000,
    # Each step holds its elements until its bundle ends. With the default of one second, this adds up over the steps.
    "max_bundle_time_mills": 200,
}

_WORKER_KEPT_MS = 10_000
"""How long a Python worker of a pass is kept for the next step. Without this, each step starts its own, which takes seconds."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Flink cluster, by the address of its REST API."""

    url: str
    """Such as ``http://localhost:8081``."""

    def get(self, path: str) -> Any:
        """The JSON at a path of the REST API. Raises FlinkError when the cluster does not answer."""
        return self._ask("GET", path)

    def end(self, job_name: str) -> None:
        """Cancels the jobs of this name and waits until they have ended. Raises FlinkError."""
        until = time.monotonic() + _END_SECONDS
        while running := [job for job in self._jobs(job_name) if job["state"] not in _OVER]:
            if time.monotonic() > until:
                raise FlinkError(f"the job {job_name} did not end within {_END_SECONDS:g} s. Cancel it at {self.url}.")
            for job in running:
                if job["state"] != "CANCELLING":
                    self._ask("PATCH", f"/jobs/{job['jid']}?mode=cancel")
            time.sleep(0.5)

    def _jobs(self, name: str) -> list[dict[str, str]]:
        return [job for job in self.get("/jobs/overview")["jobs"] if job["name"] == name]

    def _ask(self, method: str, path: str) -> Any:
        # The cluster is in our own network: the proxy in the environment is not for it.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            request = urllib.request.Request(self.url + path, method=method)
            with opener.open(request, timeout=_SECONDS) as answer:
                return json.load(answer)
        except (OSError, ValueError) as error:
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            raise FlinkError(
                f"no Flink answers at {self.url} ({cause}). Start one (deploy/flink/cluster.py start), or correct --flink_master."
            ) from error


def cluster_of(options: PipelineOptions) -> Cluster | None:
    """The cluster of ``--flink_master``; None when it is not given or names no cluster."""
    master = (options.view_as(FlinkRunnerOptions).flink_master or LOCAL[0]).strip()
    if master in LOCAL:
        return None
    return Cluster((master if "://" in master else f"http://{master}").rstrip("/"))


def is_this_machine(address: str) -> bool:
    """True for an address or URL on loopback."""
    return urlsplit(address if "://" in address else f"//{address}").hostname in ("localhost", "127.0.0.1", "::1")


def job_name(options: PipelineOptions) -> str:
    """The job's name in Flink, by which it is ended too. A random one when none is given."""
    google = options.view_as(GoogleCloudOptions)
    google.job_name = google.job_name or f"copydesk-{secrets.token_hex(4)}"
    return str(google.job_name)


def prepare(options: PipelineOptions, cluster: Cluster | None, streaming: bool, external: bool) -> str:
    """Checks the cluster, sets options that were not given, and returns a description of the cluster. Raises FlinkError.

    ``external``: the job server was started by somebody else.
    """
    worker = options.view_as(WorkerOptions)
    if worker.default_sdk_harness_log_level == "WARNING":
        worker.default_sdk_harness_log_level = "WARN"  # Java knows this name only, Python knows both
    if streaming:
        flink = options.view_as(FlinkOptions)
        for name, value in _STREAMING_DEFAULTS.items():
            if getattr(flink, name) is None:
                setattr(flink, name, value)
    else:
        portable = options.view_as(PortableOptions)
        portable.environment_cache_millis = portable.environment_cache_millis or _WORKER_KEPT_MS
    if cluster is None:
        if streaming:
            raise FlinkError(
                "a stream on Flink needs --flink_master=http://HOST:8081, the address of Flink itself."
                " Beam's job server cannot end a job."
            )
        return "by a job server that runs already" if external else "inside this command"
    overview = cluster.get("/overview")
    slots, parallelism = overview["slots-total"], options.view_as(FlinkRunnerOptions).parallelism
    if not overview["taskmanagers"]:
        raise FlinkError(f"the Flink at {cluster.url} has no TaskManager. Start one, or wait until it has registered.")
    if parallelism > slots:
        raise FlinkError(
            f"--parallelism={parallelism} needs {parallelism} slots, and the Flink at {cluster.url} has {slots}."
            " Lower it, or add TaskManagers."
        )
    if streaming:
        _check_checkpoints(options, cluster)
    return f"Flink {overview['flink-version']}, {overview['taskmanagers']} TaskManagers, {slots} slots"


def _check_checkpoints(options: PipelineOptions, cluster: Cluster) -> None:
    settings = {entry["key"]: entry["value"] for entry in cluster.get("/jobmanager/config")}
    folder = options.view_as(FlinkOptions).state_backend_storage_path
    folder = folder or settings.get("execution.checkpointing.dir") or settings.get("state.checkpoints.dir")
    if not folder:
        raise FlinkError(
            "Flink has no folder for checkpoints and would keep them in the JobManager's memory (5 MB). Set state.checkpoints.dir in its"
            " configuration, or give --state_backend=filesystem --state_backend_storage_path=file:///…"
        )
    parts = urlsplit(folder)
    # A folder on another machine cannot be checked here; Flink reports it in the job's error.
    if parts.scheme in ("", "file") and is_this_machine(cluster.url):
        check_writable(Path(parts.path))


def check_writable(folder: Path) -> None:
    """Raises FlinkError when checkpoints cannot be written to the folder."""
    probe = folder / f".copydesk-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise FlinkError(
            f"checkpoints cannot be written to {folder} ({error.strerror})."
            " Give another --state_backend_storage_path, or change its permissions."
        ) from error


def check_workers(options: PipelineOptions, at: str) -> None:
    """Checks the Python workers of a job; ``at`` is the address of the job server. Raises FlinkError."""
    portable = options.view_as(PortableOptions)
    kind = portable.environment_type
    given = portable.environment_config or ""
    if kind is None:
        raise FlinkError(
            "there are no Python workers. Give --environment_type=PROCESS, EXTERNAL or DOCKER with an --environment_option."
            " deploy/flink/cluster.py options prints these for its own cluster; see docs/engines.md for others."
        )
    if kind == "EXTERNAL" and (address := portable.lookup_environment_option("external_service_address") or given):
        # On a cluster of other machines, localhost is that of each TaskManager and cannot be checked here.
        if is_this_machine(address) and not is_this_machine(at):
            return
        if problem := unreachable(address):
            raise FlinkError(
                f"no worker pool answers at {address} ({problem}). Start one there:"
                f" python -m apache_beam.runners.worker.worker_pool_main --service_port={address.rpartition(':')[2]}"
            )
    if kind == "PROCESS" and is_this_machine(at):
        command = portable.lookup_environment_option("process_command") or _command(given)
        if not command or not os.access(command, os.X_OK):
            raise FlinkError(
                f"the worker program {command or 'of --environment_option=process_command=…'} does not exist or cannot be run."
                " deploy/flink/cluster.py start creates one."
            )


def _command(config: str) -> str | None:
    try:
        content = json.loads(config)
    except ValueError:
        return None
    return content.get("command") if isinstance(content, dict) else None


def unreachable(address: str) -> str | None:
    """Why ``host:port`` cannot be reached; None when it can."""
    parts = urlsplit(f"//{address}")
    try:
        if not parts.hostname or not parts.port:
            return "it is not of the form host:port"
        socket.create_connection((parts.hostname, parts.port), timeout=_SECONDS).close()
    except (OSError, ValueError) as error:
        return str(error)
    return None


def find_jar(options: PipelineOptions, cluster: Cluster | None) -> Path:
    """The job server's jar, given or built by `make flink`, after a check of its version. Raises FlinkError."""
    given = options.view_as(FlinkRunnerOptions).flink_job_server_jar
    jar = Path(given) if given else JAR
    if not jar.is_file():
        raise FlinkError(
            f"there is no job server at {jar}. Build it with: make flink (needs a JDK and Maven), or give --flink_job_server_jar,"
            " or the --job_endpoint of a running one."
        )
    if shutil.which("java") is None:
        raise FlinkError(
            "FlinkRunner starts a job server, which needs Java, and there is no java on the PATH. Install a JDK."
        )
    if made_for := _manifest(jar).get("Flink-Version"):
        _check_flink(str(jar), made_for, cluster)
    return jar


def check_job_server(known: Mapping[str, str], options: PipelineOptions, cluster: Cluster | None, at: str) -> str:
    """Checks the version of a running job server, and returns a description of it. Raises FlinkError.

    ``known`` are its options with their defaults. A server of Beam reports its options, but not its version. Ours reports the version as
    options (deploy/flink/JobServer.java).
    """
    start = "Start one of this version: make flink, then deploy/flink/cluster.py stop and start"
    if _SINCE_2_52 not in known:
        raise FlinkError(
            f"the job server at {at} is of Beam 2.51 or older, which is not tested with this Beam {beam_version}. {start}."
        )
    given = options.view_as(FlinkOptions).get_all_options(drop_default=True, current_only=True)
    if ignored := sorted(given.keys() - known.keys()):
        raise FlinkError(
            f"the job server at {at} is of another version and would ignore --{', --'.join(ignored)}. {start}."
        )
    if "copydesk_sdk" not in known:
        return ", a job server of unknown version"
    if known["copydesk_sdk"] != beam_version:
        raise FlinkError(
            f"the job server at {at} was tested with Beam {known['copydesk_sdk']}, and this is {beam_version}. {start}."
        )
    _check_flink(f"the job server at {at}", known["copydesk_flink"], cluster)
    return f", job server of Beam {known['copydesk_runner']}"


def _check_flink(server: str, made_for: str, cluster: Cluster | None) -> None:
    if cluster is not None:
        running = cluster.get("/overview")["flink-version"]
        if running.split(".")[:2] != made_for.split(".")[:2]:
            raise FlinkError(f"{server} is for Flink {made_for}, and the one at {cluster.url} is {running}.")


def _manifest(jar: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(jar) as content:
            lines = content.read("META-INF/MANIFEST.MF").decode().replace("\r\n", "\n").replace("\n ", "").split("\n")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise FlinkError(f"{jar} is not a job server: {error}") from error
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def start_job_server(jar: Path, master: str) -> JobServer:
    """Starts Beam's job server for Flink as a child of this process. Raises JobServerError."""
    return JobServer(
        "flink",
        lambda port, folder: [
            "java", "-Xmx512m", "-jar", str(jar), "--flink-master", master, "--artifacts-dir", folder,
            "--job-host", "localhost", "--job-port", str(port), "--artifact-port", "0", "--expansion-port", "0",
        ],
    )  # fmt: skip

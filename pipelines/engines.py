"""Which engine runs a pipeline: chosen by rule, told to the user, and nothing downloaded unasked.

Beam's DirectRunner tries Prism, which it downloads, and falls back in silence, so the same command would run on different engines with and
without a network. Here DirectRunner means Beam's in-process FnApiRunner, always.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

from apache_beam.options.pipeline_options import (
    DirectOptions,
    PipelineOptions,
    PrismRunnerOptions,
    StandardOptions,
)
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.runners.portability.portable_runner import JobServiceHandle
from apache_beam.runners.runner import PipelineRunner, create_runner


class EngineError(Exception):
    """The engine asked for cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A runner and how it is told to people."""

    name: str
    """Such as ``DirectRunner (FnApiRunner, in this process)``."""
    runner: PipelineRunner
    """What Beam runs the pipeline with."""
    workers: int
    """How many bundles work at the same time, as far as this side knows."""
    here: bool
    """True when the work is done by processes of this machine that end with this one."""


def choose_engine(options: PipelineOptions) -> Engine:
    """The engine for ``--runner`` and its options; raises EngineError."""
    asked = options.view_as(StandardOptions).runner or "DirectRunner"
    if asked in ("DirectRunner", "FnApiRunner"):
        return _direct(options)
    if asked == "PrismRunner" and not options.view_as(PrismRunnerOptions).prism_location:
        found = shutil.which("prism")
        if found is None:
            raise EngineError(
                "PrismRunner needs the prism program, and none is on the PATH. Give its path with --prism_location, or install it with:"
                " go install github.com/apache/beam/sdks/v2/go/cmd/prism@latest"
            )
        options.view_as(PrismRunnerOptions).prism_location = found
    try:
        runner = create_runner(asked)
    except (ValueError, ImportError, AttributeError) as error:
        raise EngineError(f"--runner={asked} cannot be used: {error}") from error
    # Other engines split work as they see fit; 16 groups keep a small cluster busy and each host in one hand.
    return Engine(asked, runner, workers=16, here=asked == "PrismRunner")


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
        here=True,
    )


def _keep_grpc_off_the_proxy() -> None:
    """Beam talks to its worker processes by gRPC on localhost, which gRPC would send through the http_proxy of the environment."""
    others = os.environ.get("no_grpc_proxy") or os.environ.get("no_proxy") or ""
    os.environ["no_grpc_proxy"] = ",".join(filter(None, (others, "localhost", "127.0.0.1")))

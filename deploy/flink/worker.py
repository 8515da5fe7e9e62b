"""The program that a TaskManager starts to run Python: Beam's worker, in an environment that has Copydesk already.

It follows the contract of Beam's SDK containers (of their `boot` program) without a container: it asks the runner for the pipeline's
options, and becomes the worker. It does not unpack files that were staged with the job, because all code is in the environment.
"""

from __future__ import annotations

import argparse
import os

import pipelines  # noqa: F401  # before pyarrow: it sets Arrow's malloc


def main() -> None:
    """Becomes the worker that the runner asked for. Returns when the runner ends the connection."""
    parser = argparse.ArgumentParser(description="Beam's Python worker. A runner starts it, with all options.")
    parser.add_argument("--id", required=True)
    parser.add_argument("--provision_endpoint", required=True)
    given = parser.parse_known_args()[0]
    # Runner and worker are on one machine, so gRPC must not use the http_proxy of the environment.
    os.environ["no_grpc_proxy"] = "localhost,127.0.0.1"
    # Beam reads WORKER_ID while it is imported.
    os.environ["WORKER_ID"] = given.id

    import grpc
    from apache_beam.portability.api import beam_provision_api_pb2, beam_provision_api_pb2_grpc
    from apache_beam.runners.worker import sdk_worker_main
    from apache_beam.runners.worker.worker_id_interceptor import WorkerIdInterceptor
    from google.protobuf import json_format, text_format

    with grpc.insecure_channel(given.provision_endpoint) as channel:
        provision = beam_provision_api_pb2_grpc.ProvisionServiceStub(
            grpc.intercept_channel(channel, WorkerIdInterceptor())
        )
        info = provision.GetProvisionInfo(
            beam_provision_api_pb2.GetProvisionInfoRequest(), timeout=60, wait_for_ready=True
        ).info
    os.environ["PIPELINE_OPTIONS"] = json_format.MessageToJson(info.pipeline_options)
    os.environ["RUNNER_CAPABILITIES"] = " ".join(info.runner_capabilities)
    os.environ["LOGGING_API_SERVICE_DESCRIPTOR"] = text_format.MessageToString(info.logging_endpoint)
    os.environ["CONTROL_API_SERVICE_DESCRIPTOR"] = text_format.MessageToString(info.control_endpoint)
    sdk_worker_main.main([])


if __name__ == "__main__":
    main()

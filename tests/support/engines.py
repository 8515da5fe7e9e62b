"""Engines for tests: whether they are there, and servers that answer like them."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import grpc
import pytest
from apache_beam.portability.api import beam_job_api_pb2, beam_job_api_pb2_grpc

from pipelines.engines import flink
from pipelines.engines.prism import find_prism

needs_prism = pytest.mark.skipif(find_prism(None) is None, reason="no Prism: make prism builds it (needs Go)")
needs_flink = pytest.mark.skipif(
    not flink.JAR.exists(), reason="no Flink: make flink fetches it (needs a JDK and Maven)"
)


@contextlib.contextmanager
def rest(answers: dict[str, str]) -> Iterator[str]:
    """Something that answers like Flink's REST interface."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path in answers
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(answers.get(self.path, "").encode())

        def log_message(self, format: str, *args: object) -> None:
            return

    server = HTTPServer(("localhost", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def overview(taskmanagers: int = 2, slots: int = 4, version: str = "1.19.0") -> str:
    return f'{{"taskmanagers": {taskmanagers}, "slots-total": {slots}, "flink-version": "{version}"}}'


@contextlib.contextmanager
def describing(options: Mapping[str, str]) -> Iterator[str]:
    """The address of something that tells its options as a job server does."""

    class Server(beam_job_api_pb2_grpc.JobServiceServicer):
        def DescribePipelineOptions(  # noqa: N802 - the name of the call
            self, request: object, context: object
        ) -> beam_job_api_pb2.DescribePipelineOptionsResponse:
            described = [
                beam_job_api_pb2.PipelineOptionDescriptor(name=name, default_value=default)
                for name, default in options.items()
            ]
            return beam_job_api_pb2.DescribePipelineOptionsResponse(options=described)

    server = grpc.server(ThreadPoolExecutor(1))
    beam_job_api_pb2_grpc.add_JobServiceServicer_to_server(Server(), server)
    port = server.add_insecure_port("localhost:0")
    server.start()
    try:
        yield f"localhost:{port}"
    finally:
        server.stop(None).wait()

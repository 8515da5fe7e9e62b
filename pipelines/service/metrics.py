"""``/metrics`` for Prometheus and ``/healthz``, for long-running commands.

The metrics come from the run records in the lake, so the command that started a stream shows windows that any worker committed. No metric
has a label for a site: labels would grow without end, and the lake has these figures.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import ThreadingHTTPServer
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Info,
    MetricsHandler,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from pipelines.command.shell import PassError
from schemas import Reason
from transforms.accounting.counts import TIMINGS
from transforms.accounting.run_record import RunRecord
from transforms.accounting.timings import EDGES, Timing

RESULTS = ("ok", "failed", "busy")
"""How a pass can end; ``busy``: another run was writing to the lake."""
_SHORT = tuple(edge for edge in EDGES if 0.005 <= edge <= 100)
_LONG = tuple(edge for edge in EDGES if 1 <= edge <= 1e6)
_HISTOGRAMS = {
    **{kind: (text, _LONG if kind in ("freshness", "commit-lag") else _SHORT) for kind, text in TIMINGS.items()},
    "pass": ("a pass, or the commit of a window", _LONG),
}


class Meters:
    """Counters, gauges and histograms of one command, in a registry of their own. Thread-safe."""

    def __init__(self, engine: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it would add a series for each counter, with its age
        self.registry = CollectorRegistry()
        self._timings = _Timings()
        self.registry.register(self._timings)
        ProcessCollector(registry=self.registry)
        build = {
            "version": version("copydesk"),
            "beam": version("apache-beam"),
            "engine": engine,
        }
        Info("copydesk_build", "Versions and engine of this process.", registry=self.registry).info(build)
        self._passes = self._counter("passes", "Passes, or windows of a stream, by result.", "result")
        self._polls = self._counter("polls", "Polls of feeds, by outcome.", "outcome")
        self._rejects = self._counter("rejects", "Rejected feeds and entries, by reason.", "reason")
        self._entries = self._counter("entries", "Entries in the polled feeds.")
        self._seen = self._counter("seen_entries", "Entries that were processed before.")
        self._pages = self._counter("pages", "Pages fetched.")
        self._articles = self._counter("articles", "Articles written to the lake, revisions included.")
        self._revisions = self._counter("revisions", "Articles that are new revisions of an article in the lake.")
        self._duplicates = self._counter("duplicates", "Articles with the same body as another article.")
        self._due = self._gauge("feeds_due", "Feeds that were due in the last pass, or polled in the last window.")
        self._not_due = self._gauge("feeds_not_due", "Feeds that were not yet due in the last pass.")
        self._waiting = self._gauge(
            "entries_waiting", "Entries whose page is not fetched yet: they wait for their host, or for the next pass."
        )
        self._last = self._gauge(
            "last_success_timestamp_seconds", "Time at which the last successful pass or window finished."
        )
        self._in_queue = 0
        for result in RESULTS:
            self._passes.labels(result)
        for outcome in ("ok", "unchanged", "failed"):
            self._polls.labels(outcome)
        for reason in Reason:
            self._rejects.labels(reason.value)

    def observe(self, record: RunRecord, result: str = "ok") -> None:
        """Adds the run record of a committed pass or window. Records of compactions and repairs are ignored."""
        if not record.sources:
            return
        total = record.total
        finished = datetime.fromisoformat(record.finished_at)
        self._passes.labels(result).inc()
        if result == "ok":
            self._last.set(finished.timestamp())
        polled = total.feeds - total.feeds_not_due
        self._polls.labels("ok").inc(max(polled - total.feeds_unchanged - total.feeds_failed, 0))
        self._polls.labels("unchanged").inc(total.feeds_unchanged)
        self._polls.labels("failed").inc(total.feeds_failed)
        for reason, count in record.reasons.items():
            self._rejects.labels(reason).inc(count)
        self._entries.inc(total.entries)
        self._seen.inc(total.seen)
        self._pages.inc(record.metrics["fetch"].count if "fetch" in record.metrics else 0)
        self._articles.inc(total.articles)
        self._revisions.inc(total.revised)
        self._duplicates.inc(total.exact)
        self._due.set(polled)
        self._not_due.set(total.feeds_not_due)
        self._in_queue += total.waiting
        self._waiting.set(self._in_queue + record.reasons.get(Reason.HOST_DEFERRED.value, 0))
        took = Timing()
        took.add((finished - datetime.fromisoformat(record.started_at)).total_seconds())
        self._timings.add({**record.metrics, "pass": took})

    def not_committed(self, result: str) -> None:
        """Counts a pass without a run record: ``failed`` or ``busy``."""
        self._passes.labels(result).inc()

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"copydesk_{name}", help_text, labels, registry=self.registry)

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(f"copydesk_{name}", help_text, registry=self.registry)


class _Timings(Collector):
    """Histograms from buckets that are counted already; the library's own class takes single durations only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums = {kind: Timing() for kind in _HISTOGRAMS}

    def add(self, timings: dict[str, Timing]) -> None:
        with self._lock:
            for kind, timing in timings.items():
                if kind in self._sums:
                    self._sums[kind].merge(timing)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        with self._lock:
            for kind, (text, edges) in _HISTOGRAMS.items():
                timing = self._sums[kind]
                buckets = [(f"{edge:g}", float(number)) for edge, number in timing.cumulative(edges)]
                name = f"copydesk_{kind.replace('-', '_')}_seconds"
                yield HistogramMetricFamily(
                    name, f"Seconds: {text}.", [*buckets, ("+Inf", float(timing.count))], timing.milliseconds / 1000
                )


@contextmanager
def serving(meters: Meters, host: str, port: int | None, healthy: Callable[[], bool]) -> Iterator[str | None]:
    """Serves while the block runs; gives the address, or None when ``port`` is None. Raises PassError when the port cannot be used.

    ``healthy`` is called for each /healthz, which answers 200 or 503.
    """
    if port is None:
        yield None
        return
    try:
        server = _server(host, port)(_handler(meters, healthy))
    except OSError as error:
        raise PassError(
            f"metrics cannot be served on {host}:{port} ({error.strerror or error}). Give --metrics-port another port, or 0 for a free one."
        ) from error
    threading.Thread(target=server.serve_forever, name="copydesk-metrics", daemon=True).start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _handler(meters: Meters, healthy: Callable[[], bool]) -> type[MetricsHandler]:
    class Handler(MetricsHandler):
        registry = meters.registry

        def do_GET(self) -> None:  # noqa: N802  (the name is the library's)
            path = self.path.partition("?")[0]
            if path == "/metrics":
                super().do_GET()
            elif path == "/healthz":
                is_healthy = healthy()
                self._answer(200 if is_healthy else 503, "ok" if is_healthy else "no heartbeat for too long")
            else:
                self._answer(404, "try /metrics or /healthz")

        def _answer(self, status: int, text: str) -> None:
            body = f"{text}\n".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _server(host: str, port: int) -> Callable[[type[MetricsHandler]], ThreadingHTTPServer]:
    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

        def server_bind(self) -> None:
            # The library would look up its own host name, which takes long where no name server answers.
            socketserver.TCPServer.server_bind(self)
            self.server_name, self.server_port = host, self.server_address[1]

    return lambda handler: Server((host, port), handler)

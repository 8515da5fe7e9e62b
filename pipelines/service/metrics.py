"""What Prometheus reads of a command that runs on: ``/metrics`` fed from run records, and ``/healthz``.

Records come from the lake, whichever worker wrote them; so a stream's launcher tells of windows that others committed. Nothing here
says what was at which site: that is in the lake, and labels would grow without end.
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
"""What becomes of a pass; ``busy`` found another run at work on the lake."""
_SHORT = tuple(edge for edge in EDGES if 0.005 <= edge <= 100)
_LONG = tuple(edge for edge in EDGES if 1 <= edge <= 1e6)
_HISTOGRAMS = {
    **{kind: (said, _LONG if kind in ("freshness", "commit-lag") else _SHORT) for kind, said in TIMINGS.items()},
    "pass": ("a pass, or the commit of a window", _LONG),
}


class Meters:
    """Counters, gauges and histograms of one command, in a registry of their own. Threads may share it."""

    def __init__(self, engine: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, which tells its age
        self.registry = CollectorRegistry()
        self._timings = _Timings()
        self.registry.register(self._timings)
        ProcessCollector(registry=self.registry)
        build = {
            "version": version("copydesk"),
            "beam": version("apache-beam"),
            "engine": engine,
        }
        Info("copydesk_build", "What runs here.", registry=self.registry).info(build)
        self._passes = self._counter("passes", "Passes, or windows of a stream, by result.", "result")
        self._polls = self._counter("polls", "Visits to feeds, by outcome.", "outcome")
        self._rejects = self._counter("rejects", "Feeds and entries that stopped on their way, by reason.", "reason")
        self._entries = self._counter("entries", "Entries that the polled feeds listed.")
        self._seen = self._counter("seen_entries", "Entries that had been dealt with before.")
        self._pages = self._counter("pages", "Pages that were fetched.")
        self._articles = self._counter("articles", "Articles written to the lake, revisions included.")
        self._revisions = self._counter("revisions", "Articles that are later revisions of one that the lake had.")
        self._duplicates = self._counter("duplicates", "Articles whose body another article has too.")
        self._due = self._gauge("feeds_due", "Feeds that were due in the last pass, or polled in the last window.")
        self._not_due = self._gauge("feeds_not_due", "Feeds that were not yet due in the last pass.")
        self._waiting = self._gauge(
            "entries_waiting", "Entries that wait for their page: for their host's turn, or for the next pass."
        )
        self._last = self._gauge("last_success_timestamp_seconds", "When the last pass or window was complete.")
        self._in_line = 0
        for result in RESULTS:
            self._passes.labels(result)
        for outcome in ("ok", "unchanged", "failed"):
            self._polls.labels(outcome)
        for reason in Reason:
            self._rejects.labels(reason.value)

    def observe(self, record: RunRecord, result: str = "ok") -> None:
        """Adds the record of a committed pass or window, once; those of compactions and repairs count nothing."""
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
        self._in_line += total.waiting
        self._waiting.set(self._in_line + record.reasons.get(Reason.HOST_DEFERRED.value, 0))
        took = Timing()
        took.add((finished - datetime.fromisoformat(record.started_at)).total_seconds())
        self._timings.add({**record.metrics, "pass": took})

    def not_committed(self, result: str) -> None:
        """Counts a pass that left no record: ``failed`` or ``busy``."""
        self._passes.labels(result).inc()

    def _counter(self, name: str, said: str, *labels: str) -> Counter:
        return Counter(f"copydesk_{name}", said, labels, registry=self.registry)

    def _gauge(self, name: str, said: str) -> Gauge:
        return Gauge(f"copydesk_{name}", said, registry=self.registry)


class _Timings(Collector):
    """Histograms whose buckets come counted: the library's own would take one duration after the other."""

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
            for kind, (said, edges) in _HISTOGRAMS.items():
                timing = self._sums[kind]
                buckets = [(f"{edge:g}", float(number)) for edge, number in timing.cumulative(edges)]
                name = f"copydesk_{kind.replace('-', '_')}_seconds"
                yield HistogramMetricFamily(
                    name, f"Seconds of {said}.", [*buckets, ("+Inf", float(timing.count))], timing.milliseconds / 1000
                )


@contextmanager
def serving(meters: Meters, host: str, port: int | None, healthy: Callable[[], bool]) -> Iterator[str | None]:
    """Serves while the block runs; gives the address, or None when ``port`` is None. Raises PassError when it cannot be had.

    ``healthy`` is asked for each /healthz, which answers 200 or 503.
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

        def do_GET(self) -> None:  # noqa: N802  (the library calls it so)
            path = self.path.partition("?")[0]
            if path == "/metrics":
                super().do_GET()
            elif path == "/healthz":
                well = healthy()
                self._say(200 if well else 503, "ok" if well else "no sign of life for too long")
            else:
                self._say(404, "there are /metrics and /healthz")

        def _say(self, status: int, text: str) -> None:
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
            # The library would look its own name up, which takes long where no name server answers.
            socketserver.TCPServer.server_bind(self)
            self.server_name, self.server_port = host, self.server_address[1]

    return lambda handler: Server((host, port), handler)

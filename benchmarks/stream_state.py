"""Measures what the keyed state of a stream costs at each tick, with many waiting pages and many feeds.

    python -m benchmarks.stream_state --pages 100000 --feeds 10000

The steps are driven tick by tick, with Beam's own state classes and the coders of a worker. Sites on loopback answer every request: a
feed with 304, a page with 200. The figures are CPU seconds of the thread that runs the steps; the HTTP client has a thread of its own.
Each tick also brings a batch of new entries, as a feed does that was polled.
"""

from __future__ import annotations

import argparse
import inspect
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
from aiohttp import web
from apache_beam.coders import StrUtf8Coder
from apache_beam.runners.portability.fn_api_runner.worker_handlers import StateServicer
from apache_beam.runners.worker.bundle_processor import FnApiUserStateContext
from apache_beam.runners.worker.sdk_worker import GlobalCachingStateHandler
from apache_beam.runners.worker.statecache import StateCache
from apache_beam.transforms.window import GlobalWindow, GlobalWindows
from apache_beam.utils.timestamp import Timestamp

from benchmarks.feed_server import serving_feeds
from schemas import Entry, Source
from transforms.accounting.runs import new_run_id, now
from transforms.garbage import collect_garbage_less_often
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.steps.ledger import site_shard
from transforms.streaming.clock import PERIOD, Schedule, Tick
from transforms.streaming.feed_state import FeedState, ListedEntry
from transforms.streaming.fetch_due import FetchDueShard
from transforms.streaming.host_queue import HostQueues
from transforms.streaming.poll_due import PollDueShard
from transforms.urls import entry_key, url_key
from transforms.web.settings import Connect, Politeness

_SHARDS = 16
_LISTED = 30
_POLITENESS = Politeness(pause=1.0)


class Worker:
    """Runs a step of a stream with the state classes of Beam's worker. Each call is a bundle."""

    def __init__(self, step: beam.DoFn) -> None:
        self._step = step
        self._servicer = StateServicer()
        parameters = inspect.signature(step.process).parameters.values()
        self._specs = {item.name: item.default.state_spec for item in parameters if hasattr(item.default, "state_spec")}

    def run(self, shard: str, item: Any) -> list[Any]:
        """The outputs for one item of a shard."""
        handler = GlobalCachingStateHandler(StateCache(0), self._servicer)
        context = FnApiUserStateContext(handler, "step", StrUtf8Coder(), GlobalWindows().get_window_coder())
        with handler.process_instruction_id("bundle", []):
            cells = {name: context.get_state(spec, shard, GlobalWindow()) for name, spec in self._specs.items()}
            outputs = list(self._step.process((shard, item), timestamp=Timestamp(time.time()), **cells) or ())
            context.commit()
        return outputs

    def put(self, shard: str, name: str, value: Any) -> None:
        """Sets a state before the first tick."""
        handler = GlobalCachingStateHandler(StateCache(0), self._servicer)
        context = FnApiUserStateContext(handler, "step", StrUtf8Coder(), GlobalWindows().get_window_coder())
        with handler.process_instruction_id("bundle", []):
            spec = next(spec for spec in self._specs.values() if spec.name == name)
            context.get_state(spec, shard, GlobalWindow()).write(value)
            context.commit()


@dataclass
class Sites:
    """Feeds that have not changed, and short pages."""

    async def __call__(self, host: int, request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(status=404)
        if request.path == "/feed":
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(text="<p>Some words.</p>", content_type="text/html")


def main() -> None:
    """Measures, and prints a line for each step."""
    parser = argparse.ArgumentParser(description="Measures the keyed state of a stream.")
    parser.add_argument("--pages", type=int, default=100_000, help="waiting pages (default: %(default)s)")
    parser.add_argument("--hosts", type=int, default=2000, help="that they are on (default: %(default)s)")
    parser.add_argument("--feeds", type=int, default=10_000, help="each is polled once a minute (default: %(default)s)")
    parser.add_argument("--ticks", type=int, default=20, help="(default: %(default)s)")
    options = parser.parse_args()
    collect_garbage_less_often()  # as a stream does
    with serving_feeds(Sites()) as proxy, tempfile.TemporaryDirectory() as folder:
        for name, measured in (
            (f"FetchDue, {options.pages} pages of {options.hosts} hosts", _pages),
            (f"PollDue, {options.feeds} feeds of {_LISTED} entries", _feeds),
        ):
            run = RunContext(
                run_id=new_run_id(now()), lake=open_lake(Path(folder) / "lake"), started_at=now(), shards=_SHARDS
            )
            tick, done = measured(run, Connect(proxy=proxy), options)
            seconds = _cpu_seconds(tick, options.ticks)
            print(
                f"{name}: {statistics.mean(seconds):.3f} s CPU a tick, at most {max(seconds):.3f} s; {done()}",
                flush=True,
            )


def _cpu_seconds(tick: Callable[[int], None], ticks: int) -> list[float]:
    """CPU seconds of each tick. The first one, which reads the state, is not counted."""
    seconds = []
    for number in range(ticks + 1):
        began, used = time.monotonic(), time.thread_time()
        tick(number)
        seconds.append(time.thread_time() - used)
        time.sleep(max(0.0, PERIOD - (time.monotonic() - began)))
    print(f"  the first tick: {seconds[0]:.3f} s CPU")
    return seconds[1:]


def _pages(
    run: RunContext, connect: Connect, options: argparse.Namespace
) -> tuple[Callable[[int], None], Callable[[], str]]:
    worker = Worker(FetchDueShard(run, connect, _POLITENESS))
    at = time.time()
    by_shard = defaultdict[str, HostQueues](HostQueues)
    for number in range(options.pages):
        source = _source(number % options.hosts)
        entry = _entry(source, number // options.hosts)
        by_shard[site_shard(entry.url, _SHARDS)].enqueue(f"{source.id}.example", entry, at, options.pages)
    for shard, queues in by_shard.items():
        worker.put(shard, "queues", queues)
    fetched = 0

    def tick(number: int) -> None:
        nonlocal fetched
        for shard in map(str, range(_SHARDS)):
            fetched += len(worker.run(shard, Tick(last=False)))
        new = [_entry(_source(number), options.pages + n) for n in range(_LISTED)]
        worker.run(site_shard(new[0].url, _SHARDS), tuple(new))

    return tick, lambda: f"{fetched} pages fetched"


def _feeds(
    run: RunContext, connect: Connect, options: argparse.Namespace
) -> tuple[Callable[[int], None], Callable[[], str]]:
    feeds = defaultdict[str, dict[tuple[str, str], Source]](dict)
    states = defaultdict[str, dict[tuple[str, str], FeedState]](dict)
    at = time.time()
    for number in range(options.feeds):
        source = _source(number)
        key, shard = (source.id, source.feeds[0]), site_shard(source.feeds[0], _SHARDS)
        feeds[shard][key] = source
        listed = {
            entry.entry_key: ListedEntry(entry.fingerprint, entry.url_key, None)
            for entry in (_entry(source, n) for n in range(_LISTED))
        }
        states[shard][key] = FeedState(
            60.0, next_at=at + 60.0 * number / options.feeds, etag='"1"', listed=listed, read_at=at, clock=at
        )
    worker = Worker(PollDueShard(run, feeds, Schedule(every=60, window=60), connect, _POLITENESS))
    for shard, state in states.items():
        worker.put(shard, "feeds", state)
    polled = 0

    def tick(number: int) -> None:
        nonlocal polled
        for shard in map(str, range(_SHARDS)):
            polled += len(worker.run(shard, Tick(last=False)))

    return tick, lambda: f"{polled} polls"


def _source(number: int) -> Source:
    return Source(id=f"h{number}", kind="outlet", feeds=(f"http://h{number}.example/feed",), language="en")


def _entry(source: Source, number: int) -> Entry:
    url = f"http://{source.id}.example/news/2026/11/story-{number}"
    return Entry(
        entry_key=entry_key(source.id, url, url),
        url_key=url_key(source.id, url),
        source=source,
        feed_url=source.feeds[0],
        entry_id=url,
        url=url,
        title=f"Story {number} of a council that met on Tuesday",
        summary=f"The council met on Tuesday, and voted on matter {number} after a long debate. " * 3,
        fingerprint=f"{number:032x}",
        seen_at=now(),
    )


if __name__ == "__main__":
    main()

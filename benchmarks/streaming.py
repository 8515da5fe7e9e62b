"""Measures ``copydesk stream`` with a newsroom that publishes: is every article in the lake once, and how soon?

    python -m benchmarks.streaming --minutes 30 --kills 3 -- --runner=PrismRunner

Options after ``--`` go to ``copydesk stream``. Each kill is ``kill -9`` of the whole process tree, after which the stream is started again,
or the command of ``--kill``, such as one that kills a TaskManager. The benchmark ends the stream with Ctrl-C, and then compares the lake
with what was published.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pyarrow.dataset as ds

from benchmarks.feed_server import serving_feeds
from benchmarks.measure import COPYDESK
from benchmarks.publishing import Newsroom
from transforms.lake.layout import Lake, read_record, run_ids
from transforms.lake.opening import existing_lake

_SAMPLE_EVERY = 5.0
_GRACE = 5.0


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures. Returns 1 if an article is missing or there twice, or if the stream ended by itself."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0, help="length of the measurement (default: %(default)s)")
    parser.add_argument("--sources", type=int, default=100, help="(default: %(default)s)")
    parser.add_argument(
        "--every", type=float, default=60.0, help="seconds between two articles of a source (default: %(default)s)"
    )
    parser.add_argument("--poll-every", type=int, default=30, help="seconds (default: %(default)s)")
    parser.add_argument("--window", type=int, default=30, help="seconds (default: %(default)s)")
    parser.add_argument(
        "--kills", type=int, default=0, help="number of kills, at random moments (default: %(default)s)"
    )
    parser.add_argument("--kill", metavar="COMMAND", help="kill by this command instead of kill -9 of the stream")
    parser.add_argument("--flink", metavar="URL", help="REST address of Flink, to measure checkpoints")
    parser.add_argument(
        "--cluster",
        type=Path,
        metavar="FOLDER",
        help="folder of deploy/flink/cluster.py, to add memory and processor time of its processes",
    )
    parser.add_argument(
        "--folder", type=Path, help="for lake and sources; may have a lake (default: a temporary folder)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the moments of kills (default: %(default)s)")
    arguments = sys.argv[1:] if argv is None else list(argv)
    split = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:split])
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-stream-")))
        folder.mkdir(parents=True, exist_ok=True)
        newsroom = Newsroom(options.sources, options.every, time.time())
        newsroom.write_sources(folder / "sources.toml")
        proxy = stack.enter_context(serving_feeds(newsroom.answer))
        stream = _Stream(folder, proxy, options, arguments[split + 1 :])
        stopped_at = stream.run()
        return _report(newsroom, existing_lake(folder / "lake"), options, stopped_at, stream)


@dataclass(frozen=True, slots=True)
class _Sample:
    """One sample of the process tree, and of the cluster's processes if its folder was given."""

    at: float
    resident_mb: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    at: float
    size: int
    seconds: float


class _Stream:
    """The process under test."""

    def __init__(self, folder: Path, proxy: str, options: argparse.Namespace, more: list[str]) -> None:
        self._command = [
            *(*COPYDESK, "stream", "--sources", str(folder / "sources.toml")),
            *("--lake", str(folder / "lake"), "--proxy", proxy, "--pause", "0.2"),
            *("--window", f"{options.window}s", "--poll-every", f"{options.poll_every}s", *more),
        ]
        self._options = options
        self.samples: list[_Sample] = []
        self.kills: list[float] = []
        self.checkpoints: list[_Checkpoint] = []
        """The latest checkpoint at each sample."""
        self.status: int | None = None
        self.ended_early: list[int] = []
        """The exit status of each end by itself."""

    def run(self) -> float:
        """Runs the stream for its minutes, with its kills. Returns the moment at which it was asked to end."""
        began, span = time.time(), self._options.minutes * 60
        rng = random.Random(self._options.seed)
        moments = sorted(began + span * (0.1 + 0.8 * rng.random()) for _ in range(self._options.kills))
        process = subprocess.Popen(self._command)
        while time.time() < began + span:
            if process.poll() is not None:
                print(f"the stream ended by itself with status {process.returncode}; starting it again", flush=True)
                self.ended_early.append(process.returncode)
                process = subprocess.Popen(self._command)
            if moments and time.time() >= moments[0]:
                self.kills.append(moments.pop(0))
                process = self._kill(process)
            self.samples.append(_sample([process.pid, *_pids(self._options.cluster)]))
            if self._options.flink:
                self.checkpoints += _latest_checkpoint(self._options.flink)
            time.sleep(_SAMPLE_EVERY)
        stopped_at = time.time()
        process.send_signal(signal.SIGINT)
        self.status = process.wait(timeout=180)
        return stopped_at

    def _kill(self, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        print("kill", flush=True)
        if self._options.kill:
            subprocess.run(shlex.split(self._options.kill), check=True)
            return process
        for victim in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            with contextlib.suppress(psutil.Error):
                victim.kill()
        process.wait()
        return subprocess.Popen(self._command)


def _pids(cluster: Path | None) -> list[int]:
    """The process ids of the cluster now. A process that was killed and started again has another one."""
    return [int(file.read_text()) for file in (cluster / "pids").iterdir()] if cluster else []


def _sample(pids: Sequence[int]) -> _Sample:
    resident, cpu = 0, 0.0
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
                resident += process.memory_info().rss
                times = process.cpu_times()
                cpu += times.user + times.system
    return _Sample(time.time(), resident / 1e6, cpu)


def _latest_checkpoint(url: str) -> list[_Checkpoint]:
    """The last checkpoint of the running job; empty while there is none."""
    with contextlib.suppress(OSError, ValueError, KeyError, IndexError, TypeError):
        jobs = [job["jid"] for job in _get(f"{url}/jobs/overview")["jobs"] if job["state"] == "RUNNING"]
        latest = _get(f"{url}/jobs/{jobs[0]}/checkpoints")["latest"]["completed"]
        size = latest["full_size"] if "full_size" in latest else latest["state_size"]
        return [_Checkpoint(time.time(), size, latest["end_to_end_duration"] / 1000)]
    return []


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def _report(newsroom: Newsroom, lake: Lake, options: argparse.Namespace, stopped_at: float, stream: _Stream) -> int:
    due = stopped_at - options.poll_every - _GRACE
    expected = {
        newsroom.address(source, number): newsroom.published_at(source, number)
        for source in range(options.sources)
        for number in newsroom.published(source, due)
    }
    rows = [(url, committed) for url, committed in _rows(lake) if committed >= stream.samples[0].at]
    times = Counter(url for url, _ in rows)
    missing = [url for url in expected if url not in times]
    doubled = [url for url, count in times.items() if count > 1]
    bound = options.poll_every + options.window + _GRACE
    delays = sorted(committed - expected[url] for url, committed in rows if url in expected)
    within = sum(delay <= bound for delay in delays)
    print(
        f"{len(expected)} articles published in time, {len(rows)} rows; {len(missing)} missing, {len(doubled)} doubled; "
        f"{len(stream.kills)} kills, {len(stream.ended_early)} ends by itself; exit status {stream.status}"
    )
    print(
        f"published to committed: median {statistics.median(delays):.1f} s, 95 of 100 {delays[len(delays) * 95 // 100]:.1f} s, "
        f"longest {delays[-1]:.1f} s; {100 * within / len(delays):.1f} of 100 within poll {options.poll_every} + window "
        f"{options.window} + {_GRACE:g} = {bound:g} s"
    )
    _report_use(stream)
    for url in (missing + doubled)[:10]:
        print(f"  {url}: {times[url]} times")
    print(json.dumps({"delays": [round(delay, 1) for delay in delays[:: max(1, len(delays) // 20)]]}))
    return 1 if missing or doubled or stream.ended_early else 0


def _rows(lake: Lake) -> Iterator[tuple[str, float]]:
    """Yields the address and the commit time of every row of articles."""
    finished = {
        run_id: datetime.fromisoformat(read_record(lake, run_id).finished_at).timestamp() for run_id in run_ids(lake)
    }
    table = ds.dataset(str(lake.root / "articles"), format="parquet").to_table(columns=["url", "run_id"])
    for row in table.to_pylist():
        yield row["url"], finished[row["run_id"]]


def _report_use(stream: _Stream) -> None:
    """Prints a line for every ten minutes, or for each third of a shorter run."""
    began, ended = stream.samples[0].at, stream.samples[-1].at
    span = min(600.0, (ended - began) / 3)
    for part in range(round((ended - began) / span)):
        first, last = began + part * span, began + (part + 1) * span
        samples = [sample for sample in stream.samples if first <= sample.at <= last]
        checkpoints = [checkpoint for checkpoint in stream.checkpoints if first <= checkpoint.at <= last]
        line = f"minutes {part * span / 60:.3g} to {(part + 1) * span / 60:.3g}: {_usage(samples)}"
        if checkpoints:
            size = statistics.median(checkpoint.size for checkpoint in checkpoints)
            seconds = statistics.median(checkpoint.seconds for checkpoint in checkpoints)
            line += f"; checkpoints of {size / 1000:.0f} kB in {seconds:.2f} s (medians)"
        print(line)


def _usage(samples: list[_Sample]) -> str:
    grown = sum(max(0.0, later.cpu_seconds - sample.cpu_seconds) for sample, later in pairwise(samples))
    return (
        f"{statistics.mean(sample.resident_mb for sample in samples):.0f} MB, "
        f"{100 * grown / (samples[-1].at - samples[0].at):.0f}% of a core"
    )


if __name__ == "__main__":
    sys.exit(main())

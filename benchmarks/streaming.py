"""A newsroom that publishes while ``copydesk stream`` watches: is every article in the lake once, and how soon?

    python -m benchmarks.streaming --minutes 30 --kills 3 -- --runner=PrismRunner

What stands after ``--`` goes to ``copydesk stream``. Each kill is ``kill -9`` of the whole process tree, which is started again; or it is
the command of ``--kill``, such as one that kills a TaskManager. Ends with Ctrl-C, and then compares the lake with what was published.
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
from benchmarks.publishing import Newsroom
from transforms.lake.layout import Lake, read_record, run_ids
from transforms.lake.opening import existing_lake

_LOOK_EVERY = 5.0
_GRACE = 5.0


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures; 1 when an article is missing or there twice, or the stream ended by itself."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long to watch (default: %(default)s)")
    parser.add_argument("--sources", type=int, default=100, help="(default: %(default)s)")
    parser.add_argument(
        "--every", type=float, default=60.0, help="seconds between two articles of a source (default: %(default)s)"
    )
    parser.add_argument("--poll-every", type=int, default=30, help="seconds (default: %(default)s)")
    parser.add_argument("--window", type=int, default=30, help="seconds (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=0, help="how many, at random moments (default: %(default)s)")
    parser.add_argument("--kill", help="the command that kills something, instead of kill -9 of the stream itself")
    parser.add_argument("--flink", metavar="URL", help="REST address of the Flink whose checkpoints are to be measured")
    parser.add_argument(
        "--cluster",
        type=Path,
        metavar="FOLDER",
        help="that of deploy/flink/cluster.py, to count memory and processor time of its processes as well",
    )
    parser.add_argument(
        "--folder", type=Path, help="of lake and sources; there may be a lake (default: a temporary one)"
    )
    parser.add_argument("--seed", type=int, default=1)
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
        stopped_at = stream.watch()
        return _report(newsroom, existing_lake(folder / "lake"), options, stopped_at, stream)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the process tree, and at that of the cluster when its folder is given."""

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
            *(sys.executable, "-m", "pipelines.cli", "stream", "--sources", str(folder / "sources.toml")),
            *("--lake", str(folder / "lake"), "--proxy", proxy, "--pause", "0.2"),
            *("--window", f"{options.window}s", "--poll-every", f"{options.poll_every}s", *more),
        ]
        self._options = options
        self.looks: list[_Look] = []
        self.kills: list[float] = []
        self.checkpoints: list[_Checkpoint] = []
        """The latest, at each look."""
        self.status: int | None = None
        self.ended_early: list[int] = []
        """Exit status, each time that it ended by itself."""

    def watch(self) -> float:
        """Runs the stream for its minutes, with its kills; gives the moment at which it was asked to end."""
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
            self.looks.append(_look([process.pid, *_pids(self._options.cluster)]))
            if self._options.flink:
                self.checkpoints += _latest_checkpoint(self._options.flink)
            time.sleep(_LOOK_EVERY)
        asked_at = time.time()
        process.send_signal(signal.SIGINT)
        self.status = process.wait(timeout=180)
        return asked_at

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
    """Those of the cluster as they are now: one that was killed has another when it is started again."""
    return [int(file.read_text()) for file in (cluster / "pids").iterdir()] if cluster else []


def _look(pids: Sequence[int]) -> _Look:
    resident, cpu = 0, 0.0
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
                resident += process.memory_info().rss
                times = process.cpu_times()
                cpu += times.user + times.system
    return _Look(time.time(), resident / 1e6, cpu)


def _latest_checkpoint(url: str) -> list[_Checkpoint]:
    """The last checkpoint of the job that runs; nothing while there is none."""
    with contextlib.suppress(OSError, ValueError, KeyError, IndexError, TypeError):
        jobs = [job["jid"] for job in _asked(f"{url}/jobs/overview")["jobs"] if job["state"] == "RUNNING"]
        latest = _asked(f"{url}/jobs/{jobs[0]}/checkpoints")["latest"]["completed"]
        size = latest["full_size"] if "full_size" in latest else latest["state_size"]
        return [_Checkpoint(time.time(), size, latest["end_to_end_duration"] / 1000)]
    return []


def _asked(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def _report(newsroom: Newsroom, lake: Lake, options: argparse.Namespace, stopped_at: float, stream: _Stream) -> int:
    due = stopped_at - options.poll_every - _GRACE
    expected = {
        newsroom.address(source, number): newsroom.published_at(source, number)
        for source in range(options.sources)
        for number in newsroom.published(source, due)
    }
    rows = [(url, committed) for url, committed in _rows(lake) if committed >= stream.looks[0].at]
    times = Counter(url for url, _ in rows)
    missing = [url for url in expected if url not in times]
    doubled = [url for url, count in times.items() if count > 1]
    bound = options.poll_every + options.window + _GRACE
    delays = sorted(committed - expected[url] for url, committed in rows if url in expected)
    within = sum(delay <= bound for delay in delays)
    print(
        f"{len(expected)} articles published in time, {len(rows)} rows; {len(missing)} missing, {len(doubled)} doubled; "
        f"{len(stream.kills)} kills, {len(stream.ended_early)} ends by itself; ended with status {stream.status}"
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
    """Address and commit time of every row of articles."""
    finished = {
        run_id: datetime.fromisoformat(read_record(lake, run_id).finished_at).timestamp() for run_id in run_ids(lake)
    }
    table = ds.dataset(str(lake.root / "articles"), format="parquet").to_table(columns=["url", "run_id"])
    for row in table.to_pylist():
        yield row["url"], finished[row["run_id"]]


def _report_use(stream: _Stream) -> None:
    """A line for every ten minutes, or for each third of a shorter run."""
    began, ended = stream.looks[0].at, stream.looks[-1].at
    span = min(600.0, (ended - began) / 3)
    for part in range(round((ended - began) / span)):
        first, last = began + part * span, began + (part + 1) * span
        looks = [look for look in stream.looks if first <= look.at <= last]
        checkpoints = [checkpoint for checkpoint in stream.checkpoints if first <= checkpoint.at <= last]
        line = f"minutes {part * span / 60:.3g} to {(part + 1) * span / 60:.3g}: {_usage(looks)}"
        if checkpoints:
            size = statistics.median(checkpoint.size for checkpoint in checkpoints)
            seconds = statistics.median(checkpoint.seconds for checkpoint in checkpoints)
            line += f"; checkpoints of {size / 1000:.0f} kB in {seconds:.2f} s (medians)"
        print(line)


def _usage(looks: list[_Look]) -> str:
    grown = sum(max(0.0, later.cpu_seconds - look.cpu_seconds) for look, later in pairwise(looks))
    return (
        f"{statistics.mean(look.resident_mb for look in looks):.0f} MB, "
        f"{100 * grown / (looks[-1].at - looks[0].at):.0f}% of a core"
    )


if __name__ == "__main__":
    sys.exit(main())

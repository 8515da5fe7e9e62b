"""Runs ``copydesk stream`` on Prism and ``copydesk watch``, each with a lake of its own, beside a newsroom whose hosts fail and heal.

    python -m benchmarks.soak --minutes 60 --tail 25 --seed 1

Hosts answer 503, 429 (with Retry-After and without), 500 and 502, reset connections, hang, break off, are slow, have no readable
robots.txt, list articles before their pages exist, show walls for bots, and are well again (``benchmarks.weather``). They are all well in
the tail, so that what is in line gets its next try. Then every article that was published must be in each lake once, with nothing given up
and nothing in line, and ``copydesk verify`` must find no problem. Memory and processor time, with those of child processes such as
compactions, must be flat. Exits with 1 if any of this is not so.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import pyarrow.dataset as ds

from benchmarks.feed_server import serving_feeds
from benchmarks.measure import COPYDESK, resident
from benchmarks.publishing import Newsroom
from benchmarks.weather import UnsteadyNewsroom, spells
from transforms.accounting.runs import now
from transforms.lake.layout import Lake
from transforms.lake.opening import existing_lake
from transforms.lake.waiting import waiting_entries

_SAMPLE_EVERY = 1.0
_GRACE = 60.0
"""Seconds for which an article that is listed may wait in a busy stream or watch."""
_FLAT = 1.25
"""How much higher memory or processor time may be in the last third than in the middle one."""


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures. Returns 1 if something is lost, doubled or not flat."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0, help="length of the soak (default: %(default)s)")
    parser.add_argument(
        "--tail", type=float, default=25.0, help="minutes at its end in which all hosts are well (default: %(default)s)"
    )
    parser.add_argument("--sources", type=int, default=40, help="(default: %(default)s)")
    parser.add_argument(
        "--every", type=float, default=90.0, help="seconds between two articles of a source (default: %(default)s)"
    )
    parser.add_argument("--poll-every", type=int, default=30, help="seconds (default: %(default)s)")
    parser.add_argument("--compact-every", default="10m", help="as in copydesk watch (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of all that happens (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="for the lakes (default: a temporary folder)")
    options = parser.parse_args(argv)
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-soak-")))
        folder.mkdir(parents=True, exist_ok=True)
        began = time.time()
        newsroom = Newsroom(options.sources, options.every, began)
        newsroom.write_sources(folder / "sources.toml")
        unsteady = UnsteadyNewsroom(newsroom, options.seed, began + (options.minutes - options.tail) * 60)
        proxy = stack.enter_context(serving_feeds(unsteady.answer))
        _announce(unsteady)
        commands = [
            _Command(
                "stream",
                folder,
                proxy,
                options,
                ["--window", "30s", "--poll-every", f"{options.poll_every}s", "--runner=PrismRunner"],
            ),
            _Command("watch", folder, proxy, options, ["--every", f"{options.poll_every}s"]),
        ]
        stopped_at = _run(commands, began + options.minutes * 60)
        good = [_report(command, newsroom, options, stopped_at) for command in commands]
        return 0 if all(good) else 1


def _announce(unsteady: UnsteadyNewsroom) -> None:
    every = [spell for source in range(unsteady.newsroom.sources) for spell in spells(unsteady, source)]
    kinds = ", ".join(
        f"{count} {kind}" for kind, count in sorted(Counter(f"{spell.kind} at {spell.path}" for spell in every).items())
    )
    failing = sum(spell.ended - spell.began for spell in every)
    print(f"hosts fail {len(every)} times, for {failing / 60:.0f} minutes in all: {kinds}", flush=True)


@dataclass(slots=True)
class _Sample:
    at: float
    resident_mb: float
    cpu_seconds: float


@dataclass(slots=True)
class _Command:
    """A command under test, and what it used."""

    name: str
    folder: Path
    proxy: str
    options: argparse.Namespace
    more: Sequence[str]
    samples: list[_Sample] = field(default_factory=list)
    starts: int = 0
    status: int | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def lake(self) -> Path:
        """The folder of its lake."""
        return self.folder / self.name

    def start(self) -> None:
        """Starts it; also again, when it has ended by itself."""
        command = [*COPYDESK, self.name, "--sources", str(self.folder / "sources.toml"), "--lake", str(self.lake)]
        command += ["--proxy", self.proxy, "--pause", "0.2", "--page-seconds", "10"]
        command += ["--compact-every", self.options.compact_every, *self.more]
        environment = {**os.environ, "COPYDESK_CACHE": str(self.folder / "cache")}
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        self.starts += 1

    def sample(self) -> None:
        """Takes a sample of its processes."""
        assert self.process is not None
        if self.process.poll() is not None:
            print(f"{self.name} ended by itself with status {self.process.returncode}; starting it again", flush=True)
            self.start()
        self.samples.append(_Sample(time.time(), resident(self.process.pid) / 1e6, _processor_time(self.process.pid)))

    def stop(self) -> None:
        """Asks it to end, and waits for it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.status = self.process.wait(timeout=300)


def _processor_time(pid: int) -> float:
    """Processor time of a process and its children in seconds, also of those that have ended."""
    total = 0.0
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _run(commands: Sequence[_Command], until: float) -> float:
    """Runs the commands. Returns the moment at which they were asked to end, in seconds since 1970."""
    printed = time.time()
    for command in commands:
        command.start()
    while time.time() < until:
        time.sleep(_SAMPLE_EVERY)
        for command in commands:
            command.sample()
        if time.time() - printed >= 300.0:
            for command in commands:
                print(_line(command, printed, time.time()), flush=True)
            printed = time.time()
    stopped_at = time.time()
    for command in commands:
        command.stop()
    return stopped_at


def _use(command: _Command, first: float, last: float) -> tuple[float, float, float]:
    """Median and highest memory in MB, and processor time in percent of a core, between two moments."""
    samples = [sample for sample in command.samples if first <= sample.at <= last]
    memory = [sample.resident_mb for sample in samples]
    used = sum(max(0.0, later.cpu_seconds - sample.cpu_seconds) for sample, later in pairwise(samples))
    return median(memory), max(memory), 100 * used / (samples[-1].at - samples[0].at)


def _line(command: _Command, first: float, last: float) -> str:
    began = command.samples[0].at
    typical, highest, cpu = _use(command, first, last)
    return (
        f"{command.name}, minutes {(first - began) / 60:.0f} to {(last - began) / 60:.0f}: "
        f"median {typical:.0f} MB, highest {highest:.0f} MB, {cpu:.0f}% of a core"
    )


def _report(command: _Command, newsroom: Newsroom, options: argparse.Namespace, stopped_at: float) -> bool:
    """Prints what is in a lake. Returns True if it is right."""
    lake = existing_lake(command.lake)
    due = stopped_at - options.poll_every - _GRACE
    expected = {
        newsroom.address(source, number)
        for source in range(newsroom.sources)
        for number in newsroom.published(source, due)
    }
    times = Counter(row["url"] for row in _rows(lake, "articles", ["url"]))
    missing = sorted(expected - times.keys())
    doubled = [url for url, count in times.items() if count > 1]
    rejects = list(_rows(lake, "rejects", ["url", "stage", "reason", "final"]))
    entries = [row for row in rejects if row["stage"] != "poll"]
    given_up = sorted({(row["url"], row["reason"]) for row in entries if row["final"]})
    sources = {f"h{source}" for source in range(newsroom.sources)}
    # A stream that ends puts what it has not fetched yet in line.
    waiting = [entry for entry in waiting_entries(lake, sources, now()) if entry.rejected_at.timestamp() < stopped_at]
    reasons = ", ".join(
        f"{count} {reason}" for reason, count in Counter(row["reason"] for row in entries).most_common()
    )
    verified = subprocess.run(
        [*COPYDESK, "verify", "--lake", str(command.lake)], capture_output=True, text=True, check=False
    )
    print(
        f"{command.name}: {len(expected)} articles published in time, {sum(times.values())} rows; {len(missing)} missing, {len(doubled)} "
        f"doubled, {len(given_up)} given up, {len(waiting)} in line; tries that failed: {reasons or 'none'}; "
        f"{command.starts} starts, exit status {command.status}, verify {verified.returncode}"
    )
    for line in [*missing, *doubled, *given_up][:20]:
        print(f"  {line}")
    if verified.returncode:
        print(verified.stdout, verified.stderr)
    flat = _is_flat(command)
    return flat and not (
        missing or doubled or given_up or waiting or verified.returncode or command.starts > 1 or command.status
    )


def _is_flat(command: _Command) -> bool:
    began, ended = command.samples[0].at, command.samples[-1].at
    third = (ended - began) / 3
    before, _, cpu_before = _use(command, began + third, began + 2 * third)
    after, _, cpu_after = _use(command, began + 2 * third, ended)
    print(
        f"{command.name}: from the middle third to the last one, median {before:.0f} to {after:.0f} MB, "
        f"{cpu_before:.0f} to {cpu_after:.0f}% of a core"
    )
    return after <= _FLAT * before and cpu_after <= _FLAT * cpu_before


def _rows(lake: Lake, dataset: str, columns: list[str]) -> Iterator[dict[str, Any]]:
    folder = lake.root / dataset
    if folder.exists():
        yield from ds.dataset(str(folder), format="parquet").to_table(columns=columns).to_pylist()


if __name__ == "__main__":
    sys.exit(main())

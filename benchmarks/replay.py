"""Measures ``copydesk replay`` in pages a second and peak memory, compared with a bare pool of two processes that only call trafilatura.

    python -m benchmarks.archives CORPUS archives --pages 20000 --files 8
    python -m benchmarks.replay archives/*.warc.gz [--turns 3] [--prism] [--job-endpoint localhost:8099 --beam=--environment_type=LOOPBACK]

The pool reads the same archives with FastWARC, one file at a time per process, and asks trafilatura for text and metadata: what most people
would write first. Each mode of replay begins with an empty lake in a temporary folder, and ends when every article is committed. Seconds
are those of the whole command with its start, so use 2,000 pages or more. Memory is that of the command and its children; --cluster adds
that of a cluster on this machine. The processor time of a cluster is never included.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType
from rich.console import Console
from rich.table import Table
from trafilatura.settings import Document

from benchmarks.measure import COPYDESK, MeasuredCommand, measure

_BARE, _SERVER = "bare pool, 2 processes", "job server"
_TWO = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--prism", action="store_true", help="also on Prism")
    parser.add_argument("--job-endpoint", metavar="HOST:PORT", help="also on this job server")
    parser.add_argument(
        "--beam",
        action="append",
        default=[],
        metavar="OPTION",
        help="a Beam option for the job server; may be repeated",
    )
    parser.add_argument(
        "--cluster",
        type=Path,
        metavar="FOLDER",
        help="folder of deploy/flink/cluster.py, to add the memory of its processes",
    )
    parser.add_argument(
        "--only", action="append", metavar="MODE", help="only modes whose names begin like this; may be repeated"
    )
    parser.add_argument(
        "--turns",
        type=int,
        default=1,
        help="run all modes so many times in turn, and show the fastest of each (default: 1)",
    )
    parser.add_argument("--bare", action="store_true", help="be the bare pool (the benchmark calls itself so)")
    options = parser.parse_args(sys.argv[1:] or ["--help"])
    if options.bare:
        print(_bare(options.archives))
        return
    modes: dict[str, tuple[str, ...] | None] = {_BARE: None, "2 worker processes": _TWO, "1 process": ()}
    if options.job_endpoint:
        portable = ("--runner=PortableRunner", f"--job_endpoint={options.job_endpoint}")
        modes[_SERVER] = (*portable, *options.beam)
    if options.prism:
        modes["Prism"] = ("--runner=PrismRunner",)
    chosen = {mode: flags for mode, flags in modes.items() if not options.only or mode.startswith(tuple(options.only))}
    cluster = [int(file.read_text()) for file in (options.cluster / "pids").iterdir()] if options.cluster else []
    turns: dict[str, list[_Turn]] = {mode: [] for mode in chosen}
    for _ in range(options.turns):  # in turn, because a shared machine is now faster and now slower
        for mode, flags in chosen.items():
            beside = cluster if mode == _SERVER else []
            turn = _pool(options.archives) if flags is None else _replay(options.archives, flags, beside)
            turns[mode].append(turn)
            print(f"{mode}: {turn.rate:.1f} pages/s, {turn.ended.peak_mb:.0f} MB", file=sys.stderr, flush=True)
    Console().print(_table({mode: max(done, key=attrgetter("rate")) for mode, done in turns.items()}))


@dataclass(frozen=True, slots=True)
class _Turn:
    ended: MeasuredCommand
    pages: int
    articles: int

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.ended.seconds


def _table(fastest: dict[str, _Turn]) -> Table:
    table = Table(box=None)
    for column in ("mode", "seconds", "pages", "articles", "pages/s", "of the pool", "CPU s", "peak MB", "status"):
        table.add_column(column, justify="left" if column == "mode" else "right")
    for mode, turn in fastest.items():
        table.add_row(
            mode,
            f"{turn.ended.seconds:.1f}",
            str(turn.pages),
            str(turn.articles),
            f"{turn.rate:.1f}",
            f"{turn.rate / fastest[_BARE].rate:.2f}x" if _BARE in fastest else "",
            f"{turn.ended.cpu_seconds:.0f}",
            f"{turn.ended.peak_mb:.0f}",
            str(turn.ended.status),
        )
    return table


def _pool(archives: Sequence[Path]) -> _Turn:
    ended = measure([sys.executable, "-m", "benchmarks.replay", "--bare", *map(str, archives)])
    pages, articles = map(int, ended.output.split() or (0, 0))
    return _Turn(ended, pages, articles)


def _replay(archives: Sequence[Path], flags: Sequence[str], beside: Sequence[int]) -> _Turn:
    with tempfile.TemporaryDirectory() as folder:
        command = [*COPYDESK, "replay", *map(str, archives), "--lake", f"{folder}/lake", *flags]
        ended = measure([*command, "--json", "--quiet"], beside)
    runs = json.loads(ended.output or "[]")
    return _Turn(ended, sum(run["total"]["entries"] for run in runs), sum(run["total"]["articles"] for run in runs))


def _bare(archives: Sequence[Path]) -> str:
    with multiprocessing.Pool(2) as pool:
        counts = pool.map(_extract_file, archives, chunksize=1)
    return f"{sum(pages for pages, _ in counts)} {sum(articles for _, articles in counts)}"


def _extract_file(path: Path) -> tuple[int, int]:
    pages = articles = 0
    for record in ArchiveIterator(str(path), record_types=WarcRecordType.response):
        html = record.reader.read()
        document = trafilatura.bare_extraction(html, url=record.headers["WARC-Target-URI"], with_metadata=True)
        pages += 1
        articles += isinstance(document, Document) and bool(document.text)
    return pages, articles


if __name__ == "__main__":
    main()

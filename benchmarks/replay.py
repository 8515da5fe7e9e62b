"""Pages a second and peak memory of ``copydesk replay``, beside a bare pool of two processes that only call trafilatura.

    python -m benchmarks.archives CORPUS archives --pages 20000 --files 8
    python -m benchmarks.replay archives/*.warc.gz [--prism] [--job-endpoint localhost:8099 --beam=--environment_type=LOOPBACK]

The pool reads the same archives with FastWARC, a file at a time for each process, and asks trafilatura for text and metadata: what anybody
would write first. Each mode of replay begins with an empty lake in a temporary folder and ends with every article committed. Seconds are
those of the whole command, start-up included: give it 2,000 pages or more. Memory is that of the command and its children; that of
a cluster on this machine is in it with --cluster, its processor time never.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType
from rich.console import Console
from rich.table import Table
from trafilatura.settings import Document

from benchmarks.measure import Ended, measure

_BARE, _SERVER = "bare pool, 2 processes", "job server"
_TWO = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--prism", action="store_true", help="also on Prism, with the program of the PATH")
    parser.add_argument("--job-endpoint", metavar="HOST:PORT", help="also on the job server there")
    parser.add_argument("--beam", action="append", default=[], help="further option for that job server")
    parser.add_argument(
        "--cluster",
        type=Path,
        metavar="FOLDER",
        help="that of deploy/flink/cluster.py, for the memory of its processes",
    )
    parser.add_argument("--only", action="append", help="these modes only, by the beginning of their names")
    parser.add_argument("--bare", action="store_true", help="be the bare pool")
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
    table = Table(box=None)
    for column in ("mode", "seconds", "pages", "articles", "pages/s", "of the pool", "CPU s", "peak MB", "status"):
        table.add_column(column, justify="left" if column == "mode" else "right")
    pool_rate = None
    for mode, flags in modes.items():
        if options.only and not mode.startswith(tuple(options.only)):
            continue
        beside = (
            [int(file.read_text()) for file in (options.cluster / "pids").iterdir()]
            if options.cluster and mode == _SERVER
            else []
        )
        ended, pages, articles = _pool(options.archives) if flags is None else _replay(options.archives, flags, beside)
        rate = pages / ended.seconds
        pool_rate = rate if flags is None else pool_rate
        share = f"{rate / pool_rate:.2f}x" if pool_rate else ""
        figures = (
            f"{ended.seconds:.1f}",
            str(pages),
            str(articles),
            f"{rate:.1f}",
            share,
            f"{ended.cpu_seconds:.0f}",
            f"{ended.peak_mb:.0f}",
        )
        table.add_row(mode, *figures, str(ended.status))
        print(f"{mode}: {figures[3]} pages/s, {figures[-1]} MB", file=sys.stderr, flush=True)
    Console().print(table)


def _pool(archives: Sequence[Path]) -> tuple[Ended, int, int]:
    ended = measure([sys.executable, "-m", "benchmarks.replay", "--bare", *map(str, archives)])
    pages, articles = map(int, ended.output.split() or (0, 0))
    return ended, pages, articles


def _replay(archives: Sequence[Path], flags: Sequence[str], beside: Sequence[int]) -> tuple[Ended, int, int]:
    with tempfile.TemporaryDirectory() as folder:
        copydesk = [sys.executable, "-m", "pipelines.cli"]
        command = [*copydesk, "replay", *map(str, archives), "--lake", f"{folder}/lake", *flags]
        ended = measure([*command, "--json", "--quiet"], beside)
    runs = json.loads(ended.output or "[]")
    return ended, sum(run["total"]["entries"] for run in runs), sum(run["total"]["articles"] for run in runs)


def _bare(archives: Sequence[Path]) -> str:
    with multiprocessing.Pool(2) as pool:
        counted = pool.map(_extract_file, archives, chunksize=1)
    return f"{sum(pages for pages, _ in counted)} {sum(articles for _, articles in counted)}"


def _extract_file(path: Path) -> tuple[int, int]:
    pages = articles = 0
    for record in ArchiveIterator(str(path), record_types=WarcRecordType.response):
        html = record.reader.read()
        found = trafilatura.bare_extraction(html, url=record.headers["WARC-Target-URI"], with_metadata=True)
        pages += 1
        articles += isinstance(found, Document) and bool(found.text)
    return pages, articles


if __name__ == "__main__":
    main()

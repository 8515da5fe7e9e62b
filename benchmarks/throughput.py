"""Measures ``copydesk run`` in pages a second and peak memory: in one process and with worker processes, a first pass and a second one.

    python -m benchmarks.throughput                                                        # the bundled newsroom; most time is start-up
    python -m benchmarks.throughput --sources feeds.opml --proxy http://127.0.0.1:8900     # a newsroom that a proxy on loopback serves

Each mode begins with an empty lake in a temporary folder. Passes run with ``--pause 0``, because the hosts are ours.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile

from rich.console import Console
from rich.table import Table

from benchmarks.measure import MeasuredRun, measure_run
from examples.serve_newsroom import NEWSROOM, serving

MODES = {
    "in this process": (),
    "2 worker processes": ("--direct_running_mode=multi_processing", "--direct_num_workers=2"),
}


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description="Measures copydesk run over a newsroom.")
    parser.add_argument(
        "--sources", default=str(NEWSROOM / "sources.toml"), help="default: those of the bundled newsroom"
    )
    parser.add_argument("--proxy", help="address of the proxy that serves them (default: serve the bundled newsroom)")
    parser.add_argument("--page-seconds", default="30", help="as in copydesk run (default: %(default)s)")
    options = parser.parse_args()
    table = Table(box=None)
    for column in (
        "mode",
        "pass",
        "seconds",
        "entries",
        "articles",
        "seen",
        "rejects",
        "articles/s",
        "peak MB",
        "status",
    ):
        table.add_column(column, justify="left" if column in ("mode", "pass") else "right")
    proxies = contextlib.nullcontext(options.proxy) if options.proxy else serving(NEWSROOM)
    with proxies as proxy:
        for mode, flags in MODES.items():
            with tempfile.TemporaryDirectory() as lake:
                for turn in ("first", "second"):
                    run = measure_run(
                        [
                            *("--sources", options.sources, "--lake", f"{lake}/lake", "--proxy", proxy),
                            *("--pause", "0", "--page-seconds", options.page_seconds, *flags),
                        ]
                    )
                    table.add_row(mode, turn, *_figures(run))
    Console().print(table)


def _figures(run: MeasuredRun) -> tuple[str, ...]:
    counts = run.counts
    figures = (counts.entries, counts.articles, counts.seen, counts.rejects)
    rate = f"{counts.articles / run.seconds:.1f}"
    return f"{run.seconds:.1f}", *map(str, figures), rate, f"{run.peak_mb:.0f}", str(run.status)


if __name__ == "__main__":
    main()

"""What commands print for people: progress while a pass runs, and a table at its end."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from schemas import Source
from schemas.plain_text import printable
from transforms.accounting.counts import Counts
from transforms.accounting.progress import Progress
from transforms.accounting.run_record import RunRecord

if TYPE_CHECKING:
    from rich.console import Console

_PLAIN_EVERY = 10.0
_LIVE_EVERY = 0.25
_MOST_ROWS = 100


class Terminal:
    """Prints to standard error: standard output is for ``--json``. Loads Rich with the first line."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        class _Console(Console):
            def on_broken_pipe(self) -> None:
                """Nobody reads standard error any more. Rich would close standard output too, and end the program."""
                self.quiet = True

        return _Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, line: str) -> None:
        """Prints one line, unless ``--quiet`` was given."""
        if not self._quiet:
            self._print(printable(line), markup=False)

    def error(self, line: str) -> None:
        """Prints an error message, always."""
        style = "red" if self._console.is_terminal else None
        self._print(f"copydesk: {printable(line)}", markup=False, style=style)

    def lines(self, lines: Iterable[str], always: bool = False) -> None:
        """Prints several lines. ``always``: also if ``--quiet`` was given."""
        for line in lines:
            if always or not self._quiet:
                self._print(printable(line), markup=False)

    def _print(self, content: Any, **options: Any) -> None:
        try:
            self._console.print(content, **options)
        except BrokenPipeError:  # from a Rich without on_broken_pipe
            self._console.quiet = True

    @contextmanager
    def bar(self, label: str, total: int, size: bool = False) -> Iterator[Callable[[int], None]]:
        """Shows a progress bar at a terminal; gives the function to call with the amount done. With ``size``, amounts are bytes."""
        from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn() if size else MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        shown = self._console.is_terminal and not self._quiet
        with Bars(*columns, console=self._console, transient=True, disable=not shown) as bars:
            task = bars.add_task(label, total=total)
            yield partial(bars.advance, task)

    @contextmanager
    def following(self, progress: Progress, total: int, unit: str = "feeds") -> Iterator[None]:
        """Shows the progress of a pass over ``total`` feeds or archives: bars at a terminal, a line every ten seconds elsewhere."""
        if self._quiet:
            yield
            return
        over = threading.Event()
        show = self._show_bars if self._console.is_terminal else self._show_lines
        thread = threading.Thread(target=show, args=(progress, total, unit, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(timeout=5)

    def _show_bars(self, progress: Progress, total: int, unit: str, over: threading.Event) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description:<8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[also]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        with bars:
            polled = bars.add_task(unit, total=total, also="")
            fetched = bars.add_task("pages", total=None, also="")
            while True:
                last = over.wait(_LIVE_EVERY)
                counts = progress.read()
                bars.update(polled, completed=counts[unit], also=_entries_line(counts))
                bars.update(
                    fetched,
                    completed=counts["pages"],
                    total=max(counts["to fetch"], counts["pages"]) or None,
                    also=_articles_line(counts),
                )
                if last:
                    return

    def _show_lines(self, progress: Progress, total: int, unit: str, over: threading.Event) -> None:
        while not over.wait(_PLAIN_EVERY):
            counts = progress.read()
            self.say(
                f"{counts[unit]} of {total} {unit}, {_entries_line(counts)}; "
                f"{counts['pages']} of {counts['to fetch']} pages, {_articles_line(counts)}"
            )

    def table(self, record: RunRecord, sources: tuple[Source, ...]) -> None:
        """Prints the end of a pass: a row for each source with entries or failed feeds, then ``closing_lines``."""
        if self._quiet:
            return
        from rich.table import Table
        from rich.text import Text

        names = {source.id: source.name or source.id for source in sources}
        busy = {source: counts for source, counts in record.sources.items() if counts.entries or counts.feeds_failed}
        if busy:
            table = Table(box=None, pad_edge=False, show_footer=len(busy) > 1)
            columns = ("source", "feeds", "entries", "articles", "exact", "seen", "rejects")
            for column, figure in zip(columns, ("all", *_figures(record.total)), strict=True):
                table.add_column(column, footer=figure, justify="left" if column == "source" else "right")
            largest = sorted(busy.items(), key=lambda item: -item[1].entries)[:_MOST_ROWS]
            for source, counts in sorted(largest, key=lambda item: names.get(item[0], item[0]).casefold()):
                table.add_row(Text(_one_line(names.get(source, source))), *_figures(counts))
            self._print(table)
            if len(busy) > _MOST_ROWS:
                self.say(f"… and {len(busy) - _MOST_ROWS} sources with fewer entries")
        for line in closing_lines(record):
            self.say(line)


def every_due_feed_failed(record: RunRecord) -> bool:
    """True when feeds were due, and all of them failed."""
    total = record.total
    return 0 < total.feeds_failed >= total.feeds - total.feeds_not_due


def print_json(value: object, indent: int | None = 1, default: Callable[[Any], Any] | None = None) -> None:
    """Prints a value as JSON on standard output."""
    print_line(json.dumps(value, ensure_ascii=False, indent=indent, default=default))


def print_line(line: str) -> None:
    """Prints a line on standard output. Nothing happens when its reader has gone, such as ``head`` after the first lines."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        # Python flushes the stream again at its end, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _figures(counts: Counts) -> tuple[str, ...]:
    feeds = f"{counts.feeds} ({counts.feeds_failed} failed)" if counts.feeds_failed else str(counts.feeds)
    return feeds, *(str(n or "·") for n in (counts.entries, counts.articles, counts.exact, counts.seen, counts.rejects))


def closing_lines(record: RunRecord) -> Iterator[str]:
    """The counts of feeds, archives, rejects and entries, and how long the steps took."""
    total = record.total
    polled = total.feeds - total.feeds_not_due - total.feeds_unchanged - total.feeds_failed
    parts = [
        f"{polled} read",
        f"{total.feeds_unchanged} unchanged",
        f"{total.feeds_failed} failed",
        *([f"{total.feeds_not_due} not yet due"] if total.feeds_not_due else []),
    ]
    if total.feeds or not record.archives:
        yield f"Feeds: {total.feeds} = {' + '.join(parts)}"
    if record.archives:
        yield _archives_line(record)
    if record.reasons:
        yield "Rejected: " + ", ".join(f"{reason} {count}" for reason, count in record.reasons.items())
    if total.revised:
        yield f"Revised: {total.revised} of the articles are new revisions"
    if record.look_back_days is not None:
        yield (
            f"Look-back of {record.look_back_days} days: {record.index_days_unread} older days of the index were not read; "
            f"{total.refetched} older entries were fetched again"
        )
    for source, counts in record.sources.items():
        if counts.unmatched:
            yield (
                f"Selectors: {counts.unmatched} of {counts.articles} articles of {source} had no match. The site may have been rebuilt: "
                "copydesk sources check shows which selector"
            )
    sign = "=" if total.balanced else "≠"
    waiting = f" + {total.waiting} waiting" if total.waiting else ""
    yield (
        f"Entries: {total.entries} {sign} {total.articles} articles + {total.seen} already seen + {total.rejects} rejects{waiting}"
    )
    if total.articles == 0 and not every_due_feed_failed(record):
        yield "Nothing new."
    yield from timing_lines(record)


def pass_lines(record: RunRecord) -> Iterator[str]:
    """A pass in one or two lines, for commands that run many."""
    total = record.total
    parts = [f"{total.feeds} feeds"]
    parts += [f"{total.feeds_failed} of them failed"] if total.feeds_failed else []
    parts += [f"{total.feeds_not_due} not yet due"] if total.feeds_not_due else []
    parts += [
        f"{total.entries} entries",
        f"{total.articles} articles",
        f"{total.seen} already seen",
        f"{total.rejects} rejects",
    ]
    seconds = (datetime.fromisoformat(record.finished_at) - datetime.fromisoformat(record.started_at)).total_seconds()
    yield f"{record.finished_at[:19]}Z  {', '.join(parts)}; {_span(seconds)}"
    if record.reasons:
        yield "  Rejected: " + ", ".join(f"{reason} {count}" for reason, count in record.reasons.items())


def window_line(record: RunRecord) -> str:
    """One committed window of a stream."""
    total = record.total
    parts = [
        f"{total.feeds} polls",
        f"{total.entries} entries",
        f"{total.articles} articles",
        f"{total.seen} already seen",
    ]
    parts += [f"{total.rejects} rejects"] if total.rejects else []
    parts += [f"{total.feeds_failed} feeds failed"] if total.feeds_failed else []
    return f"{record.finished_at[11:19]}  {', '.join(parts)}"


def timing_lines(record: RunRecord) -> Iterator[str]:
    """How long the steps took, and how soon articles were seen after their publication."""
    steps = [
        f"{kind} {_span(timing.quantile(0.5))}, {_span(timing.mean)}, {_span(timing.longest)}"
        for kind in ("poll", "fetch", "extract", "write")
        if (timing := record.metrics.get(kind)) is not None
    ]
    if steps:
        yield "Took (median, mean, at most): " + "; ".join(steps)
    if (fresh := record.metrics.get("freshness")) is not None:
        lag = record.metrics.get("commit-lag")
        yield (
            f"Freshness: half of {fresh.count} articles were seen within {_span(fresh.quantile(0.5))} of their publication"
            + (f"; committed {_span(lag.quantile(0.5))} after they were fetched" if lag else "")
        )


def _span(seconds: float) -> str:
    """A duration with about two digits: ``46 ms``, ``3.4 s``, ``12 min``, ``5.1 h``, ``3.2 days``."""
    if seconds == float("inf"):
        return "any time"
    for limit, size, unit in ((0.0995, 0.001, "ms"), (99.5, 1, "s"), (99.5 * 60, 60, "min"), (47.5 * 3600, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds / 86400:.3g} days"


def _archives_line(record: RunRecord) -> str:
    skipped = Counter[str]()
    for archive in record.archives:
        skipped.update(archive.passed_over)
    records = sum(archive.records for archive in record.archives)
    others = "".join(f" + {count} {kind}" for kind, count in skipped.most_common())
    files = len({archive.path for archive in record.archives})
    return f"Archives: {files} with {records} records = {record.total.archived} entries{others}"


def _entries_line(counts: Counter[str]) -> str:
    return f"{counts['entries']} entries, {counts['seen']} already seen"


def _articles_line(counts: Counter[str]) -> str:
    return f"{counts['articles']} articles, {counts['exact']} exact duplicates, {counts['rejects']} rejects"

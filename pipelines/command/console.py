"""What the person at the terminal sees: progress while a pass runs, and its table at the end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.table import Table

from schemas import Source
from transforms.accounting.counts import Counts
from transforms.accounting.progress import Progress
from transforms.accounting.run_record import RunRecord

_PLAIN_EVERY = 10.0
_LIVE_EVERY = 0.25
_MOST_ROWS = 100


class Terminal:
    """Prints to standard error, so that standard output stays for ``--json``."""

    def __init__(self, quiet: bool) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._quiet = quiet

    def say(self, line: str) -> None:
        """One line for people, unless they asked for quiet."""
        if not self._quiet:
            self._console.print(line, markup=False)

    def error(self, line: str) -> None:
        """One line that is always printed."""
        self._console.print(f"copydesk: {line}", markup=False, style="red" if self._console.is_terminal else None)

    @contextmanager
    def bar(self, what: str, total: int, size: bool = False) -> Iterator[Callable[[int], None]]:
        """At a terminal, how much of ``total`` is done; gives the function to call with what was done. ``size`` shows bytes."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn() if size else MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        shown = self._console.is_terminal and not self._quiet
        with Bars(*columns, console=self._console, transient=True, disable=not shown) as bars:
            task = bars.add_task(what, total=total)
            yield partial(bars.advance, task)

    @contextmanager
    def following(self, progress: Progress, total: int, what: str = "feeds") -> Iterator[None]:
        """Shows how far a pass over so many feeds, or archives, is meanwhile: bars at a terminal, a line now and then elsewhere."""
        if self._quiet:
            yield
            return
        over = threading.Event()
        show = self._show_bars if self._console.is_terminal else self._show_lines
        thread = threading.Thread(target=show, args=(progress, total, what, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(timeout=5)

    def _show_bars(self, progress: Progress, total: int, what: str, over: threading.Event) -> None:
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
            polled = bars.add_task(what, total=total, also="")
            fetched = bars.add_task("pages", total=None, also="")
            while True:
                last = over.wait(_LIVE_EVERY)
                counts = progress.read()
                bars.update(polled, completed=counts[what], also=_entries_line(counts))
                bars.update(
                    fetched,
                    completed=counts["pages"],
                    total=max(counts["to fetch"], counts["pages"]) or None,
                    also=_articles_line(counts),
                )
                if last:
                    return

    def _show_lines(self, progress: Progress, total: int, what: str, over: threading.Event) -> None:
        while not over.wait(_PLAIN_EVERY):
            counts = progress.read()
            self.say(
                f"{counts[what]} of {total} {what}, {_entries_line(counts)}; "
                f"{counts['pages']} of {counts['to fetch']} pages, {_articles_line(counts)}"
            )

    def table(self, summary: RunRecord, sources: tuple[Source, ...]) -> None:
        """The end of a pass: a row for each source in which something happened, and the conservation line."""
        if self._quiet:
            return
        names = {source.id: source.name or source.id for source in sources}
        busy = {source: counts for source, counts in summary.sources.items() if counts.entries or counts.feeds_failed}
        if busy:
            table = Table(box=None, pad_edge=False, show_footer=len(busy) > 1)
            columns = ("source", "feeds", "entries", "articles", "exact", "seen", "rejects")
            for column, figure in zip(columns, ("all", *_figures(summary.total)), strict=True):
                table.add_column(column, footer=figure, justify="left" if column == "source" else "right")
            largest = sorted(busy.items(), key=lambda item: -item[1].entries)[:_MOST_ROWS]
            for source, counts in sorted(largest, key=lambda item: names.get(item[0], item[0]).casefold()):
                table.add_row(names.get(source, source), *_figures(counts))
            self._console.print(table)
            if len(busy) > _MOST_ROWS:
                self.say(f"… and {len(busy) - _MOST_ROWS} sources with fewer entries")
        for line in closing_lines(summary):
            self.say(line)


def _figures(counts: Counts) -> tuple[str, ...]:
    feeds = f"{counts.feeds} ({counts.feeds_failed} failed)" if counts.feeds_failed else str(counts.feeds)
    return feeds, *(str(n or "·") for n in (counts.entries, counts.articles, counts.exact, counts.seen, counts.rejects))


def closing_lines(summary: RunRecord) -> Iterator[str]:
    """The feeds line, the reasons of rejects, the conservation line, and what was written."""
    total = summary.total
    polled = total.feeds - total.feeds_not_due - total.feeds_unchanged - total.feeds_failed
    parts = [
        f"{polled} read",
        f"{total.feeds_unchanged} unchanged",
        f"{total.feeds_failed} failed",
        *([f"{total.feeds_not_due} not yet due"] if total.feeds_not_due else []),
    ]
    if total.feeds or not summary.archives:
        yield f"Feeds: {total.feeds} = {' + '.join(parts)}"
    if summary.archives:
        yield _archives_line(summary)
    if summary.reasons:
        yield "Rejected: " + ", ".join(f"{reason} {count}" for reason, count in summary.reasons.items())
    if total.revised:
        yield f"Revised: {total.revised} of the articles are new revisions"
    if summary.look_back_days is not None:
        yield (
            f"Look-back of {summary.look_back_days} days: entries were not looked up in {summary.index_days_unread} older days of the "
            f"index; {total.refetched} from before it were fetched again"
        )
    sign = "=" if total.balanced else "≠"
    yield f"Entries: {total.entries} {sign} {total.articles} articles + {total.seen} already seen + {total.rejects} rejects"
    if total.articles == 0:
        yield "Nothing new."
    yield from timing_lines(summary)


def pass_lines(summary: RunRecord) -> Iterator[str]:
    """A pass in a line or two, for commands that make many."""
    total = summary.total
    parts = [f"{total.feeds} feeds"]
    parts += [f"{total.feeds_failed} of them failed"] if total.feeds_failed else []
    parts += [f"{total.feeds_not_due} not yet due"] if total.feeds_not_due else []
    parts += [
        f"{total.entries} entries",
        f"{total.articles} articles",
        f"{total.seen} already seen",
        f"{total.rejects} rejects",
    ]
    seconds = (datetime.fromisoformat(summary.finished_at) - datetime.fromisoformat(summary.started_at)).total_seconds()
    yield f"{summary.finished_at[:19]}Z  {', '.join(parts)}; {_span(seconds)}"
    if summary.reasons:
        yield "  Rejected: " + ", ".join(f"{reason} {count}" for reason, count in summary.reasons.items())


def timing_lines(summary: RunRecord) -> Iterator[str]:
    """How long things took: one line of the steps, one of the news."""
    steps = [
        f"{kind} {_span(timing.quantile(0.5))}, {_span(timing.mean)}, {_span(timing.longest)}"
        for kind in ("poll", "fetch", "extract", "write")
        if (timing := summary.metrics.get(kind)) is not None
    ]
    if steps:
        yield "Took (median, mean, none over): " + "; ".join(steps)
    if (fresh := summary.metrics.get("freshness")) is not None:
        lag = summary.metrics.get("commit-lag")
        yield (
            f"Freshness: half of {fresh.count} articles were seen within {_span(fresh.quantile(0.5))} of their publication"
            + (f"; committed {_span(lag.quantile(0.5))} after they were fetched" if lag else "")
        )


def _span(seconds: float) -> str:
    """A duration with two digits or so: ``46 ms``, ``3.4 s``, ``12 min``, ``5.1 h``, ``3.2 days``."""
    if seconds == float("inf"):
        return "any time"
    for limit, size, unit in ((0.0995, 0.001, "ms"), (99.5, 1, "s"), (99.5 * 60, 60, "min"), (47.5 * 3600, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds / 86400:.3g} days"


def _archives_line(summary: RunRecord) -> str:
    passed_over = Counter[str]()
    for archive in summary.archives:
        passed_over.update(archive.passed_over)
    records = sum(archive.records for archive in summary.archives)
    others = "".join(f" + {count} {kind}" for kind, count in passed_over.most_common())
    files = len({archive.path for archive in summary.archives})
    return f"Archives: {files} with {records} records = {summary.total.archived} entries{others}"


def _entries_line(counts: Counter[str]) -> str:
    return f"{counts['entries']} entries, {counts['seen']} already seen"


def _articles_line(counts: Counter[str]) -> str:
    return f"{counts['articles']} articles, {counts['exact']} exact duplicates, {counts['rejects']} rejects"

"""``copydesk watch``: pass after pass in one process, for use without a streaming engine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from pipelines.command.beam_options import RunOptions, parse
from pipelines.command.console import Terminal, pass_lines, print_json
from pipelines.command.parsers import watch_parser
from pipelines.command.shell import error_message, run_command, set_up_logging
from pipelines.command.signals import stop_on_signals
from pipelines.engines.choose import choose_engine
from pipelines.failed_feeds import FailedFeed, failed_feeds, failure_lines, strict_problem
from pipelines.notify import notify_or_warn
from pipelines.passes import announce, pass_of, pass_problem, run_pass
from pipelines.remote_sources import sources_of
from pipelines.service.heartbeat import EVERY, Heartbeat
from pipelines.service.metrics import Meters, serving
from pipelines.service.upkeep import Upkeep
from pipelines.sources import Sources, SourcesError
from schemas import CopydeskError
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import now
from transforms.lake.layout import LakeBusyError
from transforms.lake.opening import open_lake
from transforms.web.settings import Connect

_LOOK_SECONDS = 0.2


def main(argv: Sequence[str]) -> int:
    """The command: 0 when it was stopped between two passes or all --passes worked; 1 when one of --passes failed, or the first one
    could not begin; 2 for wrong usage; 130 when it was stopped during a pass."""
    options = parse(watch_parser(), argv)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return run_command(lambda: watch(options, terminal), terminal)


def watch(options: RunOptions, terminal: Terminal) -> int:
    """Runs passes until it is stopped. Raises CopydeskError for what makes a first pass impossible."""
    stopped = stop_on_signals()
    own = options.own
    sources = sources_of(options)
    engine = choose_engine(options.beam)
    open_lake(options.lake)
    upkeep = Upkeep(options.lake, own.compact_every, terminal)
    loop = _Loop(options, terminal, stopped, Meters(engine.name), Heartbeat(own.heartbeat, own.hung_after), upkeep)
    loop.heart.begin()
    with serving(loop.meters, own.metrics_host, own.metrics_port, loop.heart.is_fresh) as address:
        announce(options, sources, engine, terminal)
        if address:
            terminal.say(f"Metrics: {address}/metrics, health: {address}/healthz")
        try:
            while True:
                began = time.monotonic()
                sources = loop.read_sources(sources)
                loop.one_pass(sources)
                if own.passes and loop.passes >= own.passes:
                    return 1 if loop.failed else 0
                loop.wait(began)
        except KeyboardInterrupt:
            if loop.in_pass:
                raise
            terminal.say(f"Stopped between two passes, after {loop.passes}.")
            return 0
        finally:
            upkeep.stop()


@dataclass(slots=True)
class _Loop:
    """What lasts from pass to pass."""

    options: RunOptions
    terminal: Terminal
    stopped: Event
    meters: Meters
    heart: Heartbeat
    upkeep: Upkeep
    passes: int = 0
    failed: int = 0
    in_pass: bool = False

    def read_sources(self, last: Sources) -> Sources:
        """The sources file as it is now; ``last`` when it cannot be used."""
        try:
            sources = sources_of(self.options)
        except SourcesError as error:
            self.terminal.error(f"{error}\nUntil the file is corrected, the sources that were read last are used.")
            return last
        if sources.sources != last.sources:
            self.terminal.say(
                f"The sources file has changed: {len(sources.sources)} sources, {sources.feed_count} feeds."
            )
        return sources

    def one_pass(self, sources: Sources) -> None:
        """Runs a pass and reports how it ended. Raises KeyboardInterrupt only."""
        result = self._result(sources)
        self.passes += 1
        self.failed += result != "ok"
        if result == "ok":
            self.heart.beat(last_success=now().isoformat(timespec="seconds"))
        self.heart.beat(state="waiting", passes=self.passes, failed=self.failed)

    def _result(self, sources: Sources) -> str:
        self.in_pass = True
        try:
            engine = choose_engine(self.options.beam)
            work = pass_of(self.options, sources)
            record = run_pass(work, engine, self.terminal, self.heart.during)
        except (CopydeskError, OSError) as error:
            # Beam may catch the interrupt in a worker of this process, and raise it as a failure of the pass.
            if self.stopped.is_set():
                raise KeyboardInterrupt(getattr(error, "stopped", None) or "") from error
            self.in_pass = False
            self.terminal.error(error_message(error))
            result = "busy" if isinstance(error, LakeBusyError) else "failed"
            self.meters.not_committed(result)
            return result
        self.in_pass = False
        if self.options.json:
            print_json(record.to_json(), indent=None)
        for line in pass_lines(record):
            self.terminal.say(line)
        failed = failed_feeds(open_lake(self.options.lake), record)
        self._notify(record, failed, work.connect)
        strict = strict_problem(failed, self.options.own.strict)
        if strict:
            names = {source.id: source.name or source.id for source in sources.sources}
            asked = record.total.feeds - record.total.feeds_not_due
            self.terminal.lines(failure_lines(failed, asked, names), always=True)
        problem = pass_problem(record) or strict
        if problem:
            self.terminal.error(problem)
        result = "failed" if problem else "ok"
        self.meters.observe(record, result)
        return result

    def _notify(self, record: RunRecord, failed: list[FailedFeed], connect: Connect) -> None:
        own = self.options.own
        if own.notify:
            after = timedelta(seconds=own.notify_after)
            notify_or_warn(own.notify, after, open_lake(self.options.lake), record, failed, connect, self.terminal)

    def wait(self, began: float) -> None:
        """Waits until the next pass is due, and compacts the lake meanwhile; ``began`` is when the last one began."""
        every = self.options.own.every
        if (took := time.monotonic() - began) > every:
            self.terminal.say(
                f"The pass took {took:.0f} s, longer than --every {every:.0f} s. The next one begins now."
            )
        self.upkeep.begin_if_due(longest=began + every - time.monotonic())
        while (left := began + every - time.monotonic()) > 0:
            time.sleep(min(left, EVERY))
            self.heart.beat()
        while self.upkeep.runs:  # a pass would find the lake busy
            time.sleep(_LOOK_SECONDS)
            self.heart.beat()

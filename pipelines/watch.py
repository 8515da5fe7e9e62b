"""``copydesk watch``: pass after pass in one process, for those without a streaming engine."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

from pipelines.command.console import Terminal, pass_lines
from pipelines.command.durations import duration
from pipelines.command.options import RunOptions, parse
from pipelines.command.shell import PassError, exit_status, failure, set_up_logging
from pipelines.command.signals import stop_on_signals
from pipelines.engines.choose import EngineError, choose_engine
from pipelines.passes import announce, pass_of, run_pass, shortfall
from pipelines.service.heartbeat import EVERY, Heartbeat, declare_heartbeat
from pipelines.service.metrics import Meters, declare_metrics, serving
from pipelines.sources import Sources, SourcesError, load_sources
from transforms.accounting.runs import now
from transforms.lake.layout import LakeBusyError, LakeError
from transforms.lake.opening import open_lake

DESCRIPTION = (
    "The pass of copydesk run, again and again in one process. Passes never overlap; one that fails is told, and the next goes on. "
    "Ctrl-C between two passes ends at once; during one it ends like copydesk run."
)


def main(argv: Sequence[str] | None = None, prog: str = "copydesk watch") -> int:
    """The command: 0 when it was stopped between two passes or all --passes worked; 1 when one of --passes failed, or nothing could
    begin; 2 for wrong usage; 130 when it was stopped during a pass."""
    options = parse(sys.argv[1:] if argv is None else argv, prog, DESCRIPTION, _declare)
    terminal = Terminal(options.quiet)
    set_up_logging(options.log_level)
    return exit_status(lambda: watch(options, terminal), terminal)


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--every",
        type=duration,
        default=300.0,
        metavar="TIME",
        help="from the start of a pass to the start of the next, such as 30s, 5m or 1h (default: 5m)",
    )
    parser.add_argument("--passes", type=_number, metavar="N", help="end after so many passes (default: never)")
    declare_heartbeat(parser)
    declare_metrics(parser)


def watch(options: RunOptions, terminal: Terminal) -> int:
    """Passes until it is stopped; raises what makes a first pass impossible: SourcesError, EngineError, LakeError, PassError."""
    stopped = stop_on_signals()
    own = options.own
    found = load_sources(options.sources)
    engine = choose_engine(options.beam)
    open_lake(options.lake)
    loop = _Loop(options, terminal, stopped, Meters(engine.name), Heartbeat(own.heartbeat, own.hung_after))
    loop.heart.begin()
    with serving(loop.meters, own.metrics_host, own.metrics_port, loop.heart.is_fresh) as address:
        announce(options, found, engine, terminal)
        if address:
            terminal.say(f"Metrics: {address}/metrics, health: {address}/healthz")
        try:
            while True:
                began = time.monotonic()
                found = loop.read_sources(found)
                loop.one_pass(found)
                if own.passes and loop.passes >= own.passes:
                    return 1 if loop.failed else 0
                loop.wait(began)
        except KeyboardInterrupt:
            if loop.in_pass:
                raise
            terminal.say(f"Stopped between two passes, after {loop.passes}.")
            return 0


@dataclass(slots=True)
class _Loop:
    """What goes from pass to pass."""

    options: RunOptions
    terminal: Terminal
    stopped: Event
    meters: Meters
    heart: Heartbeat
    passes: int = 0
    failed: int = 0
    in_pass: bool = False

    def read_sources(self, last: Sources) -> Sources:
        """The sources file as it is now, or as it was read last while it cannot be used."""
        try:
            found = load_sources(self.options.sources)
        except SourcesError as error:
            self.terminal.error(f"{error}\nUntil that is set right, the sources are those that were read last.")
            return last
        if found.sources != last.sources:
            feeds = sum(len(source.feeds) for source in found.sources)
            self.terminal.say(f"The sources file has changed: {len(found.sources)} sources, {feeds} feeds.")
        return found

    def one_pass(self, found: Sources) -> None:
        """A pass and what is told of it, however it ended; raises KeyboardInterrupt."""
        result = self._result(found)
        self.passes += 1
        self.failed += result != "ok"
        if result == "ok":
            self.heart.beat(last_success=now().isoformat(timespec="seconds"))
        self.heart.beat(state="waiting", passes=self.passes, failed=self.failed)

    def _result(self, found: Sources) -> str:
        self.in_pass = True
        try:
            summary = run_pass(
                pass_of(self.options, found), choose_engine(self.options.beam), self.terminal, self.heart.during
            )
        except (EngineError, LakeError, PassError, OSError) as error:
            # Beam may catch the interrupt in a worker of this process, and hands it on as a failure.
            if self.stopped.is_set():
                raise KeyboardInterrupt from error
            self.in_pass = False
            self.terminal.error(failure(error))
            result = "busy" if isinstance(error, LakeBusyError) else "failed"
            self.meters.not_committed(result)
            return result
        self.in_pass = False
        if self.options.json:
            print(json.dumps(summary.to_json(), ensure_ascii=False), flush=True)
        for line in pass_lines(summary):
            self.terminal.say(line)
        said = shortfall(summary)
        if said:
            self.terminal.error(said)
        result = "failed" if said else "ok"
        self.meters.observe(summary, result)
        return result

    def wait(self, began: float) -> None:
        """Until the next pass is due."""
        every = self.options.own.every
        if (took := time.monotonic() - began) > every:
            self.terminal.say(f"That pass took {took:.0f} s, and --every is {every:.0f} s: the next begins at once.")
        while (left := began + every - time.monotonic()) > 0:
            time.sleep(min(left, EVERY))
            self.heart.beat()


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of passes from 1 on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(prog="python -m pipelines.watch"))

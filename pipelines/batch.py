"""``copydesk run``: one pass over the sources."""

from __future__ import annotations

import json
import logging
import socket
import sys
import tempfile
import threading
from collections.abc import Sequence
from os import _exit as exit_at_once
from urllib.parse import urlsplit
from urllib.request import getproxies

import apache_beam as beam

from pipelines.console import Terminal
from pipelines.engines import Engine, EngineError, choose_engine
from pipelines.ingest import ingest
from pipelines.options import RunOptions, parse
from pipelines.signals import stop_on_signals
from pipelines.sources import Sources, SourcesError, load_sources
from schemas import Reason, Source
from transforms.commit import recover
from transforms.lake import Lake, LakeBusyError, LakeError, new_run_id, open_lake, writing
from transforms.manners import Manners
from transforms.progress import Progress
from transforms.run import Run, now
from transforms.summary import RunSummary
from transforms.web import Connect

DESCRIPTION = "One pass: polls the feeds that are due, and brings what is new to the lake."


_UNREACHABLE = (Reason.DNS, Reason.CONNECT, Reason.PROXY, Reason.TIMEOUT, Reason.TLS)


class PassError(Exception):
    """The pass failed; the message says why and what to do. Nothing of it is in the lake."""


def main(argv: Sequence[str] | None = None, prog: str = "python -m pipelines.batch") -> int:
    """The command: 0 when the pass worked, whatever some sites did; 1 when it failed; 2 for wrong usage; 130 when stopped."""
    options = parse(sys.argv[1:] if argv is None else argv, prog, DESCRIPTION)
    terminal = Terminal(options.quiet)
    _set_up_logging(options.log_level)
    stopped = stop_on_signals()
    try:
        summary = run_pass(options, terminal)
    except (SourcesError, EngineError, LakeError) as error:
        terminal.error(str(error))
        return 1 if isinstance(error, LakeBusyError) else 2
    except OSError as error:  # from the lake's own small files; those of the pipeline come as a PassError
        terminal.error(f"the pass failed: {_cause(error)} Nothing of it was written; run again to take it up.")
        return 1
    except (PassError, KeyboardInterrupt) as error:
        # Beam may catch the interrupt in a worker of this process, and hands it on as a failure.
        if isinstance(error, PassError) and not stopped.is_set():
            terminal.error(str(error))
            return 1
        terminal.error("stopped. What this pass had not yet committed is discarded; run again to take it up.")
        # Beam's worker threads cannot be interrupted; they get a moment to notice, and then the process ends without them.
        watchdog = threading.Timer(3, exit_at_once, (130,))
        watchdog.daemon = True
        watchdog.start()
        return 130
    if options.json:
        print(json.dumps(summary.to_json(), ensure_ascii=False, indent=1))
    if said := _unreachable(summary):
        terminal.error(said)
        return 1
    if not summary.balanced:
        terminal.error(
            f"the counts of run {summary.run_id} do not add up. Please report this with runs/{summary.run_id}.json."
        )
        return 1
    return 0


def run_pass(options: RunOptions, terminal: Terminal) -> RunSummary:
    """One pass from options to its record; raises SourcesError, EngineError, LakeError, PassError, KeyboardInterrupt."""
    found = load_sources(options.sources)
    connect = _connect(options, found)
    manners = Manners(pause=options.pause, host_seconds=options.host_seconds)
    engine = choose_engine(options.beam)
    lake = open_lake(options.lake)
    _check_proxy(connect.proxy)
    started = now()
    with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
        run = Run(
            run_id=new_run_id(started),
            lake=lake,
            started_at=started,
            engine=engine.name,
            shards=engine.workers,
            progress=Progress(folder),
        )
        with writing(lake, run.run_id):
            for said in recover(lake):
                terminal.say(said)
            feeds = sum(len(source.feeds) for source in found.sources)
            terminal.say(f"{len(found.sources)} sources, {feeds} feeds -> {options.lake}, on {engine.name}")
            if not connect.contact:
                terminal.say(
                    "No contact is given: sites cannot write to you. Set contact in the sources file, or --contact."
                )
            with terminal.following(run.progress, feeds):
                _carry_out(found.sources, run, connect, manners, options, engine)
    summary = _record(lake, run.run_id)
    terminal.table(summary, found.sources)
    return summary


def _carry_out(
    sources: tuple[Source, ...], run: Run, connect: Connect, manners: Manners, options: RunOptions, engine: Engine
) -> None:
    """Builds and runs the pipeline; whatever stops it, the lake is left as it was, or with this pass whole."""
    try:
        with beam.Pipeline(runner=engine.runner, options=options.beam) as pipeline:
            ingest(pipeline | "Sources" >> beam.Create(sources), run, connect, manners)
    except BaseException as error:
        recover(run.lake)
        if not isinstance(error, Exception):
            raise
        if (run.lake.runs / f"{run.run_id}.json").exists():
            logging.getLogger(__name__).warning(
                "the pass is in the lake, but its engine ended badly: %s", _cause(error)
            )
            return
        logging.getLogger(__name__).info("the pipeline failed", exc_info=error)
        raise PassError(
            f"the pass failed: {_cause(error)} Nothing of it was written; run again to take it up."
        ) from error


def _record(lake: Lake, run_id: str) -> RunSummary:
    return RunSummary.from_json((lake.runs / f"{run_id}.json").read_text(encoding="utf-8"))


def _cause(error: BaseException) -> str:
    text = str(error)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return "the lake's disk is full. Free some space."
    # From a worker process the text is a whole traceback, whose last line says what happened.
    last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), type(error).__name__)
    return f"{last[:600]} (--log-level info prints the whole traceback)."


def _unreachable(summary: RunSummary) -> str | None:
    """A pass in which no feed at all could be reached says something of our network, not of the sites."""
    total = summary.total
    failed = sum(summary.reasons.get(reason.value, 0) for reason in _UNREACHABLE)
    if total.feeds_failed == 0 or total.feeds_failed < total.feeds - total.feeds_not_due or failed < total.feeds_failed:
        return None
    return f"none of {total.feeds_failed} feeds could be reached. Check the network, or --proxy; lake/rejects has each one's detail."


def _connect(options: RunOptions, found: Sources) -> Connect:
    return Connect(
        contact=options.contact or found.contact,
        proxy=options.proxy,
        allow_networks=tuple(options.allow_networks),
        seconds=options.page_seconds,
    )


def _check_proxy(explicit: str | None) -> None:
    """A proxy that is not there would reject every feed, one by one; better to say it once, before anything begins."""
    for proxy in (
        {explicit} if explicit else {url for scheme, url in getproxies().items() if scheme in ("http", "https")}
    ):
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        try:
            socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10).close()
        except (OSError, ValueError) as error:
            raise PassError(
                f"the proxy {proxy} cannot be reached ({error}). Check --proxy, or http_proxy and https_proxy in the environment."
            ) from error


def _set_up_logging(level: str) -> None:
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s: %(message)s", force=True)
    if level in ("warning", "error"):
        # Beam logs the whole traceback of what it also raises, and that we tell in one sentence.
        logging.getLogger("apache_beam.runners").setLevel(logging.CRITICAL)


if __name__ == "__main__":
    sys.exit(main())

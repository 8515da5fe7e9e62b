"""The options of every command that runs a pipeline: ours are parsed here into values, all others are Beam's own."""

from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from apache_beam.options.pipeline_options import PipelineOptions, WorkerOptions

from pipelines.engines.flink import FlinkOptions
from transforms.lake.index import RETRY_MEMORY
from transforms.web.connect import Connect
from transforms.web.politeness import Politeness


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares our own options."""
    parser.add_argument("--sources", metavar="FILE", help="what to read: a sources.toml, or an OPML file (required)")
    parser.add_argument(
        "--lake",
        metavar="FOLDER",
        help="where to write, a folder or an address such as s3://bucket/news; made if it is not there (required)",
    )
    parser.add_argument(
        "--contact",
        metavar="WHO",
        help="e-mail or web address for the User-Agent (default: contact in the sources file)",
    )
    parser.add_argument(
        "--proxy", metavar="URL", help="HTTP proxy (default: http_proxy and https_proxy of the environment)"
    )
    parser.add_argument(
        "--pause",
        type=_not_negative,
        default=Politeness().pause,
        metavar="SECONDS",
        help="between two requests to one host (default: %(default)s; a longer Crawl-delay of robots.txt wins)",
    )
    parser.add_argument(
        "--page-seconds",
        type=_positive,
        default=Connect().seconds,
        metavar="SECONDS",
        help="longest wait for one answer (default: %(default)s)",
    )
    parser.add_argument(
        "--host-seconds",
        type=_positive,
        default=Politeness().host_seconds,
        metavar="SECONDS",
        help="longest time spent on one host in one pass; the rest waits for the next pass (default: %(default)s)",
    )
    parser.add_argument(
        "--allow-network",
        dest="allow_networks",
        action="append",
        type=_network,
        default=[],
        metavar="CIDR",
        help="a private network that may be fetched from, such as 10.1.0.0/16; may be repeated (default: none)",
    )
    parser.add_argument(
        "--look-back",
        type=_days,
        metavar="DAYS",
        help="look entries up in the index of so many days only, at least 7; what a feed still lists from before is fetched again, "
        "and then known (default: the whole index)",
    )
    add_reporting(parser)


def add_reporting(parser: argparse.ArgumentParser) -> None:
    """Declares what every command that runs a pipeline is told about its messages."""
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    parser.add_argument("--json", action="store_true", help="print the run record as JSON on standard output")
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="warning",
        help="of the log on standard error (default: %(default)s)",
    )


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Parsed options of one pass, by the names of their arguments."""

    sources: str
    lake: str
    contact: str | None
    proxy: str | None
    pause: float
    page_seconds: float
    host_seconds: float
    allow_networks: list[str]
    look_back: timedelta | None
    quiet: bool
    json: bool
    log_level: str
    beam: PipelineOptions
    own: argparse.Namespace
    """What the command declared for itself."""


def parse(
    argv: Sequence[str],
    prog: str,
    description: str,
    declare: Callable[[argparse.ArgumentParser], None] | None = None,
) -> RunOptions:
    """Options from the command line; prints what is wrong and exits with status 2 for wrong usage.

    ``declare`` adds arguments that only this command has; they come back in ``own``.
    """
    parser = new_parser(prog, description)
    add_arguments(parser)
    shared = {action.dest for action in parser._actions}
    if declare is not None:
        declare(parser)
    ours, beam_options = parse_both(parser, argv)
    for name in ("sources", "lake"):
        if not getattr(ours, name):
            parser.error(f"--{name} is required")
    values = {name: value for name, value in vars(ours).items() if name in shared}
    own = argparse.Namespace(**{name: value for name, value in vars(ours).items() if name not in shared})
    return RunOptions(**values, beam=beam_options, own=own)


def new_parser(prog: str, description: str) -> argparse.ArgumentParser:
    """A parser for a command that takes Beam's options too."""
    return argparse.ArgumentParser(
        prog=prog,
        description=description,
        allow_abbrev=False,
        epilog="All other options go to Apache Beam, such as --runner, --direct_num_workers and --direct_running_mode.",
    )


def parse_both(parser: argparse.ArgumentParser, argv: Sequence[str]) -> tuple[argparse.Namespace, PipelineOptions]:
    """What the parser knows, and the rest as Beam's options; exits with status 2 for what neither knows."""
    ours, theirs = parser.parse_known_args(argv)
    for unknown in _unknown_to_beam(theirs):
        parser.error(f"unknown option {unknown}: neither Copydesk nor Apache Beam has it")
    return ours, _beam_options(theirs, ours.log_level)


def _beam_options(argv: Sequence[str], log_level: str) -> PipelineOptions:
    options = PipelineOptions(list(argv))
    worker = options.view_as(WorkerOptions)
    worker.default_sdk_harness_log_level = worker.default_sdk_harness_log_level or log_level.upper()
    return options


def _unknown_to_beam(argv: Sequence[str]) -> list[str]:
    """Beam only warns of options that it does not know; a typing mistake should not run for an hour first."""
    parser = argparse.ArgumentParser(allow_abbrev=False, add_help=False, conflict_handler="resolve")
    for group in PipelineOptions.__subclasses__():
        if group is FlinkOptions or group.__module__.startswith("apache_beam."):
            group._add_argparse_args(parser)
    return list(parser.parse_known_args(argv)[1])


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return number


def _not_negative(text: str) -> float:
    return 0.0 if float(text) == 0 else _positive(text)


def _days(text: str) -> timedelta:
    least = RETRY_MEMORY.days
    if not text.isdecimal() or not least <= int(text) <= 36_500:
        raise argparse.ArgumentTypeError(
            f"{text} is not a number of days from {least} on: retries are remembered for {least}"
        )
    return timedelta(days=int(text))


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write it like 10.1.0.0/16") from error

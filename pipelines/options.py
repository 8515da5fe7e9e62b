"""The options of every command that runs a pipeline: ours are parsed here into values, all others are Beam's own."""

from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from apache_beam.options.pipeline_options import PipelineOptions, WorkerOptions

from transforms.manners import Manners
from transforms.web import Connect


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares our own options."""
    parser.add_argument("--sources", metavar="FILE", help="what to read: a sources.toml, or an OPML file (required)")
    parser.add_argument("--lake", metavar="FOLDER", help="where to write; made if it is not there (required)")
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
        default=Manners().pause,
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
        default=Manners().host_seconds,
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
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    parser.add_argument("--json", action="store_true", help="print the run's record as JSON on standard output")
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
    quiet: bool
    json: bool
    log_level: str
    beam: PipelineOptions


def parse(argv: Sequence[str], prog: str, description: str) -> RunOptions:
    """Options from the command line; prints what is wrong and exits with status 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description=description,
        allow_abbrev=False,
        epilog="All other options go to Apache Beam, such as --runner, --direct_num_workers and --direct_running_mode.",
    )
    add_arguments(parser)
    ours, theirs = parser.parse_known_args(argv)
    for unknown in _unknown_to_beam(theirs):
        parser.error(f"unknown option {unknown}: neither Copydesk nor Apache Beam has it")
    for name in ("sources", "lake"):
        if not getattr(ours, name):
            parser.error(f"--{name} is required")
    return RunOptions(**vars(ours), beam=_beam_options(theirs, ours.log_level))


def _beam_options(argv: Sequence[str], log_level: str) -> PipelineOptions:
    options = PipelineOptions(list(argv))
    worker = options.view_as(WorkerOptions)
    worker.default_sdk_harness_log_level = worker.default_sdk_harness_log_level or log_level.upper()
    return options


def _unknown_to_beam(argv: Sequence[str]) -> list[str]:
    """Beam only warns of options that it does not know; a typing mistake should not run for an hour first."""
    parser = argparse.ArgumentParser(allow_abbrev=False, add_help=False, conflict_handler="resolve")
    for group in PipelineOptions.__subclasses__():
        if group.__module__.startswith("apache_beam."):
            group._add_argparse_args(parser)
    return list(parser.parse_known_args(argv)[1])


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return number


def _not_negative(text: str) -> float:
    return 0.0 if float(text) == 0 else _positive(text)


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write it like 10.1.0.0/16") from error

"""The options that several commands share. Loads neither Beam nor Arrow, so that ``--help`` is printed at once."""

from __future__ import annotations

import argparse
import ipaddress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.command.durations import duration
from transforms.web.settings import Connect, Politeness

COMMIT_EVERY = 300.0
"""Seconds after which a pass commits what it has, and goes on."""


def add_pass_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of every command that polls feeds."""
    parser.add_argument(
        "--sources",
        metavar="FILE",
        required=True,
        help="a sources.toml or an OPML file, or the http(s) address of one (required)",
    )
    parser.add_argument(
        "--lake",
        metavar="FOLDER",
        required=True,
        help="where to write, a folder or an address such as s3://bucket/news; created if missing (required)",
    )
    parser.add_argument(
        "--contact",
        metavar="WHO",
        help="e-mail or web address for the User-Agent (default: contact in the sources file)",
    )
    parser.add_argument(
        "--proxy", metavar="URL", help="HTTP proxy (default: http_proxy and https_proxy in the environment)"
    )
    parser.add_argument(
        "--pause",
        type=_not_negative,
        default=Politeness().pause,
        metavar="SECONDS",
        help="pause between two requests to one host; a longer Crawl-delay in robots.txt wins (default: %(default)s)",
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
        help="private network that may be fetched from, such as 10.1.0.0/16; may be repeated (default: none)",
    )
    parser.add_argument(
        "--look-back",
        type=_days,
        metavar="DAYS",
        help="days of the index in which entries are looked up, at least 7; older entries that a feed still lists are fetched again "
        "and recognized (default: the whole index)",
    )
    parser.add_argument(
        "--archive",
        metavar="DIR",
        help="also write every request and its response to WARC files in this folder, for copydesk replay (default: none)",
    )
    add_reporting(parser)


def add_pass_time(parser: argparse.ArgumentParser) -> None:
    """Adds the option of the commands that make passes."""
    parser.add_argument(
        "--pass-seconds",
        type=_positive,
        default=Politeness().pass_seconds,
        metavar="SECONDS",
        help="time after which a pass begins no more requests; the next pass takes the rest (default: %(default)s)",
    )
    parser.add_argument(
        "--commit-every",
        type=duration,
        default=COMMIT_EVERY,
        metavar="TIME",
        help="time after which a pass commits what it has, and goes on: what stops it costs no more than that; on engines that work on one "
        "shard of sites after the other, so long for each of them (default: 5m)",
    )


def add_connection(parser: argparse.ArgumentParser) -> None:
    """Adds the options of commands that may ask a single address."""
    parser.add_argument("--contact", metavar="WHO", help="e-mail or web address for the User-Agent")
    parser.add_argument(
        "--proxy", metavar="URL", help="HTTP proxy (default: http_proxy and https_proxy in the environment)"
    )
    parser.add_argument(
        "--allow-network",
        dest="allow_networks",
        action="append",
        type=_network,
        default=[],
        metavar="CIDR",
        help="private network that may be asked; may be repeated (default: none)",
    )


def add_requests(parser: argparse.ArgumentParser) -> None:
    """Adds the options of commands that ask a few addresses."""
    add_connection(parser)
    parser.add_argument(
        "--pause",
        type=_not_negative,
        default=Politeness().pause,
        metavar="SECONDS",
        help="pause between two requests to one host (default: %(default)s)",
    )


def add_reporting(parser: argparse.ArgumentParser) -> None:
    """Adds the options for the messages of every command that runs a pipeline."""
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    parser.add_argument("--json", action="store_true", help="print run records as JSON on standard output")
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="warning",
        help="lowest level of the log on standard error (default: %(default)s)",
    )


def add_heartbeat(parser: argparse.ArgumentParser) -> None:
    """Adds the options of every command that writes a heartbeat."""
    parser.add_argument(
        "--heartbeat",
        type=Path,
        metavar="FILE",
        help="small JSON file, rewritten every few seconds while the command makes progress; a supervisor can check its age",
    )
    parser.add_argument(
        "--hung-after",
        type=duration,
        default=900.0,
        metavar="TIME",
        help="time without a heartbeat after which /healthz answers 503 (default: 15m)",
    )


def add_upkeep(parser: argparse.ArgumentParser) -> None:
    """Adds the option of every command that compacts its lake by itself."""
    parser.add_argument(
        "--compact-every",
        type=_duration_or_never,
        default=3600.0,
        metavar="TIME",
        help="compact the lake this often, in a process of its own: partitions with many files, or to which nothing was added for six "
        "hours; never: leave it to copydesk compact (default: 1h)",
    )


def _duration_or_never(text: str) -> float | None:
    return None if text == "never" else duration(text)


def add_metrics(parser: argparse.ArgumentParser) -> None:
    """Adds the options of every command that serves metrics."""
    parser.add_argument(
        "--metrics-port",
        type=_port,
        metavar="PORT",
        help="serve /metrics for Prometheus and /healthz on this port; 0 takes a free one (default: none)",
    )
    parser.add_argument(
        "--metrics-host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to serve them on; 0.0.0.0 lets other machines read them (default: %(default)s)",
    )


def add_notify(parser: argparse.ArgumentParser) -> None:
    """Adds the options for messages about feeds that fail."""
    parser.add_argument(
        "--notify",
        type=_web_address,
        metavar="URL",
        help="post a short JSON here once for each feed that has failed, or brought nothing new, for too long; may be a private address",
    )
    parser.add_argument(
        "--notify-after",
        type=duration,
        default=86400.0,
        metavar="TIME",
        help="how long is too long; a feed that is slow anyway gets three times its longest pause (default: 1d)",
    )


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not an http or https address")
    return text


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return number


def _not_negative(text: str) -> float:
    return 0.0 if float(text) == 0 else _positive(text)


def _days(text: str) -> timedelta:
    from transforms.lake.index import RETRY_MEMORY  # loads Arrow

    least = RETRY_MEMORY.days
    if not text.isdecimal() or not least <= int(text) <= 36_500:
        raise argparse.ArgumentTypeError(
            f"{text} is not a number of days, which is {least} or more: retries need {least} days of the index"
        )
    return timedelta(days=int(text))


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write it like 10.1.0.0/16") from error


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port, which is a number from 0 to 65535")
    return int(text)


def new_parser(command: str, description: str, takes_beam: bool = False) -> argparse.ArgumentParser:
    """The parser of a command; ``takes_beam``: options that it does not know go to Beam."""
    beam = "All other options go to Apache Beam, such as --runner, --direct_num_workers and --direct_running_mode."
    return argparse.ArgumentParser(
        prog=f"copydesk {command}", description=description, allow_abbrev=False, epilog=beam if takes_beam else None
    )


def number(text: str) -> int:
    """The type of an option that is a number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)

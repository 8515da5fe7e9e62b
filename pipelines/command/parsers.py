"""The command line of every command. Loads neither Beam nor Arrow: --help and errors in options are printed at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from pipelines.command.durations import duration
from pipelines.command.lake_parsers import (
    compact_parser,
    remove_parser,
    report_parser,
    retry_parser,
    stories_parser,
    verify_parser,
)
from pipelines.command.options import (
    add_connection,
    add_heartbeat,
    add_metrics,
    add_notify,
    add_pass_options,
    add_pass_time,
    add_reporting,
    add_requests,
    add_upkeep,
    new_parser,
)


def run_parser() -> argparse.ArgumentParser:
    """``copydesk run``."""
    parser = new_parser(
        "run",
        "One pass: poll the feeds that are due, fetch their new pages, and write the articles to the lake.",
        takes_beam=True,
    )
    add_pass_options(parser)
    add_pass_time(parser)
    parser.add_argument(
        "--all-feeds",
        action="store_true",
        help="poll every feed, also those that are not due by poll_every, by their own wish or after failures",
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 when any feed failed")
    add_notify(parser)
    return parser


def watch_parser() -> argparse.ArgumentParser:
    """``copydesk watch``."""
    parser = new_parser(
        "watch",
        "Passes like those of copydesk run, again and again in one process. Passes never overlap. A pass that fails prints an error, "
        "and the next one goes on. Ctrl-C stops it: at once between two passes, like copydesk run during one.",
        takes_beam=True,
    )
    add_pass_options(parser)
    add_pass_time(parser)
    parser.add_argument(
        "--every",
        type=duration,
        default=300.0,
        metavar="TIME",
        help="time from the start of one pass to the start of the next, such as 30s, 5m or 1h (default: 5m)",
    )
    add_notify(parser)
    parser.add_argument(
        "--strict", action="store_true", help="a pass in which any feed failed counts as failed; the next one goes on"
    )
    parser.add_argument("--passes", type=_passes, metavar="N", help="stop after N passes (default: never)")
    add_upkeep(parser)
    add_heartbeat(parser)
    add_metrics(parser)
    return parser


def stream_parser() -> argparse.ArgumentParser:
    """``copydesk stream``."""
    parser = new_parser(
        "stream",
        "Poll each feed when it is due and commit new articles to the lake, window by window, until it is stopped. "
        "Ctrl-C commits what is open and ends. A second Ctrl-C ends at once; nothing is lost.",
        takes_beam=True,
    )
    add_pass_options(parser)
    parser.add_argument(
        "--window",
        type=duration,
        default=60.0,
        metavar="TIME",
        help="time between two commits, such as 30s or 5m (default: 1m)",
    )
    parser.add_argument(
        "--poll-every",
        type=duration,
        default=60.0,
        metavar="TIME",
        help="time between two polls of a feed whose source sets no poll_every (default: 1m)",
    )
    parser.add_argument(
        "--stop-after", type=duration, metavar="TIME", help="commit what is open and end after TIME (default: never)"
    )
    add_upkeep(parser)
    add_heartbeat(parser)
    add_metrics(parser)
    return parser


def replay_parser() -> argparse.ArgumentParser:
    """``copydesk replay``."""
    parser = new_parser(
        "replay",
        "Write the articles of archived pages to the lake. What the lake has already is left as it is.",
        takes_beam=True,
    )
    parser.add_argument(
        "archives",
        nargs="+",
        metavar="ARCHIVE",
        help="WARC file (plain, .gz or .zst): a path or a pattern, local or on any filesystem that Beam supports",
    )
    parser.add_argument("--lake", metavar="FOLDER", required=True, help="where to write; created if missing (required)")
    parser.add_argument(
        "--sources",
        metavar="FILE",
        help="read only pages of these sources' sites, under their ids: a file, or the http(s) address of one (default: each site is its"
        " own source)",
    )
    parser.add_argument(
        "--domain",
        dest="domains",
        action="append",
        type=_domain,
        default=[],
        metavar="HOST",
        help="read only pages of this host and its subdomains, such as example.org; may be repeated (default: all)",
    )
    parser.add_argument("--again", action="store_true", help="also read archives that the lake has already")
    parser.add_argument(
        "--commit-every",
        type=_files,
        metavar="FILES",
        help="archives per commit (default: 128 MiB of archives for each worker, at least 256 MiB; larger archives in parts)",
    )
    add_connection(parser)
    add_reporting(parser)
    return parser


def extract_parser() -> argparse.ArgumentParser:
    """``copydesk extract``."""
    parser = new_parser(
        "extract",
        "Print the article of one page as JSON, and where each value came from. Uses the same code as every pipeline.",
    )
    parser.add_argument(
        "page", metavar="FILE_OR_URL", help="a saved page, '-' for standard input, or an http(s) address"
    )
    parser.add_argument(
        "--url", metavar="URL", help="address of a saved page (default: the one that the page declares)"
    )
    parser.add_argument("--source", metavar="ID", help="use zone, language and agency of this source in --sources")
    parser.add_argument(
        "--sources",
        metavar="FILE",
        help="sources file, or the http(s) address of one, with --source or with agencies of your own (default: sources.toml)",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="print, instead of JSON, what the page offers for each value and why one was chosen, and what became of each block of text",
    )
    parser.add_argument(
        "--explain-html",
        metavar="FILE",
        help="write the same as an HTML page, with the kept and dropped blocks in colour",
    )
    add_connection(parser)
    return parser


def sources_parser() -> argparse.ArgumentParser:
    """``copydesk sources``."""
    parser = new_parser("sources", "Tools for a sources file: what is in it, how its feeds do, and how to add to it.")
    tasks = parser.add_subparsers(dest="task", metavar="TASK", required=True)

    def task(name: str, purpose: str) -> argparse.ArgumentParser:
        return tasks.add_parser(
            name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.", allow_abbrev=False
        )

    listing = task("list", "print the sources; with a lake, how each feed does")
    listing.add_argument(
        "file", metavar="SOURCES", help="a sources.toml or an OPML file, or the http(s) address of one"
    )
    listing.add_argument("--lake", metavar="FOLDER", help="the lake whose polls are read")
    listing.add_argument("--json", action="store_true", help="print JSON")
    add_connection(listing)
    check = task("check", "ask each feed once: what it is, how fresh it is, what to write instead")
    check.add_argument("file", metavar="SOURCES", help="a sources.toml or an OPML file, or the http(s) address of one")
    check.add_argument("id", nargs="?", metavar="ID", help="only this source")
    add_requests(check)
    add = task("add", "find the feed of a site, and write a source for it")
    add.add_argument("url", metavar="URL", help="the address of the site's front page, of a feed or of a sitemap")
    add.add_argument("--sources", metavar="FILE", help="the TOML file to add to (default: print the table)")
    add_requests(add)
    explain = task("explain", "say why the feeds of a source bring what they bring")
    explain.add_argument("id", metavar="ID", help="the source")
    explain.add_argument("--lake", metavar="FOLDER", required=True, help="the lake (required)")
    move = task(
        "move",
        "write the new addresses of feeds that have moved permanently into the file; the rest of it stays as it is",
    )
    move.add_argument("file", metavar="SOURCES", help="the TOML file to change")
    move.add_argument("--lake", metavar="FOLDER", help="the lake whose polls are read (default: ask each feed once)")
    move.add_argument("--dry-run", action="store_true", help="only print what would be written")
    add_requests(move)
    export = task("export", "print the sources as OPML")
    export.add_argument("file", metavar="SOURCES", help="a sources.toml or an OPML file, or the http(s) address of one")
    add_connection(export)
    importing = task("import", "add the feeds of an OPML file to a sources.toml")
    importing.add_argument("file", metavar="OPML", help="the OPML file, or the http(s) address of one")
    importing.add_argument("--sources", metavar="FILE", required=True, help="the TOML file to add to (required)")
    add_connection(importing)
    return parser


PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "run": run_parser,
    "watch": watch_parser,
    "stream": stream_parser,
    "replay": replay_parser,
    "extract": extract_parser,
    "compact": compact_parser,
    "verify": verify_parser,
    "remove": remove_parser,
    "retry": retry_parser,
    "report": report_parser,
    "stories": stories_parser,
    "sources": sources_parser,
}
"""The parser of each command, by its name."""


def _passes(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of passes, which is 1 or more")
    return int(text)


def _domain(text: str) -> str:
    from transforms.archives.entries import is_domain  # loads the reader of archives

    name = text.strip().lower().rstrip(".")
    if not is_domain(name):
        raise argparse.ArgumentTypeError(f"{text!r} is not a host; write it like example.org")
    return name


def _files(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of files, which is 1 or more")
    return int(text)

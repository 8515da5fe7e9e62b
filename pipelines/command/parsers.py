"""The command line of every command. Loads neither Beam nor Arrow: --help and errors in options are printed at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

from pipelines.command.durations import duration, interval_seconds
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
)
from schemas.reasons import Reason

_MOST_DAYS = 100
"""A chart with more bars is hard to read and slow to draw."""


def run_parser() -> argparse.ArgumentParser:
    """``copydesk run``."""
    parser = _new_parser(
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
    parser = _new_parser(
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
    parser = _new_parser(
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
    parser = _new_parser(
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
    parser = _new_parser(
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
    add_connection(parser)
    return parser


def remove_parser() -> argparse.ArgumentParser:
    """``copydesk remove``."""
    parser = _new_parser(
        "remove",
        "Remove the texts of articles for good. A row without texts stays in place of each revision, so ids and counts stay true, and no "
        "pass writes the article again.",
    )
    parser.add_argument("lake", metavar="LAKE", help="the lake")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--article", metavar="ID", action="append", default=[], help="the article with this article_id")
    which.add_argument("--url", action="append", default=[], help="the articles at this address")
    which.add_argument("--source", metavar="ID", action="append", default=[], help="all articles of this source")
    parser.add_argument(
        "--before", metavar="DATE", type=_day, help="only articles of days before DATE (YYYY-MM-DD): the column date"
    )
    parser.add_argument(
        "--wait",
        metavar="TIME",
        type=duration,
        default=0.0,
        help="wait up to TIME for another run that holds the lake, such as 10m (default: do not wait)",
    )
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    parser.add_argument("--json", action="store_true", help="print what was removed as JSON on standard output")
    return parser


def compact_parser() -> argparse.ArgumentParser:
    """``copydesk compact``."""
    parser = _new_parser(
        "compact",
        "Rewrite each partition that has several files into one file, or into a few when it is large, with the same rows. "
        "Queries can run at the same time. Other runs can write between two of its commits.",
    )
    parser.add_argument("--lake", metavar="FOLDER", required=True, help="the lake (required)")
    parser.add_argument(
        "--target-mb",
        metavar="MB",
        type=_megabytes,
        default="256",
        help="start another file when one has reached this size (default: %(default)s)",
    )
    parser.add_argument(
        "--wait",
        metavar="TIME",
        type=duration,
        default=0.0,
        help="wait up to TIME for another run that holds the lake, such as 10m (default: do not wait)",
    )
    parser.add_argument(
        "--min-files",
        metavar="N",
        type=_number,
        help="only partitions that have N files, or to which nothing was added for six hours (default: all that have two, "
        "or files of an older version)",
    )
    parser.add_argument(
        "--for",
        dest="longest",
        metavar="TIME",
        type=duration,
        help="begin no further commit after TIME, such as 10m (default: compact all)",
    )
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON on standard output")
    return parser


def verify_parser() -> argparse.ArgumentParser:
    """``copydesk verify``."""
    parser = _new_parser(
        "verify",
        "Read every file of a lake to its end, compare files, index and run records, and print every problem. "
        "Without --repair, the lake is only read.",
    )
    parser.add_argument("--lake", metavar="FOLDER", required=True, help="the lake (required)")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="finish or discard the work of runs that died, delete partial files, add missing index rows; "
        "data files are never changed or deleted",
    )
    parser.add_argument("--json", action="store_true", help="print all problems as JSON on standard output")
    parser.add_argument("--quiet", action="store_true", help="print problems only")
    return parser


def retry_parser() -> argparse.ArgumentParser:
    """``copydesk retry``."""
    parser = _new_parser(
        "retry",
        "Put entries whose reject is final back in line. The next pass or stream requests their pages again.",
    )
    parser.add_argument("lake", metavar="LAKE", help="the lake, a folder or an address")
    parser.add_argument(
        "--reason",
        action="append",
        default=[],
        choices=[reason.value for reason in Reason],
        metavar="REASON",
        help="only entries that were rejected for this reason, such as no-text; may be repeated (default: all)",
    )
    parser.add_argument(
        "--source", action="append", default=[], metavar="ID", help="only entries of this source; may be repeated"
    )
    parser.add_argument(
        "--since",
        type=_day,
        metavar="DATE",
        help="only entries that were rejected on this day (UTC) or later",
    )
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    return parser


def report_parser() -> argparse.ArgumentParser:
    """``copydesk report``."""
    parser = _new_parser(
        "report",
        "Write an HTML page that shows what a lake holds and how its feeds do. Beside it, a folder gets a page for each of the "
        "biggest stories and for each outlet. The pages load nothing when they are opened.",
    )
    parser.add_argument(
        "--lake", metavar="FOLDER", required=True, help="the lake; a run may be writing to it (required)"
    )
    parser.add_argument("--out", metavar="FILE", default="report.html", help="where to write (default: %(default)s)")
    parser.add_argument(
        "--days",
        metavar="N",
        type=_days,
        default=30,
        help=f"days up to the last run, at most {_MOST_DAYS} (default: %(default)s)",
    )
    return parser


def stories_parser() -> argparse.ArgumentParser:
    """``copydesk stories``."""
    parser = _new_parser(
        "stories",
        "Without ID: the stories that the most sources ran. With ID: who ran that story, when, and how much of it; for an article, "
        "also what it cut, added and changed.",
    )
    parser.add_argument("lake", metavar="LAKE", help="the lake; a run may be writing to it")
    parser.add_argument("id", nargs="?", metavar="ID", help="a story_id or article_id, or its first characters")
    parser.add_argument(
        "--since",
        type=_moment,
        metavar="WHEN",
        help="only articles first seen since then: a day such as 2026-11-01, or a time back from now such as 7d (default: all)",
    )
    parser.add_argument("--agency", metavar="CODE", help="only stories with copy of this agency, such as AP")
    parser.add_argument(
        "--rebuild",
        action="store_true",
        help="make the sketches again by which later runs find copies; needed when their scheme has changed, or for an old lake",
    )
    parser.add_argument("--source", metavar="ID", help="only stories that this source ran")
    parser.add_argument(
        "--min-sources",
        type=_number,
        default=2,
        metavar="N",
        help="only stories in N sources or more (default: %(default)s)",
    )
    parser.add_argument("--limit", type=_number, default=20, metavar="N", help="list at most N (default: %(default)s)")
    parser.add_argument("--html", metavar="FILE", help="write a page with the texts side by side")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def sources_parser() -> argparse.ArgumentParser:
    """``copydesk sources``."""
    parser = _new_parser("sources", "Tools for a sources file: what is in it, how its feeds do, and how to add to it.")
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


def _new_parser(command: str, description: str, takes_beam: bool = False) -> argparse.ArgumentParser:
    beam = "All other options go to Apache Beam, such as --runner, --direct_num_workers and --direct_running_mode."
    return argparse.ArgumentParser(
        prog=f"copydesk {command}", description=description, allow_abbrev=False, epilog=beam if takes_beam else None
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-10-01") from None


def _passes(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of passes, which is 1 or more")
    return int(text)


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _moment(text: str) -> datetime:
    """A day, an ISO 8601 instant, or a time back from now; in UTC where no zone is given."""
    seconds = interval_seconds(text)
    if seconds is not None:
        return datetime.now(timezone.utc) - timedelta(seconds=seconds)
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a day such as 2026-11-01 nor a time such as 7d"
        ) from None
    return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


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


def _megabytes(text: str) -> int:
    try:
        size = float(text)
    except ValueError:
        size = 0.0
    if not 0 < size < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not a number of megabytes above 0")
    return int(size * 10**6)


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 1 to {_MOST_DAYS}")
    return int(text)

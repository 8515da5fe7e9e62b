"""The command lines of the commands that work on a lake alone. Like parsers.py, it loads neither Beam nor Arrow."""

from __future__ import annotations

import argparse
from datetime import date, datetime, timedelta, timezone

from pipelines.command.durations import duration, interval_seconds
from pipelines.command.options import new_parser, number
from schemas.reasons import Reason

_MOST_DAYS = 100
"""A chart with more bars is hard to read and slow to draw."""


def remove_parser() -> argparse.ArgumentParser:
    """``copydesk remove``."""
    parser = new_parser(
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
    _add_wait(parser)
    _add_quiet(parser)
    parser.add_argument("--json", action="store_true", help="print what was removed as JSON on standard output")
    return parser


def compact_parser() -> argparse.ArgumentParser:
    """``copydesk compact``."""
    parser = new_parser(
        "compact",
        "Rewrite each partition that has several files into one file, or into a few when it is large, with the same rows. "
        "Queries can run at the same time. Other runs can write between two of its commits.",
    )
    _add_lake(parser)
    parser.add_argument(
        "--target-mb",
        metavar="MB",
        type=_megabytes,
        default="256",
        help="start another file when one has reached this size (default: %(default)s)",
    )
    _add_wait(parser)
    parser.add_argument(
        "--min-files",
        metavar="N",
        type=number,
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
    _add_quiet(parser)
    parser.add_argument("--json", action="store_true", help="print what was done as JSON on standard output")
    return parser


def verify_parser() -> argparse.ArgumentParser:
    """``copydesk verify``."""
    parser = new_parser(
        "verify",
        "Read every file of a lake to its end, compare files, index and run records, and print every problem. "
        "Without --repair, the lake is only read.",
    )
    _add_lake(parser)
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
    parser = new_parser(
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
    _add_quiet(parser)
    return parser


def report_parser() -> argparse.ArgumentParser:
    """``copydesk report``."""
    parser = new_parser(
        "report",
        "Write an HTML page that shows what a lake holds and how its feeds do. Beside it, a folder gets a page for each of the "
        "biggest stories and for each outlet. The pages load nothing when they are opened.",
    )
    _add_lake(parser)
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
    parser = new_parser(
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
        type=number,
        default=2,
        metavar="N",
        help="only stories in N sources or more (default: %(default)s)",
    )
    parser.add_argument("--limit", type=number, default=20, metavar="N", help="list at most N (default: %(default)s)")
    parser.add_argument("--html", metavar="FILE", help="write a page with the texts side by side")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _add_lake(parser: argparse.ArgumentParser) -> None:
    lake = parser.add_mutually_exclusive_group(required=True)
    lake.add_argument(
        "lake", metavar="LAKE", nargs="?", default=argparse.SUPPRESS, help="the lake; a run may be writing to it"
    )
    lake.add_argument("--lake", metavar="LAKE", default=argparse.SUPPRESS, help="the same")


def _add_wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wait",
        metavar="TIME",
        type=duration,
        default=0.0,
        help="wait up to TIME for another run that holds the lake, such as 10m (default: do not wait)",
    )


def _add_quiet(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-10-01") from None


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

"""How many date strings are read as the right instant, and how many as a wrong one: ours and feedparser's, side by side.

    python -m benchmarks.dates [CORPUS] [--show]

CORPUS (by default ``../shared/corpus``) has ``datestrings.jsonl``: lines with ``s``, the string as a feed prints it, and ``utc``, its
instant, or null where it is none. A string that gives no instant is not wrong. Strings come without the zone and language of their source.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from feedparser.datetimes import _parse_date

from transforms.extraction.timestamps import parse_stamp

_LATEST_YEAR = 9999


def _ours(text: str) -> datetime | None:
    stamp = parse_stamp(text)
    return stamp.instant if stamp else None


def _feedparser(text: str) -> datetime | None:
    parts = _parse_date(text)
    if parts is None or parts.tm_year > _LATEST_YEAR:
        return None
    return datetime(
        parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, tzinfo=timezone.utc
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="How many date strings are read right, and how many wrong.")
    parser.add_argument("corpus", type=Path, nargs="?", default=Path("../shared/corpus"), metavar="CORPUS")
    parser.add_argument("--show", action="store_true", help="print what was not read right")
    options = parser.parse_args()
    listed = options.corpus / "datestrings.jsonl"
    if not listed.exists():
        print(f"{listed} is not there.", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    readers: dict[str, Callable[[str], datetime | None]] = {"copydesk": _ours, "feedparser": _feedparser}
    for name, read in readers.items():
        right = wrong = 0
        for row in rows:
            expected = datetime.fromisoformat(row["utc"]) if row["utc"] else None
            found = read(row["s"])
            right += found == expected
            wrong += found is not None and found != expected
            if options.show and found != expected:
                print(f"{name}: {row['s']!r} is {expected}, not {found}")
        print(f"{name}: {right} of {len(rows)} right, {wrong} wrong")
    return 0


if __name__ == "__main__":
    sys.exit(main())

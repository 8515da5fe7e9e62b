"""Lengths of time as people write them: ``90s``, ``15m``, ``2h``, ``1d``."""

from __future__ import annotations

import argparse
import re

_INTERVAL = re.compile(r"(\d+)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def interval_seconds(text: str) -> int | None:
    """Seconds of an interval; None for anything else."""
    found = _INTERVAL.fullmatch(text.strip())
    return int(found[1]) * _SECONDS[found[2]] if found else None


def duration(text: str) -> float:
    """Seconds of an option such as ``90s`` or ``15m``."""
    found = interval_seconds(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not an interval such as 90s, 15m, 2h or 1d")
    return float(found)

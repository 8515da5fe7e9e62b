"""Lengths of time as people write them: ``90s``, ``15m``, ``2h``, ``1d``."""

from __future__ import annotations

import argparse
import re

_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def interval_seconds(text: str) -> int | None:
    """The seconds of a text such as ``15m``; None for anything else."""
    match = _DURATION.fullmatch(text.strip())
    return int(match[1]) * _SECONDS[match[2]] if match else None


def duration(text: str) -> float:
    """The seconds of a command-line option such as ``90s``. Raises ArgumentTypeError, also for 0."""
    seconds = interval_seconds(text)
    if not seconds:
        raise argparse.ArgumentTypeError(f"{text!r} is not an interval such as 90s, 15m, 2h or 1d")
    return float(seconds)

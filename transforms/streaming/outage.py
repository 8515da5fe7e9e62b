"""When a stream tries again after the lake could not be read or written."""

from __future__ import annotations

import time

from transforms.lake.layout import LakeBusyError, LakeError

LONGEST_WAIT = 3600.0
"""Seconds for which the same step tries again: another run writes, the disk is full, a store does not answer."""
LONGEST_PAUSE = 60.0
"""Seconds of the longest pause between two tries after an error. What only waits for another run is tried at every tick."""


class Outage:
    """The errors of one step in a row, by a clock that nobody sets, and of this process: a checkpoint may be restored hours later."""

    def __init__(self) -> None:
        self._first_try: float | None = None
        self._next_try = 0.0

    @property
    def is_pausing(self) -> bool:
        """True while it is too early for the next try."""
        return time.monotonic() < self._next_try

    def tries_again(self, error: LakeError | OSError) -> bool:
        """Takes note of an error. Returns False if LONGEST_WAIT has passed since the first one, and then it is to be raised."""
        at = time.monotonic()
        if self._first_try is None:
            self._first_try = at
        waited = at - self._first_try
        if waited > LONGEST_WAIT:
            return False
        if not isinstance(error, LakeBusyError):
            self._next_try = at + min(waited, LONGEST_PAUSE)
        return True

    def end(self) -> None:
        """Takes note that the step worked."""
        self._first_try = None

"""Hashes of runs within a series of numbers, such as the words of a text, all at once and without an object for each.

The hash of a run is a polynomial of its numbers, modulo 2**64. It is the difference of two sums over the whole series, divided by the
power at which the run begins.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BASE = 0x9E3779B97F4A7C15
"""The polynomial is in this number. It is odd, so it has an inverse modulo 2**64."""
_INVERSE = pow(_BASE, -1, 1 << 64)
_POWERS_KEPT = 1 << 17


def codes_of(text: str) -> NDArray[np.uint32]:
    """The code of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def hashes_of_runs(numbers: NDArray[Any], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The hash of each run, from its start to before its end. Runs of the same numbers have the same hash.

    Numbers must be positive: a 0 at the end of a run would not count.
    """
    powers, inverses = _powers(len(numbers) + 1)
    sums = np.zeros(len(numbers) + 1, np.uint64)
    np.cumsum(numbers * powers[: len(numbers)], out=sums[1:])
    found: NDArray[np.uint64] = (sums[ends] - sums[starts]) * inverses[starts]
    return found


def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The first powers of the base and of its inverse, at least ``count``."""
    return _first_powers() if count <= _POWERS_KEPT else (_powers_of(_BASE, count), _powers_of(_INVERSE, count))


@cache
def _first_powers() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    return _powers_of(_BASE, _POWERS_KEPT), _powers_of(_INVERSE, _POWERS_KEPT)


def _powers_of(base: int, count: int) -> NDArray[np.uint64]:
    factors = np.full(count, base, np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)

"""What works on flat arrays, in which many stretches lie one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
THREADS = 2
"""Threads that work on parts of arrays. NumPy lets other threads run while it works on an array."""
_Number = TypeVar("_Number", bound=np.generic)
_Found = TypeVar("_Found")


def ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers start, start + 1, ..., start + count - 1 of each pair of a start and a count, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - ends + counts, counts)


def parts_of(sizes: Ints, most: int) -> Iterator[slice]:
    """Stretches of items whose sizes add up to about ``most``."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = ends[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + most)))
        yield slice(start, end)
        start = end


def in_threads(work: Callable[[slice], _Found], parts: Iterable[slice]) -> list[_Found]:
    """What ``work`` returns for each part, in the order of the parts."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, parts))


def packed(arrays: Iterable[NDArray[np.uint32]], most: int) -> list[NDArray[np.uint32]]:
    """Arrays of together at most so many numbers, moved into one block. Its memory is freed as a whole; small arrays would leave holes."""
    block, end = np.empty(most, np.uint32), 0
    found = []
    for each in arrays:
        found.append(block[end : end + len(each)])
        found[-1][:] = each
        end += len(each)
    return found


def before(values: NDArray[Any]) -> Ints:
    """The sum of all values before each place, and of all of them at the end."""
    total = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=total[1:])
    return total


def keyed(number: Ints, hashes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Numbers, each with a hash, as one number."""
    return (number.astype(np.uint64) << np.uint64(32)) | hashes


def distinct(values: NDArray[_Number]) -> NDArray[_Number]:
    """Sorted distinct values. NumPy's ``unique`` hashes them, which takes many times as long for numbers that are made of two."""
    values = np.sort(values)
    is_first = np.ones(len(values), bool)
    is_first[1:] = values[1:] != values[:-1]
    return values[is_first]

"""GroupRecords: groups records by a key, and packs them for the shuffle."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.pvalue import PCollection
from apache_beam.transforms.window import GlobalWindows

_CODEC = pa.Codec("lz4_raw")  # zstd saves a quarter of the bytes, and takes seven times as long
_SIZE_BYTES = 4
_TOGETHER, _MOST_WAITING = 50, 500
"""Records that are packed together, and records of a bundle that wait for others of their key. Fifty articles have half a megabyte."""


class GroupRecords(beam.PTransform):
    """Records to pairs of a key and its records. Groups by ``key(record)``.

    Engines keep grouped elements in memory, some until the pipeline ends, and the in-process runner unpickles them in between. Packed
    records are short bytes, half of a pickled article, and become records only where they are read. Records of one key are packed
    together, because an engine takes as long for an element as for the work on most records.

    The input may be a tuple of collections. They are packed before they are put together: a runner may store what it puts together, and
    would pickle the records once more.
    """

    def __init__(self, key: Callable[[Any], str]) -> None:
        super().__init__()
        self._key = key

    def expand(
        self, records: PCollection[Any] | tuple[PCollection[Any], ...]
    ) -> PCollection[tuple[str, Iterable[Any]]]:
        """Wires the step."""
        if isinstance(records, tuple):
            packed = tuple(self._packed(part, f"Pack {number}") for number, part in enumerate(records, start=1))
            together = packed | "Packed" >> beam.Flatten()
        else:
            together = self._packed(records, "Pack")
        return together | "Group" >> beam.GroupByKey() | "Unpack" >> beam.MapTuple(_grouped)

    def _packed(self, records: PCollection[Any], label: str) -> PCollection[tuple[str, bytes]]:
        return records | label >> beam.ParDo(_Pack(self._key)).with_output_types(tuple[str, bytes])


class _Pack(beam.DoFn):
    """Records to pairs of a key and some of its records, packed. The records of a bundle wait for others of their key."""

    def __init__(self, key: Callable[[Any], str]) -> None:
        self._key = key

    def start_bundle(self) -> None:
        """Forgets the records of a bundle that failed."""
        self._waiting: dict[str, list[Any]] = {}
        self._count = 0

    def process(self, record: Any) -> Iterator[tuple[str, bytes]]:
        """Yields the records of a key when there are enough of them, and those of all keys when there are many."""
        key = self._key(record)
        waiting = self._waiting.setdefault(key, [])
        waiting.append(record)
        self._count += 1
        if len(waiting) >= _TOGETHER:
            self._count -= len(waiting)
            yield key, pack(self._waiting.pop(key))
        elif self._count >= _MOST_WAITING:
            yield from self._packed()

    def finish_bundle(self) -> Iterator[Any]:
        """Yields the records that are left."""
        yield from map(GlobalWindows.windowed_value_at_end_of_window, self._packed())

    def _packed(self) -> Iterator[tuple[str, bytes]]:
        waiting, self._waiting, self._count = self._waiting, {}, 0
        for key, records in waiting.items():
            yield key, pack(records)


def pack(records: list[Any]) -> bytes:
    """Packs records into a few bytes, for ``unpack`` in the same version of Python."""
    pickled = pickle.dumps(records, protocol=5)
    compressed: bytes = _CODEC.compress(pickled, asbytes=True)
    return len(pickled).to_bytes(_SIZE_BYTES, "big") + compressed


def unpack(packed: bytes) -> list[Any]:
    """The inverse of ``pack``. Only for our own bytes: it unpickles them."""
    size = int.from_bytes(packed[:_SIZE_BYTES], "big")
    records: list[Any] = pickle.loads(_CODEC.decompress(packed[_SIZE_BYTES:], size, asbytes=True))
    return records


class _Records:
    """The records of a group. Each iteration unpacks them again."""

    def __init__(self, packed: Iterable[bytes]) -> None:
        self._packed = packed

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(map(unpack, self._packed))


def _grouped(key: str, packed: Iterable[bytes]) -> tuple[str, Iterable[Any]]:
    return key, _Records(packed)

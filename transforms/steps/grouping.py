"""GroupRecords: groups records by a key, and packs them for the shuffle."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.pvalue import PCollection

_CODEC = pa.Codec("lz4_raw")  # zstd saves a quarter of the bytes, and takes seven times as long
_SIZE_BYTES = 4


class GroupRecords(beam.PTransform):
    """Records to pairs of a key and its records. Groups by ``key(record)``.

    Engines keep grouped elements in memory, some until the pipeline ends, and the in-process runner unpickles them in between. Packed
    records are short bytes, half of a pickled article, and become records only where they are read.

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
        return records | label >> beam.Map(_keyed, self._key).with_output_types(tuple[str, bytes])


def pack(record: Any) -> bytes:
    """Packs a record into a few bytes, for ``unpack`` in the same version of Python."""
    pickled = pickle.dumps(record, protocol=5)
    compressed: bytes = _CODEC.compress(pickled, asbytes=True)
    return len(pickled).to_bytes(_SIZE_BYTES, "big") + compressed


def unpack(packed: bytes) -> Any:
    """The inverse of ``pack``. Only for our own bytes: it unpickles them."""
    size = int.from_bytes(packed[:_SIZE_BYTES], "big")
    return pickle.loads(_CODEC.decompress(packed[_SIZE_BYTES:], size, asbytes=True))


class _Records:
    """The records of a group. Each iteration unpacks them again."""

    def __init__(self, packed: Iterable[bytes]) -> None:
        self._packed = packed

    def __iter__(self) -> Iterator[Any]:
        return map(unpack, self._packed)


def _keyed(record: Any, key: Callable[[Any], str]) -> tuple[str, bytes]:
    return key(record), pack(record)


def _grouped(key: str, packed: Iterable[bytes]) -> tuple[str, Iterable[Any]]:
    return key, _Records(packed)

"""GroupRecords: records to groups of one key, packed while they are on their way."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam
import pyarrow as pa
from apache_beam.pvalue import PCollection

_CODEC = pa.Codec("zstd", 1)
_SIZE_BYTES = 4


class GroupRecords(beam.PTransform):
    """Records to pairs of a key and the records that have it. Groups by what ``key`` says of each.

    Engines keep what is grouped in memory, some of them until the pipeline ends, and the in-process runner unpickles it in between. Here
    they see short bytes, half of a pickled article, and the records are there again only where they are read.
    """

    def __init__(self, key: Callable[[Any], str]) -> None:
        super().__init__()
        self._key = key

    def expand(self, records: PCollection[Any]) -> PCollection[tuple[str, Iterable[Any]]]:
        """Wires the step."""
        return (
            records
            | "Pack" >> beam.Map(_keyed, self._key).with_output_types(tuple[str, bytes])
            | "Group" >> beam.GroupByKey()
            | "Unpack" >> beam.MapTuple(_grouped)
        )


def pack(record: Any) -> bytes:
    """A record as a few bytes, for ``unpack`` of the same Python."""
    pickled = pickle.dumps(record, protocol=5)
    compressed: bytes = _CODEC.compress(pickled, asbytes=True)
    return len(pickled).to_bytes(_SIZE_BYTES, "big") + compressed


def unpack(packed: bytes) -> Any:
    """What ``pack`` was given. Only for bytes of our own: it is pickle that reads them."""
    size = int.from_bytes(packed[:_SIZE_BYTES], "big")
    return pickle.loads(_CODEC.decompress(packed[_SIZE_BYTES:], size, asbytes=True))


class _Records:
    """The records of a group, unpacked anew whenever they are iterated."""

    def __init__(self, packed: Iterable[bytes]) -> None:
        self._packed = packed

    def __iter__(self) -> Iterator[Any]:
        return map(unpack, self._packed)


def _keyed(record: Any, key: Callable[[Any], str]) -> tuple[str, bytes]:
    return key(record), pack(record)


def _grouped(key: str, packed: Iterable[bytes]) -> tuple[str, Iterable[Any]]:
    return key, _Records(packed)

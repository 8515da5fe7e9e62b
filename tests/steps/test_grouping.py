"""Records that are grouped come out as they went in."""

from collections.abc import Iterable
from operator import attrgetter

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.testing.util import assert_that, equal_to

from schemas import Source
from transforms.steps.grouping import GroupRecords, pack, unpack

SOURCES = [
    Source(id=f"source-{number}", kind="wire" if number % 2 else "outlet", feeds=("http://a.example/",) * number)
    for number in range(5)
]


def told(kind: str, sources: Iterable[Source]) -> tuple[str, list[str], list[str]]:
    return kind, sorted(source.id for source in sources), sorted(source.id for source in sources)


def test_a_packed_record_is_the_same_again() -> None:
    assert unpack(pack(SOURCES)) == SOURCES
    text = "The harbour bridge is to close. " * 100
    assert unpack(pack([text])) == [text]
    assert len(pack([text])) < len(text) / 10


def test_a_group_may_be_read_twice() -> None:
    with beam.Pipeline(runner=fn_runner.FnApiRunner()) as pipeline:
        grouped = pipeline | beam.Create(SOURCES) | "By kind" >> GroupRecords(attrgetter("kind")) | beam.MapTuple(told)
        outlets, wires = ["source-0", "source-2", "source-4"], ["source-1", "source-3"]
        assert_that(grouped, equal_to([("outlet", outlets, outlets), ("wire", wires, wires)]))


@pytest.mark.parametrize("keys", [1, 7, 400])
def test_every_record_of_a_bundle_is_in_one_group(keys: int) -> None:
    def numbers_of(key: str, numbers: Iterable[int]) -> tuple[str, list[int]]:
        return key, sorted(numbers)

    with beam.Pipeline(runner=fn_runner.FnApiRunner()) as pipeline:
        grouped = (
            (pipeline | "Low" >> beam.Create(range(1000)), pipeline | "High" >> beam.Create(range(1000, 1200)))
            | GroupRecords(lambda number: str(number % keys))
            | beam.MapTuple(numbers_of)
        )
        assert_that(grouped, equal_to([(str(key), list(range(key, 1200, keys))) for key in range(keys)]))

import pickle
from dataclasses import dataclass, fields

import pytest

from schemas import Medium, Source
from schemas.pickling import quickly_pickled


@dataclass(frozen=True, slots=True)
class Pair:
    left: str
    right: int | None = None


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_record_is_pickled_like_its_dataclass(protocol: int) -> None:
    slow = pickle.dumps(Pair("a", 1), protocol)

    quick = pickle.dumps(quickly_pickled(Pair)("a", 1), protocol)

    assert quick == slow
    assert pickle.loads(slow) == Pair("a", 1)


def test_records_survive_pickling() -> None:
    source = Source(id="paper", kind="outlet", feeds=("https://paper.example/feed",))
    medium = Medium(url="https://paper.example/image.jpg", credit="Ann Author")

    assert pickle.loads(pickle.dumps((source, medium))) == (source, medium)
    assert all(
        getattr(pickle.loads(pickle.dumps(source)), item.name) == getattr(source, item.name) for item in fields(source)
    )

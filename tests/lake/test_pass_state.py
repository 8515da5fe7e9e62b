"""What the parts of a pass tell each other about hosts."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.samples import NOON
from transforms.lake.layout import PASS, Lake
from transforms.lake.opening import open_lake
from transforms.lake.pass_state import forget_use, known_use, remember_use
from transforms.web.use import HostUse, SourceUse, WebUse

USE = WebUse(
    hosts={
        "a.example": HostUse(spent=12.5, wait=60.0, failures={"post": (3, "timeout: no answer")}),
        "b.example": HostUse(rest=100.0, rest_detail="the host answered 429"),
    },
    sources={"post": SourceUse(seconds=40.0, failures=2)},
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "lake")


def test_the_next_part_knows_what_is_left_of_pauses(lake: Lake) -> None:
    remember_use(lake, "0", NOON, NOON, USE)
    known = known_use(lake, "0", NOON, NOON + timedelta(seconds=70))
    assert (known.hosts["a.example"].wait, known.hosts["b.example"].rest) == (0.0, 30.0)
    assert known.hosts["a.example"].spent == 12.5
    assert tuple(known.hosts["a.example"].failures["post"]) == (3, "timeout: no answer")
    assert known.sources == USE.sources
    assert known_use(lake, "1", NOON, NOON) == WebUse()


def test_a_clock_that_is_set_back_makes_no_pause_longer(lake: Lake) -> None:
    remember_use(lake, "0", NOON, NOON, USE)
    assert known_use(lake, "0", NOON, NOON - timedelta(days=1)).hosts["a.example"].wait == 60.0


def test_another_pass_begins_anew(lake: Lake) -> None:
    remember_use(lake, "0", NOON, NOON, USE)
    assert known_use(lake, "0", NOON + timedelta(hours=1), NOON) == WebUse()
    forget_use(lake)
    assert known_use(lake, "0", NOON, NOON) == WebUse()
    forget_use(lake)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pass": 1}', '{"pass": "2026-10-01T12:00:00+00:00", "hosts": 1}'])
def test_a_damaged_file_is_as_none(lake: Lake, content: str) -> None:
    (lake.root / PASS).mkdir()
    (lake.root / PASS / "0.json").write_text(content)
    assert known_use(lake, "0", NOON, NOON) == WebUse()

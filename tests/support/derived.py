"""What happens to a lake and to the databases that are derived from it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import strategies as st

from pipelines import cli
from schemas import Dataset, Row
from tests.support.samples import WIRE
from transforms.lake import derived
from transforms.lake.layout import Lake


def compact_all(lake: Lake, number: int) -> None:
    """Compacts the lake."""
    assert cli.main(["compact", "--lake", str(lake.root), "--quiet"]) == 0


def lose_a_file(dataset: Dataset) -> Callable[[Lake, int], None]:
    """Deletes one file of a dataset, if there is one."""

    def lose(lake: Lake, number: int) -> None:
        if files := lake.files(dataset):
            files[number % len(files)].unlink()

    return lose


def lose_the_databases(lake: Lake, number: int) -> None:
    """Deletes all that is derived from lakes."""
    shutil.rmtree(Path(os.environ["COPYDESK_CACHE"]), ignore_errors=True)


def remove_the_wire(lake: Lake, number: int) -> None:
    """Removes the articles of one source."""
    assert cli.main(["remove", str(lake.root), "--source", WIRE.id, "--quiet"]) in (0, 1)


def refuse_to_read(_lake: Lake, _record: type[Row], paths: list[str], *_: object) -> list[object]:
    """In place of a reader of files, where all rows must come from a database."""
    assert not paths
    return []


DAMAGE = ("no folder", "not a folder", "damaged", "locked", "empty", "read-only")
"""What may be wrong with a database; see ``do_damage`` and ``locked``."""


def do_damage(damage: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damages the database of a lake, or the folder of all of them. Does nothing for ``locked``."""
    folder = Path(os.environ["COPYDESK_CACHE"])
    if damage == "no folder":
        monkeypatch.setenv("COPYDESK_CACHE", "")
    elif damage == "not a folder":
        shutil.rmtree(folder)
        folder.write_text("")
    elif damage == "damaged":
        for other in file.parent.iterdir():
            other.write_bytes(b"not a database, although it is long enough for one" * 100)
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "read-only":
        connect = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", lambda path, **how: connect(f"file:{path}?mode=ro", uri=True, **how))


@contextmanager
def locked(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another process writes to the database for a long time."""
    monkeypatch.setattr(derived, "_BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield


Step = Callable[[Lake, int], None]
"""Something that happens to a lake. The number is that of the step."""


def steps(dataset: Dataset, commit: Step, look: Step, forget: Step) -> st.SearchStrategy[list[Step]]:
    """What may happen to a lake whose ``dataset`` has a database: mostly commits and lookups. ``forget`` lets another process go on."""
    others = [compact_all, remove_the_wire, lose_a_file(dataset), lose_the_databases, forget]
    return st.lists(st.sampled_from([*[commit] * 4, *[look] * 2, *others]), min_size=4, max_size=12)
